"""One coefficient of a linear regression whose errors are an AR(1) process, for many series at once.

The autocorrelation is estimated by restricted maximum likelihood on a grid; the coefficient by generalised least
squares; its degrees of freedom by Satterthwaite's rule, which charges for not knowing the autocorrelation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

LOWEST: Final = -0.6  # crime does not alternate by more than this, and a short series cannot tell
HIGHEST: Final = 0.6  # what lasts longer is a movement, not noise about one: left free, it would explain any trend away
STEP: Final = 0.03


@dataclass(frozen=True, slots=True)
class Coefficient:
    """The last column's coefficient, its standard error, degrees of freedom and rho: each of shape (series,)."""

    estimate: NDArray[np.float64]
    error: NDArray[np.float64]
    df: NDArray[np.float64]
    rho: NDArray[np.float64]


def last_coefficient(y: NDArray[np.float64], x: NDArray[np.float64], place: NDArray[np.int64]) -> Coefficient:
    """The coefficient of the last column of `x` in each regression y = x b + e, where e is AR(1).

    y: shape (series, m), no NaN. x: shape (m, p), of full column rank, p < m. place: shape (m,), the position in time
    of each value, increasing; a gap of d periods has correlation rho^d.
    REML: Patterson & Thompson (1971), Biometrika 58:545-554, the likelihood of Harville (1977), JASA 72:320-338,
    section 5, with the variance profiled out. Its greatest value is found on a grid of rho and refined by the
    parabola through the three points about it. Degrees of freedom: Satterthwaite (1946), Biometrics Bulletin 2:110-114,
    as in Giesbrecht & Burns (1985), Biometrics 41:477-486: 2 / (2/(m-p) + (d log Var / d rho)^2 Var(rho)), where the
    first term is the variance of the log of the residual variance and Var(rho) = (1 - rho^2) / (m-p) (Brockwell &
    Davis 1991, Time Series: Theory and Methods, section 8.8), which is steadier than the likelihood's own curvature.
    """
    m, p = x.shape
    base, _ = np.linalg.qr(x)
    ordinary = y @ np.linalg.pinv(x)[-1]
    left = y - (y @ base) @ base.T  # of the same restricted likelihood, and small: nothing is lost by subtraction below
    grid = np.arange(LOWEST, HIGHEST + STEP / 2, STEP)
    extra, log_error, likelihood = (np.empty((len(grid), len(y))) for _ in range(3))
    for j, rho in enumerate(grid):
        white_x, log_det = _whiten(x.T, place, rho)
        white_y, _ = _whiten(left, place, rho)
        q, r = np.linalg.qr(white_x.T)
        on_q = white_y @ q
        rss = np.maximum(np.square(white_y).sum(axis=1) - np.square(on_q).sum(axis=1), 1e-300)
        extra[j] = on_q[:, -1] / r[-1, -1]
        log_error[j] = 0.5 * np.log(rss / (m - p)) - np.log(abs(r[-1, -1]))
        likelihood[j] = -0.5 * (log_det + (m - p) * np.log(rss)) - np.log(np.abs(np.diag(r))).sum()
    best = np.clip(likelihood.argmax(axis=0), 1, len(grid) - 2)
    shift = _vertex(_about(likelihood, best))
    rho = grid[best] + shift * STEP
    before, here, after = _about(log_error, best)
    slope = ((after - before) + 2 * (after - 2 * here + before) * shift) / STEP  # of log Var = 2 log error, at rho
    df = (m - p) / (1 + np.square(slope) * (1 - rho * rho) / 2)
    return Coefficient(
        ordinary + _at(_about(extra, best), shift),
        np.exp(_at(_about(log_error, best), shift)),
        np.maximum(df, 1.0),
        rho,
    )


def _whiten(rows: NDArray[np.float64], place: NDArray[np.int64], rho: float) -> tuple[NDArray[np.float64], float]:
    """Rows (each a series in time) with their AR(1) correlation taken out, and the log determinant of that."""
    link = np.power(rho, np.diff(place))
    scale = np.sqrt(1 - link * link)
    white = np.empty_like(rows)
    white[:, 0] = rows[:, 0]
    white[:, 1:] = (rows[:, 1:] - link * rows[:, :-1]) / scale
    return white, float(2 * np.log(scale).sum())


def _about(table: NDArray[np.float64], best: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each series' value one grid point before its best one, at it, and after it: shape (3, series)."""
    series = np.arange(table.shape[1])
    return np.stack([table[best - 1, series], table[best, series], table[best + 1, series]])


def _vertex(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where the parabola through three points has its top, in steps from the middle, and at most one."""
    before, here, after = points
    bend = 2 * here - before - after
    top = (after - before) / (2 * np.where(bend > 0, bend, 1.0))
    shift: NDArray[np.float64] = np.where(bend > 0, np.clip(top, -1, 1), np.sign(after - before))
    return shift


def _at(points: NDArray[np.float64], shift: NDArray[np.float64]) -> NDArray[np.float64]:
    before, here, after = points
    value: NDArray[np.float64] = here + (after - before) / 2 * shift + (after - 2 * here + before) / 2 * shift * shift
    return value
