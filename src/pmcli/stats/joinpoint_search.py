"""The search behind the direction of travel: the best places for one, two and three turns, many series at a time.

Series that know the same periods share one design, so everything that does not depend on their values (seasons, time,
steps, every possible turn, at every autocorrelation of a grid) is worked out once, and a series costs a few products
of matrices. One and two turns are searched exhaustively, three on a coarser grid and then moved to their best places.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pmcli.stats.joinpoint_places import best_pair, best_three

AUTOCORRELATIONS: Final = tuple(round(0.1 * i, 1) for i in range(7))
MOST_TURNS: Final = 3


@dataclass(frozen=True, slots=True)
class Fits:
    """The best fit with one number of turns, at each autocorrelation of the grid.

    rss: shape (grid, series), residual sum of squares in whitened units.
    likelihood: shape (grid, series), restricted log-likelihood up to a constant.
    chosen: shape (grid, series, turns), positions in `Design.candidates`, rising.
    """

    rss: NDArray[np.float64]
    likelihood: NDArray[np.float64]
    chosen: NDArray[np.int64]

    def of(self, series: NDArray[np.bool_]) -> Fits:
        """The fits of some of the series."""
        return Fits(self.rss[:, series], self.likelihood[:, series], self.chosen[:, series])


@dataclass(frozen=True, slots=True)
class _Whitened:
    """The design at one autocorrelation: everything in units where the errors are independent."""

    whitener: NDArray[np.float64]  # (known, known)
    basis: NDArray[np.float64]  # (known, rank): an orthonormal basis of the terms that are always there
    log_det: float  # of the covariance of the errors, plus that of the information about the terms
    turns: NDArray[np.float64]  # (known, candidates): turns net of the basis, of length 1
    log_lengths: NDArray[np.float64]  # (candidates,): 2 log of their lengths before that
    overlap: NDArray[np.float64]  # (candidates, candidates): their inner products


@dataclass(frozen=True, slots=True)
class Design:
    """What all series that know the same periods share.

    periods: shape (known,), the known periods. terms: shape (known, terms), seasons, years and steps.
    candidates: shape (candidates,), the periods at which a turn may be. apart: periods between two turns at least.
    rank: independent columns of `terms`. grid: one entry for each of AUTOCORRELATIONS.
    """

    frequency: int
    periods: NDArray[np.int64]
    terms: NDArray[np.float64]
    candidates: NDArray[np.int64]
    apart: int
    rank: int
    grid: tuple[_Whitened, ...]


@lru_cache(maxsize=16)
def design(known: bytes, frequency: int, steps: tuple[int, ...], apart: int) -> Design:
    """The design for series whose known periods are `known` (a Boolean array's bytes).

    A turn needs `apart` known periods on either side of it.
    """
    periods = np.flatnonzero(np.frombuffer(known, dtype=np.bool_))
    centre = (periods[0] + periods[-1]) / 2
    seasons = (periods[:, None] % frequency == np.arange(frequency)).astype(float)
    levels = [(periods >= step).astype(float) for step in steps]
    terms = np.column_stack([seasons, (periods - centre) / frequency, *levels])
    inside = np.arange(periods[0] + 1, periods[-1])
    before = (periods[:, None] < inside).sum(axis=0)
    candidates = inside[(before >= apart) & (periods.size - before >= apart)]
    turns = np.maximum(0.0, periods[:, None] - candidates) / frequency
    grid = tuple(_whitened(periods, terms, turns, rho) for rho in AUTOCORRELATIONS)
    return Design(frequency, periods, terms, candidates, apart, grid[0].basis.shape[1], grid)


def whitener(periods: NDArray[np.int64], rho: float) -> tuple[NDArray[np.float64], float]:
    """The matrix that turns AR(1) errors at `periods` into independent ones, and the log determinant it undoes.

    With gaps the process is still Markov: over a gap of g periods the correlation is rho ** g.
    """
    lag = rho ** np.diff(periods).astype(float) if rho else np.zeros(periods.size - 1)
    spread = np.sqrt(1 - lag**2)
    matrix = np.diag(np.concatenate([[1.0], 1 / spread])) - np.diag(lag / spread, k=-1)
    return matrix, float(2 * np.log(spread).sum())


def _whitened(
    periods: NDArray[np.int64], terms: NDArray[np.float64], turns: NDArray[np.float64], rho: float
) -> _Whitened:
    matrix, log_det = whitener(periods, rho)
    # Seasons that are never known and steps that repeat one another add nothing: keep the columns' span only.
    left, singular, _ = np.linalg.svd(matrix @ terms, full_matrices=False)
    kept = singular > singular[0] * 1e-9
    basis = left[:, kept]
    net = matrix @ turns
    before = np.sqrt((net**2).sum(axis=0))
    for _ in range(2):  # twice is enough for orthogonality to the last digit
        net = net - basis @ (basis.T @ net)
    length = np.sqrt((net**2).sum(axis=0))
    usable = length > 1e-7 * before
    length = np.where(usable, length, 1.0)
    net = np.where(usable, net / length, 0.0)
    log_det += float(2 * np.log(singular[kept]).sum())
    return _Whitened(matrix, basis, log_det, net, 2 * np.log(length), net.T @ net)


def search(shared: Design, logs: NDArray[np.float64], most: int = MOST_TURNS) -> list[Fits]:
    """The best fits with 0, 1, … `most` turns, or as many as there is room for.

    logs: shape (series, known).
    """
    room = min(most, _room(shared))
    found: list[list[tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]]] = [
        [] for _ in range(room + 1)
    ]
    for at in shared.grid:
        white = logs @ at.whitener.T
        floor = 1e-24 * (white**2).sum(axis=1)  # rounding: below it, a fit is perfect
        for _ in range(2):
            white = white - (white @ at.basis) @ at.basis.T
        rss = (white**2).sum(axis=1)
        scores = white @ at.turns
        chosen = np.empty((logs.shape[0], 0), dtype=np.int64)
        for turns in range(room + 1):
            if turns == 1:
                chosen = (scores**2).argmax(axis=1)[:, None]
            elif turns == 2:
                chosen = best_pair(scores, at.overlap, shared.candidates, shared.apart)[0]
            elif turns == 3:
                chosen = best_three(scores, at.overlap, shared.candidates, shared.apart)
            explained, log_det = _explained(scores, at, chosen)
            left = np.maximum(rss - explained, np.maximum(floor, 1e-13 * rss))
            free = shared.periods.size - shared.rank - turns
            found[turns].append((left, -(free * np.log(left) + at.log_det + log_det) / 2, chosen))
    return [Fits(*(np.stack(parts) for parts in zip(*one, strict=True))) for one in found]


def _room(shared: Design) -> int:
    """How many turns to look for: one for every two years of values, where they can be `apart`."""
    if shared.candidates.size == 0:
        return 0
    wide = int(shared.candidates[-1] - shared.candidates[0]) // shared.apart + 1
    return min(MOST_TURNS, wide, shared.periods.size // (2 * shared.frequency))


def _explained(
    scores: NDArray[np.float64], at: _Whitened, chosen: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The sum of squares that the chosen turns explain, and the log determinant of the information about them."""
    if chosen.shape[1] == 0:
        return np.zeros(len(scores)), np.zeros(len(scores))
    own = np.take_along_axis(scores, chosen, axis=1)
    overlap = at.overlap[chosen[:, :, None], chosen[:, None, :]] + 1e-12 * np.eye(chosen.shape[1])
    explained = (own * np.linalg.solve(overlap, own[:, :, None])[:, :, 0]).sum(axis=1)
    return explained, np.linalg.slogdet(overlap)[1] + at.log_lengths[chosen].sum(axis=1)
