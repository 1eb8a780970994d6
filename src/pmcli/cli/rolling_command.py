"""pm rolling: periods in, window totals out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmcli.cli.options import Options, takes

if TYPE_CHECKING:
    import polars as pl


@takes("measures months inputs writing force group to since last source without")
def rolling(given: Options) -> None:
    """Roll periods up into totals over a window, 12 months unless told otherwise.

    A window is only ever whole: when a period inside it is missing the total is null and a note names the gap. The
    periods travel along, so that a 6-month criterion or a trend test further down the pipe still has them.

    Examples:

    pm load prc.csv | pm rolling | pm show

    pm rolling burglary --months 6 --force essex -i observations.parquet -o six.csv
    """

    from concurrent.futures import ThreadPoolExecutor

    from pmcli.notes import note
    from pmcli.pipe import packed
    from pmcli.steps.rolling import windows
    from pmcli.steps.selecting import select, upto
    from pmcli.tables import OBSERVATIONS

    with given.stage() as stage:
        arrived = stage.read(catalogue=False)
        # No whole question: it brings the catalogue, which rolling up needs only for a name that was given.
        picked = stage.measures(given.measures, given.group)
        areas, end = stage.forces(given.force, default=False), stage.month(given.to)

        def kept(figures: pl.DataFrame) -> pl.DataFrame:
            chosen = stage.figures(figures)
            return select(chosen, measures=picked, areas=areas, source=given.source, one_source=False)

        frame = kept(arrived.for_windows(given.months))
        periods = shorter(kept(arrived.whole()) if arrived.packed else frame, given.months)
        with ThreadPoolExecutor(max_workers=1) as beside:  # the periods are packed while their totals are made
            sent = periods if stage.to.format == "parquet" else None
            packing = beside.submit(packed, sent) if sent is not None else None
            rolled = upto(windows(frame, given.months, say_gaps=True, in_order=True), end)
            if rolled.is_empty() and not frame.is_empty():
                note(f"there is not one whole window of {given.months} months in the input")
            stage.write(rolled, OBSERVATIONS, arrived, periods=packing.result if packing else None)


def shorter(frame: pl.DataFrame, months: int) -> pl.DataFrame | None:
    """The rows shorter than the window, which are what a later stage may still need; None when there are none."""
    import polars as pl

    rows = frame.filter(pl.col("months") < months)
    return rows if rows.height else None
