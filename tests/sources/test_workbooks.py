"""Workbooks: titles above the header, several sheets, date cells, old and open formats, and broken ones."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from pmcli.errors import PmError
from pmcli.sources import load

from .conftest import HEADER, homicide, said, value

COLUMNS = HEADER.split(",")


def cells(*lines: str) -> list[list[object]]:
    return [[int(cell) if cell.lstrip("-").isdigit() else cell for cell in line.split(",")] for line in lines]


def test_every_sheet_with_a_header_is_read_wherever_it_starts(book):
    path = book(
        "a.xlsx",
        {
            "Cover": [["Police recorded crime"], ["Contact: statistics"]],
            "2018-19": [COLUMNS, *cells(homicide(4, "9", year="2018/19"))],
            "2019-20": [[], ["Table 2"], [], COLUMNS, *cells(homicide(1, "3")), [], ["Source: Home Office"]],
            "Empty": [],
        },
    )
    loaded = load(path)
    assert value(loaded, "homicide", "essex", "2019-03-31") == 9
    assert value(loaded, "homicide", "essex", "2019-06-30") == 3
    assert loaded.report.problems == []
    assert "sheets without such a table left out: Cover" in said(loaded)
    assert "Empty" not in said(loaded)


def test_a_problem_names_the_sheet_and_the_row_of_the_spreadsheet(book):
    rows = [[], ["Table 2"], COLUMNS, *cells(homicide(1, "3"), homicide(2, "many"))]
    loaded = load(book("a.xlsx", {"Counts ": rows}))
    (problem,) = loaded.report.problems
    assert (problem.sheet, problem.row, problem.example) == ("Counts ", 5, "many")


def test_no_usable_sheet_says_which_layout_came_closest(book):
    path = book("a.xlsx", {"Notes": [["Some words"]], "Data": [["x"], COLUMNS[:-1], *cells("2019/20,1,Essex")]})
    with pytest.raises(PmError, match=r"closest is home-office \(sheet 'Data'\), which lacks Number of Offences"):
        load(path)


def test_date_cells_are_periods(book):
    rows = [["area", "measure", "period", "value"], ["Essex", "burglary", date(2019, 12, 31), 7.0]]
    rows.append(["Essex", "burglary", datetime(2020, 1, 1), 8])
    loaded = load(book("a.xlsx", {"S": rows}))
    assert value(loaded, "burglary", "essex", "2019-12-31") == 7
    assert value(loaded, "burglary", "essex", "2020-01-31") == 8


def test_an_old_workbook(tmp_path):
    xlwt = pytest.importorskip("xlwt")
    old = xlwt.Workbook()
    sheet = old.add_sheet("S")
    for at, row in enumerate([["Title"], COLUMNS, *cells(homicide(1, "3"))]):
        for place, cell in enumerate(row):
            sheet.write(at, place, cell)
    old.save(str(tmp_path / "a.xls"))
    assert value(load(tmp_path / "a.xls"), "homicide", "essex", "2019-06-30") == 3


def test_an_open_document_spreadsheet(tmp_path):
    pytest.importorskip("odf")
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name="S")
    for row in [["Title"], COLUMNS, *cells(homicide(1, "3"))]:
        line = TableRow()
        for cell in row:
            kind = {"valuetype": "float", "value": str(cell)} if isinstance(cell, int) else {"valuetype": "string"}
            box = TableCell(**kind)
            box.addElement(P(text=str(cell)))
            line.addElement(box)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(tmp_path / "a.ods"))
    assert value(load(tmp_path / "a.ods"), "homicide", "essex", "2019-06-30") == 3


def test_a_broken_workbook(write):
    with pytest.raises(PmError, match=r"a\.xlsx cannot be read as a workbook") as error:
        load(write("a.xlsx", b"not a workbook"))
    assert error.value.hint


def test_a_workbook_with_a_password(write):
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    with pytest.raises(PmError, match="protected with a password"):
        load(write("a.xlsx", content))
