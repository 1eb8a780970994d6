"""Rows of the result tables, made by hand for the tests of sentences."""

from __future__ import annotations

from datetime import date
from typing import Any

from pmcli.catalogue import Measure
from pmcli.stats.proportions import least_difference, two_proportion_test
from pmcli.stats.two_counts import are_counts, least_change, two_count_p

SEP23, SEP22, DEC19 = date(2023, 9, 30), date(2022, 9, 30), date(2019, 12, 31)
BURGLARY = Measure("burglary", "Burglary", better="down")
HOMICIDE = Measure("homicide", "Homicide", better="down")
DRUGS = Measure("drug-crime", "Drug offences")
CALLS = Measure("calls-within-10s", "999 calls answered within 10 seconds", kind="share", better="up")
ANSWER = Measure("call-answer-time", "Average 999 call answer time (seconds)", kind="mean", better="down")
SURVEY = Measure("domestic-abuse-satisfaction", "Victims satisfied", kind="share", better="up")

KEY = {"source": "test", "area": "essex", "dimension": "all", "category": "all", "period_end": SEP23, "months": 12}


def _tested(now: float | None, then: float | None, measure: Measure) -> dict[str, Any]:
    """The p-value of two counts with their measure's dispersion, and the least change that it would tell."""
    if now is None or then is None or not are_counts(now, then):
        return {"p_value": None, "least": None, "grade": None}
    p, least = (one(now, then, measure.dispersion) for one in (two_count_p, least_change))
    return {"p_value": p, "least": least, "grade": "changed" if p < 0.05 else "within chance"}


def counts(now: float | None, then: float | None, measure: Measure = BURGLARY, **more: Any) -> dict[str, Any]:
    """A comparison of two counts, tested as `pm compare` tests them."""
    both = now is not None and then is not None
    row = {
        **KEY, "measure": measure.id, "statistic": "count", "value": now, "base": None, "against": "baseline",
        "against_end": DEC19, "against_value": then, "against_base": None,
        "difference": now - then if both else None, "change": (now - then) / then if both and then > 0 else None,
        **_tested(now, then, measure), "breaks": "", "conventions": "", "low": None, "high": None,
    }  # fmt: skip
    return row | more


def levels(now: float, then: float, measure: Measure = CALLS, base: float = 20_000, **more: Any) -> dict[str, Any]:
    """A comparison of two shares (tested) or means (not)."""
    share = measure.kind == "share"
    row = counts(now, then, measure) | {
        "statistic": measure.kind, "base": base, "against_base": base,
        "p_value": two_proportion_test(now * base, base, then * base, base) if share else None,
        "least": least_difference(now * base, base, then * base, base) if share else None, "grade": None,
    }  # fmt: skip
    return row | more


def trend_row(trend: str | None = "decreasing", change: float | None = -0.075, **more: Any) -> dict[str, Any]:
    """A row of the trend table."""
    row = {
        **KEY, "measure": "burglary", "first": date(2012, 6, 30), "last": SEP23, "periods": 46, "frequency": 4,
        "slope": -100.0, "change_per_year": change, "p_value": 0.001, "trend": trend, "direction": "increasing",
        "since": date(2021, 3, 31), "method": "years", "low": -0.09, "high": -0.06, "direction_change": 0.076,
        "direction_low": 0.013, "direction_high": 0.142, "total": 6968.0, "baseline_end": DEC19, "baseline": 10420.0,
        "baseline_change": -0.3313, "baseline_p": 1e-150, "previous": 6809.0, "previous_change": 0.0234,
        "previous_p": 0.178, "signal": "improvement", "signal_rule": "outside limits",
        "signal_end": date(2023, 3, 31), "breaks": "", "sparkline": "▁", "sparkline_from": DEC19,
        "years": 5, "past_end": date(2018, 9, 30), "past": 12_340.0, "past_change": -0.4353, "least": 0.11,
        "half": 3400.0, "half_previous": 2800.0, "half_p": 0.001, "news": "as expected", "expected": 6900.0,
        "expected_low": 6500.0, "expected_high": 7300.0, "baseline_least": 0.11, "baseline_grade": "unusual",
        "previous_least": 0.12, "previous_grade": "within chance",
    }  # fmt: skip
    return row | more
