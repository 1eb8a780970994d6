"""--sort, --top and --floor on results; --since and --last on periods."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli.errors import UsageError
from pmcli.notes import collecting
from pmcli.periods import shift
from pmcli.tables import BREAKDOWN, COMPARISON, OUTLIERS, TABLES, WAVES
from pmcli.views.ordered import ordered
from tests.conftest import SAMPLES, pm, series

from .conftest import complaint, fine, parquet, table


@pytest.fixture(scope="module")
def compared(monthly) -> bytes:
    return fine(pm("compare", "--force", "all", "--against", "previous-year", stdin=monthly))


def rows(*words: str, stdin: bytes) -> list[dict]:
    return json.loads(fine(pm(*words, "-f", "json", stdin=stdin)))


def test_sort_orders_what_is_written_whatever_the_format(compared, tmp_path):
    by = [row["change"] for row in rows("show", "--sort=-change", stdin=compared)]
    known = [change for change in by if change is not None]
    assert known == sorted(known, reverse=True)
    assert by[len(known) :] == [None] * (len(by) - len(known))
    up = rows("show", "--sort", "area,-value", stdin=compared)
    assert up == sorted(up, key=lambda row: (row["area"], -row["value"]))
    fine(pm("show", "--sort=-change", "-o", tmp_path / "x.parquet", stdin=compared))
    assert pl.read_parquet(tmp_path / "x.parquet")["change"].to_list() == by


def test_top_takes_the_first_rows_whose_base_is_large_enough(compared):
    frame = table(compared)
    result = pm("show", "--sort=-change", "--top", "5", "-f", "json", stdin=compared)
    got = json.loads(result.stdout)
    expected = frame.filter(pl.col("against_value") >= 50).sort("change", descending=True, nulls_last=True).head(5)
    assert [row["change"] for row in got] == expected["change"].to_list()
    small = frame.filter(pl.col("against_value") < 50).height
    assert small
    assert f"note: {small} rows with a base under 50 left out (--floor 0 keeps them)" in result.stderr.decode()
    every = rows("show", "--sort=-change", "--top", "5", "--floor", "0", stdin=compared)
    assert [row["change"] for row in every] == frame["change"].sort(descending=True, nulls_last=True)[:5].to_list()
    by_count = rows("show", "--sort", "value", "--top", "5", stdin=compared)  # a count is relative to nothing
    assert [row["value"] for row in by_count] == frame["value"].sort()[:5].to_list()


def test_top_of_many_comparisons_says_what_chance_alone_gives(compared):
    said = pm("show", "--sort", "p_value", "--top", "3", "-f", "table", stdin=compared).stderr.decode()
    assert f"of {table(compared)['p_value'].count()} comparisons tested " in said
    assert "chance alone would give about" in said


def test_people_see_one_list_in_that_order_with_its_caveats(compared):
    seen = fine(pm("show", "--sort=-change", "--top", "40", "-f", "table", stdin=compared)).decode()
    lines = seen.splitlines()
    assert lines[0] == "Comparison, A year before, 12 months to Jul 2023"
    body = lines[3:43]
    changes = [float(line.split("%")[0].split()[-1]) for line in body]
    assert changes == sorted(changes, reverse=True)
    starred = [line for line in body if "*" in line]
    assert all("%*" in line for line in starred)
    assert bool(starred) == any(line.startswith("* Recording changed in") for line in lines)
    assert any(line.startswith("Burglary") for line in starred)


def test_rank_has_an_order_of_its_own(monthly):
    got = table(fine(pm("rank", "burglary", "--top", "3", stdin=monthly, cwd=SAMPLES)))
    assert got.select("scope", "rank").rows() == [("national", 1), ("national", 2), ("national", 3)]
    shown = fine(pm("rank", "burglary", "--top", "3", "-f", "table", stdin=monthly, cwd=SAMPLES)).decode()
    assert shown.startswith("Rank, Burglary, Country, 12 months to Jul 2023\n")


def test_a_cut_through_a_tie_is_said(monthly):
    result = pm("outliers", "--force", "all", "--sort", "flags", "--top", "2", "-f", "json", stdin=monthly)
    assert b"--top 2 cuts through rows with the same flags" in result.stderr


def test_what_cannot_be_ordered_is_said(compared, monthly):
    said = complaint(pm("show", "--sort", "chnge", stdin=compared), "show", 2)
    assert "--sort chnge: the comparison table has no such column Did you mean change" in said
    assert "nothing says in which order" in complaint(pm("compare", "--top", "5", stdin=monthly), "compare", 2)
    spc = fine(pm("spc", "burglary", "--force", "essex", stdin=monthly))
    assert "does not say what its figures rest on" in complaint(pm("show", "--floor", "9", stdin=spc), "show", 2)
    assert pm("compare", "--top", "0", "--sort", "value", stdin=monthly).returncode == 2


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.name)
def test_an_empty_table_can_be_ordered_and_shown(kind):
    column = next(name for name in kind.columns if kind.columns[name].form not in {"text", "truth"})
    assert fine(pm("show", "--sort", f"-{column}", "--top", "3", stdin=parquet(kind.empty()))).strip()


@given(st.lists(st.none() | st.integers(-10, 10), max_size=12), st.integers(1, 14), st.integers(0, 100), st.booleans())
def test_order_is_a_permutation_cut_to_the_top(changes, top, floor, down):
    frame = COMPARISON.empty()
    more = [{"change": change, "against_value": 10.0 * number} for number, change in enumerate(changes)]
    frame = pl.concat([frame, pl.DataFrame(more, schema=frame.schema)]) if more else frame
    with collecting():
        got = ordered(frame, COMPARISON, sort="-change" if down else "change", top=top, floor=floor)
    kept = [row for row in more if row["against_value"] >= floor]
    known = sorted((row["change"] for row in kept if row["change"] is not None), reverse=down)
    assert got["change"].to_list() == [*known, *[None] * (len(kept) - len(known))][:top]


def test_a_floor_of_shares_is_of_their_respondents():
    frame = pl.DataFrame(
        {"base": [40.0, 400.0, None], "against_base": [500.0, 500.0, None], "against_value": [0.5, 0.5, 90.0]}
    )
    with collecting():
        got = ordered(frame, COMPARISON, sort=None, top=None, floor=50)
    assert got["base"].to_list() == [400.0, None]
    with pytest.raises(UsageError):
        ordered(frame, COMPARISON, sort="nothing", top=1, floor=None)


def test_a_rank_is_an_order_by_a_rate(monthly):
    """A force of few offences is not first among the rates; where all are of few, all are there, and it is said."""
    frame = table(monthly)
    few = (pl.col("measure") == "burglary") & (pl.col("area") == "invented-force-11")
    tiny = frame.with_columns(value=pl.when(few).then(pl.lit(3.0)).otherwise("value"))
    asked = ("rank", "burglary", "--sort", "scope,-rank", "--top", "500", "-f", "json")
    made = pm(*asked, stdin=parquet(tiny), cwd=SAMPLES)
    left = [row["area"] for row in json.loads(made.stdout)]
    assert left
    assert "invented-force-11" not in left
    assert "with a base under 50 left out (--floor 0 keeps them)" in made.stderr.decode()
    homicides = pm("rank", "homicide", "--top", "3", "-f", "json", stdin=monthly, cwd=SAMPLES)
    assert [row["rank"] for row in json.loads(homicides.stdout)] == [1, 2, 3]
    assert "every row has a base under 50, so none is left out" in homicides.stderr.decode()


def test_the_floor_of_a_trend_is_of_the_count_that_the_change_is_from(monthly):
    asked = ("trend", "--force", "all", "-f", "json")
    whole = rows(*asked, "--sort=-previous_change", stdin=monthly)
    made = rows(*asked, "--sort=-previous_change", "--top", "9999", stdin=monthly)
    assert [row for row in whole if row["previous"] is not None and row["previous"] >= 50] == made
    assert len(made) < len(whole)


def test_the_floor_of_a_rate_among_the_criteria_is_of_its_count():
    rate = {"measure": "burglary", "criterion": "rate-v-peers", "population": 10_000.0}
    frame = pl.DataFrame(
        [
            rate | {"value": 4.9, "area": "few"}, rate | {"value": 5.0, "area": "enough"},
            {"measure": "homicide", "criterion": "above-baseline", "value": 3.0, "area": "a count"},
            {"measure": "burglary", "criterion": "change-6m-v-peers", "value": 9.0, "area": "not said"},
        ],
        schema=OUTLIERS.schema(),
    )  # fmt: skip
    with collecting() as notes:
        got = ordered(frame, OUTLIERS, sort="-value", top=9, floor=None)
    assert got["area"].to_list() == ["not said", "enough", "a count"]
    assert [note.split(" (")[0] for note in notes] == [
        "1 row with a base under 50 left out",
        "1 row does not say what the figure rests on, and small bases may be among the first",
    ]


def test_a_share_of_a_breakdown_rests_on_the_whole_and_its_change_on_the_count_before():
    frame = pl.DataFrame(
        {"category": ["new", "old"], "value": [30.0, 70.0], "share": [0.3, 0.7], "against_value": [0.0, 60.0],
         "change": [None, 1 / 6]},
        schema_overrides=BREAKDOWN.schema(), strict=False,
    )  # fmt: skip
    with collecting():
        assert ordered(frame, BREAKDOWN, sort="-share", top=2, floor=None)["category"].to_list() == ["old", "new"]
        assert ordered(frame, BREAKDOWN, sort="-change", top=2, floor=None)["category"].to_list() == ["old"]


def test_the_gap_of_a_wave_stays_unless_it_is_marked_too_small():
    frame = pl.DataFrame(
        {"category": ["group", "few", "gap", "small gap"], "base": [90.0, 20.0, None, None],
         "effective": [None] * 4, "difference": [0.1, 0.4, 0.2, 0.3], "too_small": [False, True, False, True]}
    )  # fmt: skip
    with collecting():
        got = ordered(frame, WAVES, sort="-difference", top=9, floor=None)
    assert got["category"].to_list() == ["gap", "group"]


def test_a_share_is_held_to_its_respondents_and_a_count_beside_it_to_nothing():
    frame = pl.DataFrame(
        {"statistic": ["share", "share", "count"], "value": [0.9, 0.5, 7.0], "base": [20.0, 200.0, None],
         "against_base": [200.0, 200.0, None], "against_value": [0.4, 0.4, 6.0]}
    )  # fmt: skip
    with collecting():
        got = ordered(frame, COMPARISON, sort="-value", top=9, floor=None)
    assert got["value"].to_list() == [7.0, 0.5]


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.name)
def test_every_relative_column_has_a_floor_or_says_that_it_has_none(kind):
    """Of any table, by any relative column: a row of a tiny base is left out, or a note says it may be there."""
    from pmcli.views.floors import RELATIVE

    frame = pl.concat([kind.empty(), pl.DataFrame([{"measure": "burglary"}])], how="diagonal")
    for name, column in kind.columns.items():
        if column.form not in RELATIVE or name in {"flip", "chance", "verdict_chance"}:
            continue
        with collecting() as notes:
            ordered(frame, kind, sort=f"-{name}", top=1, floor=None)
        assert any("base" in note for note in notes), (kind.name, name)


# ----------------------------------------------------------------------------------------------------------- periods
def test_since_and_last_choose_periods(monthly):
    asked = ("rolling", "burglary", "--force", "essex")
    whole = table(fine(pm(*asked, stdin=monthly)))
    since = table(fine(pm(*asked, "--since", "2023-01", stdin=monthly)))
    assert since.equals(whole.filter(pl.col("period_end") >= date(2023, 1, 1)))
    last = table(fine(pm(*asked, "--last", "24", stdin=monthly)))
    assert last.equals(whole.tail(24))  # whole windows: the months before them were still there to add up
    both = table(fine(pm(*asked, "--since", "2023-06", "--last", "24", stdin=monthly)))
    assert both["period_end"].to_list() == [date(2023, 6, 30), date(2023, 7, 31)]
    shown = fine(pm("show", "--last", "3", "-f", "table", stdin=parquet(whole))).decode()
    assert "May 2023 to Jul 2023" in shown


def test_nothing_so_late_and_no_periods_are_said(essex):
    said = complaint(pm("show", "--since", "2031-01", stdin=essex), "show", 1)
    assert said == "nothing ends in Jan 2031 or later: the figures end with Jul 2023"
    audit = next(kind for kind in TABLES if "period_end" not in kind.columns)
    assert "--since and --last choose periods" in complaint(
        pm("show", "--last", "3", stdin=parquet(audit.empty())), "show", 2
    )
    assert "--since '2023-13'" in complaint(pm("show", "--since", "2023-13", stdin=essex), "show", 2)


@given(st.integers(1, 40), st.integers(1, 60))
def test_last_is_that_many_months(length, last):
    from pmcli.tables import OBSERVATIONS
    from pmcli.views.span import span

    frame = series([1.0] * length)
    got = span(frame, OBSERVATIONS, None, last)
    assert got.height == min(length, last)
    assert span(frame, OBSERVATIONS, shift(date(2023, 7, 31), 1 - last), None).equals(got)
