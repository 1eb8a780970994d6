"""The sentences of a row of the trend table: two comparisons, the long-term trend, the direction, the latest period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from pmcli.catalogue import Catalogue, Measure
from pmcli.periods import shift, window_start
from pmcli.tables import COMPARISON, TREND
from pmcli.views.comparison.sentences import comparison_sentence
from pmcli.views.language import origins, wording, words
from pmcli.views.language.caveats import recording_changes
from pmcli.views.language.findings import LEVEL, NO_CHANGE, SLIGHT, SMALL_BASE, capital, judged, measure_of
from pmcli.views.language.statement import Origin, Row, Said, Sentence, rests
from pmcli.views.language.words import long_month

_UNITS: Final = {12: "months", 4: "quarters"}
_WAYS: Final = {"above": "increasing", "below": "decreasing"}
EXPECTED: Final = "as expected"
"""The news of a period that lies within its own forecast."""

_TURNS: Final = {"increasing": "rising", "decreasing": "falling"}
_MEANS: Final = {"improvement": "improving", "deterioration": "worsening"}


def statements(rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Said]:
    """The sentences of every row: two comparisons, the long-term trend, the direction, the news, the last signal."""
    nothing = dict.fromkeys(("value", "against_end", "comparator", "difference", "change", "p_value"))
    for row in rows:
        measure = measure_of(catalogue, row)
        pairs = {pair["against"]: pair for pair in comparisons(row, measure, catalogue)}
        for sentence in trend_sentences(row, measure, catalogue):
            origin = partial(origin_of, row, sentence.about)
            if sentence.about in pairs:
                said = rests(pairs[sentence.about], COMPARISON, sentence, origin)
                yield replace(said, table=TREND, row=row)
                continue
            tested = {
                "long-term": {
                    "value": row["total"],
                    "comparator": row["past"],
                    "against_end": row["past_end"],
                    "change": row["past_change"],
                    "p_value": row["p_value"],
                },
                "direction": {"value": row["half"], "comparator": row["half_previous"], "p_value": row["half_p"]},
                "news": {"value": row["total"], "comparator": row["expected"]},
                "since-change": {
                    "value": row["total"],
                    "comparator": row.get("after_value"),
                    "against_end": row.get("after_end"),
                    "p_value": row.get("after_p"),
                },
            }
            yield rests(row, TREND, sentence, origin, **nothing | tested.get(sentence.about, {}))


def origin_of(row: Row, about: str = "long-term") -> Origin:
    """Of a row of the trend table: of its long-term trend, its direction of travel, or its last signal."""
    unit = {12: "months", 4: "quarters", 1: "years"}.get(row["frequency"], "periods")
    methods = {
        "long-term": f"{row['method'] or 'not tested'}{origins.tested(row['p_value'])}",
        "direction": "the last 6 months against the same 6 a year before, with the dispersion of the measure"
        f"{origins.tested(row['half_p'])}; since when: joinpoint regression",
        "news": "the 12 months against the 95% interval of their own forecast a period before (pm ahead)",
        "since-change": "the 12 months now against the first 12 after the declared change, with the dispersion of the "
        f"measure{origins.tested(row.get('after_p'))}; stable: the 90% interval of the change within "
        f"± {wording.whole_percent(STABLE)}",
        "signal": "control chart: limits from the 24 months before the year shown, the season taken out, no narrower "
        "than counts of this size vary; a new phase at a declared change in recording",
    }
    facts = {
        "Series": f"{row['periods']} {unit}, {long_month(row['first'])} to {long_month(row['last'])}"
        if row["first"]
        else "",
        "Window": origins.long_window(row["months"], row["period_end"]),
        "Method": methods.get(about, methods["long-term"]),
        "Row": origins.row_name("trend", row),
    }
    return origins.made([row], facts)


def trend_sentences(row: Row, measure: Measure, catalogue: Catalogue | None = None) -> list[Sentence]:
    """What a row of the trend table says: against baseline and previous-year, long-term, direction, news and signal.

    measure: the row's. catalogue: where caveats come from; None: none. Only a row with a forecast has news.
    """
    return [
        *(comparison_sentence(compared, measure, catalogue) for compared in comparisons(row, measure, catalogue)),
        *_trends(row, measure, catalogue),
        *([since_sentence(row, measure, catalogue)] if row.get("after") else []),
        *([news_sentence(row, measure, catalogue)] if row["news"] else []),
        signal_sentence(row),
    ]


def _trends(row: Row, measure: Measure, catalogue: Catalogue | None) -> list[Sentence]:
    """The long-term trend and the direction of travel; one sentence of both where they go opposite ways."""
    if {row["trend"], row["direction"]} == {"increasing", "decreasing"}:
        return [story_sentence(row, measure, catalogue)]
    return [long_term_sentence(row, measure, catalogue), direction_sentence(row, measure, catalogue)]


def story_sentence(row: Row, measure: Measure, catalogue: Catalogue | None = None) -> Sentence:
    """'Lower than five years ago; rising since about May 2021: 6,968 in the last 12 months, …; 3,400 in the last six …'

    row: one whose long-term trend and direction of travel go opposite ways, one story: its finding is a change,
    for each half would be judged the other way.
    """
    long, lately = long_term_sentence(row, measure, catalogue), direction_sentence(row, measure, catalogue)
    if row["years"] is None:  # the line since the beginning
        level = f"{_TURNS[row['trend']]} since {long_month(row['first'])} as a whole"
        first = ""
    else:
        level = f"{'higher' if row['trend'] == 'increasing' else 'lower'} than {wording.spoken(row['years'])} years ago"
        first = f"{_beside(row, measure)}; "
    when = f" since about {long_month(row['since'])}" if row["since"] else " in the last six months"
    figures = f"{first}{_halves(row, measure)}".removesuffix("; ")
    text = f"{capital(level)}; {_TURNS[row['direction']]}{when}{': ' if figures else ''}{figures}."
    caveats = dict.fromkeys(one for one in (long.caveat, lately.caveat) if one)
    return Sentence(text, "change", " ".join(caveats) or None, "long-term")


STABLE: Final = 0.1
"""What is shown to have changed by less than this fraction is called stable."""


def since_sentence(row: Row, measure: Measure, catalogue: Catalogue | None = None) -> Sentence:
    """'Stable since June 2020, Mandatory knife check: 1,517 in the last 12 months, 1,530 in the first 12 after it …'

    row: one with a declared change that lies two years back. Stable is what is shown to be: the whole 90 % interval of
    the change within STABLE. Not told from chance, and not shown to be stable either, is neither.
    """
    lead, finding = since_words(row, measure, catalogue)
    now, then = row["total"], row["after_value"]
    if now is None or then is None:
        return Sentence(f"{lead}.", finding, None, "since-change")
    apart = now - then
    size = "no difference" if apart == 0 else wording.more(apart)
    if apart and then >= SMALL_BASE:
        size += f", {wording.whole_percent(apart / then)}"
    figures = f"{words.count(now)} in the last 12 months, {words.count(then)} in the first 12 after it ({size})"
    low, high = row["after_low"], row["after_high"]
    known = low is not None and high is not None
    span = f"the 90% interval of the change, {words.percent(low, 0)} to {words.percent(high, 0)}," if known else ""
    shown = ""
    if finding == "stable":
        shown = f"; {span} lies within ± {wording.whole_percent(STABLE)}"
    elif finding in {NO_CHANGE, "not tested"} and span:
        shown = f"; not shown to be stable either: {span} reaches beyond ± {wording.whole_percent(STABLE)}"
    meaning = f" ({_MEANS[finding]})" if finding in _MEANS else ""
    return Sentence(f"{lead}{meaning}: {figures}{shown}.", finding, None, "since-change")


def since_words(row: Row, measure: Measure, catalogue: Catalogue | None = None) -> tuple[str, str]:
    """('Risen since June 2020, Mandatory knife check', its finding): how it went since the last declared change."""
    event = catalogue.events.get(row["after"]) if catalogue is not None else None
    what = f"{long_month(event.day)}, {event.label}" if event is not None else f"the change {row['after']}"
    now, then, p = row["total"], row["after_value"], row["after_p"]
    if now is None or then is None:
        return f"Not known how it went since {what}", "not available"
    low, high = row["after_low"], row["after_high"]
    if low is not None and high is not None and low > -STABLE and high < STABLE:
        return f"Stable since {what}", "stable"
    if p is not None and p < LEVEL and now != then:
        way = "increasing" if now > then else "decreasing"
        return f"{'Risen' if now > then else 'Fallen'} since {what}", judged(way, measure.better)
    return f"No clear change since {what}", NO_CHANGE if p is not None else "not tested"


def standing(said: Iterable[Said]) -> list[Said]:
    """Where a series stands now: its trends, and its news; the last chart signal only where no forecast can be made.

    A signal of eight months ago is no standing, and a chart signals more often than the 12 months are news.
    """
    about = ("long-term", "since-change", "direction", "news", "signal")
    kept = [one for one in said if one.sentence.about in about]
    return [one for one in kept if one.sentence.about != "signal" or not one.row["news"]]


def comparisons(row: Row, measure: Measure, catalogue: Catalogue | None = None) -> list[Row]:
    """The row's two comparisons as rows of the comparison table."""
    ends = {"baseline": row["baseline_end"], "previous": shift(row["period_end"], -12)}
    made = []
    for name, end in ends.items():
        if end is None:
            continue
        now, then = row["total"], row[name]
        made.append(
            {
                **{key: row[key] for key in ("source", "measure", "area", "dimension", "category")},
                "period_end": row["period_end"],
                "months": row["months"],
                "statistic": measure.kind,
                "value": now,
                "base": None,
                "against": {"previous": "previous-year"}.get(name, name),
                "against_end": end,
                "against_value": then,
                "against_base": None,
                "difference": None if now is None or then is None else now - then,
                "change": row[f"{name}_change"],
                "p_value": row[f"{name}_p"],
                "breaks": ";".join(_since(row, end, catalogue)),
                "conventions": "",
                "least": row[f"{name}_least"],
                "grade": row[f"{name}_grade"],
            }
        )
    return made


def _since(row: Row, end: Any, catalogue: Catalogue | None) -> list[str]:
    """Those of the row's recording changes that lie between the start of the window to `end` and the row's own end."""
    if catalogue is None:
        return []
    start, last = window_start(min(end, row["period_end"]), row["months"]), max(end, row["period_end"])
    ids = (row["breaks"] or "").split(";")
    return [name for name in ids if name in catalogue.events and start < catalogue.events[name].day <= last]


def long_term_sentence(row: Row, measure: Measure, catalogue: Catalogue | None = None) -> Sentence:
    """'Decreasing long-term trend (improving): 44% lower than five years before, -11.9% a year (95% …).'

    Without a change that a test tells: 'No clear long-term trend: 4% lower than five years before, within what counts
    of this size vary by themselves, ± 9%.' Across a declared change in recording the direction is said and not judged.
    """
    if row["trend"] is None:
        return Sentence(f"Long-term trend not tested: {_why_untested(row)}.", "not tested", None, "long-term")
    caveat = _caveat(row, row["first"], row["last"], catalogue)
    finding = judged(row["trend"], measure.better)
    if caveat and finding in _MEANS:
        finding = "change"
    rate = "" if _few(row, measure) else _rate(row["change_per_year"], row["low"], row["high"])
    said = _beside(row, measure) if row["years"] is not None else _since_when(row)
    if row["trend"] == NO_CHANGE:
        told = _least(row, measure) if row["years"] is not None and not _told(row) else ""
        text = f"{trend_words(row, measure)}: {said}{told}."
    else:
        meaning = f" ({_MEANS[finding]})" if finding in _MEANS else ""
        text = f"{long_term_words(row)}{meaning}: {said}{', ' + rate if rate else ''}."
    return Sentence(text, finding, caveat, "long-term")


def _told(row: Row) -> bool:
    return row["p_value"] is not None and row["p_value"] < LEVEL


def _since_when(row: Row) -> str:
    return f"{row['periods']} {_UNITS.get(row['frequency'], 'periods')} from {long_month(row['first'])}"


def _beside(row: Row, measure: Measure) -> str:
    """'6,968 in the last 12 months, 12,340 five years before (44% lower)', the line where it does not agree."""
    now, then = (words.figure(row[name], measure.kind) for name in ("total", "past"))
    change = row["past_change"]
    size = ""
    if change and min(row["total"], row["past"]) >= SMALL_BASE and measure.kind == "count":
        size = f" ({wording.whole_percent(change)} {'higher' if change > 0 else 'lower'})"
    text = f"{now} in the last 12 months, {then} {wording.spoken(row['years'])} years before{size}"
    if row["trend"] == NO_CHANGE and _told(row):
        return f"{text}; the line through the years between does not go that way"
    return text


def _least(row: Row, measure: Measure) -> str:
    """', within what counts of this size vary by themselves, ± 9%'."""
    least = row["least"]
    if least is None or measure.kind != "count" or not row["past"]:
        return ""
    size = words.count(round(least * row["past"])) if row["past"] < SMALL_BASE else wording.whole_percent(least)
    return f", within what counts of this size vary by themselves, ± {size}"


def _why_untested(row: Row) -> str:
    unit = _UNITS.get(row["frequency"])
    if unit is None:
        return "its periods are longer than a quarter"
    if not row["periods"]:
        return "no period has a figure"
    return f"{row['periods']} {unit} are too few, or too much alike"


def trend_words(row: Row, measure: Measure) -> str:
    """'Slightly decreasing long-term trend (improving)': the direction, its size and what it means."""
    meaning = _MEANS.get(judged(row["trend"], measure.better))
    return f"{long_term_words(row)}{f' ({meaning})' if meaning else ''}"


def long_term_words(row: Row) -> str:
    """'Slightly decreasing long-term trend', 'No clear long-term trend'."""
    if row["trend"] == NO_CHANGE:
        return "No clear long-term trend"
    return capital(f"{'slightly ' if _is_slight(row) else ''}{row['trend']} long-term trend")


def _is_slight(row: Row) -> bool:
    """Whether both the line and what it comes to over the years are under SLIGHT a year: 15% in five years is not."""
    change, past, years = row["change_per_year"], row["past_change"], row["years"]
    if change is None or abs(change) >= SLIGHT:
        return False
    along = past is not None and years and past > -1 and (past > 0) == (row["trend"] == "increasing")
    return not along or abs((1 + past) ** (1 / years) - 1) < SLIGHT


def direction_sentence(row: Row, measure: Measure, catalogue: Catalogue | None = None) -> Sentence:
    """'Rising since about March 2021 (worsening): 3,400 in the last six months, 2,912 in the same six before.'

    Without a change that a test tells: 'No clear direction of travel', with the figures.
    """
    if row["direction"] is None:
        return Sentence("Direction of travel not tested.", "not tested", None, "direction")
    caveat = _caveat(row, window_start(shift(row["period_end"], -12), 6), row["last"], catalogue)
    finding = judged(row["direction"], measure.better)
    if caveat and finding in _MEANS:
        finding = "change"
    figures = f": {_halves(row, measure)}" if _halves(row, measure) else ""
    if row["direction"] == NO_CHANGE:
        return Sentence(f"No clear direction of travel{figures}.", finding, caveat, "direction")
    when = f" since about {long_month(row['since'])}" if row["since"] else ""
    meaning = f" ({_MEANS[finding]})" if finding in _MEANS else ""
    return Sentence(f"{capital(_TURNS[row['direction']])}{when}{meaning}{figures}.", finding, caveat, "direction")


def _halves(row: Row, measure: Measure) -> str:
    """'3,400 in the last six months, 2,912 in the same six a year before'; empty where they are not known."""
    if row["half"] is None or row["half_previous"] is None:
        return ""
    now, then = (words.figure(row[name], measure.kind) for name in ("half", "half_previous"))
    return f"{now} in the last six months, {then} in the same six a year before"


def news_sentence(row: Row, measure: Measure, catalogue: Catalogue | None = None) -> Sentence:
    """'As expected: 1,547 in the 12 months to September 2023, between the 1,480 and 1,690 expected a quarter before.'

    Outside the 95 % interval of the forecast: 'Above what was expected (worsening): …'. row: one whose news is known.
    """
    caveat = _caveat(row, window_start(row["period_end"], 12), row["last"], catalogue)
    finding = "expected" if row["news"] == EXPECTED else judged(_WAYS[row["news"]], measure.better)
    if caveat and finding in _MEANS:
        finding = "change"
    now, low, high = (words.count(round(row[name])) for name in ("total", "expected_low", "expected_high"))
    before = f"(95%) expected a {'quarter' if row['frequency'] == 4 else 'month'} before"
    figures = f"{now} in {wording.window(12, row['period_end'])}"
    if row["news"] == EXPECTED:
        return Sentence(f"As expected: {figures}, within the {low} to {high} {before}.", finding, caveat, "news")
    meaning = f" ({_MEANS[finding]})" if finding in _MEANS else ""
    text = f"{capital(row['news'])} what was expected{meaning}: {figures}, outside the {low} to {high} {before}."
    return Sentence(text, finding, caveat, "news")


def signal_sentence(row: Row) -> Sentence:
    """The last control-chart signal of the 12 months, or that there is none."""
    if row["frequency"] not in _UNITS:
        return Sentence("No control chart: the periods are too long for one.", "not tested", None, "signal")
    if not row["signal_rule"]:
        text = f"No control-chart signal in the 12 months to {long_month(row['period_end'])}."
        return Sentence(text, "no signal", None, "signal")
    meaning = row["signal"] or "change"
    text = f"Last control-chart signal: {long_month(row['signal_end'])}, {row['signal_rule']} ({meaning})."
    return Sentence(text, meaning, None, "signal")


def _caveat(row: Row, first: Any, last: Any, catalogue: Catalogue | None) -> str | None:
    """The recording changes within the periods that were tested."""
    if catalogue is None or first is None or last is None:
        return None
    events = [
        event.id
        for event in sorted(catalogue.events.values(), key=lambda event: event.day)
        if event.kind == "recording-change" and first < event.day <= last and event.touches(row["measure"], row["area"])
    ]
    return " ".join(recording_changes(events, catalogue)) or None


def _few(row: Row, measure: Measure) -> bool:
    """Whether a series is of counts so small that a percentage of them is not said: now, a year ago and at baseline."""
    known = [row[name] for name in ("total", "previous", "baseline") if row[name] is not None]
    return measure.kind == "count" and bool(known) and max(known) < SMALL_BASE


def _rate(change: float | None, low: float | None, high: float | None) -> str:
    if change is None:
        return ""
    if low is None or high is None:
        return f"{words.percent(change)} a year"
    touches = "0.0%" in (words.percent(low), words.percent(high))  # a bound near zero: on which side of it?
    interval = " to ".join(words.percent(bound, 2 if touches else 1) for bound in (low, high))
    return f"{words.percent(change)} a year (95% {interval})"
