"""CSV and spreadsheets: text that would run as a formula is shown as text, and comes back as it was."""

from __future__ import annotations

import csv
import io
from inspect import signature

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli.formulas import protected, unprotected
from tests.conftest import pm

from .conftest import _FUNCTIONS, complaint, fine, parquet, table
from .test_terminal import on_a_terminal

FORMULAS = ["=HYPERLINK(1)", "+1", "-2+3", "@SUM(A1)", "'=1", "''@x", "plain", "a=b", "'quoted'", "naïve"]


@pytest.fixture
def hostile(monthly) -> bytes:
    """Observations whose categories are what a stranger put into an extract."""
    frame = table(monthly).head(len(FORMULAS))
    return parquet(
        frame.with_columns(
            dimension=pl.lit("weapon"), category=pl.Series(FORMULAS, dtype=pl.String), value=pl.lit(-5.0)
        )
    )


def cells(data: bytes, column: str = "category") -> set[str]:
    return {row[column] for row in csv.DictReader(io.StringIO(data.decode()))}


def runs(cell: str) -> bool:
    """Whether a spreadsheet would take the cell for a formula: written apart from pmcli.formulas on purpose."""
    return cell[:1] in ("=", "+", "-", "@", "\t", "\r")


def test_a_csv_file_is_safe_by_default_and_standard_output_only_when_told(hostile, tmp_path):
    file = tmp_path / "x.csv"
    assert cells(fine(pm("show", "-f", "csv", stdin=hostile))) == set(FORMULAS)
    safe = fine(pm("show", "-f", "csv", "--safe", stdin=hostile))
    assert not any(map(runs, cells(safe)))
    assert {cell.removeprefix("'") for cell in cells(safe)} >= {"=HYPERLINK(1)", "+1", "-2+3", "@SUM(A1)", "plain"}
    assert cells(safe, "value") == {"-5.0"}  # a figure is no text
    fine(pm("show", "-o", str(file), stdin=hostile))
    assert file.read_bytes() == safe
    fine(pm("show", "-o", str(file), "--no-safe", stdin=hostile))
    assert cells(file.read_bytes()) == set(FORMULAS)


def test_observations_that_left_safe_are_loaded_as_they_were(hostile, tmp_path):
    file = tmp_path / "x.csv"
    fine(pm("show", "-o", str(file), stdin=hostile))
    back = table(fine(pm("load", str(file))))
    assert set(back["category"]) == set(FORMULAS)


@given(st.lists(st.text(alphabet="'=+-@\t\rab ", max_size=6)))
def test_taking_the_apostrophes_off_gives_the_text_back(texts):
    frame = pl.DataFrame(
        {"text": texts, "figure": [-1.0] * len(texts)}, schema={"text": pl.String, "figure": pl.Float64}
    )
    safe = protected(frame)
    assert not any(map(runs, safe["text"]))
    assert unprotected(safe).equals(frame)


def test_safe_is_refused_where_nothing_is_csv(hostile, tmp_path):
    result = pm("show", "--safe", "-o", str(tmp_path / "x.parquet"), stdin=hostile)
    assert "--safe is about CSV" in complaint(result, "show", 2)


def test_every_command_that_writes_csv_has_the_option():
    without = {name for name, function in _FUNCTIONS.items() if "safe" not in signature(function).parameters}
    assert without == {"plot", "pack", "history", "init", "help", "docs", "sql"}  # none of them writes a table as CSV


@pytest.mark.parametrize("form", ["csv", "json", "ndjson"])
def test_a_terminal_gets_no_escapes_in_any_form_of_text(hostile, tmp_path, form):
    frame = table(hostile).with_columns(category=pl.Series([f"\x1b[2J\u202e\x9b{i}" for i in range(len(FORMULAS))]))
    file = tmp_path / "x.parquet"
    file.write_bytes(parquet(frame))
    seen = on_a_terminal("show", "-f", form, "-i", str(file))
    assert seen.code == 0
    assert "␛[2J" in seen.drawn
    assert not {"\x1b", "\x9b", "\u202e"} & set(seen.drawn)
    assert b"\xe2\x80\xae" in fine(pm("show", "-f", form, "-i", str(file)))  # data stay what they are
