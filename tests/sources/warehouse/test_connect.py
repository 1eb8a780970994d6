"""pm load --connect as a process, and pmcli.load of an Ibis table: rows, history, and what can go wrong."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import pmcli
from pmcli.addresses import shown
from pmcli.errors import PmError
from tests.conftest import pm
from tests.sources.warehouse.engines import postgres, put

duckdb = pytest.importorskip("duckdb")
ibis = pytest.importorskip("ibis")

from pmcli.sources.warehouse.connect import connected  # noqa: E402

SAMPLE = Path(__file__).parents[3] / "samples" / "athena-records.csv"
LOAD = ["load", "--connect", "duckdb://crimes.db", "--map", "athena-records"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with duckdb.connect(tmp_path / "crimes.db") as made:
        made.execute(f"CREATE TABLE crimes AS FROM read_csv('{SAMPLE}', all_varchar = true)")
        made.execute('CREATE TABLE narrow AS SELECT "Crime number", "Date recorded" AS "Date recordd" FROM crimes')
        made.execute('CREATE TABLE zoned AS SELECT * REPLACE (now() AS "Date recorded") FROM crimes')
        made.execute(
            'CREATE VIEW broken AS SELECT * REPLACE (CAST("Victim age" || \'x\' AS INT) AS "Victim age") FROM crimes'
        )
    return tmp_path


def test_the_rows_are_those_of_the_file_and_the_history_says_where_they_are_from(folder):
    done = pm(*LOAD, "--table", "crimes", "--area", "district", "-o", "a.parquet", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert b"119 crimes left out, cancelled by status" in done.stderr
    assert (
        pm("load", SAMPLE, "--map", "athena-records", "--area", "district", "-o", "b.parquet", cwd=folder).returncode
        == 0
    )
    assert pl.read_parquet(folder / "a.parquet").equals(pl.read_parquet(folder / "b.parquet"))
    said = pm("history", "a.parquet", cwd=folder).stdout.decode()
    for text in ("duckdb://crimes.db crimes", "7,002 rows", "days from 2019-01-01 to 2022-06-30", "of the query"):
        assert text in said
    again = pm(*LOAD, "--table", "CRIMES", "--area", "district", "-o", "c.parquet", cwd=folder)
    assert again.returncode == 0
    piped = pm("history", "c.parquet", cwd=folder).stdout.decode()
    assert [line for line in piped.splitlines() if "SHA-256" in line] == [
        line for line in said.splitlines() if "SHA-256" in line
    ]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--table", "crime"], 1, "has no table 'crime'\n  Did you mean crimes"),
        (["--table", "narrow"], 1, "lacks the column 'Date recorded' that the mapping"),
        (["--table", "zoned"], 1, "timestamp with a time zone"),
        (["--table", "broken"], 1, "the query failed, and nothing is written"),
        (["--table", "crimes", "--by", "weapn"], 2, "Did you mean weapon"),
        (["--table", "crimes", "--from", "2099-01"], 1, "there is no whole month in these records"),
        (["--table", "crimes", "--latest", "Vistim ref"], 1, "Did you mean Victim ref"),
        (["--table", "crimes", "other.csv"], 2, "takes no files"),
        ([], 2, "--table is needed"),
    ],
)
def test_bad_input_is_said_in_one_go_and_nothing_is_written(folder, words, code, said):
    done = pm(*LOAD, *words, "-o", "a.parquet", cwd=folder)
    assert (done.returncode, said in done.stderr.decode()) == (code, True), done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert not (folder / "a.parquet").exists()


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("duckdb://gone.db", 1, "gone.db: no such DuckDB file"),
        ("duckdbb://crimes.db", 2, "Did you mean duckdb"),
        ("crimes.db", 2, "no address of a warehouse"),
        ("postgres://me:s3cr3t@host/base", 2, "has a password or a key in it"),
        ("snowflake://me@host/base?private_key=s3cr3t", 2, "has a password or a key in it"),
        ("databricks://host?access_token=s3cr3t", 2, "has a password or a key in it"),
    ],
)
def test_an_address_that_pm_does_not_take(folder, url, code, said):
    done = pm("load", "--connect", url, "--table", "crimes", "--map", "athena-records", "-o", "a.csv", cwd=folder)
    assert (done.returncode, said in done.stderr.decode()) == (code, True), done.stderr.decode()
    assert b"s3cr3t" not in done.stderr + done.stdout
    assert not (folder / "a.csv").exists()


def test_a_refused_connection_and_a_missing_driver_say_what_to_do(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"postgres://127.0.0.1:{free.getsockname()[1]}/crimes"
    table = ["--table", "crimes", "--map", "athena-records"]
    done = pm("load", "--connect", url, *table, cwd=folder, PGPASSWORD="s3cr3t")
    assert done.returncode == 1
    assert b"s3cr3t" not in done.stderr
    said = done.stderr.decode()
    assert "refuses the connection" in said or "pip install 'police-measures[warehouse]'" in said
    done = pm("load", "--connect", "oracle://host/base", *table, cwd=folder)
    try:
        import oracledb  # noqa: F401
    except ImportError:
        assert "pip install 'police-measures[warehouse]' 'ibis-framework[oracle]'" in done.stderr.decode()


def test_who_asks_is_not_kept():
    assert shown("postgres://me:pw@host:5432/base?sslmode=require") == "postgres://host:5432/base"
    assert shown("duckdb://crimes.db") == "duckdb://crimes.db"


def test_an_ibis_table_gives_what_its_file_gives():
    wanted = pmcli.load(SAMPLE, map="athena-records", by=["weapon"]).collect()
    backend = ibis.duckdb.connect()
    table = backend.read_csv(str(SAMPLE), all_varchar=True)
    assert pmcli.load(table, map="athena-records", by=["weapon"]).collect().equals(wanted)
    renamed = table.mutate(extra=table["Weapon"].upper()).filter(table["Crime number"].notnull())
    assert pmcli.load(renamed, map="athena-records", by=["weapon"]).collect().equals(wanted)
    with pytest.raises(PmError, match="lacks the column 'Weapon'"):
        pmcli.load(table.drop("Weapon"), map="athena-records")


def test_a_table_that_is_in_memory_only_is_handed_to_the_engine():
    frame = pl.read_csv(SAMPLE, infer_schema=False)
    wanted = pmcli.load(frame.lazy(), map="athena-records").collect()
    assert pmcli.load(ibis.memtable(frame.to_arrow()), map="athena-records").collect().equals(wanted)


def test_a_server_is_asked_read_only_and_the_rows_are_those_of_the_file(folder):
    pytest.importorskip("psycopg", reason="psycopg is not installed: PostgreSQL is not asked")
    with postgres() as url:
        backend = ibis.connect(url)
        put(backend, "Crimes", pl.read_csv(SAMPLE, infer_schema=False).with_row_index("line").cast({"line": pl.Int64}))
        backend.disconnect()
        asked = ["--connect", url, "--table", "crimes", "--map", "athena-records", "--by", "weapon"]
        tied = pm("load", *asked, "-o", "a.parquet", cwd=folder)
        assert tied.returncode == 1
        assert b"crimes have rows of one day that differ" in tied.stderr
        assert not (folder / "a.parquet").exists()
        done = pm("load", *asked, "--latest", "line", "-o", "a.parquet", cwd=folder)
        assert done.returncode == 0, done.stderr
        assert (
            pm("load", SAMPLE, "--map", "athena-records", "--by", "weapon", "-o", "b.parquet", cwd=folder).returncode
            == 0
        )
        assert pl.read_parquet(folder / "a.parquet").equals(pl.read_parquet(folder / "b.parquet"))
        said = pm("history", "a.parquet", cwd=folder).stdout.decode()
        assert "pm@" not in said
        assert "postgres: days from 2019-01-01 to 2022-06-30" in said
        opened = connected(url, "Crimes")
        with contextlib.closing(opened), pytest.raises(Exception, match="read-only transaction"):
            opened.backend.raw_sql('DELETE FROM "Crimes"')


def test_without_the_extra_it_says_what_to_install(folder):
    code = (
        "import sys; sys.modules['ibis'] = None; sys.modules['sqlglot'] = None\n"
        "sys.argv[:] = ['pm', *sys.argv[1:]]\nfrom pmcli.cli import main; main()"
    )
    for words in (["sql", "--map", "athena-records"], [*LOAD, "--table", "crimes"]):
        done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, cwd=folder)
        assert done.returncode == 1
        assert b"pip install 'police-measures[warehouse]'" in done.stderr
        assert b"Traceback" not in done.stderr


def test_nothing_of_it_is_imported_by_a_load_of_files(folder):
    code = (
        "import sys, pmcli; pmcli.load(sys.argv[1], map='athena-records');"
        "print([name for name in ('ibis', 'sqlglot', 'duckdb', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, SAMPLE], capture_output=True, check=True, cwd=folder)
    assert done.stdout.decode().strip() == "[]"
