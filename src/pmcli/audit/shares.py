"""The grammar of shares, ranks and counts of flags: figures of a sentence that are no change.

- "P% (n) of M", "P% (n=N)", "Of the M, P% (n)", "n of M (P%)", "n out of M", "one in three": a share, its count and
  its whole
- "Nth highest nationally", "the highest in its MSG", "(out of eight)": a rank, in what group, and of how many
- "Two out of four outlier criteria met", "No outlier criteria met": a count of flags; "at least 3 flags out of a
  possible 4": the rule
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pmcli.audit.figures import WORDS, Figure, word_number
from pmcli.audit.tokens import Token

_SHARE: Final = re.compile(r"(?P<p>P)[x]{0,3}\((?P<n>[x]{0,3}N[x]{0,2})\)(?:[x]{0,2}o[x]{0,2}(?P<m>N))?")
_SHARE_OF: Final = re.compile(r"o[x]{0,2}(?P<m>N)x{0,4}[,:]?x{0,3}(?P<p>P)x{0,3}\(x{0,2}(?P<n>N)x{0,2}\)")
_COUNT_OF: Final = re.compile(r"(?P<n>N)x{0,3}o[x]{0,2}(?P<m>N)x{0,5}(?:\(|,e?|e)x{0,2}(?P<p>P)")
_OUT_OF: Final = re.compile(r"(?P<n>N)x{0,2}(?:xo|x)(?P<m>N)")
_BRACKETED: Final = re.compile(
    r"(?P<p>P)[xo]{0,6}(?:\((?=[^()]*\))|,)x{0,2}(?P<n>N)x{0,3}o[xo]{0,2}(?P<m>N)(?=x{0,3}[),])"
)
_N_OF: Final = re.compile(r"\(x{0,2}(?P<n>N)x{0,2}o[xo]{0,2}(?P<m>N)x{0,3}\)")
_OF_COUNT: Final = re.compile(r"o[x]{0,2}(?P<m>N)[xW]{0,8},x{0,3}(?P<n>N)x{0,3}\((?P<p>P)\)")
_OF_WHICH: Final = re.compile(r"(?P<m>N)x{0,6},?ox{1,2},?(?P<n>N)x{0,2}\((?P<p>P)\)")
_COUNT_P_OF: Final = re.compile(r"(?P<n>N)x{0,4}\((?P<p>P)\)[xo]{0,3}o[x]{0,2}(?P<m>N)")
_P_OF: Final = re.compile(r"(?P<p>P)[xo]{0,3}o[x]{0,2}(?P<m>N)x{0,4}\([x]{0,2}(?P<n>N)x{0,2}\)")


def read_shares(tokens: Sequence[Token], text: str) -> list[dict[str, int]]:
    """The shares of a sentence, as role -> token number: `share`, `n`, `of`."""
    codes = "".join(token.code for token in tokens)
    found: list[dict[str, int]] = []
    busy: set[int] = set()

    def take(roles: dict[str, int]) -> None:
        if not busy & set(roles.values()):
            busy.update(roles.values())
            found.append(roles)

    for pattern in (_SHARE_OF, _OF_WHICH, _OF_COUNT, _COUNT_P_OF, _P_OF, _BRACKETED, _COUNT_OF):
        for match in pattern.finditer(codes):
            between = text[tokens[match.start("m")].end : tokens[match.start("n")].start]
            if pattern is _OF_WHICH and not re.search(r"\b[Oo]f (?:which|whom|these|them|those)\b", between):
                continue
            one_in = re.search(
                r"\b(?:in|out of)\s+$", text[: tokens[match.start("n")].start]
            )  # "1 in 5 (20%) of the 1,500"
            if not one_in and not _is_change(codes, match.start("p"), match.end()):
                take({"share": match.start("p"), "n": match.start("n"), "of": match.start("m")})
    for match in _SHARE.finditer(codes):
        n = match.start("n") + match["n"].index("N")
        is_n = re.search(r"n\s?=\s?$", text[: tokens[n].start]) is not None
        if not is_n and _is_change(codes, match.start("p"), match.end("n") + 1):
            continue
        roles = {"share": match.start("p"), "n": n}
        if match["m"]:
            roles["of"] = match.start("m")
        else:
            whole = [at for at in range(match.start("p")) if codes[at] == "N"]
            between = text[tokens[whole[-1]].end : tokens[match.start("p")].start] if whole else ""
            if whole and re.search(r"\bof (?:whom|which|these|them|those|the total)\b", between):
                roles["of"] = whole[-1]
        take(roles)
    for match in _N_OF.finditer(codes):
        take({"n": match.start("n"), "of": match.start("m")})
    for match in _OUT_OF.finditer(codes):
        n, m = match.start("n"), match.start("m")
        between = text[tokens[n].end : tokens[m].start]
        figure = tokens[n].figure
        few = figure is not None and figure.value <= 10
        if re.search(r"\bout of\b", between) or (few and re.fullmatch(r"\s+in\s+", between)):
            take({"n": n, "of": m})
    return found


def _is_change(codes: str, first: int, last: int) -> bool:
    """Whether the figures belong to a change: a direction word just before, or between, or just after them."""
    before = codes[max(0, first - 3) : first]
    return bool(
        re.search(r"[UD][xbo]{0,2}$|[UD]x{0,2}b?$", before)
        or set(codes[first:last]) & set("UDML")
        or re.match(r"x{0,2}[UDML]", codes[last : last + 3])
    )


_RANK_TEXT: Final = re.compile(
    r"(?:(?P<joint>joint[- ])?(?P<n>[0-9]{1,3})\s?(?:st|nd|rd|th)|(?P<w>first|second|third|fourth|fifth|sixth"
    r"|seventh|eighth|ninth|tenth)(?=\s+(?:highest|lowest|best|worst|nationally)))"
    r"(?:[\s-]+(?P<way>highest|lowest|best|worst|biggest|largest|smallest))?",
    re.IGNORECASE,
)
_BARE_RANK: Final = re.compile(
    r"\b(?:the|is|has the|and)\s+(?P<way>highest|lowest)\s+(?=in\s+its\s+(?:MSG|MSF|most similar))", re.IGNORECASE
)
_SCOPE: Final = re.compile(
    r"(?P<national>\bnational(?:ly)?\b|\bin England(?: and Wales)?\b|\bof (?:the )?43\b|\bin the country\b)"
    r"|(?P<group>\bMSG\b|\bMSF\b|\bmost similar\b|\bpeer group\b|\bits group\b)",
    re.IGNORECASE,
)
_OF: Final = re.compile(
    rf"\b(?:out of|of)\s+(?:the\s+)?(?P<of>[0-9]{{1,3}}|{'|'.join(WORDS)})\b(?:\s+forces)?", re.IGNORECASE
)
_ORDINALS: Final = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]


def read_ranks(text: str) -> list[dict[str, object]]:
    """The ranks of a sentence: {number, way, scope (`national`, `group` or ""), of, start, end}, in order."""
    found: list[dict[str, object]] = []
    spots = [*_RANK_TEXT.finditer(text), *_BARE_RANK.finditer(text)]
    for match in sorted(spots, key=lambda one: one.start()):
        named = match.groupdict()
        if match.re is _BARE_RANK:
            number = 1
        else:
            number = int(named["n"]) if named.get("n") else _ORDINALS.index(str(named["w"]).lower()) + 1
        following = min((other.start() for other in spots if other.start() > match.start()), default=len(text))
        tail = text[match.end() : following]
        if match.re is _RANK_TEXT and not named.get("way") and not _SCOPE.search(tail) and not _OF.match(tail.strip()):
            continue  # a date (27th), a birthday
        scope = _SCOPE.search(tail) or _SCOPE.search(text[max(0, match.start() - 20) : match.start()])
        of = _OF.search(tail)
        group_size = None
        if (
            of is not None
            and (scope is None or abs(of.start() - scope.start()) < 80)
            and len(tail[: of.start()].split()) <= 4
        ):
            word = of["of"]
            group_size = int(word) if word.isdigit() else word_number(word)
        found.append(
            {
                "number": number,
                "way": (named.get("way") or "").lower(),
                "of": group_size,
                "start": match.start(),
                "end": match.end(),
                "scope": "" if scope is None else "national" if scope["national"] else "group",
                "joint": bool(named.get("joint")),
            }
        )
    return found


_COUNT: Final = rf"(?P<n>[0-9]{{1,2}}|no|none|{'|'.join(WORDS)})"
_FLAG_COUNT: Final = re.compile(
    rf"\b{_COUNT}(?:\s+(?:out\s+)?of\s+(?:the\s+|a\s+possible\s+)?(?P<of>[0-9]{{1,2}}"
    rf"|{'|'.join(WORDS)}))?\s+(?:outlier\s+|Home\s+Office\s+)*(?:criteria|criterion|flags?|tests?)\s+(?:were\s+"
    rf"|was\s+|are\s+|is\s+|have\s+been\s+)?(?:met|raised|hit|triggered|flagged)(?:\s+(?:for|on"
    rf"|by)\s+(?P<what>[^.;]*))?",
    re.IGNORECASE,
)
_RULE: Final = re.compile(
    rf"\bat least\s+(?P<n>[0-9]{{1,2}}|{'|'.join(WORDS)})\s+(?:flags?|criteria"
    rf"|tests?)(?:\s+(?:out\s+)?of\s+(?:a\s+)?(?:possible\s+|the\s+)?(?P<of>[0-9]{{1,2}}|{'|'.join(WORDS)}))?",
    re.IGNORECASE,
)
_GATE: Final = re.compile(
    rf"\b(?:increase|rise)\s+(?:in\s+(?:volumes?|offences|crimes)\s+)?of\s+at least\s+(?P<n>[0-9]{{1,4}}"
    rf"|{'|'.join(WORDS)})\b.*?\blast\s+(?P<months>[0-9]{{1,2}}|{'|'.join(WORDS)})\s+months",
    re.IGNORECASE,
)
_VERDICT: Final = re.compile(
    r"\b(?P<neg>not\s+(?:currently\s+|been\s+)?(?:classed\s+as\s+|considered\s+|identified\s+as\s+|deemed\s+)?"
    r"|no\s+longer\s+|is\s+not\s+(?:a\s+|an\s+|currently\s+)?(?:Home Office\s+)?)?(?:a\s+|an\s+"
    r"|the\s+)?(?:Home\s+Office\s+)?[\"']?\s?outlier\b[\"']?(?!\s+(?:criteri|position|indicator|rule|status|test"
    r"|method))",
    re.IGNORECASE,
)


def flag_counts(text: str) -> list[tuple[int, int | None, str, int, int]]:
    """(how many, of how many, for what, start, end) of each statement about criteria that are met."""
    found = []
    for match in _FLAG_COUNT.finditer(text):
        found.append(
            (
                _small(match["n"]),
                _small(match["of"]) if match["of"] else None,
                match["what"] or "",
                match.start(),
                match.end(),
            )
        )
    return found


def rules(text: str) -> list[tuple[int, int | None, int, int]]:
    """(how many are needed, of how many, start, end) of each rule a sentence prints."""
    return [(_small(m["n"]), _small(m["of"]) if m["of"] else None, m.start(), m.end()) for m in _RULE.finditer(text)]


def gates(text: str) -> list[tuple[int, int, int, int]]:
    """(the least increase, over how many months, start, end) of each gate a sentence prints."""
    return [(_small(m["n"]), _small(m["months"]), m.start(), m.end()) for m in _GATE.finditer(text)]


def verdicts(text: str) -> list[tuple[bool, int, int]]:
    """(whether it says outlier, start, end) of each verdict a sentence gives."""
    found = []
    for match in _VERDICT.finditer(text):
        before = text[: match.start()]
        if (
            re.search(
                r"\b(?:qualify|to be|classed|regarded|become|if|whether|for any|criteria)\s+(?:as\s+)?(?:a|an|as)?\s*$",
                before,
            )
            and not match["neg"]
        ):
            continue
        negative = bool(match["neg"]) or re.search(r"\bnot\b[^.;]{0,30}$", before) is not None
        found.append((not negative, match.start(), match.end()))
    return found


def _small(word: str) -> int:
    if word.isdigit():
        return int(word)
    return 0 if word.lower() in {"no", "none"} else word_number(word)


def count_figure(value: float, text: str) -> Figure:
    """A whole number said in words or read off a list, as a figure."""
    return Figure(text, value, 0, "count")
