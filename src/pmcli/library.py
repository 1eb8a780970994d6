"""Loading, drawing a table and saying what it found, as functions for scripts and notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from pmcli import sources
from pmcli.catalogue import Catalogue
from pmcli.drawing.chart import Chart
from pmcli.errors import PmError
from pmcli.history import Stage
from pmcli.notes import note
from pmcli.periods import BASELINE
from pmcli.sources.frames import Wanted, loader_of
from pmcli.steps.change_reasons import Differing
from pmcli.steps.written import Month, area_id, last_day
from pmcli.tables import check_keys, check_rows, conform, recognise
from pmcli.views import blocks_of
from pmcli.views.blocks import Look
from pmcli.views.changes.compared import changes_table
from pmcli.views.notebook import Shown
from pmcli.views.outside import reading
from pmcli.views.plot import charts_of
from pmcli.views.say import SAYABLE
from pmcli.views.say import say as sentences_of


def load(
    given: Any,
    *,
    source: str | None = None,
    map: str | Path | None = None,
    mapping: str | Path | None = None,
    catalogue: Catalogue | None = None,
    strict: bool = False,
    by: Sequence[str] = (),
    area: str = "",
    latest: str = "",
) -> pl.LazyFrame:
    """The observations in extract files, folders, globs or archives, or in a table that another library holds.

    given: the names of files; a Polars frame, or whatever hands its columns over as Arrow does (a pandas frame, a
    pyarrow table, a DuckDB relation); or an Ibis table (counted where its rows are: docs/warehouse.md).
    source: the layout, when its header should not decide (`pm load --as`). map: a mapping file, or the name of one of
    pm's (docs/mappings.md); mapping: the same. strict: raise at the first row that cannot be read instead of counting
    it. by, area: for crime records, the mapped columns to break every measure down by, and the one that the districts
    are in. latest: of an Ibis table, the column whose greatest value says which of a crime's rows of one day stands.
    Everything that was dropped, unreadable or left out is a PmNote. Raises PmError when nothing can be loaded.
    """
    loader = loader_of(given)
    wanted = Wanted(source, map or mapping, catalogue, strict, by, area, latest)
    if loader is not None:
        loaded = loader(given, wanted)
    else:
        paths = [given] if isinstance(given, str | Path) else list(given)
        loaded = sources.load(
            paths, source=source, mapping=wanted.mapping, catalogue=catalogue, strict=strict, by=by, area=area
        )
    for sentence in loaded.report.sentences():
        note(sentence)
    return loaded.observations.lazy()


def plot(
    frame: pl.LazyFrame | pl.DataFrame,
    *,
    kind: str | None = None,
    force: str | None = None,
    peers: Mapping[str, Sequence[str]] | None = None,
    baseline: Month | None = None,
    catalogue: Catalogue | None = None,
) -> list[Chart]:
    """The charts of a table (`pm plot`), which a notebook shows as they are, and which `save` to .svg or .png.

    frame: an observations, spc, rank, funnel or waves table, recognised by its columns. kind: of a funnel table
    "scatter". force, peers: the area picked out among forces, by id or name, and the Most Similar Group of each
    (`read_peers`). baseline: the last month of the baseline window of observations; December 2019 when left out.
    Raises PmError for any other table, and for one without a figure to draw.
    """
    given = frame.lazy().collect()
    table = recognise(given.columns)
    if table is None:
        raise PmError("there is nothing to draw of this: it is no table of pm", "See `pm plot --help`.")
    return charts_of(
        conform(given, table),
        table,
        catalogue or Catalogue(),
        kind=kind,
        highlight=area_id(force, catalogue) if force else None,
        peers=peers,
        baseline=last_day(baseline, "baseline") or BASELINE,
    )


def show(frame: pl.LazyFrame | pl.DataFrame, *, force: str | None = None, catalogue: Catalogue | None = None) -> Shown:
    """A table as people read it (`pm show`): a notebook shows it as a table, `print` as text.

    A result stays a plain LazyFrame, so that everything Polars can do with one works on it; what it looks like is asked
    for here. frame: any table of pm, recognised by its columns. force: the area picked out, by id or name.
    Raises PmError for what is no table of pm, or holds figures that do not belong together.
    """
    given = frame.lazy().collect()
    table = recognise(given.columns)
    if table is None:
        raise PmError("this is no table of pm", "docs/data-dictionary.md lists the tables and their columns.")
    known = catalogue or Catalogue()
    mine = area_id(force, known) if force else None
    made = reading(conform(given, table), table, lambda rows: blocks_of(rows, table, known, Look(highlight=mine)))
    return Shown(tuple(made))


def say(frame: pl.LazyFrame | pl.DataFrame, catalogue: Catalogue | None = None) -> pl.DataFrame:
    """The sentences on a result table (`pm say`): each with its finding, its caveat and the figures it rests on.

    frame: a comparison, rank, outliers, trend, spc, breakdown, waves or funnel table, recognised by its columns.
    Returns the sentences table. Raises PmError for any other table.
    """
    given = frame.lazy().collect()
    table = recognise(given.columns)
    if table is None or table not in SAYABLE:
        what = f"the {table.name} table" if table is not None else "this"
        names = ", ".join(one.name for one in SAYABLE)
        raise PmError(f"there is nothing to say of {what}", f"Give one of these tables: {names}.")
    return sentences_of(conform(given, table), table, catalogue or Catalogue())


def diff(
    old: pl.LazyFrame | pl.DataFrame,
    new: pl.LazyFrame | pl.DataFrame,
    *,
    catalogue: Catalogue | None = None,
    histories: tuple[Sequence[Stage], Sequence[Stage]] = ((), ()),
) -> pl.DataFrame:
    """What differs between two tables of one kind (`pm diff`): the changes table, a row a cell.

    old, new: observations, any result table, or the edition tables that two packs wrote, recognised by their columns.
    histories: those of the two tables, as `pmcli.history.from_json` reads them from their files: they tell that peers,
    population, rules or pm itself are others. Raises PmError for two tables of different kinds, a key that comes twice,
    or a table that is not compared (audit).
    """
    before, after = old.lazy().collect(), new.lazy().collect()
    table, other = recognise(before.columns), recognise(after.columns)
    if table is None or table is not other:
        names = [f"the {kind.name} table" if kind else "no table of pm" for kind in (table, other)]
        raise PmError(f"the older is {names[0]}, the newer {names[1]}: not compared", "Give two tables of one kind.")
    before, after = conform(before, table, "the older table"), conform(after, table, "the newer table")
    for frame, where in ((before, "the older table"), (after, "the newer table")):
        check_keys(check_rows(frame, table, where), table, where)
    return changes_table(before, after, table, catalogue or Catalogue(), Differing.between(*histories))
