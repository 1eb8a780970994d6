"""pm rolling: periods in, window totals out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmcli.cli import options as o
from pmcli.cli.stage import Stage

if TYPE_CHECKING:
    import polars as pl


def rolling(
    measures: o.Measures = None,
    months: o.Months = 12,
    inputs: o.Input = None,
    output: o.Output = None,
    format_: o.Format = None,
    force: o.Forces = None,
    group: o.Group = None,
    to: o.To = None,
    source: o.Source = None,
    without: o.Without = None,
) -> None:
    """Roll periods up into totals over a window, 12 months unless told otherwise.

    A window is only ever whole: when a period inside it is missing the total is null and a note names the gap. The
    periods travel along, so that a 6-month criterion or a trend test further down the pipe still has them.

    Examples:

    pm load prc.csv | pm rolling | pm show

    pm rolling burglary --months 6 --force essex -i observations.parquet -o six.csv
    """
    from pmcli.notes import note
    from pmcli.steps.rolling import windows
    from pmcli.steps.selecting import select, upto
    from pmcli.tables import OBSERVATIONS

    with Stage("rolling", output, format_) as stage:
        arrived = stage.read(inputs)
        areas = stage.forces(force, default=False)
        picked = stage.measures(measures, group)

        def kept(figures: pl.DataFrame) -> pl.DataFrame:
            chosen = stage.figures(figures, without)
            return select(chosen, measures=picked, areas=areas, source=source, one_source=False)

        frame = kept(arrived.for_windows(months))
        rolled = upto(windows(frame, months, say_gaps=True, in_order=True), stage.month(to))
        if rolled.is_empty() and not frame.is_empty():
            note(f"there is not one whole window of {months} months in the input")
        periods = kept(arrived.whole()) if arrived.packed else frame
        stage.write(rolled, OBSERVATIONS, arrived, periods=shorter(periods, months))


def shorter(frame: pl.DataFrame, months: int) -> pl.DataFrame | None:
    """The rows shorter than the window, which are what a later stage may still need; None when there are none."""
    import polars as pl

    rows = frame.filter(pl.col("months") < months)
    return rows if rows.height else None
