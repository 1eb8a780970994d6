"""The address of a warehouse (--connect), and what of it may be shown: no password, no token, no user's name.

Light on purpose: the history of every command writes its line through `shown`.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from pmcli.errors import UsageError, did_you_mean

ENGINES: Final[dict[str, str]] = {
    "duckdb": "duckdb",
    "postgres": "postgres",
    "postgresql": "postgres",
    "pyspark": "spark",
    "mssql": "tsql",
    "oracle": "oracle",
    "snowflake": "snowflake",
    "databricks": "databricks",
    "bigquery": "bigquery",
    "trino": "trino",
}
"""The first word of an address -> the dialect of its SQL."""

_HIDDEN: Final = re.compile(r"pass|pwd|secret|token|key|credential", re.IGNORECASE)


def checked(url: str) -> str:
    """The engine of an address. Raises UsageError for one that pm does not know, or that has a password in it."""
    engine, colon, _ = url.partition("://")
    engine = engine.lower()
    if not colon or engine not in ENGINES:
        known = [name for name in ENGINES if name != "postgresql"]
        near = did_you_mean(engine, known, f"There are {', '.join(f'{name}://' for name in known)}.") if colon else ""
        raise UsageError(
            "--connect: this is no address of a warehouse that pm knows", near or "Write it as duckdb://crimes.db."
        )
    try:
        parts = urlsplit(url)
        password = parts.password
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError as error:
        raise UsageError("--connect: the address cannot be read", "Write it as postgres://host/database.") from error
    if password is not None or any(_HIDDEN.search(name) for name, _ in query):
        raise UsageError(
            "--connect: the address has a password or a key in it, which command lines and logs would keep",
            "Leave it out: give it in the environment (PGPASSWORD, PM_WAREHOUSE_PASSWORD) or in the driver's own file.",
        )
    return engine


def shown(url: str) -> str:
    """An address as it may be kept: engine, host and database."""
    engine, colon, rest = url.partition("://")
    if not colon:
        return "…"
    rest = re.split(r"[?#]", rest, maxsplit=1)[0]
    return f"{engine}://{rest.rpartition('@')[2]}"
