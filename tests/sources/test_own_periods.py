"""What a label of a period says of itself: its length, its year; in one column or several, the header or the title."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from pmcli.errors import PmError
from pmcli.sources import Loaded, load
from pmcli.sources.reading.dates import Spelling, parse_period
from pmcli.sources.reading.periods import spelling_of

from .conftest import Write, said

LONG = """
layout = "long"
{more}
[columns]
area = "Force"
measure = "Offence"
period = {period}
value = "Count"
[measures]
Robbery = "robbery"
Burglary = "burglary"
"""
WIDE = """
layout = "wide-periods"
{more}
[columns]
area = "Force"
measure = "Offence"
[measures]
Robbery = "robbery"
"""


def long(write: Write, header: str, rows: list[str], *, period: str = '"Month"', more: str = "") -> Loaded:
    return load(write("t.csv", [header, *rows]), mapping=write("m.toml", LONG.format(period=period, more=more)))


def wide(write: Write, lines: list[str], more: str = "") -> Loaded:
    return load(write("t.csv", lines), mapping=write("m.toml", WIDE.format(more=more)))


def figures(loaded: Loaded, measure: str = "robbery", area: str = "essex") -> dict[tuple[str, int], float | None]:
    frame = loaded.observations.filter(
        (loaded.observations["measure"] == measure) & (loaded.observations["area"] == area)
    )
    return {(str(end), months): number for end, months, number in frame.select("period_end", "months", "value").rows()}


@pytest.mark.parametrize(
    ("text", "end", "months"),
    [
        ("2019 Q1", date(2019, 3, 31), 3),
        ("2019Q4", date(2019, 12, 31), 3),
        ("Q2 2019", date(2019, 6, 30), 3),
        ("Apr-Jun 2019", date(2019, 6, 30), 3),
        ("April to June 2019", date(2019, 6, 30), 3),
        ("Oct–Dec 2019", date(2019, 12, 31), 3),
        ("YE Mar 2020", date(2020, 3, 31), 12),
        ("Y/E March 2020", date(2020, 3, 31), 12),
        ("Year to 31 March 2020", date(2020, 3, 31), 12),
        ("rolling 12 months to Jul 2023", date(2023, 7, 31), 12),
        ("3 months to Jun 2023", date(2023, 6, 30), 3),
        ("quarter ending June 2023", date(2023, 6, 30), 3),
        ("2023M04", date(2023, 4, 30), None),
        ("2023 M4", date(2023, 4, 30), None),
        ("2019/2020", date(2020, 3, 31), 12),
        ("FY 2019/20", date(2020, 3, 31), 12),
        ("Financial year 2019/20", date(2020, 3, 31), 12),
        ("2019-20", date(2020, 3, 31), 12),
        ("Aug 2022 to Jul 2023", date(2023, 7, 31), 12),
        ("Aug-22 - Jul-23", date(2023, 7, 31), 12),
        ("Apr 2023 to Jul 2023", date(2023, 7, 31), 4),
        ("Dec-99", date(1999, 12, 31), None),
        ("Jan 00", date(2000, 1, 31), None),
        ("Jul 2023 (provisional)", date(2023, 7, 31), None),
        ("Jul 2023 [r]", date(2023, 7, 31), None),
        ("Jul 2023 [note 3]", date(2023, 7, 31), None),
        ("Jul 2023*", date(2023, 7, 31), None),
        ("Jul 2023 provisional", date(2023, 7, 31), None),
        ("1 July 2023", date(2023, 7, 31), None),
        ("July, 2023", date(2023, 7, 31), None),
    ],
)
def test_a_period_is_read_as_it_says(text: str, end: date, months: int | None) -> None:
    found = parse_period(text)
    assert found is not None
    assert (found.end, found.months) == (end, months)


@pytest.mark.parametrize(
    "text",
    [
        *("Jul 2203", "Jul 1823", "Jul 203", "01/05/1823", "1850-01-31", "0203-07", "Jnue 2023", "20231", "2019/21"),
        *("Jul 2023 YTD", "YTD Jul 2023", "Year to date Jul 2023", "Apr 2023 to date", "Jul 2023 (cumulative)"),
        *("2024", "Q5 2023", "Mar"),
    ],
)
def test_a_slip_or_a_year_to_date_is_no_period(text: str) -> None:
    assert parse_period(text) is None


def test_a_bare_year_is_one_where_years_are_looked_for() -> None:
    assert parse_period("2024", Spelling(years=True)).end == date(2024, 12, 31)  # type: ignore[union-attr]
    assert parse_period("2019 Q1", Spelling(quarters="financial")).end == date(2019, 6, 30)  # type: ignore[union-attr]
    assert parse_period("43466", Spelling(since_1904=True)).end == date(2023, 1, 31)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("texts", "months", "financial"),
    [
        (["2010-11", "2011-12"], None, True),
        (["2010-11", "2012-13"], None, True),
        (["2010-10", "2010-11", "2010-12"], None, False),
        (["2010/10", "2010/11"], None, False),
        (["2010/11"], None, True),
        (["2010-11"], 12, True),
        (["2010-11"], 1, False),
        (["2010/11"], 1, True),
        (["201011", "201112"], 1, False),
        (["201011", "201112"], 12, True),
        (["201011", "201012", "201101"], None, False),
    ],
)
def test_2010_11_is_what_its_column_makes_of_it(texts: list[str], months: int | None, financial: bool) -> None:
    assert spelling_of(texts, "t.csv", months=months).financial is financial


def test_financial_years_called_months_are_refused() -> None:
    with pytest.raises(PmError, match="as financial years do, and the mapping says 1 month"):
        spelling_of(["2010-11", "2011-12"], "t.csv", months=1)


def test_one_2010_11_alone_is_asked_about() -> None:
    with pytest.raises(PmError, match=r"'2010-11' may be 11/2010, a month, or a financial year"):
        spelling_of(["2010-11"], "t.csv")


def test_the_text_of_a_period_holds_against_the_mapping(write: Write) -> None:
    rows = ["Essex,Robbery,Aug 2022 to Jul 2023,1200", "Essex,Robbery,Sep 2022 to Aug 2023,1201"]
    loaded = long(write, "Force,Offence,Month,Count", rows, more="months = 1")
    assert figures(loaded) == {("2023-07-31", 12): 1200, ("2023-08-31", 12): 1201}
    assert "its periods are 12 months long as they are written; the mapping says 1 month" in said(loaded)


def test_a_year_beside_its_months_is_left_out(write: Write) -> None:
    lines = ["Force,Offence,Apr 2022,May 2022,2022/23,Apr 2022 to May 2022,Jun 2022 YTD", "Essex,Robbery,1,2,30,3,6"]
    loaded = wide(write, lines, "months = 1")
    assert figures(loaded) == {("2022-04-30", 1): 1, ("2022-05-31", 1): 2}
    assert "2 figures of 2 months or 12 months left out" in said(loaded)
    assert "1 column left out: 'Jun 2022 YTD' (1 figure)" in said(loaded)


def test_slips_are_dropped_and_named(write: Write) -> None:
    rows = ["Essex,Robbery,Jun 2023,1", "Essex,Robbery,Jul 2203,2", "Essex,Robbery,Aug 1823,3"]
    loaded = long(write, "Force,Offence,Month,Count", rows, more="months = 1")
    assert figures(loaded) == {("2023-06-30", 1): 1}
    assert "2 rows dropped: 'Month' cannot be read as a period; the first is row 3 ('Jul 2203')" in said(loaded)


@pytest.mark.parametrize(
    ("header", "cells", "end", "months"),
    [
        ("Year,Month", "2023,Jan", "2023-01-31", 1),
        ("Year,Month", "2023,January", "2023-01-31", 1),
        ("Year,Month", "2023,1", "2023-01-31", 1),
        ("Year,Month", "2023.0,1.0", "2023-01-31", 1),
        ("Year,Month", "2023,01 - Jan", "2023-01-31", 1),
        ("Year,Month", "2023,Jan-23", "2023-01-31", 1),
        ("Financial Year,Month", "2022/23,Jan", "2023-01-31", 1),
        ("Financial Year,Month", "2022-23,April", "2022-04-30", 1),
        ("Financial Year,Quarter", "2022/23,4", "2023-03-31", 3),
        ("Financial Year,Quarter", "2022/23,Q1", "2022-06-30", 3),
        ("Financial Year,Quarter", "2022/23,Jan-Mar", "2023-03-31", 3),
        ("Year,Quarter", "2023,1", "2023-03-31", 3),
        ("Year,Quarter", "2023,Apr-Jun", "2023-06-30", 3),
    ],
)
def test_a_period_in_two_columns(write: Write, header: str, cells: str, end: str, months: int) -> None:
    names = ", ".join(f'"{name}"' for name in header.split(","))
    loaded = long(write, f"Force,Offence,{header},Count", [f"Essex,Robbery,{cells},5"], period=f"[{names}]")
    assert figures(loaded) == {(end, months): 5}


@pytest.mark.parametrize("cells", ["2022/23,1", "2023,Total", "2023,13", "2023,Jan-22", ",Jan", "2023,"])
def test_two_columns_that_make_no_period_are_dropped_and_named(write: Write, cells: str) -> None:
    header = "Force,Offence,Year,Month,Count"
    loaded = long(write, header, [f"Essex,Robbery,{cells},5", "Essex,Robbery,2023,Mar,6"], period='["Year", "Month"]')
    assert figures(loaded) == {("2023-03-31", 1): 6}
    assert "1 row dropped: 'Year' and 'Month' cannot be read as a period" in said(loaded)


def test_months_without_a_year_name_the_column_that_may_have_it(write: Write) -> None:
    with pytest.raises(PmError, match="'Month' has months without a year") as caught:
        long(write, "Force,Offence,Calendar_Year,Month,Count", ["Essex,Robbery,2023,Jan,5"])
    assert 'period = ["Calendar_Year", "Month"]' in caught.value.hint
    with pytest.raises(PmError, match="are months or quarters without a year") as caught:
        wide(write, ["Force,Offence,Year,Jan,Feb", "Essex,Robbery,2023,1,2"])
    assert 'period = "Year"' in caught.value.hint


def test_years_down_and_months_across(write: Write) -> None:
    lines = ["Force,Offence,Year,Jan,Feb", "Essex,Robbery,2022,1,2", "Essex,Robbery,2023,3,4"]
    mapping = WIDE.format(more="months = 1").replace("[measures]", 'period = "Year"\n[measures]')
    loaded = load(write("t.csv", lines), mapping=write("m.toml", mapping))
    assert figures(loaded) == {
        ("2022-01-31", 1): 1, ("2022-02-28", 1): 2, ("2023-01-31", 1): 3, ("2023-02-28", 1): 4,
    }  # fmt: skip


def test_years_over_months_in_two_header_rows(write: Write) -> None:
    lines = ["Recorded crime 2019 to 2023", ",,2022,,2023,", "Force,Offence,Jan,Feb,Jan,Feb", "Essex,Robbery,1,2,3,4"]
    loaded = wide(write, lines, "months = 1")
    assert figures(loaded) == {
        ("2022-01-31", 1): 1, ("2022-02-28", 1): 2, ("2023-01-31", 1): 3, ("2023-02-28", 1): 4,
    }  # fmt: skip
    assert "the periods are in two header rows" in said(loaded)


def test_counts_and_rates_under_each_period(write: Write) -> None:
    lines = [",,Jan 2023,,Feb 2023,", "Force,Offence,Number,Rate,Number,Rate", "Essex,Robbery,10,0.5,12,0.6"]
    loaded = wide(write, lines, "months = 1")
    assert figures(loaded) == {("2023-01-31", 1): 10, ("2023-02-28", 1): 12}
    assert "2 columns left out: 'Rate' (1 figure), 'Rate' (1 figure)" in said(loaded)
    lines[1] = "Force,Offence,Recorded,Solved,Recorded,Solved"
    with pytest.raises(PmError, match="under each period there are the columns 'Recorded', 'Solved'"):
        wide(write, lines, "months = 1")


def test_the_title_names_the_period_the_measure_and_the_force(write: Write) -> None:
    mapping = """
layout = "long"
[columns]
area = "@title"
measure = "@title"
period = "@title"
value = "Count"
"""
    lines = ["Table 3: Robbery in Essex, year ending March 2023", "", "Division,Count", "All of it,120"]
    loaded = load(write("t.csv", lines), mapping=write("m.toml", mapping))
    assert figures(loaded) == {("2023-03-31", 12): 120}


def test_constants_for_the_whole_file(write: Write) -> None:
    mapping = 'layout = "long"\nforce = "essex"\nmeasure = "robbery"\nperiod = "2023-07"\n[columns]\nvalue = "Count"\n'
    loaded = load(write("t.csv", ["Division,Count", "All,7"]), mapping=write("m.toml", mapping))
    assert figures(loaded) == {("2023-07-31", 1): 7}
    columns = 'layout = "long"\n[columns]\narea = "essex"\nmeasure = "robbery"\nperiod = "Jul 2023"\nvalue = "Count"\n'
    loaded = load(write("t.csv", ["Division,Count", "All,7"]), mapping=write("n.toml", columns))
    assert figures(loaded) == {("2023-07-31", 1): 7}


def test_a_bare_year_is_twelve_months(write: Write) -> None:
    loaded = wide(write, ["Force,Offence,2022,2023", "Essex,Robbery,120,130"])
    assert figures(loaded) == {("2022-12-31", 12): 120, ("2023-12-31", 12): 130}


def dated(write: Write, texts: list[str], more: str = "months = 1") -> Loaded:
    rows = [f"Essex,Robbery,{text},{10 + at}" for at, text in enumerate(texts)]
    return long(write, "Force,Offence,Month,Count", rows, more=more)


@pytest.mark.parametrize(
    "texts",
    [
        ["01/01/2023", "02/01/2023", "03/01/2023"],
        ["01/31/2023", "02/28/2023", "03/31/2023"],
        ["03/01/2023"],
        ["1/1/23", "2/1/23"],
    ],
)
def test_dates_with_the_month_first_are_refused_until_the_mapping_says_so(write: Write, texts: list[str]) -> None:
    with pytest.raises(PmError, match="month first") as caught:
        dated(write, texts)
    assert 'dates = "month-first"' in caught.value.hint
    loaded = dated(write, texts, 'months = 1\ndates = "month-first"')
    assert len(figures(loaded)) == len(texts)
    assert (
        max(end for end, _ in figures(loaded))
        == f"2023-0{len(texts) if len(texts) > 1 else 3}-{'31' if len(texts) != 2 else '28'}"
    )


def test_day_first_dates_are_as_before(write: Write) -> None:
    assert figures(dated(write, ["31/01/2023", "28/02/2023"])) == {("2023-01-31", 1): 10, ("2023-02-28", 1): 11}
    assert figures(dated(write, ["01/01/2023", "01/02/2023"])) == {("2023-01-31", 1): 10, ("2023-02-28", 1): 11}
    loaded = dated(write, ["31/01/2023", "28/02/2023", "03/31/2023"])
    assert figures(loaded) == {("2023-01-31", 1): 10, ("2023-02-28", 1): 11}
    assert "1 row dropped" in said(loaded)


def test_dates_of_the_summer_hour_are_refused_until_the_mapping_says_so(write: Write, book) -> None:
    rows = [["Force", "Offence", "Month", "Count"]]
    rows += [["Essex", "Robbery", datetime(2023, month, day, 23), month] for month, day in ((3, 31), (4, 30), (5, 31))]
    path: Path = book("t.xlsx", {"S": rows})
    mapping = LONG.format(period='"Month"', more="months = 1")
    with pytest.raises(PmError, match="first of the next month in summer time"):
        load(path, mapping=write("m.toml", mapping))
    loaded = load(path, mapping=write("n.toml", mapping.replace("months = 1", 'months = 1\ntimes = "utc"')))
    assert figures(loaded) == {("2023-04-30", 1): 3, ("2023-05-31", 1): 4, ("2023-06-30", 1): 5}


def test_workbooks_that_count_days_from_1904(write: Write, tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(str(tmp_path / "t.xlsx"), {"date_1904": True}) as book:
        sheet, day = book.add_worksheet("S"), book.add_format({"num_format": "mmm yyyy"})
        sheet.write_row(0, 0, ["Force", "Offence", "Month", "Count"])
        sheet.write_row(1, 0, ["Essex", "Robbery", None, 5])
        sheet.write_datetime(1, 2, datetime(2023, 1, 1), day)
        sheet.write_row(2, 0, ["Essex", "Robbery", 43496, 6])  # a day number without a format: 1 February 2023
    loaded = load(tmp_path / "t.xlsx", mapping=write("m.toml", LONG.format(period='"Month"', more="months = 1")))
    assert figures(loaded) == {("2023-01-31", 1): 5, ("2023-02-28", 1): 6}


def test_two_lengths_that_contradict_each_other_in_a_row_are_refused(write: Write) -> None:
    lines = ["area,measure,period,months,value", "Essex,robbery,2022/23,1,5"]
    with pytest.raises(PmError, match="says 1 month in one column, and its period is 12 months long"):
        load(write("t.csv", lines))


def test_periods_that_are_one_though_written_differently_are_refused_with_the_reason(write: Write) -> None:
    rows = ["Essex,Robbery,Jan 2023,5", "Essex,Robbery,2023-01,6"]
    with pytest.raises(PmError, match=r"the two differ in 'Month' \('Jan 2023', '2023-01'\), 'Count'"):
        long(write, "Force,Offence,Month,Count", rows, more="months = 1")
    with pytest.raises(PmError, match="alike in every column"):
        long(write, "Force,Offence,Month,Count", rows[:1] * 2, more="months = 1")
    with pytest.raises(PmError, match="both give 'Robbery'") as caught:
        wide(write, ["Force,Offence,Jan 2023,Jan-23", "Essex,Robbery,1,2"], "months = 1")
    assert "Two columns of the row are of the same period" in caught.value.hint
