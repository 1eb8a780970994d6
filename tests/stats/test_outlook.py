"""The 12-month totals to come: by algebra, against scipy's distributions, and by the coverage of simulated counts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pmcli.stats.outlook import Outlook, outlook

AHEAD = (3, 6, 9, 12)


def test_a_level_with_a_season_goes_on_as_it_is() -> None:
    quarters = np.tile([400.0, 300, 200, 300], 6)[None]
    found = outlook(quarters, 4, np.array([0.1]), AHEAD)
    assert found.total[0] == pytest.approx([1200.0] * 4)
    assert found.kept[0] == pytest.approx([800.0, 500.0, 300.0, 0.0])
    months = np.tile(100 + 20 * np.cos(np.pi * np.arange(12) / 6), 6)[None]
    assert outlook(months, 12, np.array([0.1]), AHEAD).total[0] == pytest.approx([1200.0] * 4)


def test_the_spread_is_the_stated_formula() -> None:
    """n = 1,200 a year, so a = 0.7; c = 0.1; h = 1 to 4 quarters."""
    found = outlook(np.tile([400.0, 300, 200, 300], 6)[None], 4, np.array([0.1]), AHEAD)
    for h, sd in zip((1, 2, 3, 4), found.spread[0], strict=True):
        assert sd**2 == pytest.approx((h + h**2 * 0.7 / 1.3) / 4800 + (0.1 * h / 4) ** 2)
    assert found.quantile(0.975)[0] == pytest.approx(
        1200 * np.exp(0.928 * stats.t(5).ppf(0.975) * found.spread[0]), rel=1e-9
    )


def test_the_level_follows_the_latest_quarter_by_seven_tenths() -> None:
    level = np.array([300.0] * 23 + [400.0])[None]
    found = outlook(level, 4, np.array([0.1]), (12,))
    assert found.total[0, 0] == pytest.approx(4 * np.exp(0.7 * np.log(400) + 0.3 * np.log(300)), rel=1e-3)


def test_chances_are_the_inverse_of_quantiles() -> None:
    rng = np.random.default_rng(4)
    values = rng.poisson(np.array([2.0, 20.0, 900.0])[:, None], (3, 30)).astype(float)
    found = outlook(values, 4, np.array([0.16, 0.1, 0.1]), AHEAD)
    for p in (0.025, 0.1, 0.9, 0.975):
        ends = found.quantile(p)
        assert found.at_most(ends)[2] == pytest.approx([p] * 4, abs=0.01)
        assert (found.at_most(ends)[0] >= p).all()  # whole offences: the smallest count that reaches it
        assert (found.at_most(ends - 1)[0] < p).all()


def test_few_events_are_negative_binomial() -> None:
    values = np.tile([2.0, 3, 1, 2], 6)[None]  # 8 a year, c = 0.16: size 1 / (c^2 + 1 / 8.5)
    found = outlook(values, 4, np.array([0.16]), (6, 12))
    size = 1 / (0.16**2 + 1 / 8.5)
    for column, (mean, kept) in enumerate([(4.0, 3.0), (8.0, 0.0)]):
        theirs = stats.nbinom(size, size / (size + mean))
        for count in (0, 3, 7, 15):
            assert found.at_most(np.array(float(count)))[0, column] == pytest.approx(theirs.cdf(count - kept))
        assert found.quantile(0.9)[0, column] == kept + theirs.ppf(0.9)


def test_what_lies_behind_is_not_foreseen_and_gaps_are_left_out() -> None:
    assert np.isnan(outlook(np.full((1, 7), 5.0), 4, np.array([0.1]), AHEAD).total).all()
    late = np.tile(50.0, 30)
    late[-2] = np.nan
    assert np.isnan(outlook(late[None], 4, np.array([0.1]), AHEAD).total).all()
    early = np.tile(50.0, 30)
    early[-9] = np.nan
    assert outlook(early[None], 4, np.array([0.1]), AHEAD).total[0] == pytest.approx([200.0] * 4)
    with pytest.raises(ValueError, match="do not fit"):
        outlook(early[None], 4, np.array([0.1]), (2,))


def test_intervals_hold_what_they_say_of_counts_that_wander_as_told() -> None:
    """4,000 series whose year wanders from the one before by c; the t tails hold a little more than they say."""
    rng, c, n = np.random.default_rng(1), 0.1, 4000
    walk = np.exp(np.cumsum(rng.normal(0, 0.7 * c, (n, 28)), axis=1))
    values = rng.poisson(375 * walk / walk[:, 20:21]).astype(float)
    found = outlook(values[:, :24], 4, np.full(n, c), (12,))
    total = values[:, 24:].sum(axis=1)

    for low, high, share in ((0.1, 0.9, 0.8), (0.025, 0.975, 0.95)):
        held = (total >= found.quantile(low)[:, 0]) & (total <= found.quantile(high)[:, 0])
        assert held.mean() == pytest.approx(share, abs=0.08)


def test_one_is_many() -> None:
    rng = np.random.default_rng(6)
    values = rng.poisson(80, (5, 40)).astype(float)
    together = outlook(values, 12, np.full(5, 0.1), AHEAD)
    alone = [outlook(one[None], 12, np.array([0.1]), AHEAD) for one in values]
    assert together.total == pytest.approx(np.concatenate([one.total for one in alone]))
    assert isinstance(alone[0], Outlook)
