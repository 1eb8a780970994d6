"""Kinds of crime records that people have: other orders of dates, stray dates, groups for subgroups, counts, pipes."""

from __future__ import annotations

import csv
import io
import subprocess
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmcli.errors import PmError
from pmcli.sources import load
from pmcli.sources.reading.days import MONTH_FIRST, day, half_converted, month_only, order_of, universal_time
from pmcli.sources.records import scan
from pmcli.sources.records import streamed as streaming
from pmcli.sources.records.signs import read_signs
from tests.conftest import PM, shell

from .conftest import said, value

HEADER = "No,Recorded,Code,Type,Note"
MAPPING = """
layout = "records"
force = "essex"
{more}
[columns]
{number}
recorded_date = "Recorded"
ho_code = "Code"
ho_subgroup = "Type"
{columns}
{tables}
"""


@pytest.fixture
def loaded(write):
    def loader(rows, more="", number='crime_number = "No"', columns="", tables="", header=HEADER, **options):
        path = write("crimes.csv", [header, *rows])
        mapping = write("map.toml", MAPPING.format(more=more, number=number, columns=columns, tables=tables))
        return load(path, mapping=mapping, **options)

    return loader


def days(first, last, spelling="%d/%m/%Y", each=3, text="Robbery of personal property"):
    """A row for each day, `each` times."""
    span = (last - first).days + 1
    written = [first + timedelta(days=n) for n in range(span) for _ in range(each)]
    return [f"{n},{when.strftime(spelling)},,{text}," for n, when in enumerate(written)]


def monthly(found, measure, area="essex"):
    rows = found.observations.filter(pl.col("measure") == measure, pl.col("area") == area, pl.col("dimension") == "all")
    return {str(row["period_end"])[:7]: row["value"] for row in rows.iter_rows(named=True)}


# ---------------------------------------------------------------------------------------------------- order of dates
def test_dates_that_can_only_be_month_first_are_refused_and_read_when_the_mapping_says_so(loaded):
    rows = days(date(2022, 1, 1), date(2022, 3, 31), "%m/%d/%Y")
    with pytest.raises(PmError, match=r"is to be read day-first, but \d+ dates can only be read month-first"):
        loaded(rows)
    found = loaded(rows, more='dates = "month-first"')
    assert monthly(found, "personal-robbery") == {"2022-01": 93, "2022-02": 84, "2022-03": 93}


def test_day_first_dates_are_refused_where_the_mapping_says_month_first(loaded):
    with pytest.raises(PmError, match="only be read day-first"):
        loaded(days(date(2022, 1, 1), date(2022, 3, 31)), more='dates = "month-first"')


def test_a_column_that_mixes_the_two_orders_is_refused_whatever_is_said(loaded):
    rows = days(date(2022, 1, 1), date(2022, 2, 28)) + [f"x{n},03/{n}/2022,,Homicide," for n in range(13, 31)]
    for more in ("", 'dates = "month-first"'):
        with pytest.raises(PmError, match="mixes the two"):
            loaded(rows, more=more)


def test_a_few_dates_of_the_other_order_are_slips(loaded):
    rows = [*days(date(2022, 1, 1), date(2022, 2, 28)), "x1,02/13/2022,,Homicide,", "x2,02/14/2022,,Homicide,"]
    assert "2 rows dropped: 'Recorded' cannot be read as a date, day first" in said(loaded(rows))


def test_text_that_a_spreadsheet_has_half_converted_is_refused(loaded):
    # 01/02/2022 has become 2 January; 13/02/2022 could not be one of its dates and stayed text.
    rows = []
    for n in range(1, 29):
        rows += [f"a{n},{f'2022-{n:02d}-02' if n <= 12 else f'{n}/02/2022'},,Homicide,"]
        rows += [f"b{n},{f'2022-{n:02d}-03' if n <= 12 else f'{n}/03/2022'},,Homicide,"]
    with pytest.raises(PmError, match="swapped day and month"):
        loaded(rows)
    assert half_converted(pl.Series(["2022-01-13", "13/01/2022"] * 20)) == ""


@given(st.lists(st.dates(date(2001, 1, 1), date(2030, 12, 31)), min_size=60, max_size=90, unique=True))
@settings(max_examples=50, deadline=None)
def test_a_column_of_days_is_never_taken_for_the_other_order(dates):
    for order, spelling in (("day-first", "%d/%m/%Y"), (MONTH_FIRST, "%m/%d/%Y")):
        texts = pl.Series([when.strftime(spelling) for when in dates])
        assert order_of(texts, pl.Series([1] * texts.len())).against(order) == ""
        assert day(texts, order).to_list() == dates


def test_two_digit_years_pivot_and_impossible_ones_are_no_dates():
    assert day(pl.Series(["01/02/99", "01/02/23", "01/02/2203", "1823-02-01"])).to_list() == [
        date(1999, 2, 1), date(2023, 2, 1), None, None,
    ]  # fmt: skip


def test_midnights_in_universal_time_are_said_and_read_as_the_next_day_when_asked(loaded):
    rows = [f"{n},{(date(2023, 1, 1) + timedelta(days=n)).isoformat()} 00:00:00,,Homicide," for n in range(80)] + [
        f"s{n},{(date(2023, 3, 31) + timedelta(days=n)).isoformat()} 23:00:00,,Homicide," for n in range(30)
    ]
    found = loaded(rows)
    assert "midnights written in universal time" in said(found)
    assert monthly(found, "homicide")["2023-03"] == 22
    asked = loaded(rows, more='times = "utc"')
    assert "universal" not in said(asked)
    assert monthly(asked, "homicide")["2023-04"] == 30
    assert universal_time(pl.Series(["2023-06-01 23:00", "2023-06-02 14:00"] * 9)) == ""


def test_months_without_days_count_in_their_month_and_it_is_said(loaded):
    found = loaded([f"{n},Jan 2023,,Homicide," for n in range(3)] + ["9,Mar 2023,,Homicide,"])
    assert monthly(found, "homicide") == {"2023-01": 3, "2023-02": 0, "2023-03": 1}
    assert "gives months without days ('Jan 2023')" in said(found)


def test_a_month_without_a_day_among_days_is_dropped_and_called_that(loaded):
    found = loaded(["1,01/01/2023,,Homicide,", "2,Feb 2023,,Homicide,"])
    assert "1 row dropped: 'Recorded' is a month without a day" in said(found)


def test_what_is_a_month():
    texts = pl.Series(["Jan 2023", "2023-02", "Mar-99", "04/2023", "202313", "2023", "45000", None, "13/2022"])
    read = month_only(texts).to_list()
    assert read[:4] == [date(2023, 1, 31), date(2023, 2, 28), date(1999, 3, 31), date(2023, 4, 30)]
    assert read[4:] == [None] * 5


# ------------------------------------------------------------------------------------------------------- stray dates
@pytest.mark.parametrize("stray", ["01/01/1900", "31/12/1899 00:00", "01/01/1970", "01/07/2099"])
def test_a_stray_date_changes_no_month_and_is_said(loaded, stray):
    rows = days(date(2020, 1, 1), date(2021, 12, 31))
    clean = monthly(loaded(rows), "personal-robbery")
    found = loaded([*rows, f"x,{stray},,Robbery of personal property,"])
    assert monthly(found, "personal-robbery") == clean
    assert stray[6:10] in said(found) or "cannot be read as a date" in said(found)


def test_a_few_old_records_before_a_gap_make_no_months(loaded):
    rows = days(date(2020, 1, 1), date(2021, 12, 31))
    old = [f"o{n},0{n}/06/2019,,Robbery of personal property," for n in range(1, 4)]
    found = loaded([*rows, *old])
    assert min(monthly(found, "personal-robbery")) == "2020-01"
    assert "3 records dated Jun 2019" in said(found)


def test_a_stray_period_of_counts_is_left_out_and_said(write):
    rows = [f"essex,robbery,{year}-{month:02d},{60 + month}" for year in (2021, 2022) for month in range(1, 13)]
    path = write("counts.csv", ["area,measure,period,value", "essex,robbery,1900-01,1", *rows])
    found = load(path)
    assert min(monthly(found, "robbery")) == "2021-01"
    assert "1 figure of Jan 1900 stands far from the rest" in said(found)


def test_a_stray_street_month_is_left_out_and_said(write, tmp_path):
    header = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,x,y"
    for month, rows in (("2010-12", 1), ("2023-01", 40), ("2023-02", 44)):
        line = f"a,{month},Essex Police,Essex Police,0,0,On,E01,B,Robbery,,"
        write(f"street/{month}/{month}-essex-street.csv", [header, *[line] * rows])
    found = load(tmp_path / "street")
    assert sorted(monthly(found, "robbery")) == ["2023-01", "2023-02"]
    assert "of Dec 2010 stand far from the rest" in said(found)


def test_a_stray_date_turns_neither_the_verdict_nor_the_limits(write, tmp_path):
    """Four flat years, counts of a fixed stream: no change is told and no month signals, with it or without."""
    counts = np.random.default_rng(5).poisson(60, 48)
    months = [f"{m % 12 + 1:02d}/{2020 + m // 12}" for m in range(48)]
    rows = [
        f"{m}-{n},{n % 28 + 1:02d}/{months[m]},,Robbery of personal property,"
        for m in range(48)
        for n in range(counts[m])
    ]
    write("map.toml", MAPPING.format(more="", number='crime_number = "No"', columns="", tables=""))
    write("clean.csv", [HEADER, *rows])
    write("stray.csv", [HEADER, *rows, "x,01/01/1900,,Robbery of personal property,"])
    for command in ("trend", "spc", "spc --season off --reference all --rules all"):
        clean, stray = (
            shell(f"pm load {name}.csv --map map.toml | pm {command} personal-robbery --force essex -f csv", tmp_path)
            for name in ("clean", "stray")
        )
        assert clean.returncode == stray.returncode == 0
        assert clean.stdout == stray.stdout
        assert b"1900" in stray.stderr
        found = pl.read_csv(io.BytesIO(stray.stdout), infer_schema_length=None)
        if command == "trend":
            assert found["trend"].to_list() == ["no clear change"]
        else:
            assert found.height == 48
            assert found["rule"].fill_null("").unique().to_list() == [""]
    assert found["centre"].to_list() == pytest.approx([counts.mean()] * 48)


# ------------------------------------------------------------------------------------------------------- subgroups
CODES = '[subgroups]\n"34B" = "Robbery of personal property"\n"34A" = "Robbery of business property"'


def test_a_code_that_the_mapping_knows_is_not_overruled_by_a_text_that_is_a_group(loaded):
    found = loaded(
        ["1,01/02/2023,34B,Robbery,", "2,02/02/2023,34A,ROBBERY,", "3,03/02/2023,34B,,", "4,04/02/2023, 34b ,Robbery,"],
        tables=CODES,
    )
    assert monthly(found, "personal-robbery") == {"2023-02": 3}
    assert monthly(found, "business-robbery") == {"2023-02": 1}
    assert monthly(found, "robbery") == {"2023-02": 4}


def test_a_text_that_the_mapping_knows_comes_before_the_code(loaded):
    tables = CODES + '\n"Mugging" = "Theft from the person"'
    found = loaded(["1,01/02/2023,34B,mugging,", "2,02/02/2023,34B,Robbery,"], tables=tables)
    assert monthly(found, "theft-from-person") == {"2023-02": 1}
    assert monthly(found, "personal-robbery") == {"2023-02": 1}


def test_records_that_name_their_group_only_leave_its_parts_unknown_in_their_months(loaded):
    found = loaded(
        [
            "1,01/02/2023,,Robbery of personal property,",
            "2,02/02/2023,,Robbery,",
            "3,03/03/2023,,Robbery of personal property,",
        ]
    )
    assert monthly(found, "robbery") == {"2023-02": 2, "2023-03": 1}
    assert monthly(found, "personal-robbery") == {"2023-02": None, "2023-03": 1}
    assert "1 crime is 'Robbery' and nothing more: personal-robbery is not known in that 1 month" in said(found)


def test_two_groups_of_which_a_subgroup_may_be_leave_it_unknown_once(loaded):
    found = loaded(
        ["1,01/02/2023,,Residential burglary,", "2,02/02/2023,,Burglary,", "3,03/02/2023,,Theft offences,"],
    )
    assert monthly(found, "residential-burglary") == {"2023-02": None}
    assert monthly(found, "burglary") == {"2023-02": None}


def test_a_text_that_begins_with_a_group_is_of_it(loaded):
    found = loaded(["1,01/02/2023,,Robbery - street,", "2,02/02/2023,,Robbery of personal property,"])
    assert monthly(found, "robbery") == {"2023-02": 2}
    assert monthly(found, "personal-robbery") == {"2023-02": None}


def test_texts_that_fit_nothing_are_named_with_their_counts(loaded):
    rows = ["1,01/02/2023,,Homicide,", "2,02/02/2023,,Piracy,", "3,03/02/2023,,Piracy,", "4,04/02/2023,,,"]
    text = said(loaded(rows))
    assert "3 crimes have a 'Type' that fits no subgroup" in text
    assert "'Piracy' (2) and blank (1)" in text


def test_a_subgroup_of_a_measure_that_is_not_asked_for_fits(loaded):
    found = loaded(["1,01/02/2023,,Homicide,", "2,02/02/2023,,Shoplifting,"], more='measures = ["homicide"]')
    assert "fits no subgroup" not in said(found)


TREE = {
    "Rape offences": {"rape", "sexual-offences"},
    "Other sexual offences": {"sexual-offences"},
    "Stalking and harassment": {"stalking-and-harassment"},
    "Violence without injury": {"violence-without-injury"},
    "Criminal damage": {"criminal-damage-and-arson"},
    "Arson": {"criminal-damage-and-arson"},
    "Shoplifting": {"shoplifting"},
    "Public order offences": {"public-order"},
    "Possession of weapons offences": {"possession-of-weapons"},
    "Other theft offences": {"other-theft"},
    "Bicycle theft": {"bicycle-theft"},
    "Residential burglary": {"residential-burglary", "burglary"},
    "Non-domestic burglary": {"non-residential-burglary", "burglary"},
    "Miscellaneous crimes against society": {"miscellaneous-crimes"},
    "Death or serious injury - unlawful driving": {"death-by-driving"},
}


@pytest.mark.parametrize("text", TREE)
def test_the_whole_tree_of_the_home_office_is_found_in_records(loaded, text):
    found = loaded([f"1,01/02/2023,,{text.upper()},"])
    assert set(found.observations["measure"]) == TREE[text]


def test_where_of_a_mapping_stands_beside_a_breakdown_and_districts(loaded):
    found = loaded(
        ["1,01/02/2023,34B,Robbery,Basildon", "2,02/02/2023,8N,Violence with injury,Harlow"],
        columns='district = "Note"', tables="[where]\nall-crime = \"ho_subgroup <> 'Fraud'\"",
        by=["district"], area="district",
    )  # fmt: skip
    assert monthly(found, "all-crime") == {"2023-02": 2}
    assert monthly(found, "all-crime", "essex/harlow") == {"2023-02": 1}
    by = found.observations.filter(pl.col("measure") == "all-crime", pl.col("dimension") == "district")
    assert by.filter(pl.col("area") == "essex")["value"].to_list() == [1, 1]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("burglry = \"ho_subgroup = 'x'\"", "no measure 'burglry'"),
        ("rape = \"ho_subgrop = 'x'\"", "no column is mapped to 'ho_subgrop'"),
        ("confidence = \"ho_subgroup = 'x'\"", "is a share"),
        ('rape = "SELECT FROM"', "rape"),
    ],
)
def test_a_where_that_is_wrong_says_how(loaded, line, words):
    with pytest.raises(PmError, match=words):
        loaded(["1,01/02/2023,,Homicide,"], tables=f"[where]\n{line}")


# ------------------------------------------------------------------------------------- numbers, and rows that count
def test_crime_numbers_that_a_spreadsheet_has_damaged_are_no_repeats(loaded):
    found = loaded(
        [f"{text},0{n}/02/2023,,Homicide," for n, text in enumerate(["4.21E+11", "4.21E+11", "#######", "5"], 1)]
    )
    assert monthly(found, "homicide") == {"2023-02": 4}
    assert "3 records have a number in 'No' that a spreadsheet has damaged" in said(found)


def test_damaged_victim_ids_are_nobody(loaded):
    rows = [f"{n},{when:%d/%m/%Y},,Homicide,{'1.2E+7' if n % 2 else f'V{n}'}"
            for n, when in enumerate(date(2021, 1, 1) + timedelta(days=n) for n in range(800))]  # fmt: skip
    found = loaded(rows, columns='victim_id = "Note"')
    repeats = found.observations.filter(pl.col("measure") == "repeat-victims")
    assert repeats["value"].drop_nulls().sum() == 0
    assert "400 records have a number in 'Note' that a spreadsheet has damaged" in said(found)


def test_rows_may_be_crimes_without_numbers(loaded):
    found = loaded(["1,01/02/2023,,Homicide,", "1,01/02/2023,,Homicide,"], number="", more='rows = "crimes"')
    assert monthly(found, "homicide") == {"2023-02": 2}
    with pytest.raises(PmError, match=r"records need \[columns\] crime_number"):
        loaded(["1,01/02/2023,,Homicide,"], number="")


def test_rows_may_carry_how_many_crimes_they_are(loaded):
    rows = ["1,Feb 2023,,Homicide,2", '2,Feb 2023,,Homicide,"1,200"', "3,Mar 2023,,Homicide,5"]
    found = loaded(rows, number="", columns='count = "Note"')
    assert monthly(found, "homicide") == {"2023-02": 1202, "2023-03": 5}


def test_a_count_that_is_no_number_is_said_and_not_counted(loaded):
    rows = ["1,Feb 2023,,Homicide,2", "2,Feb 2023,,Homicide,few", "3,Mar 2023,,Homicide,5"]
    found = loaded(rows, number="", columns='count = "Note"')
    assert "1 row dropped: 'Note' is no whole number" in said(found)
    assert monthly(found, "homicide") == {"2023-02": 2, "2023-03": 5}


# ------------------------------------------------------------------------------------------------ columnar, streamed
def test_the_same_records_as_text_parquet_and_arrow_give_the_same(loaded, write, tmp_path):
    rows = days(date(2022, 1, 1), date(2022, 6, 30))
    found = loaded(rows)
    frame = pl.read_csv(tmp_path / "crimes.csv").with_columns(pl.col("Recorded").str.to_date("%d/%m/%Y"))
    frame.write_parquet(tmp_path / "x.parquet")
    frame.write_ipc(tmp_path / "x.arrow")
    for name in ("x.parquet", "x.arrow"):
        assert load(tmp_path / name, mapping=tmp_path / "map.toml").observations.equals(found.observations)


def test_a_columnar_file_with_other_names_goes_through_a_mapping(tmp_path, write):
    frame = pl.DataFrame({"crime_no": [1.0, 2.0], "date_recorded": [date(2023, 2, 1)] * 2, "type": ["Homicide"] * 2})
    frame.write_parquet(tmp_path / "x.parquet")
    mapping = write("m.toml", 'layout = "records"\nforce = "essex"\n[columns]\ncrime_number = "Crime No"\n'
                    'recorded_date = "Date recorded"\nho_subgroup = "Type"')  # fmt: skip
    assert value(load(tmp_path / "x.parquet", mapping=mapping), "homicide", "essex", "2023-02-28") == 2


def test_a_parquet_file_that_is_none_is_said(write):
    path = write("x.parquet", "No,Recorded")
    with pytest.raises(PmError, match="cannot be read as Parquet"):
        load(path)


CELLS = st.text(alphabet='ab ,\n"', max_size=6)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=30), st.booleans())
@settings(max_examples=300, deadline=None)
def test_the_signs_of_a_file_are_what_a_csv_reader_finds(tmp_path_factory, rows, ends):
    path = tmp_path_factory.mktemp("signs") / "x.csv"
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    body = text.getvalue() if ends else text.getvalue().removesuffix("\n")
    path.write_text("h1,h2,h3\n" + body)
    signs = read_signs(path, 9, 1, ",", 3)
    read = list(csv.reader(io.StringIO(body)))
    wrong = [place for place, row in enumerate(read) if len(row) != 3]
    assert signs is not None
    if signs.exact:
        longer = any(len(row) > 3 for row in read)
        assert not wrong or longer
        return
    assert signs.wrong.tolist() == wrong
    starts, line = [], 0
    for row in read:
        starts.append(line)
        line += 1 + sum(cell.count("\n") for cell in row)
    assert signs.lines_of(np.arange(len(read))).tolist() == starts


def test_line_breaks_inside_quotes_are_streamed_and_rows_named_by_their_line(loaded, monkeypatch):
    rows = [
        '1,01/02/2023,,Homicide,"a',
        'b, c"',
        "2,02/02/2023,,Homicide,",
        "3,03/02/2023,,Homicide",
        "4,04/02/2023,,Homicide,",
    ]
    whole = loaded(rows)
    monkeypatch.setattr(streaming, "STREAM_BYTES", 0)
    monkeypatch.setattr(scan, "tables_of", lambda *_: pytest.fail("read whole"))
    streamed = loaded(rows)
    assert streamed.observations.equals(whole.observations)
    assert monthly(streamed, "homicide") == {"2023-02": 3}
    assert "the first is row 5" in said(streamed)


# --------------------------------------------------------------------------------------------- standard input, pipes
def test_standard_input_and_pipes_are_read_like_files(write, tmp_path):
    path = write("crimes.csv", [HEADER, *days(date(2023, 1, 1), date(2023, 3, 31))])
    mapping = write("map.toml", MAPPING.format(more="", number='crime_number = "No"', columns="", tables=""))
    want = load(path, mapping=mapping).observations.write_csv()
    pm = " ".join(PM)
    for command in (
        f"cat {path} | {pm} load - --map {mapping} -f csv",
        f"{pm} load - --map {mapping} -f csv < {path}",
        f"{pm} load <(gzip -c {path}) --map <(cat {mapping}) -f csv",
    ):
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, want), done.stderr
    nothing = subprocess.run(["bash", "-c", f"true | {pm} load -"], capture_output=True, text=True, check=False)
    assert nothing.returncode == 1
    assert "nothing arrived on standard input" in nothing.stderr
