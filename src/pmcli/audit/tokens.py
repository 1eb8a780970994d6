"""A sentence as a row of tokens, one letter each, so that the grammar can be written as patterns over letters.

N count   P percentage   T percentage points   S other figure (seconds, pounds)   R rank   W window
U goes up   D goes down   E does not change   M more   L fewer   f from   t to   v against   b by   o of
e says the same again ("equivalent to", "or")   & and   | but, while   ( ) , ; : - punctuation   x any other
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pmcli.audit.figures import FIGURE, Figure, figure_of
from pmcli.audit.glyphs import DOWN_ARROWS, LEVEL_ARROWS, UP_ARROWS
from pmcli.audit.windows import Window, find_windows

_WORDS: Final[dict[str, str]] = {}
for _code, _words in {
    "U": "rose rise rises risen rising increase increased increases increasing up grew grown growth growing grow "
    "climbed climb climbing jumped jump jumping gained upward upwards surge surged upturn uplift soared",
    "D": "fell fall falls fallen falling decrease decreased decreases decreasing down dropped drop drops dropping "
    "declined decline declines declining reduced reduction reductions reduce reduces reducing "
    "lowered cut cuts cutting shrank downward downwards downturn dipped dip slipped slipping",
    "E": "unchanged stable static steady flat",
    "M": "more additional extra further higher greater above",
    "L": "fewer less lower below",
    "f": "from",
    "t": "to",
    "b": "by",
    "o": "of",
    "v": "v v. vs vs. versus against than",
    "e": "equivalent equates equating representing represents meaning making equalling equal equals amounting "
    "amounts i.e. i.e ie namely or",
    "&": "and & plus",
    "|": "but while whereas although though yet however whilst",
}.items():
    for _word in _words.split():
        _WORDS[_word] = _code
_PHRASES: Final = re.compile(
    r"(?P<t>->|=>)|(?P<v>\bon\b(?=\s+the\s+(?:figure\s+of\s+)?[0-9])|\b(?:compared|comparing|relative|in comparison"
    r"|in relation)\s+(?:to|with|against)\b|\bas against\b|\bup on\b(?=\s+the|\s+last)|\bdown on\b(?=\s+the|\s+last))"
    r"|(?P<e>\bthat is to say\b|\bthat is\b|\bwhich is\b|\bthis is\b|\bin other words\b|\bin effect\b|\bi\.e\.,?"
    r"|\bequivalent to\b|\bequates to\b|\bequating to\b"
    r"|\bamount(?:s|ed|ing)? to\b|\bwhich comes to\b|\bthis equates to\b|\bwhich equates to\b|\bwhich means\b)"
    r"|(?P<E>\bno (?:overall |real )?change\b|\bremain(?:s|ed|ing)? the same\b|\bthe same as\b)"
    r"|(?P<x>\bdue to\b|\bup to date\b|\bno more\b|\bmore or less\b|\bfurther (?:information|details?|work)\b"
    r"|\bset up\b|\bmade up\b|\bfollow(?:ed|ing)?[- ]up\b"
    r"|\bbreak(?:s|ing)? down\b|\bcut off\b|\bdrop[- ]in\b|\brise to\b(?=\s+[a-z])|\bas well as\b|\bin order to\b"
    r"|\baccording to\b|\bclose to\b)",
    re.IGNORECASE,
)
_NOT_FIGURES: Final = re.compile(
    r"\bper\s+(?:1,?000|10,?000|100,?000|one\s+thousand|thousand|million|1m"
    r"|head)\b(?:\s+of)?(?:\s+(?:the\s+)?(?:resident\s+)?(?:population|pop|people|residents?|households?|inhabitants))?"
    r"|\b(?:999|101)\b(?!,\d|\.\d)(?=\s+(?:and\s+(?:999|101)\s+)?(?:calls?|emergency|response|service|contact"
    r"|demand|line|average)\b)|\bcalls\s+to\s+(?:999|101)\b"
    r"|\b(?:Table|Tables|Figure|Fig|Chart|Group|Groups|Section|Page|Chapter|Paragraph|Paras?|Level|Tier|Question"
    r"|Qs?|Priority|Phase|Op|Part|Schedule|ADR|Band|Week|Day|Grade"
    r"|Class|Category|Appendix|Annex|Slide|Item|Note|Step|Stage|Objective|Zone|Version|Lot|Room|Unit|Team|Year|Ward"
    r"|Area|District|Division|Stage)s?\.?\s*[0-9]+[a-z]?(?:\s*(?:to|and|-|–|,)\s*[0-9]+[a-z]?)*\b"
    r"|\b(?:aged?|ages|over|under|u|below)[- ]?(?:1[0-9]|2[0-9]|35|45|55|60|65|75)s?\b(?!\s*(?:%|per|offen|crime"
    r"|incident|more|fewer|cases|additional|\(|[.,]?\d))(?:\s+(?:years?|and over|or over|and under))?"
    r"|\b[0-9]{1,2}\s?(?:-|–|to)\s?[0-9]{1,2}[- ]?(?:year|yr)s?[- ]olds?\b|\b[0-9]{1,2}[- ]year[- ]olds?\b"
    r"|\b[0-9]{2}\s?[-–]\s?[0-9]{2}\b(?!\s*%)|\b[0-9]{2}\+(?!\s?\d)|\bCOVID[- ]?19\b|\b24/7\b"
    r"|\b[0-9]{1,2}[:.][0-9]{2}\s?(?:am|pm|hours|hrs)\b"
    r"|\b[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}\b|\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b|\b(?:19|20)[0-9]{2}\b(?!,[0-9]{3}"
    r"|\.[0-9]|\s*%|\s+(?:more|fewer|less|additional|extra|offen|crimes?|incidents?|cases|reports|victims|burglar"
    r"|robber))"
    r"|\b[A-Za-z]+[0-9]+[A-Za-z]*\b|\bn\s?=\s?(?=[0-9])|\btop\s+(?:[0-9]+|ten|five|three)\b|\b(?:12|24|six|twelve"
    r"|three|[0-9]{1,2})[- ]months?\b|\b[a-z]+[- ]year\b(?=\s+(?:high|low|average|mean|trend|period))"
    r"|\b[0-9]{1,2}\s?m\b(?=\s+(?:to|ending|ended)\b)|\bone of\b|\bno one\b|\bone another\b|\bat one\b|\bthe one\b"
    r"|\b(?:two|three|four)[- ](?:thirds?|fifths?|quarters?|way|fold|year|tier)\b|\bhttps?://\S+|\bwww\.\S+",
    re.IGNORECASE,
)
RANK: Final = re.compile(
    r"\b(?P<n>[0-9]{1,3})\s?(?:st|nd|rd|th)\b|\b(?P<w>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
    r"|tenth)(?=\s+(?:highest|lowest|best|worst|nationally|in its|out of|of \d))",
    re.IGNORECASE,
)
_ORDINALS: Final = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_WORD: Final = re.compile(r"v\.(?=\s|\d|$)|vs\.?(?=\s|$)|i\.e\.?|[A-Za-z][A-Za-z'’-]*|[(),;:–—-]|\S")
_PUNCTUATION: Final = {
    **dict.fromkeys(UP_ARROWS, "U"),
    **dict.fromkeys(DOWN_ARROWS, "D"),
    **dict.fromkeys(LEVEL_ARROWS, "t"),
    "(": "(",
    ")": ")",
    ",": ",",
    ";": ";",
    ":": ":",
    "–": "-",
    "—": "-",
    "-": "-",
    "[": "(",
    "]": ")",
}
_OTHER_UNITS: Final = re.compile(
    r"\s*(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|years?|months?|mths?|times|miles|km|litres?"
    r"|kilos?|kg|grams?|quarters?|o'clock|degrees|pages|points? (?:of|to) note|decades?|priorities|measures"
    r"|areas of)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its letter, its place in the sentence, and the figure or window that it is."""

    code: str
    start: int
    end: int
    text: str
    figure: Figure | None = None
    window: Window | None = None

    @property
    def figure_signed(self) -> bool:
        """Whether it is a figure with a printed sign."""
        return self.figure is not None and self.figure.signed


@lru_cache(maxsize=4096)
def tokenise(text: str) -> tuple[Token, ...]:
    """The tokens of one sentence in plain signs."""
    taken: list[Token] = []
    windows = find_windows(text)
    for window in windows:
        taken.append(
            Token("W" if window.relative != "date" else "x", window.start, window.end_at, window.text, window=window)
        )
    spans = [(token.start, token.end) for token in taken]

    def free(start: int, end: int) -> bool:
        return all(end <= first or start >= last for first, last in spans)

    def take(token: Token) -> None:
        if free(token.start, token.end):
            taken.append(token)
            spans.append((token.start, token.end))

    for match in RANK.finditer(text):
        number = int(match["n"]) if match["n"] else _ORDINALS.index(match["w"].lower()) + 1
        take(
            Token(
                "R",
                match.start(),
                match.end(),
                match[0],
                Figure(match[0], number, 0, "rank", start=match.start(), end=match.end()),
            )
        )
    for match in _NOT_FIGURES.finditer(text):
        if not (match[0].lower().startswith("n") and "=" in match[0]):
            take(Token("x", match.start(), match.end(), match[0]))
    for match in _PHRASES.finditer(text):
        take(Token(str(match.lastgroup), match.start(), match.end(), match[0]))
    for match in FIGURE.finditer(text):
        token = _figure_token(match, text)
        if token is not None:
            take(token)
    for match in _WORD.finditer(text):
        word = match[0].lower()
        code = _PUNCTUATION.get(match[0]) or _WORDS.get(word, "x")
        take(Token(code, match.start(), match.end(), match[0]))
    return tuple(sorted(taken, key=lambda token: token.start))


def _figure_token(match: re.Match[str], text: str) -> Token | None:
    """The token of a figure, or None where the digits are no figure of anything (`12-month`, `A12`, a lone "one")."""
    after = match["after"] or ""
    if after and not match["unit"] and (match["digits"] or after[0] in "-/"):
        if match.end("after") - match.start("after") and after[0] not in "-/":
            return None  # 21st-like or 12m: letters glued to the digits
        if after[0] in "-/":
            return None
    if match["word"] and match["word"].lower() == "one":
        rest = text[match.end("word") :].lstrip().lower()
        if not rest.startswith(("more", "fewer", "less", "additional", "extra", "in ", "out of", "%", "per")):
            return None
    unit = (match["unit"] or "").strip().lower()
    if (
        match["money"]
        or match["money2"]
        or (
            not unit
            and _OTHER_UNITS.match(
                text, match.end("scale") if match["scale"] else max(match.end("digits"), match.end("word"))
            )
        )
    ):
        kind, code = "other", "S"
    elif unit:
        points = "point" in unit or unit.startswith(("pp", "pts", "p.p"))
        kind, code = ("points", "T") if points else ("percent", "P")
    else:
        kind, code = "count", "N"
    figure = figure_of(match, kind)
    bounded = match.start("bound") if match["bound"] else figure.start
    return Token(code, bounded, figure.end, text[bounded : figure.end], figure)
