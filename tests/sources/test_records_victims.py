"""Repeat victims against a count in plain Python, and what is and is not known of them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmcli.sources import Report, load
from pmcli.sources.records.victims import _repeats

from .conftest import said

HEADER = "crime_number,recorded_date,force,district,victim_id,offence_class"
START = date(2019, 1, 1)


def lines(crimes):
    """Lines of (day, district, victim, class)."""
    return [HEADER, *(f"c{n},{day},Essex,{lpa},{victim},{harm}" for n, (day, lpa, victim, harm) in enumerate(crimes))]


def everywhere(_crime):
    return "all"


def by_hand(crimes, part=everywhere):
    """(part, month) -> (repeats, crimes with a victim), in plain Python."""
    days = defaultdict(set)
    for crime in crimes:
        days[crime[2]].add(crime[0])
    found = defaultdict(lambda: [0, 0])
    for crime in crimes:
        day, _, victim, _ = crime
        if victim:
            tally = found[part(crime), f"{day:%Y-%m}"]
            tally[1] += 1
            tally[0] += any(1 <= (day - other).days <= 365 for other in days[victim])
    return {key: tuple(tally) for key, tally in found.items()}


def shares(frame, area="essex", dimension="all"):
    """(category, month) -> (value, base) of the months in which somebody was a victim."""
    rows = frame.filter(
        pl.col("measure") == "repeat-victims",
        pl.col("area") == area,
        pl.col("dimension") == dimension,
        pl.col("base") > 0,
    )
    return {(r["category"], str(r["period_end"])[:7]): (r["value"], r["base"]) for r in rows.iter_rows(named=True)}


some_crimes = st.lists(
    st.tuples(
        st.integers(0, 3 * 366).map(lambda days: START + timedelta(days=days)),
        st.sampled_from(["Basildon", "Harlow", ""]),
        st.sampled_from(["", "v1", "v2", "v3"]),
        st.sampled_from(["High harm", "Volume"]),
    ),
    min_size=1,
    max_size=40,
)


@given(some_crimes)
def test_repeats_are_what_plain_python_counts(tmp_path_factory, crimes):
    # Crimes now and then from the first month to the last, so that the extract covers the three years between them.
    crimes += [(START + timedelta(days=days), "", "" if days else "v9", "Volume") for days in range(0, 3 * 366, 183)]
    path = tmp_path_factory.mktemp("victims") / "a.csv"
    path.write_text("\n".join(lines(crimes)) + "\n")
    frame = load(path, area="district").observations
    for area, dimension, part in [
        ("essex", "all", everywhere),
        ("essex", "offence_class", lambda crime: crime[3]),
    ]:
        expected = by_hand(crimes, part)
        assert shares(frame, area, dimension) == {
            key: (None if key[1] < "2020-01" else repeats, base) for key, (repeats, base) in expected.items()
        }
    for lpa, area in [("Basildon", "essex/basildon"), ("Harlow", "essex/harlow"), ("", "essex/not-stated")]:
        expected = by_hand(crimes, lambda crime: crime[1])  # a crime elsewhere in the force makes a victim a repeat one
        mine = {month: tally for (where, month), tally in expected.items() if where == lpa}
        assert {month: base for (_, month), (_, base) in shares(frame, area).items()} == {
            m: t[1] for m, t in mine.items()
        }
        assert {month: value for (_, month), (value, _) in shares(frame, area).items() if value is not None} == {
            m: t[0] for m, t in mine.items() if m >= "2020-01"
        }


@settings(max_examples=40)
@given(some_crimes, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(tmp_path_factory, crimes, rng):
    path = tmp_path_factory.mktemp("victims") / "a.csv"
    path.write_text("\n".join(lines(crimes)) + "\n")
    whole = load(path).observations if any(crime[2] for crime in crimes) else None
    if whole is None:
        return
    shuffled = list(crimes)
    rng.shuffle(shuffled)
    path.write_text("\n".join(lines(shuffled)) + "\n")
    assert load(path).observations.equals(whole)


@pytest.mark.parametrize(
    ("days", "repeats"),
    [
        ([0, 0], [False, False]),  # the same day does not count
        ([0, 1], [False, True]),
        ([0, 365], [False, True]),
        ([0, 366], [False, False]),
        ([0, 10, 10, 10], [False, True, True, True]),  # nor does it hide an earlier day
        ([0, 10, 376], [False, True, False]),
        ([0, 200, 400, 800], [False, True, True, False]),
    ],
)
def test_what_a_repeat_is(days, repeats):
    frame = pl.DataFrame({"_victim": [7] * len(days), "_day": [START + timedelta(days=d) for d in days]})
    assert _repeats(frame, Report()).to_list() == repeats


def test_another_victim_is_nobodys_repeat():
    frame = pl.DataFrame({"_victim": [1, 2, 1, 2], "_day": [START, START + timedelta(3), START, START + timedelta(9)]})
    assert frame.with_columns(_repeats(frame, Report())).sort("_victim", "_day")["_repeat"].to_list() == [
        False,
        False,
        False,
        True,
    ]


def test_months_without_a_year_before_them_are_not_known_and_said(write):
    crimes = [(START, "", "v1", "Volume"), (START + timedelta(days=364), "", "v1", "Volume")]
    found = load(write("a.csv", lines([*crimes, (date(2020, 1, 1), "", "v1", "Volume")])))
    values = shares(found.observations)
    assert values == {("all", "2019-01"): (None, 1), ("all", "2019-12"): (None, 1), ("all", "2020-01"): (1, 1)}
    assert "without 365 days of records before them, months up to Dec 2019 are not known" in said(found)


def test_crimes_without_a_victim_are_left_out_of_the_base_and_counted(write):
    victims = ["", "UNKNOWN", "0", "n/a", "v1", " v1 "]
    found = load(write("a.csv", lines([(START, "", victim, "Volume") for victim in victims])))
    assert shares(found.observations) == {("all", "2019-01"): (None, 2)}
    assert "4 crimes without a victim's id left out of the base" in said(found)


def test_a_victim_with_more_crimes_than_a_person_has_is_pointed_out(write):
    crimes = [(START + timedelta(days=n % 31), "", "PLACEHOLDER" if n < 60 else f"v{n}", "Volume") for n in range(100)]
    assert "one victim's id stands on 60 crimes" in said(load(write("a.csv", lines(crimes))))


def test_two_forces_do_not_share_victims(write):
    first, second = date(2020, 2, 1), date(2020, 2, 5)
    rows = [HEADER]
    for force in ("Essex", "Kent"):
        rows += [f"x{force},2019-01-01,{force},,w{force},"]
    rows += [f"1,{first},Essex,,v1,", f"2,{second},Kent,,v1,", f"3,{second},Essex,,v1,"]
    frame = load(write("a.csv", rows)).observations
    # A year of one record a force is a long gap, so the months before are covered only where records are.
    assert shares(frame, "essex")["all", "2020-02"] == (1, 2)
    assert shares(frame, "kent")["all", "2020-02"] == (0, 1)
