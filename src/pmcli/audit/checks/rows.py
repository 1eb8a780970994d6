"""Checks of tables: differences, percentages and points of each row, totals, flags by their rule, arrows, levels over
time.

A column is taken for the difference of two others when its head says so and half of the rows agree, or when nearly
all of the rows agree whatever its head says ("% change" may hold percentage points). The rows that then disagree are
errors; where no reading fits the rows, nothing is said of any of them but that the table cannot be checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from pmcli.audit import glyphs
from pmcli.audit.checks.within import percent_of, shown
from pmcli.audit.claims import ALONE, ARITHMETIC, CONSISTENT, CONTRADICTS, ORIGINAL, UNCHECKED, WORDING, Claim, Outcome
from pmcli.audit.document import Row
from pmcli.audit.figures import Figure
from pmcli.audit.intervals import Interval, exactly, interval_text
from pmcli.audit.names import Lexicon
from pmcli.audit.tables import Body, claim_of, flag_of, is_subtotal, is_total
from pmcli.audit.windows import Window, find_windows

NEARLY_ALL: Final = 0.75
HALF: Final = 0.5
_CHANGES: Final = {"difference", "percent", "points"}


@dataclass(frozen=True, slots=True)
class Reading:
    """One way in which a column may follow from two others: from minus first, as a difference, points or per cent."""

    kind: str
    first: int
    second: int

    def computed(self, figures: dict[int, Figure]) -> Interval | None:
        """What the column must then hold in a row; None where the row cannot tell."""
        if self.first not in figures or self.second not in figures:
            return None
        first, second = figures[self.first].interval, figures[self.second].interval
        if self.kind == "ratio":
            return percent_of(second, first)
        change = second - first
        return percent_of(change, first) if self.kind == "percent" else change


def check_table(body: Body, lexicon: Lexicon) -> list[Claim]:
    """The claims of a table, each with what the checks say of it."""
    claims: list[Claim] = []
    numbers = sorted({column for _, figures, _ in body.rows for column in figures})
    readings: dict[int, tuple[Reading, bool]] = {}
    for column in numbers:
        found = _reading(body, column, numbers)
        if found is not None:
            readings[column] = found
    wrong: dict[int, set[int]] = {}
    totals = list(_totals(body, readings, lexicon, wrong))
    for row, figures, label in body.rows:
        made = list(_row_claims(body, row, figures, label, readings, lexicon))
        _explained(made, figures, wrong.get(id(row), set()))
        claims += made
    claims += totals
    claims += _flat_levels(body, claims, readings, lexicon)
    return claims


def _explained(made: Sequence[Claim], figures: dict[int, Figure], wrong: set[int]) -> None:
    """One wrong figure in a row is one finding: a total that its rows do not make explains the changes beside it, and a
    wrong difference the percentage. A level whose sum is wrong is held against nothing else.
    """
    first = next((claim for claim in made if claim.contradicted), None)
    for claim in made:
        roles = {
            role for role, figure in claim.figures.items() if any(figures.get(column) is figure for column in wrong)
        }
        if roles:
            claim.wrong = frozenset(roles)
        if roles or (first is not None and claim is not first and claim.kind != "survey-arrow"):
            why = "the total of the column first" if roles else "the other figures of the row first"
            claim.outcomes = [
                Outcome(outcome.check, UNCHECKED, outcome.working, remedy=why)
                if outcome.result == CONTRADICTS
                else outcome
                for outcome in claim.outcomes
            ]


def _reading(body: Body, column: int, numbers: Sequence[int]) -> tuple[Reading, bool] | None:
    """(how a column follows from two others, whether what disagrees with it is an error); None when nothing says so."""
    role = body.columns[column].role if column < len(body.columns) else ""
    rows = [figures for _, figures, _ in body.rows if column in figures]
    if role in {"level", "sd", "rate", "average", "change", "flag", "interval"}:
        return None
    before = [number for number in numbers if number < column and _is_level(body, number)]
    if len(before) < 2 or not rows:
        return None
    percent = all(figures[column].unit in {"percent", "points"} for figures in rows)
    shares = all(
        figures[number].unit in {"percent", "rate"} for figures in rows for number in before if number in figures
    )
    counts = all(figures[number].unit == "count" for figures in rows for number in before if number in figures)
    kinds = (
        ["ratio", "percent"]
        if percent and counts and role in {"percent-level", ""}
        else ["points"]
        if percent and role == "points"
        else ["points", "percent"]
        if percent and shares
        else ["percent"]
        if percent
        else ["difference"]
    )
    last = before[-1]
    pairs = [(before[-2], last), (last, before[-2]), (before[0], last)] + [
        pair for a, b in combinations(before, 2) for pair in ((a, b), (b, a))
    ]
    best: tuple[float, int, Reading] | None = None
    for kind in kinds:
        for first, second in dict.fromkeys(pairs):
            reading = Reading(kind, first, second)
            fits, known = _fit(reading, rows, column)
            if known and (best is None or fits / known > best[0] + 1e-9):
                best = (fits / known, known, reading)
    if best is None:
        return None
    share, known, reading = best
    headed = role in _CHANGES or (reading.kind == "ratio" and role == "percent-level")
    if (share >= NEARLY_ALL and (known >= 3 or headed)) or (headed and share >= HALF and known >= 2):
        return reading, True
    if headed and known == 1:
        default = Reading(kinds[-1] if role == "percent" and not shares else kinds[0], *_order(body, before[-2], last))
        return default, len(before) == 2
    if share == 1.0:
        return reading, False
    return None


def _order(body: Body, first: int, second: int) -> tuple[int, int]:
    """(the earlier column, the later): by their windows, else as printed."""
    one, two = body.columns[first].window, body.columns[second].window
    if one is not None and two is not None and one.end is not None and two.end is not None and one.end > two.end:
        return second, first
    return first, second


def _is_level(body: Body, column: int) -> bool:
    role = body.columns[column].role if column < len(body.columns) else ""
    return role not in {"sd", "difference", "percent", "points", "flag", "interval"}


def _fit(reading: Reading, rows: Sequence[dict[int, Figure]], column: int) -> tuple[int, int]:
    fits = known = 0
    for figures in rows:
        computed = reading.computed(figures)
        if computed is not None:
            known += 1
            fits += _agrees(figures[column], computed)
    return fits, known


def _agrees(printed: Figure, computed: Interval) -> bool:
    """Whether a printed change is the computed one; a table that prints falls without a sign is not wrong for that."""
    if printed.interval.meets(computed):
        return True
    return not printed.signed and computed.high < 0 and printed.interval.meets(computed.magnitude) and False


def _row_claims(
    body: Body,
    row: Row,
    figures: dict[int, Figure],
    label: str,
    readings: dict[int, tuple[Reading, bool]],
    lexicon: Lexicon,
) -> Iterable[Claim]:
    shape = _shape(row, figures)
    if shape is not None:
        yield from _flag_row(body, row, figures, shape, lexicon, label)
        return
    for column, (reading, firm) in readings.items():
        if column not in figures:
            continue
        computed = reading.computed(figures)
        if computed is None:
            continue
        printed = figures[column]
        if reading.kind == "ratio":
            yield _ratio(body, row, figures, label, column, reading, firm, lexicon)
            continue
        kind = "survey-change" if reading.kind == "points" else "table-difference"
        check = {"difference": "difference", "percent": "percentage", "points": "percentage-points"}[reading.kind]
        role = {"difference": "difference", "percent": "percent", "points": "points"}[reading.kind]
        named = {"base": figures[reading.first], "current": figures[reading.second], role: printed}
        claim = claim_of(body, row, kind, named, (reading.first, reading.second, column), lexicon, label)
        claim.base, claim.current = _window(body, reading.first), _window(body, reading.second)
        if is_total(label) and reading.kind == "difference":
            claim.kind = "total"
        decimals = max(printed.decimals, 0) + (reading.kind != "difference")
        text = interval_text(computed, max(decimals, max(named["base"].decimals, 0)))
        unit = {"difference": "", "percent": " %", "points": " points"}[reading.kind]
        working = f"{shown(named['current'])} against {shown(named['base'])}: {text}{unit}"
        if _agrees(printed, computed):
            claim.say(Outcome(check, CONSISTENT, working))
        elif firm:
            claim.say(
                Outcome(
                    check,
                    CONTRADICTS,
                    working,
                    f"{_named(label)}{shown(named['current'])} against {shown(named['base'])} is {text}{unit}, not "
                    f"{printed.text}.",
                    ARITHMETIC,
                    ORIGINAL if printed.doubtful else ALONE,
                    remedy=f"{text}{unit}, or another level.",
                )
            )
        else:
            claim.say(Outcome(check, UNCHECKED, working, remedy="heads that say what each column holds"))
        yield claim
        yield from _arrow(body, row, column, claim, lexicon, label)


def _ratio(
    body: Body,
    row: Row,
    figures: dict[int, Figure],
    label: str,
    column: int,
    reading: Reading,
    firm: bool,
    lexicon: Lexicon,
) -> Claim:
    """A share beside its count and its whole: calls, calls answered, per cent."""
    printed, whole, part = figures[column], figures[reading.first], figures[reading.second]
    named = {"share": printed, "n": part, "of": whole}
    claim = claim_of(body, row, "share", named, (reading.first, reading.second, column), lexicon, label)
    claim.current = _window(body, reading.second)
    computed = percent_of(part.interval, whole.interval)
    assert computed is not None
    text = interval_text(computed, max(printed.decimals, 0) + 1, " %")
    working = f"{part.text} ÷ {whole.text} = {text}"
    if printed.interval.meets(computed):
        claim.say(Outcome("share", CONSISTENT, working))
    elif firm:
        sentence = f"{_named(label)}{part.text} of {whole.text} is {text}, not {printed.text}."
        claim.say(Outcome("share", CONTRADICTS, working, sentence, ARITHMETIC, ALONE, remedy=f"{text}."))
    else:
        claim.say(Outcome("share", UNCHECKED, working, remedy="heads that say what each column holds"))
    return claim


def _named(label: str) -> str:
    return f"{label}: " if label else ""


def _window(body: Body, column: int) -> Window | None:
    return body.columns[column].window if column < len(body.columns) else None


def _arrow(body: Body, row: Row, column: int, change: Claim, lexicon: Lexicon, label: str) -> Iterable[Claim]:
    """An arrow beside a change points its way; without a base nobody can say whether it should stand there."""
    if not any(glyphs.arrow(cell) for other, _, _ in body.rows for cell in other.printed):
        return
    found = None
    for number in range(column, len(row.printed)):
        found = found or glyphs.arrow(row.printed[number])
    printed = change.figures.get("points") or change.figures.get("percent") or change.figures["difference"]
    claim = claim_of(body, row, "survey-arrow", {"change": printed}, (column,), lexicon, label)
    if found is None:
        claim.say(
            Outcome(
                "arrow-sign",
                UNCHECKED,
                "no arrow: no significant change is claimed",
                remedy="the bases behind the percentages",
            )
        )
    else:
        way, doubtful = found
        claim.doubtful = doubtful
        fits = way == 0 or printed.value == 0 or (way > 0) == (printed.value > 0)
        word = "up" if way > 0 else "down" if way < 0 else "level"
        if fits:
            claim.say(Outcome("arrow-sign", CONSISTENT, f"the arrow points {word}, the change is {printed.text}"))
        else:
            claim.say(
                Outcome(
                    "arrow-sign",
                    CONTRADICTS,
                    f"the arrow points {word}, the change is {printed.text}",
                    f"{_named(label)}the arrow points {word} beside {printed.text}.",
                    WORDING,
                    ORIGINAL if doubtful else ALONE,
                    remedy="The other arrow.",
                )
            )
    yield claim


# ------------------------------------------------------------------------------------------------ rows with a flag


def _shape(row: Row, figures: dict[int, Figure]) -> list[int] | None:
    """The figures of a row that ends in a flag: two levels, their difference and, with four, the SD."""
    flag = flag_of(row)
    columns = [column for column in sorted(figures) if flag is not None and column < flag[2]]
    if flag is None or len(columns) not in {3, 4}:
        return None
    return columns


def _flag_row(
    body: Body, row: Row, figures: dict[int, Figure], columns: list[int], lexicon: Lexicon, label: str
) -> Iterable[Claim]:
    a, b, d = (figures[column] for column in columns[:3])
    sd = figures[columns[3]] if len(columns) == 4 else None
    heads = " ".join(column.head for column in body.columns)
    flag = flag_of(row)
    assert flag is not None
    forward = b.interval - a.interval
    back = a.interval - b.interval
    # "Essex | MSG | Difference" is first less second; "12M Dec 19 | 12M July 2023" and "MSG Avg | Crimes per 1,000"
    # second less first
    first_column = body.columns[columns[0]] if columns[0] < len(body.columns) else None
    volume = sd is None
    named: dict[str, Figure]
    earlier_first = volume or bool(first_column and first_column.role == "average")
    if volume:
        named = {"base": a, "current": b, "difference": d}
    elif earlier_first:
        named = {"average": a, "force": b, "difference": d, "sd": sd}  # type: ignore[dict-item]
    else:
        named = {"force": a, "average": b, "difference": d, "sd": sd}  # type: ignore[dict-item]
    claim = claim_of(body, row, "table-difference", named, columns, lexicon, label)
    if volume:
        claim.base, claim.current = _window(body, columns[0]), _window(body, columns[1])
    else:
        claim.current = next(
            (column.window for column in body.columns if column.window is not None and column.window.key), None
        )
    decimals = max(d.decimals, 0)
    fits = d.interval.meets(forward if earlier_first else back) or (
        not volume and d.interval.meets(forward if not earlier_first else back)
    )
    way = forward if earlier_first else back
    text = interval_text(way, decimals + (a.decimals > 0 or a.unit == "percent"))
    working = f"{b.text if earlier_first else a.text} − {a.text if earlier_first else b.text} = {text}"
    if fits:
        claim.say(Outcome("difference", CONSISTENT, working))
    else:
        claim.say(
            Outcome(
                "difference",
                CONTRADICTS,
                working,
                f"{_named(label or body.title)}the difference of {a.text} and {b.text} is {text}, not {d.text}.",
                ARITHMETIC,
                ALONE,
                remedy=f"{text}.",
            )
        )
    yield claim
    said, doubtful, column = flag
    flagged = claim_of(body, row, "flag", named | {}, [*columns, column], lexicon, label)
    flagged.current, flagged.base = claim.current, claim.base
    flagged.doubtful = doubtful
    flagged.direction = int(said)
    if sd is not None:
        kind = "flag-change" if "%" in d.text or "change" in heads.lower() else "flag-rate"
        _rate_flag(flagged, kind, d, sd, said, doubtful, body.title)
    yield flagged


def _rate_flag(
    claim: Claim, check: str, difference: Figure, sd: Figure, said: bool, doubtful: bool, title: str
) -> None:
    """A rate or a change is flagged when the force lies more than one SD above the average, and only then."""
    possible = difference.interval.high > sd.interval.low if said else difference.interval.low <= sd.interval.high
    certain = (difference.interval.low > sd.interval.high) if said else (difference.interval.high <= sd.interval.low)
    working = f"{difference.text} against an SD of {sd.text}: {'above' if difference.value > sd.value else 'not above'}"
    if (
        certain
        or (possible and not said and difference.interval.high < sd.interval.high)
        or (possible and said and difference.value > sd.value)
    ):
        claim.say(Outcome(check, CONSISTENT, working))
    elif possible:
        claim.say(Outcome(check, UNCHECKED, f"{working}, as printed; rounding decides", remedy="one more decimal"))
    else:
        claim.say(
            Outcome(
                check,
                CONTRADICTS,
                working,
                f"{_named(title)}flagged {'Y' if said else 'N'} with a difference of {difference.text} and an SD of "
                f"{sd.text}.",
                ARITHMETIC,
                ORIGINAL if doubtful else ALONE,
                remedy="The other flag.",
            )
        )


def check_volume_flags(claims: Sequence[Claim]) -> None:
    """A volume is flagged when it is larger than the earlier one: said of a row only when another row of the document
    follows that rule.

    The rule is rarely printed; a flag on a fall contradicts the rows that have a fall and no flag.
    """
    rows = [claim for claim in claims if claim.kind == "flag" and "base" in claim.figures and not claim.outcomes]
    rises = [claim for claim in rows if claim.figures["current"].value > claim.figures["base"].value]
    falls = [claim for claim in rows if claim.figures["current"].value < claim.figures["base"].value]
    for claim in rows:
        rise = claim.figures["current"].value > claim.figures["base"].value
        fall = claim.figures["current"].value < claim.figures["base"].value
        expected = rise
        difference = claim.figures["difference"].text
        working = (
            f"{claim.figures['base'].text} → {claim.figures['current'].text} ({difference}), flagged "
            f"{'Y' if claim.direction else 'N'}"
        )
        if bool(claim.direction) == expected or not (rise or fall):
            claim.say(Outcome("flag-volume", CONSISTENT, working))
            continue
        same = [
            other
            for other in (rises if rise else falls)
            if other is not claim and bool(other.direction) == expected and not other.doubtful
        ]
        alike = [other for other in same if _length(other) == _length(claim)] or same
        if not alike:
            claim.say(Outcome("flag-volume", UNCHECKED, working, remedy="the rule by which a flag is given"))
            continue
        word = "rise" if rise else "fall"
        claim.say(
            Outcome(
                "flag-volume",
                CONTRADICTS,
                working
                + "; "
                + "; ".join(f"{o.figures['difference'].text} flagged {'Y' if o.direction else 'N'}" for o in alike[:3]),
                f"{_named(claim.label or claim.about)}a {word} of {difference} is flagged "
                f"{'Y' if claim.direction else 'N'}, while other {word}s in the same tables are flagged "
                f"{'Y' if expected else 'N'}.",
                ARITHMETIC,
                ORIGINAL if claim.doubtful else ALONE,
                tuple(alike[:4]),
                remedy=f"{'Y' if expected else 'N'}, or other figures.",
            )
        )


def _length(claim: Claim) -> int | None:
    return claim.current.months if claim.current is not None else None


# ---------------------------------------------------------------------------------------------------------- totals


def _totals(
    body: Body, readings: dict[int, tuple[Reading, bool]], lexicon: Lexicon, wrong_cells: dict[int, set[int]]
) -> Iterable[Claim]:
    """A total is the sum of the rows above it, in every column of counts. wrong_cells: is told the columns of each
    row that are not.
    """
    start = 0
    for at, (row, figures, label) in enumerate(body.rows):
        if not is_total(label) or is_subtotal(label):
            continue
        parts = body.rows[start:at]
        start = at + 1
        sums = [(column, _sum(parts, column)) for column in sorted(figures) if figures[column].unit == "count"]
        sums = [
            (column, total)
            for column, total in sums
            if total is not None and (column not in readings or readings[column][0].kind == "difference")
        ]
        wrong = [column for column, total in sums if total is not None and not total[0].meets(figures[column].interval)]
        levels = [column for column, _ in sums if column not in readings]
        structural = len(levels) > 1 and all(column in wrong for column in levels)
        for column, total in sums:
            assert total is not None
            added, addends = total
            printed = figures[column]
            claim = claim_of(body, row, "total", {"total": printed}, (column,), lexicon, label)
            claim.current = _window(body, column)
            claim.places = (*(one.place(column) for one, values, _ in parts if column in values), *claim.places)
            working = f"{' + '.join(addends[:12])}{' + …' if len(addends) > 12 else ''} = {interval_text(added)}"
            if column not in wrong:
                claim.say(Outcome("total", CONSISTENT, working))
            elif column in readings and _row_is_wrong(readings[column][0], figures, column):
                continue  # its own row says the same: one cause, one finding
            elif (culprit := _culprit(parts, column, readings, added, printed)) is not None:
                claim.say(
                    Outcome(
                        "total",
                        UNCHECKED,
                        working,
                        remedy=(
                            f"the row {culprit} first: with the figure that its own change asks for, the total is right"
                        ),
                    )
                )
                claim.wrong = frozenset({"total"})
            elif structural or _nested(printed, parts, column):
                claim.say(
                    Outcome(
                        "total",
                        UNCHECKED,
                        working,
                        remedy="which rows the total is of: they do not add up in any column",
                    )
                )
            else:
                wrong_cells.setdefault(id(row), set()).add(column)
                claim.wrong = frozenset({"total"})
                claim.say(
                    Outcome(
                        "total",
                        CONTRADICTS,
                        working,
                        f"{label}: the rows add up to {interval_text(added)}, not {printed.text}.",
                        ARITHMETIC,
                        ALONE,
                        remedy=f"{interval_text(added)}, or another figure in a row.",
                        places=(row.place(column),),
                        other_places=tuple(one.place(column) for one, values, _ in parts if column in values),
                    )
                )
            yield claim


def _culprit(
    parts: Sequence[tuple[Row, dict[int, Figure], str]],
    column: int,
    readings: dict[int, tuple[Reading, bool]],
    added: Interval,
    printed: Figure,
) -> str | None:
    """The one row whose own figures disagree and that, put right, makes the total right: one cause, one finding."""
    found = []
    for _, figures, label in parts:
        for change, (reading, firm) in readings.items():
            if (
                not firm
                or reading.kind == "points"
                or column not in {change, reading.first, reading.second}
                or not _row_is_wrong(reading, figures, change)
            ):
                continue
            if column not in figures or {change, reading.first, reading.second} - set(figures):
                continue
            right = _put_right(reading, figures, column, change)
            if right is None:
                continue
            if (added - figures[column].interval + right).meets(printed.interval):
                found.append(label)
    return found[0] if len(set(found)) == 1 else None


def _put_right(reading: Reading, figures: dict[int, Figure], column: int, change: int) -> Interval | None:
    """What a figure of a row would have to be for the row's change to be right."""
    first, second, printed = (figures[n].interval for n in (reading.first, reading.second, change))
    if reading.kind == "percent":
        factor = exactly(1.0) + printed * exactly(0.01)
        return first * factor if column == reading.second else second / factor if column == reading.first else None
    if column == change:
        return second - first
    return second - printed if column == reading.first else first + printed


def _row_is_wrong(reading: Reading, figures: dict[int, Figure], column: int) -> bool:
    computed = reading.computed(figures)
    return computed is not None and column in figures and not _agrees(figures[column], computed)


def _sum(parts: Sequence[tuple[Row, dict[int, Figure], str]], column: int) -> tuple[Interval, list[str]] | None:
    """The sum of a column and its addends; None when a row has no figure there (then it is not known)."""
    added = exactly(0.0)
    texts = []
    for _, figures, label in parts:
        if is_subtotal(label) or is_total(label):
            continue
        figure = figures.get(column)
        if figure is None or figure.unit != "count":
            return None
        added = added + figure.interval
        texts.append(figure.text)
    return (added, texts) if len(texts) >= 2 else None


def _nested(printed: Figure, parts: Sequence[tuple[Row, dict[int, Figure], str]], column: int) -> bool:
    """Whether a run of rows can be "of which" rows of another: leaving them out gives the total."""
    values = [figures[column].value for _, figures, label in parts if column in figures and not is_subtotal(label)]
    excess = sum(values) - printed.value
    if excess <= 0:
        return False
    if any(
        word in label.lower() for _, _, label in parts for word in ("of which", "including", "excluding", "of these")
    ):
        return True
    runs: Callable[[int, int], float] = lambda first, last: sum(values[first:last])  # noqa: E731
    return any(
        abs(runs(first, last) - excess) < 0.5
        and any(abs(value - excess) < 0.5 for n, value in enumerate(values) if not first <= n < last)
        for first in range(len(values))
        for last in range(first + 2, len(values) + 1)
    )


def _flat_levels(
    body: Body, made: Sequence[Claim], readings: dict[int, tuple[Reading, bool]], lexicon: Lexicon
) -> Iterable[Claim]:
    """Counts under a dated head, one by one, so that they can be held against the text and other tables."""
    taken = {(claim.places[0], claim.kind) for claim in made if claim.kind != "total"}
    for row, figures, label in body.rows:
        dated = next((windows[0] for cell in row.cells if cell and (windows := find_windows(cell))), None)
        for column in sorted(figures):
            if is_total(label) and any(
                claim.kind == "total" and claim.figures.get("total") is figures[column] for claim in made
            ):
                continue
            window = _window(body, column) if dated is None else dated if dated.key and dated.months != 1 else None
            role = body.columns[column].role if column < len(body.columns) else ""
            if (
                column in readings
                or figures[column].unit not in {"count", "rate", "percent"}
                or role in {"sd", "difference", "points", "flag", "interval"}
            ):
                continue
            if (
                (row.place(column), "table-difference") in taken
                or (row.place(column), "survey-change") in taken
                or _shape(row, figures)
            ):
                continue
            if window is None and (
                dated is not None or (role not in {"rate", "level"} and not any(c.window for c in body.columns))
            ):
                continue
            kind = (
                "rate"
                if figures[column].unit == "rate" or role == "rate"
                else "count"
                if figures[column].unit == "count"
                else "share"
            )
            claim = claim_of(
                body,
                row,
                kind,
                {"rate" if kind == "rate" else "current" if kind == "count" else "share": figures[column]},
                (column,),
                lexicon,
                label,
            )
            claim.current = window
            if dated is not None:
                claim.qualifiers = claim.qualifiers | {f"~column {column} of table {body.number}"}
            yield claim
