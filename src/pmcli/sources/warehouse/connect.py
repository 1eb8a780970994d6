"""A table in a warehouse, through Ibis: connected read only, with its columns, and a query run on it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import ibis
import polars as pl
from sqlglot import exp, parse_one

from pmcli.addresses import ENGINES, checked, shown
from pmcli.errors import PmError, did_you_mean
from pmcli.sources.warehouse.fetching import fetched, keep
from pmcli.sources.warehouse.names import table_node, table_parts

PASSWORD: Final = "PM_WAREHOUSE_PASSWORD"  # noqa: S105
USER: Final = "PM_WAREHOUSE_USER"
"""The environment's words for engines whose drivers have none of their own."""

KEEPS: Final = ("pyspark",)
"""Engines that work out a step of a query anew wherever it is named, and can be told to keep what it gives."""

_POSTGRES: Final = {
    "default_transaction_read_only": "on",
    "jit": "off",  # it compiles for longer than the query runs
    "work_mem": "64MB",  # for kinds of crimes in memory; the 4 MB that are usual send them to the disk
}
"""What PostgreSQL is asked for the time of the connection; anyone may ask it."""

_EXTRA: Final = {"pyspark": "pyspark", "mssql": "mssql", "postgresql": "postgres"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name, and what of its type matters."""

    name: str
    day: bool = False
    zoned: bool = False
    point: bool = False


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A table that can be asked. engine, place, table: as the history keeps them. source: the table in a query.
    ordered: the dialect's word for the order in which the rows are kept, "" where it has none."""

    backend: Any
    engine: str
    dialect: str
    place: str
    table: str
    source: exp.Expr
    columns: Sequence[Column]
    ordered: str = ""

    def rows(self, query: str, schema: Mapping[str, str]) -> pl.DataFrame:
        """What a query gives. schema: its columns and their Ibis types. Raises PmError when it fails, or is ended."""
        with self._asked():
            return fetched(self.backend, self.engine, query, schema)

    @contextlib.contextmanager
    def keeping(self, queries: Mapping[str, str]) -> Iterator[None]:
        """What each query gives is kept in the engine's memory meanwhile, under its name. A name is nobody else's."""
        with contextlib.ExitStack() as releases:
            for name, query in queries.items():
                with self._asked():
                    releases.callback(keep(self.backend, name, query))
            yield

    @contextlib.contextmanager
    def _asked(self) -> Iterator[None]:
        try:
            yield
        except PmError:
            raise
        except Exception as error:
            raise PmError(
                f"{self.engine}: the query failed, and nothing is written: {_reason(error)}",
                "`pm sql` prints the query, to be run by hand.",
            ) from error

    def close(self) -> None:
        """End the connection."""
        with contextlib.suppress(Exception):
            self.backend.disconnect()


def connected(url: str, name: str) -> Warehouse:
    """The table `name` (or schema.name) of the warehouse at `url`.

    Raises UsageError for an address that pm does not take, PmError for a driver that is missing, a connection that is
    refused and a table that is not there.
    """
    engine = checked(url)
    backend = _connect(url, engine)
    *above, bare = table_parts(name)
    database: Any = None
    if above:
        database = above[0] if len(above) == 1 else tuple(above)
    try:
        listed = backend.list_tables(database=database)
    except Exception:  # some engines do not list: the table itself is asked for then
        listed = []
    place = shown(url)
    if bare not in listed and listed:
        alike = [one for one in listed if one.lower() == bare.lower()]
        if len(alike) != 1:
            few = f"There are {', '.join(sorted(listed)[:6])}{' …' if len(listed) > 6 else ''}."
            raise PmError(f"{place} has no table {name!r}", did_you_mean(bare, listed, few))
        bare = alike[0]
    try:
        table = backend.table(bare, database=database)
    except Exception as error:
        raise PmError(f"{place} has no table {name!r} that can be read: {_reason(error)}") from error
    source = table_node([*above, bare])
    ordered = _kept_order(backend, bare) if engine == "duckdb" else ""
    return Warehouse(backend, engine, ENGINES[engine], place, name, source, _columns(table), ordered)


def given(table: Any) -> Warehouse:
    """An Ibis table expression, as a warehouse's table. Raises PmError for one of an engine that pm has no SQL for."""
    try:
        backend = table.get_backend()
    except ibis.common.exceptions.IbisError as error:
        raise PmError(f"the Ibis table is of no warehouse: {_reason(error)}") from error
    engine = str(backend.name)
    if engine not in ENGINES:
        raise PmError(f"pm writes no SQL for {engine}", f"There are {', '.join(sorted(set(ENGINES)))}.")
    try:
        table.limit(0).to_pyarrow()  # a table in memory is handed to the engine here
        compiled = str(ibis.to_sql(table, dialect=engine))
    except Exception as error:
        raise PmError(f"{engine}: the Ibis table cannot be read: {_reason(error)}") from error
    source = exp.Subquery(this=parse_one(compiled, read=backend.dialect))
    name = table.get_name() if hasattr(table.op(), "name") else "expression"
    ordered = "ROW_NUMBER() OVER ()" if engine == "duckdb" else ""
    return Warehouse(backend, engine, ENGINES[engine], f"{engine}://", str(name), source, _columns(table), ordered)


def _connect(url: str, engine: str) -> Any:
    own: dict[str, Any] = {}
    if engine == "duckdb":
        path = url.partition("://")[2].partition("?")[0]
        if not path.startswith(("md:", "motherduck:")) and not Path(path).is_file():
            raise PmError(f"{path or 'duckdb://'}: no such DuckDB file", "Write it as duckdb://crimes.db.")
        own["read_only"] = True
    elif engine in ("postgres", "postgresql"):
        own["options"] = " ".join(f"-c {name}={value}" for name, value in _POSTGRES.items())
        own["client_encoding"] = "UTF8"
    if engine not in ("duckdb", "pyspark", "bigquery"):
        own |= {
            name: value for name, word in (("user", USER), ("password", PASSWORD)) if (value := os.environ.get(word))
        }
    try:
        return ibis.connect(url, **own)
    except (ImportError, AttributeError) as error:
        extra = _EXTRA.get(engine, engine)
        raise PmError(
            f"the driver of {engine} is not installed ({_reason(error)})",
            f"pip install 'police-measures[warehouse]' 'ibis-framework[{extra}]'",
        ) from error
    except Exception as error:
        raise PmError(f"{shown(url)} refuses the connection: {_reason(error)}", _credentials(engine)) from error


def _credentials(engine: str) -> str:
    if engine == "duckdb":
        return ""
    words = (
        "PGPASSWORD or ~/.pgpass" if engine.startswith("postgres") else f"{USER} and {PASSWORD}, or the driver's file"
    )
    return f"Who you are is said by {words}."


def _columns(table: Any) -> list[Column]:
    made = []
    for name, dtype in table.schema().items():
        zoned = bool(dtype.is_timestamp() and dtype.timezone)
        made.append(
            Column(name, dtype.is_date() or dtype.is_timestamp(), zoned, dtype.is_floating() or dtype.is_decimal())
        )
    return made


def _kept_order(backend: Any, name: str) -> str:
    """DuckDB keeps the rows of a table in the order in which they came; those of a view have only the view's."""
    found = backend.raw_sql("SELECT table_name FROM duckdb_tables()").fetchall()
    return "crime.rowid" if (name,) in found else "ROW_NUMBER() OVER ()"


def _reason(error: BaseException) -> str:
    """Why something failed, on one line, without a password that the environment has."""
    text = " ".join(str(error).split())[:300] or type(error).__name__
    for word in (PASSWORD, "PGPASSWORD"):
        if secret := os.environ.get(word):
            text = text.replace(secret, "…")
    return text
