"""Crime records: mapping, dates, duplicates, cancelled crimes, flags, ages, districts, categories, months covered."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError
from pmcli.sources import load
from pmcli.sources.mapping import read_mapping
from pmcli.sources.reading.days import day
from pmcli.sources.records import streamed as records_streamed
from pmcli.sources.records.mapping import Flag
from pmcli.sources.records.texts import age, yes

from .conftest import said, value

HEADER = "Ref,Recorded,Status,Offence,LPA,Victim,Age,Weapon,Knife"
MAPPING = """
layout = "records"
force = "essex"
[columns]
crime_number = "Ref"
recorded_date = "Recorded"
status = "Status"
ho_subgroup = "Offence"
district = "LPA"
victim_id = "Victim"
victim_age = "Age"
weapon = "Weapon"
[flags]
knife = "Knife"
"""


def crime(
    ref="1", day="05/06/2023", status="", offence="Homicide", lpa="Basildon", victim="", age="", weapon="", knife="N"
):
    return ",".join([ref, day, status, offence, lpa, victim, age, weapon, knife])


@pytest.fixture
def loaded(write):
    def loader(*lines, mapping=MAPPING, header=HEADER, **options):
        path = write("crimes.csv", [header, *lines])
        return load(path, mapping=write("map.toml", mapping), **options)

    return loader


def figures(found, measure, area="essex", dimension="all"):
    """Category and month -> value."""
    rows = found.observations.filter(
        pl.col("measure") == measure, pl.col("area") == area, pl.col("dimension") == dimension
    )
    return {(row["category"], str(row["period_end"])[:7]): row["value"] for row in rows.iter_rows(named=True)}


# ------------------------------------------------------------------------------------------------------------ dates
@pytest.mark.parametrize(
    "text",
    [
        *("01/02/2023", "1/2/2023", "01-02-2023", "01.02.2023", "1/2/23", "2023-02-01", "2023/2/1", "20230201"),
        *("1 Feb 2023", "01-Feb-23", "1st February 2023", "01 FEB 2023", "44958", "44958.0", "44958.75"),
        *(" 01/02/2023 ", "01/02/2023 14:35", "2023-02-01T14:35:10", "2023-02-01 14:35:10.000", "1 Feb 2023 09:00"),
    ],
)
def test_a_date_is_read_day_first_however_it_is_written(text):
    assert day(pl.Series([text])).to_list() == [date(2023, 2, 1)]


@pytest.mark.parametrize("text", ["", None, "02/13/2023", "31/02/2023", "yesterday", "2023", "7", "Feb 2023", "0"])
def test_what_is_no_date_is_null(text):
    assert day(pl.Series([text], dtype=pl.String)).to_list() == [None]


@given(st.dates(date(1990, 1, 1), date(2068, 12, 31)))
def test_every_day_is_read_in_every_spelling(written):
    texts = [f"{written:%d/%m/%Y}", f"{written:%Y-%m-%d}", f"{written:%d %b %Y}", f"{written:%d-%B-%Y 10:00}"]
    texts.append(str((written - date(1899, 12, 30)).days))
    assert day(pl.Series(texts)).to_list() == [written] * len(texts)


def test_a_row_without_a_date_is_dropped_and_reported(loaded):
    found = loaded(crime("1"), crime("2", day="02/13/2023"), crime("3", day=""))
    assert value(found, "homicide", "essex", "2023-06-30") == 1
    assert "2 rows dropped: 'Recorded' cannot be read as a date, day first; the first is row 3 ('02/13/2023')" in said(
        found
    )
    with pytest.raises(PmError, match="row 3"):
        loaded(crime("1"), crime("2", day="02/13/2023"), strict=True)


# ------------------------------------------------------------------------------------------ once each, not cancelled
def test_a_row_that_repeats_a_crime_as_it_is_counts_once(loaded):
    found = loaded(crime("1"), crime("2"), crime("1"), crime("1", day="2023-06-05"))
    assert value(found, "homicide", "essex", "2023-06-30") == 2
    assert "2 rows repeat a crime as it is, counted once; the first is row 2" in said(found)


def test_of_two_rows_of_a_crime_that_differ_the_later_recorded_stands(loaded):
    found = loaded(crime("1", day="07/06/2023", offence="Homicide"), crime("1", offence="Violence with injury"))
    assert figures(found, "homicide") == {("all", "2023-06"): 1}
    assert figures(found, "violence-with-injury") == {}
    assert "1 record" in said(found)
    assert "superseded by a later one with the same crime number and another content; the first is row 3" in said(found)


def test_of_two_rows_of_one_day_that_differ_the_later_in_the_file_stands(loaded):
    found = loaded(crime("1", offence="Violence with injury"), crime("1", offence="Homicide"))
    assert figures(found, "homicide") == {("all", "2023-06"): 1}
    assert "the first is row 2" in said(found)


@pytest.mark.parametrize("status", ["Cancelled", " CANCELLED ", "No Crime"])
def test_a_cancelled_crime_is_left_out_and_reported(loaded, status):
    found = loaded(crime("1"), crime("2", status=status))
    assert value(found, "homicide", "essex", "2023-06-30") == 1
    assert "1 crime left out, cancelled by status" in said(found)


def test_a_crime_that_was_cancelled_later_is_cancelled_and_one_reinstated_is_not(loaded):
    found = loaded(
        crime("1", status="Open"), crime("1", status="Cancelled"),
        crime("2", status="Cancelled"), crime("2", status="Open"),
    )  # fmt: skip
    assert value(found, "homicide", "essex", "2023-06-30") == 1


def test_which_texts_mean_cancelled_can_be_said(loaded):
    found = loaded(crime("1", status="Void"), crime("2"), mapping='cancelled = ["void"]\n' + MAPPING)
    assert value(found, "homicide", "essex", "2023-06-30") == 1


def test_crimes_without_a_number_all_count_and_are_reported(loaded):
    found = loaded(crime(""), crime(""), crime("3"))
    assert value(found, "homicide", "essex", "2023-06-30") == 3
    assert "2 records have no crime number" in said(found)


# ---------------------------------------------------------------------------------------------- flags, ages, measures
@pytest.mark.parametrize("text", ["Y", "yes", " TRUE ", "1", "x"])
def test_texts_that_mean_yes(loaded, text):
    assert figures(loaded(crime(knife=text)), "knife-crime") == {("all", "2023-06"): 1}


def test_a_text_that_is_neither_yes_nor_no_is_reported_and_counts_as_no(loaded):
    found = loaded(crime("1", knife="Y"), crime("2", knife="maybe"), crime("3", knife=""), crime("4", knife="No"))
    assert figures(found, "knife-crime") == {("all", "2023-06"): 1}
    assert "neither yes nor no in 'Knife', and counts as no; the first is row 3 ('maybe')" in said(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Knife; DA", True),
        ("Hate|knife", True),
        ("knife", True),
        ("Knife found", False),
        ("penknife", False),
        ("", False),
    ],
)
def test_a_marker_among_others_is_found_whole(text, expected):
    frame = pl.DataFrame({"m": [text]})
    assert frame.select(yes(pl.col("m"), Flag("Markers", contains="knife"))).item() is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("24", 24), ("24.0", 24), (" 24 years ", 24), ("0", 0), ("", None), ("-1", None), ("999", None), ("adult", None)],
)
def test_ages(text, expected):
    assert pl.DataFrame({"a": [text]}).select(age(pl.col("a"))).item() == expected


def test_a_condition_on_the_age_takes_known_ages_only(loaded):
    ages = ["24", "25", "", "unknown", "10"]
    found = loaded(*[crime(str(place), knife="Y", age=text) for place, text in enumerate(ages)])
    assert figures(found, "knife-victims-under-25") == {("all", "2023-06"): 2}
    assert "1 crime has a blank 'Age', and counts in" in said(found)
    assert "no age from 0 to 120 in 'Age', and counts in no measure by age; the first is row 5 ('unknown')" in said(
        found
    )


def test_a_subgroup_is_known_whatever_its_case_and_by_its_code(loaded):
    mapping = (
        MAPPING.replace('victim_age = "Age"', 'ho_code = "Age"')
        + '[subgroups]\n"34B" = "Robbery of personal property"\n'
    )
    found = loaded(
        crime("1", offence="VIOLENCE  WITH INJURY"),
        crime("2", offence="", age="34b"),
        crime("3", offence="x", age="34B"),
        mapping=mapping,
    )  # fmt: skip
    assert figures(found, "violence-with-injury") == {("all", "2023-06"): 1}
    assert figures(found, "personal-robbery") == {("all", "2023-06"): 2}


def test_a_measure_that_needs_a_column_nobody_mapped_is_left_out_with_a_note(loaded):
    found = loaded(crime())
    assert "business-cyber" not in found.observations["measure"].to_list()
    assert "no column for business_victim and cyber is mapped: business-cyber is not loaded" in said(found)


def test_a_projects_own_measure_may_take_every_crime_and_any_mapped_column(loaded, write):
    own = write(
        "own.toml", "[all-crime.from.records]\nwhere = 'TRUE'\n[gas]\nfrom.records.where = \"weapon = 'Gas'\"\n"
    )
    found = loaded(
        crime("1"),
        crime("2", offence="x", weapon=" Gas"),
        crime("3", offence="y"),
        catalogue=Catalogue(own),
        by=["weapon"],
    )
    assert figures(found, "all-crime") == {("all", "2023-06"): 3}
    assert figures(found, "gas", dimension="weapon") == {("Gas", "2023-06"): 1}


def test_a_measure_without_a_single_crime_is_no_zero_unless_it_was_asked_for(loaded):
    assert "robbery" not in loaded(crime()).observations["measure"].to_list()
    found = loaded(crime(), mapping='measures = ["robbery", "homicide"]\n' + MAPPING)
    assert figures(found, "robbery") == {("all", "2023-06"): 0}
    assert set(found.observations["measure"]) == {"robbery", "homicide"}


# ---------------------------------------------------------------------------------------------- areas and categories
def test_districts_stand_beside_their_force_and_add_up_to_it(loaded):
    found = loaded(
        crime("1", lpa="Castle Point"), crime("2", lpa="castle  point "), crime("3", lpa=""), area="district"
    )
    assert figures(found, "homicide") == {("all", "2023-06"): 3}
    assert figures(found, "homicide", "essex/castle-point") == {("all", "2023-06"): 2}
    assert figures(found, "homicide", "essex/not-stated") == {("all", "2023-06"): 1}


def test_categories_are_tidied_and_a_blank_says_so(loaded):
    weapons = ["Shotgun", "SHOTGUN", " shotgun", "Shotgun", "", "Air  weapon"]
    found = loaded(*[crime(str(place), weapon=weapon) for place, weapon in enumerate(weapons)], by=["weapon"])
    assert figures(found, "homicide", dimension="weapon") == {
        ("Shotgun", "2023-06"): 4, ("not stated", "2023-06"): 1, ("Air weapon", "2023-06"): 1,
    }  # fmt: skip
    assert figures(found, "homicide") == {("all", "2023-06"): 6}


def test_any_mapped_column_can_be_broken_down_by(loaded):
    mapping = MAPPING.replace('weapon = "Weapon"', "") + '[by]\nbeat = "Weapon"\n'
    found = loaded(crime("1", weapon="B1", knife="Y"), crime("2", weapon="B2"), mapping=mapping, by=["beat", "knife"])
    assert figures(found, "homicide", dimension="beat") == {("B1", "2023-06"): 1, ("B2", "2023-06"): 1}
    assert figures(found, "homicide", dimension="knife") == {("yes", "2023-06"): 1, ("no", "2023-06"): 1}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"by": ["wepon"]}, "--by wepon: the mapping does not name it\nDid you mean weapon?"),
        ({"by": ["victim_id"]}, "--by victim_id: it is no category"),
        ({"area": "distrct"}, "--area distrct: the mapping does not name it\nDid you mean district?"),
    ],
)
def test_what_is_not_mapped_cannot_be_broken_down_by(loaded, options, words):
    with pytest.raises(UsageError) as raised:
        loaded(crime(), **options)
    assert str(raised.value).startswith(words)


def test_counts_cannot_be_broken_down(write):
    path = write("a.csv", ["area,measure,period,value", "Essex,burglary,2023-07,3"])
    with pytest.raises(UsageError, match="--by and --area are for crime records"):
        load(path, by=["weapon"])


def test_forces_by_name_in_one_file_each_with_its_own_numbers(loaded):
    mapping = MAPPING.replace('force = "essex"', "").replace('district = "LPA"', 'force = "LPA"')
    found = loaded(
        crime("1", lpa="Essex Police"), crime("1", lpa="Kent"), crime("2", lpa="essex"), crime("3", lpa=""),
        mapping=mapping,
    )  # fmt: skip
    assert figures(found, "homicide") == {("all", "2023-06"): 2}
    assert figures(found, "homicide", "kent") == {("all", "2023-06"): 1}
    assert "dropped: the force is blank; the first is row 5" in said(found)


# --------------------------------------------------------------------------------------------------- months covered
def test_a_month_without_a_crime_is_zero_when_the_extract_covers_it(loaded):
    found = loaded(crime("1", day="05/04/2023"), crime("2", day="05/06/2023", offence="Violence with injury"))
    assert figures(found, "homicide") == {("all", "2023-04"): 1, ("all", "2023-05"): 0, ("all", "2023-06"): 0}
    assert figures(found, "violence-with-injury")["all", "2023-04"] == 0


def test_an_extract_without_a_whole_month_is_an_error(loaded):
    with pytest.raises(PmError, match="no whole month in these records\nEssex: the records begin on 2023-06-20"):
        loaded(*many("2023-06", range(20, 25), 10))


def many(month, days=range(1, 29), each=3):
    return [crime(f"{month}-{d}-{n}", day=f"{month}-{d:02}") for d in days for n in range(each)]


def test_a_month_without_a_record_is_a_gap_in_a_large_extract(loaded):
    found = loaded(*many("2023-01"), *many("2023-03", range(1, 32)))
    assert sorted(figures(found, "homicide")) == [("all", "2023-01"), ("all", "2023-03")]
    assert "no record at all in Feb 2023: not known" in said(found)


def test_a_month_that_the_extract_cuts_short_is_not_known(loaded):
    found = loaded(*many("2023-01", range(20, 29)), *many("2023-02"), *many("2023-03", range(1, 10)))
    assert figures(found, "homicide") == {("all", "2023-02"): 84}
    assert "begin on 2023-01-20; Jan 2023 is not whole" in said(found)
    assert "end on 2023-03-09; Mar 2023 is not whole" in said(found)


def test_a_date_mistyped_by_decades_makes_no_decades_of_zeros(loaded):
    found = loaded(crime("1", day="05/06/1923"), crime("2"))
    assert len(figures(found, "homicide")) == 2


# ------------------------------------------------------------------------------------------------- files and layouts
def test_records_with_pms_own_header_are_recognised(write):
    path = write("a.csv", ["crime_number,recorded_date,force,ho_subgroup,beat", "1,05/06/2023,Essex,Homicide,B1"])
    found = load(path, by=["beat"])
    assert figures(found, "homicide", dimension="beat") == {("B1", "2023-06"): 1}
    assert set(found.observations["source"]) == {"records"}


def test_a_workbook_with_real_dates(book, write):
    rows = [
        ["Extract of crimes"],
        HEADER.split(","),
        ["1", date(2023, 6, 5), "", "Homicide", "Basildon", "", 24, "", "Y"],
    ]
    found = load(book("a.xlsx", {"Crimes": rows}), mapping=write("map.toml", MAPPING))
    assert figures(found, "knife-victims-under-25") == {("all", "2023-06"): 1}


def test_a_column_that_is_not_there_is_named_with_the_closest(write):
    path = write("a.csv", [HEADER.replace("Weapon", "Weapons"), crime()])
    with pytest.raises(PmError, match=r"lacks the column 'Weapon' .*\nDid you mean Weapons\?"):
        load(path, mapping=write("map.toml", MAPPING))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("crime_number", "crime_nr"), r"\[columns\] cannot have 'crime_nr'\nDid you mean crime_number"),
        (('crime_number = "Ref"', ""), r"records need \[columns\] crime_number"),
        (('force = "essex"', ""), "whose records they are is not said"),
        (('"essex"', '"esex"'), "there is no force 'esex'\nDid you mean essex"),
        (("[flags]", "[flgs]"), "has no field 'flgs'\nDid you mean flags"),
        (('knife = "Knife"', "knife = 3"), r"\[flags\] knife must be a column"),
        (
            ('force = "essex"', 'force = "essex"\nmeasures = ["burglry"]'),
            "there is no measure 'burglry'\nDid you mean b",
        ),
        (('force = "essex"', 'force = "essex"\ncancelled = "x"'), "cancelled must be a list of texts"),
        (('status = "Status"', ""), None),
    ],
)
def test_a_mapping_that_is_wrong_says_where(write, change, words):
    path = write("map.toml", MAPPING.replace(*change))
    if words is None:
        assert read_mapping(path, Catalogue()).source == "records"
        return
    with pytest.raises(PmError, match=words):
        read_mapping(path, Catalogue())


def test_nothing_to_count_is_an_error(loaded):
    with pytest.raises(PmError, match="no measure could be counted"):
        loaded(crime(offence="Something else"), mapping=MAPPING.replace('victim_id = "Victim"', ""))


# -------------------------------------------------------------------------------------- large files, and their order
EXTRA = [crime("8", weapon='"Knife, kitchen"'), crime("9", weapon='""'), "", crime("10") + "\r"]


@pytest.fixture
def any_size(monkeypatch):
    monkeypatch.setattr(records_streamed, "STREAM_BYTES", 0)


def test_a_large_file_is_streamed_to_the_same_figures(loaded, monkeypatch):
    lines = [crime(str(place), day=f"{place % 28 + 1:02}/06/2023", knife="YN"[place % 2]) for place in range(50)]
    small = loaded(*lines, *EXTRA, by=["weapon"], area="district")
    monkeypatch.setattr(records_streamed, "STREAM_BYTES", 0)
    large = loaded(*lines, *EXTRA, by=["weapon"], area="district")
    assert large.observations.equals(small.observations)
    assert large.rows == small.rows
    assert large.inputs[0].source == "records"


@pytest.mark.parametrize("wrong", [crime("3") + ",more", "3,05/06/2023,,Homicide"])
def test_a_ragged_row_of_a_large_file_is_dropped_and_named(loaded, any_size, wrong):
    found = loaded(crime("1"), crime("2", weapon='"a, b"'), wrong, crime("4"))
    assert value(found, "homicide", "essex", "2023-06-30") == 3
    assert "fields than the header's 9" in said(found)
    assert "the first is row 4" in said(found)


@pytest.mark.parametrize("odd", ['"two\nlines"', "caf\xe9"])
def test_a_large_file_that_cannot_be_streamed_is_read_all_the_same(write, any_size, odd):
    text = "\n".join([HEADER, crime("1", weapon=odd), crime("2"), ""])
    path = write("a.csv", text.encode("latin-1"))
    found = load(path, mapping=write("map.toml", MAPPING), by=["weapon"])
    assert figures(found, "homicide") == {("all", "2023-06"): 2}
    assert {category for category, _ in figures(found, "homicide", dimension="weapon")} == {
        " ".join(odd.strip('"').split()), "not stated",
    }  # fmt: skip


crimes = st.lists(
    st.builds(
        lambda ref, month, offence, lpa, victim, weapon: crime(
            f"r{ref}", f"{ref % 28 + 1:02}/{month:02}/2023", "", offence, lpa, victim, "", weapon
        ),
        st.integers(0, 30),
        st.just(6),
        st.just("Homicide"),
        st.sampled_from(["Basildon", "Harlow"]),
        st.sampled_from(["", "v1", "v2"]),
        st.sampled_from(["", "Knife", "Rifle"]),
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda line: line.split(",")[0],
)


@settings(max_examples=30)  # each loads three files
@given(crimes, st.randoms(use_true_random=False), st.integers(0, 25))
def test_the_order_of_rows_and_the_files_they_are_in_change_nothing(tmp_path_factory, lines, rng, cut):
    folder = tmp_path_factory.mktemp("split")
    (folder / "map.toml").write_text(MAPPING)

    def loaded_from(*parts):
        paths = []
        for place, part in enumerate(parts):
            paths.append(folder / f"{place}.csv")
            paths[-1].write_text("\n".join([HEADER, *part]) + "\n")
        return load(paths, mapping=folder / "map.toml", by=["weapon"], area="district").observations

    whole = loaded_from(lines)
    shuffled = list(lines)
    rng.shuffle(shuffled)
    assert loaded_from(shuffled).equals(whole)
    if 0 < cut < len(lines):
        assert loaded_from(lines[:cut], lines[cut:]).equals(whole)
    added = whole.filter(pl.col("dimension") == "weapon", pl.col("measure") == "homicide", pl.col("area") == "essex")
    assert added["value"].sum() == len(lines)
