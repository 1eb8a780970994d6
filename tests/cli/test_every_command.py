"""What every command that reads a table does at the edges: no rows, one row, a missing column, another table kind, a
cut-off stream, CSV text, a workbook, a reader that goes away, and names that are misspelt.
"""

from __future__ import annotations

import subprocess

import polars as pl
import pytest

from pmcli.tables import OBSERVATIONS, TABLES
from tests.conftest import PM, SAMPLES, environment, pm

from .conftest import READERS, STEPS, complaint, fine, parquet, table

MAKES = {made.made_by.removeprefix("pm "): made for made in TABLES} | {"rolling": OBSERVATIONS}
ANY = ("show", "history")  # they take every kind of table

every_reader = pytest.mark.parametrize("command", READERS)
some_readers = pytest.mark.parametrize("command", ["compare", "show"])  # where one file does the work for all of them
every_step = pytest.mark.parametrize("command", STEPS)


@pytest.fixture(scope="session")
def one_year(essex: bytes) -> bytes:
    """One row: a published 12-month total."""
    return parquet(table(essex).tail(1).with_columns(months=pl.lit(12, dtype=pl.Int8), value=pl.lit(4484.0)))


@every_step
def test_no_rows_pass_through_with_the_schema(command):
    sent = table(fine(pm(command, stdin=parquet(OBSERVATIONS.empty()))))
    assert (sent.height, sent.schema) == (0, MAKES[command].schema())


def test_no_rows_pass_through_a_whole_pipeline():
    sent = parquet(OBSERVATIONS.empty())
    for command in ("rolling", "rolling", "compare", "show"):
        sent = fine(pm(command, stdin=sent))
    assert sent.decode().strip()


@pytest.mark.parametrize("kind", ["outliers", "trend"])
def test_an_empty_table_of_any_kind_can_be_shown(kind):
    assert fine(pm("show", stdin=parquet(MAKES[kind].empty()))).strip()


@every_step
def test_one_row(command, one_year):
    if command == "ahead":  # a single total has no outlook, and nothing else was given
        assert "nothing here can be foreseen" in complaint(pm(command, stdin=one_year), command, 1)
        return
    sent = table(fine(pm(command, stdin=one_year)))
    rows = {"rolling": 1, "compare": 2, "rank": 1, "outliers": 3, "trend": 1, "breakdown": 0, "check": 0}
    assert (sent.height, sent.schema) == (rows.get(command, sent.height), MAKES[command].schema())
    assert command != "rolling" or sent["value"].to_list() == [4484.0]


@pytest.mark.parametrize("command", ANY)
def test_one_row_shown(command, one_year):
    assert fine(pm(command, stdin=one_year)).strip()


@every_reader
def test_a_missing_column_is_named_with_the_one_it_may_be(command, essex):
    said = complaint(pm(command, stdin=parquet(table(essex).rename({"value": "valu"}))), command, 1)
    assert "standard input is not a table of pm" in said
    assert "column value" in said
    assert "Did you mean valu?" in said


@some_readers
def test_a_column_of_the_wrong_kind_is_named(command, essex):
    words = table(essex).with_columns(value=pl.lit("many"))
    said = complaint(pm(command, stdin=parquet(words)), command, 1)
    assert "column 'value'" in said
    assert "Float64" in said


@some_readers
def test_an_empty_key_is_named_with_its_row(command, essex):
    holed = table(essex).with_columns(area=pl.when(pl.int_range(pl.len()) != 2).then("area"))
    said = complaint(pm(command, stdin=parquet(holed)), command, 1)
    assert "row 3" in said
    assert "area" in said


@some_readers
def test_a_key_that_comes_twice_is_named_with_its_rows(command, essex):
    twice = parquet(pl.concat([table(essex), table(essex).head(1)]))
    said = complaint(pm(command, stdin=twice), command, 1)
    assert "rows 1, 68 are all iquanta burglary essex 2018-01-31" in said


def test_check_lists_the_keys_that_come_twice(essex):
    twice = parquet(pl.concat([table(essex), table(essex).head(1)]))
    assert "doubled" in table(fine(pm("check", stdin=twice)))["finding"].to_list()


@every_step
def test_another_table_kind_is_named_with_its_maker(command):
    kind = {"compare": "rank", "say": "check", "why": "check"}.get(command, "compare")
    said = complaint(pm(command, stdin=parquet(MAKES[kind].empty())), command, 1)
    assert f"standard input is a {MAKES[kind].name} table (from pm {kind})" in said
    assert "reads the observations table" in said
    assert "pm load" in said


@pytest.mark.parametrize("kind", sorted({*STEPS} - {"rolling"}))
def test_every_table_kind_is_known_by_its_columns(kind):
    said = complaint(pm("rolling", stdin=parquet(MAKES[kind].empty())), "rolling", 1)
    assert f"is a {MAKES[kind].name} table (from pm {kind})" in said


@every_reader
def test_a_cut_off_stream(command, essex):
    said = complaint(pm(command, stdin=essex[: len(essex) // 2]), command, 1)
    assert "standard input is Parquet, but cut off" in said


@some_readers
def test_a_damaged_file(command, essex):
    middle = len(essex) - 60
    said = complaint(pm(command, stdin=essex[:middle] + b"\xff" * 40 + essex[middle + 40 :]), command, 1)
    assert "damaged" in said


@every_reader
def test_csv_text(command):
    said = complaint(pm(command, stdin=(SAMPLES / "iquanta-monthly.csv").read_bytes()), command, 1)
    assert "standard input is CSV text" in said
    assert f"pm load FILE | pm {command}" in said


@some_readers
def test_a_workbook_given_as_input(command):
    option = () if command in ANY else ("-i",)
    said = complaint(pm(command, *option, "ons-police-force-areas.xlsx", cwd=SAMPLES), command, 1)
    assert "ons-police-force-areas.xlsx is a workbook" in said
    assert f"pm load ons-police-force-areas.xlsx | pm {command}" in said


@some_readers
def test_nothing_arrives(command):
    said = complaint(pm(command, stdin=b""), command, 1)
    assert "nothing arrived on standard input" in said
    assert "stage before" in said


@some_readers
def test_a_file_that_is_not_there(command, tmp_path):
    (tmp_path / "observations.parquet").touch()
    option = () if command in ANY else ("-i",)
    said = complaint(pm(command, *option, "observation.parquet", cwd=tmp_path), command, 1)
    assert "observation.parquet: No such file" in said
    assert "Did you mean observations.parquet?" in said


@every_reader
def test_no_input_at_all_is_a_usage_error_with_an_example(command, tmp_path):
    said = complaint(pm(command, cwd=tmp_path), command, 2)
    assert "no input" in said
    assert "For example: pm " in said


@every_reader
def test_a_reader_that_goes_away(command, essex):
    process = subprocess.Popen(
        [*PM, command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    assert process.stdout is not None
    process.stdout.close()  # before a byte was written: every write of pm's meets a closed pipe
    _, said = process.communicate(essex, timeout=60)
    assert all(": note: " in line for line in said.decode().splitlines() if not line.startswith("pm check: ")), said
    assert process.returncode in (-13, 141)


@every_step
def test_a_misspelt_measure(command, essex):
    said = complaint(pm(command, "burglry", stdin=essex), command, 2)
    assert said == "there is no measure 'burglry' Did you mean burglary?"


@every_step
def test_a_misspelt_force(command, essex):
    said = complaint(pm(command, "--force", "esex", stdin=essex), command, 2)
    assert said.startswith("there is no force 'esex' Did you mean Essex")


@every_step
def test_a_misspelt_group(command, essex):
    said = complaint(pm(command, "--group", "neighborhood-crime", stdin=essex), command, 2)
    assert said == "there is no group 'neighborhood-crime' Did you mean neighbourhood-crime?"


def test_a_month_that_is_none(essex):
    said = complaint(pm("compare", "--to", "last summer", stdin=essex), "compare", 2)
    assert said == "--to 'last summer' is not a month Write it as --to 2023-07."


def test_a_measure_that_is_known_but_not_in_the_input(essex):
    said = complaint(pm("compare", "homicide", stdin=essex), "compare", 1)
    assert said == "no figures for homicide The measures in the input: burglary."


@pytest.mark.parametrize("command", ["rank"])
def test_a_source_that_is_not_in_the_input(command, essex):
    said = complaint(pm(command, "--source", "street", stdin=essex), command, 1)
    assert said == "no figures from the source 'street'; there are iquanta"


@pytest.mark.parametrize("command", ["rank"])
def test_an_option_that_is_misspelt(command, essex):
    said = complaint(pm(command, "--sourse", "street", stdin=essex), command, 2)
    assert "--sourse" in said
    assert f"pm {command} --help" in said


@some_readers
def test_debugging_shows_the_traceback(command):
    result = pm(command, stdin=b"", PM_DEBUG="1")
    assert result.returncode == 1
    assert b"Traceback (most recent call last)" in result.stderr
    assert f"pm {command}: nothing arrived".encode() in result.stderr
