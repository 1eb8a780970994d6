"""Where a figure comes from, in words: the window it is of, what it is held against, the test, the conventions.

A reader of a pack can ask this of every figure; it says which row of which table the figure is, so that an analyst
finds it in the workbook or with the command of the same name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from pmcli.catalogue.rules import main_window
from pmcli.pack.model import Origin
from pmcli.periods import window_start
from pmcli.views import words
from pmcli.views.words import long_month

TESTS: Final = {
    "count": "exact, two-sided, of two Poisson counts",
    "share": "two proportions, pooled z on the effective sample sizes",
    "mean": "none: the data do not say how much a mean varies",
}
AGAINST_OTHERS: Final = (
    "two-sided z of the share against the other forces averaged as the conventions say, itself left out"
)
AVERAGES: Final = {"national": "the average of the forces of the country", "peers": "the average of the MSG"}


_RATES: Final = ("population", "peers", "forces")
BESIDE: Final = (*_RATES, "rules")
"""What ranks, rates and criteria rest on beside the extracts, where a project names files of its own for it."""


def long_window(months: int, end: date | None) -> str:
    """12 months to September 2023 (1 October 2022 to 30 September 2023)."""
    if end is None:
        return "not known"
    start = window_start(end, months)
    unit = "month" if months == 1 else "months"
    return f"{months} {unit} to {long_month(end)} ({_day(start)} to {_day(end)})"


def _day(day: date) -> str:
    return f"{day.day} {long_month(day)}"


def of_comparison(row: dict[str, Any]) -> Origin:
    """Of a row of the comparison table."""
    average = AVERAGES.get(row["against"])
    figures = f"{_figure(row, 'value')} against {_figure(row, 'against_value')}"
    bases = [words.count(row[name]) for name in ("base", "against_base") if row[name] is not None]
    facts = {
        "Window": long_window(row["months"], row["period_end"]),
        "Held against": f"{average}, same window" if average else long_window(row["months"], row["against_end"]),
        "Figures": figures + (f" (bases {' and '.join(bases)})" if bases else ""),
        "Test": f"{AGAINST_OTHERS if average and row['statistic'] == 'share' else TESTS[row['statistic']]}"
        f"{_p(row['p_value'])}",
        "Conventions": row["conventions"] or "",
        "Row": _row("comparison", row, row["against"]),
    }
    return _origin([row], facts)


def of_trend(row: dict[str, Any], about: str = "long-term") -> Origin:
    """Of a row of the trend table: of its long-term trend, its direction of travel, or its last signal."""
    unit = {12: "months", 4: "quarters", 1: "years"}.get(row["frequency"], "periods")
    methods = {
        "long-term": f"{row['method'] or 'not tested'}; the autocorrelation held to at most 0.6{_p(row['p_value'])}",
        "direction": "joinpoint regression: the last segment of the series, and its 95 % interval",
        "signal": "XmR control chart: limits of 2.66 mean moving ranges about the mean, a new phase at a declared "
        "change in recording",
    }
    facts = {
        "Series": f"{row['periods']} {unit}, {long_month(row['first'])} to {long_month(row['last'])}"
        if row["first"]
        else "",
        "Window": long_window(row["months"], row["period_end"]),
        "Method": methods.get(about, methods["long-term"]),
        "Row": _row("trend", row),
    }
    return _origin([row], facts)


def of_rank(rows: Sequence[dict[str, Any]]) -> Origin:
    """Of a force's rows of the rank table, one a scope."""
    row = rows[0]
    people = f"{words.count(row['population'])} (mid-{row['population_year']})" if row["population"] else "not known"
    facts = {
        "Window": long_window(row["months"], row["period_end"]),
        "Rate": f"{words.count(row['value'])} per {words.count(row['population'])} = {words.rate(row['rate'])} per "
        f"{row['per']}",
        "Population": people,
        "Ranked": "; ".join(f"{item['scope']}: {item['rank']} of {item['of']}" for item in rows if item["rank"]),
        "Conventions": row["conventions"] or "",
        "Row": _row("rank", row),
    }
    return _origin(rows, facts, *_RATES)


def of_outliers(rows: Sequence[dict[str, Any]]) -> Origin:
    """Of the criteria of one measure in the outliers table."""
    row = rows[0]
    people = next((item for item in rows if item["population"]), None)
    facts = {
        "Window": long_window(main_window(item["months"] for item in rows), row["period_end"]),
        "Criteria": ", ".join(item["criterion"] for item in rows),
        "Population": f"{words.count(people['population'])} (mid-{people['population_year']})" if people else "",
        "Conventions": row["conventions"] or "",
        "Row": f"outliers: {row['source']}, {row['measure']}, {row['area']}, {row['period_end']:%Y-%m}, {row['group']}",
    }
    return _origin(rows, facts, *BESIDE)


def of_rows(name: str, rows: Sequence[dict[str, Any]]) -> Origin:
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
        "Rows": f"{len(rows):,} of the {name} table: {rows[0]['measure']}, "
        f"{rows[0]['area'] if len(areas) == 1 else f'{len(areas)} areas'}",
    }
    return _origin(rows, facts)


def joined(origins: Iterable[Origin]) -> Origin:
    """One origin for a statement that rests on several."""
    many = list(origins)
    sources = tuple(dict.fromkeys(name for origin in many for name in origin.sources))
    facts = {"Rests on": "; ".join(dict.fromkeys(origin.facts["Row"] for origin in many if "Row" in origin.facts))}
    return Origin(sources, {key: text for key, text in facts.items() if text})


def _origin(rows: Iterable[dict[str, Any]], facts: dict[str, str], *beside: str) -> Origin:
    sources = dict.fromkeys([*[row["source"] for row in rows], *beside])
    return Origin(tuple(sources), {key: text for key, text in facts.items() if text})


def _row(table: str, row: dict[str, Any], *more: str) -> str:
    kind = () if row["dimension"] == "all" else (f"{row['dimension']}={row['category']}",)
    parts = [row["source"], row["measure"], row["area"], *kind, f"{row['period_end']:%Y-%m}", f"{row['months']} months"]
    return f"{table}: {', '.join([*parts, *more])}"


def _figure(row: dict[str, Any], column: str) -> str:
    return words.figure(row[column], row["statistic"])


def _p(value: float | None) -> str:
    if value is None:
        return ""
    p = words.p_value(value)
    return f"; p {p}" if p.startswith("<") else f"; p = {p}"
