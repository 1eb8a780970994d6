"""Numbers, months and verdicts as people read them; the same everywhere."""

from __future__ import annotations

from datetime import date

from pmcli.periods import month_name

UNKNOWN = "–"
"""What stands where a figure is not known (never 0)."""


def count(value: float | None) -> str:
    """14,958; a sum of weights keeps one decimal."""
    if value is None:
        return UNKNOWN
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def significant(value: float, places: int) -> str:
    """0.0712: a number to so many figures, where no form of its own tells it from another."""
    return f"{value:,.{places}g}"


def signed(value: float | None) -> str:
    """+1,703 or -41; 0 has no sign."""
    if value is None:
        return UNKNOWN
    text = count(abs(value))
    return text if value == 0 else f"{'+' if value > 0 else '-'}{text}"


def rate(value: float | None) -> str:
    """9.12, but 0.772 below one, as the packs print them."""
    if value is None:
        return UNKNOWN
    return f"{value:,.3f}" if abs(value) < 1 else f"{value:,.2f}"


def signed_rate(value: float | None) -> str:
    """+0.41: the difference of two means."""
    return UNKNOWN if value is None else f"{value:+.2f}"


def ratio(value: float | None) -> str:
    """1.18, of a count to what is expected."""
    return UNKNOWN if value is None else f"{value:.2f}"


def fine_ratio(value: float | None) -> str:
    """0.118: the difference of two rates below one."""
    return UNKNOWN if value is None else f"{value:.3f}"


def limit(value: float | None) -> str:
    """A control limit or a mean: a decimal below 100."""
    return UNKNOWN if value is None else f"{value:,.1f}" if abs(value) < 100 else f"{value:,.0f}"


def limit_figure(value: float | None, kind: str) -> str:
    """A control limit by its measure's kind; never below zero, where no figure can be."""
    known = value if value is None else max(value, 0.0)
    return limit(known) if kind == "count" else figure(known, kind)


def percent(value: float | None, places: int = 1) -> str:
    """+13.7% from the fraction 0.137."""
    if value is None:
        return UNKNOWN
    text = f"{abs(value) * 100:.{places}f}"
    return f"{text}%" if float(text) == 0 else f"{'+' if value > 0 else '-'}{text}%"


def whole_change(value: float | None) -> str:
    """-11% from -0.1083, as the packs print changes and shares."""
    return UNKNOWN if value is None else f"{round(value * 100) + 0:d}%"


def share(value: float | None) -> str:
    """81.1% from the fraction 0.811."""
    return UNKNOWN if value is None else f"{value * 100:.1f}%"


def points(value: float | None) -> str:
    """+1.4 pp from the fraction 0.014."""
    if value is None:
        return UNKNOWN
    text = f"{abs(value) * 100:.1f}"
    return f"{text} pp" if float(text) == 0 else f"{'+' if value > 0 else '-'}{text} pp"


def whole_points(value: float | None) -> str:
    """+5 from the fraction 0.05."""
    if value is None:
        return UNKNOWN
    whole = round(value * 100)
    return f"{whole:+d}" if whole else "0"


def size_in_points(value: float | None, after: str = " points") -> str:
    """18.0 points from the fraction -0.18: a size without its sign."""
    return UNKNOWN if value is None else f"{abs(value) * 100:.1f}{after}"


def some_points(value: float) -> str:
    """'2.1 points' or '1.0 point' from the fraction 0.021: a size without its sign, to two places below 0.05."""
    size = abs(value) * 100
    shown = f"{size:.1f}" if size >= 0.05 else f"{size:.2f}"
    return f"{shown} point{'' if shown == '1.0' else 's'}"


def signed_points(value: float) -> str:
    """-18.0 from the fraction -0.18."""
    return f"{value * 100:+.1f}"


def expected(value: float | None) -> str:
    """An expected count: a decimal below 1,000."""
    if value is None:
        return UNKNOWN
    return f"{value:,.1f}" if value < 1000 else f"{value:,.0f}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def per(unit: str) -> str:
    """'1,000 population' from the '1000 population' of the rank table."""
    number, _, what = unit.partition(" ")
    return f"{int(number):,} {what}" if number.isdecimal() else unit


def p_value(value: float | None) -> str:
    """0.87; <0.001 below that."""
    if value is None:
        return UNKNOWN
    return "<0.001" if value < 0.001 else f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def flag(value: bool | None) -> str:
    """Y, N, or ? for a criterion that cannot be tested."""
    return "?" if value is None else "Y" if value else "N"


def long_month(day: date) -> str:
    """September 2023, as a sentence writes a month."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def window(months: int, end: date | None) -> str:
    """12 months to Jul 2023."""
    return f"{months} month{'s' if months != 1 else ''} to {month_name(end)}"


def figure(value: float | None, kind: str) -> str:
    """A measure's figure by its kind: a count, a share as a percentage, a mean."""
    return {"share": share, "mean": rate}.get(kind, count)(value)
