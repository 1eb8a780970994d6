"""The rate of the last segment, given where the turns are: many series at a time.

Generalised least squares on the log scale with AR(1) errors. For counts the fit is then brought from the logs to the
counts themselves by two steps of reweighting, so that zeros and small counts do not bend the rate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pmcli.stats.joinpoint_search import AUTOCORRELATIONS, Design

_STEPS = 2
_LARGEST_RESIDUAL = 4.0  # in standard deviations: one month of 39 deaths must not make a trend


def last_slope(
    shared: Design,
    logs: NDArray[np.float64],
    counts: NDArray[np.float64] | None,
    rho: NDArray[np.int64],
    turns: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The slope of the last segment, its standard error (both in logs a year) and their degrees of freedom.

    logs: shape (series, known). counts: the same as counts, None for shares and means, which are fitted as logs.
    rho: shape (series,), positions in AUTOCORRELATIONS.
    turns: shape (series, turns), positions in `shared.candidates`, rising.

    Reweighting is iterated least squares for a log link, the variance of a logged count being 1 / mean + kappa as for
    the negative binomial, kappa by moments; residuals are cut at four standard deviations (Cantoni & Ronchetti 2001,
    JASA 96:1022-1030). Where a turn is was estimated too, so the standard error is that of a fit with a step at each
    turn, which is to first order what moving the turn does (Feder 1975, Annals of Statistics 3:49-83; Muggeo 2003,
    Statistics in Medicine 22:3055-3071). Degrees of freedom are those left by the terms and the turns, times
    (1 - rho) / (1 + rho): n autocorrelated values are worth that many independent ones (Bayley & Hammersley 1946,
    Supplement to the Journal of the Royal Statistical Society 8:184-197).
    """
    slope, error = np.zeros(len(logs)), np.zeros(len(logs))
    for one in np.unique(rho):
        here = np.flatnonzero(rho == one)
        seen = None if counts is None else counts[here]
        slope[here], error[here] = _fit(shared, logs[here], seen, AUTOCORRELATIONS[one], turns[here])
    correlation = np.array(AUTOCORRELATIONS)[rho]
    free = shared.periods.size - shared.rank - 2 * turns.shape[1]
    return slope, error, np.maximum(free * (1 - correlation) / (1 + correlation), 3.0)


def _fit(
    shared: Design,
    logs: NDArray[np.float64],
    counts: NDArray[np.float64] | None,
    rho: float,
    turns: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    since = shared.periods[None, :, None] - shared.candidates[turns][:, None, :]  # (series, known, turns)
    always = np.broadcast_to(shared.terms, (len(logs), *shared.terms.shape))
    terms = np.concatenate([always, np.maximum(since, 0) / shared.frequency], axis=2)
    lag = np.array([rho**gap if rho else 0.0 for gap in np.diff(shared.periods).tolist()])
    variance = np.ones_like(logs)
    fitted = _solve(terms, logs, variance, lag)[0]
    target = logs
    if counts is not None:
        spread = ((logs - fitted) ** 2).sum(axis=1) / (logs.shape[1] - shared.rank - turns.shape[1])
        kappa = np.maximum(spread - np.exp(-fitted).mean(axis=1), 1e-3)
        for _ in range(_STEPS):
            mean = np.exp(fitted)
            variance = 1 / mean + kappa[:, None]
            most = _LARGEST_RESIDUAL * np.sqrt(variance)
            target = fitted + np.clip((counts - mean) / mean, -most, most)
            fitted = _solve(terms, target, variance, lag)[0]
    fitted, weights = _solve(terms, target, variance, lag)
    contrast = np.zeros(terms.shape[2])
    contrast[shared.frequency] = 1.0  # the slope of the first segment
    contrast[shared.terms.shape[1] :] = 1.0  # and what every turn adds to it
    slope = weights @ contrast
    free = logs.shape[1] - shared.rank - 2 * turns.shape[1]
    left = _white((target - fitted) / np.sqrt(variance), lag)
    scale = (left**2).sum(axis=1) / free
    moved = np.concatenate([terms, (since >= 0).astype(float)], axis=2)
    inner, length = _information(moved, variance, lag)
    wide = np.concatenate([contrast, np.zeros(turns.shape[1])]) / length
    return slope, np.sqrt(scale * (wide * np.linalg.solve(inner, wide[:, :, None])[:, :, 0]).sum(axis=1))


def _solve(
    terms: NDArray[np.float64], target: NDArray[np.float64], variance: NDArray[np.float64], lag: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fitted values, shape (series, known), and coefficients, shape (series, terms)."""
    spread = np.sqrt(variance)
    inner, length = _information(terms, variance, lag)
    white = _white(terms / spread[:, :, None], lag) / length[:, None, :]
    side = np.einsum("snt,sn->st", white, _white(target / spread, lag))
    weights = np.linalg.solve(inner, side[:, :, None])[:, :, 0] / length
    return np.einsum("snt,st->sn", terms, weights), weights


def _information(
    terms: NDArray[np.float64], variance: NDArray[np.float64], lag: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Inner products of the terms in whitened units, each term at length 1, and those lengths.

    The hair on the diagonal leaves estimable combinations as they are where terms repeat one another.
    """
    white = _white(terms / np.sqrt(variance)[:, :, None], lag)
    length = np.sqrt((white**2).sum(axis=1))
    length = np.where(length > 0, length, 1.0)
    white = white / length[:, None, :]
    return white.transpose(0, 2, 1) @ white + 1e-11 * np.eye(terms.shape[2]), length


def _white(x: NDArray[np.float64], lag: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values along axis 1 with AR(1) errors, made independent."""
    lag = lag.reshape(1, -1, *[1] * (x.ndim - 2))
    return np.concatenate([x[:, :1], (x[:, 1:] - lag * x[:, :-1]) / np.sqrt(1 - lag**2)], axis=1)
