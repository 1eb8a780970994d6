"""Street-level crime files as data.police.uk publishes them: one row a crime or incident, one file a force and month.

An archive holds thousands of files and tens of millions of rows, so the files on disk are read by streaming scans that
count the rows of every file, month, force and crime type, and everything else is judged on those counts. Only a file
whose counts look wrong is read a second time, line by line, to name the rows. Members of archives are inflated in
memory a few at a time, counted and dropped.

Rows are counted as published: a Crime ID that comes twice (the data have them) counts twice, and is not reported,
because looking for repeats takes half as long again as the whole load and more than twice the memory. Two things go
unseen: surplus fields after the crime type, which change no count; and rows joined by two stray quotation marks that
each open a field pm does not read, which no CSV writer makes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePosixPath
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.sources.classify import catalogue_rule, observe
from pmcli.sources.layout import Context, Progress
from pmcli.sources.reading.columns import columns_of
from pmcli.sources.reading.files import DataFile
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Report, counted
from pmcli.sources.street.layout import LAYOUT
from pmcli.sources.street.lines import (
    LEFT_OUT,
    MONTH,
    PUBLISHED_NAME,
    REQUIRED,
    Header,
    first_line,
    header_of,
    line_by_line,
    tally_schema,
)
from pmcli.sources.street.revised import say_revised
from pmcli.sources.street.trace import trace_files, trace_table
from pmcli.sources.street.types import CRIME_TYPES, published, with_zeros
from pmcli.sources.tracing import Trace

FILES_A_SCAN: Final = 200
"""Files in one streaming scan: few enough for progress and to confine trouble, so many that it costs nothing."""

INFLATING: Final = 4
"""Archive members in memory at once: zlib works outside Python's lock, and while one is inflated others are parsed."""

INFLATED_BYTES: Final = 256 * 1024 * 1024
"""What those members may take together; members so large that four are more are taken fewer at a time."""


def read(
    files: Sequence[DataFile],
    *,
    catalogue: Catalogue,
    report: Report,
    progress: Callable[[int, int], None] | None = None,
    later_wins: bool = False,
    trace: Trace | None = None,
) -> tuple[pl.DataFrame, int]:
    """The monthly counts in street files, in folders and archives alike.

    Returns (a frame of crime_type, area (the force as `Falls within` writes it), period_end (the last day of the
    month), months (1) and value (rows counted; a published type without a row is 0, see street_types), sorted; the
    number of rows read, those left out included).
    progress: called with (bytes done, bytes in all). later_wins: of two files of a force and month, the one of the
    later archive or folder is counted. trace: keeps the rows of a figure that is asked about.
    Rows without a month, force or crime type, or with too many fields, are left out and reported; so are rows of
    another month than their file's name says, which count in the month that they state.
    Raises PmError when the file of a force and month is there twice, or when a file is not a street file.
    """
    given, files = files, without_overlaps(files, report, later_wins=later_wins)
    known = CRIME_TYPES | {text for m in catalogue.measures.values() for text in _literals(m.where.get("street", ""))}
    tallies, unread = _count(files, _Progress(files, progress))
    tally = pl.concat(tallies) if tallies else pl.DataFrame(schema=tally_schema())
    suspects = sorted({*unread, *_suspect(tally, files, known)})
    closer = [line_by_line(place, files[place], known, report) for place in suspects]
    tally = pl.concat([tally.filter(~pl.col("file").is_in(suspects)), *(frame for frame, _ in closer)])
    rows = int(tally["rows"].sum()) + sum(left_out for _, left_out in closer)
    tally = _with_published_types(tally, known, report)
    _note_split_months(tally, files, report)
    dropped = [file for file in given if file not in files] if len(files) < len(given) else []
    if dropped:
        earlier, _ = _count(dropped, _Progress(dropped, None))
        was = pl.concat([pl.DataFrame(schema=tally_schema()), *earlier])
        say_revised(was.filter(~pl.col("file").is_in(_suspect(was, dropped, known))), tally, report)
    if trace is not None:
        trace_files(files, tally, known, catalogue, trace)
    return monthly(tally, catalogue, report), rows


def monthly(tally: pl.DataFrame, catalogue: Catalogue, report: Report) -> pl.DataFrame:
    """The monthly counts of a tally, with zeros, and what is missing said; see `read`."""
    frame = (
        tally.group_by("crime_type", "area", "month")
        .agg(pl.col("rows").sum().cast(pl.Float64).alias("value"))
        .select(
            "crime_type",
            "area",
            (pl.col("month") + "-01").str.to_date("%Y-%m-%d").dt.month_end().alias("period_end"),
            pl.lit(1, pl.Int8).alias("months"),
            "value",
        )
        .sort("crime_type", "area", "period_end")
    )
    _note_gaps(frame, catalogue, report)
    return with_zeros(frame)


def _with_published_types(tally: pl.DataFrame, known: Iterable[str], report: Report) -> pl.DataFrame:
    """The tally with crime types as published, whatever their spelling; those that are none are named and counted."""
    names = set(known)
    others = [text for text in tally["crime_type"].unique().drop_nulls().sort().to_list() if text not in names]
    if not others:
        return tally
    respelt = {text: published(text) for text in others if published(text) != text}
    counts = dict(tally.group_by("crime_type").agg(pl.col("rows").sum()).rows())
    for text, name in respelt.items():
        report.note(f"street: {counted(counts[text], 'row')} of the crime type {text!r} read as {name!r}")
    strange = [text for text in others if text not in respelt]
    if strange:
        strange.sort(key=lambda text: (-counts[text], text))
        shown = _shortened([f"{text!r} ({counted(counts[text], 'row')})" for text in strange], 5)
        report.note(
            f"street: crime types that data.police.uk does not publish: {shown}; they count in all crime only, and in "
            "months with them a type without rows is not known rather than 0"
        )
    return tally.with_columns(pl.col("crime_type").replace(respelt))


def without_overlaps(files: Sequence[DataFile], report: Report, *, later_wins: bool) -> Sequence[DataFile]:
    """The files, each force and month once. Raises PmError when two files say by their names that they are the same,
    unless the later one wins: that of the archive or folder with the later last month, else the one given later."""
    named = [(file, match) for file in files if (match := PUBLISHED_NAME.match(file.stem))]
    by_key: dict[str, list[DataFile]] = defaultdict(list)
    for file, match in named:
        by_key[match["key"].lower()].append(file)
    twice = [(same[0], other) for same in by_key.values() for other in same[1:]]
    if not twice:
        return files
    if later_wins:
        return _later(files, named, by_key, report)
    first, second = twice[0]
    places = [_folder(first), _folder(second)]
    if places[0] == places[1]:
        places = [first.name, second.name]
    others = f", and {len(twice) - 1:,} more files likewise" if len(twice) > 1 else ""
    raise PmError(
        f"{first.stem} is in {places[0]} and in {places[1]}{others}",
        "Give one of them: counting both would double its figures. With --later-wins the later archive has them.",
    )


def _later(
    files: Sequence[DataFile],
    named: Sequence[tuple[DataFile, re.Match[str]]],
    by_key: dict[str, list[DataFile]],
    report: Report,
) -> list[DataFile]:
    last: dict[object, tuple[str, int]] = {}
    for order, (file, match) in enumerate(named):
        month = max(match["month"], last.get(_parent(file), ("", 0))[0])
        last[_parent(file)] = (month, order)
    dropped = {
        file: max(same, key=lambda file: last[_parent(file)])
        for same in by_key.values()
        for file in same
        if file is not max(same, key=lambda file: last[_parent(file)])
    }
    pairs: dict[tuple[str, str], int] = defaultdict(int)
    for file, kept in dropped.items():
        pairs[_folder(file), _folder(kept)] += 1
    for (of, kept_in), count in list(pairs.items())[:3]:
        report.leave_out(
            f"{counted(count, 'file')} of {of} left out: {kept_in} is later, and has the same forces and months"
        )
    return [file for file in files if file not in dropped]


def _parent(file: DataFile) -> object:
    """The archive, or the folder over the folders of months, that a file belongs to."""
    if file.member:
        return file.path
    return file.path.parent.parent if re.fullmatch(r"\d{4}-\d{2}", file.path.parent.name) else file.path.parent


def _folder(file: DataFile) -> str:
    if not file.member:
        return f"{file.path.parent}/"
    inside = PurePosixPath(file.member).parent
    return file.path.name if inside == PurePosixPath(file.stem[:7]) else f"{file.path.name}!{inside}/"


def _literals(condition: str) -> list[str]:
    """The texts that an SQL condition compares with."""
    return re.findall(r"'([^']*)'", condition)


class _Progress:
    """Adds up the bytes of the files that are done."""

    def __init__(self, files: Sequence[DataFile], tell: Callable[[int, int], None] | None) -> None:
        self._tell, self._done, self._total = tell, 0, sum(file.size for file in files)

    def add(self, files: Iterable[DataFile]) -> None:
        self._done += sum(file.size for file in files)
        if self._tell:
            self._tell(self._done, self._total)


# -- counting -----------------------------------------------------------------------------------------------------
def _count(files: Sequence[DataFile], progress: _Progress) -> tuple[list[pl.DataFrame], list[int]]:
    """(Tallies of the rows per file, month, area and crime type; the places of files that Polars cannot read)."""
    from concurrent.futures import ThreadPoolExecutor

    scans: dict[Header, list[int]] = defaultdict(list)
    in_memory: list[int] = []
    for place, file in enumerate(files):
        if file.member or file.suffix.endswith(".gz"):
            in_memory.append(place)
        else:
            scans[header_of(file, first_line(file))].append(place)
    tallies: list[pl.DataFrame] = []
    unread: list[int] = []
    for header, places in scans.items():
        for start in range(0, len(places), FILES_A_SCAN):
            batch = places[start : start + FILES_A_SCAN]
            tally = _scan(files, batch, header)
            # One file that cannot be read fails the whole batch: go through the batch to find it.
            for place, one in [(-1, tally)] if tally is not None else [(p, _scan(files, [p], header)) for p in batch]:
                if one is None:
                    unread.append(place)
                else:
                    tallies.append(one)
            progress.add(files[place] for place in batch)
    largest = max((files[place].size for place in in_memory), default=0)
    pool = ThreadPoolExecutor(max(1, min(INFLATING, INFLATED_BYTES // max(1, largest))))
    try:
        for place, member in zip(in_memory, pool.map(lambda p: _scan_bytes(files, p), in_memory), strict=True):
            if member is None:
                unread.append(place)
            else:
                tallies.append(member)
            progress.add([files[place]])
    finally:
        pool.shutdown(cancel_futures=True)
    return tallies, unread


def _scan(files: Sequence[DataFile], places: list[int], header: Header) -> pl.DataFrame | None:
    """The tally of files on disk that share a header, or None when Polars refuses one of them."""
    paths = {str(files[place].path): place for place in places}
    lazy = pl.scan_csv(
        list(paths), infer_schema=False, separator=header.separator, glob=False, include_file_paths="file://"
    )
    try:
        counted = lazy.group_by("file://", *header.required).agg(pl.len()).collect(engine="streaming")
    except (pl.exceptions.PolarsError, OSError):
        return None
    return _tally(counted, header, pl.col("file://").replace_strict(paths, return_dtype=pl.UInt32))


def _scan_bytes(files: Sequence[DataFile], place: int) -> pl.DataFrame | None:
    """The tally of one file that has to be inflated into memory, or None when Polars refuses it."""
    data = files[place].read()
    header = header_of(files[place], data[: data.find(b"\n") + 1] or data)
    lazy = pl.scan_csv(data, infer_schema=False, separator=header.separator)
    try:
        counted = lazy.group_by(header.required).agg(pl.len()).collect(engine="streaming")
    except pl.exceptions.PolarsError:
        return None
    return _tally(counted, header, pl.lit(place, pl.UInt32))


def _tally(counted: pl.DataFrame, header: Header, file: pl.Expr) -> pl.DataFrame:
    names = ("month", "area", "crime_type")
    texts = [pl.col(name).str.strip_chars().alias(new) for name, new in zip(header.required, names, strict=True)]
    return counted.select(file.alias("file"), *texts, pl.col("len").cast(pl.UInt32).alias("rows"))


def _suspect(tally: pl.DataFrame, files: Sequence[DataFile], known: Iterable[str]) -> list[int]:
    """The places of the files whose counts do not look as published, to be read line by line.

    An unknown crime type is suspect because a stray comma in a row shifts another column into its place.
    """
    named = {place: match["month"] for place, file in enumerate(files) if (match := PUBLISHED_NAME.match(file.stem))}
    in_name = pl.col("file").replace_strict(named, default=None, return_dtype=pl.String)
    good = (
        pl.col("month").str.contains(MONTH)
        & (pl.col("area") != "")
        & pl.col("crime_type").is_in(list(known))
        & (pl.col("month") == in_name).fill_null(True)
    )
    return tally.filter(~good.fill_null(False))["file"].unique().to_list()


# -- what else to say ---------------------------------------------------------------------------------------------
def _note_split_months(tally: pl.DataFrame, files: Sequence[DataFile], report: Report) -> None:
    """Say when a force's month comes from more than one file: the counts are added up."""
    shared = (
        tally.group_by("area", "month")
        .agg(pl.col("file").unique().sort())
        .filter(pl.col("file").list.len() > 1)
        .sort("area", "month")
    )
    if shared.height:
        area, month, places = shared.row(0)
        names = " and ".join(files[place].name for place in places[:2])
        others = f" (and {shared.height - 1:,} more months likewise)" if shared.height > 1 else ""
        report.note(f"{area} {month} is in {names}; they were added up{others}")


def _note_gaps(frame: pl.DataFrame, catalogue: Catalogue, report: Report) -> None:
    """Say which months each force lacks between its first and its last."""
    have: dict[str, set[int]] = defaultdict(set)
    for area, end in frame.select("area", "period_end").unique().iter_rows():
        have[catalogue.area_label(catalogue.area_id(area)[0])].add(end.year * 12 + end.month - 1)
    gaps: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for label, months in sorted(have.items()):
        gaps[tuple(sorted(set(range(min(months), max(months))) - months))].append(label)
    for missing, labels in gaps.items():
        if missing:
            verb = "is" if len(missing) == 1 else "are"
            report.note(f"{_shortened(labels)}: {_shortened(_runs(missing))} {verb} missing")


def _runs(missing: Sequence[int]) -> list[str]:
    """Months in words, those that follow one another as one: 2020-12, 2022-01 to 2024-12."""
    months = set(missing)
    starts = [month for month in missing if month - 1 not in months]
    ends = [month for month in missing if month + 1 not in months]
    words = [f"{month // 12}-{month % 12 + 1:02d}" for month in (*starts, *ends)]
    pairs = zip(words[: len(starts)], words[len(starts) :], strict=True)
    return [first if first == last else f"{first} to {last}" for first, last in pairs]


def _shortened(items: Sequence[str], most: int = 8) -> str:
    return ", ".join(items[:most]) + (f" and {len(items) - most:,} more" if len(items) > most else "")


def observations(files: Sequence[DataFile], context: Context, progress: Progress) -> tuple[pl.DataFrame, int]:
    """The observations in street files, and the number of rows read; see `read`."""
    frame, rows = read(
        files,
        catalogue=context.catalogue,
        report=context.report,
        progress=progress,
        later_wins=context.later_wins,
        trace=context.trace,
    )
    return _observed(frame, context), int(rows)


def from_tables(tables: Sequence[RawTable], context: Context) -> pl.DataFrame:
    """The observations in street files that are no plain text: workbooks, Parquet, or with lines over the header."""
    known = CRIME_TYPES | {
        text for m in context.catalogue.measures.values() for text in _literals(m.where.get("street", ""))
    }
    without_overlaps([table.file for table in tables], context.report, later_wins=False)
    tallies = []
    for place, table in enumerate(tables):
        texts = dict(zip(REQUIRED, ("month", "area", "crime_type"), strict=True))
        frame = columns_of(table, texts, context.report).with_columns(pl.col(list(texts.values())).str.strip_chars())
        month = pl.col("month").str.replace(r"^(\d{4}-\d{2})-\d{2}(?:[ T]00:00.*)?$", "$1")
        frame = frame.with_columns(month.alias("month"))
        for mask, what in (
            (~pl.col("month").str.contains(MONTH).fill_null(value=False), "have no month written YYYY-MM"),
            ((pl.col("area").fill_null("") == ""), "do not say which force they fall within"),
            ((pl.col("crime_type").fill_null("") == ""), "have no crime type"),
        ):
            wrong = frame.filter(mask)
            if wrong.height:
                row, example = int(wrong["_row"][0]), wrong["month"][0] or ""
                context.report.problem(
                    table.file.name,
                    f"rows {what} {LEFT_OUT}",
                    wrong.height,
                    sheet=table.sheet,
                    row=row,
                    example=example,
                )
                frame = frame.filter(~mask)
        tally = frame.group_by("month", "area", "crime_type").agg(pl.len().cast(pl.UInt32).alias("rows"))
        if context.trace is not None:
            trace_table(frame, table, context.catalogue, context.trace)
        tallies.append(tally.select(pl.lit(place, pl.UInt32).alias("file"), "month", "area", "crime_type", "rows"))
    tally = _with_published_types(pl.concat(tallies), known, context.report)
    _note_split_months(tally, [table.file for table in tables], context.report)
    return _observed(monthly(tally, context.catalogue, context.report), context)


def _observed(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    frame = frame.with_columns(
        pl.lit(0, dtype=pl.UInt32).alias("_table"),
        pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias("_row"),
        pl.col("months").cast(pl.Int8),
        pl.col("value").cast(pl.Float64),
    )
    rule = catalogue_rule(context.catalogue, LAYOUT.name)._replace(known=CRIME_TYPES)
    return observe(frame.lazy(), LAYOUT.name, rule, context.catalogue, context.report, ["the street files"])
