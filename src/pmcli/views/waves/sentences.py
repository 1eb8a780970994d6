"""The sentences of survey waves: a group's share, its change since the wave before, and gaps between groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from math import isclose
from typing import Any

from pmcli.catalogue import Catalogue, Measure
from pmcli.tables import KEY, WAVES
from pmcli.views.language import wording, words
from pmcli.views.language.findings import LEVEL, SMALL_BASE, measure_of
from pmcli.views.language.forms import Figure
from pmcli.views.language.origins import of_rows
from pmcli.views.language.parts import category, spoken
from pmcli.views.language.statement import Row, Said, Sentence, rests
from pmcli.views.waves.groups import each_group

_SMALL = "Too few respondents to test: the share is shown with that in mind."


def statements(rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Said]:
    """A sentence a row of each survey's latest wave, then the district that stands out among those of a force.

    Of a whole force the level is said where there is no wave before, it is about one in three, or another measure is
    said beside it; of a breakdown of few groups what each of them did, in one sentence.
    """
    latest: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        latest[_survey(row)] = max(latest.get(_survey(row), row["period_end"]), row["period_end"])
    now = [row for row in rows if row["period_end"] == latest[_survey(row)]]
    by_key = {(*(row[name] for name in KEY), row["kind"]): row for row in now}
    together: dict[tuple[Any, ...], list[Row]] = {}
    for row in now:
        measure = measure_of(catalogue, row)
        if row["kind"] == "gap":
            yield _said(row, gap_sentence(row, *_pair(row, by_key)))
            continue
        whole = "/" not in row["area"] and row["dimension"] == "all"
        alone = whole and row["value"] is not None and row["against_value"] is None  # the level says the same
        if not alone:
            district = catalogue.area_label(row["area"]).partition(": ")[2] if "/" in row["area"] else ""
            yield _said(row, wave_sentence(row, measure, district))
        if not whole:
            whose = row["area"].partition("/")[0] if row["dimension"] == "all" else row["area"]
            together.setdefault((*_survey(row), whose, row["dimension"]), []).append(row)
        elif alone or (row["value"] is not None and (measure.beside or wording.one_in(row["value"]))):
            other = by_key.get((*(measure.beside if name == "measure" else row[name] for name in KEY), "group"))
            yield _said(row, level_sentence(row, measure, other, catalogue))
    for several in together.values():
        yield from _of_groups(several, catalogue)


def _survey(row: Row) -> tuple[Any, ...]:
    return row["source"], row["measure"], row["months"], row["area"].partition("/")[0]


def _pair(row: Row, by_key: Mapping[tuple[Any, ...], Row]) -> list[Row]:
    """The rows of the two groups of a gap, where they are among the rows."""
    names = row["category"].split(" minus ")
    keys = [(*(name if column == "category" else row[column] for column in KEY), "group") for name in names]
    return [by_key[key] for key in keys] if all(key in by_key for key in keys) else []


def _of_groups(several: Sequence[Row], catalogue: Catalogue) -> Iterator[Said]:
    """The districts' extreme; and of a breakdown of few groups what each did."""
    measure, first = measure_of(catalogue, several[0]), several[0]
    districts = first["dimension"] == "all"
    if districts and (worst := extreme_row(several, measure)) is not None:
        known = [row for row in several if row is not worst and row["value"] is not None and not row["too_small"]]
        label = catalogue.area_label(worst["area"]).partition(": ")[2]
        yield _said(worst, extreme_sentence([worst, *known], measure, label))
    names = [catalogue.area_label(row["area"]).partition(": ")[2] if districts else row["category"] for row in several]
    by = "district" if districts else spoken(first["dimension"])
    each = each_group(several, measure, names, by)
    if each is not None:
        yield _said(first, each, several)


def _said(row: Row, sentence: Sentence, rows: Sequence[Row] = ()) -> Said:
    nothing = dict.fromkeys(("value", "against_end", "comparator", "difference", "p_value")) if rows else {}
    figures = {
        name: Figure(row[column], "points")
        for name, column in (("value", "value"), ("comparator", "against_value"))
        if row["kind"] == "gap"
    }
    origin = partial(of_rows, WAVES.name, rows or [row])
    return rests(row, WAVES, sentence, origin, **{"p_value": row["p_adjusted"]} | figures | nothing)


def level_sentence(row: Row, measure: Measure, other: Row | None, catalogue: Catalogue) -> Sentence:
    """'Police doing a good job …: 46.0% in the 12 months to June 2023; police doing a poor job …: 20.0%.'

    row: a whole force's. other: the row of the measure that is said beside it (`beside` in its stanza), or None.
    """
    text = f"{measure.label}: {_share(row)} in {_wave(row)}"
    if other is not None and other["value"] is not None:
        label = catalogue.label(other["measure"])
        text += f"; {label[:1].lower()}{label[1:]}: {_share(other)}"
    return Sentence(f"{text}.", "stated", _SMALL if row["too_small"] else None, "level")


def _share(row: Row) -> str:
    """'33.4% (about one in three)'."""
    text = wording.share_of(row["value"], row["base"])
    part = wording.one_in(row["value"]) if text.endswith("%") else ""
    return f"{text} ({part})" if part else text


def wave_sentence(row: Row, measure: Measure, name: str = "") -> Sentence:
    """'Confidence, Castle Point: 56.0% in the 12 months to June 2023 against 74.0% in …: 18.0 points lower, …'

    row: of kind "group" in the waves table. name: who the share is of, when it is not the whole.
    """
    subject = f"{measure.label}{category(row)}{f', {name}' if name else ''}"
    if row["value"] is None:
        few = row["base"] is not None and 0 < row["base"] < SMALL_BASE
        why = f"a base of {words.count(round(row['base'], 1))}, too few for a percentage," if few else "no answers"
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


def gap_sentence(row: Row, *pair: Row) -> Sentence:
    """'Gap between Victim of crime and Non victim: 16.0 points (58.0% v. 74.0%) in the 3 months to June 2023, …'

    '… against 15.0 in the 3 months to March 2023 (no significant change, p 0.85) and 14.0 in the 3 months to … (…).'
    row: of kind "gap" in the waves table. pair: the rows of its two groups; without them their shares are not said.
    """
    first, _, second = row["category"].partition(" minus ")
    if row["value"] is None:
        text = f"Gap between {first} and {second}: not known in {_wave(row)}."
        return Sentence(text, "not available", None, "gap")
    shares = [wording.share_of(one["value"], one["base"]) for one in pair if one["value"] is not None]
    shown = f" ({' v. '.join(shares)})" if len(shares) == 2 else ""
    points = wording.printed_points((shares[0], shares[1]), row["value"]) if shown else words.some_points(row["value"])
    now = f"{points}{shown} in {_wave(row)}"
    if row["too_small"]:
        return Sentence(
            f"Gap between {first} and {second}: {now}; too few respondents to test.", "not tested", None, "gap"
        )
    clear = row["gap_p"] is not None and row["gap_p"] < LEVEL
    lead = f"{'Gap' if clear else 'No clear gap'} between {first} and {second}: {now}"
    lead += "" if row["gap_p"] is None else f" (p {words.p_value(row['gap_p'])})"
    earlier = [
        _earlier_gap(row, "against", row["significant"], row["p_adjusted"]),
        _earlier_gap(row, "year", None if row.get("year_p") is None else row["year_p"] < LEVEL, row.get("year_p")),
    ]
    said = [text for text, _ in earlier if text]
    if not said:
        return Sentence(f"{lead}.", "not available", None, "gap")
    told = [significant for text, significant in earlier if text and significant is not None]
    finding = "not tested" if not told else "change" if any(told) else "no clear change"
    return Sentence(f"{lead}, against {' and '.join(said)}.", finding, None, "gap")


def _earlier_gap(row: Row, when: str, significant: bool | None, p: float | None) -> tuple[str, bool | None]:
    """'15.0 in the 3 months to March 2023 (no significant change, p 0.85)', or nothing where there was no such wave."""
    end, value = row.get(f"{when}_end"), row.get(f"{when}_value")
    if end is None or value is None or (when == "year" and end == row["against_end"]):
        return "", None
    size = words.size_in_points(value, "")
    size = f"{size} the other way" if value * row["value"] < 0 and size != "0.0" else size
    if significant is None:
        return f"{size} in {wording.window(row['months'], end)} (not tested)", None
    way = "wider" if abs(row["value"]) > abs(value) else "narrower"
    test = f"significantly {way}" if significant else "no significant change"
    return f"{size} in {wording.window(row['months'], end)} ({test}, p {words.p_value(p)})", significant


def _wave(row: Row) -> str:
    return wording.window(row["months"], row["period_end"])
