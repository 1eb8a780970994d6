"""pm sql: the query that counts crimes where they lie."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pmcli.cli.options import Options, takes


@takes("mapping table by area since latest typed dialect output")
def sql(
    given: Options,
    mapping: Annotated[
        Path | None, typer.Option("--map", help="Which column is what: a TOML file, or the name of one of pm's.")
    ] = None,
    table: Annotated[
        str, typer.Option("--table", help="The table of crimes, as it is stored: crimes, dbo.crimes.")
    ] = "crimes",
    by: Annotated[
        list[str] | None,
        typer.Option("--by", metavar="COLUMN", help="Break measures down by this too (repeatable), as weapon."),
    ] = None,
    area: Annotated[
        str | None, typer.Option("--area", metavar="COLUMN", help="Give districts too; where they are named.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="MONTH", help="First month to read, as 2018-01; all when left out.")
    ] = None,
    latest: Annotated[
        str | None,
        typer.Option(
            "--latest", metavar="COLUMN", help="Of a crime's rows of one day, the one with the greatest stands."
        ),
    ] = None,
    typed: Annotated[
        bool, typer.Option("--typed", help="The date is a DATE or TIMESTAMP, not text: a shorter, faster query.")
    ] = False,
    dialect: Annotated[
        str,
        typer.Option(
            "--dialect",
            metavar="DIALECT",
            help="duckdb, postgres, tsql, oracle, snowflake, databricks, spark, bigquery or trino.",
        ),
    ] = "duckdb",
) -> None:
    """Print the SQL query that gives the rows that `pm load` would make of crime records in a warehouse.

    Run it with whatever tool your warehouse has, save what it gives as CSV, and `pm load` reads that without a mapping.
    Nothing is connected to: `pm load --connect` sends the same query itself.

    Examples:

    pm sql --map athena-records --table crimes --dialect tsql

    pm sql --map athena-records --by weapon --area district --from 2018-01 -o crimes.sql

    pm load counts.csv -o observations.parquet
    """
    from pmcli import pipe
    from pmcli.sources.warehouse.extra import imported

    written = imported("pmcli.sources.warehouse.writing").written
    with given.stage(default_format="sql", suffixes={".sql": "sql"}, screen="sql") as stage:
        text = written(
            mapping, table, dialect, stage.catalogue, by=by or (), area=area or "",
            since=stage.month(since, "--from"), latest=latest or "", typed=typed,
        )  # fmt: skip
        stage.say()
        data = text.encode()
        if stage.to.path is None:
            pipe.write_stdout(data)
        else:
            pipe.write_file(stage.to.path, data)
