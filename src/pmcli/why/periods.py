"""The periods of a window with the rows that made them, held against the figure that they should come to."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose
from typing import Any

import polars as pl

from pmcli import notes
from pmcli.ask import Ask
from pmcli.catalogue import Event
from pmcli.periods import month_name
from pmcli.sources.tracing import adds_up
from pmcli.steps.rolling import windows
from pmcli.tables import KEY
from pmcli.views.language import words
from pmcli.why.extracts import Reread
from pmcli.why.figure import Figure, Window, periods_of
from pmcli.why.working import Working


def show_window(
    working: Working,
    figure: Figure,
    window: Window,
    again: Reread,
    given: pl.DataFrame | None,
    ask: Ask,
    limit: int,
) -> tuple[float, float] | None:
    """Add the periods of a window with their rows; (numerator, effective base) where it is a share."""
    fresh = _fresh(figure, window, again)
    told = None if given is None else periods_of(given, figure, window, shortest=True)
    if told is not None and (fresh is None or told.select(_WHEN).equals(fresh.select(_WHEN))):
        periods: pl.DataFrame | None = told  # the figure is made of these, whatever the files say by now
    else:
        periods = fresh
    if periods is None:
        working.add(
            "caution",
            f"{window.name}: the periods of {words.window(window.months, window.end)} are not known: neither the "
            "files of the history nor the table itself give them.",
            window=window.name,
        )
        return None
    now = {} if fresh is None else {tuple(row[name] for name in _WHEN): row for row in fresh.iter_rows(named=True)}
    for row in periods.iter_rows(named=True):
        found = now.get((row["period_end"], row["months"]))
        trace = None if found is None else again.read[found["_at"]][1]
        rows = None if trace is None else trace.of(row["period_end"], row["months"], row["source"])
        taken = None if found is None else _taken_out(row, row["value"], found["value"], ask)
        _period(working, window, row, rows, limit, found, taken)
    return _sum(working, figure, window, periods, ask)


_WHEN = ["period_end", "months"]


def _fresh(figure: Figure, window: Window, again: Reread) -> pl.DataFrame | None:
    """The periods of a window as the files give them now, with `_at`, the extract that each is from; None where they do
    not make it whole."""
    if not again.read:
        return None
    frames = [frame.with_columns(_at=pl.lit(place)) for place, (frame, _) in enumerate(again.read)]
    return periods_of(pl.concat(frames).unique(KEY, keep="first", maintain_order=True), figure, window)


def _period(
    working: Working,
    window: Window,
    row: Mapping[str, Any],
    rows: pl.DataFrame | None,
    limit: int,
    found: Mapping[str, Any] | None,
    taken: Event | None,
) -> None:
    """Add a period with its rows. row: as it makes up the figure. found: as the files give it now. taken: the mass
    event that was taken out of it."""
    end, months = row["period_end"], row["months"]
    value, base = row["value"], row["base"]
    span = f"{month_name(end)}" if months == 1 else words.window(months, end)
    figure = words.count(value) if base is None else f"{words.count(value)} of {words.count(base)}"
    whole = found["value"] if taken is not None and found is not None else value
    true = rows is not None and adds_up(rows, whole, base)
    counted = rows.filter((pl.col("value") != 0) | pl.col("base").is_not_null()) if rows is not None else None
    many = counted.height if counted is not None and true else 0
    where = f", from {many:,} row{'' if many == 1 else 's'}" if many else ""
    about: dict[str, Any] = {"window": window.name, "end": end, "months": months}
    working.add("period", f"{span}: {figure}{where}", label=span, value=value, base=base, **about)
    if rows is None or counted is None:
        return
    if taken is not None:
        without = f"{span}: {words.count(whole)} less {taken.count} of one incident ({taken.label}), by --without"
        working.add("caution", without, **about)
    if not true:
        now = words.count(found["value"]) if found else words.UNKNOWN
        why = f"the files give {now} now" if found and found["value"] != value else "the rows do not add up to it"
        working.add("caution", f"{span}: {figure}, but {why}: its rows are not named", **about)
        return
    for one in counted.head(limit or counted.height).iter_rows(named=True):
        working.add(
            "row", _row_words(one), label="row", value=one["value"], base=one["base"], area=one["area"],
            file=one["file"], sheet=one["sheet"] or None, row=one["row"], column=one["column"], record=one["record"],
            **about,
        )  # fmt: skip
    if limit and many > limit:
        working.add(
            "row",
            f"and {many - limit:,} more row{'' if many == limit + 1 else 's'} (--limit 0 names all)",
            label="more",
            **about,
        )


def _row_words(one: Mapping[str, Any]) -> str:
    sheet = f" [{one['sheet']}]" if one["sheet"] else ""
    column = f", column {one['column']}" if one["column"] else ""
    record = f" ({one['record']})" if one["record"] else ""
    return f"{one['file']}{sheet}, row {one['row']:,}{column}{record}: {words.count(one['value'])}"


def _sum(
    working: Working, figure: Figure, window: Window, periods: pl.DataFrame, ask: Ask
) -> tuple[float, float] | None:
    """Hold what the periods come to against the figure of the row; (numerator, effective base) of a share."""
    with notes.collecting():
        whole = windows(periods, window.months, [window.end])
    if whole.is_empty():
        return None
    row = whole.row(0, named=True)
    value, base = row["value"], row["base"]
    made = value if base is None or not window.ratio else (value / base if base else None)
    if window.figure is not None and (made is None or not isclose(made, window.figure, rel_tol=1e-9, abs_tol=1e-9)):
        working.add("caution", _differs(figure, window, made, ask), window=window.name)
    if value is None or base is None:
        return None
    n = base if row["effective"] is None else row["effective"]
    return (value / base * n, n) if base else None


def _differs(figure: Figure, window: Window, made: float | None, ask: Ask) -> str:
    """That the periods do not come to the figure, and why where a mass event was taken out."""
    taken = _taken_out(dict(figure.row) | {"period_end": window.end, "months": window.months}, window.figure, made, ask)
    if taken is not None:
        return (
            f"{window.name}: the periods come to {words.count(made)}; {taken.count} of one incident ({taken.label}) "
            f"were taken out with --without: {words.count(window.figure)}"
        )
    kind = "share" if window.ratio and figure.row.get("statistic") == "share" else "count"
    return (
        f"{window.name}: the periods come to {words.figure(made, kind)} now, the row says "
        f"{words.figure(window.figure, kind)}: the data have changed since, or the row was made otherwise"
    )


def _taken_out(row: Mapping[str, Any], figure: float | None, made: float | None, ask: Ask) -> Event | None:
    """The mass event that lies between what is said of a window and what its periods come to; None for none."""
    if figure is None or made is None:
        return None
    for event in ask.catalogue.events.values():
        touches = event.kind == "mass-event" and event.touches(row["measure"], row["area"])
        if touches and made - figure == event.count and event.is_within(made, row["period_end"], row["months"]):
            return event
    return None
