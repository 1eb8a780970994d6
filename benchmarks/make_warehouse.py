"""Crimes as a warehouse has them, from a seed, for DuckDB and for Spark: made by DuckDB, so that any size is quick."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb

MAPPING = """
layout = "records"
force = "essex"
cancelled = ["Cancelled"]
[columns]
crime_number = "Crime number"
recorded_date = "Date recorded"
status = "Status"
ho_subgroup = "Offence type"
district = "District"
weapon = "Weapon"
[flags]
knife = "Knife"
vawg = "VAWG"
"""

BARE = """
SELECT date_trunc('month', "Date recorded") AS month, "District", "Weapon", count(*) AS crimes,
    count(*) FILTER ("Offence type" = 'Homicide') AS homicide,
    count(*) FILTER ("Offence type" = 'Violence with injury') AS violence,
    count(*) FILTER ("Offence type" LIKE 'Robbery%') AS robbery,
    count(*) FILTER ("Offence type" LIKE '%burglary') AS burglary,
    count(*) FILTER ("Knife" = 'Y') AS knife, count(*) FILTER ("VAWG" = 'Y') AS vawg
FROM (
    SELECT *, row_number() OVER (PARTITION BY "Crime number" ORDER BY "Date recorded" DESC, rowid DESC) AS place
    FROM crimes
) WHERE place = 1 AND "Status" <> 'Cancelled'
GROUP BY GROUPING SETS ((1), (1, 2), (1, 3), (1, 2, 3))
"""
"""What an analyst would write by hand to have a few of the same figures: each crime once, cancelled ones out."""


SPARK_BARE = """
SELECT date_trunc('month', `Date recorded`) AS month, `District`, `Weapon`, count(*) AS crimes,
    count_if(`Offence type` = 'Homicide') AS homicide,
    count_if(`Offence type` = 'Violence with injury') AS violence,
    count_if(`Offence type` LIKE 'Robbery%') AS robbery,
    count_if(`Offence type` LIKE '%burglary') AS burglary,
    count_if(`Knife` = 'Y') AS knife, count_if(`VAWG` = 'Y') AS vawg
FROM (
    SELECT *, row_number() OVER (PARTITION BY `Crime number` ORDER BY `Date recorded` DESC, line DESC) AS place
    FROM crimes
) WHERE place = 1 AND `Status` <> 'Cancelled'
GROUP BY GROUPING SETS ((1), (1, 2), (1, 3), (1, 2, 3))
"""
"""The same in Spark's words, whose rows are in no order: `line` says which of a day's is the later."""

SPARK_SETTINGS = """
spark.master                    local[2]
spark.driver.memory             {memory}
spark.sql.shuffle.partitions    8
spark.ui.enabled                false
spark.ui.showConsoleProgress    false
spark.local.dir                 {folder}/local
spark.sql.warehouse.dir         {folder}/warehouse
spark.sql.catalogImplementation hive
spark.driver.extraJavaOptions   -Dderby.system.home={folder}/derby
spark.hadoop.javax.jdo.option.ConnectionURL jdbc:derby:;databaseName={folder}/metastore;create=true
"""
"""Spark's own settings file: a table outlives the process that made it, as it does on a cluster."""


def crimes(path: Path, rows: int, seed: int = 1) -> None:
    """Write a table of `rows` crimes over ten years, one in a hundred of them a second row of the same crime."""
    with duckdb.connect(path) as made:
        made.execute(f"CREATE TABLE crimes AS SELECT * EXCLUDE (line) FROM ({_rows(rows, seed)})")  # noqa: S608


def parquet(path: Path, rows: int, seed: int = 1) -> None:
    """The same crimes as a Parquet file, with `line`, the number of the row."""
    with duckdb.connect(config={"memory_limit": "4GB"}) as made:
        made.execute(f"COPY ({_rows(rows, seed)}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def spark(folder: Path, made: Path, memory: str = "4g") -> dict[str, str]:
    """Spark's settings in a folder, and a table `crimes` of a Parquet file; the environment that finds them."""
    settings = folder / "conf"
    settings.mkdir(parents=True)
    (settings / "spark-defaults.conf").write_text(SPARK_SETTINGS.format(folder=folder, memory=memory))
    found = {**os.environ, "SPARK_CONF_DIR": str(settings), "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run([sys.executable, __file__, "make", str(made)], env=found, check=True)
    return found


def _rows(rows: int, seed: int) -> str:
    return f"""
        WITH drawn AS (
            SELECT n, CAST(hash(n + {seed}) // 2 AS BIGINT) AS h,
                CAST(hash(n * 31 + {seed}) // 2 AS BIGINT) AS g
            FROM range({rows}) AS r(n)
        )
        SELECT '42/' || (CASE WHEN h % 100 = 0 AND n > 0 THEN n - 1 ELSE n END) AS "Crime number",
            DATE '2013-01-01' + CAST(h // 128 % 3652 AS INT) AS "Date recorded",
            CASE WHEN g % 50 = 0 THEN 'Cancelled' ELSE 'Finalised' END AS "Status",
            ['Violence with injury', 'Violence without injury', 'Residential burglary', 'Vehicle offences',
             'Robbery of personal property', 'Theft from the person', 'Homicide', 'Public order offences',
             'Shoplifting', 'Criminal damage', 'Rape offences', 'Stalking and harassment'][g // 64 % 12 + 1]
                AS "Offence type",
            'District ' || g // 4096 % 14 AS "District",
            [NULL, NULL, NULL, 'Knife', 'Firearm', 'Blunt instrument'][h // 65536 % 6 + 1] AS "Weapon",
            CASE WHEN g // 131072 % 20 = 0 THEN 'Y' ELSE 'N' END AS "Knife",
            CASE WHEN g // 8388608 % 9 = 0 THEN 'Y' ELSE 'N' END AS "VAWG", n AS line
        FROM drawn
        """  # noqa: S608


def _session(work: str, *path: str) -> None:
    from pyspark.sql import SparkSession

    session = SparkSession.builder.getOrCreate()
    if work == "make":
        session.sql(f"CREATE TABLE crimes USING parquet LOCATION '{Path(path[0]).parent}'")
    else:
        session.sql(SPARK_BARE).collect()
    session.stop()


if __name__ == "__main__":  # the bare query, as a process of its own
    if sys.argv[1] in ("make", "spark"):
        _session(*sys.argv[1:])
    else:
        limits = dict(words.split("=") for words in sys.argv[2:])
        with duckdb.connect(sys.argv[1], read_only=True, config=limits) as asked:
            asked.execute(BARE).fetchall()
