"""Which layout each file is, from its header alone."""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pmcli import tables
from pmcli.errors import PmError
from pmcli.sources import SOURCES, Source
from pmcli.sources.files import TEXT, DataFile
from pmcli.sources.layouts import fits, no_layout, not_as_mapped
from pmcli.sources.raw import RawTable, Unread
from pmcli.sources.records_scan import StreamedTable, streamed
from pmcli.sources.sheets import tables_of

if TYPE_CHECKING:
    from pmcli.sources.mapping import Mapping
    from pmcli.sources.report import Report

PASSED: Final = "observations"
"""What a file that already is an observations table counts as."""

_ARCHIVE_COMPANIONS: Final = {
    "outcomes": ("Crime ID", "Outcome type"),
    "stop and search": ("Type", "Date", "Part of a policing operation"),
}
"""The other files of a data.police.uk archive: known, and left out without ado."""


@dataclass(slots=True)
class Found:
    """What the files turned out to hold: tables by source, tables that are observations, rows and sources by file, and
    which of the tables are too large to have been read yet (their rows are not counted in `rows`)."""

    tables: dict[str, list[RawTable]] = field(default_factory=dict)
    rows: dict[Path, int] = field(default_factory=dict)
    sources: dict[Path, list[str]] = field(default_factory=dict)
    streamed: list[StreamedTable] = field(default_factory=list)

    def add(self, table: RawTable, source: str) -> None:
        """Keep a table that is of `source`."""
        self.tables.setdefault(source, []).append(table)
        self.rows[table.file.path] = self.rows.get(table.file.path, 0) + table.frame.height
        self.named(table.file, source)

    def named(self, file: DataFile, source: str) -> None:
        """Remember that a file has something of `source`."""
        names = self.sources.setdefault(file.path, [])
        if source not in names:
            names.append(source)


def recognise(
    file: DataFile,
    source: str | None,
    mapping: Mapping | None,
    found: Found,
    report: Report,
    *,
    required: bool,
) -> PmError | None:
    """Add the file's tables to `found`. A file that was not named itself (it was in a folder or an archive) and that
    no layout fits is passed over and counted, and the error that it would be is returned; one that was named is an
    error."""
    if not file.size:
        return _passed_over(is_empty(file), file, report, required=required)
    candidates = _candidates(source, mapping)

    def matches(cells: Sequence[str]) -> bool:
        return _layout(cells, candidates, source) is not None

    large = streamed(file, lambda cells: _layout(cells, candidates, source) == "records")
    if large is not None:
        found.add(large, "records")
        found.streamed.append(large)
        return None
    read, unread = tables_of(file, matches, report)
    for table in read:
        found.add(table, _layout(table.header, candidates, source) or PASSED)
    if read:
        over = [sheet.sheet.strip() for sheet in unread if any(any(row) for row in sheet.top)]
        if over:
            report.leave_out(f"{file.name}: sheets without such a table left out: {', '.join(over)}")
        return None
    other = _companion(unread)
    if other and not required:
        report.leave_out(f"{other} files of the archive left out: pm load counts the crimes")
        return None
    known = [SOURCES[source]] if source else list(SOURCES.values())
    if not any(cell for sheet in unread for row in sheet.top for cell in row):
        error = is_empty(file)
    else:
        error = not_as_mapped(file.name, unread, mapping) if mapping else no_layout(file.name, unread, known)
    return _passed_over(error, file, report, required=required)


def _passed_over(error: PmError, file: DataFile, report: Report, *, required: bool) -> PmError:
    if required:
        raise error
    report.problem(
        file.name, f"file passed over: {error.message.removeprefix(file.name).removeprefix(': ').strip()}", 1
    )
    return error


def is_empty(file: DataFile) -> PmError:
    """The error for a file with nothing in it, whatever it is read as."""
    return PmError(f"{file.name} is empty", "Download or save it again.")


def _candidates(source: str | None, mapping: Mapping | None) -> list[Source]:
    if mapping is not None:
        return [Source(mapping.reader, mapping.title, SOURCES[mapping.reader].module, mapping.required)]
    return [SOURCES[source]] if source is not None else [one for one in SOURCES.values() if one.name != "street"]


def _layout(cells: Sequence[str], candidates: Sequence[Source], source: str | None) -> str | None:
    if not any(cells):
        return None
    if source is None and set(tables.OBSERVATIONS.columns) <= set(cells):
        return PASSED
    # ONS writes both "Area Code" and "Area Codes", so the layout says itself what its header is.
    for one in candidates:
        if one.name == "ons":
            from pmcli.sources.ons import is_header

            if is_header(cells):
                return one.name
        elif one is SOURCES["calls"]:  # and every publisher of 999 calls names the columns its own way
            from pmcli.sources.calls import is_header as is_calls

            if is_calls(cells):
                return one.name
        elif fits(cells, one.columns):
            return one.name
    return None


def _companion(unread: Sequence[Unread]) -> str:
    tops = [row for sheet in unread for row in sheet.top[:1]]
    return next((name for name, columns in _ARCHIVE_COMPANIONS.items() for row in tops if set(columns) <= set(row)), "")


def street_files(files: Sequence[DataFile], source: str | None, mapped: bool) -> list[DataFile]:
    """The street files among `files`: those whose first line is a street header."""
    if mapped or source not in (None, "street"):
        return []
    if source == "street":
        return list(files)
    wanted = {name.lower() for name in SOURCES["street"].columns}
    text = tuple(TEXT) + tuple(suffix + ".gz" for suffix in TEXT)
    archives: dict[Path, zipfile.ZipFile] = {}
    try:
        return [
            file
            for file in files
            if file.suffix in text and wanted <= set(re.split("[,;\t]", _first_line(file, archives)))
        ]
    finally:
        for archive in archives.values():
            archive.close()


def _first_line(file: DataFile, archives: dict[Path, zipfile.ZipFile]) -> str:
    packed = file.suffix.endswith(".gz")
    try:
        if file.member:
            if file.path not in archives:
                archives[file.path] = zipfile.ZipFile(file.path)
            with archives[file.path].open(file.member) as stream:
                line = gzip.GzipFile(fileobj=stream).readline(4096) if packed else stream.readline(4096)
        elif packed:
            with gzip.open(file.path) as stream:
                line = stream.readline(4096)
        else:
            with file.path.open("rb", buffering=1024) as plain:
                line = plain.readline(4096)
    except (OSError, EOFError, zipfile.BadZipFile):
        return ""  # the reader that opens it next says what is wrong
    return line.decode("utf-8-sig", errors="replace").replace('"', "").strip().lower()
