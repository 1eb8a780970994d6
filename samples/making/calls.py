"""999 calls by force and month: Essex and the national averages of August 2023 as the pack prints them, the rest drawn.

Printed: Essex Police, *National Police and Crime Measures*, September 2023, the pages headed "999 response times (data
from Police.co.uk)": 81.1 % within 10 seconds v. 79.7 %, 12.1 seconds v. 12.3, 3.6 % at 60 seconds or longer v. 3.6 %.
The averages are met as simple means over Essex and the 41 invented forces; how the pack took its own it does not say.
"""

from __future__ import annotations

from statistics import fmean
from typing import Final

from making.draw import bend, bend_positive, normal, stream
from making.figures import ESSEX_NAME, INVENTED

MONTHS: Final = [(2021 + (i + 10) // 12, (i + 10) % 12 + 1) for i in range(22)]  # November 2021 to August 2023
NAMES: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HEADER: Final = (
    *("Force", "Month", "999 calls", "Answered within 10 seconds", "Answered in 60 seconds or more"),
    "Average answer time (seconds)",
)

PRINTED: Final = {"within": ("81.1", "79.7"), "over": ("3.6", "3.6"), "time": ("12.1", "12.3")}
"""Figure -> Essex, national average, August 2023."""

SPREAD: Final = {"within": 5.5, "over": 1.4, "time": 2.8}
"""Figure -> SD over the forces, ours."""


def rows() -> list[list[str]]:
    """Header first. Raises AssertionError when a printed figure does not come out."""
    forces = [ESSEX_NAME, *INVENTED]
    august = {figure: _august(figure) for figure in PRINTED}
    table = [_row(force, at, august) for force in forces for at in range(len(MONTHS))]
    _check([row for row in table if row[1] == "Aug 2023"])
    return [list(HEADER), *table]


def _august(figure: str) -> dict[str, float]:
    """Every force's figure in August 2023, with the printed average over all of them."""
    essex, mean = map(float, PRINTED[figure])
    rest = mean + (mean - essex) / len(INVENTED)
    z = [normal(stream("calls", figure, force)) for force in INVENTED]
    make = bend if figure == "within" else bend_positive
    return {ESSEX_NAME: essex, **dict(zip(INVENTED, make(z, rest, SPREAD[figure]), strict=True))}


def _row(force: str, at: int, august: dict[str, dict[str, float]]) -> list[str]:
    year, month = MONTHS[at]
    rng = stream("calls", force, year, month)
    last = at == len(MONTHS) - 1
    usual = 31_000 if force == ESSEX_NAME else 9_000 + 60_000 * stream("calls", force).random() ** 2
    calls = round(usual * (1 + 0.10 * (1 - abs(month - 7) / 3)) * (0.97 + 0.06 * rng.random()))
    before = len(MONTHS) - 1 - at
    slip = 0.0 if last else 0.25 * before + 1.5 * normal(rng)
    within = min(99.0, max(20.0, august["within"][force] - slip))
    worse = (100 - within) / (100 - august["within"][force])
    over, time = august["over"][force] * worse, august["time"][force] * (0.4 + 0.6 * worse)
    return [
        force,
        f"{NAMES[month - 1]} {year}",
        str(calls),
        str(round(calls * within / 100)),
        str(round(calls * over / 100)),
        f"{time:.2f}",
    ]


def _check(august: list[list[str]]) -> None:
    for row in august:
        assert int(row[4]) > 0, row
        assert int(row[3]) + int(row[4]) < int(row[2]), row
    figures = {
        "within": [100 * int(row[3]) / int(row[2]) for row in august],
        "over": [100 * int(row[4]) / int(row[2]) for row in august],
        "time": [float(row[5]) for row in august],
    }
    for figure, printed in PRINTED.items():
        got = (f"{figures[figure][0]:.1f}", f"{fmean(figures[figure]):.1f}")
        assert got == printed, f"{figure}: {got} is printed as {printed}"
