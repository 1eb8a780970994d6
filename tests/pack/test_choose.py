"""Which source speaks, to which month, against which window: by hand on small tables."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pmcli.errors import PmError
from pmcli.pack.choose import Question, choose, latest_month, sources_in_order
from pmcli.periods import shift
from tests.conftest import series

TO = date(2023, 9, 30)


def months(count: int, end: date = TO, value: float = 10, **more: str | float) -> pl.DataFrame:
    return series([value] * count, end=end, **more)


def one(frame: pl.DataFrame) -> dict[str, object]:
    assert frame.height == 1
    return frame.row(0, named=True)


def test_the_first_source_in_order_speaks_and_what_the_other_says_is_kept():
    both = pl.concat([months(24, source="own"), months(24, source="home-office", value=11)])
    chosen = choose(both, Question(to=TO, sources=("home-office", "own"), forces=("essex",)))
    assert one(chosen.own)["source"] == "home-office"
    other = one(chosen.others)
    assert (other["source"], other["value"], other["end"]) == ("own", 120, TO)


def test_a_source_that_has_no_whole_window_does_not_speak():
    both = pl.concat([months(11, source="own"), months(24, source="home-office")])
    chosen = choose(both, Question(to=TO, sources=("own", "home-office"), forces=("essex",)))
    assert one(chosen.own)["source"] == "home-office"


def test_two_sources_without_an_order_are_an_error_that_shows_how_to_order_them():
    both = pl.concat([months(24, source="own"), months(24, source="home-office")])
    with pytest.raises(PmError, match="which of them speaks") as raised:
        choose(both, Question(to=TO, forces=("essex",)))
    assert "--source home-office --source own" in str(raised.value)


def test_a_source_that_is_not_there_is_an_error():
    with pytest.raises(PmError, match="no figures from the source 'prc'"):
        choose(months(24, source="own"), Question(to=TO, sources=("prc",)))


def test_figures_that_end_early_are_taken_to_where_they_end_and_later_ones_are_cut_off():
    early, late = shift(TO, -4), shift(TO, 5)
    both = pl.concat([months(24, early), months(24, late, measure="robbery")])
    chosen = choose(both, Question(to=TO, forces=("essex",)))
    assert dict(chosen.own.select("measure", "end").iter_rows()) == {"burglary": early, "robbery": TO}


def test_a_count_keeps_the_baseline_and_a_share_takes_the_nearest_wave_the_earlier_of_two():
    def wave(end: date, measure: str) -> pl.DataFrame:
        return series([50], end=end, months=12, measure=measure, base=[100])

    near = pl.concat([wave(date(2020, 3, 31), "confidence"), wave(date(2023, 3, 31), "confidence")])
    even = [wave(date(year, 6, 30), "victim-updates") for year in (2019, 2020, 2023)]
    far = pl.concat([wave(date(2021, 6, 30), "repeat-victims"), wave(date(2023, 6, 30), "repeat-victims")])
    chosen = choose(pl.concat([near, *even, far, months(24)]), Question(to=TO, forces=("essex",)))
    assert dict(chosen.own.select("measure", "baseline").iter_rows()) == {
        "burglary": date(2019, 12, 31),
        "confidence": date(2020, 3, 31),
        "repeat-victims": date(2019, 12, 31),  # nothing within six months: it stays what it is, and is not there
        "victim-updates": date(2019, 6, 30),
    }


def test_ranks_come_from_the_source_with_most_forces_to_the_month_that_half_of_them_reach():
    forces = ["essex", "kent", "norfolk", "suffolk"]
    many = [months(24, shift(TO, -1 if area in forces[:2] else -3), source="home-office", area=area) for area in forces]
    few = [months(24, source="own", area=area) for area in forces[:2]]
    chosen = choose(pl.concat([*many, *few]), Question(to=TO, sources=("own", "home-office"), forces=("essex",)))
    assert one(chosen.own)["source"] == "own"
    assert one(chosen.national) == {"measure": "burglary", "source": "home-office", "end": shift(TO, -1)}


def test_districts_and_breakdowns_do_not_speak_for_the_force():
    knives = months(24).with_columns(dimension=pl.lit("weapon"), category=pl.lit("Knife"))
    parts = pl.concat([months(24, area="essex/basildon"), knives])
    with pytest.raises(PmError, match="not one whole window of 12 months up to Sep 2023 for Essex"):
        choose(parts, Question(to=TO, forces=("essex",)))
    assert choose(pl.concat([parts, months(24)]), Question(to=TO, forces=("essex",))).own.height == 1


def test_a_force_without_figures_is_an_error_and_all_means_the_territorial_forces():
    frame = pl.concat([months(24), months(24, area="kent"), months(24, area="british-transport-police")])
    with pytest.raises(PmError, match="no figures for norfolk"):
        choose(frame, Question(to=TO, forces=("norfolk",)))
    assert choose(frame, Question(to=TO)).forces == ["essex", "kent"]


def test_the_month_of_the_pack_unless_said_is_where_most_counts_end():
    later = date(2023, 12, 31)
    frame = pl.concat([months(24), months(24, later, measure="drug-crime"), months(24, later, area="kent")])
    assert latest_month(frame, ["kent"]) == later
    assert latest_month(pl.concat([frame, months(24, measure="robbery")]), ["essex"]) == TO
    with pytest.raises(PmError, match="no figure of a whole force"):
        latest_month(frame.clear(), None)


def test_the_order_of_sources_is_that_of_loading_those_named_first_before():
    frame = pl.concat([months(1, source=name) for name in ("b", "a", "c")])
    assert sources_in_order(frame, ["c"]) == ["c", "b", "a"]
