"""`pm why`: everything that a figure is made of, as one table of steps.

The figure is a row of a result, or the rows that the observations give for a measure, a force and a month. What is
known from the row alone is always there; periods and rows come from the extracts, read once more (extracts.py), and
where they no longer give the figure that is printed, that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from pmcli import notes
from pmcli.ask import Ask
from pmcli.digests import CHANGED, GONE, SAME
from pmcli.errors import PmError
from pmcli.history import file_of
from pmcli.periods import window_start
from pmcli.sources.tracing import Trace
from pmcli.steps.compare import compare
from pmcli.steps.outliers import outliers
from pmcli.steps.rank import rank
from pmcli.tables import COMPARISON, OUTLIERS, RANK
from pmcli.views.language import words
from pmcli.views.language.origins import long_window
from pmcli.why.extracts import Reread
from pmcli.why.figure import THIS, Figure, Window
from pmcli.why.judged import is_judged, show_criterion, show_rate, show_verdict
from pmcli.why.periods import show_window
from pmcli.why.tested import show_tests
from pmcli.why.working import Working

LIMIT = 20
"""Rows named of each period, unless --limit says otherwise."""

Read = Callable[[Trace, str], Reread]
"""Reads the extracts again: what is asked about, the source of the figure -> what was found."""


def figures_of(observations: pl.DataFrame, ask: Ask) -> list[Figure]:
    """The figures of one measure in one area: against its earlier windows, and by criterion or rank where it has any.

    Raises PmError when the observations have no such figure.
    """
    months = ask.months or _own_window(observations, ask)
    test: dict[str, Any] = {"test": ask.test} if ask.test else {}
    made = compare(
        observations, measures=ask.measures, areas=ask.areas, source=ask.source, to=ask.to, months=months,
        baseline=ask.baseline, catalogue=ask.catalogue, **test,
    ).collect()  # fmt: skip
    whole = made.filter(pl.col("dimension") == "all")
    rows = [Figure(COMPARISON, row) for row in (whole if whole.height else made).iter_rows(named=True)]
    if len({figure.series for figure in rows}) > 1:
        raise PmError(
            f"{made['category'].n_unique()} categories of {made['dimension'][0]} fit, and one figure is explained at a "
            "time",
            "Ask about a row of a result: pm breakdown -o rows.parquet, then pm why -i rows.parquet --row 2.",
        )
    if rows and rows[0].row["statistic"] == "count" and "/" not in rows[0].row["area"]:
        rows += _others(observations, ask, rows[0])
    return rows


def _own_window(observations: pl.DataFrame, ask: Ask) -> int:
    known = ask.catalogue.measures.get((ask.measures or [""])[0])
    own = known.window if known else 12
    lengths = observations.filter(pl.col("measure").is_in(list(ask.measures or [])))["months"].unique().to_list()
    return own if any(own % length == 0 for length in lengths) else 12


def _others(observations: pl.DataFrame, ask: Ask, first: Figure) -> list[Figure]:
    """The rows of the outlier rule of the measure, else of its rank; none where they cannot be made."""
    kept: dict[str, Any] = {
        "measures": ask.measures,
        "areas": ask.areas,
        "source": ask.source,
        "to": first.row["period_end"],
    }
    held: dict[str, Any] = {"peers": ask.peers, "population": ask.population, "conventions": ask.conventions}
    try:
        if is_judged(first, ask.catalogue):
            found = outliers(observations, **kept, **held, baseline=ask.baseline, catalogue=ask.catalogue).collect()
            return [Figure(OUTLIERS, row) for row in found.iter_rows(named=True)]
        found = rank(observations, **kept, **held, months=first.row["months"], catalogue=ask.catalogue).collect()
        return [Figure(RANK, row) for row in found.iter_rows(named=True)]
    except PmError as error:
        notes.note(f"no rates: {error.message}")
        return []


def why(
    figures: Sequence[Figure],
    ask: Ask,
    read: Read,
    given: pl.DataFrame | None = None,
    limit: int = LIMIT,
) -> pl.DataFrame:
    """The working of figures that share their first one's window (the `working` table).

    figures: one row, or those of `figures_of`. ask: the catalogue, peers, population and conventions that they were
    made with. given: the observations that were given, to fall back on for the periods. limit: rows named of each
    period, 0 for all.
    """
    first = figures[0]
    spans = _windows(figures)
    again = read(_trace(first, spans), first.row["source"])
    fresh = again.observations
    working = Working(first.key)
    _head(working, first, ask)
    samples = {}
    for window in spans:
        sample = show_window(working, first, window, again, given, ask, limit)
        if sample is not None:
            samples[window.name] = sample
    judged = given if given is not None else fresh
    for figure in figures:
        show_tests(working, figure, samples, ask.catalogue)
        if figure.table is OUTLIERS:
            show_criterion(working, figure.row, ask, judged)
            if figure is figures[-1] or figures[-1].table is not OUTLIERS:
                show_verdict(working, figure.row)
        elif figure.table is RANK:
            show_rate(working, figure.row, ask, judged)
        elif figure.table is not COMPARISON:
            _stated(working, figure)
    _events(working, first, spans, ask)
    _files(working, again)
    return working.table()


def _windows(figures: Sequence[Figure]) -> list[Window]:
    """The windows of the figures, each once; of criteria beside a comparison those of the comparison."""
    found: dict[tuple[str, int], Window] = {}
    told = [figure for figure in figures if figure.table not in (OUTLIERS, RANK)] or list(figures[:1])
    for figure in told:
        for window in figure.windows():
            found.setdefault((window.name, window.months), window)
    return list(found.values())


def _trace(figure: Figure, spans: Sequence[Window]) -> Trace:
    row = figure.row
    return Trace(row["measure"], row["area"], [one.span for one in spans], row["dimension"], row["category"])


def _head(working: Working, figure: Figure, ask: Ask) -> None:
    row = figure.row
    measure = ask.catalogue.measures.get(row["measure"])
    what = measure.label if measure else row["measure"]
    of = "" if row["dimension"] == "all" else f", {row['dimension']} {row['category']}"
    window = figure.windows()[0]
    kind = str(row.get("statistic") or (measure.kind if measure else "count")) if window.ratio else "count"
    form = {"share": "share", "mean": "rate"}.get(kind, "count")
    value = window.figure
    shown = f": {words.figure(value, kind)}" if value is not None else ""
    working.add(
        "figure",
        f"{what} in {ask.catalogue.area_label(row['area'])}{of}, {long_window(window.months, window.end)}{shown} "
        f"(source: {row['source']})",
        label=what, value=value, form=form, base=row.get("base"), window=THIS, end=window.end, months=window.months,
    )  # fmt: skip


# -- what else ----------------------------------------------------------------------------------------------------
def _stated(working: Working, figure: Figure) -> None:
    """Add what the row itself says, column by column, with what each means."""
    for name in figure.table.own:
        value = figure.row[name]
        if value is None or value == "":
            continue
        column = figure.table.columns[name]
        number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
        form = figure.table.form(name, figure.row)
        form = {"figure": "count", "difference": "signed", "year": "count", "truth": "count"}.get(form, form)
        shown = words.UNKNOWN if number is None else f"{number:g}"
        working.add(
            "stated", f"{name} = {shown if number is not None else value}: {column.meaning}", label=name, value=number,
            form=form if number is not None else "", window=THIS,
        )  # fmt: skip


def _events(working: Working, figure: Figure, spans: Sequence[Window], ask: Ask) -> None:
    """Add the declared recording changes that lie between the windows, and the mass events inside them."""
    row = figure.row
    begins = min(window_start(one.end, one.months) for one in spans)
    last = max(one.end for one in spans)
    for event in sorted(ask.catalogue.events.values(), key=lambda event: event.day):
        if not event.touches(row["measure"], row["area"]):
            continue
        if event.kind == "recording-change" and begins < event.day <= last:
            working.add(
                "recording change", f"{words.long_month(event.day)}: {event.label}. {event.why}", label=event.id,
            )  # fmt: skip
        elif event.kind == "mass-event" and begins <= event.day <= last:
            working.add(
                "mass event", f"{words.long_month(event.day)}: {event.count} of one incident ({event.label})",
                label=event.id, value=event.count,
            )  # fmt: skip


def _files(working: Working, again: Reread) -> None:
    """Add every file of the history with its SHA-256 and what has become of it."""
    said = {SAME: "the same bytes as then", CHANGED: "changed since: its rows may have moved", GONE: "gone"}
    seen = set()
    for item in again.inputs:
        if file_of(item) in seen:
            continue
        seen.add(file_of(item))
        state = again.states[file_of(item)]
        working.add(
            "file", f"{item.get('name')}: {said.get(state, state)}", label=state, value=item.get("bytes"),
            file=str(item.get("name")), sha256=item.get("sha256"),
        )  # fmt: skip
    for trouble in again.trouble:
        working.add("caution", trouble)
