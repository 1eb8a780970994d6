"""The pack's "Current position": a trend and a comparison in one phrase, "but" where they clash."""

from __future__ import annotations

from typing import Any, Final

from pmcli.catalogue import Catalogue, Measure
from pmcli.views.comparison.sentences import AVERAGES, JUDGED, comparison_finding, comparison_sentence, level_figures
from pmcli.views.language import wording, words
from pmcli.views.language.caveats import incident
from pmcli.views.language.findings import SLIGHT, capital, kind_of
from pmcli.views.trend.sentences import (
    EXPECTED,
    long_term_sentence,
    long_term_words,
    news_sentence,
    since_sentence,
    since_words,
)

_AS_SAID: Final = {
    "improvement": "an improvement",
    "deterioration": "a deterioration",
    "change": "a change",
    "better": "better than average",
    "worse": "worse than average",
    "different": "a difference",
    "in line with": "in line with it",
}


def position(
    trend_row: dict[str, Any] | None,
    comparison_row: dict[str, Any] | None,
    measure: Measure,
    *,
    catalogue: Catalogue | None = None,
) -> tuple[str, str]:
    """(phrase, standing) of a measure for the performance overview.

    trend_row: of the trend table, None when there is none. comparison_row: of the comparison table, against the
    baseline, a year before, or other forces. News, the latest 12 months outside their own forecast, is said after them
    and counts for the standing. standing: "good", "bad", "mixed" (one of each), "" (no judgement) or
    "missing" when neither is there to speak of. "but" joins a good thing and a bad one, "and" everything else.
    catalogue: says which windows hold a mass event; a comparison with such a window names it, and judges nothing.
    """
    parts: list[tuple[str, str]] = []
    if trend_row is not None and (trend_row.get("after_p") is not None or trend_row["trend"] is not None):
        parts.append(_going(trend_row, measure, catalogue))
    if comparison_row is not None and comparison_row["value"] is not None:
        if comparison_row["against_value"] is not None:
            unlike = incident(comparison_row, catalogue)
            across = _is_across(comparison_row, measure)
            kind = "" if unlike or across else kind_of(comparison_finding(comparison_row, measure))
            parts.append(
                (_compared(comparison_row, measure, whole=not parts) + (f" ({unlike})" if unlike else ""), kind)
            )
        elif not parts:
            parts.append((_alone(comparison_row, measure), ""))
    if not parts:
        if comparison_row is None:
            return "Not available", "missing"
        return comparison_sentence(comparison_row, measure).text.removesuffix("."), "missing"
    kinds = {kind for _, kind in parts}
    between = "; " if parts[-1][0].endswith(_APART) else " but " if kinds >= {"good", "bad"} else " and "
    phrase = between.join(text for text, _ in parts)
    if trend_row is not None and trend_row["news"] not in {None, EXPECTED}:
        kinds.add(kind_of(news_sentence(trend_row, measure, catalogue).finding))
        unit = "quarter" if trend_row["frequency"] == 4 else "month"
        phrase = f"{phrase}; {trend_row['news']} what was expected a {unit} before"
    clash = kinds >= {"good", "bad"}
    return phrase, "mixed" if clash else "good" if "good" in kinds else "bad" if "bad" in kinds else ""


def _going(row: dict[str, Any], measure: Measure, catalogue: Catalogue | None) -> tuple[str, str]:
    """Since a declared change in recording where there is one, else over the years; judged as on its page."""
    if row.get("after_p") is not None:
        return since_words(row, measure, catalogue)[0], kind_of(since_sentence(row, measure, catalogue).finding)
    return long_term_words(row), kind_of(long_term_sentence(row, measure, catalogue).finding)


def _is_across(row: dict[str, Any], measure: Measure) -> bool:
    """Whether a change was told across a declared change in recording: shown, and not judged."""
    return bool(row.get("breaks")) and comparison_finding(row, measure) in JUDGED


_APART: Final = ", not judged"


def _compared(row: dict[str, Any], measure: Measure, *, whole: bool) -> str:
    """'fewer offences v. 12 months to December 2019'; whole: it stands alone, and begins the phrase."""
    finding = comparison_finding(row, measure)
    if row["statistic"] != "count":
        text = _level(row, measure, finding)
        return capital(text) if whole else text
    things = wording.short_noun(measure)
    versus = f"v. {wording.against(row['months'], row['against_end'])}"
    if _is_across(row, measure):
        then = wording.window(row["months"], row["against_end"])
        text = f"{words.count(row['value'])} {things} against {words.count(row['against_value'])} in {then}{_APART}"
    elif finding == "no clear change":
        text = f"no clear change in {things} {versus}" if row["difference"] else f"as many {things} {versus}"
    elif finding == "not tested":
        text = f"{words.count(row['value'])} {things} {versus} ({words.count(row['against_value'])}; not tested)"
    else:
        slight = row["change"] is not None and abs(row["change"]) < SLIGHT
        way = "more" if row["difference"] > 0 else "fewer"
        text = f"{'slightly ' if slight else ''}{way} {things} {versus}"
    return capital(text) if whole else text


def _level(row: dict[str, Any], measure: Measure, finding: str) -> str:
    """'80% against 83% in the 12 months to March 2020: no clear change'."""
    unit = "" if row["statistic"] == "share" else wording.unit(measure)[1]
    pair = level_figures(row, finding)
    if row["against"] in AVERAGES:
        against = f"{AVERAGES[row['against']]} of {pair[1]}{unit}"
    else:
        against = f"{pair[1]}{unit} in {wording.window(row['months'], row['against_end'])}"
    said = _APART.removeprefix(", ") if _is_across(row, measure) else _AS_SAID.get(finding, finding)
    return f"{pair[0]}{unit} against {against}: {said}"


def _alone(row: dict[str, Any], measure: Measure) -> str:
    """The figure of a window that there is nothing to compare with."""
    window = wording.window(row["months"], row["period_end"])
    if row["statistic"] == "count":
        return f"{words.count(row['value'])} {wording.noun(measure, row['value'])} in {window}"
    unit = "" if row["statistic"] == "share" else wording.unit(measure)[1]
    share = row["statistic"] == "share"
    figure = wording.share_of(row["value"], row["base"]) if share else words.figure(row["value"], row["statistic"])
    return f"{figure}{unit} in {window}"
