"""The grammar of changes: which figures of a sentence are the difference, the percentage, the earlier and the later
level.

Each pattern below is one sentence of English, matched over the letters of tokens.py:

- a figure before "more", "fewer", "rise", "fall" is a change: "3 fewer", "an 8.6% fall", "a 5.5% (1,184 more) rise"
- a figure after "rose by", "a fall of", "down" is a change: "fell by 5%", "a rise of 2,357"
- a second figure in brackets, or after "or", "that is", "equivalent to", says the same change in the other unit
- "from A to B", "(A to B)" and "to B from A" give the earlier and the later level
- "A compared with B", "A v. B", "N fewer than the B" give the later and the earlier level
- "to B", "at B" after a change give the later level, and so does a count that the change is set beside: "103,389
  crimes - a fall of 1,651"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from pmcli.audit.figures import Figure
from pmcli.audit.tokens import Token
from pmcli.audit.windows import Window, resolve

_AFTER: Final = re.compile(r"(?P<f>[NPT])(?:\([^()]*\))?(?:x{0,2}[ML]|x{0,2}(?P<d>[UD])(?![xbo]{0,2}[NPT]|f|b|M?[PT]))")
_CHANGE_NOUNS: Final = frozenset(
    ["increase", "rise", "fall", "decrease", "drop", "reduction", "decline", "growth", "jump", "uplift", "dip", "surge"]
)
_BEFORE: Final = re.compile(r"(?P<d>[UD])(?:x{0,2}[bo]|[xW&:]{0,9}[bo]|x?M)?(?:x?o)?(?:xM|M|x)?(?P<f>[NPT])")
_DIRECT: Final = re.compile(r"(?P<d>[UD])(?P<f>[NPT])")
_PAREN: Final = re.compile(r"\((?:[xeML,]{0,4})(?P<f>[NPT])[xMLUDo]{0,5}\)")
_SAME: Final = re.compile(r"e[xo,]{0,3}(?P<f>[NPT])")
_FROM_TO: Final = re.compile(r"f[xo]{0,4}(?P<a>[NPS])[^NPTS|;f]{0,10}?t[xo]{0,4}(?P<b>[NPS])")
_TO_FROM: Final = re.compile(r"t[xo]{0,3}(?P<b>[NPS])[^NPTS|;t]{0,8}?f[xo]{0,5}(?P<a>[NPS])")
_PAREN_PAIR: Final = re.compile(
    r"[(,][xo,]{0,3}(?P<a>[NPTS])(?:[xWo,]{0,4}(?P<j>t)[xo]{0,3}"
    r"|[xWo,t]{0,6}(?P<k>v)[xWo,]{0,4})(?P<b>[NPTS])[xWot]{0,6}\)"
)
_VERSUS: Final = re.compile(r"(?P<b>[NPTS])[^NPTS|;v]{0,16}?v[xoMLW]{0,4}(?P<a>[NPTS])")
_THAN: Final = re.compile(r"[ML]v[xo]{0,3}(?P<a>N)")
_BELOW: Final = re.compile(r"P(?P<w>[ML])[xo]{1,5}(?P<a>N)")
_WINDOW_LEVEL: Final = re.compile(r"(?P<w>W)\([xo]{0,2}(?P<a>[NP])x{0,3}\)")
_AGAINST_LEVEL: Final = re.compile(r"v[xoMLW]{0,4}(?P<a>[NP])")
_NOW_FROM: Final = re.compile(r"(?P<b>[NPS])[x,W()–-]{0,6}(?P<d>[UD])f[xo]{0,4}(?P<a>[NPS])")
_APPOSED: Final = re.compile(r"[,:–-]x?[UD]o$")
_ONLY: Final = re.compile(r"[NP][xMLUD]{0,3}\)")
_LEADING_BASE: Final = re.compile(r"v[xWo]{0,4}(?P<a>[NP])x{0,4},")
_EXTRA: Final = re.compile(r"M[NT]")
_EXTRA_WORDS: Final = frozenset({"extra", "additional", "further"})
_OWN_WINDOW: Final = re.compile(r"x{0,5}W")
_TO: Final = re.compile(r"t[xo]{0,3}(?P<b>[NP])")
_FROM: Final = re.compile(r"f[xo]{0,4}(?P<a>[NP])")
AGAINST: Final = frozenset({"last-year", "last-quarter", "baseline", "mean-of-years"})
_DIRECTIONS: Final = {"U": 1, "M": 1, "D": -1, "L": -1}
_NOUN: Final = re.compile(
    r"\s*(?:[a-z-]+\s+){0,3}?(?:offen[cs]es?|crimes?|incidents?|cases|reports?|recorded|records|victims|outcomes"
    r"|burglar|robber|homicide|murder|theft|rape|assault|"
    r"calls|arrests|occurrences|notifiable|collisions|casualties|respondents|people|persons)",
    re.IGNORECASE,
)
_AT: Final = re.compile(
    r"(?:\bat|\bstood at|\bstands at|\btotal(?:led|s|ling)?|\bwith|\bwere|\brecorded|\bhad|\bwas|\bcounted|\bsaw"
    r"|\bthere were|\bto|\breached)\s*$",
    re.IGNORECASE,
)


Elsewhere = Callable[[int, int], bool]


@dataclass(slots=True)
class Change:
    """The figures of one change, by role, as token numbers; its direction words; the windows it names."""

    roles: dict[str, int] = field(default_factory=dict)
    directions: list[int] = field(default_factory=list)
    bare: set[str] = field(default_factory=set)
    sure_order: bool = True
    first: int = 0
    last: int = 0
    current: Window | None = None
    base: Window | None = None

    def figure(self, role: str, tokens: Sequence[Token]) -> Figure | None:
        """The figure in a role."""
        return tokens[self.roles[role]].figure if role in self.roles else None

    @property
    def direction(self) -> int | None:
        """What its words say: 1, -1, or None when they say nothing or disagree."""
        return self.directions[0] if self.directions and len(set(self.directions)) == 1 else None


@dataclass(slots=True)
class Part:
    """A change figure on its own: its token, role and direction (None when only its sign or its place makes it one)."""

    at: int
    role: str
    direction: int | None
    cue: int
    bare: bool = False


def read_changes(
    tokens: Sequence[Token], breaks: Sequence[int], used: set[int], text: str, elsewhere: Elsewhere
) -> list[Change]:
    """The changes and level pairs of one sentence.

    elsewhere: whether what stands after a "compared with" (a token) up to a figure is of another area.
    breaks: token numbers at which another subject begins. used: tokens that are part of something else (shares, ranks).
    """
    ends = [*sorted(set(breaks)), len(tokens)]
    changes: list[Change] = []
    start = 0
    for end in ends:
        if end > start:
            changes += _segment(tokens, start, end, used, text, elsewhere)
        start = end
    return changes


def _segment(
    tokens: Sequence[Token], start: int, end: int, used: set[int], text: str, elsewhere: Elsewhere
) -> list[Change]:
    codes = "".join("#" if number in used else tokens[number].code for number in range(start, end))
    codes = " " * start + codes  # so that places in it are token numbers
    groups = _groups(_parts(codes, tokens), codes, tokens)
    taken = {at for group in groups for at in group.roles.values()}
    pairs = _pairs(codes, tokens, taken, elsewhere)
    for pair in pairs:
        home = _home(pair, groups)
        if home is None:
            groups.append(pair)
        else:
            home.roles |= pair.roles
            home.directions += pair.directions if not home.directions else []
            home.sure_order = pair.sure_order
            home.first, home.last = min(home.first, pair.first), max(home.last, pair.last)
        taken |= set(pair.roles.values())
    groups.sort(key=lambda group: group.first)
    before = start
    for group in groups:
        if "current" not in group.roles:
            _lone_level(
                group, codes, tokens, taken, text, since=before, elsewhere=elsewhere, base="base" not in group.roles
            )
        before = group.last + 1
    for group in groups:
        if not group.directions:
            _verb(group, codes)
    _windows(groups, tokens, start, end)
    return groups


def _parts(codes: str, tokens: Sequence[Token]) -> list[Part]:
    parts: dict[int, Part] = {}
    for match in _AFTER.finditer(codes):
        at, cue = match.start("f"), match.end() - 1
        if codes[at] == "N" and match["d"] and (tokens[cue].text.lower() not in _CHANGE_NOUNS or cue - at > 2):
            continue  # "21 boroughs with falls" is a count of boroughs
        parts.setdefault(at, Part(at, _role(codes[at]), _DIRECTIONS[codes[cue]], cue))
    for pattern in (_DIRECT, _BEFORE):
        for found in _overlapping(pattern, codes):
            at = found.start("f")
            between = codes[found.start() + 1 : at]
            if not between or "b" in between or "o" in between or (between == "M" or between == "xM"):
                parts.setdefault(at, Part(at, _role(codes[at]), _DIRECTIONS[found["d"]], found.start()))
    for match in _EXTRA.finditer(codes):
        if tokens[match.start()].text.lower() in _EXTRA_WORDS:
            parts.setdefault(match.end() - 1, Part(match.end() - 1, _role(codes[match.end() - 1]), 1, match.start()))
    for match in re.finditer(r"bT", codes):  # "by 5.1 percentage points" is a change, whichever way
        parts.setdefault(match.end() - 1, Part(match.end() - 1, "points", None, match.start()))
    for number, token in enumerate(tokens):
        if (
            number < len(codes)
            and codes[number] in "NPT"
            and number not in parts
            and token.figure
            and token.figure.signed
        ):
            parts[number] = Part(number, _role(codes[number]), None, number)
    known = sorted(parts)
    for pattern in (_PAREN, _SAME):
        for match in pattern.finditer(codes):
            at = match.start("f")
            if pattern is _PAREN and not tokens[at].figure_signed and _names_base(codes, match.start() - 1, tokens):
                continue  # "compared with the 12 months to December 2021 (80.1%)" is a level
            before = [other for other in known if other < at]
            if at not in parts and before and _close(codes, before[-1], match.start(), pattern is _SAME):
                parts[at] = Part(at, _role(codes[at]), None, at, bare=True)
    return sorted(parts.values(), key=lambda part: part.at)


def _overlapping(pattern: re.Pattern[str], codes: str) -> Iterator[re.Match[str]]:
    """Every match of a pattern, one that begins inside another too."""
    place = 0
    while (match := pattern.search(codes, place)) is not None:
        place = match.start() + 1
        yield match


def _names_base(codes: str, at: int, tokens: Sequence[Token]) -> bool:
    """Whether the token is a window that something is compared with."""
    if at < 0 or codes[at] != "W" or (window := tokens[at].window) is None:
        return False
    return window.year is not None or window.relative in AGAINST or re.search(r"vx{0,3}W$", codes[: at + 1]) is not None


def _role(code: str) -> str:
    return {"N": "difference", "P": "percent", "T": "points"}[code]


def _close(codes: str, first: int, last: int, says_same: bool) -> bool:
    gap = re.sub(r"t[xo]{0,3}[NP]x{0,3}$", "", codes[first + 1 : last])  # "by 310 to 3,410 (10%)"
    return not set(gap) & set("|;NPT") and (len(gap) <= 6 or says_same)


def _groups(parts: Sequence[Part], codes: str, tokens: Sequence[Token]) -> list[Change]:
    groups: list[Change] = []
    for part in parts:
        group = groups[-1] if groups else None
        if group is not None and _joins(group, part, codes):
            pass
        else:
            group = Change(first=min(part.at, part.cue), last=max(part.at, part.cue))
            groups.append(group)
        group.roles[part.role] = part.at
        if part.bare:
            group.bare.add(part.role)
        if part.direction is not None:
            group.directions.append(part.direction)
        elif (figure := tokens[part.at].figure) is not None and figure.signed and figure.value and not part.bare:
            group.directions += [] if group.directions else [1 if figure.value > 0 else -1]
        group.first, group.last = min(group.first, part.at, part.cue), max(group.last, part.at, part.cue)
    return groups


def _joins(group: Change, part: Part, codes: str) -> bool:
    if part.role in group.roles or ("points" in {part.role, *group.roles} and "percent" in {part.role, *group.roles}):
        return False
    last = max(group.roles.values())
    gap = re.sub(r"\([^()]*\)|[tv][xo]{0,3}[NP]x{0,3}", "", codes[last + 1 : part.at])
    if set(gap) & set("|NPT") or ("&" in gap and "e" not in gap):
        return False
    bracketed = gap.count("(") > gap.count(")")
    opposite = part.direction is not None and group.directions and part.direction != group.directions[-1]
    if opposite:
        return bracketed and len(gap) <= 6
    if part.bare or "e" in gap or (len(gap) <= 14 and _APPOSED.search(gap)):
        return True
    if bracketed and _ONLY.match(codes, part.at):  # "2,216 fewer v. 12 months to December 2019 (45.4% fewer)"
        return len(gap) <= 14
    if "v" in gap or "f" in gap:
        return False
    return len(gap) <= (9 if bracketed else 10 if "," in gap else 7) and (bracketed or "W" not in gap)


def _pairs(codes: str, tokens: Sequence[Token], taken: set[int], elsewhere: Elsewhere) -> list[Change]:
    """The pairs of levels: `base` the earlier, `current` the later."""
    found: list[Change] = []
    busy = set(taken)

    def take(base: int, current: int, *, sure: bool = True, directions: Sequence[int] = ()) -> None:
        if (
            base in busy
            or current in busy
            or (codes[base] != codes[current] and {codes[base], codes[current]} != {"P", "T"})
        ):
            return
        busy.update((base, current))
        found.append(
            Change(
                {"base": base, "current": current},
                list(directions),
                sure_order=sure,
                first=min(base, current),
                last=max(base, current),
            )
        )

    for match in _PAREN_PAIR.finditer(codes):
        a, b = match.start("a"), match.start("b")
        if match["j"]:
            take(a, b)
        else:
            take(b, a, sure=False)
    for match in _NOW_FROM.finditer(codes):
        take(match.start("a"), match.start("b"), directions=(_DIRECTIONS[match["d"]],))
    for match in _FROM_TO.finditer(codes):
        take(match.start("a"), match.start("b"))
    for match in _TO_FROM.finditer(codes):
        take(match.start("a"), match.start("b"))
    for match in _overlapping(_VERSUS, codes):
        if not elsewhere(match.start() + codes[match.start() : match.start("a")].rindex("v"), match.start("a")):
            take(match.start("a"), match.start("b"))
    for match in _THAN.finditer(codes):
        a = match.start("a")
        before = [n for n in range(a) if codes[n] == "N" and n not in busy]
        if a not in busy and before:
            take(a, before[-1])
    for match in _BELOW.finditer(
        codes
    ):  # "13% below the 455,600": with no later level beside it, the earlier one alone
        if tokens[match.start("w")].text.lower() in {"below", "above"} and match.start("a") not in busy:
            found.append(Change({"base": match.start("a")}, first=match.start("w"), last=match.start("a")))
            busy.add(match.start("a"))
    dated = [
        n
        for n, code in enumerate(codes)
        if code in "NP" and n not in busy and (own := _own_window(n, codes, tokens)) is not None and own.key
    ]
    if len(dated) == 2:  # two counts, each with its own window, beside a change
        take(dated[1], dated[0])
    for pair in found:  # where each level has a window of its own, time decides which is the earlier
        if len(pair.roles) < 2:
            continue
        base, current = (_own_window(pair.roles[role], codes, tokens) for role in ("base", "current"))
        if base is not None and current is not None and base.end is not None and current.end is not None:
            pair.sure_order = True
            if base.end > current.end:
                pair.roles = {"base": pair.roles["current"], "current": pair.roles["base"]}
    return found


def _own_window(at: int, codes: str, tokens: Sequence[Token]) -> Window | None:
    place = _own_window_at(at, codes)
    return tokens[place].window if place is not None else None


def _own_window_at(at: int, codes: str) -> int | None:
    """The token of the window that stands straight after a figure: `27.3% for 2010/11`, `83% 12M March 2020`."""
    found = _OWN_WINDOW.match(codes, at + 1)
    return found.end() - 1 if found else None


def _home(pair: Change, groups: Sequence[Change]) -> Change | None:
    """The change that a pair of levels belongs to: the nearest that has none yet."""
    free = [group for group in groups if not {"base", "current"} & set(group.roles) and group.roles]
    return min(free, key=lambda g: min(abs(g.first - pair.last), abs(pair.first - g.last)), default=None)


def _lone_level(
    group: Change,
    codes: str,
    tokens: Sequence[Token],
    taken: set[int],
    text: str,
    *,
    since: int,
    elsewhere: Elsewhere,
    base: bool = True,
) -> None:
    """One level beside a change: `to 22,040`, `at 1,131`, `from 497`, or the count that the change is set beside."""

    def take(role: str, at: int) -> None:
        group.roles[role] = at
        taken.add(at)
        group.first, group.last = min(group.first, at), max(group.last, at)

    wanted = "P" if "points" in group.roles else "N"
    after = min(
        at for role, at in group.roles.items() if role in {"difference", "percent", "points"} or len(group.roles) == 1
    )
    for pattern, role, name in ((_TO, "current", "b"), (_FROM, "base", "a"), (_AGAINST_LEVEL, "base", "a")):
        if role in group.roles or (role == "base" and not base):
            continue
        found = pattern.search(codes, after + 1)
        if found is None:
            continue
        at = found.start(name)
        gap = codes[after + 1 : found.start()]
        fits = codes[at] == wanted or (
            codes[at] == "P" and set(group.roles) == {"percent"} and pattern is not _AGAINST_LEVEL
        )
        if at not in taken and fits and len(gap) <= 10 and not set(gap) & set("|;&"):
            if pattern is _AGAINST_LEVEL and elsewhere(found.start(), at):
                continue
            take(role, at)
    if base and "base" not in group.roles:
        for found in _WINDOW_LEVEL.finditer(codes, after):
            at = found.start("a")
            if at not in taken and codes[at] == wanted and _names_base(codes, found.start("w"), tokens):
                take("base", at)
                break
    if base and "base" not in group.roles:
        found = _LEADING_BASE.search(codes, since, group.first)  # "compared with last year's 21, …"
        if found and found.start("a") not in taken and codes[found.start("a")] == wanted:
            take("base", found.start("a"))
    if "current" in group.roles:
        return
    levels = [n for n in range(since, group.first) if n < len(codes) and codes[n] == wanted and n not in taken]
    if levels:
        at = levels[-1]
        gap = codes[at + 1 : group.first]
        figure = tokens[at].figure
        around = codes[max(at - 1, 0) : at + 2]
        named = around in {":N(", "(N)"} or _AT.search(text[: tokens[at].start]) is not None
        noun = bool(figure) and (
            wanted == "P" or named or _NOUN.match(text[tokens[at].end : tokens[at].end + 60]) is not None
        )
        if noun and len(levels) == 1 and set(gap) & set(",-(:ex") and not set(gap) & set("|;") and len(gap) <= 30:
            take("current", at)
            return
    after = max(group.roles.values())
    for at in range(after + 1, len(codes)):
        if set(codes[after + 1 : at]) - set("x,)") or at - after > 5:
            return
        if codes[at] == "N" == wanted and at not in taken and re.search(r"\b(?:at|to)\s*$", text[: tokens[at].start]):
            take("current", at)
            return


def _verb(group: Change, codes: str) -> None:
    """The direction of a change that only a verb before it gives: "rose from A to B"."""
    first = min(group.roles.values(), default=0)
    for at in range(first - 1, max(first - 9, -1), -1):
        if codes[at] in "|;NPT":
            return
        if codes[at] in _DIRECTIONS:
            group.directions.append(_DIRECTIONS[codes[at]])
            group.first = min(group.first, at)
            return
        if codes[at] == "E":
            group.directions.append(0)
            group.first = min(group.first, at)
            return


def _windows(groups: Sequence[Change], tokens: Sequence[Token], start: int, end: int) -> None:
    """Give each change the windows named beside it: the later is what it is about, the one after "v." what it is
    against.
    """
    places = [n for n in range(start, end) if tokens[n].window is not None and tokens[n].code == "W"]
    if not places or not groups:
        return
    share: dict[int, list[int]] = {number: [] for number in range(len(groups))}
    if len(groups) == 1:
        share[0] = places
    else:
        for place in places:

            def distance(number: int, at: int = place) -> int:
                group = groups[number]
                return max(group.first - at, 0) * 2 + max(at - group.last, 0)

            share[min(share, key=distance)].append(place)
    codes = "".join(token.code for token in tokens)
    for number, group in enumerate(groups):
        own = {role: _own_window_at(group.roles[role], codes) for role in ("base", "current") if role in group.roles}
        base_at, current_at = own.get("base"), own.get("current")
        rest = [place for place in share[number] if place not in {base_at, current_at}]
        current, base = window_roles(tokens, rest)
        if current_at is not None:
            current = tokens[current_at].window
        if base_at is not None and (named := tokens[base_at].window) is not None:
            if named.end is not None or named.year is not None or named.relative in AGAINST:
                base = named
            elif current is None:
                current = named
        group.current, group.base = resolve(current, base)


def window_roles(tokens: Sequence[Token], places: Sequence[int]) -> tuple[Window | None, Window | None]:
    """(what a statement is about, what it is against) of the windows at `places`."""
    current: Window | None = None
    base: Window | None = None
    for place in places:
        window = tokens[place].window
        assert window is not None
        against = window.year is not None or window.relative in AGAINST
        before = "".join(token.code for token in tokens[max(0, place - 4) : place])
        against = against or re.search(r"v[x]{0,3}$", before) is not None
        if against:
            base = base or window
        elif current is None or (current.relative and window.end is not None):
            current = window
        elif base is None and window.end is not None and current.end is not None and window.months == current.months:
            if window.end < current.end:
                base = window
            elif window.end > current.end:
                current, base = window, current
    return resolve(current, base)
