"""What has changed since the last edition of a force's pack: figures, findings, gaps, and what is as it was.

Both editions are tables of the same contract, so this is `pm diff` of them, told measure by measure. A finding that
turned is of the whole force and one that the outlier rules, a comparison or a trend make: the last signal of a control
chart comes and goes with every quarter, and is not counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.history import Stage
from pmcli.pack.edition import Edition
from pmcli.pack.model import Exhibit, Origin, Pack, Page, Section, Statement
from pmcli.pack.names import called, every
from pmcli.steps.change_reasons import COUNTED, Differing, Periods, Revision
from pmcli.steps.change_rests import is_verdict
from pmcli.steps.changes import PERIOD, Change, changes
from pmcli.tables import EDITION
from pmcli.views.blocks import Block
from pmcli.views.changes.table import reasons
from pmcli.views.changes.words import figure_text, item_label, pair_of, revision_words, sentence_of, turned
from pmcli.views.language import wording, words
from pmcli.views.language.findings import kind_of
from pmcli.views.language.forms import Figure
from pmcli.views.language.words import long_month

HEADLINES: Final = 3
"""So many sentences at most are for the first page."""

ID: Final = "since-last-edition"
TITLE: Final = "Since the last edition"

_FIGURES: Final = ("previous-year", "baseline", "national", "peers")
"""The statements whose figure is a measure's own, the first that it has."""

_UNKNOWN: Final = frozenset({"not available", "not tested"})
_PLAIN: Final = frozenset({"no clear change", "no clear difference", "in line with", "expected"})
"""Findings that say the same of a measure, that nothing is to be said."""

_LISTED: Final = 24
"""Revised figures that the page lists, the largest first."""

_NAMED: Final = 1
"""Findings that a sentence of the first page names; what is worse now before the rest."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LastEdition:
    """A pack beside the one published before it.

    to: the last day of the earlier pack's window. page: the page "Since the last edition". lines: measure id -> the
    one line on that measure's page. first: the sentences that matter most, in order.
    """

    to: date
    page: Page
    lines: Mapping[str, Statement] = field(default_factory=dict)
    first: tuple[str, ...] = ()

    def headlines(self) -> list[str]:
        """At most three sentences for the first page, the loudest first: a verdict that turned, then counts."""
        return list(self.first[:HEADLINES])

    def line(self, measure: str) -> Statement | None:
        """The line on a measure's page; None for a measure that neither edition has."""
        return self.lines.get(measure)


@dataclass(slots=True)
class _Since:
    """A measure in the two editions.

    before, now: the row of its own figure in each, None where it has none. turned: its findings that turned. revised:
    its figures of the source that did. moved: whether any statement of it or figure behind it is another.
    """

    measure: str
    before: Row | None
    now: Row | None
    turned: list[Change]
    revised: list[Change]
    moved: bool
    revision: Revision | None = None


def put_beside(pack: Pack, last: Edition, stages: Sequence[Stage], catalogue: Catalogue) -> LastEdition:
    """Say in a pack what has changed since its last edition: a page of it, and a line on each measure's page.

    stages: the history of this pack, which tells which files are others. Returns what the first page may quote.
    """
    found = since(pack, last, Differing.between(last.stages, stages), catalogue)
    for page in pack.pages():
        line = found.line(page.id)
        if line is not None:
            page.statements.append(line)
    pack.sections.insert(0, Section(ID, TITLE, [found.page]))
    return found


def since(pack: Pack, last: Edition, differing: Differing, catalogue: Catalogue) -> LastEdition:
    """What has changed since the last edition of a pack whose own `edition` is made."""
    found = changes(last.frame, pack.edition, EDITION, differing)
    measures = _measures(last.frame, pack, found, catalogue)
    both = [one for one in measures if one.before is not None and one.now is not None]
    month = long_month(last.to)
    page = Page(ID, f"What changed from {month} to {long_month(pack.to)}" if last.to < pack.to else TITLE)
    page.about = [f"The last edition was to {month}, this one is to {long_month(pack.to)}."]
    page.statements = _statements(both, measures, found, month, catalogue)
    page.exhibits = _exhibits(both, month, long_month(pack.to), catalogue)
    for one in page.statements:
        one.origin = _origin(last)
    for exhibit in page.exhibits:
        exhibit.origin = _origin(last)
    lines = {one.measure: _line(one, month, catalogue, last) for one in measures if one.now is not None}
    return LastEdition(last.to, page, lines, tuple(_headlines(both, month, catalogue)))


def _origin(last: Edition) -> Origin:
    return Origin(
        ("previous",), {"Held against": f"the pack to {long_month(last.to)}", "Its edition": Path(last.name).name}
    )


def _measures(old: pl.DataFrame, pack: Pack, found: Sequence[Change], catalogue: Catalogue) -> list[_Since]:
    """Every measure of either edition, in the catalogue's order."""
    new = pack.edition
    criteria = {one.id for rule in catalogue.rules.values() for one in rule.criteria}
    judged = (COUNTED - {"news"}) | {"national", "peers"} | criteria
    periods = Periods.of(old, new)
    named = set(old["measure"]) | set(new["measure"])
    order = [*(name for name in catalogue.measures if name in named), *sorted(named - set(catalogue.measures))]
    made = []
    for measure in order:
        mine = [one for one in found if one.row["measure"] == measure]
        before, now = (_own_figure(frame, measure, pack.force) for frame in (old, new))
        made.append(
            _Since(
                measure, before, now,
                turned=[one for one in mine if _is_turn(one, pack.force, judged)],
                revised=[one for one in mine if _is_revised(one)],
                moved=any(one.column in ("value", "verdict", "period_end") for one in mine),
                revision=periods.revision(before, now) if before is not None and now is not None else None,
            )
        )  # fmt: skip
    return made


def _own_figure(edition: pl.DataFrame, measure: str, force: str) -> Row | None:
    rows = edition.filter(pl.col("measure") == measure, pl.col("area") == force, pl.col("dimension") == "all")
    by_statement = {row["statement"]: row for row in rows.iter_rows(named=True)}
    known = (by_statement.get(f"{measure}/{about}") for about in _FIGURES)
    return next((row for row in known if row is not None and row["value"] is not None), None)


def _is_turn(change: Change, force: str, judged: frozenset[str] | set[str]) -> bool:
    if change.column != "verdict" or change.before is None or change.after is None:
        return False
    about = change.item.rpartition("/")[2]
    whole = change.row["area"] == force and change.row["dimension"] == "all"
    sides = {change.was, change.now}
    told = not sides & _UNKNOWN and not sides <= _PLAIN
    return whole and told and (about in judged or is_verdict(change.item))


def _is_revised(change: Change) -> bool:
    return change.item.endswith(PERIOD) and change.column == "value" and change.what == "revised"


# ----------------------------------------------------------------------------------------------------------- the page
def _statements(
    both: Sequence[_Since], measures: Sequence[_Since], found: Sequence[Change], month: str, catalogue: Catalogue
) -> list[Statement]:
    """The count first, then what turned, what was revised, gaps, and what is in one edition only."""
    made = [Statement(_count(both, month), id=f"{ID}.count")]
    changed = [one for measure in both for one in measure.turned]
    for one in sorted(changed, key=lambda one: one.what != "verdict"):
        made.append(Statement(_told(one, catalogue), _kind(one), id=f"{ID}.{one.item.replace('/', '.')}"))
    made += [Statement(text, "", id=f"{ID}.revised") for text in _revisions(both, catalogue)]
    made += [Statement(text, kind, id=f"{ID}.gap") for text, kind in _gaps(found, catalogue)]
    same = [one.measure for one in both if not one.turned]
    for text, names in (
        ("No finding turned", same),
        ("No new figures", [one.measure for one in both if not one.moved]),
        (f"Not in the edition to {month}", [one.measure for one in measures if one.before is None and one.now]),
        (f"Only in the edition to {month}", [one.measure for one in measures if one.now is None and one.before]),
    ):
        if names:
            labels = [catalogue.label(name) for name in names]
            made.append(Statement(f"{text}: {every(labels)}.", "quiet"))
    return made


def _count(both: Sequence[_Since], month: str) -> str:
    """'Of 13 measures in both editions, 9 are unchanged since April 2023: no verdict, comparison or trend turned.'"""
    if not both:
        return f"No measure has figures both here and in the edition to {month}."
    same = sum(not one.turned for one in both)
    are = "is" if same == 1 else "are"
    many = f"{len(both)} measure{'' if len(both) == 1 else 's'}"
    return f"Of {many} in both editions, {same} {are} unchanged since {month}: no verdict, comparison or trend turned."


def _told(change: Change, catalogue: Catalogue) -> str:
    """The change with what it is because of."""
    text = sentence_of(change, catalogue, named=False).removesuffix(".")
    why = "" if change.because == ("new-months",) else reasons(";".join(change.because), catalogue)
    return f"{text} ({why})." if why else f"{text}."


def _kind(change: Change) -> str:
    """How a turn is coloured: by what is found now; what is no longer found is neither good nor bad."""
    return "alarm" if change.now == "outlier" else kind_of(str(change.now))


def _revisions(both: Sequence[_Since], catalogue: Catalogue) -> list[str]:
    """'24 figures of the last edition were revised, of Burglary (+40) and Robbery (-2); the largest …'."""
    revised = [change for one in both for change in one.revised]
    if not revised:
        return []
    by_measure = [(one, sum(change.difference or 0 for change in one.revised)) for one in both if one.revised]
    names = [f"{called(catalogue.label(one.measure))} ({words.signed(net)})" for one, net in by_measure]
    figures = f"{len(revised)} figure{'' if len(revised) == 1 else 's'}"
    were = "was" if len(revised) == 1 else "were"
    return [f"{figures} of the last edition {were} revised: {every(names)}; {_largest(revised, catalogue)}."]


def _largest(revised: Sequence[Change], catalogue: Catalogue) -> str:
    """'the largest burglary, March 2023, from 385 to 405'."""
    one = max(revised, key=lambda change: (abs(change.difference or 0), change.row["period_end"]))
    when = wording.window(one.row["months"], one.row["period_end"]).removeprefix("the ")
    was, now = pair_of(one.was, one.now, "count")
    return f"the largest {called(catalogue.label(one.row['measure']))}, {when}, from {was} to {now}"


def _gaps(found: Sequence[Change], catalogue: Catalogue) -> list[tuple[str, str]]:
    """Gaps between two groups that are others than in the last edition; grown is said where the test bears it out."""
    made = []
    for one in found:
        before, after = one.before, one.after
        if one.column != "value" or not one.item.endswith("/gap") or before is None or after is None:
            continue
        if None in (one.was, one.now):
            continue
        groups = after["category"].replace(" minus ", " and ")
        was, now = (words.size_in_points(value) for value in (one.was, one.now))
        tested = after["against_end"] == before["period_end"] and after["verdict"] == "change"
        grew = "grew" if abs(one.now) > abs(one.was) else "narrowed"
        verb = f"{grew} to {now}" if tested else f"is {now}"
        told = "" if tested else ", no clear change" if after["verdict"] == "no clear change" else ", not tested"
        label = catalogue.label(after["measure"])
        when = wording.window(after["months"], after["period_end"])
        made.append((f"{label}: the gap between {groups} {verb} in {when}, {was} in the last edition{told}.", ""))
    return made


def _exhibits(both: Sequence[_Since], then: str, now: str, catalogue: Catalogue) -> list[Exhibit]:
    """A line a measure with its figure in both editions, and the revised figures one by one."""
    sides = {"Measure": "left", f"To {then}": "right", f"To {now}": "right"}
    any_revision = any(one.revision for one in both)
    revised_by = {"By revision": "right"} if any_revision else {}
    block = Block("The measures in both editions", sides | revised_by | {"Findings": "left"})
    for one in sorted(both, key=lambda one: not one.turned):  # those to look at first
        if one.before is None or one.now is None:
            continue
        same = one.before["form"] == one.now["form"]
        was, is_ = pair_of(one.before["value"], one.now["value"], one.now["form"]) if same else ("–", "–")
        told = "; ".join(_turn(change, catalogue) for change in one.turned) or "unchanged"
        by = [Figure(one.revision.by, "signed") if one.revision else ""] if any_revision else []
        block.add(catalogue.label(one.measure), was, is_, *by, told if one.moved else "no new figures")
    made = [Exhibit(block, Origin())] if block.rows else []
    revised = sorted((change for one in both for change in one.revised), key=lambda one: -abs(one.difference or 0))
    if revised:
        columns = {"Measure": "left", "Period": "left"} | dict.fromkeys(("Then", "Now", "Difference"), "right")
        listed = Block("Figures revised since the last edition", columns)
        for change in revised[:_LISTED]:
            row = change.row
            listed.add(
                catalogue.label(row["measure"]), wording.window(row["months"], row["period_end"]).removeprefix("the "),
                *pair_of(change.was, change.now, "count"), Figure(change.difference, "signed"),
            )  # fmt: skip
        if len(revised) > _LISTED:
            listed.say(f"And {len(revised) - _LISTED} smaller ones.", "quiet")
        made.append(Exhibit(listed, Origin(), detail=len(revised) > _LISTED // 2))
    return made


def _turn(change: Change, catalogue: Catalogue) -> str:
    """'v. last year no longer an improvement'."""
    about = change.item.rpartition("/")[2]
    return f"{item_label(about, change.row, catalogue)} {turned(change.was, change.now, about)}"


# ------------------------------------------------------------------------------------------- on pages, and on the first
def _line(one: _Since, month: str, catalogue: Catalogue, last: Edition) -> Statement:
    """The one line on a measure's page."""
    name = f"{ID}.{one.measure}"
    if one.before is None or one.now is None:
        return Statement(f"Not in the last edition, to {month}.", "quiet", _origin(last), name)
    if not one.moved:
        return Statement(f"No new figures since the last edition, to {month}.", "quiet", _origin(last), name)
    told = "; ".join(_turn(change, catalogue) for change in one.turned) or "no finding turned"
    return Statement(f"Since the last edition, to {month}: {told}{_figures(one)}.", "", _origin(last), name)


def _figures(one: _Since) -> str:
    """'; 4,346 → 4,489, of which 40 by revision of March and April 2023'."""
    before, now = one.before, one.now
    if before is None or now is None or before["form"] != now["form"]:
        return ""
    if before["value"] == now["value"]:
        return f"; {figure_text(now['value'], now['form'])} as before"
    pair = pair_of(before["value"], now["value"], now["form"])
    return f"; {pair[0]} → {pair[1]}{revision_words(one.revision, now['value'] - before['value'])}"


def _headlines(both: Sequence[_Since], month: str, catalogue: Catalogue) -> list[str]:
    """Verdicts that turned; how many measures are unchanged, and figures revised; other findings that turned."""
    if not both:
        return []
    all_turned = [(one, change) for one in both for change in one.turned]
    verdicts = [(one, change) for one, change in all_turned if change.what == "verdict"]
    others = [(one, change) for one, change in all_turned if change.what != "verdict"]
    made = []
    for now, said in (("outlier", "became an outlier"), ("not an outlier", "ceased to be an outlier"),
                      ("undetermined", "can no longer be judged")):  # fmt: skip
        names = [called(catalogue.label(one.measure)) for one, change in verdicts if change.now == now]
        if names:
            made.append(f"{_capital(every(names))} {said} since {month}.")
    same = sum(not one.turned for one in both)
    revised = sum(len(one.revised) for one in both)
    figures = f"; {revised} figure{'' if revised == 1 else 's'} revised" if revised else ""
    made.append(f"Unchanged since {month}: {same} of {len(both)} measures{figures}.")
    if others:
        others.sort(key=lambda pair: kind_of(str(pair[1].now)) != "bad")
        named = [_named(one, change, catalogue) for one, change in others[:_NAMED]]
        rest = len(others) - len(named)
        made.append(f"Turned: {every([*named, *([f'{rest} more'] if rest else [])])}.")
    return made


def _named(one: _Since, change: Change, catalogue: Catalogue) -> str:
    """'burglary v. last year (no longer an improvement)', 'robbery v. last year (now a deterioration)'."""
    about = change.item.rpartition("/")[2]
    name = f"{called(catalogue.label(one.measure))} {item_label(about, change.row, catalogue)}"
    how = turned(change.was, change.now, about)
    return f"{name} ({how.partition(', before')[0].partition(' (')[0]})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
