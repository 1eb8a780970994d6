"""Which cells of a row can be others because of what: a rate rests on the population, a count does not; an average over
the peers rests on who they are, the force's own figure does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from pmcli.tables import (
    AHEAD,
    EDITION,
    FUNNEL,
    OBSERVATIONS,
    OUTLIERS,
    RANK,
    SENSITIVITY,
    SENTENCES,
    TREND,
    Table,
)

Row = Mapping[str, Any]

OF_WINDOW: Final = frozenset({"value", "base", "effective", "population", "rate", "low", "high", "total"})
"""Columns that rest on the window's own figures alone, whatever it is held against."""

_OWN: Final = OF_WINDOW | {"population_year", "per", "period_end", "months"}
_POPULATION: Final = frozenset({"population", "population_year"})
_TOGETHER: Final = frozenset({"flags", "testable", "needed", "verdict", "verdict_chance"})
"""Columns of the outliers table that all criteria of a measure say together."""

FROM_CRITERIA: Final = frozenset({"revision", "baseline", "peers", "population", "forces", "rules", "convention"})
"""Reasons that a verdict has from any of its criteria."""

_SCOPES: Final = ("national", "peers")


def can_rest(role: str, row: Row, table: Table, column: str) -> bool:
    """Whether a cell can be another because of a reason: a file by its role (`peers`, `population`, `rules`, `forces`,
    `events`), the `baseline`, or a `convention`. Of what has a say in everything, such as the measures, it is true.
    """
    if role == "convention":
        return column not in _OWN or table is AHEAD or (table in (EDITION, SENTENCES) and by_rule(row, table))
    if role == "baseline":
        return _on_baseline(row, table, column)
    if role == "peers":
        return _on_others(row, table, column, ("peers",))
    if role == "forces":
        return _on_others(row, table, column, _SCOPES)
    if role == "population":
        return _on_population(row, table, column)
    if role == "rules":
        return by_rule(row, table)
    if role == "events":
        return table is not OBSERVATIONS and table is not RANK and table is not FUNNEL and column not in _OWN
    return True


def by_rule(row: Row, table: Table) -> bool:
    """Whether a row is an outlier criterion's or verdict's."""
    if table in (OUTLIERS, SENSITIVITY):
        return True
    if table is AHEAD:
        return row.get("against") == "outliers"
    if table is SENTENCES:
        return row.get("table") in (OUTLIERS.name, SENSITIVITY.name)
    return table is EDITION and str(row.get("page", "")).startswith("outliers-")


def rests_on_others(row: Row, table: Table) -> bool:
    """Whether a row is held against other forces in its own window, rather than against an earlier one of its own.

    The change of the peers since the baseline has the baseline's end beside it, and moves with the window all the same.
    """
    if row.get("against") in _SCOPES:
        return True
    if table is OUTLIERS:
        return row.get("sd") is not None
    return table is EDITION and by_rule(row, table) and row.get("form") != "count"


def _on_others(row: Row, table: Table, column: str, scopes: tuple[str, ...]) -> bool:
    """Whether a cell rests on the forces of a scope."""
    if column in _OWN:
        return False
    if by_rule(row, table):
        if of_verdict(row, table, column):
            return True
        kind, scope = _criterion(row, table)
        return kind != "count" and (scope is None or scope in scopes)
    if table is FUNNEL:
        return "national" in scopes
    return (row.get("against") or row.get("scope") or "") in scopes or _rank_of(row, table) in scopes


def _on_population(row: Row, table: Table, column: str) -> bool:
    """Whether a cell rests on how many people there are."""
    if column in _POPULATION:
        return True
    if by_rule(row, table):
        return of_verdict(row, table, column) or _criterion(row, table)[0] in ("rate", "")
    if table in (RANK, FUNNEL):
        return column not in ("value", "period_end")
    return _rank_of(row, table) is not None


def _on_baseline(row: Row, table: Table, column: str) -> bool:
    """Whether a cell of a row that is held against the baseline rests on it."""
    if table is TREND:
        return column.startswith("baseline")
    if by_rule(row, table) and not of_verdict(row, table, column):
        return column not in _OWN or (column == "value" and _criterion(row, table)[0] != "count")
    return column not in _OWN


def of_verdict(row: Row, table: Table, column: str) -> bool:
    """Whether a cell is of a measure's verdict, on which all its criteria have a say."""
    if table is OUTLIERS:
        return column in _TOGETHER
    if table is EDITION:
        return is_verdict(str(row["statement"]))
    if table is SENTENCES:
        return is_verdict(str(row["about"]))
    return True


def is_verdict(statement: str) -> bool:
    """Whether a statement of an edition is an outlier verdict."""
    about = statement.rpartition("/")[2]
    return about == "verdict" or about.startswith("verdict-")


def is_change(row: Row, table: Table) -> bool:
    """Whether a row of the outliers table is of a change, which rests on an earlier window as well as its own."""
    return table is OUTLIERS and _criterion(row, table)[0] == "change"


def _criterion(row: Row, table: Table) -> tuple[str, str | None]:
    """What a criterion is of: `count`, `change`, `rate` or '' (not told); and its scope, or None."""
    found = re.search(r"\b(national|peers): \d+ of \d+ forces", str(row.get("conventions") or ""))
    scope = found[1] if found else None
    if table is EDITION:
        return {"count": "count", "percent": "change"}.get(str(row.get("form")), "rate"), scope
    if scope is None and row.get("sd") is None and row.get("against_end") is not None and table is OUTLIERS:
        return ("count" if not row.get("reason") else ""), None
    if table is SENTENCES:
        return "", None
    return ("rate" if row.get("against_end") is None else "change"), scope


def _rank_of(row: Row, table: Table) -> str | None:
    """The scope of a rank that a statement says; None where it says none."""
    name = {EDITION: "statement", SENTENCES: "about"}.get(table)
    about = str(row[name]).rpartition("/")[2] if name else ""
    if about in ("rank-national", "position"):
        return "national"
    return "peers" if about == "rank-peers" else None


def another_baseline(before: Row, after: Row, table: Table) -> bool:
    """Whether a row is held against another baseline than it was: its earlier window did not move with its own."""
    if "baseline_end" in after and before.get("baseline_end") != after.get("baseline_end"):
        return True
    was, now = before.get("against_end"), after.get("against_end")
    if was == now or was is None or now is None:
        return False
    if after.get("against") == "baseline" or (table is SENTENCES and after.get("about") == "baseline"):
        return True
    return by_rule(after, table) and _months(was, now) != _months(before["period_end"], after["period_end"])


def _months(one: date, other: date) -> int:
    return (other.year - one.year) * 12 + other.month - one.month


# ------------------------------------------------------------------------------------------------------------- methods

_FOLLOWS_DATA: Final = re.compile(
    r"[;,]? ?(?:(?:national|peers): )?\d+ of \d+ forces|; the log-linear line over those years goes [^;]*"
)
_MOVES_ON: Final = re.compile(r"from the \d+ \w+(?: of \d+ months)? to \w+ \d{4}|\d+ years? before")


def another_manner(was: str, now: str, *, moved: bool) -> bool:
    """Whether two texts on how a figure was made name another method or convention.

    Over how many forces an average was, and that there are too few points for limits, follows the data. moved: whether
    the window moved on, with which a reference or the years looked back over may move.
    """
    if any(text.startswith("no limits") for text in (was, now)):
        return False
    for pattern in (_FOLLOWS_DATA, *((_MOVES_ON,) if moved else ())):
        was, now = pattern.sub("", was), pattern.sub("", now)
    return was != now
