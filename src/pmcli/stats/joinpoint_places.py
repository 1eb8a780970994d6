"""The best places for two and for three turns at once, many series at a time.

Each function takes, at one autocorrelation, scores, shape (series, candidates): inner products of the series with the
possible turns, these net of everything else in the model and of length 1; overlap, shape (candidates, candidates): the
turns' own inner products; candidates, the periods they stand for; and apart, the periods between two turns at least.
It returns positions in `candidates`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

# Three turns are looked for at this many places, evenly spread, before each is moved to its best place of all.
_PLACES: Final = 24
_ROUNDS: Final = 8


def best_pair(
    scores: NDArray[np.float64], overlap: NDArray[np.float64], candidates: NDArray[np.int64], apart: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The pair of turns that explains most of all pairs, shape (series, 2), and what it explains (-1 without room)."""
    best = np.full(len(scores), -1.0)
    pair = np.zeros((len(scores), 2), dtype=np.int64)
    row = np.arange(len(scores))
    for first in range(candidates.size):
        start = int(np.searchsorted(candidates, candidates[first] + apart))
        if start == candidates.size:
            break
        shared = overlap[first, start:]
        # what the second explains beyond the first: its score net of the first's, over its length net of the first
        net = scores[:, start:] - scores[:, first : first + 1] * shared
        net *= net
        net /= np.maximum(1 - shared**2, 1e-9)
        second = net.argmax(axis=1)
        value = net[row, second] + scores[:, first] ** 2
        better = value > best
        best = np.where(better, value, best)
        pair[better, 0] = first
        pair[better, 1] = start + second[better]
    return pair, best


def best_three(
    scores: NDArray[np.float64], overlap: NDArray[np.float64], candidates: NDArray[np.int64], apart: int
) -> NDArray[np.int64]:
    """Three turns that explain as much as any three, or nearly: shape (series, 3).

    The best of evenly spread places, then each moved in turn to its best place beside the other two.
    """
    best = np.full(len(scores), -1.0)
    three = np.zeros((len(scores), 3), dtype=np.int64)
    spread = np.arange(0, candidates.size, -(-candidates.size // _PLACES))
    for first in spread:
        rest = spread[candidates[spread] >= candidates[first] + apart]
        if rest.size < 2:
            break
        shared = overlap[first, rest]
        length = np.sqrt(np.maximum(1 - shared**2, 1e-9))
        net = (scores[:, rest] - scores[:, first : first + 1] * shared) / length
        inner = (overlap[np.ix_(rest, rest)] - np.outer(shared, shared)) / np.outer(length, length)
        pair, value = best_pair(net, inner, candidates[rest], apart)
        value = np.where(value >= 0, value + scores[:, first] ** 2, -1.0)
        better = value > best
        best = np.where(better, value, best)
        three[better, 0] = first
        three[better, 1:] = rest[pair[better]]
    return np.sort(_moved(scores, overlap, candidates, apart, three), axis=1)


def _moved(
    scores: NDArray[np.float64],
    overlap: NDArray[np.float64],
    candidates: NDArray[np.int64],
    apart: int,
    start: NDArray[np.int64],
) -> NDArray[np.int64]:
    """`start` after moves of one turn at a time, until a round of moves helps no series."""
    current = start.copy()
    going = np.arange(len(scores))
    for _ in range(_ROUNDS):
        before = current[going]
        for one in range(current.shape[1]):
            others = np.delete(current[going], one, axis=1)
            place, value = _best_beside(scores[going], overlap, candidates, apart, others)
            current[going, one] = np.where(value >= 0, place, current[going, one])
        going = going[(before != current[going]).any(axis=1)]
        if going.size == 0:
            break
    return current


def _best_beside(
    scores: NDArray[np.float64],
    overlap: NDArray[np.float64],
    candidates: NDArray[np.int64],
    apart: int,
    others: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The best place for one turn beside `others`, and what it explains beyond them (-1 when there is no room)."""
    inner = overlap[others[:, :, None], others[:, None, :]] + 1e-12 * np.eye(others.shape[1])
    across = overlap[others]  # (series, others, candidates)
    weights = np.linalg.solve(inner, across)
    own = np.take_along_axis(scores, others, axis=1)
    net = scores - np.einsum("so,soc->sc", own, weights)
    length = 1 - (across * weights).sum(axis=1)
    value = net**2 / np.maximum(length, 1e-9)
    for one in range(others.shape[1]):
        value[np.abs(candidates - candidates[others[:, one]][:, None]) < apart] = -1.0
    place = value.argmax(axis=1)
    return place, value[np.arange(len(value)), place]
