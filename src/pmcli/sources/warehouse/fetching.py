"""The rows of a query, from each engine in the way that takes the least memory and time of both sides.

Ibis has one way for all: it parses the query again, wraps it, and takes rows as Python's own. That is what is left for
engines that no test here has run.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Mapping
from typing import Any, Final

import ibis
import polars as pl

_BATCH: Final = 20_000
"""Rows that are taken at a time: a driver's own rows are many times what they are as columns."""

_DTYPES: Final = {"string": pl.String, "date": pl.Date, "int32": pl.Int32, "float64": pl.Float64}


def fetched(backend: Any, engine: str, query: str, schema: Mapping[str, str]) -> pl.DataFrame:
    """What a query gives, as a frame with the columns of `schema` (name -> Ibis type). Raises what the driver does."""
    if engine == "duckdb":
        frame = pl.DataFrame(backend.con.execute(query).to_arrow_table())
    elif engine in ("postgres", "postgresql"):
        return _copied(backend, query, schema)
    elif engine == "pyspark" and hasattr(made := backend._session.sql(query), "toArrow"):  # Spark 4
        frame = pl.DataFrame(made.toArrow())
    else:
        table = backend.sql(query, schema=ibis.schema(dict(schema)), dialect=backend.dialect)
        frames = [pl.DataFrame(batch) for batch in table.to_pyarrow_batches(chunk_size=_BATCH)]
        frame = pl.concat(frames) if frames else pl.DataFrame(schema=dict.fromkeys(schema, pl.String))
    return frame.cast({name: _DTYPES[kind] for name, kind in schema.items()})


def _copied(backend: Any, query: str, schema: Mapping[str, str]) -> pl.DataFrame:
    """PostgreSQL's rows as CSV: it uses several processes for a COPY, and only one for a cursor that is read from."""
    data = io.BytesIO()
    with backend.con.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
        for chunk in copy:
            data.write(chunk)
    dtypes = {name: _DTYPES[kind] for name, kind in schema.items()}
    if not data.tell():
        return pl.DataFrame(schema=dtypes)
    data.seek(0)
    return pl.read_csv(data, has_header=False, schema=dtypes)


def keep(backend: Any, name: str, query: str) -> Callable[[], None]:
    """Keep what a query gives as the temporary view `name` of Spark's session; what this gives lets go of it.

    As a checkpoint: of rows that are merely kept Spark plans the making anew wherever they are named.
    """
    frame = backend._session.sql(query).localCheckpoint()
    frame.createOrReplaceTempView(name)

    def release() -> None:
        with contextlib.suppress(Exception):  # a session that has ended has let go of it
            backend._session.catalog.dropTempView(name)
            frame.unpersist()

    return release
