"""The tests of a row with their numbers put in, as docs/methods.md states them, held against the p-value of the row."""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose
from typing import Final

from pmcli.catalogue import Catalogue, Measure
from pmcli.stats.proportions import least_difference, two_proportion_test, two_proportion_working
from pmcli.stats.two_counts import TwoCounts, two_count_working
from pmcli.steps.testing import measures_of
from pmcli.tables import BREAKDOWN, COMPARISON, TREND, WAVES
from pmcli.views.language import words
from pmcli.why.figure import OTHERS, Figure, Row
from pmcli.why.working import Working

_PAIRS: Final[dict[str, Sequence[tuple[str, str, str, str]]]] = {
    COMPARISON.name: (("", "value", "against_value", "p_value"),),
    BREAKDOWN.name: (("earlier", "value", "against_value", "p_value"),),
    WAVES.name: (("earlier", "value", "against_value", "p_value"),),
    TREND.name: (
        ("long-term", "total", "past", "p_value"),
        ("direction", "half", "half_previous", "half_p"),
        ("baseline", "total", "baseline", "baseline_p"),
        ("previous-year", "total", "previous", "previous_p"),
    ),
}
"""Table -> (the window that is tested, the two figures, the p-value of the row); "" takes the row's `against`."""


_SPOKEN: Final = ("the count of this window", "the count that it is held against")


def show_tests(working: Working, figure: Figure, samples: dict[str, tuple[float, float]], catalogue: Catalogue) -> None:
    """Add the steps of every test that the row's table makes. samples: window -> (numerator, effective base) of a
    share, as far as they are known."""
    row = figure.row
    measure = measures_of([row["measure"]], catalogue)[row["measure"]]
    statistic = "share" if figure.table is WAVES else str(row.get("statistic") or measure.kind)
    if figure.table is not COMPARISON and (statistic == "mean" or row.get("kind") == "gap"):
        return
    if figure.table is TREND and statistic != "count":  # its tests of shares are told by `stated`
        return
    for name, a, b, p in _PAIRS.get(figure.table.name, ()):
        window = name or str(row["against"])
        if row[a] is None or row[b] is None or row[p] is None:
            if figure.table is COMPARISON and row["p_value"] is None:
                working.add("test", f"Not tested: {_untested(row, a, b)}.", window=window)
            continue
        if statistic == "count" and window not in OTHERS:
            _counts(working, row, window, (row[a], row[b], row[p]), measure)
        else:
            _shares(working, row, window, samples, row[p])


def _untested(row: Row, a: str, b: str) -> str:
    """Why a comparison has no p-value."""
    if row[a] is None:
        return "the figure of this window is not known"
    if row[b] is None:
        return "the figure that it is held against is not known"
    return str(row["conventions"] or "there is no test of such figures").replace("test: none", "there is no test of it")


def _counts(working: Working, row: Row, window: str, given: tuple[float, float, float], measure: Measure) -> None:
    a, b, p = given
    made = [(d, two_count_working(a, b, d, measure.usual_move)) for d in (measure.dispersion, 1.0)]
    fits = [(d, one) for d, one in made if one is not None and isclose(one.p, p, rel_tol=1e-6, abs_tol=1e-300)]
    if not fits and window == "long-term":
        working.add("test", f"p = {p:.4g}: {row['method']}", label="p", value=p, form="p", window=window)
        return
    if not fits:
        working.add(
            "caution",
            f"{window}: the row says p = {p:.6g}, and its counts {words.count(a)} and {words.count(b)} with the "
            f"dispersion {measure.dispersion:g} of {measure.label} do not give that: another version, catalogue or "
            "test made it, or the row was changed.",
            window=window,
        )
        return
    d, one = fits[0]
    spoken = ("the last 6 months", "the same 6 months a year before") if window == "direction" else _SPOKEN
    for label, value, form, sentence in _lines((a, b), d, one, spoken):
        working.add("test", sentence, label=label, value=value, form=form, window=window)
    if one.least is not None:
        working.add(
            "test",
            f"least = exp(1.96 × √(2 phi / n)) - 1 = {one.least * 100:.1f} %, the smallest rise that would be told",
            label="least", value=one.least, form="percent", window=window,
        )  # fmt: skip
    _unusual(working, window, one, measure.usual_move)


def _lines(
    pair: tuple[float, float], d: float, one: TwoCounts, spoken: tuple[str, str]
) -> list[tuple[str, float, str, str]]:
    """label, value, form and words of the steps of a test of two counts. spoken: what they are counts of."""
    a, b = pair
    n = f"{one.n:,.1f}".removesuffix(".0")
    exact = f"{one.p_exact:.3g}"
    whose = "the measure's dispersion" if d != 1 else "the exact test: events that come independently of one another"
    return [
        ("a", a, "count", f"a = {words.count(a)}, {spoken[0]}"),
        ("b", b, "count", f"b = {words.count(b)}, {spoken[1]}"),
        ("n", one.n, "expected", f"n = (a + b) / 2 = {n}"),
        ("d", d, "ratio", f"d = {d:g}, {whose}"),
        ("phi", one.phi, "ratio", f"phi = 1 + (d - 1) × (n / 1,000)^0.6 = {one.phi:.4g}"),
        ("p_exact", one.p_exact, "p", f"p_exact = {exact}, two-sided binomial test of a out of a + b with 1/2"),
        ("z", one.z, "ratio", f"z = {one.z:.4g}, the normal deviate of p_exact"),
        ("p", one.p, "p", f"p = 2 × Φ(-z / √phi) {_small(one.p)}: {_read(one.p)}"),
    ]  # fmt: skip


def _small(p: float) -> str:
    return f"= {p:.4g}" if p > 0 else "below what a number can hold"


def _read(p: float) -> str:
    return "below 0.05, beyond chance" if p < 0.05 else "0.05 or more, within chance"


def _unusual(working: Working, window: str, one: TwoCounts, usual: float) -> None:
    if one.move is None or one.p >= 0.05:
        return
    beyond = "more" if one.move > one.unusual else "no more"
    working.add(
        "test",
        f"|ln(a / b)| = {one.move:.4g}, {beyond} than 1.96 × √(2 phi / n + u²) = {one.unusual:.4g} with u = {usual:g}: "
        f"{'unusual' if one.move > one.unusual else 'changed, but no more than the measure moves from year to year'}",
        label="unusual",
        value=one.move,
        form="fine-ratio",
        base=one.unusual,
        window=window,
    )


def _shares(working: Working, row: Row, window: str, samples: dict[str, tuple[float, float]], p: float) -> None:
    if window in OTHERS:
        working.add(
            "test",
            f"p {_small(p)}, z test of the share against what it is held against ({row['conventions']}): {_read(p)}",
            label="p", value=p, form="p", window=window,
        )  # fmt: skip
        return
    now, then = samples.get("this window"), samples.get(window)
    told = None if now is None or then is None else two_proportion_working(*now, *then)
    if now is None or then is None or told is None:
        working.add(
            "caution",
            f"{window}: p = {p:.4g} is that of two proportions; their effective bases are in the observations alone, "
            "which are not here.",
            label="p", value=p, form="p", window=window,
        )  # fmt: skip
        return
    (x1, n1), (x2, n2) = now, then
    pooled, error, z = told
    made = two_proportion_test(*now, *then)
    least = least_difference(*now, *then)
    for label, value, form, sentence in (
        ("p1", x1 / n1, "share", f"p1 = {x1 / n1:.4g}, the share of this window"),
        ("n1", n1, "count", f"n1 = {words.count(n1)}, its effective base"),
        ("p2", x2 / n2, "share", f"p2 = {x2 / n2:.4g}, the share that it is held against"),
        ("n2", n2, "count", f"n2 = {words.count(n2)}, its effective base"),
        ("pooled", pooled, "share", f"pooled = (p1 n1 + p2 n2) / (n1 + n2) = {pooled:.4g}"),
        ("se", error, "fine-ratio", f"se = √(pooled × (1 - pooled) × (1/n1 + 1/n2)) = {error:.4g}"),
        ("z", z, "ratio", f"z = |p1 - p2| / se = {z:.4g}"),
        ("p", made, "p", f"p = 2 × Φ(-z) = {made or 0:.4g}: {_read(made or 0)}"),
        ("least", least, "points", f"least = 1.96 × se = {words.size_in_points(least)}, the smallest "
         "difference that would have been told"),
    ):  # fmt: skip
        working.add("test", sentence, label=label, value=value, form=form, window=window)
    if made is None or not isclose(made, p, rel_tol=1e-6):
        working.add("caution", f"{window}: the row says p = {p:.6g}, its shares give {made}.", window=window)
