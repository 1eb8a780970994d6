"""One change in words: 'Burglary v. last year: no longer an improvement; 4,346 → 4,489, of which 40 by revision …'."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from pmcli.catalogue import Catalogue
from pmcli.notes import listing
from pmcli.steps.change_reasons import COUNTED, Revision
from pmcli.steps.change_rests import OF_WINDOW, is_verdict
from pmcli.steps.changes import Change, cell
from pmcli.tables import COMPARISON, EDITION, OBSERVATIONS, OUTLIERS, RANK, SENSITIVITY, SENTENCES, SPC
from pmcli.views.language import forms, wording, words
from pmcli.views.language.findings import measure_of
from pmcli.views.language.parts import category
from pmcli.views.language.statement import Row
from pmcli.views.outliers.sentences import by_rule
from pmcli.visible import visible

BESIDE: Final = {
    "baseline": "v. the baseline", "previous-year": "v. last year", "five-years": "v. five years before",
    "national": "v. the national average", "peers": "v. the Most Similar Group",
    "long-term": "long-term trend", "direction": "direction of travel", "signal": "control chart",
    "news": "against its forecast", "verdict": "outlier position", "outliers": "outlier position",
    "rank-national": "rank among forces", "rank-peers": "rank in the Most Similar Group",
    "position": "funnel plot", "gap": "gap", "lowest": "lowest group", "highest": "highest group",
    "largest": "largest category", "total": "total", "change": "change", "period": "", "group": "", "False": "",
    "True": "total", "turn": "outlook", "conventions": "conventions",
}  # fmt: skip
"""The rest of a row's key, part by part, as it stands behind the measure's name."""

_ARTICLE: Final = {
    "improvement": "an improvement", "deterioration": "a deterioration", "change": "a change",
    "outlier": "an outlier", "expected": "as expected", "in line with": "in line with it",
}  # fmt: skip
_SIGNAL: Final = {"improvement": "a signal for the better", "deterioration": "a signal for the worse",
                  "change": "a signal"}  # fmt: skip
_LOUD: Final = frozenset({"improvement", "deterioration", "change", "better", "worse", "different", "outlier", "high",
                          "low"})  # fmt: skip
_PLAIN: Final = frozenset({"no clear change", "no clear difference", "no signal", "not an outlier", "expected"})
_HELD: Final = {
    "previous-year": "the year before", "baseline": "the baseline", "national": "the national average",
    "peers": "the Most Similar Group", "five-years": "five years before",
}  # fmt: skip
LONG: Final = 12
"""The window that goes without saying."""

_NAMED_MONTHS: Final = 3
_OF_PERIODS: Final = (OBSERVATIONS, SPC, EDITION)
"""Tables whose values are those of a period, and were first seen in a month."""

_TEXT: Final = 160
"""So much of a text that is another is shown."""


def sentence_of(change: Change, catalogue: Catalogue, *, named: bool = True) -> str:
    """The change in a sentence, without what it is because of. named: whether the area is said."""
    lead = title(change, catalogue, named=named)
    if change.what in ("verdict", "finding"):
        return f"{lead}: {_turned(change, catalogue)}."
    period = wording.window(change.row["months"], change.row["period_end"])
    form = form_of(change, catalogue)
    was, now = pair_of(change.was, change.now, form)
    column = "" if change.column == "value" else f"{change.column.replace('_', ' ')} "
    if change.what == "gone":
        return f"{lead}, {period}: {column}{was}, gone."
    if change.before is None:
        return f"{lead}, {period}: {column}{now}, new."
    if change.what == "revised":
        return f"{lead}, {period}: {_revised(change, column, was, now, counted=form == 'count')}."
    return f"{lead}: {_moved(change, column, was, now)}."


def title(change: Change, catalogue: Catalogue, *, named: bool = True) -> str:
    """'Burglary (weapon: knife), Essex, v. last year'."""
    row = change.row
    name = f"{catalogue.label(row['measure'])}{category(row)}"
    if change.table is OUTLIERS and change.what == "verdict":
        beside = BESIDE["verdict"]
    else:
        beside = "" if _of_its_own(change) else item_label(change.item, row, catalogue)
    if not named:
        return f"{name} {beside}".strip()
    return f"{name}, {catalogue.area_label(row['area'])}{', ' if beside else ''}{beside}"


def _of_its_own(change: Change) -> bool:
    """Whether a cell is of the window itself, whatever that is held against."""
    if change.table in (COMPARISON, RANK):
        return change.column in OF_WINDOW
    about = change.item.rpartition("/")[2]
    return change.table is EDITION and change.column in OF_WINDOW and about in COUNTED - {"direction"}


def force_of(row: Row) -> str:
    """The force that a row's area is, or is a district of."""
    return str(row["area"]).partition("/")[0]


def is_district(row: Row) -> bool:
    """Whether a row is of a district, which is named whatever else is."""
    return "/" in row["area"]


def item_label(item: str, row: Row, catalogue: Catalogue) -> str:
    """The rest of a row's key as people read it; '' for what the measure and period say already."""
    if "convention" in row and row.get("setting"):
        return f"with {row['convention']}: {row['setting']}"
    criteria = {one.id: one.label for rule in catalogue.rules.values() for one in rule.criteria} if item else {}
    said = []
    for part in item.split("/"):
        if part in ("", row["measure"], *catalogue.rules):
            continue
        if part.startswith("verdict-"):
            said.append(f"{BESIDE['verdict']} {by_rule(part.removeprefix('verdict-'))}")
        else:
            criterion = f'criterion "{criteria[part]}"' if part in criteria else part
            said.append(BESIDE.get(part, criterion))
    return " ".join(filter(None, said))


def turned(was: str | None, now: str | None, about: str = "") -> str:
    """'no longer an improvement', 'now an outlier', 'now a deterioration, before an improvement'."""
    names = {**_ARTICLE, **(_SIGNAL if about == "signal" else {})}
    before, after = (names.get(word or "", word or "not said") for word in (was, now))
    if was in _LOUD and now not in _LOUD:
        return f"no longer {before}" + ("" if now in _PLAIN else f" ({after})")
    if now in _LOUD and was in _PLAIN:
        return f"now {after}"
    return f"now {after}, before {before}"


def months_named(ends: Sequence[date], months: int = 1) -> str:
    """'March and April 2023', 'the 3 months to March and June 2023'; of many '14 periods from … to …'."""
    names = [words.long_month(end) for end in ends]
    if len(names) > _NAMED_MONTHS:
        return f"{len(names)} periods from {names[0]} to {names[-1]}"
    if len({end.year for end in ends}) == 1:
        names = [name.partition(" ")[0] for name in names[:-1]] + names[-1:]
    return f"{'' if months == 1 else f'the {months} months to '}{listing(names)}"


def revision_words(revision: Revision | None, change: float) -> str:
    """', of which 40 by revision of March and April 2023'; '' without one."""
    if revision is None:
        return ""
    which = months_named(revision.periods, revision.months)
    if not revision.by:
        return f", the revisions of {which} cancelling out"
    same_way = revision.by * change > 0
    by = words.count(abs(revision.by)) if same_way else words.signed(revision.by)
    return f", of which {by} by revision of {which}"


def figure_text(value: Any, form: str) -> str:
    """A cell by its form; text as it is."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value or "none"
    if form == "year":
        return str(value)
    if form == "spread":
        return words.size_in_points(value)
    try:
        return forms.text(value, form)
    except KeyError:
        return forms.text(value, "count")


def pair_of(was: Any, now: Any, form: str) -> tuple[str, str]:
    """Two figures as text, to as many places as it takes to tell them apart."""
    one, other = figure_text(was, form), figure_text(now, form)
    alike = (
        form != "p"
        and one == other
        and was != now
        and not any(isinstance(side, str | date | None) for side in (was, now))
    )
    return exactly(was, now) if alike else (one, other)


def exactly(was: Any, now: Any) -> tuple[str, str]:
    """Two numbers as text that tells them apart."""
    for places in (4, 6, 9, 12):
        pair = words.significant(was, places), words.significant(now, places)
        if pair[0] != pair[1]:
            return pair
    return str(cell(was)), str(cell(now))


# ------------------------------------------------------------------------------------------------------------- helpers


def _turned(change: Change, catalogue: Catalogue) -> str:
    """What a verdict or finding was and is; of a statement with the figures it rests on."""
    if change.table is not EDITION:
        if change.column == "flag":
            names = {True: "met", False: "not met", None: "not tested"}
            return f"now {names[change.now]}, before {names[change.was]}"
        if change.what == "verdict":
            return turned(change.was, change.now)
        if change.table is SENTENCES:
            return turned(change.was, change.now, change.item.rpartition("/")[2])
        if change.table is SENSITIVITY:
            return _turns(change, catalogue)
        column = f"{change.column.replace('_', ' ')} "
        now, was = (figure_text(one, "text") if one is not None else "none" for one in (change.now, change.was))
        return f"{column}now {now}, before {was}"
    about = change.row["statement"].rpartition("/")[2]
    text = turned(change.was, change.now, about)
    if about == "signal":  # the months of two signals are two months: no figure moved from one to the other
        return text
    return text + figures_moved(change.before, change.after, change.revision)


def _turns(change: Change, catalogue: Catalogue) -> str:
    """'no criterion turns under it now; before rate v. the Most Similar Group average did'."""
    named = {one.id: one.label for rule in catalogue.rules.values() for one in rule.criteria}
    now, was = ([named.get(one, one) for one in str(side or "").split(";") if one] for side in (change.now, change.was))
    did = f"before {listing(was)} did" if was else "before none did"
    return f"{listing(now) if now else 'no criterion'} turns under it now, {did}"


def figures_moved(before: Row | None, after: Row | None, revision: Revision | None) -> str:
    """'; 4,346 → 4,489, of which 40 by revision of March and April 2023; the year before 4,701 → 4,650'."""
    if before is None or after is None or None in (before["value"], after["value"]) or before["form"] != after["form"]:
        return ""
    if is_verdict(after["statement"]):
        met = "criterion" if after["value"] == 1 else "criteria"
        return f"; {words.count(after['value'])} {met} met, {words.count(before['value'])} before"
    pair = pair_of(before["value"], after["value"], after["form"])
    text = f"; {pair[0]} → {pair[1]}" if before["value"] != after["value"] else f"; {pair[1]} as before"
    text += _within(after["months"])
    text += revision_words(revision, after["value"] - before["value"])
    held, beside = _HELD.get(after["against"]), (before["against_value"], after["against_value"])
    if held and None not in beside and beside[0] != beside[1]:
        one, other = pair_of(*beside, after["form"])
        text += f"; {held} {one} → {other}"
    return text


def _within(months: int) -> str:
    return "" if months == LONG else " in the month" if months == 1 else f" in {months} months"


def _revised(change: Change, column: str, was: str, now: str, *, counted: bool) -> str:
    """'revised from 340 to 352 (+12), first seen in the figures to April 2023'."""
    if change.was is None:
        return f"{column}{now}, not known before"
    if change.now is None:
        return f"{column}no longer known, {was} before"
    if isinstance(change.was, str):
        return f"{column or 'value '}{_texts(change)}"
    by = f" ({words.signed(change.difference)})" if change.difference and counted else ""
    stood = change.seen if change.table in _OF_PERIODS and change.column == "value" else None
    first = f", first seen in the figures to {words.long_month(stood)}" if stood else ""
    return f"{column}revised from {was} to {now}{by}{first}"


def _moved(change: Change, column: str, was: str, now: str) -> str:
    """'4,346 in the 12 months to April 2023, 4,489 in the 12 months to July 2023'."""
    before, after = change.before or change.row, change.row
    if change.column == "source":
        return f"by {now}, before by {was}"
    if isinstance(change.now, date) or isinstance(change.was, date):
        of = "" if change.column == "period_end" else f"{change.column.removesuffix('_end').replace('_', ' ')} "
        return f"{of}to {now}, before to {was}"
    if isinstance(change.now, str) or isinstance(change.was, str):
        return f"{column}{_texts(change)}"
    ends = (before["period_end"], after["period_end"])
    if change.column.startswith("against_") and None not in (before.get("against_end"), after.get("against_end")):
        ends = (before["against_end"], after["against_end"])
    first, last = (wording.window(after["months"], end) for end in ends)
    if first == last:
        return f"{column}now {now}, before {was}, of {last}"
    text = f"{column}{was} in {first}, {now} in {last}"
    return text + (revision_words(change.revision, change.difference) if change.difference is not None else "")


def _texts(change: Change) -> str:
    """'now "…", before "…"': two texts, so far as they are short enough to show."""
    was, now = (visible(str(side or "none"), _TEXT) for side in (change.was, change.now))
    return f'now "{now}", before "{was}"' if was != now else "is another than before"


def form_of(change: Change, catalogue: Catalogue) -> str:
    """The form of the cells of a change, as the contract, the row, its measure or its criterion gives it."""
    table, row = change.table, change.row
    kind = measure_of(catalogue, row).kind
    if table is OUTLIERS and change.column in ("value", "comparator", "difference", "sd"):
        kinds = {one.id: one.kind for rule in catalogue.rules.values() for one in rule.criteria}
        return _of_criterion(kinds.get(row["criterion"], ""), change.column)
    if table is EDITION and change.column in ("value", "against_value"):
        return str(row["form"])
    if table is EDITION and change.column == "difference":
        return forms.difference_of_kind({"rate": "mean"}.get(str(row["form"]), str(row["form"])))
    if table is OBSERVATIONS:
        return "count"
    if table is SENTENCES and change.column in ("value", "comparator", "difference"):
        return _said_form(change, catalogue, kind)
    form = table.form(change.column, {"statistic": kind} | row)
    return {"figure": "count", "difference": "signed"}.get(form, form)


def _of_criterion(kind: str, column: str) -> str:
    """The form of a figure of an outlier criterion: a change is in percent, a difference of changes in points."""
    if kind == "change":
        return {"difference": "points", "sd": "spread"}.get(column, "percent")
    return "rate" if kind == "rate" else "signed" if column == "difference" else "count"


def _said_form(change: Change, catalogue: Catalogue, kind: str) -> str:
    """The form of a figure of a sentence: that of the table that it rests on."""
    row = change.row
    if row["table"] == OUTLIERS.name:
        kinds = {one.id: one.kind for rule in catalogue.rules.values() for one in rule.criteria}
        return _of_criterion(kinds.get(row["about"], ""), change.column)
    if row["table"] == RANK.name:
        return "rate"
    form = forms.of_kind(kind)
    return forms.difference_of_kind(kind) if change.column == "difference" else form
