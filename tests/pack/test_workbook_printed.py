"""The workbook on paper: as wide as a page, charts whole, names along the page, and not too many pages.

The pages are counted by printing with LibreOffice, where it is installed; where they end is read from the file.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from pmcli.pack.model import Pack
from pmcli.pack.write.workbook import workbook
from tests.pack.conftest import Project, office_pages
from tests.pack.example import example_pack

MOST_PAGES = 60
"""Of the samples' pack."""


@pytest.fixture(scope="module")
def printed(project: Project) -> tuple[Pack, bytes]:
    return project.pack, workbook(project.pack)


def test_no_page_ends_within_a_chart_or_a_table(printed: tuple[Pack, bytes]) -> None:
    """A page of the pack is printed at a scale of its own, since Excel heeds no page break where it fits by itself."""
    pack, data = printed
    book = openpyxl.load_workbook(BytesIO(data))
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_properties.tabColor is not None]
    assert len(sheets) == len(pack.pages())
    parted = 0
    for sheet, page in zip(sheets, pack.pages(), strict=True):
        assert sheet.page_setup.orientation == "portrait"
        assert not sheet.page_setup.fitToHeight or not sheet.sheet_properties.pageSetUpPr
        ends = [item.id for item in sheet.row_breaks.brk]
        parted += len(ends)
        last = int(re.findall(r"\d+", sheet.print_area)[-1])
        places = [(chart.anchor._from.row, chart.anchor.to.row) for chart in sheet._charts]
        shown = [(first, end) for first, end in places if first < last]
        assert len(shown) == len([one for one in page.pictures if not one.detail]), "what is detail is not printed"
        for first, end in shown:
            assert end <= last
            assert not [at for at in ends if first < at <= end], (sheet.title, first, end, ends)
    assert parted > 0, "some page is longer than one sheet of paper, so the test has something to find"


def test_a_page_is_as_wide_as_the_paper(printed: tuple[Pack, bytes]) -> None:
    """Columns of w characters are 7w + 5 pixels wide; A4 has 717 of them between margins of 0.4 inches."""
    book = openpyxl.load_workbook(BytesIO(printed[1]))
    for sheet in book.worksheets:
        if sheet.sheet_properties.tabColor is None:
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert sheet.page_setup.fitToHeight == 0
            continue
        letters = re.findall(r"\$([A-Z]+)\$", sheet.print_area)
        last = openpyxl.utils.column_index_from_string(letters[-1])
        widths = {}
        for column in sheet.column_dimensions.values():
            for place in range(column.min, column.max + 1):
                widths[place] = column.width
        wide = sum(round((widths[place] - 0.7109375) * 7 + 5) for place in range(1, last + 1))
        assert wide * sheet.page_setup.scale / 100 <= 717


def test_names_are_written_along_the_page() -> None:
    """A chart over names is of bars, whose names stand beside them; a title of an axis of figures may stand upright."""
    with ZipFile(BytesIO(workbook(example_pack()))) as file:
        charts = [file.read(name).decode() for name in file.namelist() if re.match(r"xl/charts/chart\d", name)]
    assert any("<c:catAx>" in xml for xml in charts)
    for xml in charts:
        for axis in re.findall(r"<c:catAx>.*?</c:catAx>", xml, re.DOTALL):
            assert "rot=" not in axis
        if "<c:catAx>" in xml:
            assert '<c:barDir val="bar"/>' in xml
            assert "<c:lineChart>" not in xml


def test_the_statements_can_be_read_on_paper(printed: tuple[Pack, bytes]) -> None:
    pack, data = printed
    sheet = openpyxl.load_workbook(BytesIO(data))["Statements"]
    heads = [cell.value for cell in sheet[1]]
    assert heads[:6] == ["Priority area", "Page", "What", "Text", "Kind", "Sources"]
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    rows = int(re.findall(r"\d+", sheet.print_area)[-1])
    what = [sheet.cell(row, 3).value for row in range(2, rows + 1)]
    said = len(pack.findings) + sum(len([*page.statements, *page.events]) for page in pack.pages())
    assert what == ["statement"] * said
    for row in range(2, rows + 1):
        cell = sheet.cell(row, 4)
        assert cell.alignment.wrap_text
        lines = -(-len(str(cell.value)) // 145)
        assert (sheet.row_dimensions[row].height or 15) >= min(lines * 15, 409)


def test_every_page_says_whose_it_is_and_its_number(printed: tuple[Pack, bytes]) -> None:
    pack, data = printed
    for sheet in openpyxl.load_workbook(BytesIO(data)).worksheets:
        if sheet.sheet_state == "visible":
            assert pack.title in sheet.oddFooter.left.text
            assert "Page" in sheet.oddFooter.right.text or "page" in sheet.oddFooter.right.text


def test_the_samples_are_printed_on_sixty_pages_at_the_most(printed: tuple[Pack, bytes], tmp_path: Path) -> None:
    path = tmp_path / "pack.xlsx"
    path.write_bytes(printed[1])
    pages = office_pages(path)
    assert len(pages) <= MOST_PAGES
    assert len(pages) >= len(printed[0].pages())
    assert all(len(text) > 150 for text in pages), "no page is empty but for its foot"
