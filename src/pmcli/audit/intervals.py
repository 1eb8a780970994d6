"""Interval arithmetic on printed figures: what a number may have been before it was rounded to what is printed.

A figure printed with d decimals stands for every value from v - ½·10⁻ᵈ to v + ½·10⁻ᵈ, both ends included, which holds
whichever way halves were rounded. Counts are exact. Two figures contradict one another only when their intervals have
nothing in common; see Heathers & Brown (GRIM) and Nuijten et al. (statcheck) for the same idea on published tests.
"""

from __future__ import annotations

import math
from typing import NamedTuple

INFINITY = math.inf
_SLACK = 1e-9
"""Relative room for binary fractions, far below any rounding that is printed."""


class Interval(NamedTuple):
    """All values from low to high, ends included."""

    low: float
    high: float

    def __add__(self, other: Interval) -> Interval:  # type: ignore[override]
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __mul__(self, other: Interval) -> Interval:  # type: ignore[override]
        ends = [_product(a, b) for a in self for b in other]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Interval | None:
        """The quotients; None when the divisor may be zero (nothing can be said)."""
        if other.low <= 0 <= other.high:
            return None
        return self * Interval(_inverse(other.high), _inverse(other.low))

    def meets(self, other: Interval) -> bool:
        """Whether some value lies in both."""
        room = _SLACK * max(1.0, *(abs(end) for end in (*self, *other) if math.isfinite(end)), 0.0)
        return self.low <= other.high + room and other.low <= self.high + room

    def both(self, other: Interval) -> Interval:
        """The values that lie in both (call it only when they meet)."""
        return Interval(max(self.low, other.low), min(self.high, other.high))

    def holds(self, value: float) -> bool:
        """Whether `value` lies in it."""
        return self.meets(Interval(value, value))

    @property
    def magnitude(self) -> Interval:
        """The absolute values."""
        if self.low >= 0:
            return self
        if self.high <= 0:
            return -self
        return Interval(0.0, max(-self.low, self.high))

    @property
    def width(self) -> float:
        """How far apart the ends are."""
        return self.high - self.low

    @property
    def middle(self) -> float:
        """Half way, for something to show; the finite end when the other is not."""
        if math.isfinite(self.low) and math.isfinite(self.high):
            return (self.low + self.high) / 2
        return self.low if math.isfinite(self.low) else self.high


def exactly(value: float) -> Interval:
    """An interval of one value."""
    return Interval(value, value)


def printed(value: float, decimals: int) -> Interval:
    """What may have been rounded to `value` with `decimals` decimals (negative: to tens, hundreds …)."""
    half = 0.5 * 10.0**-decimals
    return Interval(value - half, value + half)


def _product(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


def _inverse(value: float) -> float:
    return 0.0 if math.isinf(value) else 1 / value


def number_text(value: float, decimals: int = 0) -> str:
    """A number for the working: thousands separated, a real minus sign, no more decimals than it needs."""
    if math.isinf(value):
        return "any" if value > 0 else "−any"
    text = f"{abs(value):,.{decimals}f}"
    return f"−{text}" if value < 0 and float(text.replace(",", "")) else text


def interval_text(interval: Interval, decimals: int = 0, unit: str = "") -> str:
    """`4,320 to 4,501`; `over 38,000` when one end is open; one number when both ends print alike."""
    low, high = interval
    if math.isinf(high) and math.isinf(low):
        return "anything"
    if math.isinf(high):
        return f"{number_text(low, decimals)}{unit} or more"
    if math.isinf(low):
        return f"{number_text(high, decimals)}{unit} or less"
    if decimals == 0 and not unit and high - low >= 1:  # of counts only the whole ones are possible
        low, high = math.ceil(low - 1e-6), math.floor(high + 1e-6)
    first, last = number_text(low, decimals), number_text(high, decimals)
    return f"{first}{unit}" if first == last else f"{first} to {last}{unit}"
