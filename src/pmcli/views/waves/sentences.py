"""The sentences of survey waves: a group's share, its change since the wave before, and gaps between groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from math import isclose
from typing import Any

from pmcli.catalogue import Catalogue, Measure
from pmcli.tables import WAVES
from pmcli.views.language import wording, words
from pmcli.views.language.findings import category, measure_of
from pmcli.views.language.forms import Figure
from pmcli.views.language.origins import of_rows
from pmcli.views.language.statement import Row, Said, Sentence, rests

_SMALL = "Too few respondents to test: the share is shown with that in mind."


def statements(rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Said]:
    """A sentence a row of each survey's latest wave, then the district that stands out among those of a force."""

    def survey(row: Row) -> tuple[Any, ...]:
        return row["source"], row["measure"], row["months"], row["area"].partition("/")[0]

    latest: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        latest[survey(row)] = max(latest.get(survey(row), row["period_end"]), row["period_end"])
    districts: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        if row["period_end"] != latest[survey(row)]:
            continue
        if "/" in row["area"] and row["dimension"] == "all" and row["kind"] == "group":
            districts.setdefault(survey(row), []).append(row)
        gap = row["kind"] == "gap"
        yield _said(row, gap_sentence(row) if gap else wave_sentence(row, measure_of(catalogue, row)))
    for several in districts.values():
        measure = measure_of(catalogue, several[0])
        first = extreme_row(several, measure)
        if first is not None:
            known = [row for row in several if row is not first and row["value"] is not None and not row["too_small"]]
            label = catalogue.area_label(first["area"]).partition(": ")[2]
            yield _said(first, extreme_sentence([first, *known], measure, label))


def _said(row: Row, sentence: Sentence) -> Said:
    figures = {
        name: Figure(row[column], "points")
        for name, column in (("value", "value"), ("comparator", "against_value"))
        if row["kind"] == "gap"
    }
    return rests(row, WAVES, sentence, partial(of_rows, WAVES.name, [row]), p_value=row["p_adjusted"], **figures)


def wave_sentence(row: Row, measure: Measure, name: str = "") -> Sentence:
    """'Confidence, Castle Point: 56.0% in the 12 months to June 2023 against 74.0% in …: 18.0 points lower, …'

    row: of kind "group" in the waves table. name: who the share is of, when it is not the whole.
    """
    subject = f"{measure.label}{category(row)}{f', {name}' if name else ''}"
    if row["value"] is None:
        why = (
            f"a base of {words.count(round(row['base'], 1))}, too few for a percentage,"
            if row["base"]
            else "no answers"
        )
        return Sentence(f"{subject}: not available, {why} in {_wave(row)}.", "not available", None, "change")
    now = f"{subject}: {wording.share_of(row['value'], row['base'])} in {_wave(row)}"
    caveat = _SMALL if row["too_small"] else None
    if row["against_value"] is None:
        reason = "the first wave" if row["against_end"] is None else "no figure of the wave before"
        return Sentence(f"{now}; {reason}.", "not available", caveat, "change")
    pair = wording.shares_of(row, apart=True)
    now = f"{subject}: {pair[0]} in {_wave(row)}"
    then = f"{pair[1]} in {wording.window(row['months'], row['against_end'])}"
    if row["significant"] is None:
        return Sentence(f"{now} against {then}; not tested.", "not tested", caveat, "change")
    if not row["significant"]:
        return Sentence(f"{now} against {then}: no significant change.", "no clear change", caveat, "change")
    up = row["difference"] > 0
    points = f"{words.size_in_points(row['difference'])} {'higher' if up else 'lower'}"
    finding = "change" if not measure.better else "improvement" if up == (measure.better == "up") else "deterioration"
    return Sentence(f"{now} against {then}: {points}, a significant {finding}.", finding, caveat, "change")


def extreme_sentence(rows: Sequence[Row], measure: Measure, label: str) -> Sentence:
    """'Castle Point has the lowest share of 14 districts, 56.0% in …, and the largest fall (18.0 points, significant).'

    rows: of one wave and force, a district each, the one that the sentence is about first (see `extreme_row`). label:
    what that district is called. Only a significant change is called the largest.
    """
    row = rows[0]
    place = "lowest" if measure.better == "up" else "highest"
    figure = f"{words.share(row['value'])} in {_wave(row)}"
    text = f"{measure.label}: {label} has the {place} share of {len(rows)} districts, {figure}"
    if row["significant"] and (row["difference"] > 0) == (measure.better == "down"):
        same_way = [one for one in rows if one["significant"] and one["difference"] * row["difference"] > 0]
        if abs(row["difference"]) >= max(abs(one["difference"]) for one in same_way):
            move = "fall" if row["difference"] < 0 else "rise"
            text += f", and the largest {move} ({words.size_in_points(row['difference'])}, significant)"
    return Sentence(f"{text}.", place, None, place)


def extreme_row(rows: Sequence[Row], measure: Measure) -> Row | None:
    """The district with the share that is worst by the measure's polarity; None where none stands alone or is large."""
    known = [row for row in rows if row["value"] is not None and not row["too_small"]]
    if len(known) < 3 or not measure.better:
        return None
    known.sort(key=lambda row: row["value"], reverse=measure.better == "down")
    return None if isclose(known[0]["value"], known[1]["value"]) else known[0]


def gap_sentence(row: Row) -> Sentence:
    """'Gap, Victim of crime minus Non victim: -15 points (p <0.001), -17 before: no significant change (p 0.43).'

    row: of kind "gap" in the waves table.
    """
    now = f"Gap, {row['category']}: {words.whole_points(row['value'])} points to {words.long_month(row['period_end'])}"
    if row["value"] is None:
        return Sentence(f"Gap, {row['category']}: not known to {words.long_month(row['period_end'])}.",
                        "not available", None, "gap")  # fmt: skip
    if row["too_small"]:
        return Sentence(f"{now}; too few respondents to test.", "not tested", None, "gap")
    now += f" (p {words.p_value(row['gap_p'])})"
    if row["against_value"] is None:
        return Sentence(f"{now}.", "not available", None, "gap")
    then = f"{words.whole_points(row['against_value'])} to {words.long_month(row['against_end'])}"
    if row["significant"] is None:
        return Sentence(f"{now}; {then}; the change is not tested.", "not tested", None, "gap")
    wider = "wider" if abs(row["value"]) > abs(row["against_value"]) else "narrower"
    verdict = f"significantly {wider}" if row["significant"] else "no significant change"
    text = f"{now}; {then}: {verdict} (p {words.p_value(row['p_adjusted'])})."
    return Sentence(text, "change" if row["significant"] else "no clear change", None, "gap")


def _wave(row: Row) -> str:
    return wording.window(row["months"], row["period_end"])
