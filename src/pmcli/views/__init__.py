"""How people see the tables of pm: one folder a table, and VIEWS, the literal list of them.

A table's folder holds table.py (rows to blocks) and, where its rows say or draw something, sentences.py (rows to
statements with their origin) and charts.py (rows to charts). `pm show`, `pm say`, `pm plot`, the library and the pack
look here for what a table can be; a folder is imported when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from pmcli.tables import (
    AHEAD,
    AUDIT,
    BREAKDOWN,
    CHANGES,
    CHECK,
    COMPARISON,
    EDITION,
    FUNNEL,
    OBSERVATIONS,
    OUTLIERS,
    RANK,
    SENSITIVITY,
    SENTENCES,
    SPC,
    TREND,
    WAVES,
    WORKING,
    Table,
)

if TYPE_CHECKING:
    import polars as pl

    from pmcli.catalogue import Catalogue
    from pmcli.drawing.chart import Chart
    from pmcli.views.blocks import Block, Look
    from pmcli.views.charting import Wanted
    from pmcli.views.language.statement import Row, Said


@dataclass(frozen=True, slots=True)
class View:
    """How people see a table; its folder is called as the table is, and has sentences when the table has an `about`.

    charts: the kinds of chart that its rows make, the first unless another is asked for; empty: none is drawn. beside:
    whether forces stand side by side in them, and one is picked out.
    """

    table: Table
    charts: tuple[str, ...] = ()
    beside: bool = False

    def blocks(self, frame: pl.DataFrame, catalogue: Catalogue, look: Look) -> list[Block]:
        """The blocks that show rows of the table; at least one row."""
        made: list[Block] = self._part("table").blocks(frame, catalogue, look)
        return made

    def statements(self, rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Said]:
        """What the rows say, each sentence with what it rests on. rows: in key order."""
        made: Iterator[Said] = self._part("sentences").statements(rows, catalogue)
        return made

    def charted(self, frame: pl.DataFrame, wanted: Wanted) -> list[Chart]:
        """The charts of rows of the table; at least one row."""
        made: list[Chart] = self._part("charts").charts(frame, wanted)
        return made

    def _part(self, name: str) -> Any:
        return import_module(f"pmcli.views.{self.table.name}.{name}")


VIEWS: Final = (
    View(OBSERVATIONS, charts=("rolling", "lines", "multiples")),
    View(COMPARISON),
    View(TREND),
    View(SPC, charts=("control",)),
    View(RANK, charts=("rates",), beside=True),
    View(OUTLIERS),
    View(SENSITIVITY),
    View(AHEAD, charts=("fan",)),
    View(FUNNEL, charts=("funnel", "scatter"), beside=True),
    View(WAVES, charts=("waves",)),
    View(BREAKDOWN, charts=("bars",)),
    View(CHECK),
    View(SENTENCES),
    View(AUDIT),
    View(EDITION),
    View(CHANGES),
    View(WORKING),
)


def view_of(table: Table) -> View:
    """The view of a table. Raises KeyError for one that people cannot see."""
    return _BY_NAME[table.name]


_BY_NAME: Final = {view.table.name: view for view in VIEWS}


def blocks_of(frame: pl.DataFrame, table: Table, catalogue: Catalogue, look: Look | None = None) -> list[Block]:
    """The blocks that show `frame`, a table of the contract; one that says so when it has no rows."""
    from pmcli.views.blocks import Block, Look

    if frame.is_empty():
        return [Block(f"{table.name}: no rows", {})]
    return view_of(table).blocks(frame, catalogue, look or Look())
