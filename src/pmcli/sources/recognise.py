"""Which layout each file is, from its header alone."""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Mapping as Mappings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pmcli import tables
from pmcli.errors import PmError
from pmcli.sources.layout import Layout, Mapping
from pmcli.sources.reading.blocks import first_table
from pmcli.sources.reading.columns import LONGEST
from pmcli.sources.reading.files import DAMAGED, TEXT, DataFile
from pmcli.sources.reading.raw import RawTable, Unread, folded
from pmcli.sources.reading.report import Learned, Report
from pmcli.sources.reading.sheets import tables_of
from pmcli.sources.refusals import is_empty, no_layout, not_as_mapped

PASSED: Final = "observations"
"""What a file that already is an observations table counts as."""

_ARCHIVE_COMPANIONS: Final = {
    "outcomes": ("Crime ID", "Outcome type"),
    "stop and search": ("Type", "Date", "Part of a policing operation"),
}
"""The other files of a data.police.uk archive: known, and left out without ado."""


@dataclass(slots=True, eq=False)
class Found:
    """What the files turned out to hold: tables by source, tables that are observations, rows and sources by file, and
    which of the tables have not been read yet (their rows are not counted in `rows`)."""

    tables: dict[str, list[RawTable]] = field(default_factory=dict)
    rows: dict[Path, int] = field(default_factory=dict)
    sources: dict[Path, list[str]] = field(default_factory=dict)
    unread: list[RawTable] = field(default_factory=list)

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
    layouts: Mappings[str, Layout],
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
    candidates = _candidates(layouts, source, mapping)

    def matches(cells: Sequence[str]) -> bool:
        return _layout(cells, candidates, source) is not None

    for one in candidates:
        opened = one.opens and one.opens(file, lambda cells, own=one: _layout(cells, candidates, source) == own.name)  # type: ignore[misc]
        if opened:
            found.add(opened, one.name)
            found.unread.append(opened)
            return None
    read, unread = tables_of(file, matches, report, sheets=getattr(mapping, "sheets", ()))
    for table in read:
        name = _layout(table.header, candidates, source) or PASSED
        found.add(table if name == PASSED else first_table(table, report), name)
    if read:
        _say_left_out(file, unread, report)
        return None
    hidden = [sheet for sheet in unread if sheet.why]
    if hidden:
        name = hidden[0].sheet.strip()
        why = "hidden" if hidden[0].why == "hidden" else "not one that the mapping names"
        hint = f'Unhide it, or name it in the mapping: sheets = ["{name}"].'
        error = PmError(f"{file.name}: only the sheet {name!r} has such a table, and it is {why}", hint)
        return _passed_over(error, file, report, required=required)
    other = _companion(unread)
    if other and not required:
        report.leave_out(f"{other} files of the archive left out: pm load counts the crimes")
        return None
    known = [layouts[source]] if source else list(layouts.values())
    if not any(cell for sheet in unread for row in sheet.top for cell in row):
        error = is_empty(file)
    else:
        error = not_as_mapped(file.name, unread, mapping) if mapping else no_layout(file.name, unread, known)
    return _passed_over(error, file, report, required=required)


def _say_left_out(file: DataFile, unread: Sequence[Unread], report: Report) -> None:
    over = [sheet for sheet in unread if any(any(row) for row in sheet.top)]
    without = [sheet.sheet.strip() for sheet in over if not sheet.why]
    if without:
        report.leave_out(f"{file.name}: sheets without such a table left out: {', '.join(without)}")
    for sheet in over:
        if sheet.why:
            rows = f"{sheet.rows:,} row{'' if sheet.rows == 1 else 's'}"
            report.leave_out(f"{file.name}: the sheet {sheet.sheet.strip()!r} ({rows}) left out: it is {sheet.why}")
        report.learn(
            Learned(file.name, sheet.sheet, "", "", "sheet", "", sheet.rows or None,
                    f"left out: {sheet.why or 'no such table in it'}")
        )  # fmt: skip


def _passed_over(error: PmError, file: DataFile, report: Report, *, required: bool) -> PmError:
    if required:
        raise error
    report.problem(
        file.name, f"file passed over: {error.message.removeprefix(file.name).removeprefix(': ').strip()}", 1
    )
    return error


def _candidates(layouts: Mappings[str, Layout], source: str | None, mapping: Mapping | None) -> list[Layout]:
    """The layouts that a table may be of; a mapping says itself which columns its own must have."""
    if mapping is not None:
        own = layouts[mapping.reader]
        return [own._replace(title=mapping.title, columns=mapping.required, header=getattr(mapping, "fits", None))]
    return [layouts[source]] if source is not None else [one for one in layouts.values() if one.read is not None]


def _layout(cells: Sequence[str], candidates: Sequence[Layout], source: str | None) -> str | None:
    if not any(cells):
        return None
    if source is None and set(tables.OBSERVATIONS.columns) <= set(cells):
        return PASSED
    cells = [cell[:LONGEST] for cell in cells]
    return next((one.name for one in candidates if one.fits(cells)), None)


def layout_of(
    header: Sequence[str], layouts: Mappings[str, Layout], source: str | None, mapping: Mapping | None
) -> str | None:
    """The layout that a header is of, PASSED for pm's own table; None when none fits."""
    return _layout(header, _candidates(layouts, source, mapping), source)


def _companion(unread: Sequence[Unread]) -> str:
    tops = [row for sheet in unread for row in sheet.top[:1]]
    return next((name for name, columns in _ARCHIVE_COMPANIONS.items() for row in tops if set(columns) <= set(row)), "")


def scanned_files(
    files: Sequence[DataFile], layouts: Mappings[str, Layout], source: str | None
) -> dict[str, list[DataFile]]:
    """The files of each layout that scans its files itself: those whose first line is its header."""
    text = tuple(TEXT) + tuple(suffix + ".gz" for suffix in TEXT)
    found: dict[str, list[DataFile]] = {}
    archives: dict[Path, zipfile.ZipFile] = {}
    try:
        for one in layouts.values():
            if one.scan is None or source not in (None, one.name):
                continue
            wanted = {folded(name) for name in one.columns}
            own = [
                file
                for file in files
                if source is not None
                or (file.suffix in text and wanted <= set(map(folded, re.split("[,;\t]", _first_line(file, archives)))))
            ]
            if own:
                found[one.name] = own
        return found
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
    except (OSError, *DAMAGED):
        return ""  # the reader that opens it next says what is wrong
    return line.decode("utf-8-sig", errors="replace").replace('"', "").strip().lower()
