"""How `load` goes about it: which layout each file is, its tables to that layout, all observations into one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import polars as pl

from pmcli import tables
from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError
from pmcli.formulas import unprotected
from pmcli.opened import reading
from pmcli.sources.explain import learn_columns
from pmcli.sources.layout import Context, Layout, Progress
from pmcli.sources.layout import Mapping as LayoutMapping
from pmcli.sources.mapping import HERE, read_mapping
from pmcli.sources.reading.files import Fingerprint, expand, fingerprints
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Report
from pmcli.sources.reading.spool import spooled
from pmcli.sources.recognise import PASSED, Found, recognise, scanned_files
from pmcli.sources.refusals import is_empty, refuse_refused, unknown_source
from pmcli.sources.strays import without_strays
from pmcli.sources.tracing import Trace


class Input(NamedTuple):
    """One file on disk, as the history keeps it.

    sha256, method: see files.fingerprints. source: the layout it was read as ("" when it was passed over).
    rows: rows read from it; for street files, which are read together, they are counted only in `Loaded.rows`.
    gives: the sources that its figures go by, where a mapping names them otherwise than the layout. asked: what else
    the history keeps of a table in a warehouse: its engine, its name, the first and the last day that were counted.
    """

    name: str
    bytes: int
    sha256: str
    method: str
    source: str
    rows: int | None
    gives: tuple[str, ...] = ()
    asked: Mapping[str, str] = MappingProxyType({})


class Loaded(NamedTuple):
    """What `load` gives: observations (tables.OBSERVATIONS, sorted by key), where they came from, and what to know."""

    observations: pl.DataFrame
    inputs: list[Input]
    report: Report
    rows: int


def load_files(paths: Sequence[str | Path], layouts: Mapping[str, Layout], **options: Any) -> Loaded:
    """See pmcli.sources.load. Standard input ("-") and pipes may stand among the paths."""
    with spooled(paths) as (taken, labels):
        return _load_files(taken, layouts, labels, **options)


def _load_files(
    paths: Sequence[str | Path],
    layouts: Mapping[str, Layout],
    labels: Mapping[Path, str],
    *,
    source: str | None,
    mapping: str | Path | None,
    catalogue: Catalogue | None,
    report: Report,
    hash_all: bool,
    max_size: int | None,
    progress: Progress | None,
    by: Sequence[str] = (),
    area: str = "",
    later_wins: bool = False,
    trace: Trace | None = None,
) -> Loaded:
    if source is not None and source not in layouts:
        raise unknown_source(source, list(layouts))
    catalogue = catalogue or Catalogue()
    read_as = mapping_of(mapping, source, catalogue)
    files = expand(paths, max_size, labels)
    if not files:
        raise UsageError("no files were given", "Name the files, folders or archives to load.")
    named = {Path(path) for path in paths}
    for file in files:
        if not file.size and not file.member and file.path in named:
            raise is_empty(file)
    prints = fingerprints(files, full=hash_all)
    total = sum(file.size for file in files)
    context = Context(catalogue, report, read_as, tuple(by), area, later_wins, trace)
    scanned = {} if read_as else scanned_files(files, layouts, source)
    taken = {file for own in scanned.values() for file in own}
    others = [file for file in files if file not in taken]
    done = 0

    found = Found()
    made: dict[str, pl.DataFrame] = {}
    rows = 0
    for name, own in scanned.items():
        before = done

        def told(within: int, _of: int, before: int = before) -> None:
            if progress is not None:
                progress(before + within, total)

        scan = layouts[name].scan
        assert scan is not None, name
        made[name], read_here = scan(own, context, told)
        rows += read_here
        done += sum(file.size for file in own)
        for file in own:
            found.named(file, name)
    unfit: PmError | None = None
    for file in others:
        done += file.size
        required = file.path in named and (not file.member or len(files) == 1)
        unfit = recognise(file, layouts, source, read_as, found, report, required=required) or unfit
        if progress is not None:
            progress(done, total)
    if later_wins:
        _refuse_later_wins([*found.tables, *scanned], layouts)
    if not found.tables and not scanned:
        raise unfit or PmError(f"{files[0].name}: nothing in it could be loaded", " ".join(report.left_out[:1]))
    if by or area:
        refuse_breakdown([*found.tables, *scanned], layouts, report)
    rows += read_tables(found, made, layouts, context)
    sources = {name: frame["source"].unique().sort().to_list() for name, frame in made.items()}
    inputs = [_input(entry, found, sources, rows if len(prints) == 1 else None) for entry in prints]
    whole = together(made, context)
    if whole.is_empty() and report.problems:
        raise PmError(
            f"no row of {files[0].name} could be used: {report.problems[0].sentence()}",
            "Mend the file, or name its layout with --as.",
        )
    return Loaded(whole, inputs, report, rows)


def mapping_of(name: str | Path | None, source: str | None, catalogue: Catalogue) -> LayoutMapping | None:
    """The mapping of --map, which goes into the ledger of files read. Raises UsageError when --as says otherwise."""
    if name is None:
        return None
    mapping = read_mapping(name, catalogue)
    if Path(mapping.path).parent != HERE:  # one of pm's own comes with its version
        reading(mapping.path, "mapping")
    if source not in (None, mapping.reader):
        raise UsageError(f"this mapping is for {mapping.reader}, not for {source}", "Leave one of --as and --map out.")
    return mapping


def read_tables(found: Found, made: dict[str, pl.DataFrame], layouts: Mapping[str, Layout], context: Context) -> int:
    """Read the tables that were found into `made` (layout -> observations); how many rows they had."""
    for name, given in found.tables.items():
        read = _pass_through(given, context.trace) if name == PASSED else _read(layouts[name], given, context)
        made[name] = pl.concat([made[name], read], how="diagonal_relaxed") if name in made else read
    learn_columns([table for given in found.tables.values() for table in given], context.report)
    for table in found.unread:
        found.rows[table.file.path] += table.rows or 0
    return sum(found.rows.values())


def together(made: Mapping[str, pl.DataFrame], context: Context) -> pl.DataFrame:
    """The observations of all layouts as one table, less the periods that only stray dates have made."""
    whole = _together([(context.source(name), frame) for name, frame in made.items()])
    return without_strays(whole, context.catalogue, context.report)


def _input(entry: Fingerprint, found: Found, sources: Mapping[str, list[str]], rows: int | None) -> Input:
    """A file as the history keeps it. sources: what the figures of each layout go by. rows: those of the only file,
    where its layout counts them together."""
    layouts = found.sources.get(entry.path, [])
    gives = [source for name in layouts for source in sources[name]]
    read = found.rows.get(entry.path, rows)
    own = () if gives == layouts else tuple(gives)
    return Input(entry.name, entry.bytes, entry.sha256, entry.method, ",".join(layouts), read, own)


def refuse_breakdown(names: Sequence[str], layouts: Mapping[str, Layout], report: Report) -> None:
    """Raise UsageError for --by and --area when nothing given is broken down by them; say what else is not."""
    counted = [name for name in names if name == PASSED or not layouts[name].breaks_down]
    if len(counted) == len(names):
        raise UsageError(
            f"--by and --area are for crime records, one row a crime; this is {counted[0]} data",
            "Load it without them, or say --as records when the rows are crimes.",
        )
    if counted:
        report.note(f"--by and --area are for the records: what is {' and '.join(counted)} data is loaded as it is")


def _refuse_later_wins(names: Sequence[str], layouts: Mapping[str, Layout]) -> None:
    """Raise UsageError for --later-wins with a layout that does not settle what comes twice."""
    for name in names:
        if name == PASSED or not layouts[name].settles:
            able = " and ".join(one.name for one in layouts.values() if one.settles)
            raise UsageError(f"--later-wins is for {able} files; this is {name} data", "Give each figure once.")


def _read(layout: Layout, given: Sequence[RawTable], context: Context) -> pl.DataFrame:
    assert layout.read is not None, layout.name  # one that scans its files has no tables
    return layout.read(given, context)


def _pass_through(given: Sequence[RawTable], trace: Trace | None) -> pl.DataFrame:
    parts = []
    for table in given:
        frame = table.frame
        if frame.schema["period_end"] == pl.String:  # from a CSV file that pm wrote
            frame = unprotected(frame.with_columns(pl.col("period_end").str.to_date("%Y-%m-%d", strict=False)))
        rows = frame.select("_row")
        frame = tables.conform(frame, tables.OBSERVATIONS, table.where)
        refuse_refused(frame, table.where)
        if trace is not None:
            placed = pl.concat([frame, rows], how="horizontal").with_columns(_table=pl.lit(0))
            for (source,), part in placed.filter(pl.col("measure") == trace.measure).group_by("source"):
                trace.add(part, str(source), [table])
        tables.check_keys(frame, tables.OBSERVATIONS, table.where)
        parts.append(frame)
    return pl.concat(parts)


def _together(parts: Sequence[tuple[str, pl.DataFrame]]) -> pl.DataFrame:
    whole = pl.concat(tables.conform(frame, tables.OBSERVATIONS, name) for name, frame in parts)
    ordered = tables.sort_by_key(whole)
    if ordered is not whole:  # rows that were in order already have no key twice
        tables.check_keys(ordered, tables.OBSERVATIONS, "the files together")
    return ordered.rechunk()
