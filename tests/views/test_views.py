"""VIEWS: every table can be seen, each in a folder of its name that is imported when somebody asks for it."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

from pmcli.catalogue import Catalogue
from pmcli.tables import TABLES, Table
from pmcli.views import VIEWS, blocks_of
from tests.conftest import environment


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
