"""From the sentences of a document to its claims: every quantitative statement, with its measure, area and windows.

What a sentence does not say it may have from its heading (the measure, when its noun is a general one: "offences"),
from the fragment before it ("Burglary Other Offences."), or, for the window, from the only window that its section
names. What nothing says stays unknown, and an unknown is never taken to be equal to anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from pmcli.audit.changes import Change, read_changes, window_roles
from pmcli.audit.claims import Claim
from pmcli.audit.document import Paragraph, Parts, Section, sentences
from pmcli.audit.figures import Figure
from pmcli.audit.names import GENERIC, Lexicon, Mention
from pmcli.audit.shares import count_figure, flag_counts, gates, read_ranks, read_shares, rules, verdicts
from pmcli.audit.tokens import Token, tokenise
from pmcli.audit.windows import Window, find_windows, resolve

_BEFORE_BRACKET: Final = re.compile(
    r"(?<![.!?]\s)(?<!^)\b((?:[A-Z][\w'&/-]*(?:\s+(?:of|and|&|to)\s+|\s+)?)+|[0-9]{2}(?:\+|-[0-9]{2}))\s*\([^()]{0,12}$"
)
_BRACKETED: Final = re.compile(r"\[[^\[\]]*\]|\([a-z][a-z ]*: (?:[^()]|\([^()]*\))+\)")
"""What a measure is narrowed by: "[weapon: knife]", "(offence: Violence with injury)"."""
_TIMED: Final = re.compile(r"\s*(?:seconds?|secs?|minutes?|mins?)\b", re.IGNORECASE)
_KINDS: Final = {"N": "count", "P": "share", "T": "share", "S": "comparison"}
_TARGET: Final = re.compile(
    r"\b(?:aims?|targets?|goals?|objectives?|ambitions?|milestones?|commitments?)\b", re.IGNORECASE
)
_EXTREME: Final = re.compile(
    r"\b(?:lowest|highest|smallest|largest|biggest|best|worst|record (?:high|low)|peak|peaked|(?:[a-z]+"
    r"|\d+)-year (?:high|low))\b",
    re.IGNORECASE,
)
_CORRELATION: Final = re.compile(r"\bcorrelat\w+\b", re.IGNORECASE)
_LEVEL_WORDS: Final = re.compile(
    r"\b(?:above|below|better|worse|higher|lower|in line with|on a par|similar to|short of|ahead of|behind"
    r"|exceed\w*|narrow\w*|widen\w*|improv\w+|deteriorat\w+|worsen\w*|fewer|more|less|fading|returning"
    r"|much the same|evened out|little difference|not changed|unchanged|no (?:\w+ ){0,2}change|stable|continu\w+ to)\b",
    re.IGNORECASE,
)
_NO_CHANGE: Final = re.compile(
    r"\bno (?:overall |real )?change\b|\bunchanged\b|\b(?:remain(?:s|ed)?|stay(?:s|ed)?|is"
    r"|was) (?:exactly )?the same\b|\bhas not changed\b",
    re.IGNORECASE,
)
_STABLE: Final = re.compile(
    r"\bstable\b|\bsteady\b|\bsimilar\b|\bno (?:statistically )?significant change\b|\blittle change\b", re.IGNORECASE
)


@dataclass(slots=True)
class Subject:
    """What a sentence is about. own: whether its own words say so, rather than a heading or the sentence before."""

    measure: str = ""
    qualifiers: frozenset[str] = frozenset()
    own: bool = False


def read_statements(parts: Parts, lexicon: Lexicon) -> list[Claim]:
    """The claims of all paragraphs, in order."""
    claims: list[Claim] = []
    before, section = Subject(), -1
    for block in parts.blocks:
        if isinstance(block, Paragraph):
            reader = _Reader(block, parts.sections[block.section], lexicon)
            if block.section == section and before.measure == "all-crime":
                reader.before = before  # "offences" without a name go on being all crime, and nothing narrower
            claims += reader.claims()
            before, section = reader.before, block.section
    _fill_windows(claims)
    return claims


class _Reader:
    """Reads one paragraph."""

    def __init__(self, paragraph: Paragraph, section: Section, lexicon: Lexicon) -> None:
        self.paragraph = paragraph
        self.section = section
        self.lexicon = lexicon
        self.before = Subject()

    def claims(self) -> list[Claim]:
        found: list[Claim] = []
        for start, end in sentences(self.paragraph):
            found += self._sentence(start, end)
        return found

    def _sentence(self, start: int, end: int) -> Iterator[Claim]:
        text = self.paragraph.text[start:end]
        brackets = [match.span() for match in _BRACKETED.finditer(text)]
        mentions = [
            one for one in self.lexicon.mentions(text) if not any(first < one.start < last for first, last in brackets)
        ]
        tokens = _without_names(tokenise(text), mentions)
        self.text, self.start, self.tokens, self.mentions = text, start, tokens, mentions
        made: list[Claim] = []
        used: set[int] = set()
        made += self._ranks()
        made += self._flags()
        is_target = _TARGET.search(text) is not None
        used |= {
            number
            for number, token in enumerate(tokens)
            if token.code == "N" and any(_inside(token, span) for span in self._taken)
        }
        for roles in read_shares([_masked(token, number in used) for number, token in enumerate(tokens)], text):
            used |= set(roles.values())
            made.append(self._share(roles))
        changes = read_changes(tokens, self._breaks(), used, text, self._elsewhere)
        for change in changes:
            used |= set(change.roles.values())
            made.append(self._change(change, is_target))
        made += self._levels(used)
        if (
            not any(
                claim.kind
                in {"comparison", "percentage", "share", "outlier-verdict", "flag-count", "rule", "rank", "count"}
                for claim in made
            )
            or not changes
        ):
            made += self._words(made)
        self._remember(mentions)
        yield from made

    # -- what a claim is about --------------------------------------------------------------------------------------
    def _breaks(self) -> list[int]:
        """Where another subject begins: at "but" and "while", after a semicolon, and where another measure is named."""
        breaks = [
            number + 1
            for number, token in enumerate(self.tokens)
            if token.code == "|" or (token.code == ";" and not self._says_same(number + 1))
        ]
        current = ""
        last_figure = -1
        for mention in self.mentions:
            at = next((n for n, token in enumerate(self.tokens) if token.end > mention.start), len(self.tokens))
            figures = [n for n, token in enumerate(self.tokens[:at]) if token.code in "NPT" and n > last_figure]
            if current and mention.measure != current and figures:
                joint = [n for n in range(figures[-1] + 1, at) if self.tokens[n].code in ",&;"]
                if joint:
                    breaks.append(joint[0])
                    last_figure = figures[-1]
            current = mention.measure
        return breaks

    def _elsewhere(self, first: int, last: int) -> bool:
        """Whether the figure after a "compared with" is of another area than what stands before it."""
        start, end = self.tokens[first].start, self.tokens[last].end
        there = self.lexicon.area(
            self.text[start : end + 40].split(".")[0]
            if "." not in self.text[start:end]
            else self.text[start : end + 40]
        )
        return bool(there) and there != self.lexicon.area(self.text[:start])

    def _says_same(self, number: int) -> bool:
        return any(
            token.code == "e" or token.text.lower() in {"this", "that", "which"}
            for token in self.tokens[number : number + 2]
        )

    def subject(self, first: int, last: int) -> Subject:
        """What the figures between two places of the sentence are about."""
        low, high = self._stretch(first, last)
        within = [mention for mention in self.mentions if low <= mention.start < high]
        known = [mention for mention in within if mention.known]
        others = frozenset(f"~{mention.measure}" for mention in within if not mention.known)
        qualifiers = self.lexicon.qualifiers(self.text[low:high], within) | others | self._labelled(first, within)
        if known:
            nearest = min(known, key=lambda mention: _distance(mention, first, last))
            measure = self.lexicon.within(self.section.group, nearest.measure)
            return Subject(measure, qualifiers | self.lexicon.narrowing(self.text, nearest), own=True)
        if others and not GENERIC.search(self.text[low:high]):
            return Subject("", qualifiers)
        earlier = [mention for mention in self.mentions if mention.end <= low]
        if earlier and earlier[-1].known and not others:  # a clause without a subject goes on with the one before it
            measure = self.lexicon.within(self.section.group, earlier[-1].measure)
            return Subject(measure, qualifiers | self.lexicon.narrowing(self.text, earlier[-1]), own=True)
        if self.before.measure:
            return Subject(self.before.measure, self.before.qualifiers | qualifiers)
        return Subject(self.section.measure, self.section.qualifiers | qualifiers)

    def _labelled(self, first: int, mentions: Sequence[Mention]) -> frozenset[str]:
        """The name that a figure in brackets belongs to: "White (-7.0 points)", "Lewisham (+17.5%)"."""
        found = _BEFORE_BRACKET.search(self.text[:first])
        if found is None or any(mention.start < found.end() and mention.end > found.start() for mention in mentions):
            return frozenset()
        return frozenset({f"+{found[1].lower()}"})

    def _stretch(self, first: int, last: int) -> tuple[int, int]:
        """The clause around two places: between the breaks on either side."""
        edges = [0, *[self.tokens[n].start for n in self._breaks() if n < len(self.tokens)], len(self.text)]
        low = max((edge for edge in edges if edge <= first), default=0)
        high = min((edge for edge in edges if edge >= last and edge > low), default=len(self.text))
        return low, high

    def _claim(self, kind: str, first: int, last: int, figures: dict[str, Figure], **more: Any) -> Claim:
        subject = self.subject(first, last)
        low, high = self._stretch(first, last)
        printed = self.paragraph.printed[self.start + low : self.start + high]
        edge = high
        if kind != "rank":  # "and is ranked 12th nationally" is not where the crimes were
            edge = min([span[0] for span in self._taken if last <= span[0] < high], default=high)
        area = self.lexicon.area(self.text[low:edge]) or self.section.area
        places = self.paragraph.places_of(self.start + first, self.start + last)
        return Claim(
            kind,
            places,
            _quote(printed),
            subject.measure,
            subject.qualifiers,
            area,
            figures=figures,
            section=self.section.number,
            own_measure=subject.own,
            about=self.text,
            **more,
        )

    def _remember(self, mentions: Sequence[Mention]) -> None:
        """A fragment that names one measure ("Burglary Other Offences.") is the subject of what follows it."""
        known = [mention for mention in mentions if mention.known]
        others = frozenset(f"~{mention.measure}" for mention in mentions if not mention.known)
        if len({mention.measure for mention in known}) == 1:
            self.before = Subject(
                self.lexicon.within(self.section.group, known[0].measure),
                self.lexicon.qualifiers(self.text, mentions) | others,
            )
        elif mentions:
            self.before = Subject("", others or frozenset({"~several"}))

    # -- the kinds --------------------------------------------------------------------------------------------------
    def _change(self, change: Change, is_target: bool) -> Claim:
        tokens = self.tokens
        figures = {role: figure for role, at in change.roles.items() if (figure := tokens[at].figure) is not None}
        first, last = tokens[change.first].start, tokens[change.last].end
        if "points" in figures or any(
            figures[role].unit == "percent" for role in ("base", "current") if role in figures
        ):
            kind = "share"
        elif {"difference", "base", "current"} & set(figures):
            kind = "comparison"
        else:
            kind = "percentage"
        if is_target and not {"base", "current"} <= set(figures) and _is_aim(self.text, tokens[change.first].start):
            kind = "target"
        directions = set(change.directions)
        claim = self._claim(
            kind,
            first,
            last,
            figures,
            current=change.current,
            base=change.base,
            direction=change.direction,
            sure_order=change.sure_order,
            source="text",
        )
        if len(directions) > 1:
            claim.label = "two directions"
        if {"base", "current"} <= set(figures):
            claim.sure_order = claim.sure_order or (change.current is not None and change.base is not None)
            before = self.text[self._stretch(first, last)[0] : tokens[min(change.roles.values())].start]
            if not change.directions and _NO_CHANGE.search(before):
                claim.direction, claim.source = 0, "no change"
            elif not change.directions and _STABLE.search(before):
                claim.direction = 0
        if "difference" in change.bare:
            claim.label = claim.label or "bare difference"
        return claim

    def _share(self, roles: dict[str, int]) -> Claim:
        tokens = self.tokens
        figures = {role: figure for role, at in roles.items() if (figure := tokens[at].figure) is not None}
        first = min(tokens[at].start for at in roles.values())
        last = max(tokens[at].end for at in roles.values())
        current, base = window_roles(tokens, [n for n, token in enumerate(tokens) if token.code == "W"])
        return self._claim("share", first, last, figures, current=current, base=base, source="text")

    def _levels(self, used: set[int]) -> Iterator[Claim]:
        """Figures that no pattern has taken: a count, a share or a rate on its own."""
        for number, token in enumerate(self.tokens):
            timed = token.code == "S" and _TIMED.match(self.text, token.end) is not None
            if (
                number in used
                or token.figure is None
                or not (timed or token.code in "NPT")
                or any(_inside(token, span) for span in self._taken)
            ):
                continue
            tail = self.text[token.end : token.end + 80]
            rate = re.match(r"[^,;.]{0,60}?\bper\s+(1,?000|100,?000|10,?000|million|head|household)\b", tail)
            kind = "rate" if token.code == "N" and (rate or token.figure.decimals > 0) else _KINDS[token.code]
            role = {"count": "current", "rate": "rate", "share": "share", "comparison": "current"}[kind]
            if kind == "count" and any(other.code == "v" for other in self.tokens[max(0, number - 3) : number]):
                role = "base"  # "compared to 26 in the 12 months to December 2019"
            low, high = self._stretch(token.start, token.end)
            near = [n for n, other in enumerate(self.tokens) if other.code == "W" and low <= other.start < high]
            current, base = window_roles(self.tokens, near)
            claim = self._claim(
                kind, token.start, token.end, {role: token.figure}, current=current, base=base, source="text"
            )
            if kind == "count" and not _counts_measure(self.text, token, self.mentions):
                claim.measure, claim.own_measure = "", False
            yield claim

    def _ranks(self) -> Iterator[Claim]:
        self._taken: list[tuple[int, int]] = []
        ranks = read_ranks(self.text)
        for rank in ranks:
            first, last = int(str(rank["start"])), int(str(rank["end"]))
            self._taken.append((first, last))
            figures = {"rank": Figure(self.text[first:last], float(str(rank["number"])), 0, "rank")}
            if rank["of"] is not None:
                figures["of"] = count_figure(float(str(rank["of"])), str(rank["of"]))
                tail = re.search(r"\b(?:out of|of)\s+(?:the\s+)?(?:[0-9]{1,3}|[a-z]+)", self.text[last:])
                if tail:
                    self._taken.append((last + tail.start(), last + tail.end()))
            windows = [n for n, token in enumerate(self.tokens) if token.code == "W"]
            current, _ = window_roles(self.tokens, windows)
            claim = self._claim("rank", first, last, figures, current=current, source="text")
            claim.label = f"{rank['scope']}:{rank['way']}:{'joint' if rank['joint'] else ''}"
            yield claim

    def _flags(self) -> Iterator[Claim]:
        text = self.text
        window = next((w for w in find_windows(text) if w.relative != "date"), None)
        for needed, of, first, last in rules(text):
            self._taken.append((first, last))
            figures = {"needed": count_figure(needed, str(needed))} | ({"of": count_figure(of, str(of))} if of else {})
            yield self._claim("rule", first, last, figures, label="rule", source="text")
        for least, months, first, last in gates(text):
            self._taken.append((first, last))
            yield self._claim(
                "rule",
                first,
                last,
                {"gate": count_figure(least, str(least)), "months": count_figure(months, str(months))},
                label="gate",
                source="text",
            )
        for count, of, what, first, last in flag_counts(text):
            self._taken.append((first, last))
            figures = {"flags": count_figure(count, str(count))} | ({"of": count_figure(of, str(of))} if of else {})
            yield self._claim("flag-count", first, last, figures, label=what.strip(), source="text")
        for says, first, last in () if rules(text) else verdicts(text):  # "an outlier has at least 3 flags" is a rule
            claim = self._claim("outlier-verdict", first, last, {}, direction=int(says), current=window, source="text")
            claim.label = self.lexicon.group(text)
            yield claim

    def _words(self, made: Sequence[Claim]) -> Iterator[Claim]:
        """What a sentence says in words alone: a trend, a comparison, an extreme, an aim."""
        text = self.text
        busy = [
            span
            for claim in made
            for span in [(claim.places, claim.kind)]
            if claim.kind in {"comparison", "percentage"}
        ]
        for low, high in self._clauses():
            clause = text[low:high]
            if any(
                claim.kind != "outlier-verdict"
                and claim.quote == _quote(self.paragraph.printed[self.start + low : self.start + high])
                for claim in made
            ):
                continue
            tokens = [token for token in self.tokens if low <= token.start < high]
            codes = "".join(token.code for token in tokens)
            places = [n for n, token in enumerate(self.tokens) if token.code == "W" and low <= token.start < high]
            current, base = window_roles(self.tokens, places)
            direction = _direction(codes, clause)
            if _CORRELATION.search(clause):
                kind = "correlation"
            elif _TARGET.search(clause):
                kind = "target"
            elif direction is None and _EXTREME.search(clause) and not any(claim.kind == "rank" for claim in made):
                kind = "extreme"
            elif direction is not None or set(codes) & set("UDE") or _LEVEL_WORDS.search(clause):
                kind = "direction"
            elif current is not None and not made:
                kind = "period"
            else:
                continue
            if not busy or kind != "direction":
                yield self._claim(kind, low, high, {}, current=current, base=base, direction=direction, source="words")

    def _clauses(self) -> Iterator[tuple[int, int]]:
        edges = [0, *sorted({self.tokens[n].start for n in self._breaks() if n < len(self.tokens)}), len(self.text)]
        for low, high in pairwise(edges):
            if self.text[low:high].strip():
                yield low, high


def _without_names(tokens: Sequence[Token], mentions: Sequence[Mention]) -> list[Token]:
    """The tokens with each measure's name as one word: the "from" of theft from a person says nothing of its own."""
    kept: list[Token] = []
    last: Mention | None = None
    for token in tokens:
        inside = next((one for one in mentions if one.start <= token.start < one.end), None)
        if inside is None or token.code == "W":
            kept.append(token)
        elif inside is not last:
            kept.append(replace(token, code="x", figure=None))
        last = inside
    return kept


def _masked(token: Token, hidden: bool) -> Token:
    return replace(token, code="#") if hidden else token


def _inside(token: Token, span: tuple[int, int]) -> bool:
    return span[0] <= token.start < span[1]


def _distance(mention: Mention, first: int, last: int) -> int:
    if mention.end <= first:
        return first - mention.end
    return (mention.start - last) * 2 if mention.start >= last else 0


def _counts_measure(text: str, token: Token, mentions: Sequence[Mention]) -> bool:
    """Whether a lone count is of the measure: "153,284 crimes", "5,052 burglary offences"."""
    tail = text[token.end : token.end + 45]
    if re.match(r"\s*(?:[a-z-]+\s+){0,2}(?:crime|offence)\s+(?:types?|categor|groups?|areas?|plan|survey)", tail):
        return False
    if GENERIC.match(tail.lstrip()) or re.match(
        r"\s*(?:[a-z-]+\s+){0,2}(?:offences?|crimes?|incidents?|recorded)", tail
    ):
        return True
    near = next((one for one in mentions if token.end <= one.start <= token.end + 25), None)
    return near is not None and near.known and re.fullmatch(r"[\w\s'-]*", text[token.end : near.start]) is not None


def _is_aim(text: str, at: int) -> bool:
    aim = _TARGET.search(text)
    return aim is not None and aim.start() < at and at - aim.start() < 80


def _direction(codes: str, clause: str) -> int | None:
    """1, -1 or 0 of the words of a clause, None when they say nothing or two things."""
    said = (
        {1 for code in codes if code == "U"}
        | {-1 for code in codes if code == "D"}
        | {0 for code in codes if code == "E"}
    )
    said = said or {1 for code in codes if code == "M"} | {-1 for code in codes if code == "L"}
    if re.search(r"\bno (?:\w+ ){0,2}(?:change|difference)\b|\bunchanged\b|\bstable\b", clause, re.IGNORECASE):
        said.add(0)
    return said.pop() if len(said) == 1 else None


def _quote(text: str, most: int = 240) -> str:
    folded = " ".join(text.split()).lstrip(",;: ")
    return folded if len(folded) <= most else folded[: most - 1].rstrip() + "…"


def _fill_windows(claims: Sequence[Claim]) -> None:
    """A claim without a window of its own has the only one that its section's changes are about, else the one
    before it; the base's other half follows from it.
    """
    by_section: dict[int, set[tuple[int, int]]] = {}
    for claim in claims:
        if claim.current is not None and claim.current.key and claim.kind in _DATED and claim.current.months != 1:
            by_section.setdefault(claim.section, set()).add(claim.current.key)
    previous: dict[int, tuple[int, int]] = {}
    for claim in claims:
        if claim.kind not in _DATED:
            continue
        if claim.current is not None:
            if claim.current.key and claim.current.months != 1:
                previous[claim.section] = claim.current.key
            continue
        keys = by_section.get(claim.section, set())
        key = next(iter(keys)) if len(keys) == 1 else previous.get(claim.section)
        if key is None or not claim.figures or names_time(claim.about):
            continue
        base = claim.base
        if base is not None and base.key and (base.months not in {1, key[0]} or (base.end or 0) >= key[1]):
            continue
        claim.current, claim.base = resolve(Window(*key, inherited=True), base)


def names_time(text: str) -> bool:
    """Whether a sentence speaks of a time that is no window that can be read: then it has not the window of another."""
    rest = text
    for window in reversed(find_windows(text)):
        rest = rest[: window.start] + rest[window.end_at :]
    return _TIME.search(rest) is not None


_TIME: Final = re.compile(
    r"\b(?:years?|yearly|months?|monthly|weeks?|weekly|quarters?|periods?|since|decade|summer|winter|spring|autumn"
    r"|christmas|pandemic|covid|lockdown|to date|day|days|daily"
    r"|today|yesterday|weekend|night)\b",
    re.IGNORECASE,
)
_DATED: Final = frozenset({"comparison", "percentage", "share", "count"})
