"""Checks between claims about one series: the same measure, area and qualifiers, wherever in the document they stand.

Every claim leaves an interval for the counts of its windows: printed, or solved for (a base is the difference over
the percentage). Two that have nothing in common for one window cannot both be true. A change carries a count from one
window to another, so that three claims can contradict one another where no two do. Totals whose windows overlap,
contain or tile one another are held against one another too.

A contradiction of three claims is reported only when no two of them already contradict each other: one cause, one
finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from pmcli.audit.checks.within import certainty, implied_base, percent_of, resolves, shown, signed
from pmcli.audit.claims import ALONE, ARITHMETIC, CONSISTENT, CONTRADICTS, SERIES, Claim, Outcome
from pmcli.audit.intervals import Interval, exactly, interval_text
from pmcli.audit.places import Place
from pmcli.audit.windows import window_text

Key = tuple[str, frozenset[str], str]
Span = tuple[int, int]

OVERLAP: Final = 2.0
"""How many times its even share the months in which two overlapping totals differ may hold before that is called
impossible.
"""
_LEAST: Final = 100
_MANY: Final = 400
"""Claims of one series beyond which three are no longer held against one another, to keep the time of a long report
short.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a count: its interval, the claims it comes from, and how. depth: how many changes carried it
    here.
    """

    interval: Interval
    claims: tuple[Claim, ...]
    how: str
    depth: int = 0
    role: str = ""


def _who(claim: Claim) -> tuple[object, ...]:
    """The stretch of the document that a claim stands on: two stretches contradict one another once, whatever they
    claim.
    """
    return _figure_places(claim), claim.quote, min((figure.start for figure in claim.figures.values()), default=0)


def _apart(a: Claim, b: Claim) -> bool:
    """Whether two claims are two statements: a lone count in another claim's sentence is part of what that says."""
    return _who(a) != _who(b) and not (
        a.about == b.about and not a.table and not b.table and "count" in {a.kind, b.kind}
    )


def key_of(claim: Claim) -> Key | None:
    """The series that a claim is about; None when its measure is not known or it is about other forces."""
    if (
        not claim.measure
        or claim.area.startswith("elsewhere")
        or any(word.startswith("~several") for word in claim.qualifiers)
    ):
        return None
    return claim.measure, claim.qualifiers, claim.area


def _said_once(claims: Sequence[Claim]) -> Iterator[Claim]:
    """The claims; a sentence that stands in several places, as over a chart too, is one claim."""
    seen: set[tuple[object, ...]] = set()
    for claim in claims:
        figures = tuple(figure.text for figure in claim.figures.values())
        said = (claim.quote.strip(), claim.kind, claim.measure, figures)
        if claim.table or said not in seen:
            yield claim
        seen.add(said)


def check_series(claims: Sequence[Claim]) -> None:
    """Hold the claims of each series against one another."""
    by_key: dict[Key, list[Claim]] = defaultdict(list)
    for claim in _said_once(claims):
        key = key_of(claim)
        if (
            key is not None
            and claim.kind in {"comparison", "percentage", "table-difference", "count", "total"}
            and "sd" not in claim.figures
        ):
            by_key[key].append(claim)
    for group in by_key.values():
        if len(group) > 1:
            _Series(group if len(group) <= _MANY else _distinct(group)).check()


def _distinct(claims: Sequence[Claim]) -> list[Claim]:
    """One claim of each that say the same: a figure repeated on every page is held against the others once."""
    kept: dict[tuple[object, ...], Claim] = {}
    for claim in claims:
        spans = tuple(window.key for window in (claim.current, claim.base) if window is not None)
        said = tuple(sorted((role, figure.interval) for role, figure in claim.figures.items()))
        kept.setdefault((spans, said, claim.direction, claim.contradicted), claim)
    return list(kept.values())


class _Series:
    def __init__(self, claims: Sequence[Claim]) -> None:
        self.claims = claims
        self.entries: dict[Span, list[Entry]] = defaultdict(list)
        self.conflicts: list[frozenset[tuple[object, ...]]] = []
        for claim in claims:
            self._enter(claim)

    def check(self) -> None:
        self._same_changes()
        for span, entries in sorted(self.entries.items()):
            self._same_window(span, entries)
        if len(self.claims) <= _MANY:
            self._carried()
        self._overlapping()
        self._contained()
        self._tiled()
        self._chained()

    # -- what each claim leaves possible ----------------------------------------------------------------------------
    def _enter(self, claim: Claim) -> None:
        figures = claim.figures
        current = claim.current.key if claim.current is not None else None
        base = claim.base.key if claim.base is not None else None
        if any(
            figure.unit not in {"count"}
            for role, figure in figures.items()
            if role in {"base", "current", "total", "difference"}
        ):
            return
        if claim.kind == "count" and (claim.current is None or claim.current.inherited):
            return
        for role, span in (("current", current), ("total", current), ("base", base)):
            if role in figures and span is not None and role not in claim.wrong:
                self.entries[span].append(
                    Entry(figures[role].interval, (claim,), f"{shown(figures[role])} printed", role=role)
                )
        if claim.contradicted or {"base", "current"} <= set(figures):
            return
        if "difference" not in figures:
            self._from_percent(claim, current)
            return
        change = signed(figures["difference"], claim.direction)
        if claim.direction is None and not figures["difference"].signed:
            return
        if "current" in figures:
            solved: Interval | None = figures["current"].interval - change
        elif "base" in figures:
            solved = figures["base"].interval
        elif "percent" in figures:
            solved = implied_base(figures["difference"].magnitude, figures["percent"].magnitude)
        else:
            return
        if solved is None:
            return
        said = f"{shown(figures['difference'])}" + (f" at {shown(figures['percent'])}" if "percent" in figures else "")
        if base is not None and "base" not in figures:
            self.entries[base].append(Entry(solved, (claim,), f"{said} → {interval_text(solved)}"))
        if current is not None and "current" not in figures:
            later = solved + change
            self.entries[current].append(Entry(later, (claim,), f"{said} → {interval_text(later)}"))

    def _from_percent(self, claim: Claim, current: Span | None) -> None:
        """The later count, of an earlier one and the percentage of it: "9% lower than the year to March 2020
        (55,212)".
        """
        figures = claim.figures
        if "base" in figures and "percent" in figures and current is not None and claim.direction in {1, -1}:
            change = figures["base"].interval * signed(figures["percent"], claim.direction) * exactly(0.01)
            later = figures["base"].interval + change
            how = f"{shown(figures['percent'])} of {shown(figures['base'])} → {interval_text(later)}"
            self.entries[current].append(Entry(later, (claim,), how))

    # -- two claims -------------------------------------------------------------------------------------------------
    def _same_window(self, span: Span, entries: Sequence[Entry]) -> None:
        pairs = [
            (a, b)
            for a, b in combinations(entries, 2)
            if _apart(a.claims[0], b.claims[0]) and not a.interval.meets(b.interval)
        ]
        while pairs:
            degree: dict[int, int] = defaultdict(int)
            for a, b in pairs:
                degree[id(a)] += 1
                degree[id(b)] += 1
            worst = max((entry for pair in pairs for entry in pair), key=lambda entry: degree[id(entry)])
            against = [b if a is worst else a for a, b in pairs if worst in (a, b)]
            pairs = [pair for pair in pairs if worst not in pair]
            if any(frozenset({_who(worst.claims[0]), _who(other.claims[0])}) in self.conflicts for other in against):
                continue
            for other in against:
                self.conflicts.append(frozenset({_who(worst.claims[0]), _who(other.claims[0])}))
            if not self._same_cause(worst, against):
                self._report(worst, against, span, "same-figure")
        fine = [entry for entry in entries if len(entries) > 1]
        for entry in fine:
            others = [
                other
                for other in entries
                if other.claims[0] is not entry.claims[0] and other.interval.meets(entry.interval)
            ]
            if others and not any(o.check == "same-figure" for o in entry.claims[0].outcomes):
                entry.claims[0].say(
                    Outcome(
                        "same-figure",
                        CONSISTENT,
                        f"{window_text(*span)}: {entry.how}; {others[0].how}",
                        others=(others[0].claims[0],),
                    )
                )

    def _same_cause(self, worst: Entry, against: Sequence[Entry]) -> bool:
        """Whether a claim that contradicts itself would not with the other's value: its own finding says so already."""
        for entry, others in ((worst, against), *((other, [worst]) for other in against)):
            claim = entry.claims[0]
            if entry.role and all(resolves(claim, entry.role, other.interval) for other in others):
                at = next(
                    n
                    for n, outcome in enumerate(claim.outcomes)
                    if outcome.result == CONTRADICTS and not outcome.others
                )
                found = claim.outcomes[at]
                claims = tuple(dict.fromkeys((*found.others, *(other.claims[0] for other in others))))
                claim.outcomes[at] = replace(
                    found, others=claims, working=f"{found.working}; {others[0].how} elsewhere"
                )
                return True
        return False

    def _report(self, entry: Entry, against: Sequence[Entry], span: Span, check: str) -> None:
        first, others = entry, list(against)
        claims = list(dict.fromkeys(claim for other in others for claim in other.claims if claim not in first.claims))
        working = f"{window_text(*span)}: {first.how}; " + "; ".join(dict.fromkeys(other.how for other in others[:4]))
        sentence = (
            f"These cannot both be true of the {window_text(*span)}: {_text(first.interval)} here, "
            f"{_text(others[0].interval)} there."
        )
        claim = first.claims[0]
        same = all(other.section == claim.section for other in claims)
        claim.say(
            Outcome(
                check,
                CONTRADICTS,
                working,
                sentence,
                ARITHMETIC,
                certainty(claim, ALONE if same else SERIES),
                tuple(claims),
                remedy=f"One figure for the {window_text(*span)}, or a word that says how the two differ.",
                places=tuple(place for one in first.claims for place in _figure_places(one)),
                other_places=tuple(place for one in claims for place in _figure_places(one)),
            )
        )

    def _same_changes(self) -> None:
        """Two claims about the same two windows: their changes must be able to be the same."""
        by_windows: dict[tuple[Span, Span], list[Claim]] = defaultdict(list)
        for claim in self.claims:
            if claim.current is not None and claim.base is not None and claim.current.key and claim.base.key:
                by_windows[claim.current.key, claim.base.key].append(claim)
        for claims in by_windows.values():
            for a, b in combinations(claims, 2):
                self._compare_changes(a, b)

    def _compare_changes(self, a: Claim, b: Claim) -> None:
        if _who(a) == _who(b) or (a.contradicted and b.contradicted):
            return
        for role, find in (("difference", _difference), ("percent", _percentage)):
            one, two = find(a), find(b)
            if one is None or two is None or role not in {**a.figures, **b.figures}:
                continue
            if a.direction is None and b.direction is None and not (_has_levels(a) or _has_levels(b)):
                one, two = one.magnitude, two.magnitude
            working = f"{_change_text(a, one, role)}; {_change_text(b, two, role)}"
            if one.meets(two):
                a.say(Outcome("same-figure", CONSISTENT, working, others=(b,)))
                continue
            pair = frozenset({_who(a), _who(b)})
            if pair in self.conflicts or _levels_conflict(a, b):
                return
            self.conflicts.append(pair)
            late = b if not a.contradicted else a
            early = a if late is b else b
            same = a.section == b.section
            late.say(
                Outcome(
                    "same-figure" if a.table == b.table else "text-v-table",
                    CONTRADICTS,
                    working,
                    "These two cannot both be true of the same two windows.",
                    ARITHMETIC,
                    certainty(late, ALONE if same else SERIES),
                    (early,),
                    remedy="One change for the same two windows.",
                )
            )
            return

    # -- three claims -----------------------------------------------------------------------------------------------
    def _carried(self) -> None:
        """Carry each count over each change, and hold what comes of it against what is known there."""
        carried: dict[Span, list[Entry]] = defaultdict(list)
        for claim in self.claims:
            if (
                claim.contradicted
                or claim.current is None
                or claim.base is None
                or not (claim.current.key and claim.base.key)
            ):
                continue
            change = _difference(claim)
            if change is None or _has_levels(claim) or "difference" not in claim.figures:
                continue
            size = shown(claim.figures["difference"])
            for at, to, way in ((claim.base.key, claim.current.key, 1), (claim.current.key, claim.base.key, -1)):
                for entry in self.entries.get(at, ()):
                    if claim in entry.claims:
                        continue
                    moved = entry.interval + change if way == 1 else entry.interval - change
                    how = (
                        f"{entry.how} for the {window_text(*at)}, and {size} {'from' if way == 1 else 'back from'}"
                        f" there → {interval_text(moved)}"
                    )
                    carried[to].append(Entry(moved, (claim, *entry.claims), how, 1))
        for span, arrived in sorted(carried.items()):
            for a in arrived:
                for b in (*self.entries.get(span, ()), *arrived):
                    self._carried_pair(a, b, span)
        self.carried = carried

    def _carried_pair(self, a: Entry, b: Entry, span: Span) -> None:
        involved = frozenset(_who(claim) for claim in (*a.claims, *b.claims))
        if a is b or a.interval.meets(b.interval) or len(involved) < 2:
            return
        if any(conflict <= involved for conflict in self.conflicts):
            return
        if any(claim.contradicted and _has_levels(claim) and claim.kind != "total" for claim in (*a.claims, *b.claims)):
            return
        self.conflicts.append(involved)
        claims = list(dict.fromkeys((*a.claims, *b.claims)))
        text = [claim for claim in claims if not claim.table] or claims[:1]
        rest = [claim for claim in claims if claim not in text]
        if not rest:
            text, rest = claims[:1], claims[1:]
        first = text[0]
        same = len({claim.section for claim in claims}) == 1
        first.say(
            Outcome(
                "text-v-table" if any(claim.table for claim in rest) else "same-figure",
                CONTRADICTS,
                f"{window_text(*span)}: {a.how}; {b.how}",
                f"These cannot all be true: they put the {window_text(*span)} at {_text(a.interval)} and at "
                f"{_text(b.interval)}.",
                ARITHMETIC,
                certainty(first, ALONE if same else SERIES),
                (*text[1:], *rest),
                remedy="A difference that leads from one count to the other.",
                places=tuple(place for claim in text for place in claim.places),
                other_places=tuple(place for claim in rest for place in _figure_places(claim)),
            )
        )

    # -- windows ----------------------------------------------------------------------------------------------------
    def _all(self) -> list[tuple[Span, Entry]]:
        carried: dict[Span, list[Entry]] = getattr(self, "carried", {})
        return [
            (span, entry) for source in (self.entries, carried) for span, entries in source.items() for entry in entries
        ]

    def _overlapping(self) -> None:
        """Totals of twelve months whose ends are a few months apart share the other months."""
        entries = self._all()
        for (span, a), (other, b) in combinations(entries, 2):
            apart = abs(span[1] - other[1])
            if span[0] != other[0] or not 0 < apart <= span[0] // 2 or a.depth + b.depth > 1:
                continue
            most = max(a.interval.high, b.interval.high)
            room = OVERLAP * apart / span[0] * most
            gap = max(a.interval.low - b.interval.high, b.interval.low - a.interval.high)
            involved = frozenset(_who(claim) for claim in (*a.claims, *b.claims))
            if (
                most < _LEAST
                or gap <= room
                or len(involved) < 2
                or any(conflict <= involved for conflict in self.conflicts)
            ):
                continue
            self.conflicts.append(involved)
            claims = list(dict.fromkeys((*a.claims, *b.claims)))
            text = [claim for claim in claims if not claim.table] or claims[:1]
            rest = [claim for claim in claims if claim not in text] or claims[1:]
            text[0].say(
                Outcome(
                    "text-v-table",
                    CONTRADICTS,
                    f"{window_text(*span)}: {a.how}; {window_text(*other)}: {b.how}; they share {span[0] - apart} "
                    f"of {span[0]} months",
                    f"Two totals that share {span[0] - apart} of their {span[0]} months cannot lie "
                    f"{_text(Interval(gap, gap))} apart.",
                    ARITHMETIC,
                    SERIES,
                    (*text[1:], *rest),
                    remedy="Totals of the same series.",
                )
            )

    def _contained(self) -> None:
        """A part of a window holds no more than the whole of it."""
        spans = sorted(self.entries)
        for small, large in ((a, b) for a in spans for b in spans if a != b and a[0] < b[0]):
            if not (small[1] <= large[1] and small[1] - small[0] >= large[1] - large[0]):
                continue
            for a in self.entries[small]:
                for b in self.entries[large]:
                    if a.claims[0] is b.claims[0]:
                        continue
                    claim = a.claims[0]
                    working = f"{window_text(*small)}: {a.how}; {window_text(*large)}: {b.how}"
                    if a.interval.low <= b.interval.high:
                        if not any(o.check == "window" for o in claim.outcomes):
                            claim.say(Outcome("window", CONSISTENT, working, others=(b.claims[0],)))
                    elif frozenset({_who(claim), _who(b.claims[0])}) not in self.conflicts:
                        self.conflicts.append(frozenset({_who(claim), _who(b.claims[0])}))
                        claim.say(
                            Outcome(
                                "window",
                                CONTRADICTS,
                                working,
                                f"A part of a window cannot hold more than the whole: {_text(a.interval)} within "
                                f"{_text(b.interval)}.",
                                ARITHMETIC,
                                certainty(claim, SERIES),
                                (b.claims[0],),
                                remedy="Other windows, or other counts.",
                            )
                        )

    def _tiled(self) -> None:
        """Quarters add up to their year, half-years too, where all of them are printed."""
        for large, wholes in sorted(self.entries.items()):
            for length in (1, 3, 6):
                if large[0] % length or large[0] == length or large[0] // length > 12:
                    continue
                spans = [(length, large[1] - length * n) for n in range(large[0] // length)]
                parts = [
                    next((e for e in self.entries.get(span, ()) if e.how.endswith("printed")), None) for span in spans
                ]
                known = [part for part in parts if part is not None]
                if len(known) < len(spans):
                    continue
                added = exactly(0.0)
                for part in known:
                    added = added + part.interval
                for whole in wholes:
                    if any(
                        frozenset({_who(whole.claims[0]), _who(p.claims[0])}) in self.conflicts for p in known
                    ) or not whole.how.endswith("printed"):
                        continue
                    claim = whole.claims[0]
                    working = (
                        f"{' + '.join(_text(part.interval) for part in reversed(known))} = {interval_text(added)}"
                        f"; {whole.how}"
                    )
                    others = tuple(dict.fromkeys(part.claims[0] for part in known if part.claims[0] is not claim))
                    if added.meets(whole.interval):
                        claim.say(Outcome("window", CONSISTENT, working, others=others))
                    else:
                        claim.say(
                            Outcome(
                                "window",
                                CONTRADICTS,
                                working,
                                f"The parts of the {window_text(*large)} add up to {interval_text(added)}, not "
                                f"{_text(whole.interval)}.",
                                ARITHMETIC,
                                certainty(claim, SERIES),
                                others,
                                remedy=f"{interval_text(added)}.",
                            )
                        )

    def _chained(self) -> None:
        """A change over two years is the product of its years."""
        changes: dict[tuple[Span, Span], tuple[Interval, Claim]] = {}
        for claim in self.claims:
            if claim.current is not None and claim.base is not None and claim.current.key and claim.base.key:
                percent = _percentage(claim)
                if percent is not None and not claim.contradicted:
                    changes.setdefault((claim.base.key, claim.current.key), (percent, claim))
        for (first, middle), (one, a) in changes.items():
            for (second, last), (two, b) in changes.items():
                if second != middle or (first, last) not in changes:
                    continue
                whole, claim = changes[first, last]
                hundred = exactly(100.0)
                factor = (hundred + one) * (hundred + two) * exactly(0.01) - hundred
                involved = frozenset({_who(a), _who(b), _who(claim)})
                if len(involved) < 3 or any(conflict <= involved for conflict in self.conflicts):
                    continue
                working = (
                    f"{interval_text(one, 1, ' %')}, then {interval_text(two, 1, ' %')} → "
                    f"{interval_text(factor, 1, ' %')}; printed {interval_text(whole, 1, ' %')}"
                )
                if factor.meets(whole):
                    claim.say(Outcome("chain", CONSISTENT, working, others=(a, b)))
                else:
                    self.conflicts.append(involved)
                    claim.say(
                        Outcome(
                            "chain",
                            CONTRADICTS,
                            working,
                            "The changes of the years do not make the change of the whole.",
                            ARITHMETIC,
                            certainty(claim, SERIES),
                            (a, b),
                            remedy=f"{interval_text(factor, 1, ' %')}.",
                        )
                    )


def _text(interval: Interval) -> str:
    return interval_text(interval)


def _figure_places(claim: Claim) -> tuple[Place, ...]:
    """Where a claim's own figures stand: for a total, its row alone."""
    return claim.places[-1:] if claim.kind == "total" else claim.places


def _has_levels(claim: Claim) -> bool:
    return {"base", "current"} <= set(claim.figures)


def _difference(claim: Claim) -> Interval | None:
    """The change of a claim, with its sign: from its levels where both are printed."""
    figures = claim.figures
    if _has_levels(claim) and all(figures[role].unit == "count" for role in ("base", "current")):
        return figures["current"].interval - figures["base"].interval
    if (
        "difference" in figures
        and figures["difference"].unit == "count"
        and (claim.direction in {1, -1} or figures["difference"].signed)
    ):
        return signed(figures["difference"], claim.direction)
    return None


def _percentage(claim: Claim) -> Interval | None:
    """The percentage change of a claim, with its sign; from its levels where it prints none."""
    figures = claim.figures
    if "percent" in figures and (claim.direction in {1, -1} or figures["percent"].signed):
        return signed(figures["percent"], claim.direction)
    change = _difference(claim)
    if change is None:
        return None
    if "base" in figures:
        return percent_of(change, figures["base"].interval)
    if "current" in figures:
        base = figures["current"].interval - change
        return percent_of(change, base) if base.low > 0 else None
    return None


def _levels_conflict(a: Claim, b: Claim) -> bool:
    """Whether a level of the two already contradicts (it is reported for its window)."""
    return any(
        role in a.figures
        and role in b.figures
        and a.figures[role].unit == b.figures[role].unit == "count"
        and not a.figures[role].interval.meets(b.figures[role].interval)
        for role in ("base", "current")
    )


def _change_text(claim: Claim, interval: Interval, role: str) -> str:
    figure = claim.figures.get(role)
    if figure is not None:
        return shown(figure)
    unit, decimals = (" %", 2) if role == "percent" else ("", 0)
    if _has_levels(claim):
        return (
            f"{shown(claim.figures['base'])} → {shown(claim.figures['current'])}: "
            f"{interval_text(interval, decimals, unit)}"
        )
    return interval_text(interval, decimals, unit)
