"""Checks of ranks, targets, shares that go together, extremes against a table, implied populations and dates that
cannot be.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from pmcli.audit.checks.labels import words_of
from pmcli.audit.checks.within import shown, signed
from pmcli.audit.claims import (
    ALONE,
    ARITHMETIC,
    BASIS,
    CONSISTENT,
    CONTRADICTS,
    PERIOD,
    SERIES,
    UNCHECKED,
    WORDING,
    Claim,
    Outcome,
)
from pmcli.audit.document import Paragraph, Parts
from pmcli.audit.intervals import Interval, exactly, interval_text
from pmcli.audit.tables import Body, is_total

NATIONAL: Final = 44
"""Forces of England and Wales with the British Transport Police: no national rank is larger."""
GROUP: Final = 8
"""Forces in a Most Similar Group, the force itself included."""
ROOM: Final = 0.02
"""How far the populations behind two rates may differ: another mid-year estimate."""


def check_ranks(claims: Sequence[Claim]) -> None:
    """A rank lies within its number, and a force is no better placed in the country than among the few it is compared
    with.
    """
    by_sentence: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.kind == "rank":
            by_sentence[claim.about].append(claim)
    for ranks in by_sentence.values():
        for number, claim in enumerate(ranks):
            scope, way, _ = claim.label.split(":")
            rank = claim.figures["rank"].value
            most = (
                claim.figures["of"].value
                if "of" in claim.figures
                else NATIONAL
                if scope == "national"
                else GROUP
                if scope == "group"
                else None
            )
            if rank < 1 or (most is not None and rank > most):
                claim.say(
                    Outcome(
                        "rank",
                        CONTRADICTS,
                        f"{claim.figures['rank'].text}, of {most:.0f}",
                        f"{claim.figures['rank'].text.strip()} cannot be a place among {most:.0f}.",
                        ARITHMETIC,
                        ALONE,
                        remedy="A rank within the number of forces.",
                    )
                )
                continue
            beside = [
                other
                for at, other in enumerate(ranks)
                if abs(at - number) == 1 and {scope, other.label.split(":")[0]} == {"national", "group"}
            ]
            clash = next(
                (
                    other
                    for other in beside
                    if scope == "national"
                    and rank < other.figures["rank"].value
                    and _same_way(way, other.label.split(":")[1])
                ),
                None,
            )
            if clash is not None:
                claim.say(
                    Outcome(
                        "rank",
                        CONTRADICTS,
                        f"{rank:.0f} of all forces, {clash.figures['rank'].value:.0f} of a group that is part of them",
                        "A force that fewer forces are above in the whole country cannot have more above it in its "
                        "group.",
                        ARITHMETIC,
                        ALONE,
                        (clash,),
                        remedy="Other ranks.",
                    )
                )
            elif scope:
                claim.say(
                    Outcome(
                        "rank", CONSISTENT, f"{rank:.0f}" + (f" of {most:.0f}" if most else ""), others=tuple(beside)
                    )
                )
            else:
                claim.say(Outcome("rank", UNCHECKED, remedy="among how many"))


def _same_way(one: str, other: str) -> bool:
    return not one or not other or one == other


def check_targets(claims: Sequence[Claim]) -> None:
    """An aim that is said to be met, or not, against the change beside it."""
    for claim in claims:
        if claim.kind != "target" or "percent" not in claim.figures or claim.direction not in {1, -1}:
            continue
        said = re.search(r"\b(?:not|never|missed|failed|short of)\b", claim.about, re.IGNORECASE)
        met = re.search(r"\b(?:met|achieved|reached|exceeded|hit|missed|delivered)\b", claim.about, re.IGNORECASE)
        actual = next(
            (
                other
                for other in claims
                if other is not claim
                and other.about == claim.about
                and other.kind in {"comparison", "percentage"}
                and "percent" in other.figures
            ),
            None,
        )
        if actual is None or met is None or actual.direction not in {1, -1}:
            continue
        aim, change = (
            signed(claim.figures["percent"], claim.direction),
            signed(actual.figures["percent"], actual.direction),
        )
        reached = change.high <= aim.high if claim.direction == -1 else change.low >= aim.low
        missed = change.low > aim.high if claim.direction == -1 else change.high < aim.low
        working = f"aim {interval_text(aim, 1, ' %')}, change {interval_text(change, 1, ' %')}"
        if (said and reached and not missed) or (not said and missed):
            claim.say(
                Outcome(
                    "target",
                    CONTRADICTS,
                    working,
                    "What is said of the aim is not what the change beside it shows.",
                    WORDING,
                    ALONE,
                    (actual,),
                    remedy="The other word.",
                )
            )
        else:
            claim.say(Outcome("target", CONSISTENT, working, others=(actual,)))


def check_months(claims: Sequence[Claim]) -> None:
    """ "Every month was below 48,000": so many months hold no more than that many times the bound."""
    for claim in claims:
        figure = claim.figures.get("current")
        if claim.kind != "count" or figure is None or not figure.bound or "every month" not in claim.about.lower():
            continue
        others = [
            other
            for other in claims
            if other.section == claim.section
            and other is not claim
            and other.current is not None
            and other.current.key
            and claim.current is not None
            and (other.current.key == claim.current.key or not claim.current.key)
        ]
        for other in others:
            total = _total_of(other)
            if (
                total is None
                or other.current is None
                or not other.current.months
                or other.qualifiers - claim.qualifiers
            ):
                continue
            limit = figure.interval * exactly(float(other.current.months))
            working = (
                f"{other.current.months} × {shown(figure)}: {interval_text(limit)}; {interval_text(total)} in the "
                f"{other.current}"
            )
            if limit.meets(total):
                claim.say(Outcome("window", CONSISTENT, working, others=(other,)))
            else:
                claim.say(
                    Outcome(
                        "window",
                        CONTRADICTS,
                        working,
                        "So many months at that bound do not make the total.",
                        ARITHMETIC,
                        SERIES,
                        (other,),
                        remedy="Another bound, or another total.",
                    )
                )
            break


def _total_of(claim: Claim) -> Interval | None:
    if "current" in claim.figures and claim.figures["current"].unit == "count":
        return claim.figures["current"].interval
    if {"difference", "percent"} <= set(claim.figures) and claim.direction in {1, -1}:
        base = claim.figures["difference"].magnitude / (claim.figures["percent"].magnitude * exactly(0.01))
        return base + signed(claim.figures["difference"], claim.direction) if base is not None else None
    return None


def check_extremes(claims: Sequence[Claim], bodies: Sequence[Body]) -> None:
    """ "Lowest levels in Castle Point" against the table of the same section that has that row."""
    for claim in claims:
        if claim.kind not in {"extreme", "direction", "share"} or set(claim.figures) - {"share"} or claim.table:
            continue
        found = re.search(r"\b(lowest|highest)\b", claim.quote, re.IGNORECASE)
        if found is None:
            continue
        clause = words_of(claim.quote)
        for body in (body for body in bodies if body.section.number == claim.section):
            rows = [
                (row, figures, label) for row, figures, label in body.rows if words_of(label) and not is_total(label)
            ]
            named = [entry for entry in rows if words_of(entry[2]) <= clause]
            columns = [n for n, column in enumerate(body.columns) if column.role in {"level", "rate"}]
            if len(named) != 1 or not columns or len(rows) < 3:
                continue
            ends = {n: window.end for n in columns if (window := body.columns[n].window) is not None and window.end}
            at = max(columns, key=lambda n: (ends.get(n, 0), n))  # the latest, wherever it stands
            values = [figures[at].value for _, figures, _ in rows if at in figures]
            row, figures, label = named[0]
            if at not in figures:
                continue
            best = min(values) if found[1].lower() == "lowest" else max(values)
            place = row.place(at)
            working = f"{label}: {figures[at].text}; the {found[1].lower()} of {len(values)} rows is {best:g}"
            if figures[at].value == best:
                claim.say(Outcome("extreme", CONSISTENT, working, other_places=(place,)))
            else:
                claim.say(
                    Outcome(
                        "extreme",
                        CONTRADICTS,
                        working,
                        f"{label} is not the {found[1].lower()} of the table.",
                        WORDING,
                        ALONE,
                        remedy="The row that is.",
                        places=claim.places,
                        other_places=(place,),
                    )
                )
            break


def check_populations(claims: Sequence[Claim], bodies: Sequence[Body]) -> None:
    """The population that a count and its rate imply is one, whatever the measure: the force's own."""
    per: dict[tuple[int, str], int] = {}
    for body in bodies:
        head = " ".join(column.head for column in body.columns)
        found = re.search(
            r"per\s+(1,?000|10,?000|100,?000|million)\s*(?:pop\w*|people|residents)?", head, re.IGNORECASE
        )
        if found:
            per[body.section.number, body.title] = (
                1_000_000 if found[1].lower() == "million" else int(found[1].replace(",", ""))
            )
    implied: list[tuple[Interval, Claim, list[Claim]]] = []
    for key, unit in per.items():
        mine = [claim for claim in claims if claim.table and (claim.section, claim.about) == key]
        rates = [
            claim
            for claim in mine
            if claim.kind == "table-difference" and "force" in claim.figures and claim.figures["force"].unit == "rate"
        ]
        counts = [
            claim
            for claim in mine
            if claim.kind == "table-difference"
            and "current" in claim.figures
            and claim.current is not None
            and claim.current.months == 12
        ]
        if not rates or not counts:
            continue
        rate, level = rates[0].figures["force"], counts[0].figures["current"]
        population = level.interval / rate.interval if rate.interval.low > 0 else None
        if population is not None:
            implied.append((population * exactly(float(unit)), counts[0], rates))
    for number, (population, count, rates) in enumerate(implied):
        clash = [other for other in implied[:number] if not _near(population, other[0])]
        working = (
            f"{count.figures['current'].text} at {rates[0].figures['force'].text}: a population of "
            f"{interval_text(population)}"
        )
        if clash and not any(
            o.check == "implied-population" and o.result == CONTRADICTS for _, c, _ in implied for o in c.outcomes
        ):
            others = [claim for _, one, more in clash for claim in (one, *more)]
            said = "; ".join(
                f"{one.figures['current'].text} at {more[0].figures['force'].text}: {interval_text(value)}"
                for value, one, more in clash
            )
            count.say(
                Outcome(
                    "implied-population",
                    CONTRADICTS,
                    f"{working}; {said}",
                    "The counts and rates of these tables do not go with one population.",
                    BASIS,
                    SERIES,
                    tuple(others),
                    remedy="The population, and the year of it, behind each rate.",
                    places=(*count.places, *(p for r in rates for p in r.places)),
                )
            )
        else:
            count.say(Outcome("implied-population", CONSISTENT, working))


def _near(one: Interval, other: Interval) -> bool:
    return Interval(one.low * (1 - ROOM), one.high * (1 + ROOM)).meets(other)


_DAYS: Final = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTHS: Final = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_DATE: Final = re.compile(
    rf"\b(?:(?P<day>{'|'.join(_DAYS)}),?\s+)?(?:the\s+)?(?P<n>[0-9]{{1,2}})(?:st|nd|rd"
    rf"|th)?\s+(?:of\s+)?(?P<m>{'|'.join(_MONTHS)})(?:,?\s+(?P<y>(?:19|20)[0-9]{{2}}))?\b",
    re.IGNORECASE,
)
_QUARTER: Final = re.compile(r"\b(?:Q|quarter )(?P<q>[05-9])\s+(?:of\s+)?(?:19|20)[0-9]{2}", re.IGNORECASE)


def check_dates(parts: Parts) -> list[Claim]:
    """Dates that are in no calendar: 31 June, a fifth quarter, a Monday that was a Thursday."""
    found: list[Claim] = []
    for block in parts.blocks:
        if not isinstance(block, Paragraph):
            continue
        for match in _DATE.finditer(block.text):
            wrong = _wrong_date(match)
            if wrong:
                found.append(_date_claim(block, match, wrong))
        for match in _QUARTER.finditer(block.text):
            found.append(_date_claim(block, match, "a year has four quarters"))
    return found


def _wrong_date(match: re.Match[str]) -> str:
    month, day = _MONTHS.index(match["m"].lower()) + 1, int(match["n"])
    year = int(match["y"]) if match["y"] else 2024  # a leap year: 29 February may be meant
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        return f"{match['m']}{' ' + match['y'] if match['y'] else ''} has {last} days"
    if match["day"] and match["y"]:
        weekday = _DAYS[date(year, month, day).weekday()]
        if weekday != match["day"].lower():
            return f"{match['n']} {match['m']} {match['y']} was a {weekday.capitalize()}"
    return ""


def _date_claim(block: Paragraph, match: re.Match[str], why: str) -> Claim:
    claim = Claim(
        "period",
        block.places_of(match.start(), match.end()),
        " ".join(block.printed[match.start() : match.end()].split()),
        section=block.section,
    )
    claim.say(
        Outcome(
            "period",
            CONTRADICTS,
            why,
            f"There is no such date: {why}.",
            PERIOD,
            ALONE,
            remedy="The date that is meant.",
        )
    )
    return claim


def check_columns(bodies: Sequence[Body]) -> list[Claim]:
    """Heads that step evenly (year by year, quarter by quarter) but for one."""
    found = []
    for body in bodies:
        dated = [
            (n, column.window)
            for n, column in enumerate(body.columns)
            if column.window is not None and column.window.key and not column.window.inherited
        ]
        if len(dated) < 4 or len({window.months for _, window in dated}) != 1:
            continue
        ends = [window.end or 0 for _, window in dated]
        steps = [b - a for a, b in pairwise(ends)]
        usual = max(set(steps), key=steps.count)
        odd = [
            n
            for n in range(len(ends))
            if sum(abs(ends[n] - ends[m]) != abs(usual * (n - m)) for m in range(len(ends)) if m != n) == len(ends) - 1
        ]
        if len(odd) == 1 and steps.count(usual) >= len(steps) - 2:
            column, window = dated[odd[0]]
            beside = dated[odd[0] - 1 if odd[0] else 1]
            place = body.head_places.get(column)
            if place is None:
                continue
            claim = Claim("period", (place,), window.text, body.measure, section=body.section.number, table=True)
            other = body.head_places.get(beside[0], place)
            claim.say(
                Outcome(
                    "period",
                    CONTRADICTS,
                    f"the other heads are {abs(usual)} months apart; {window} is not",
                    f"The head {window.text} does not follow the others.",
                    PERIOD,
                    ALONE,
                    remedy="The month that the row of heads leads to.",
                    places=(place,),
                    other_places=(other,),
                )
            )
            found.append(claim)
    return found
