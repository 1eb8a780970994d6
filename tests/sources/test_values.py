"""Numbers and periods as publishers print them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli.sources.reading.dates import financial_quarter, parse_period
from pmcli.sources.reading.values import marked, number


def parsed(text: str | None) -> float | None:
    return pl.DataFrame({"text": [text]}, schema={"text": pl.String}).select(number("text")).item()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        (" 66776 ", 66776),
        ("\u00a01,234\u00a0", 1234),
        ("1 234", 1234),
        ("1\u00a0234\u00a0567", 1234567),
        ("1,234,567.5", 1234567.5),
        ("-00 ", 0),
        ("-12", -12),
        ("−12", -12),
        ("123.0", 123),
        ("1.5e+3", 1500),
        ("123 [note 2]", 123),
        ("123[r]", 123),
        ("123 (r)", 123),
    ],
)
def test_a_number_is_read_as_printed(text, value):
    assert parsed(text) == value


def test_minus_zero_is_zero():
    assert str(parsed("-00")) == "0.0"


@pytest.mark.parametrize(
    "text", ["..", ".", "-", "–", "+", ":", "*", "[x]", "[C]", "[low]", "[z]", "NA", "n/a", "", " ", None]
)
def test_a_marker_is_not_known_and_not_a_problem(text):
    frame = pl.DataFrame({"text": [text]}, schema={"text": pl.String})
    assert parsed(text) is None
    assert frame.select(marked("text")).item() is True


@pytest.mark.parametrize(
    "text", ["twelve", "1,23", "12 34", "1,2345", "12%", "inf", "nan", "1-2", "£5", "(12)", "0x10"]
)
def test_anything_else_is_not_a_number(text):
    frame = pl.DataFrame({"text": [text]})
    assert parsed(text) is None
    assert frame.select(marked("text")).item() is False


@given(st.integers(-(10**12), 10**12))
def test_a_grouped_number_is_the_number(value):
    assert parsed(f" {value:,} ") == value
    assert parsed(f"{value:,}".replace(",", " ")) == value


@pytest.mark.parametrize(
    ("text", "end", "months"),
    [
        ("Dec 2019", date(2019, 12, 31), None),
        ("December 2019", date(2019, 12, 31), None),
        ("Sept 2019", date(2019, 9, 30), None),
        ("Dec-19", date(2019, 12, 31), None),
        ("2019-12", date(2019, 12, 31), None),
        ("201902", date(2019, 2, 28), None),
        ("12/2019", date(2019, 12, 31), None),
        ("2020-02-29", date(2020, 2, 29), None),
        ("31/12/2019", date(2019, 12, 31), None),
        ("31-03-2003", date(2003, 3, 31), None),
        ("05/04/2019", date(2019, 4, 30), None),
        ("2019-12-31 00:00:00", date(2019, 12, 31), None),
        ("43830", date(2019, 12, 31), None),
        ("Apr '18 to Mar '19", date(2019, 3, 31), 12),
        ("Apr '11 to Mar '125, 6", date(2012, 3, 31), 12),
        ("Jul 2023 to Sep 2023", date(2023, 9, 30), 3),
        ("year ending December 2019", date(2019, 12, 31), 12),
        ("Table P1: number of offences, year ending December 20191,2", date(2019, 12, 31), 12),
        ("Table P1: number of offences, year ending March 181,2,3", date(2018, 3, 31), 12),
        ("12 months to Jul 2023", date(2023, 7, 31), 12),
        ("2018/19", date(2019, 3, 31), 12),
        ("2018/19 Q1", date(2018, 6, 30), 3),
        ("Q4 2018/19", date(2019, 3, 31), 3),
    ],
)
def test_a_period_is_read_as_printed(text, end, months):
    found = parse_period(text)
    assert found is not None
    assert (found.end, found.months) == (end, months)


@pytest.mark.parametrize(
    "text", ["", "Total", "201913", "31/02/2019", "Mar", "2019", "Force", "Foo 2019", "1999/13", "17"]
)
def test_what_is_no_period_is_none(text):
    assert parse_period(text) is None


def test_a_day_within_a_month_is_remembered_and_its_ends_are_not():
    assert parse_period("30-12-2017").moved_from == date(2017, 12, 30)
    assert parse_period("31-12-2017").moved_from is None
    assert parse_period("01-12-2017").moved_from is None


@pytest.mark.parametrize(
    ("year", "quarter", "end"),
    [
        ("2012/13", "1", date(2012, 6, 30)),
        ("2012/13", "3", date(2012, 12, 31)),
        ("2012/13", "4", date(2013, 3, 31)),
        ("2012-13", "Q2", date(2012, 9, 30)),
        ("1999/2000", "4", date(2000, 3, 31)),
        ("2012/14", "1", None),
        ("2012/13", "5", None),
        ("2012", "1", None),
    ],
)
def test_financial_quarters_start_in_april(year, quarter, end):
    found = financial_quarter(year, quarter)
    assert (found and found.end) == end
