"""pm waves as a function: which windows are waves, what is tested, and what is not."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import pmcli
from pmcli.errors import PmError, UsageError
from pmcli.notes import PmNote, collecting
from pmcli.stats.proportions import two_proportion_test
from pmcli.tables import OBSERVATIONS, WAVES
from tests.conftest import series

JUNE = date(2023, 6, 30)


def group(
    name: str, shares: list[float], base: float, *, dimension: str = "victim", area: str = "essex", months: int = 12
) -> pl.DataFrame:
    """A group's share in each wave on the same base."""
    made = series(
        [share * base for share in shares],
        end=JUNE, months=months, measure="confidence", area=area, base=[base] * len(shares), source="smsr",
    )  # fmt: skip
    whole = "all" if name == "all" else dimension
    return made.with_columns(dimension=pl.lit(whole), category=pl.lit(name))


def found(*frames: pl.DataFrame, **options) -> pl.DataFrame:
    return pmcli.waves(pl.concat(frames), **options).collect()


def latest(frame: pl.DataFrame, category: str = "all", area: str = "essex") -> dict:
    rows = frame.filter(pl.col("period_end") == JUNE, pl.col("category") == category, pl.col("area") == area)
    assert rows.height == 1
    return rows.row(0, named=True)


def test_a_change_is_tested_on_the_effective_sizes():
    frame = group("all", [0.80, 0.72], 500)
    row = latest(found(frame))
    assert (row["value"], row["against_value"], row["against_end"]) == (0.72, 0.80, date(2022, 6, 30))
    assert row["difference"] == pytest.approx(-0.08)
    assert row["p_value"] == pytest.approx(two_proportion_test(360, 500, 400, 500))
    assert (row["significant"], row["too_small"], row["kind"]) == (True, False, "group")
    # The same shares on a sample that weights make worth a fifth: no arrow.
    weighted = latest(found(frame.with_columns(effective=pl.lit(100.0))))
    assert weighted["p_value"] == pytest.approx(two_proportion_test(72, 100, 80, 100))
    assert (weighted["significant"], weighted["effective"], weighted["base"]) == (False, 100.0, 500.0)


def test_the_first_wave_has_nothing_before_it():
    frame = found(group("all", [0.80, 0.72], 500))
    first = frame.filter(pl.col("period_end") == date(2022, 6, 30)).row(0, named=True)
    assert [first[name] for name in ("against_end", "against_value", "difference", "p_value", "significant")] == [
        None
    ] * 5


def test_three_respondents_are_shown_and_not_tested():
    row = latest(
        found(
            pl.concat(
                [group("all", [0.9], 500).with_columns(period_end=pl.lit(date(2022, 6, 30))), group("all", [0.0], 3)]
            )
        )
    )
    assert (row["value"], row["base"], row["too_small"]) == (0.0, 3.0, True)
    assert (row["p_value"], row["significant"]) == (None, None)
    assert row["difference"] == pytest.approx(-0.9)


@pytest.mark.parametrize(("size", "small"), [(29.9, True), (30.0, False)])
def test_thirty_are_enough(size, small):
    row = latest(found(group("all", [0.8, 0.5], size)))
    assert (row["too_small"], row["p_value"] is None) == (small, small)


def test_a_small_wave_before_is_not_tested_against_either():
    small = group("all", [0.9], 12).with_columns(period_end=pl.lit(date(2022, 6, 30)))
    row = latest(found(small, group("all", [0.5], 500)))
    assert (row["too_small"], row["significant"], row["p_value"]) == (False, None, None)


def test_monthly_figures_make_waves_that_do_not_overlap():
    months = series([7.0] * 30, end=JUNE, measure="confidence", base=[10.0] * 30, source="smsr")
    frame = found(months)
    assert frame["period_end"].to_list() == [date(2022, 6, 30), JUNE]
    assert frame["base"].to_list() == [120.0, 120.0]
    assert found(months, months=3).height == 10
    assert found(months, months=3, last=2)["period_end"].to_list() == [date(2023, 3, 31), JUNE]


def test_waves_need_not_be_a_year_apart():
    old = group("all", [0.667], 7718).with_columns(period_end=pl.lit(date(2008, 3, 31)))
    new = group("all", [0.713], 1486)
    assert latest(found(old, new))["against_end"] == date(2008, 3, 31)


def test_districts_come_with_their_force_and_by_picks():
    frames = [group("all", [0.8, 0.7], 500), group("all", [0.8, 0.6], 100, area="essex/harlow"),
              group("all", [0.8, 0.7], 500, area="kent"), group("Male", [0.8, 0.7], 250, dimension="sex")]  # fmt: skip
    assert set(found(*frames, areas=["essex"])["area"]) == {"essex", "essex/harlow"}
    assert set(found(*frames, areas=["essex"], by=["district"])["area"]) == {"essex/harlow"}
    assert set(found(*frames, by=["sex"])["category"]) == {"Male"}
    both = found(*frames, areas=["essex"], by=["all", "sex"])
    assert set(both.select("area", "category").rows()) == {("essex", "all"), ("essex", "Male")}
    with pytest.raises(PmError, match=r"no figures by sx\nDid you mean sex\?"):
        found(*frames, by=["sx"])


VICTIMS = [group("Victim of crime", [0.63, 0.60], 900), group("Non victim", [0.80, 0.75], 6100)]


def test_a_gap_and_its_change():
    frame = found(*VICTIMS, gaps=["victim of crime:Non victim"])
    row = latest(frame, "Victim of crime minus Non victim")
    assert (row["kind"], row["dimension"]) == ("gap", "victim")
    assert row["value"] == pytest.approx(-0.15)  # the pack's own 60 and 75
    assert row["against_value"] == pytest.approx(-0.17)
    assert row["difference"] == pytest.approx(0.02)
    assert row["gap_p"] < 1e-9
    assert row["p_value"] > 0.3
    assert row["significant"] is False
    assert found(*VICTIMS, gaps=["Non victim:Victim of crime"]).filter(kind="gap")["value"][-1] == pytest.approx(0.15)
    groups = frame.filter(kind="group").drop("p_adjusted", "significant")
    assert groups.equals(found(*VICTIMS).drop("p_adjusted", "significant"))


def test_a_gap_on_a_small_group_is_not_tested():
    small = group("Victim of crime", [0.63, 0.60], 20)
    row = latest(found(small, VICTIMS[1], gaps=["Victim of crime:Non victim"]), "Victim of crime minus Non victim")
    assert (row["too_small"], row["p_value"], row["gap_p"], row["significant"]) == (True, None, None, None)


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        ("Victims of crime:Non victim", "there is no group .Victims of crime. .*\nDid you mean Victim of crime"),
        ("Male:Non victim", "not groups of the same breakdown"),
        ("Victim of crime", "does not name two groups"),
    ],
)
def test_a_gap_that_is_none(gap, said):
    with pytest.raises(PmError, match=said):
        found(*VICTIMS, group("Male", [0.8, 0.7], 300, dimension="sex"), gaps=[gap])


def test_holm_adjusts_over_the_changes_into_one_wave():
    frames = [group("all", [0.80, 0.80 - 0.01 * i], 800, area=f"essex/d{i}") for i in range(8)]
    plain, adjusted = found(*frames), found(*frames, adjust="holm")
    assert plain["p_adjusted"].equals(plain["p_value"])
    assert adjusted["p_value"].equals(plain["p_value"])
    now = adjusted.filter(pl.col("period_end") == JUNE).sort("p_value")
    smallest = now.row(0, named=True)
    assert smallest["p_adjusted"] == pytest.approx(8 * smallest["p_value"])
    assert now["p_adjusted"].is_sorted()
    assert plain["significant"].sum() > adjusted["significant"].sum() > 0


def test_the_level_is_the_user_s():
    assert latest(found(group("all", [0.80, 0.76], 600)))["significant"] is False
    assert latest(found(group("all", [0.80, 0.76], 600), level=0.10))["significant"] is True


def test_counts_and_means_are_left_out_with_a_note():
    means = series([900.0, 910.0], end=JUNE, months=12, measure="call-answer-time", base=[100.0] * 2)
    with collecting() as said:
        frame = found(group("all", [0.8, 0.7], 500), series([5.0, 6.0], end=JUNE, months=12), means)
    assert set(frame["measure"]) == {"confidence"}
    assert any("burglary and call-answer-time are no shares" in line for line in said)


def test_a_wave_that_no_period_fills_is_said():
    with pytest.warns(PmNote, match="no wave of 12 months is whole"):
        assert found(series([5.0], end=JUNE, measure="confidence", base=[9.0])).is_empty()


def test_nothing_in_nothing_out():
    frame = pmcli.waves(OBSERVATIONS.empty(), by=["sex"], gaps=["A:B"]).collect()
    assert (frame.height, frame.schema) == (0, WAVES.schema())


@pytest.mark.parametrize(
    ("options", "said"),
    [({"adjust": "hlm"}, "no adjustment 'hlm'"), ({"level": 5}, "--level 5"), ({"last": 0}, "--last 0")],
)
def test_options_that_make_no_sense(options, said):
    with pytest.raises(UsageError, match=said):
        found(group("all", [0.8], 500), **options)


def test_months_together_are_one_sample():
    """12 monthly effective sizes add up to the one of all their respondents together (Kish), not to their sum."""
    weights = [[0.5, 1.0, 2.5], [1.0, 1.0], [0.2, 3.0, 0.7, 1.1]] * 4
    base = [sum(month) for month in weights]
    months = series([sum(month) / 2 for month in weights], end=JUNE, measure="confidence", base=base)
    worth = [sum(month) ** 2 / sum(w * w for w in month) for month in weights]
    rolled = pmcli.rolling(months.with_columns(effective=pl.Series(worth))).collect()
    every = [w for month in weights for w in month]
    assert rolled["effective"].to_list() == pytest.approx([sum(every) ** 2 / sum(w * w for w in every)])
    assert rolled["base"].to_list() == pytest.approx([sum(every)])
