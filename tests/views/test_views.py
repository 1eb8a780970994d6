"""VIEWS: every table can be seen, each in a folder of its name that is imported when somebody asks for it."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import polars as pl
import pytest

from pmcli.catalogue import Catalogue
from pmcli.tables import COMPARISON, TABLES, Table
from pmcli.views import VIEWS, blocks_of
from pmcli.views.blocks import Look
from tests.conftest import environment
from tests.views.rows import SEP22, counts


def test_every_table_has_a_view_in_a_folder_of_its_name() -> None:
    assert [view.table.name for view in VIEWS] == list(dict.fromkeys(view.table.name for view in VIEWS))
    assert {view.table.name for view in VIEWS} == {table.name for table in TABLES}
    for view in VIEWS:
        parts = {name: find_spec(f"pmcli.views.{view.table.name}.{name}") for name in ("table", "sentences", "charts")}
        assert parts["table"], view.table.name
        assert bool(parts["sentences"]) == bool(view.table.about), view.table.name


def test_a_view_imports_no_other_tables_folder_until_it_is_asked_for() -> None:
    code = "import sys, pmcli.views; print(*(name for name in sys.modules if name.startswith('pmcli.views.')))"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment())
    assert made.stdout.decode().split() == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_without_rows_says_that_it_has_none(table: Table) -> None:
    (block,) = blocks_of(table.empty(), table, Catalogue())
    assert block.title == f"{table.name}: no rows"


def test_a_comparison_on_its_measures_own_page_does_not_repeat_its_name() -> None:
    rows = [counts(4_484, 7_600), counts(4_484, 4_313, against="previous-year", against_end=SEP22)]
    frame = COMPARISON.empty().vstack(pl.DataFrame(rows, schema=COMPARISON.empty().schema))
    beside, alone = (blocks_of(frame, COMPARISON, Catalogue(), Look(alone=alone))[0] for alone in (False, True))
    assert next(iter(beside.columns)) == "Measure"
    assert list(alone.columns)[:2] == ["Against", "Now"]
    assert alone.title.startswith("Burglary, Essex: ")
    assert [row.texts[1] for row in alone.rows] == [beside.rows[0].texts[1]] * 2
    assert [row.texts[2:] for row in alone.rows] == [row.texts[3:] for row in beside.rows]
