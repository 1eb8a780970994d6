"""Property tests of the grammar: random true changes in wordings that it was not written on, and the same with one
figure wrong.

A true sentence never gives a finding. A wrong one gives one wherever the other figures that are printed leave no
value that rounds to it; whether they do is decided here by exact fractions, independently of the code under test.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pmcli.audit import audit
from pmcli.audit.claims import CONTRADICTS
from pmcli.audit.readers import text
from pmcli.catalogue import Catalogue
from tests.audit.wordings import CHANGES, FALL, LEVELS_LEFT_OUT, POINTS, RISE, SHARES

CATALOGUE = Catalogue()
COUNTS = st.integers(min_value=20, max_value=90_000)


def findings(document: str) -> list[str]:
    claims = audit(text.read(document.encode(), "a text"), CATALOGUE)
    return [
        f"{outcome.sentence} | {outcome.working}"
        for claim in claims
        for outcome in claim.outcomes
        if outcome.result == CONTRADICTS
    ]


def rounded(value: Fraction, decimals: int) -> str:
    scaled = value * 10**decimals
    whole = int(scaled + Fraction(1, 2))
    digits = f"{whole:0{decimals + 1}d}"
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits


def fits(printed: str, value: Fraction) -> bool:
    decimals = len(printed.partition(".")[2])
    return abs(Fraction(printed) - value) <= Fraction(1, 2 * 10**decimals)


def filled(template: str, values: dict[str, int], percent: str) -> str:
    words = RISE if values["c"] > values["b"] else FALL
    return template.format(**{name: f"{value:,}" for name, value in values.items()}, p=percent, **words)


def possible(template: str, values: dict[str, int], percent: str) -> bool:
    """Whether the figures that a template prints can all be true, in the direction that it says."""
    way = 1 if values["way"] > 0 else -1
    b, c, d = (values[name] if "{" + name + "}" in template else None for name in "bcd")
    if b is None and c is not None and d is not None:
        b = c - way * d
    if c is None and b is not None and d is not None:
        c = b + way * d
    if b is None or c is None:
        return True
    if d is not None and abs(c - b) != d:
        return False
    return b > 0 and fits(percent, Fraction(100 * abs(c - b), b)) and (c - b) * way > 0


@pytest.mark.parametrize("template", [*CHANGES, *LEVELS_LEFT_OUT])
@settings(max_examples=25, deadline=None, derandomize=True)
@given(base=COUNTS, current=COUNTS, decimals=st.integers(0, 2))
def test_a_true_change_gives_no_finding(template: str, base: int, current: int, decimals: int) -> None:
    assume(base != current and current < 12 * base)
    percent = rounded(Fraction(100 * abs(current - base), base), decimals)
    sentence = filled(template, {"b": base, "c": current, "d": abs(current - base)}, percent)
    assert findings(sentence) == [], sentence


@pytest.mark.parametrize("template", CHANGES)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    base=COUNTS,
    current=COUNTS,
    decimals=st.integers(0, 1),
    role=st.sampled_from("bcdp"),
    by=st.integers(1, 9),
    at=st.integers(0, 4),
)
def test_a_wrong_figure_is_found(
    template: str, base: int, current: int, decimals: int, role: str, by: int, at: int
) -> None:
    assume(base != current and current < 12 * base and "{" + role + "}" in template)
    values = {"b": base, "c": current, "d": abs(current - base)}
    percent = rounded(Fraction(100 * abs(current - base), base), decimals)
    way = 1 if current > base else -1
    if role == "p":
        wrong = Fraction(percent) + Fraction(by * 10**at, 10)
        percent = rounded(wrong, decimals)
    else:
        values = values | {role: values[role] + by * 10**at}
    assume(not possible(template, values | {"way": way}, percent))
    words = RISE if way > 0 else FALL
    sentence = template.format(**{name: f"{value:,}" for name, value in values.items()}, p=percent, **words)
    assert findings(sentence) != [], sentence


@pytest.mark.parametrize("template", LEVELS_LEFT_OUT)
@settings(max_examples=15, deadline=None, derandomize=True)
@given(difference=COUNTS, tenths=st.integers(1, 990), rise=st.booleans())
def test_what_nothing_can_check_gives_no_finding(template: str, difference: int, tenths: int, rise: bool) -> None:
    sentence = template.format(d=f"{difference:,}", p=f"{tenths / 10:.1f}", **(RISE if rise else FALL))
    assert findings(sentence) == [], sentence


@pytest.mark.parametrize("template", SHARES)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(whole=st.integers(20, 9_000), share=st.integers(1, 99), decimals=st.integers(0, 1), off=st.integers(0, 30))
def test_a_share_agrees_with_its_counts_or_is_found(
    template: str, whole: int, share: int, decimals: int, off: int
) -> None:
    part = max(whole * share // 100, 2)
    exact = Fraction(100 * part, whole)
    percent = rounded(exact + off, decimals)
    sentence = template.format(m=f"{whole:,}", n=f"{part:,}", p=percent)
    if fits(percent, exact):
        assert findings(sentence) == [], sentence
    elif off >= 2 and Fraction(percent) <= 100:
        assert findings(sentence) != [], sentence


@pytest.mark.parametrize("template", POINTS)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(base=st.integers(50, 900), current=st.integers(50, 900), off=st.sampled_from([0, 0, 7, 25]))
def test_points_agree_with_their_levels_or_are_found(template: str, base: int, current: int, off: int) -> None:
    assume(base != current)
    change = abs(current - base) + off
    words = RISE if current > base else FALL
    sentence = template.format(b=f"{base / 10:.1f}", c=f"{current / 10:.1f}", d=f"{change / 10:.1f}", **words)
    assert (findings(sentence) == []) == (off == 0), sentence
