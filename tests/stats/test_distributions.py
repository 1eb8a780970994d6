"""Student's t distribution against scipy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pmcli.stats.distributions import t_quantile, t_two_sided


def test_the_t_distribution_is_scipys() -> None:
    rng = np.random.default_rng(1)
    df = np.concatenate([rng.uniform(1, 150, 3000), [1.0, 2.0, 1e4]])
    t = np.concatenate([rng.standard_t(2, 3000) * 4, [0.0, np.inf, -30.0]])
    np.testing.assert_allclose(t_two_sided(t, df), 2 * stats.t.sf(np.abs(t), df), rtol=1e-10)
    for p in (0.6, 0.9, 0.975, 0.9995):
        np.testing.assert_allclose(t_quantile(p, df), stats.t.ppf(p, df), rtol=1e-10)


def test_a_quantile_below_the_middle_is_refused() -> None:
    with pytest.raises(ValueError, match="between 1/2 and 1"):
        t_quantile(0.4, np.array([5.0]))
