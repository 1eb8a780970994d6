"""How `load` goes about it: which layout each file is, its tables to that layout, all observations into one table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from pmcli import tables
from pmcli.errors import PmError, UsageError
from pmcli.sources import SOURCES, Input, Loaded
from pmcli.sources.classify import Rule, catalogue_rule, observe
from pmcli.sources.files import DataFile, expand, fingerprints
from pmcli.sources.layouts import Context, unknown_source
from pmcli.sources.raw import RawTable
from pmcli.sources.recognise import PASSED, Found, is_empty, recognise, street_files

if TYPE_CHECKING:
    import polars as pl

    from pmcli.catalogue import Catalogue
    from pmcli.sources.mapping import Mapping
    from pmcli.sources.report import Report

Progress = Callable[[int, int], None]


def load_files(
    paths: Sequence[str | Path],
    *,
    source: str | None,
    mapping: str | Path | None,
    catalogue: Catalogue | None,
    report: Report,
    hash_all: bool,
    progress: Progress | None,
    by: Sequence[str] = (),
    area: str = "",
) -> Loaded:
    """See pmcli.sources.load."""
    from pmcli.catalogue import Catalogue

    if source is not None and source not in SOURCES:
        raise unknown_source(source, list(SOURCES))
    catalogue = catalogue or Catalogue()
    read_as = _mapping(mapping, catalogue)
    if read_as is not None and source not in (None, read_as.reader):
        raise UsageError(f"this mapping is for {read_as.reader}, not for {source}", "Leave one of --as and --map out.")
    files = expand(paths)
    if not files:
        raise UsageError("no files were given", "Name the files, folders or archives to load.")
    named = {Path(path) for path in paths}
    for file in files:
        if not file.size and not file.member and file.path in named:
            raise is_empty(file)
    prints = fingerprints(files, full=hash_all)
    street = street_files(files, source, mapping is not None)
    taken = set(street)
    others = [file for file in files if file not in taken]
    total = sum(file.size for file in files)
    done = sum(file.size for file in street)

    found = Found()
    parts: list[tuple[str, pl.DataFrame]] = []
    rows = 0
    if street:
        frame, rows = _read_street(street, catalogue, report, progress, total)
        parts.append(("street", frame))
        for file in street:
            found.named(file, "street")
    unfit: PmError | None = None
    for file in others:
        done += file.size
        required = file.path in named and (not file.member or len(files) == 1)
        unfit = recognise(file, source, read_as, found, report, required=required) or unfit
        if progress is not None:
            progress(done, total)
    if not found.tables and not street:
        raise unfit or PmError(f"{paths[0]}: nothing in it could be loaded", " ".join(report.left_out[:1]))
    if by or area:
        _refuse_breakdown([*found.tables, *(["street"] if street else [])])
    context = Context(catalogue, report, read_as, tuple(by), area)
    parts += [(_source_name(name, read_as), _observe(name, raw, context)) for name, raw in found.tables.items()]
    for table in found.streamed:
        found.rows[table.file.path] += table.rows
    rows += sum(found.rows.values())
    given = {"street": ["street"]} if street else {}
    for name, (_, frame) in zip(found.tables, parts[1 if street else 0 :], strict=True):
        given[name] = frame["source"].unique().sort().to_list()
    inputs = []
    for entry in prints:
        layouts = found.sources.get(Path(entry.name), [])
        gives = [source for name in layouts for source in given.get(name, [])]
        read = found.rows.get(Path(entry.name), rows if len(prints) == 1 else None)
        inputs.append(
            Input(
                entry.name, entry.bytes, entry.sha256, entry.method, ",".join(layouts), read,
                () if gives == layouts else tuple(gives),
            )
        )  # fmt: skip
    whole = _together(parts)
    if whole.is_empty() and report.problems:
        raise PmError(
            f"no row of {paths[0]} could be used: {report.problems[0].sentence()}",
            "Mend the file, or name its layout with --as.",
        )
    return Loaded(whole, inputs, report, rows)


def _mapping(mapping: str | Path | None, catalogue: Catalogue) -> Mapping | None:
    if mapping is None:
        return None
    from pmcli.sources.mapping import read_mapping

    return read_mapping(mapping, catalogue)


def _source_name(name: str, mapping: Mapping | None) -> str:
    return mapping.source if mapping and name == mapping.reader else name


def _refuse_breakdown(layouts: Sequence[str]) -> None:
    """Raise UsageError for --by and --area with a layout that is counted already."""
    for name in layouts:
        if name == PASSED or not getattr(import_module(SOURCES[name].module), "BREAKS_DOWN", False):
            raise UsageError(
                f"--by and --area are for crime records, one row a crime; this is {name} data",
                "Load it without them, or say --as records when the rows are crimes.",
            )


def _read_street(
    files: Sequence[DataFile], catalogue: Catalogue, report: Report, progress: Progress | None, total: int
) -> tuple[pl.DataFrame, int]:
    import polars as pl

    street = import_module(SOURCES["street"].module)

    def told(done: int, _of: int) -> None:
        if progress is not None:
            progress(done, total)

    frame, rows = street.read(files, catalogue=catalogue, report=report, progress=told)
    frame = frame.with_columns(
        pl.lit(0, dtype=pl.UInt32).alias("_table"),
        pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias("_row"),
        pl.col("months").cast(pl.Int8),
        pl.col("value").cast(pl.Float64),
    )
    rule = catalogue_rule(catalogue, "street")
    return observe(frame.lazy(), "street", rule, catalogue, report, ["the street files"]), int(rows)


# -- observations -----------------------------------------------------------------------------------------------
def _observe(name: str, given: Sequence[RawTable], context: Context) -> pl.DataFrame:
    if name == PASSED:
        return _pass_through(given)
    module = import_module(SOURCES[name].module)
    if hasattr(module, "observations"):  # a layout whose rows are not counts of kinds: it makes observations itself
        made: pl.DataFrame = module.observations(given, context)
        return made
    rows = module.read(given, context)
    places = [table.where for table in given]
    mapping = context.mapping
    source = _source_name(name, mapping)
    rule: Rule = (
        module.rule(mapping, context.catalogue)
        if name == "counts"
        else catalogue_rule(context.catalogue, name, getattr(module, "KEY", ()))
    )
    found = observe(rows, source, rule, context.catalogue, context.report, places)
    if name == "counts" and rule.by_table:
        found = module.settle(found, places, context.report)
    if name == "counts" and getattr(mapping, "sum_to_force", False):
        found = module.with_force(found, getattr(mapping, "force", ""))
    return found


def _pass_through(given: Sequence[RawTable]) -> pl.DataFrame:
    import polars as pl

    parts = []
    for table in given:
        frame = table.frame
        if frame.schema["period_end"] == pl.String:  # from a CSV file that pm wrote
            frame = frame.with_columns(pl.col("period_end").str.to_date("%Y-%m-%d", strict=False))
        frame = tables.conform(frame, tables.OBSERVATIONS, table.where)
        tables.check_keys(frame, tables.OBSERVATIONS, table.where)
        parts.append(frame)
    return pl.concat(parts)


def _together(parts: Sequence[tuple[str, pl.DataFrame]]) -> pl.DataFrame:
    import polars as pl

    frames = [tables.conform(frame, tables.OBSERVATIONS, name) for name, frame in parts]
    whole = tables.sort_by_key(pl.concat(frames))
    tables.check_keys(whole, tables.OBSERVATIONS, "the files together")
    return whole.rechunk()
