"""The sentence of a comparison: a window against an earlier one, or against the average of other forces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from pmcli.catalogue import Catalogue, Measure
from pmcli.steps.selecting import overlaps
from pmcli.tables import COMPARISON
from pmcli.views.language import origins, wording, words
from pmcli.views.language.caveats import comparison_caveat, incident, mass_event_between
from pmcli.views.language.findings import LEVEL, SLIGHT, SLIGHT_POINTS, SMALL_BASE, capital, measure_of
from pmcli.views.language.forms import of_kind, text
from pmcli.views.language.parts import category
from pmcli.views.language.statement import Origin, Row, Said, Sentence, rests

AVERAGES: Final = {
    "national": "a national average", "peers": "a Most Similar Group average", "target": "a standard",
}  # fmt: skip
"""What stands for a comparison in the same window: with other forces, with a standard to be met."""

_TESTS: Final = {
    "count": "two-sided, of two counts",
    "share": "two proportions, pooled z on the effective sample sizes",
    "mean": "none: the data do not say how much a mean varies",
}
JUDGED: Final = frozenset({"improvement", "deterioration"})

_BESIDE_OTHERS: Final = (
    "two-sided z of the share against the other forces averaged as the conventions say, itself left out"
)
_ONE: Final = "two-sided z of one proportion"
_OTHERS: Final = {
    "national": "the average of the forces of the country",
    "peers": "the average of the MSG",
    "target": "the standard in the catalogue",
}


def statements(rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Said]:
    """A sentence a row."""
    for row in rows:
        sentence = comparison_sentence(row, measure_of(catalogue, row), catalogue)
        yield rests(row, COMPARISON, sentence, partial(origin_of, row))


def origin_of(row: Row) -> Origin:
    """Of a row of the comparison table."""
    form = of_kind(row["statistic"])
    average = _OTHERS.get(row["against"])
    figures = f"{text(row['value'], form)} against {text(row['against_value'], form)}"
    bases = [words.count(row[name]) for name in ("base", "against_base") if row[name] is not None]
    facts = {
        "Window": origins.long_window(row["months"], row["period_end"]),
        "Held against": f"{average}, same window"
        if average
        else origins.long_window(row["months"], row["against_end"]),
        "Figures": figures + (f" (bases {' and '.join(bases)})" if bases else ""),
        "Test": f"{_test_of(row)}{origins.tested(row['p_value'])}",
        "Conventions": row["conventions"] or "",
        "Row": origins.row_name("comparison", row, row["against"]),
    }
    return origins.made([row], facts)


def _test_of(row: Row) -> str:
    if row["statistic"] == "share" and row["against"] in AVERAGES:
        return _ONE if row["against"] == "target" else _BESIDE_OTHERS
    return _TESTS[row["statistic"]]


def comparison_sentence(row: Row, measure: Measure, catalogue: Catalogue | None = None) -> Sentence:
    """What a row of the comparison table says.

    measure: the row's. catalogue: where the caveats of recording changes and mass events come from; None: none.
    A verb (fewer, more, lower, higher) needs p < LEVEL; without one the figures stand alone. A comparison with a window
    that holds a mass event is a change, neither an improvement nor a deterioration.
    """
    if row["value"] is None or row["against_value"] is None:
        text, finding = _not_available(row, measure), "not available"
    elif row["statistic"] == "count":
        text, finding = _count(row, measure)
    else:
        text, finding = _level(row, measure)
    caveat = comparison_caveat(row, catalogue) if catalogue is not None else None
    if finding in {"improvement", "deterioration"} and catalogue is not None and mass_event_between(row, catalogue):
        text, finding = _with_incident(row, measure, catalogue), "change"
    elif row["breaks"] and finding in JUDGED:
        text, finding = _across(row, measure), "change"
    return Sentence(text, finding, caveat, row["against"])


def _across(row: Row, measure: Measure) -> str:
    """'Burglary: 6,968 in …, 10,420 in … (3,452 fewer, 33%); recording changed between them, so not judged.'"""
    if row["statistic"] == "count":
        name, pair = capital(wording.noun(measure)), (words.count(row["value"]), words.count(row["against_value"]))
        apart = f" ({_apart(row['difference'], row['change'], row['against_value'])})"
    else:
        name, pair, apart = measure.label, level_figures(row, "change"), ""
    first, last = wording.window(row["months"], row["period_end"]), wording.window(row["months"], row["against_end"])
    figures = f"{pair[0]} in {first}, {pair[1]} in {last}{apart}"
    return f"{name}{category(row)}: {figures}; recording changed between them, so not judged."


def _with_incident(row: Row, measure: Measure, catalogue: Catalogue) -> str:
    """'Homicides: 17 in the 12 months to September 2023, 58 in …, 39 of the 58 in one incident in October 2019.'"""
    figures = [
        f"{words.count(row[value])} in {wording.window(row['months'], row[end])}"
        for value, end in (("value", "period_end"), ("against_value", "against_end"))
    ]
    things = f"{capital(wording.noun(measure))}{category(row)}"
    return f"{things}: {' against '.join(figures)}, {incident(row, catalogue)}; not judged."


def comparison_finding(row: Row, measure: Measure) -> str:
    """What the test of a comparison says, in a word of base.FINDINGS."""
    others = row["against"] in AVERAGES
    if row["value"] is None or row["against_value"] is None:
        return "not available"
    if row["p_value"] is None:
        return "not tested"
    if row["p_value"] >= LEVEL or row["difference"] == 0:
        return "no clear difference" if others else "no clear change"
    if row.get("grade") == "in line with":
        return "in line with"
    if not measure.better:
        return "different" if others else "change"
    good = (row["difference"] > 0) == (measure.better == "up")
    return ("better" if good else "worse") if others else ("improvement" if good else "deterioration")


def _count(row: Row, measure: Measure) -> tuple[str, str]:
    finding = comparison_finding(row, measure)
    now, then, difference = row["value"], row["against_value"], row["difference"]
    windows = wording.window(row["months"], row["period_end"]), wording.window(row["months"], row["against_end"])
    things, suffix = wording.noun(measure), category(row)
    if finding in {"not tested", "no clear change"}:
        lead = "No clear change in" if finding == "no clear change" else "Not tested:"
        if now == then == 0:
            return f"No {things}{suffix} in {windows[0]} or in {windows[1]}.", finding
        if difference == 0 and finding == "no clear change":
            return f"No change in {things}{suffix}: {words.count(now)} in {windows[0]} and in {windows[1]}.", finding
        apart = f" ({_apart(difference, row['change'], then)})"
        figures = f"{words.count(now)} in {windows[0]}, {words.count(then)} in {windows[1]}{apart}"
        if finding == "no clear change":
            return f"{lead} {things}{suffix}: {figures}{_least(row)}.", finding
        return f"{things[:1].upper()}{things[1:]}{suffix}: {figures}; not tested ({_why_untested(row)}).", finding
    versus = f"in {windows[0]} v. {windows[1].removeprefix('the ')}"
    if now == 0:
        return f"No {things}{suffix} in {windows[0]}, against {words.count(then)} in {windows[1]}.", finding
    if then < SMALL_BASE:
        things = wording.noun(measure, difference)
        size = f"{capital(wording.more(difference))} {things}{suffix} ({words.count(now)} v. {words.count(then)})"
    else:
        way = "more" if difference > 0 else "fewer"
        percent, signed = wording.whole_percent(row["change"]), words.signed(difference)
        if abs(row["change"]) < SLIGHT:
            size = f"Slightly {way} {things}{suffix} ({signed}, {percent})"
        else:
            size = f"{capital(percent)} {way} {things}{suffix} ({signed})"
    unusual = ", an unusually large move for this measure" if row.get("grade") == "unusual" else ""
    return f"{size} {versus}{unusual}.", finding


def _least(row: Row) -> str:
    """', within what counts of this size vary by themselves, ± 15%': the least change that would have been told."""
    least = row.get("least")
    if least is None or not row["against_value"]:
        return ""
    small = row["against_value"] < SMALL_BASE
    size = words.count(round(least * row["against_value"])) if small else wording.whole_percent(least)
    return f", within what counts of this size vary by themselves, ± {size}"


def _apart(difference: float, change: float | None, base: float) -> str:
    """'five fewer', '171 more, 4%': a percentage only of a base that is large enough."""
    if difference == 0:
        return "no difference"
    said = wording.more(difference)
    return said if change is None or base < SMALL_BASE else f"{said}, {wording.whole_percent(change)}"


def _why_untested(row: Row) -> str:
    if row["against"] not in AVERAGES and overlaps(row["period_end"], row["against_end"], row["months"]):
        return "the windows share months"
    if row["statistic"] == "count":
        return "a figure is below zero or not whole"
    if row["statistic"] == "mean":
        return "a mean has no test here"
    return "too little is known of the base"


def _level(row: Row, measure: Measure) -> tuple[str, str]:
    """A share or a mean."""
    finding = comparison_finding(row, measure)
    share = row["statistic"] == "share"
    name, unit = (measure.label, "") if share else wording.unit(measure)
    pair = level_figures(row, finding)
    now = f"{name}{category(row)}: {pair[0]}{unit}"
    window = wording.window(row["months"], row["period_end"])
    if row["against"] in AVERAGES:
        said = f"{now} against {AVERAGES[row['against']]} of {pair[1]}{unit} in {window}"
    else:
        said = f"{now} in {window} against {pair[1]}{unit} in {wording.window(row['months'], row['against_end'])}"
    if finding in {"no clear change", "no clear difference"}:
        return f"{said}: {finding}{_least_points(row)}.", finding
    if finding == "in line with":
        return f"{said}: in line, {wording.printed_points(pair, row['difference'])} apart.", finding
    if finding == "not tested":
        return f"{said}{_side(row, measure)}; not tested ({_why_untested(row)}).", finding
    way = "higher" if row["difference"] > 0 else "lower"
    points = wording.printed_points(pair, row["difference"])
    slight = abs(row["difference"]) < SLIGHT_POINTS
    judgement = {"improvement": "an improvement", "deterioration": "a deterioration"}.get(finding, finding)
    meaning = f" ({judgement})" if finding not in {"change", "different"} else ""
    size = f"slightly {way}, {points}" if slight else f"{points} {way}"
    return f"{said}: {size}{meaning}.", finding


def _least_points(row: Row) -> str:
    """', within the 3.1 points that samples of this size vary by'; of a small base that too few were asked."""
    bases = [row[name] for name in ("base", "against_base") if row.get(name) is not None]
    if bases and min(bases) < SMALL_BASE:
        return ", too few asked to say"
    least = row.get("least")
    return (
        "" if least is None else f", within what samples of this size vary by themselves, ± {words.some_points(least)}"
    )


def level_figures(row: Row, finding: str) -> tuple[str, str]:
    """A share's or mean's two figures; to the places that it takes to tell them apart, unless a test cannot either."""
    if row["statistic"] == "mean":
        return wording.mean_figures(row["value"], row["against_value"])
    return wording.shares_of(row, apart=finding not in {"no clear change", "no clear difference", "in line with"})


def _side(row: Row, measure: Measure) -> str:
    """Which side of an average an untested figure is on; nothing of earlier windows, for that would be a verb."""
    if row["against"] not in AVERAGES:
        return ""
    if row["difference"] == 0:
        return ", the average itself"
    if not measure.better:
        return f", {'above' if row['difference'] > 0 else 'below'} it"
    return f", on the {'better' if (row['difference'] > 0) == (measure.better == 'up') else 'worse'} side"


def _not_available(row: Row, measure: Measure) -> str:
    """What is not there, and why; the figure that is there is said."""
    counted = row["statistic"] == "count"
    label, unit = wording.unit(measure) if row["statistic"] == "mean" else (measure.label, "")
    name = (capital(wording.noun(measure)) if counted else label) + category(row)
    own = wording.window(row["months"], row["period_end"])
    missing = "is not known" if row["months"] == 1 else "are not whole"
    if row["value"] is None:
        few = _few(row["base"])
        return f"{name}: not available, {few} in {own}." if few else f"{name}: not available, {own} {missing}."
    share = row["statistic"] == "share"
    figure = (
        wording.share_of(row["value"], row["base"]) if share else words.figure(row["value"], row["statistic"]) + unit
    )
    if row["against"] in AVERAGES:
        average = AVERAGES[row["against"]].removeprefix("a ")
        return f"{name}: {figure} in {own}; the {average} is not available, too few forces have a figure."
    then = wording.window(row["months"], row["against_end"])
    few = _few(row["against_base"])
    if few:
        return f"{name}: {figure} in {own}; not compared with {then}: {few} then."
    return f"{name}: {figure} in {own}; not compared with {then}, which {missing}."


def _few(base: float | None) -> str:
    """'a base of 42, too few for a percentage' where a small base is known whose share is not shown."""
    return f"a base of {words.count(round(base, 1))}, too few for a percentage" if base and base < SMALL_BASE else ""
