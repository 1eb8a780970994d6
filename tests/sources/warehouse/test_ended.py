"""A query ended half way, a table or column that is not there: one clear error, nothing written, no password said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from pmcli.errors import PmError, UsageError
from tests.conftest import pm
from tests.sources.warehouse.engines import postgres, put

ibis = pytest.importorskip("ibis")
psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed: PostgreSQL is not asked")

from pmcli.sources.warehouse.load import load_connected  # noqa: E402

SAMPLE = Path(__file__).parents[3] / "samples" / "athena-records.csv"
SECRET = "s3cr3t"  # noqa: S105
SLOW = "CREATE VIEW slow AS SELECT crimes.* FROM crimes CROSS JOIN LATERAL (SELECT pg_sleep(60)) AS waiting"


@pytest.fixture(scope="module")
def server():
    with postgres() as url:
        backend = ibis.connect(url)
        put(backend, "crimes", pl.read_csv(SAMPLE, infer_schema=False, n_rows=50))
        backend.raw_sql(SLOW)
        backend.raw_sql('CREATE TABLE narrow AS SELECT "Crime number", "Date recorded" AS "Date recordd" FROM crimes')
        backend.disconnect()
        yield url


def ended(server: str, folder: Path, how) -> tuple[int, str]:
    """Exit code and words of a `pm load` of a slow table, ended while the server works on it.

    how: (connection, process of the server, process of pm) -> ends it.
    """
    asked = ["load", "--connect", server, "--table", "slow", "--map", "athena-records", "-o", "a.parquet"]
    given = {**os.environ, "PGPASSWORD": SECRET}
    process = subprocess.Popen([sys.executable, "-m", "pmcli", *asked], stderr=subprocess.PIPE, cwd=folder, env=given)
    try:
        with psycopg.connect(server.replace("postgres://", "postgresql://"), autocommit=True) as watching:
            until = time.monotonic() + 120
            query = "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY (%'"
            while (found := watching.execute(query).fetchone()) is None:
                assert process.poll() is None, process.stderr.read().decode()
                assert time.monotonic() < until, "the query did not begin"
                time.sleep(0.1)
            how(watching, found[0], process)
            _, said = process.communicate(timeout=120)
    finally:
        process.kill()
        process.wait()
    return process.returncode, said.decode()


@pytest.mark.parametrize(
    ("function", "why"),
    [("pg_terminate_backend", "terminating connection"), ("pg_cancel_backend", "canceling statement")],
)
def test_a_query_that_the_server_ends_writes_nothing(server, tmp_path, function, why):
    code, said = ended(server, tmp_path, lambda asked, pid, _: asked.execute(f"SELECT {function}({pid})"))
    assert code == 1
    errors = [line for line in said.splitlines() if not line.startswith("pm load: note:")]
    assert errors[0].startswith("pm load: postgres: the query failed, and nothing is written: ")
    assert why in errors[0]
    assert len(errors) == 2
    assert SECRET not in said
    assert list(tmp_path.iterdir()) == []


def test_a_query_that_is_interrupted_writes_nothing_and_is_ended_on_the_server(server, tmp_path):
    code, said = ended(server, tmp_path, lambda _asked, _pid, process: process.send_signal(signal.SIGINT))
    assert code == 130
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []
    with psycopg.connect(server.replace("postgres://", "postgresql://"), autocommit=True) as watching:
        until = time.monotonic() + 30
        while watching.execute(
            "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY (%' AND state = 'active'"
        ).fetchone():
            assert time.monotonic() < until
            time.sleep(0.1)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("crime", "has no table 'crime'\n  Did you mean crimes"),
        ("narrow", "lacks the column 'Date recorded' that the mapping"),
    ],
)
def test_what_is_not_there_is_named_with_what_is_close(server, tmp_path, table, said):
    asked = ["load", "--connect", server, "--table", table, "--map", "athena-records", "-o", "a.parquet"]
    done = pm(*asked, cwd=tmp_path, PGPASSWORD=SECRET)
    assert done.returncode == 1
    assert said in done.stderr.decode()
    assert "Did you mean" in done.stderr.decode()
    assert SECRET not in done.stderr.decode()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        f"postgres://me:{SECRET}@127.0.0.1:1/base", f"postgres://me:{SECRET}@[host/base",
        f"postgres://me:{SECRET}@host:port/base", f"postgres//me:{SECRET}@host/base", f"mysql://me:{SECRET}@host/base",
        f"me:{SECRET}@host", f"postgres://host/base?password={SECRET}", f"postgres://host/base?p%61ssword={SECRET}",
        f"mssql://host/base?PWD={SECRET}", f"duckdb://md:base?motherduck_token={SECRET}",
        f"databricks://token:{SECRET}@host", f"snowflake://me@host/base?private_key={SECRET}",
    ],
)  # fmt: skip
def test_an_address_with_a_password_is_refused_and_the_password_is_not_said_again(tmp_path, url):
    with pytest.raises((PmError, UsageError)) as raised:
        load_connected(url, "crimes", "athena-records")
    assert SECRET not in f"{raised.value.message} {raised.value.hint}"
    chain = raised.value.__cause__ or raised.value.__context__
    assert SECRET not in str(chain)


def test_no_failing_command_says_the_password_of_its_address(tmp_path):
    url = f"postgres://me:{SECRET}@127.0.0.1:1/base"
    asked = ["load", "--connect", url, "--map", "athena-records"]
    for words in ([], ["--table", "crimes"], ["--table", "crimes", "x.csv"], ["--table", "crimes", "--by", "weapn"]):
        done = pm(*asked, *words, "-o", "a.parquet", cwd=tmp_path)
        assert done.returncode == 2
        assert SECRET not in (done.stdout + done.stderr).decode()
    assert list(tmp_path.iterdir()) == []


def test_a_password_of_the_environment_is_not_said_by_a_refused_connection(tmp_path):
    for url in ("postgres://127.0.0.1:1/base", f"postgres://127.0.0.1:1/{SECRET}"):
        done = pm(
            "load", "--connect", url, "--table", "crimes", "--map", "athena-records", cwd=tmp_path,
            PGPASSWORD=SECRET, PM_WAREHOUSE_PASSWORD=SECRET,
        )  # fmt: skip
        assert done.returncode == 1
        assert SECRET not in done.stderr.decode().replace(url, "")
        assert "refuses the connection" in done.stderr.decode()
