"""What a layout is: the one kind of thing that `load` knows, and what it is told.

A layout is a file or a folder beside this one that says how such an extract is known and how it becomes observations,
as one Layout, registered in LAYOUTS (pmcli/sources/__init__.py). Nothing else names it. Every load asks every layout
whether a header is its own, but reads with one of them: so what is known of a layout stands in a small file, and what
reads it may be imported `later` (later.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.sources.classify import Rule, observe
from pmcli.sources.reading.columns import has_all
from pmcli.sources.reading.files import DataFile
from pmcli.sources.reading.raw import Matcher, RawTable
from pmcli.sources.reading.report import Report
from pmcli.sources.tracing import Trace

Progress = Callable[[int, int], None]
"""Told bytes done and bytes in all, now and then."""


class Mapping(Protocol):
    """What `load` needs of any mapping.

    reader: the name of the layout that reads such a table. source: what the source column says. required: the columns
    that a file must have, as published.
    """

    @property
    def reader(self) -> str: ...  # noqa: D102
    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def required(self) -> tuple[str, ...]: ...  # noqa: D102


class Context(NamedTuple):
    """What a layout is told: the catalogue, where to report, the mapping where one is given, and for records what to
    break measures down by and which column the areas within a force are in ("" for the force only). later_wins: of
    files that give the same figures, the later one has them (--later-wins). trace: where the rows of a figure are to
    be kept, for `pm why`; None for a plain load."""

    catalogue: Catalogue
    report: Report
    mapping: Mapping | None = None
    by: tuple[str, ...] = ()
    area: str = ""
    later_wins: bool = False
    trace: Trace | None = None

    def source(self, layout: str) -> str:
        """What the source column says: the mapping's word for it, else the layout's name."""
        return self.mapping.source if self.mapping is not None and self.mapping.reader == layout else layout

    def observed(self, rows: pl.LazyFrame, layout: str, rule: Rule, tables: Sequence[RawTable]) -> pl.DataFrame:
        """The observations of long rows of classification, area, period and value, as the rule classes them."""
        places = [table.where for table in tables]
        source = self.source(layout)
        return observe(rows, source, rule, self.catalogue, self.report, places, tables, trace=self.trace)


class Layout(NamedTuple):
    """A layout that `load` knows.

    title: one line for people. columns: header names, as published, that must be there; matching ignores case, white
    space and footnote digits in the file.
    read: all tables of this layout -> observations (tables.OBSERVATIONS without a sort).
    header: whether a row is its header, for a layout whose publishers write it in several ways; None asks for all of
    `columns`. breaks_down: whether --by and --area apply. settles: whether --later-wins does.
    opens: a file's rows as a table that is not read into memory at once, or None for a file that is better read whole.
    scan: many files at once, which no table is made of: (files, context, progress) -> (observations, rows).
    """

    name: str
    title: str
    columns: tuple[str, ...]
    read: Callable[[Sequence[RawTable], Context], pl.DataFrame] | None = None
    header: Callable[[Sequence[str]], bool] | None = None
    breaks_down: bool = False
    settles: bool = False
    opens: Callable[[DataFile, Matcher], RawTable | None] | None = None
    scan: Callable[[Sequence[DataFile], Context, Progress], tuple[pl.DataFrame, int]] | None = None

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether a row of cells is this layout's header."""
        return self.header(cells) if self.header is not None else has_all(cells, self.columns)
