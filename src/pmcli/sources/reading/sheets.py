"""Files as tables of text: one `RawTable` for each sheet that has the header that is looked for.

Nothing is interpreted here; cells are text as published, and every row knows its number in the file.
"""

from __future__ import annotations

import polars as pl

from pmcli.errors import PmError
from pmcli.sources.reading.columnar import COLUMNAR, columnar_table
from pmcli.sources.reading.files import WORKBOOK, DataFile
from pmcli.sources.reading.raw import HEADER_WITHIN, Matcher, RawTable, Unread, clean, column_names
from pmcli.sources.reading.report import Report
from pmcli.sources.reading.text import read_text


def tables_of(file: DataFile, fits: Matcher, report: Report) -> tuple[list[RawTable], list[Unread]]:
    """The tables of one file whose header `fits`, and the sheets that have none.

    Raises PmError when the file cannot be read at all.
    """
    if file.suffix in WORKBOOK:
        return _workbook(file, fits)
    if file.suffix in COLUMNAR:
        return columnar_table(file, fits)
    return read_text(file, fits, report)


# -- workbooks --------------------------------------------------------------------------------------
def _workbook(file: DataFile, fits: Matcher) -> tuple[list[RawTable], list[Unread]]:
    import fastexcel

    data = file.read()
    # An encrypted .xlsx is an OLE container, the old .xls signature, that holds an "EncryptedPackage".
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" and "EncryptedPackage".encode("utf-16-le") in data:
        raise PmError(f"{file.name} is protected with a password", "Save it without one first.")
    found: list[RawTable] = []
    unread: list[Unread] = []
    try:
        book = fastexcel.read_excel(data)
        for sheet in book.sheet_names:
            grid = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()
            table = _sheet(file, sheet, grid, fits)
            if isinstance(table, RawTable):
                found.append(table)
            else:
                unread.append(table)
    except fastexcel.FastExcelError as error:
        first = str(error).splitlines()[0].removeprefix("calamine error: ")
        protected = "password" in first.lower() or "encrypt" in first.lower()
        hint = "Save it without a password first." if protected else "Open it in a spreadsheet and save it again."
        raise PmError(f"{file.name} cannot be read as a workbook: {first}", hint) from error
    return found, unread


def _sheet(file: DataFile, sheet: str, grid: pl.DataFrame, fits: Matcher) -> RawTable | Unread:
    top = [[clean(cell) for cell in row] for row in grid.head(HEADER_WITHIN).rows()]
    at = next((place for place, row in enumerate(top) if fits(row)), None)
    if at is None:
        return Unread(sheet, top)
    names = column_names(top[at])
    grid.columns = names
    body = grid.with_row_index("_row", offset=1).slice(at + 1)
    filled = pl.sum_horizontal(pl.col(names).is_not_null().cast(pl.UInt32))
    body = body.filter(filled > (1 if len(names) > 2 else 0))
    return RawTable(file, sheet, tuple(top[at]), top[:at], body)
