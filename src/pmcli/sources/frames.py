"""What `pmcli.load` takes beside files: the rows of a table that some other library holds.

A kind of table is one line of KINDS: what its class is called, and the function that loads it. It is told by the name
of its class, so that nothing is imported that the caller has not imported already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, cast

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError
from pmcli.sources import LAYOUTS
from pmcli.sources.layout import Context
from pmcli.sources.loading import Loaded, mapping_of, read_tables, refuse_breakdown, together
from pmcli.sources.reading.columnar import as_text
from pmcli.sources.reading.files import DataFile
from pmcli.sources.reading.raw import RawTable, Unread, clean, column_names
from pmcli.sources.reading.report import Report
from pmcli.sources.recognise import Found, layout_of
from pmcli.sources.records.streamed import StreamedTable
from pmcli.sources.refusals import no_layout, not_as_mapped, unknown_source
from pmcli.sources.warehouse.extra import imported
from pmcli.tables import OBSERVATIONS


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `pmcli.load` was asked for beside the table: its options, as pmcli.sources.load takes them;
    latest, of an Ibis table, as `pm load --latest`."""

    source: str | None = None
    mapping: str | Path | None = None
    catalogue: Catalogue | None = None
    strict: bool = False
    by: Sequence[str] = ()
    area: str = ""
    latest: str = ""


class Loader(Protocol):
    """Loads one kind of table."""

    def __call__(self, table: Any, wanted: Wanted) -> Loaded:
        """The observations in the table. Raises UsageError and PmError as pmcli.sources.load does."""
        ...


def lazy_frame(table: pl.LazyFrame, wanted: Wanted, name: str = "the LazyFrame") -> Loaded:
    """The observations in a Polars LazyFrame of any layout's columns; of crime records only those mapped are read.

    name: how messages call it.
    """
    report = Report(strict=wanted.strict)
    catalogue = wanted.catalogue or Catalogue()
    if wanted.source is not None and wanted.source not in LAYOUTS:
        raise unknown_source(wanted.source, list(LAYOUTS))
    mapping = mapping_of(wanted.mapping, wanted.source, catalogue)
    schema = _trying(name, table.collect_schema)
    header = tuple(clean(column) for column in schema.names())
    file = DataFile(Path(name), "", "", 0, label=name)
    layout = layout_of(header, LAYOUTS, wanted.source, mapping)
    if layout is None:
        unread = [Unread("", [list(header)])]
        known = [LAYOUTS[wanted.source]] if wanted.source else list(LAYOUTS.values())
        raise not_as_mapped(name, unread, mapping) if mapping else no_layout(name, unread, known)
    names = column_names(header)
    rows = table.rename(dict(zip(schema.names(), names, strict=True)))
    found = Found()
    if layout in LAYOUTS and LAYOUTS[layout].opens is not None:
        empty = pl.DataFrame(schema=dict.fromkeys([*names, "_row"], pl.String))
        found.add(StreamedTable(file, "", header, [], empty, separator="", rows_of=rows), layout)
        found.unread += found.tables[layout]
    else:
        texts = rows if set(OBSERVATIONS.columns) <= set(header) else rows.select(
            as_text(column, dtype) for column, dtype in zip(names, schema.dtypes(), strict=True)
        )  # fmt: skip
        frame = _trying(name, texts.with_row_index("_row", offset=1).collect)
        found.add(RawTable(file, "", header, [], frame), layout)
    context = Context(catalogue, report, mapping, tuple(wanted.by), wanted.area)
    if wanted.by or wanted.area:
        refuse_breakdown(list(found.tables), LAYOUTS, report)
    made: dict[str, pl.DataFrame] = {}
    read = read_tables(found, made, LAYOUTS, context)
    return Loaded(together(made, context), [], report, read)


def arrow(table: Any, wanted: Wanted) -> Loaded:
    """The observations in whatever hands its columns over by Arrow's interface of capsules: a Polars or pandas frame, a
    pyarrow table, a DuckDB relation, a batch reader, a frame of narwhals.
    """
    name = f"the {type(table).__name__}"
    if not isinstance(table, pl.DataFrame):
        table = _trying(name, lambda: _as_polars(table))
    return lazy_frame(table.lazy(), wanted, name)


def _as_polars(table: Any) -> pl.DataFrame:
    try:
        return pl.DataFrame(table)
    except ImportError:  # pandas without pyarrow: its columns one by one, NaN and NaT as not known
        columns = {str(name): table[name].tolist() for name in table.columns}
        known = {name: [None if cell != cell else cell for cell in cells] for name, cells in columns.items()}
        return pl.DataFrame(known, strict=False)


def _trying(name: str, work: Callable[[], Any]) -> Any:
    try:
        return work()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise PmError(f"{name} cannot be read: {str(error).splitlines()[0]}") from error


KINDS: Final[dict[str, tuple[str, str]]] = {
    "polars.lazyframe.frame.LazyFrame": ("pmcli.sources.frames", "lazy_frame"),
    "ibis.expr.types.relations.Table": ("pmcli.sources.warehouse.load", "ibis_table"),
}
"""A kind of table, by its class -> where its Loader is."""


CAPSULES: Final = "__arrow_c_stream__"
"""What an object has that hands its columns over as Arrow does, whatever library it is of."""


def loader_of(given: Any) -> Loader | None:
    """What loads `given`, where it is a table; None for the names of files. Raises UsageError for what is neither."""
    for one in type(given).__mro__:
        if found := KINDS.get(f"{one.__module__}.{one.__qualname__}"):
            return cast("Loader", getattr(imported(found[0]), found[1]))
    if hasattr(given, CAPSULES):
        return arrow
    if isinstance(given, str | Path) or (
        isinstance(given, Sequence) and all(isinstance(item, str | Path) for item in given)
    ):
        return None
    kinds = ", ".join(name.rpartition(".")[2] for name in KINDS)
    hint = f"Give it files, one of: {kinds}, or a table that can be had as Arrow."
    raise UsageError(f"pmcli.load takes no {type(given).__qualname__}", hint)
