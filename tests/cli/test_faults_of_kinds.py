"""Kinds of odd input that once were called a fault of pm, or passed without a word: small inputs written for each."""

from __future__ import annotations

import polars as pl
import pytest
import xlsxwriter

from tests.conftest import SAMPLES, pm

from .conftest import complaint, fine, parquet, table

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize("span", ["Jan 2003 to Dec 2023", "Jul 09 - Jun 20", "Jan 1990 to Dec 2023"])
def test_a_period_longer_than_ten_years_is_a_row_that_cannot_be_read(tmp_path, span):
    file = tmp_path / "x.csv"
    file.write_text(f"measure,area,period,value\nburglary,essex,{span},9\nburglary,essex,Jan 2023,5\n")
    result = pm("load", str(file))
    assert table(fine(result))["months"].to_list() == [1]
    assert f"cannot be read as a period; the first is row 2 ('{span}')" in result.stderr.decode()


@pytest.mark.parametrize("digits", [ARABIC, WIDE])
def test_digits_of_another_script_in_an_age_are_no_fault_of_pm(tmp_path, digits):
    head, *rows = (SAMPLES / "athena-records.csv").read_text().splitlines()[:400]
    at = head.split(",").index("Victim age")
    cells = [row.split(",") for row in rows]
    for row in cells[:10]:
        row[at] = "12".translate(digits)
    file = tmp_path / "x.csv"
    file.write_text("\n".join([head, *(",".join(row) for row in cells)]) + "\n")
    assert table(fine(pm("load", str(file), "--map", "athena-records"))).height


def test_a_workbooks_row_of_one_filled_cell_is_counted_and_named(tmp_path):
    file = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Data")
        rows = [["measure", "area", "period", "value"], ["burglary", "essex", "2020-01", 5], ["burglary"]]
        for number, row in enumerate([*rows, ["burglary", "essex", "2020-02", 6]]):
            sheet.write_row(number, 0, row)
    result = pm("load", str(file))
    assert table(fine(result))["value"].to_list() == [5.0, 6.0]
    assert "1 row with one filled cell left out; it is row 3 ('burglary')" in result.stderr.decode()


def test_a_column_of_structs_is_refused_in_words(monthly, tmp_path):
    frame = table(monthly).head(3).with_columns(months=pl.struct(a=pl.col("months")))
    said = complaint(pm("show", "-f", "csv", stdin=parquet(frame)), "show", 1)
    assert "column 'months' of the observations table must be Int8" in said


@pytest.mark.parametrize("value", [1e300, -1e200, 1e16])
def test_a_number_that_no_figure_has_is_not_known(monthly, value):
    frame = table(monthly).with_columns(value=pl.when(pl.int_range(pl.len()) == 7).then(value).otherwise("value"))
    result = pm("show", "-f", "csv", stdin=parquet(frame))
    fine(result)
    assert "1 rows hold a number" in result.stderr.decode()


@pytest.mark.parametrize("tiny", [5e-324, 1e-300])
def test_a_number_next_to_nothing_brings_no_warning_of_a_library(monthly, tiny):
    frame = table(monthly).with_columns(value=pl.lit(tiny))
    result = pm("compare", "-f", "csv", stdin=parquet(frame))
    assert "Warning" not in result.stderr.decode()


def test_a_panic_while_a_damaged_file_is_read_is_one_complaint(monthly):
    """Bytes of every place of the file are spoilt in turn: what Polars prints of it never reaches the user."""
    data = bytearray(parquet(table(monthly).head(400)))
    for place in range(4, len(data) - 8, max(1, len(data) // 12)):
        spoilt = bytes(data[:place]) + bytes(30) + bytes(data[place + 30 :])
        result = pm("show", "-f", "csv", stdin=spoilt)
        if result.returncode:
            complaint(result, "show", 1)
        assert "panicked" not in result.stderr.decode()


@pytest.mark.parametrize(("text", "why"), [("9" * 30, "more than 100,000,000"), ("١٨٩٢٥٠٠", "not a whole number")])
def test_a_population_that_no_force_has_is_refused(monthly, tmp_path, text, why):
    file = tmp_path / "p.csv"
    file.write_text(f"force,year,population\nessex,2022,{text}\n")
    result = pm("rank", "burglary", "--population", str(file), "-f", "csv", stdin=monthly)
    assert why in complaint(result, "rank", 1)
