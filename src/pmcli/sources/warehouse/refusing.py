"""The last steps of a query: what it cannot count as `pm load` would, said in rows of their own.

`pm load` does not load a table with such a row in it (sources/refusals.py).
"""

from __future__ import annotations

from sqlglot import exp

from pmcli.sources.reading.days import DAY_FIRST, FEW
from pmcli.sources.warehouse.days import NUMERIC
from pmcli.sources.warehouse.dialects import selection
from pmcli.sources.warehouse.meaning import letters
from pmcli.sources.warehouse.parts import Parts
from pmcli.sources.warehouse.plan import Plan

_ALIKE = 12
"""So many texts of either kind before a column is looked at for days that a spreadsheet has swapped with months."""


def refusal_step(parts: Parts, plan: Plan) -> bool:
    """`refusals`: _why and _records of everything that cannot be counted; whether there is anything to look for."""
    found = [*_dates(parts, plan), *_ties(parts, plan), *_letters(parts, plan)]
    if plan.area:
        why = "kinds of crime are of a district whose name has letters that make no id here"
        found.append(_counted(why, "told", "PM_UNSLUGGED(_place)"))
    if "force" in plan.mapping.columns and plan.forces is None:
        found.append(_counted("kinds of crime are of a force that the query does not know", "told", "_force IS NULL"))
    if not found:
        return False
    body = found[0]
    for one in found[1:]:
        body = exp.union(body, one, distinct=False)
    parts.put("refusals", "What pm would count otherwise than this query: no figure of it may be used then.", body)
    return True


def _counted(
    why: str, step: str, condition: str, count: str = "COUNT(*)", /, **nodes: exp.Expr | str | int
) -> exp.Query:
    return selection(
        f"SELECT :why AS _why, {count} AS _records FROM {step} WHERE {condition} HAVING COUNT(*) > 0", why=why, **nodes
    )


def _ties(parts: Parts, plan: Plan) -> list[exp.Query]:
    if not parts.has("ranked") or plan.latest or plan.ordered:
        return []
    why = (
        "crimes have rows of one day that differ, and which of them is the later is not known (--latest COLUMN says it)"
    )
    tied = "_version > 1 AND _day = _latest_day AND NOT _number IS NULL AND NOT PM_DAMAGED(_number)"
    return [_counted(why, "ranked", tied, "COUNT(DISTINCT _number)")]


def _letters(parts: Parts, plan: Plan) -> list[exp.Query]:
    step, text = ("words", exp.column("_tidy")) if parts.has("words") else ("texts", letters(plan))
    if text is None:
        return []
    return [
        _counted(
            "texts have letters whose small ones this warehouse does not know as pm does",
            f"(SELECT :text AS _all FROM {step}) AS every",
            "_all LIKE :dotted OR _all LIKE :sigma OR LOWER(:capital) <> :small AND PM_FOREIGN(_all)",
            "COUNT(*)",
            text=text,
            dotted="%\u0130%",
            sigma="%\u03a3%",
            capital="\u00c9",
            small="\u00e9",
        )
    ]


def _dates(parts: Parts, plan: Plan) -> list[exp.Query]:
    if plan.dated:
        return []
    undated = _counted(
        "texts of the date are there, and none of them names a day", "days",
        "NOT _written IS NULL", "SUM(CASE WHEN _day IS NULL THEN 1 ELSE 0 END)",
    )  # fmt: skip
    none: exp.Query = selection(
        "SELECT _why, _records FROM (:none) AS undated WHERE (SELECT COUNT(_day) FROM days) = 0",
        none=undated.subquery(),
    )
    if plan.dialect == "tsql":
        odd = _counted(
            "texts of the date have figures and are not read here as pm reads them", "days",
            "_day IS NULL AND _written LIKE '%[0-9]%'",
        )  # fmt: skip
        return [odd]
    day_first = "_first BETWEEN 13 AND 31 AND _second BETWEEN 1 AND 12"
    month_first = "_second BETWEEN 13 AND 31 AND _first BETWEEN 1 AND 12"
    wrong, right = (month_first, day_first) if plan.mapping.dates == DAY_FIRST else (day_first, month_first)
    parts.add(
        "numeric", "Days written as 01/02/2023, to see in which order they are.",
        """
        SELECT _records, CAST(PM_REPLACE(_text, :numeric, :one) AS INT) AS _first,
            CAST(PM_REPLACE(_text, :numeric, :two) AS INT) AS _second
        FROM written WHERE PM_MATCHES(_text, :numeric)
        """,
        numeric=NUMERIC, one=r"\1", two=r"\2",
    )  # fmt: skip
    order = selection(
        f"""
        SELECT :why AS _why, _wrong AS _records FROM (
            SELECT SUM(CASE WHEN {wrong} THEN _records ELSE 0 END) AS _wrong,
                SUM(CASE WHEN {right} THEN _records ELSE 0 END) AS _right
            FROM numeric
        ) AS orders WHERE _wrong > :few AND _wrong * 1000 > _right
        """,
        why=f"dates can only be read in the other order than {plan.mapping.dates}", few=FEW,
    )  # fmt: skip
    swapped = selection(
        """
        SELECT :why AS _why, _swapped AS _records FROM (
            SELECT COUNT(*) AS _swapped, SUM(CASE WHEN _first > 12 AND _second <= 12 OR _first <= 12 AND _second > 12
                THEN 1 ELSE 0 END) AS _one_above FROM numeric
        ) AS text CROSS JOIN (
            SELECT COUNT(d._day) AS _own, MAX(EXTRACT(DAY FROM d._day)) AS _latest
            FROM written AS w JOIN days AS d ON d._written = w._written WHERE NOT PM_MATCHES(w._text, :numeric)
        ) AS own WHERE _swapped >= :alike AND _own >= :alike AND _latest <= 12 AND _one_above = _swapped
        """,
        why="dates look swapped by a spreadsheet, day for month", numeric=NUMERIC, alike=_ALIKE,
    )  # fmt: skip
    return [none, order, swapped]
