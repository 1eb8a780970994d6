"""Checks of one claim by itself: difference, percentage, points, share, direction, rank, target.

With a base B, a current level C, a difference D and a percentage P printed, C - B must be able to be D and 100 (C -
B) / B must be able to be P, rounding allowed. With two of the levels missing nothing can be checked, and what would
have to be printed is said.
"""

from __future__ import annotations

import math

from pmcli.audit.claims import ALONE, ARITHMETIC, CONSISTENT, CONTRADICTS, ORIGINAL, UNCHECKED, WORDING, Claim, Outcome
from pmcli.audit.figures import Figure
from pmcli.audit.intervals import Interval, exactly, interval_text, number_text

_HUNDRED = exactly(100.0)


def check_within(claim: Claim) -> None:
    """Say of a claim what its own figures say."""
    match claim.kind:
        case "rank" | "rule" | "outlier-verdict" | "flag-count" | "target" | "correlation" | "extreme":
            return
    figures = claim.figures
    if {"share", "n"} & set(figures) and not {"difference", "points"} & set(figures):
        _share(claim)
        return
    levels = {"base", "current"} <= set(figures)
    changes = {"difference", "percent", "points"} & set(figures)
    if any(figures[role].unit in {"percent", "points", "rate"} for role in ("base", "current") if role in figures):
        if levels and changes:
            _points(claim)
    elif levels and changes:
        _both_levels(claim)
    elif {"difference", "percent"} <= set(figures) and {"base", "current"} & set(figures):
        _one_level(claim)
    _direction(claim)
    claim.fold()


def resolves(claim: Claim, role: str, value: Interval) -> bool:
    """Whether another value of one level would make a contradicted change agree with itself: then the level is what
    is wrong.
    """
    figures = claim.figures
    itself = any(outcome.result == CONTRADICTS and not outcome.others for outcome in claim.outcomes)
    if not itself or role not in figures or not {"difference", "percent"} & set(figures):
        return False
    levels = {name: figures[name].interval for name in ("base", "current") if name in figures} | {role: value}
    if len(levels) < 2 and "difference" in figures:
        change = signed(figures["difference"], claim.direction)
        levels = (
            {"base": value - change, "current": value}
            if role == "current"
            else {"base": value, "current": value + change}
        )
    if len(levels) < 2:
        return False
    change = levels["current"] - levels["base"]
    if "difference" in figures and not figures["difference"].magnitude.meets(change.magnitude):
        return False
    if "percent" in figures:
        computed = percent_of(change, levels["base"])
        if computed is None or not computed.magnitude.meets(figures["percent"].magnitude):
            return False
    return claim.direction in {None, 0} or not (
        (claim.direction == 1 and change.high < 0) or (claim.direction == -1 and change.low > 0)
    )


def certainty(claim: Claim, usual: str = ALONE) -> str:
    """How sure a finding about it is: a doubtful sign has to be looked at first."""
    return ORIGINAL if claim.doubtful else usual


def signed(figure: Figure, direction: int | None) -> Interval:
    """A change with its direction: "down by -6.8%" is a fall of 6.8 %."""
    size = figure.magnitude
    if direction in {1, -1}:
        return size if direction == 1 else -size
    if figure.signed:
        return size if figure.value > 0 else -size
    return size


def shown(figure: Figure) -> str:
    """A figure as the working names it."""
    words = {
        "above": "over ",
        "below": "under ",
        "nearly": "nearly ",
        "around": "around ",
        "from": "at least ",
        "upto": "at most ",
        "beyond": "just over ",
    }
    return words.get(figure.bound, "") + figure.text


def percent_of(change: Interval, base: Interval) -> Interval | None:
    """A change as per cent of its base; None when the base may be zero."""
    ratio = change / base
    return ratio * _HUNDRED if ratio is not None else None


def implied_base(change: Interval, percent: Interval) -> Interval | None:
    """The base that a change and its percentage leave possible."""
    share = percent / _HUNDRED
    assert share is not None
    if share.low <= 0 <= share.high:
        low = abs(change.low) / max(share.high, 1e-12) if share.high > 0 else 0.0
        return Interval(max(low, 0.0), math.inf)
    return change.magnitude / share.magnitude


def _report(
    claim: Claim, check: str, fits: bool, working: str, sentence: str, remedy: str = "", severity: str = ARITHMETIC
) -> None:
    if fits:
        claim.say(Outcome(check, CONSISTENT, working))
    else:
        claim.say(Outcome(check, CONTRADICTS, working, sentence, severity, certainty(claim), remedy=remedy))


def _both_levels(claim: Claim) -> None:
    figures = claim.figures
    base, current = figures["base"].interval, figures["current"].interval
    change = current - base
    if "difference" in figures:
        printed = figures["difference"].magnitude
        fits = printed.meets(change.magnitude)
        if not fits and claim.label == "bare difference" and any(printed.meets(level) for level in (base, current)):
            claim.say(
                Outcome("difference", UNCHECKED, remedy="whether the figure in brackets is the difference or a level")
            )
        else:
            working = f"{shown(figures['current'])} − {shown(figures['base'])} = {interval_text(change)}"
            _report(
                claim,
                "difference",
                fits,
                working,
                f"{shown(figures['current'])} and {shown(figures['base'])} differ by "
                f"{interval_text(change.magnitude)}, not by {shown(figures['difference'])}.",
                f"A difference of {interval_text(change.magnitude)}, or other levels.",
            )
    if "percent" in figures:
        computed = percent_of(change, base)
        printed = figures["percent"].magnitude
        if computed is None:
            claim.say(Outcome("percentage", UNCHECKED, remedy="a base that is not zero: no percentage of it exists"))
            return
        working = (
            f"({shown(figures['current'])} − {shown(figures['base'])}) ÷ {shown(figures['base'])} = "
            f"{_percent(computed, figures['percent'])}"
        )
        _report(
            claim,
            "percentage",
            printed.meets(computed.magnitude),
            working,
            f"From {shown(figures['base'])} to {shown(figures['current'])} is "
            f"{_percent(computed.magnitude, figures['percent'])}, not {shown(figures['percent'])}.",
            f"{_percent(computed.magnitude, figures['percent'])}, or other levels.",
        )


def _percent(value: Interval, like: Figure) -> str:
    decimals = max(like.decimals, 0) + 1
    return interval_text(value, decimals, " %")


def _one_level(claim: Claim) -> None:
    """A difference, a percentage and one level: the other level follows, whichever way the change went."""
    figures = claim.figures
    known = "base" if "base" in figures else "current"
    level = figures[known].interval
    percent = figures["percent"].magnitude
    ways = (claim.direction,) if claim.direction in {1, -1} else (1, -1)
    fits = False
    said = []
    for way in ways:
        change = signed(figures["difference"], way)
        base = level if known == "base" else level - change
        computed = percent_of(change, base) if base.low > 0 else None
        if computed is None:
            fits = fits or base.high > 0 >= base.low
            continue
        fits = fits or computed.magnitude.meets(percent)
        said.append(
            f"{shown(figures['difference'])} on {interval_text(base)} is "
            f"{_percent(computed.magnitude, figures['percent'])}"
        )
    if not fits and claim.label == "bare difference" and _is_level(claim, level):
        claim.say(Outcome("percentage", CONSISTENT, "the figure in brackets is the other level"))
        return
    working = (
        "; or ".join(said) or f"{shown(figures[known])} leaves no base for a change of {shown(figures['difference'])}"
    )
    other = "earlier" if known == "current" else "later"
    _report(
        claim,
        "percentage",
        fits,
        working,
        f"A change of {shown(figures['difference'])} with {shown(figures[known])} printed is not "
        f"{shown(figures['percent'])}.",
        f"{said[0].rpartition(' is ')[2] if said else 'another percentage'}, or another difference; the {other} "
        f"level is not printed.",
    )


def _is_level(claim: Claim, level: Interval) -> bool:
    """Whether the figure in brackets, taken for the other level, goes with the percentage: "up 8.1% on last year
    (1,114)".
    """
    other = claim.figures["difference"].interval
    current, base = (level, other) if "current" in claim.figures else (other, level)
    computed = percent_of(current - base, base)
    return computed is not None and computed.magnitude.meets(claim.figures["percent"].magnitude)


def _points(claim: Claim) -> None:
    """A change between two percentages: in points, or (where it says only per cent) relative."""
    figures = claim.figures
    base, current = figures["base"].interval, figures["current"].interval
    change = (current - base).magnitude
    decimals = max(figures["base"].decimals, figures["current"].decimals, 0)
    for role in ("points", "percent", "difference"):
        if role not in figures:
            continue
        printed = figures[role].magnitude
        fits = printed.meets(change)
        if not fits and role == "percent":
            relative = percent_of(change, base)
            fits = relative is not None and printed.meets(relative.magnitude)
        working = (
            f"{shown(figures['current'])} − {shown(figures['base'])} = {interval_text(change, decimals + 1)} points"
        )
        _report(
            claim,
            "percentage-points",
            fits,
            working,
            f"From {shown(figures['base'])} to {shown(figures['current'])} is {interval_text(change, decimals + 1)} "
            f"points, not {shown(figures[role])}.",
            f"{interval_text(change, decimals + 1)} points.",
        )


def _share(claim: Claim) -> None:
    figures = claim.figures
    if {"share", "n", "of"} <= set(figures):
        n, of = figures["n"].interval, figures["of"].interval
        computed = percent_of(n, of)
        if computed is None:
            return
        working = f"{shown(figures['n'])} ÷ {shown(figures['of'])} = {_percent(computed, figures['share'])}"
        _report(
            claim,
            "share",
            figures["share"].interval.meets(computed),
            working,
            f"{shown(figures['n'])} of {shown(figures['of'])} is {_percent(computed, figures['share'])}, not "
            f"{shown(figures['share'])}.",
            f"{_percent(computed, figures['share'])}, or n = "
            f"{interval_text(of * figures['share'].interval * exactly(0.01))}.",
        )
    elif {"n", "of"} <= set(figures):
        n, of = figures["n"].interval, figures["of"].interval
        fits = n.low <= of.high
        _report(
            claim,
            "share",
            fits,
            f"{shown(figures['n'])} of {shown(figures['of'])}",
            f"{shown(figures['n'])} cannot be part of {shown(figures['of'])}.",
        )
    elif (
        "share" in figures
        and figures["share"].unit == "percent"
        and not figures["share"].bound
        and figures["share"].value > 100
        and "n" in figures
    ):
        _report(
            claim,
            "share",
            False,
            f"{shown(figures['share'])} is more than the whole",
            f"A share of {shown(figures['share'])} is more than the whole.",
        )


def _direction(claim: Claim) -> None:
    """Whether the words of a change go the way of its figures."""
    figures, said = claim.figures, claim.direction
    if claim.label == "two directions":
        claim.say(
            Outcome(
                "direction",
                CONTRADICTS,
                "one figure goes up and the other down",
                "The words and signs of this change go both ways.",
                WORDING,
                certainty(claim),
                remedy="One direction for both figures.",
            )
        )
        return
    if said is None:
        return
    for role in ("difference", "percent", "points"):
        figure = figures.get(role)
        if figure is not None and figure.signed and said == -1 and figure.value > 0 and figure.text.startswith("+"):
            _report(
                claim,
                "direction",
                False,
                f"the words say a fall, the sign of {figure.text} a rise",
                f"A fall cannot be {figure.text}.",
                "One direction.",
                WORDING,
            )
            return
    if "percent" in figures and said == -1 and figures["percent"].magnitude.low > 100 and claim.kind != "target":
        _report(
            claim,
            "direction",
            False,
            f"{shown(figures['percent'])} is more than there was",
            "Nothing can fall by more than 100 per cent.",
            "",
            ARITHMETIC,
        )
        return
    if not {"base", "current"} <= set(figures):
        if {"difference", "percent"} <= set(figures) or any(figure.signed for figure in figures.values()):
            claim.say(Outcome("direction", CONSISTENT, "the words and the signs go the same way"))
        return
    change = figures["current"].interval - figures["base"].interval
    text = f"{shown(figures['base'])} to {shown(figures['current'])}"
    if said == 0:
        if change.low > 0 or change.high < 0:
            decimals = max(figures["base"].decimals, figures["current"].decimals, 0)
            size = interval_text(change.magnitude, decimals)
            if claim.source == "no change":
                unit = " points" if figures["base"].unit == "percent" else ""
                _report(
                    claim,
                    "direction",
                    False,
                    f"{text} is a change of {size}{unit} even when rounding is allowed for",
                    f"It says no change, and prints {text}.",
                    "A test and its base, or a word for the change.",
                    WORDING,
                )
            else:
                claim.say(
                    Outcome(
                        "direction",
                        UNCHECKED,
                        f"{text} is a change of {size}",
                        remedy="the base, without which nobody can say whether that is chance",
                    )
                )
        else:
            claim.say(Outcome("direction", CONSISTENT, f"{text} may be no change"))
        return
    if not claim.sure_order:
        claim.say(
            Outcome("direction", UNCHECKED, remedy="which of the two figures is the earlier")
            if change.low * said <= 0 and change.high * said <= 0
            else Outcome("direction", CONSISTENT, text)
        )
        return
    wrong = (said == 1 and change.high < 0) or (said == -1 and change.low > 0)
    if claim.kind == "comparison" or claim.kind == "share":
        _report(
            claim,
            "direction",
            not wrong,
            f"{text} is {'a rise' if change.middle > 0 else 'a fall' if change.middle < 0 else 'no change'}",
            f"It says a {'rise' if said == 1 else 'fall'}, and prints {text}.",
            "The other word, or the levels the other way round.",
            WORDING,
        )


def number(value: float) -> str:
    """A count for a sentence."""
    return number_text(value)
