"""The pack as a workbook, read back by openpyxl, by fastexcel and from the XML of its charts."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from io import BytesIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import fastexcel
import openpyxl
import polars as pl
import pytest
from openpyxl.workbook import Workbook

import pmcli
from pmcli.errors import PmError
from pmcli.pack.model import Pack
from pmcli.pack.write import workbook_tables
from pmcli.pack.write.workbook import workbook
from pmcli.pack.write.workbook_sheets import LONGEST, clean, sheet_name
from pmcli.tables import COMPARISON, RANK, TABLES, recognise
from pmcli.views.language.forms import Figure, for_workbook, in_a_column
from tests.conftest import series
from tests.pack.conftest import Project
from tests.pack.example import example_pack
from tests.pack.hostile import hostile_pack, texts

HOSTILE = [
    '=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "{=1}", "=Overview!$A$1", "Overview!$A$1",
    "http://x.y/", "internal:Overview!A1", "mailto:a@b.c", "_x0041_", "\x00\x1b\ud800\ufffe", "[a]:*?/\\'", "<b>&amp;",
]  # fmt: skip
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(data))


def parts(data: bytes, pattern: str) -> dict[str, str]:
    with ZipFile(BytesIO(data)) as file:
        return {name: file.read(name).decode() for name in file.namelist() if re.search(pattern, name)}


def real_tables() -> dict[str, pl.DataFrame]:
    """Results of the steps themselves, with nulls, dates, truths, texts, fractions and counts."""
    months = [40.0 + 9 * ((n * 7) % 5) - n // 10 for n in range(70)]
    counts = pl.concat([series(months), series([*months[:30], None, *months[31:]], measure="robbery")])
    asked = pl.concat([counts, series([60.0, 70.0, 85.0], months=12, measure="satisfaction", base=[100, 101, 99])])
    made = {
        "observations": asked,
        "comparison": pmcli.compare(counts).collect(),
        "trend": pmcli.trend(counts).collect(),
        "outliers": pmcli.outliers(counts).collect(),
        "spc": pmcli.spc(counts).collect(),
        "waves": pmcli.waves(asked.filter(pl.col("base").is_not_null())).collect(),
    }
    assert all(frame.height for frame in made.values())
    assert any(frame.null_count().sum_horizontal().item() for frame in made.values())
    return made


def pack_of(tables: dict[str, pl.DataFrame]) -> Pack:
    pack = example_pack()
    pack.tables = tables
    return pack


def test_a_table_reads_back_with_the_same_figures_and_the_same_gaps() -> None:
    tables = real_tables()
    book = fastexcel.read_excel(workbook(pack_of(tables)))
    for name, frame in tables.items():
        got = book.load_sheet(name).to_polars()
        assert got.columns == frame.columns
        for column in frame.iter_columns():
            back = got[column.name]
            if column.dtype == pl.String:
                assert back.cast(pl.String).to_list() == column.to_list(), (name, column.name)
            elif column.dtype == pl.Date:
                assert back.cast(pl.Date).to_list() == column.to_list(), (name, column.name)
            else:
                got_numbers, want_numbers = back.cast(pl.Float64), column.cast(pl.Float64)
                assert got_numbers.is_null().to_list() == want_numbers.is_null().to_list(), (name, column.name)
                known = want_numbers.drop_nulls().to_list()  # Excel keeps 15 to 16 digits
                assert got_numbers.drop_nulls().to_list() == pytest.approx(known, rel=1e-14), (name, column.name)


def test_cells_are_typed_and_formatted_and_the_header_stays_and_filters() -> None:
    book = opened(workbook(pack_of(real_tables())))
    sheet = book["comparison"]
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref.startswith("A1:")
    heads = {cell.value: cell.column for cell in sheet[1]}
    cells = {name: sheet.cell(2, column) for name, column in heads.items()}
    assert cells["period_end"].is_date
    assert cells["period_end"].number_format == "mmm yyyy"
    assert cells["value"].number_format.startswith("#,##0")
    assert cells["change"].number_format == "0.0%"
    assert cells["p_value"].number_format == "0.000"
    waves = book["waves"]
    heads = {cell.value: cell.column for cell in waves[1]}
    assert waves.cell(2, heads["value"]).number_format == "0.0%"
    assert waves.cell(2, heads["against_value"]).value is None  # the first wave has none before it
    assert waves.cell(2, heads["too_small"]).value is False
    for other in ("Statements", "Not available", "Sources", "Method", "Measures"):
        assert book[other].freeze_panes == "A2"
        assert book[other].auto_filter.ref


def test_every_number_of_the_contract_has_a_format_of_its_kind() -> None:
    for table in TABLES:
        for name, column in table.columns.items():
            if column.dtype not in {"String", "Date", "Boolean"}:
                assert in_a_column(column.form, 1234.0) in {"#,##0", "#,##0.000", "0", "0.0%", "0.000"}, name
    assert in_a_column(RANK.columns["population_year"].form, 2023) == "0"
    assert in_a_column("figure", 12.25) == "#,##0.0"
    assert in_a_column("figure", 0.25) == "#,##0.000"
    assert in_a_column(COMPARISON.form("difference", {"statistic": "share"}), 0.05) == "0.0%"


@pytest.mark.parametrize("prefix", HOSTILE)
def test_no_text_becomes_a_formula_or_a_link_and_each_is_there_as_it_was(prefix: str) -> None:
    pack = hostile_pack(prefix)
    data = workbook(pack)
    assert not any(re.search(r"<f[ >/]", xml) for xml in parts(data, r"worksheets/sheet").values())
    assert not any("External" in xml for xml in parts(data, r"\.rels$").values())
    held = {
        str(cell.value)
        for sheet in opened(data).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    everything = "\n".join(held)
    assert [text for text in texts(pack) if clean(text) not in everything] == []
    for xml in parts(data, r"\.(xml|rels)$").values():
        assert ElementTree.fromstring(xml).tag  # noqa: S314 (our own file)


def test_sheet_names_are_ones_that_excel_takes_and_differ() -> None:
    taken: set[str] = set()
    for wanted in ("a/b[c]:*?\\d", "A" * 40, "a" * 40, "'quoted'", "History", "", "  ", "😀" * 20, "_x0041_", "x\ny"):
        name = sheet_name(wanted, taken)
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not re.search(r"[\[\]:*?/\\]|^'|'$|^\s|\s$|_x0041_", name)
        assert name.casefold() not in taken | {"history"}
        taken.add(name.casefold())
    pack = example_pack()
    for page in pack.pages():
        page.title = "Overview"
    names = opened(workbook(pack)).sheetnames
    assert len(names) == len({name.casefold() for name in names})
    assert "Overview (2)" in names


def test_a_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    for long in ("x" * 40_000, "😀" * 20_000):
        cut = clean(long)
        assert len(cut.encode("utf-16-le")) // 2 <= LONGEST
        assert cut.endswith("cut here: a cell of a workbook holds no more)")
    assert clean("x" * LONGEST) == "x" * LONGEST


def test_the_same_pack_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    first = workbook(example_pack())
    later = time.time() + 86_400 * 400
    monkeypatch.setattr(time, "time", lambda: later)
    assert workbook(example_pack()) == first
    assert "2023-09-30T00:00:00Z" in parts(first, "docProps/core.xml")["docProps/core.xml"]


def test_each_chart_is_native_and_drawn_from_the_cells_beside_it() -> None:
    """Every reference of the charts' XML is followed to its cells, which must hold the series' own figures."""
    pack = example_pack()
    data = workbook(pack)
    book = opened(data)
    drawn = [ElementTree.fromstring(xml) for _, xml in sorted(parts(data, r"charts/chart\d+\.xml").items())]  # noqa: S314
    pictures = [picture.chart for page in pack.pages() for picture in page.pictures]
    assert len(drawn) == len(pictures)
    for chart, tree in zip(pictures, drawn, strict=True):
        title = tree.find(f".//{C}title//{C}f")
        assert title is not None
        assert cells(book, title.text or "") == [chart.title]
        found = {}
        for element in tree.iter(f"{C}ser"):
            name = cells(book, element.findtext(f"{C}tx//{C}f") or "")[0]
            found[name] = cells(book, element.findtext(f"{C}yVal//{C}f") or element.findtext(f"{C}val//{C}f") or "")
        for one in chart.series:
            want = [y for y in one.y if y is not None]
            if isinstance(one.x[0], str) and one.role in {"comparator", "limit"}:
                want = want[:1]  # a level is one bar among the names
            assert sorted(y for y in found[one.name] if y is not None) == pytest.approx(sorted(want)), one.name
        for mark in chart.marks:
            assert mark.label in found
    described = " ".join(parts(data, r"drawings/drawing").values())
    assert all(f'descr="{chart.alt}"' in described for chart in pictures)


def cells(book: Workbook, reference: str) -> list[object]:
    """The values that a reference like 'Sheet name'!$A$1:$A$9 leads to."""
    name, _, area = reference.rpartition("!")
    found = book[name.strip("'").replace("''", "'")][area.replace("$", "")]
    return [cell.value for row in found for cell in row] if isinstance(found, tuple) else [found.value]


def test_the_figures_of_a_page_are_numbers_that_show_what_the_page_says(project: Project) -> None:
    """No number is kept as a text, so that Excel has nothing to warn of; but for what the data themselves call so."""
    data = workbook(project.pack)
    assert "ignoredError" not in "".join(parts(data, r"worksheets/sheet").values())
    book = opened(data)
    titles = {page.title for page in project.pack.pages()}
    labels = {row.cells[0] for page in project.pack.pages() for item in page.exhibits for row in item.block.rows}
    numbers = months = 0
    for sheet in (sheet for sheet in book.worksheets if sheet.title in titles):
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
            numbers += cell.data_type == "n"
            months += cell.data_type == "d"
            if cell.data_type == "s":
                text = str(cell.value)
                number = re.fullmatch(r"[-+]?[\d,]+(\.\d+)?( ?%)?", text)
                assert not number or text in labels, (sheet.title, cell.coordinate)
                assert not re.fullmatch(r"[A-Z][a-z]{2} \d\d( .*)?", text) or _is_heading(cell), (sheet.title, text)
    assert numbers > 1_000
    assert months > 20


def _is_heading(cell: Any) -> bool:
    return bool(cell.font.b)


def test_a_figure_on_a_page_is_its_value_with_the_format_of_its_form() -> None:
    pack = example_pack()
    cells = [cell for sheet in opened(workbook(pack)).worksheets for row in sheet.iter_rows() for cell in row]
    held = {(round(float(cell.value), 6), cell.number_format) for cell in cells if cell.data_type == "n" and cell.value}
    exhibits = [item for page in pack.pages() for item in page.exhibits]
    figures = [cell for item in exhibits for row in item.block.rows for cell in row.cells if isinstance(cell, Figure)]
    wanted = [for_workbook(figure) for figure in figures if figure.value is not None]
    assert len(wanted) > 20
    for value, numbers in wanted:
        assert isinstance(value, float | int)
        assert (round(float(value), 6), numbers) in held


def test_a_gap_in_a_line_is_an_empty_cell() -> None:
    pack = example_pack()
    rolling = pack.pages()[0].pictures[0].chart
    sheet = opened(workbook(pack))["Burglary"]
    heads = [cell for row in sheet.iter_rows() for cell in row if cell.value == rolling.series[0].name]
    column = heads[-1]
    got = [sheet.cell(column.row + 1 + n, column.column).value for n in range(len(rolling.series[0].y))]
    assert got[20] is None
    assert got == pytest.approx(rolling.series[0].y)


def test_the_overview_has_the_four_columns_and_leads_to_the_pages() -> None:
    pack = example_pack()
    sheet = opened(workbook(pack))["Overview"]
    rows = [[cell.value for cell in row[:4]] for row in sheet.iter_rows()]
    head = rows.index(["Priority area", "National metrics", "Essex measure", "Current position"])
    for number, line in enumerate(pack.overview, start=head + 1):
        assert rows[number] == [line.area, line.metric, line.measure, line.position]
    link = sheet.cell(head + 2, 3).hyperlink
    assert link is not None
    assert link.location == "'Burglary'!A1"
    assert [finding.text for finding in pack.findings if [finding.text, None, None, None] not in rows] == []


def test_nothing_is_missing_in_silence() -> None:
    pack = example_pack()
    rows = list(opened(workbook(pack))["Not available"].iter_rows(values_only=True))
    for page in pack.pages():
        for gap in page.missing:
            assert any(row[1:] == (page.title, gap.what, gap.why) for row in rows)
    sources = list(opened(workbook(pack))["Sources"].iter_rows(values_only=True))[1:]
    assert sources == [(f.source, f.name, f.bytes, f.rows, f.sha256, f.hashed) for f in pack.files]


def test_statements_carry_where_they_come_from() -> None:
    pack = example_pack()
    rows = list(opened(workbook(pack))["Statements"].iter_rows(values_only=True))
    named = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    first = pack.pages()[0].statements[0]
    got = next(row for row in named if row["Text"] == first.text)
    assert first.origin is not None
    assert {name: got[name] for name in first.origin.facts} == first.origin.facts
    assert got["Sources"] == "home-office"
    assert got["Kind"] == "good"


def test_a_table_longer_than_a_sheet_goes_on_on_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_tables, "MOST_ROWS", 30)
    frame = series([float(n) for n in range(70)])
    book = fastexcel.read_excel(workbook(pack_of({"observations": frame})))
    got = [book.load_sheet(name).to_polars() for name in ("observations", "observations (2)", "observations (3)")]
    assert [part.height for part in got] == [30, 30, 10]
    assert [value for part in got for value in part["value"]] == frame["value"].to_list()


def test_a_table_without_rows_is_a_sheet_with_its_header() -> None:
    empty = {table.name: table.empty() for table in TABLES}
    book = opened(workbook(pack_of(empty)))
    for table in TABLES:
        assert [cell.value for cell in book[table.name][1]] == list(table.columns)
        assert recognise(table.columns) is table


def test_without_xlsxwriter_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(PmError) as told:
        workbook(example_pack())
    assert told.value.hint == "Install pm with its report extra: in the folder of its source, pip install '.[report]'."


def test_a_chart_with_intervals_keeps_them_in_cells_and_draws_them_as_error_bars() -> None:
    pack = example_pack()
    chart = next(p.chart for page in pack.pages() for p in page.pictures if p.chart.kind == "waves")
    first = chart.series[0] = replace(chart.series[0], low=[0.70, None, 0.74], high=[0.78, None, 0.82])
    data = workbook(pack)
    values = {cell.value: cell for row in opened(data)["Satisfaction"].iter_rows() for cell in row}
    for name, ends in (("low", first.low), ("high", first.high)):
        head = values[f"{first.name}: 95% interval, {name}"]
        below = [head.offset(row=n + 1).value for n in range(len(ends))]
        assert below == ends
    drawn = [xml for xml in parts(data, r"charts/chart").values() if "errBars" in xml]
    assert len(drawn) == 1
    tree = ElementTree.fromstring(drawn[0])  # noqa: S314
    up = [float(value.text or "") for value in tree.findall(f".//{C}plus//{C}v")]
    assert up[:3] == pytest.approx([0.04, 0.0, 0.04])


def test_an_axis_is_called_only_what_the_chart_calls_it() -> None:
    """An axis title that refers to an empty cell is shown as 'Axis Title'."""
    pack = example_pack()
    for page in pack.pages():
        for picture in page.pictures:
            picture.chart = replace(picture.chart, x_title="", y_title="Number")
    for xml in parts(workbook(pack), r"charts/chart").values():
        tree = ElementTree.fromstring(xml)  # noqa: S314
        kinds = {f"{C}valAx", f"{C}catAx"}
        titles = [axis.find(f"{C}title") for axis in tree.iter() if axis.tag in kinds]
        assert sum(title is not None for title in titles) == 1


def test_a_funnel_is_as_high_as_its_points_not_as_its_limits() -> None:
    """With hardly anything expected a limit is many times the rate, and would press the points flat."""
    pack = example_pack()
    chart = next(p.chart for page in pack.pages() for p in page.pictures if p.chart.kind == "funnel")
    limit = next(series for series in chart.series if series.role == "limit")
    limit.y[0] = 60.0
    points = [y for series in chart.series if series.role != "limit" for y in series.y if y is not None]
    (xml,) = (xml for xml in parts(workbook(pack), r"charts/chart").values() if chart.title in xml)
    tall = [float(top) for top in re.findall(r'<c:max val="([0-9.]+)"', xml)]
    assert len(tall) == 1
    assert max(points) <= tall[0] < 5
