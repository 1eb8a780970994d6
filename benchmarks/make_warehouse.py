"""A DuckDB file of crimes, as a warehouse has them, from a seed: made by DuckDB itself, so that any size is quick."""

from __future__ import annotations

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


def crimes(path: Path, rows: int, seed: int = 1) -> None:
    """Write a table of `rows` crimes over ten years, one in a hundred of them a second row of the same crime."""
    with duckdb.connect(path) as made:
        made.execute(
            f"""
            CREATE TABLE crimes AS
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
                CASE WHEN g // 8388608 % 9 = 0 THEN 'Y' ELSE 'N' END AS "VAWG"
            FROM drawn
            """  # noqa: S608
        )


if __name__ == "__main__":  # the bare query, as a process of its own
    with duckdb.connect(sys.argv[1], read_only=True) as asked:
        asked.execute(BARE).fetchall()
