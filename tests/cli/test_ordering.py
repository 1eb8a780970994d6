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
from pmcli.tables import COMPARISON, TABLES
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
