"""Engines for the tests: DuckDB in this process, a PostgreSQL of its own for the run, Spark in local mode.

Each gives an Ibis backend into which a table of text is put. An engine that this machine lacks skips its tests.
"""

from __future__ import annotations

import gc
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest

ibis = pytest.importorskip("ibis")

NAMES = ("duckdb", "postgres", "pyspark")


@contextmanager
def engine(name: str) -> Iterator[Any]:
    """An Ibis backend of an engine, or a skip that says what is missing."""
    if name == "duckdb":
        yield ibis.duckdb.connect()
    elif name == "postgres":
        pytest.importorskip("psycopg", reason="psycopg is not installed: PostgreSQL is not compared")
        with postgres() as url:
            backend = ibis.connect(url)
            try:
                yield backend
            finally:
                backend.disconnect()
    else:
        pytest.importorskip("pyspark", reason="PySpark is not installed: Spark is not compared")
        if shutil.which("java") is None:
            pytest.skip("there is no Java: Spark is not compared")
        from pyspark.sql import SparkSession

        session = (
            SparkSession.builder.master("local[2]")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.memory", "2g")
            .config("spark.sql.warehouse.dir", tempfile.mkdtemp())
            .getOrCreate()
        )
        try:
            yield ibis.pyspark.connect(session)
        finally:
            session.stop()
            with warnings.catch_warnings(action="ignore"):  # not in a test that has nothing to do with it
                gc.collect()


def put(backend: Any, name: str, frame: pl.DataFrame) -> Any:
    """The frame as a table of the engine."""
    if backend.name == "postgres":
        columns = ", ".join(f'"{column.replace(chr(34), chr(34) * 2)}" {_POSTGRES.get(str(dtype), "text")}'
                            for column, dtype in frame.schema.items())  # fmt: skip
        with backend.con.cursor() as cursor:
            cursor.execute(f'DROP TABLE IF EXISTS "{name}"')
            cursor.execute(f'CREATE TABLE "{name}" ({columns})')
            with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                for row in frame.iter_rows():
                    copy.write_row(row)
        return backend.table(name)
    if backend.name == "pyspark":
        rows = backend._session.createDataFrame(frame.to_arrow())
        rows.createOrReplaceTempView(name)
        return backend.table(name)
    backend.con.register("given", frame.to_arrow())
    backend.con.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM given')  # noqa: S608
    return backend.table(name)


_POSTGRES = {"Int64": "bigint", "Date": "date", "Float64": "double precision"}


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of its own, without a password, which is gone afterwards."""
    found = _programs()
    if found is None:
        pytest.skip("there is no PostgreSQL server on this machine: it is not compared")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    own: dict[str, Any] = {}
    if os.geteuid() == 0:  # a server does not run as root
        try:
            nobody = next(user for user in ("postgres", "nobody") if _is_user(user))
        except StopIteration:
            pytest.skip("PostgreSQL does not run as root, and there is nobody else to run it")
        shutil.chown(folder, nobody)
        own = {"user": nobody}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, "timeout": 120, **own}
    made = [found / "initdb", "-D", data, "-U", "pm", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    options = f"-p {port} -k {folder} -c fsync=off -c listen_addresses=127.0.0.1"
    try:
        subprocess.run(made, check=True, **quiet)
        subprocess.run([found / "pg_ctl", "-D", data, "-w", "-o", options, "start"], check=True, **quiet)
        yield f"postgres://pm@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([found / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=False, **quiet)
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    places = [Path(found).resolve().parent for name in ("initdb", "postgres") if (found := shutil.which(name))]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if all((place / one).exists() for one in ("initdb", "pg_ctl"))), None)


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
