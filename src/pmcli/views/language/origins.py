"""Where a figure comes from, in words: the window it is of, what it is held against, the test, the conventions.

A reader of a pack can ask this of every figure; it says which row of which table the figure is, so that an analyst
finds it in the workbook or with the command of the same name. What only one table has is in that table's folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from pmcli.periods import window_start
from pmcli.views.language import words
from pmcli.views.language.statement import Origin, Row
from pmcli.views.language.words import long_month

RATES: Final = ("population", "peers", "forces")
"""What rates and ranks rest on beside the extracts, where a project names files of its own for it."""

BESIDE: Final = (*RATES, "rules")
"""The same for rates, ranks and criteria."""


def long_window(months: int, end: date | None) -> str:
    """12 months to September 2023 (1 October 2022 to 30 September 2023)."""
    if end is None:
        return "not known"
    start = window_start(end, months)
    unit = "month" if months == 1 else "months"
    return f"{months} {unit} to {long_month(end)} ({_day(start)} to {_day(end)})"


def _day(day: date) -> str:
    return f"{day.day} {long_month(day)}"


def of_rows(name: str, rows: Sequence[Row]) -> Origin:
    """Of several rows of any table: the spread of their windows, and how many they are."""
    ends = sorted({row["period_end"] for row in rows})
    lengths = sorted({row["months"] for row in rows})
    areas = {row["area"] for row in rows}
    spans = " or ".join(str(length) for length in lengths)
    unit = "month" if spans == "1" else "months"
    facts = {
        "Windows": f"of {spans} {unit}, to {long_month(ends[0])}"
        + (f" … {long_month(ends[-1])}" if len(ends) > 1 else ""),
        "Method": next((str(row["method"]) for row in rows if row.get("method")), ""),
        "Conventions": next((str(row["conventions"]) for row in rows if row.get("conventions")), ""),
        "Rows": f"{words.count(len(rows))} of the {name} table: {rows[0]['measure']}, "
        f"{rows[0]['area'] if len(areas) == 1 else f'{len(areas)} areas'}",
    }
    return made(rows, facts)


def joined(origins: Iterable[Origin]) -> Origin:
    """One origin for a statement that rests on several."""
    many = list(origins)
    sources = tuple(dict.fromkeys(name for origin in many for name in origin.sources))
    facts = {"Rests on": "; ".join(dict.fromkeys(origin.facts["Row"] for origin in many if "Row" in origin.facts))}
    return Origin(sources, {key: text for key, text in facts.items() if text})


def made(rows: Iterable[Row], facts: dict[str, str], *beside: str) -> Origin:
    """The origin of rows with these facts; the empty ones are left out. beside: what else they rest on."""
    sources = dict.fromkeys([*[row["source"] for row in rows], *beside])
    return Origin(tuple(sources), {key: text for key, text in facts.items() if text})


def row_name(table: str, row: Row, *more: str) -> str:
    """comparison: home-office, burglary, essex, 2023-09, 12 months, baseline."""
    kind = () if row["dimension"] == "all" else (f"{row['dimension']}={row['category']}",)
    parts = [row["source"], row["measure"], row["area"], *kind, f"{row['period_end']:%Y-%m}", f"{row['months']} months"]
    return f"{table}: {', '.join([*parts, *more])}"


def tested(value: float | None) -> str:
    """; p = 0.04, to stand behind the name of a test; nothing where there was none."""
    if value is None:
        return ""
    p = words.p_value(value)
    return f"; p {p}" if p.startswith("<") else f"; p = {p}"
