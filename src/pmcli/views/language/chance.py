"""How many of many tests find something by chance alone, said beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pmcli.views.language import wording
from pmcli.views.language.findings import LEVEL

MANY: Final = 10
"""From this many tests on, what chance alone would find among them is said."""


def by_chance(p_values: Iterable[float | None]) -> str | None:
    """'Of 86 comparisons tested 31 are called a change; chance alone would give about four, if nothing had changed.'

    p_values: of every comparison shown, None where none was tested. Returns None for fewer than MANY. What chance gives
    is LEVEL times the number tested, the mean of the false alarms of as many tests that hold their level.
    """
    tested = [p for p in p_values if p is not None]
    if len(tested) < MANY:
        return None
    called = sum(p < LEVEL for p in tested)
    verb = "is" if called == 1 else "are"
    expected = max(1, round(len(tested) * LEVEL))
    return (
        f"Of {len(tested)} comparisons tested {wording.spoken(called) if called else 'none'} {verb} told from chance; "
        f"chance alone would give about {wording.spoken(expected)}, if nothing had changed."
    )
