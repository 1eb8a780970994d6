"""Margins and sensitivity: by recomputing through the step with changed counts, and against the closed formula."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmcli.catalogue import Catalogue
from pmcli.notes import collecting
from pmcli.steps.averages import Conventions
from pmcli.steps.outliers import outliers
from pmcli.steps.sensitivity import sensitivity
from pmcli.tables import OBSERVATIONS, SENSITIVITY
from tests.conftest import series

CATALOGUE = Catalogue()
FORCES = [force.id for force in CATALOGUE.forces.values() if force.kind == "territorial"]
PEERS = {area: [FORCES[(place + step) % 43] for step in range(1, 8)] for place, area in enumerate(FORCES)}
"""Invented peer groups: who is in the real ones is not open data."""
LAST = date(2024, 3, 31)


def judged(frame: pl.DataFrame, measure: str, area: str, conventions: Conventions) -> dict[str, bool | None]:
    with collecting():
        rows = outliers(
            frame, measures=[measure], areas=[area], peers=PEERS, conventions=conventions, catalogue=CATALOGUE
        ).collect()
    return dict(rows.select("criterion", "flag").rows())


def with_more(frame: pl.DataFrame, area: str, more: float) -> pl.DataFrame:
    """The same figures with `more` offences in the area's last quarter."""
    here = (pl.col("area") == area) & (pl.col("period_end") == LAST)
    return frame.with_columns(value=pl.when(here).then(pl.col("value") + more).otherwise("value"))


@pytest.mark.parametrize("measure", ["homicide", "robbery", "personal-robbery", "vehicle-crime"])
def test_adding_the_margin_turns_every_flag_and_one_less_does_not(home_office: pl.DataFrame, measure: str) -> None:
    near = pl.col("period_end").is_between(date(2018, 9, 30), LAST)
    frame = home_office.filter(pl.col("measure") == measure, near)
    plain = Conventions()
    with collecting():
        rows = outliers(frame, measures=[measure], peers=PEERS, catalogue=CATALOGUE).collect()
    assert rows.height == 43 * rows["criterion"].n_unique()
    assert rows["margin"].is_not_null().sum() > 0.9 * rows.height
    for area in FORCES[::15] if measure != "robbery" else FORCES[::6]:
        mine = rows.filter(pl.col("area") == area)
        for row in mine.filter(pl.col("margin").is_not_null()).iter_rows(named=True):
            there, short = row["margin"], row["margin"] - np.sign(row["margin"])
            assert judged(with_more(frame, area, there), measure, area, plain)[row["criterion"]] is not row["flag"]
            if short:
                assert judged(with_more(frame, area, short), measure, area, plain)[row["criterion"]] is row["flag"]


def test_the_margin_of_every_force_measure_and_flag_recomputed_without_the_step(home_office: pl.DataFrame) -> None:
    """Mean and sample SD by NumPy's own functions over the group, with one force's count changed; counts by hand."""
    with collecting():
        rows = outliers(home_office, peers=PEERS, catalogue=CATALOGUE).collect()
    amounts = {"million population": 1e6}
    rows = rows.with_columns(
        _per=rows["measure"].map_elements(lambda name: amounts.get(CATALOGUE.measures[name].per, 1e3), pl.Float64)
    )
    national = set(CATALOGUE.national())
    tried = 0
    for (_, criterion), part in rows.filter(pl.col("margin").is_not_null()).group_by("measure", "criterion"):
        if "rate" in str(criterion):
            every = rows.filter(pl.col("measure") == part["measure"][0], pl.col("criterion") == criterion)
            rates = dict(every.select("area", "value").rows())
            for row in part.iter_rows(named=True):
                area = row["area"]
                group = [one for one in (national if "national" in str(criterion) else {area, *PEERS[area]})
                         if rates[one] is not None]  # fmt: skip

                others = np.array([rates[one] for one in group if one != area])
                inside = area in group

                def flagged(more: float, row: dict = row, others: np.ndarray = others, inside: bool = inside) -> bool:
                    own = row["value"] + more * row["_per"] / row["population"]
                    held = np.append(others, own) if inside else others
                    return bool(own - held.mean() > held.std(ddof=1))

                assert flagged(0) is row["flag"]
                assert flagged(row["margin"]) is not row["flag"], row
                assert flagged(row["margin"] - np.sign(row["margin"])) is row["flag"], row
                tried += 1
        elif part["sd"].is_null().all():  # a count against an earlier one
            for row in part.iter_rows(named=True):
                short = row["margin"] - float(np.sign(row["margin"]))
                assert (row["value"] + row["margin"] > row["comparator"]) is not row["flag"]
                assert (row["value"] + short > row["comparator"]) is row["flag"]
                tried += 1
    assert tried > 43 * 12


@pytest.mark.parametrize("average", ["simple", "pooled"])
@pytest.mark.parametrize("sd", ["sample", "population"])
@pytest.mark.parametrize(("include_self", "multiple"), [(True, 0.5), (False, 1.0)])
def test_it_does_so_under_the_other_conventions(
    home_office: pl.DataFrame, average: str, sd: str, include_self: bool, multiple: float
) -> None:
    conventions = Conventions(average, sd, include_self, multiple)
    near = pl.col("period_end").is_between(date(2018, 9, 30), LAST)
    frame = home_office.filter(pl.col("measure") == "burglary", near)
    with collecting():
        rows = outliers(
            frame, measures=["burglary"], peers=PEERS, conventions=conventions, catalogue=CATALOGUE
        ).collect()
    for area in ("essex", "city-of-london", "metropolitan"):
        for row in rows.filter(pl.col("area") == area, pl.col("margin").is_not_null()).iter_rows(named=True):
            for more in (row["margin"], row["margin"] - np.sign(row["margin"])):
                now = judged(with_more(frame, area, more), "burglary", area, conventions)[row["criterion"]]
                assert (now is not row["flag"]) == (more == row["margin"])


def test_the_margin_of_a_rate_is_the_closed_formula(home_office: pl.DataFrame) -> None:
    """Threshold rate = mu + u*, u* = k sqrt((SS/(n-1)) / (((n-1)/n)^2 - k^2/n)), mu and SS of the others."""
    with collecting():
        rows = outliers(home_office, measures=["robbery"], peers=PEERS, catalogue=CATALOGUE).collect()
    rates = rows.filter(pl.col("criterion") == "above-national-rate").select("area", "value", "population", "margin")
    national = rates.filter(pl.col("area") != "city-of-london")
    for area, value, people, margin in national.rows():
        others = national.filter(pl.col("area") != area)["value"].to_numpy()
        n = others.size + 1
        u = np.sqrt(np.square(others - others.mean()).sum() / (n - 1) / (((n - 1) / n) ** 2 - 1 / n))
        threshold = (others.mean() + u) * people / 1000
        count = value * people / 1000
        assert margin == (np.floor(threshold - count) + 1 if count <= threshold else np.floor(threshold - count))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=2), st.integers(0, 60))
def test_the_margin_of_a_count_is_what_it_lacks(then: list[int], now: int) -> None:
    frame = series(
        [float(then[0])] + [0.0] * 11 + [float(now)] + [0.0] * 11, measure="homicide", end=date(2020, 12, 31)
    )
    with collecting():
        rows = outliers(frame, measures=["homicide"]).collect()
    margin = dict(rows.select("criterion", "margin").rows())["above-baseline"]
    assert margin is None or margin == (then[0] - now + 1 if now <= then[0] else then[0] - now)


def test_in_a_group_of_two_no_number_of_offences_is_one_sd_above_their_mean() -> None:
    areas = {"essex": ["kent"], "kent": ["essex"]}
    frame = pl.concat(
        [series([float(n)] * 72, measure="burglary", area=area) for area, n in (("essex", 90), ("kent", 50))]
    )
    with collecting():
        rows = outliers(frame, measures=["burglary"], areas=["essex"], peers=areas).collect()
    rate = rows.filter(pl.col("criterion") == "rate-v-peers").row(0, named=True)
    assert (rate["flag"], rate["margin"]) == (False, None)


def test_the_sensitivity_table_is_the_verdicts_of_the_step(home_office: pl.DataFrame) -> None:
    with collecting():
        table = sensitivity(home_office, peers=PEERS, catalogue=CATALOGUE).collect()
        turned = {
            "as asked": outliers(home_office, peers=PEERS, catalogue=CATALOGUE),
            "average": outliers(home_office, peers=PEERS, conventions=Conventions("pooled"), catalogue=CATALOGUE),
            "SD": outliers(home_office, peers=PEERS, conventions=Conventions(sd="population"), catalogue=CATALOGUE),
            "own force": outliers(
                home_office, peers=PEERS, conventions=Conventions(include_self=False), catalogue=CATALOGUE
            ),
            "baseline": outliers(home_office, peers=PEERS, baseline=date(2019, 6, 30), catalogue=CATALOGUE),
        }
        for convention, rows in turned.items():
            by_step = rows.collect().unique(["measure", "area"]).select("measure", "area", "flags", "verdict")
            mine = table.filter(pl.col("convention") == convention).select("measure", "area", "flags", "verdict")
            assert mine.sort("measure", "area").equals(by_step.sort("measure", "area"))
    assert table.schema == SENSITIVITY.schema()
    every = table.filter(pl.col("convention") == "all")
    assert every["of"].unique().to_list() == [64]
    assert every["holds"].is_between(1, 64).all()
    assert sensitivity(OBSERVATIONS.empty()).collect().schema == SENSITIVITY.schema()


def test_a_verdict_that_hangs_on_a_convention_names_the_flag(home_office: pl.DataFrame) -> None:
    with collecting():
        table = sensitivity(home_office, peers=PEERS, catalogue=CATALOGUE).collect()
    base = table.filter(pl.col("convention") == "as asked").select("measure", "area", was="flags")
    other = table.filter(~pl.col("convention").is_in(["as asked", "all"])).join(base, on=["measure", "area"])
    moved = other.filter(pl.col("flags") != pl.col("was"))
    assert moved.height > 0
    assert (moved["turned"] != "").all()
    assert (other.filter(pl.col("turned") == "")["flags"] == other.filter(pl.col("turned") == "")["was"]).all()
