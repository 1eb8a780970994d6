"""Extract layouts. `load` turns files into observations; LAYOUTS is the literal table of the layouts it knows.

A layout is one file or folder here (see layout.py). Recognising it, force names, keys and the final conforming are done
once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from pmcli.catalogue import Catalogue
from pmcli.sources.calls.layout import LAYOUT as CALLS
from pmcli.sources.counts.layout import LAYOUT as COUNTS
from pmcli.sources.home_office.layout import BY_QUARTER, BY_YEAR
from pmcli.sources.layout import Layout
from pmcli.sources.loading import Input, Loaded, load_files
from pmcli.sources.ons.layout import FORCES, PARTNERSHIPS
from pmcli.sources.reading.report import Problem, Report
from pmcli.sources.records.layout import LAYOUT as RECORDS
from pmcli.sources.street.layout import LAYOUT as STREET
from pmcli.sources.survey.layout import LAYOUT as SURVEY
from pmcli.sources.tracing import Trace

__all__ = ["LAYOUTS", "Input", "Layout", "Loaded", "Problem", "Report", "load"]

LAYOUTS: Final[dict[str, Layout]] = {
    one.name: one
    for one in (
        BY_QUARTER,
        BY_YEAR,
        STREET,
        FORCES,
        PARTNERSHIPS,
        COUNTS,
        RECORDS,
        CALLS,
        SURVEY,
    )
}


def load(
    paths: str | Path | Sequence[str | Path],
    *,
    source: str | None = None,
    mapping: str | Path | None = None,
    catalogue: Catalogue | None = None,
    strict: bool = False,
    hash_all: bool = False,
    max_size: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    by: Sequence[str] = (),
    area: str = "",
    later_wins: bool = False,
    explain: bool = False,
    trace: Trace | None = None,
) -> Loaded:
    """Observations from files, folders, globs and archives.

    source: the layout (a name of LAYOUTS); None recognises it from each file's header. mapping: a mapping file, or the
    name of a shipped one. strict: the first row that cannot be used is an error. hash_all: hash large inputs whole.
    max_size: bytes that a packed file may unpack to (None: 2 GB, and 250 times what it is packed).
    progress: called with bytes done and bytes in all, now and then. by, area: for records, the mapped columns to break
    every measure down by, and the one that districts (or other areas within the force) are in. later_wins: of street
    files or tables of counts that give the same figures, the later one has them. explain: keep in the report how every
    column, label, area and period was understood (`explain.listing` makes a table of it). trace: keeps the rows of a
    figure that is asked about (`pm why`).
    Raises UsageError for an unknown source or mapping, PmError for everything that is wrong with the files.
    """
    return load_files(
        [paths] if isinstance(paths, str | Path) else list(paths),
        LAYOUTS,
        source=source,
        mapping=mapping,
        catalogue=catalogue,
        report=Report(strict=strict, explain=explain),
        hash_all=hash_all,
        max_size=max_size,
        progress=progress,
        by=by,
        area=area,
        later_wins=later_wins,
        trace=trace,
    )
