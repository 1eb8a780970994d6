"""Tables for people as files: workbooks, Markdown and pages; labels instead of ids, periods across."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from openpyxl.worksheet.worksheet import Worksheet

from pmcli.catalogue import Catalogue
from pmcli.tables import COMPARISON, OBSERVATIONS, TABLES
from pmcli.views.labels import labelled
from pmcli.views.listing import heading
from pmcli.views.wide import wide
from tests.conftest import SAMPLES, pm, series

from .conftest import complaint, fine, parquet, table

HOSTILE = [
    "=HYPERLINK(1)",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "{=1}",
    "http://x.y/",
    "a|b",
    "*bold*",
    "<script>1</script>",
    "\x1b[31m",
]


def book(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def rows_of(sheet: Worksheet) -> list[dict[str, object]]:
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def compared(monthly) -> bytes:
    return fine(
        pm("compare", "burglary", "--force", "essex", "--force", "invented-force-01", stdin=monthly, cwd=SAMPLES)
    )


@pytest.fixture(scope="module")
def workbook(compared, tmp_path_factory) -> openpyxl.Workbook:
    file = tmp_path_factory.mktemp("book") / "compared.xlsx"
    fine(pm("show", "-o", file, stdin=compared))
    return book(file.read_bytes())


def test_a_workbook_has_the_rows_with_labels_and_numbers_with_formats(workbook, compared):
    frame = table(compared)
    assert workbook.sheetnames[:2] == ["Comparison", "Notes"]
    sheet = workbook["Comparison"]
    rows = rows_of(sheet)
    assert list(rows[0]) == [heading(name) for name in COMPARISON.columns]
    assert [row["Measure"] for row in rows] == ["Burglary"] * 4
    assert {row["Area"] for row in rows} == {"Essex", "Invented Force 01"}
    assert {row["Against"] for row in rows} == {"Baseline", "A year before"}
    assert all("Home Office Counting Rules: burglary" in str(row["Breaks"]) for row in rows)
    for row, known in zip(rows, frame.iter_rows(named=True), strict=True):
        assert row["Value"] == known["value"]
        assert row["Change"] == pytest.approx(known["change"])
        assert row["Period end"] == datetime.combine(known["period_end"], datetime.min.time())
    formats = {cell.value: sheet.cell(2, cell.column).number_format for cell in sheet[1]}
    assert formats["Value"] == "#,##0"
    assert formats["Change"] == "0.0%"
    assert formats["p"] == "0.000"
    assert formats["Period end"] == "mmm yyyy"


def test_a_workbook_s_header_stays_and_filters_and_its_columns_are_wide_enough(workbook):
    sheet = workbook["Comparison"]
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref == sheet.dimensions
    widths = {cell.value: sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]}
    assert all(widths[name] > len(name) for name in widths if name)
    assert widths["Area"] > len("Invented Force 01")


def test_the_notes_sheet_has_history_meanings_and_the_ids(workbook):
    sheet = workbook["Notes"]
    cells = [[cell for cell in row if cell] for row in sheet.iter_rows(values_only=True)]
    lines = [" ".join(map(str, row)) for row in cells]
    assert any("pm load iquanta-monthly.csv --map iquanta-monthly" in line for line in lines)
    assert any("SHA-256" in line for line in lines)
    for name, column in COMPARISON.columns.items():
        assert any(
            row[:2] == [heading(name), name] and row[3] == column.meaning.replace("`", "")
            for row in cells
            if len(row) > 3
        )
    assert ["Measure", "burglary", "Burglary"] in cells
    assert ["Area", "invented-force-01", "Invented Force 01"] in cells


def test_pm_history_reads_a_workbook_and_a_page_of_a_table(compared, tmp_path):
    for name in ("x.xlsx", "x.html"):
        fine(pm("show", "-o", tmp_path / name, stdin=compared))
        said = fine(pm("history", tmp_path / name)).decode()
        assert said.startswith("1. pm load iquanta-monthly.csv")
        assert "2. pm compare burglary" in said
        assert "3. pm show" in said


def test_the_same_table_is_the_same_workbook(compared, tmp_path):
    made = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for file in made:
        fine(pm("show", "-o", file, stdin=compared))
    assert made[0].read_bytes() == made[1].read_bytes()
    fine(pm("show", "-o", tmp_path / "c.xlsx", "--no-labels", stdin=compared))
    ids = rows_of(book((tmp_path / "c.xlsx").read_bytes())["Comparison"])
    assert list(ids[0]) == list(COMPARISON.columns)
    assert {row["area"] for row in ids} == {"essex", "invented-force-01"}


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.name)
def test_every_table_without_rows_is_a_workbook_a_page_and_markdown(kind, tmp_path):
    for suffix in ("xlsx", "html", "md"):
        file = tmp_path / f"x.{suffix}"
        fine(pm("show", "-o", file, stdin=parquet(kind.empty())))
        assert file.stat().st_size > 40
    assert [cell.value for cell in book((tmp_path / "x.xlsx").read_bytes())[kind.name.capitalize()][1]] == [
        heading(name) for name in kind.columns
    ]


def test_no_text_is_a_formula_a_link_or_markup(monthly, tmp_path):
    one = table(monthly).head(len(HOSTILE))
    frame = one.with_columns(dimension=pl.lit("weapon"), category=pl.Series(HOSTILE, dtype=pl.String))
    for suffix in ("xlsx", "html", "md"):
        fine(pm("show", "-o", tmp_path / f"x.{suffix}", stdin=parquet(frame)))
    data = (tmp_path / "x.xlsx").read_bytes()
    cells = [cell for sheet in book(data) for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    kept = {row["Category"] for row in rows_of(book(data)["Observations"])}
    assert kept >= {text for text in HOSTILE if text.isprintable()}
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())
    page = (tmp_path / "x.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page
    rendered = MarkdownIt().enable("table").render((tmp_path / "x.md").read_text())
    assert "<em>" not in rendered
    assert "<script" not in rendered
    assert "a|b" in rendered


def test_a_share_is_shown_as_one_in_a_workbook(tmp_path):
    frame = pl.concat(
        [series([0.6 * 100, 0.7 * 100, 0.8 * 100] * 10, months=3, measure="confidence", base=[100.0] * 30)]
    )
    fine(pm("spc", "-o", tmp_path / "x.xlsx", stdin=parquet(frame)))
    sheet = book((tmp_path / "x.xlsx").read_bytes())["Spc"]
    names = {cell.value: cell.column for cell in sheet[1]}
    assert sheet.cell(2, names["Value"]).value == pytest.approx(0.6)
    assert sheet.cell(2, names["Value"]).number_format == "0.0%"


def test_lists_are_workbooks_too(tmp_path):
    fine(pm("forces", "-o", tmp_path / "forces.xlsx"))
    rows = rows_of(book((tmp_path / "forces.xlsx").read_bytes())["Forces"])
    assert {"Id", "ONS code", "Name"} <= rows[0].keys()
    assert any(row["Name"] == "Essex" for row in rows)
    assert fine(pm("events", "-f", "md")).startswith(b"#### Change register\n\n| Id |")


# ----------------------------------------------------------------------------------------------------- labels and wide
def test_csv_has_labels_when_asked_and_ids_otherwise(compared):
    ids = list(csv.DictReader(io.StringIO(fine(pm("show", "-f", "csv", stdin=compared)).decode())))
    labels = list(csv.DictReader(io.StringIO(fine(pm("show", "-f", "csv", "--labels", stdin=compared)).decode())))
    assert list(ids[0]) == list(labels[0]) == list(COMPARISON.columns)
    assert [row["area"] for row in ids] == ["essex"] * 2 + ["invented-force-01"] * 2
    assert [row["area"] for row in labels] == ["Essex"] * 2 + ["Invented Force 01"] * 2
    told = {"measure", "area", "dimension", "category", "statistic", "against", "breaks"}
    for one, other in zip(ids, labels, strict=True):
        assert {name for name in one if one[name] != other[name]} <= told


def test_wide_puts_periods_across(monthly):
    wide_rows = fine(pm("rolling", "burglary", "--force", "essex", "--wide", "-f", "csv", stdin=monthly)).decode()
    (row,) = csv.DictReader(io.StringIO(wide_rows))
    long = table(fine(pm("rolling", "burglary", "--force", "essex", stdin=monthly)))
    assert row["figure"] == "value"
    for end, value in long.select("period_end", "value").iter_rows():
        assert float(row[f"{end:%Y-%m}"]) == value
    assert list(row)[:7] == ["source", "measure", "area", "dimension", "category", "months", "figure"]
    assert list(row)[7:] == sorted(list(row)[7:])


def test_wide_says_what_it_leaves_out(compared):
    result = pm("show", "--wide", "-f", "csv", stdin=compared)
    assert "note: --wide has room for figures only: statistic, against_end, " in result.stderr.decode()
    rows = list(csv.DictReader(io.StringIO(result.stdout.decode())))
    assert {"value", "change", "p_value"} <= {row["figure"] for row in rows}
    assert {row["against"] for row in rows} == {"baseline", "previous-year"}


def test_a_wide_workbook_has_the_formats_of_its_figures(compared, tmp_path):
    pm("show", "--wide", "-o", tmp_path / "x.xlsx", stdin=compared)
    sheet = book((tmp_path / "x.xlsx").read_bytes())["Comparison"]
    head = [cell.value for cell in sheet[1]]
    formats = {row[head.index("Figure")].value: row[-1].number_format for row in sheet.iter_rows(min_row=2)}
    assert (formats["change"], formats["p_value"], formats["value"]) == ("0.0%", "0.000", "#,##0")


@pytest.mark.parametrize("option", ["--labels", "--no-labels", "--wide"])
def test_labels_and_wide_are_for_csv_and_workbooks(option, compared, tmp_path):
    said = complaint(pm("show", option, "-f", "json", stdin=compared), "show", 2)
    assert "is about CSV and workbooks, and this writes json" in said
    complaint(pm("compare", option, stdin=compared), "compare", 2)  # Parquet to a pipe


def test_a_workbook_does_not_go_to_a_terminal_and_goes_down_a_pipe(compared):
    assert fine(pm("show", "-f", "xlsx", stdin=compared))[:2] == b"PK"


def test_a_table_without_periods_is_not_laid_out_by_period(tmp_path):
    without = next(kind for kind in TABLES if "period_end" not in kind.columns)
    said = complaint(pm("show", "--wide", "-f", "csv", stdin=parquet(without.empty())), "show", 1)
    assert "--wide puts periods across" in said


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["burglary", "robbery"]), st.sampled_from(["essex", "kent"]), st.integers(0, 30),
            st.none() | st.integers(-5, 10**6), st.none() | st.integers(1, 10**6),
        ),
        unique_by=lambda row: row[:3],
    )
)  # fmt: skip
def test_wide_loses_no_figure(rows):
    """Unpivoted again, the figures are those that went in: an algebraic property of the layout."""
    frame = OBSERVATIONS.empty()
    for measure, area, back, value, base in rows:
        end = date(2023 - back // 12, 12 - back % 12, 28)
        one = {
            "source": "s", "measure": measure, "area": area, "dimension": "all", "category": "all", "period_end": end,
            "months": 1, "value": value, "base": base, "effective": None,
        }  # fmt: skip
        frame = pl.concat([frame, pl.DataFrame([one], schema=OBSERVATIONS.schema())])
    across = wide(frame, OBSERVATIONS)
    index = ["source", "measure", "area", "dimension", "category", "months", "figure"]
    back_again = across.unpivot(index=index, variable_name="month", value_name="x").drop_nulls("x")
    expected = {
        (measure, area, f"{2023 - back // 12}-{12 - back % 12:02}", figure, float(x))
        for measure, area, back, value, base in rows
        for figure, x in (("value", value), ("base", base))
        if x is not None
    }
    assert set(back_again.select("measure", "area", "month", "figure", "x").rows()) == expected


@given(st.lists(st.text(max_size=8), max_size=6))
def test_labels_leave_what_no_catalogue_knows(areas):
    frame = pl.DataFrame(
        {"measure": areas, "area": areas, "breaks": [None] * len(areas)},
        schema_overrides={"breaks": pl.String, "measure": pl.String, "area": pl.String},
    )
    got = labelled(frame, COMPARISON, Catalogue())
    assert got["measure"].to_list() == areas
    assert got.columns == frame.columns
