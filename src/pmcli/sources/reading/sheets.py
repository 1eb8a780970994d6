"""Files as tables of text: one `RawTable` for each sheet that has the header that is looked for.

Nothing is interpreted here; cells are text as published, and every row knows its number in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pmcli.later import later
from pmcli.sources.reading.columnar import COLUMNAR, columnar_table
from pmcli.sources.reading.files import WORKBOOK, DataFile
from pmcli.sources.reading.raw import Matcher, RawTable, Unread
from pmcli.sources.reading.report import Report
from pmcli.sources.reading.text import read_text

# fastexcel takes a while to import
_workbook: Callable[..., tuple[list[RawTable], list[Unread]]] = later("pmcli.sources.reading.workbooks:workbook_tables")


def tables_of(
    file: DataFile, fits: Matcher, report: Report, *, sheets: Sequence[str] = ()
) -> tuple[list[RawTable], list[Unread]]:
    """The tables of one file whose header `fits`, and the sheets that have none.

    sheets: the sheets that the mapping names, hidden ones too; () for all that are not hidden.
    Raises PmError when the file cannot be read at all.
    """
    if file.suffix in WORKBOOK:
        return _workbook(file, fits, report, sheets)
    if file.suffix in COLUMNAR:
        return columnar_table(file, fits)
    return read_text(file, fits, report)
