"""The queries of engines that no test can start: read by sqlglot as that engine's SQL, put into DuckDB's, and run.

A function that means something else there, a wrong unit of days or another order of arguments shows as other rows,
as far as sqlglot knows the engine. What it does not put over is put over here, and nothing else: collations, text that
is joined by + and LIKE with classes of characters (SQL Server), $1 in replacements (Java, Trino), and empty texts that
are none (Oracle).
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

import pmcli
from pmcli.catalogue import Catalogue

duckdb = pytest.importorskip("duckdb")
sqlglot = pytest.importorskip("sqlglot")
pytest.importorskip("ibis")

from sqlglot import exp  # noqa: E402

from pmcli.sources.warehouse.writing import written  # noqa: E402

SAMPLE = Path(__file__).parents[3] / "samples" / "athena-records.csv"
ASKED = {"by": ["weapon", "vawg"], "area": "district"}
OTHERS = ("tsql", "oracle", "snowflake", "databricks", "spark", "bigquery", "trino", "postgres")


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    dated = pl.col("Date recorded").str.contains("^[0-9]{2}/[0-9]{2}/[0-9]{4}$")
    return pl.read_csv(SAMPLE, infer_schema=False).filter(dated).head(2500)


@pytest.fixture(scope="module")
def wanted(rows, tmp_path_factory) -> pl.DataFrame:
    path = tmp_path_factory.mktemp("rows") / "crimes.csv"
    rows.write_csv(path)
    found = pmcli.load(path, map="athena-records", **ASKED).collect()
    assert found.height > 5_000
    return found.sort(found.columns[:7])


@pytest.mark.parametrize("dialect", OTHERS)
@pytest.mark.parametrize("typed", [False, True], ids=["text", "typed"])
def test_the_rows_are_those_of_pm_load(rows, wanted, dialect, typed):
    if dialect == "tsql" and not typed:
        pytest.skip("TRY_CONVERT's styles, which read SQL Server's texts of dates, are in no other engine")
    frame = rows.with_columns(pl.col("Date recorded").str.to_date("%d/%m/%Y")) if typed else rows
    if dialect == "oracle":
        frame = frame.with_columns(pl.col(pl.String).replace("", None))
    connection = duckdb.connect()
    connection.register("given", frame.to_arrow())
    connection.execute("CREATE TABLE crimes AS SELECT * FROM given")
    connection.execute("CREATE TABLE dual AS SELECT 'X' AS dummy")
    text = written("athena-records", "crimes", dialect, Catalogue(), typed=typed, latest="rowid", **ASKED)
    tree = sqlglot.parse_one(text, read=dialect).transform(lambda node: put_over(node, dialect))
    found = connection.sql(tree.sql("duckdb")).pl()
    found = found.rename(dict(zip(found.columns, wanted.columns, strict=True))).cast(dict(wanted.schema))
    assert found.filter(pl.col("measure") == "refused").rows() == []
    assert found.sort(found.columns[:7]).equals(wanted)


def put_over(node: exp.Expr, dialect: str) -> exp.Expr:
    """A part of a dialect's query in words that sqlglot writes for DuckDB (a visit of Expr.transform)."""

    def inner(part: exp.Expr) -> exp.Expr:  # what takes the place of a part is not visited by itself
        return part.copy().transform(lambda one: put_over(one, dialect))

    if isinstance(node, exp.Collate):
        return inner(node.this)
    if isinstance(node, exp.National):
        return exp.Literal.string(node.this)
    if isinstance(node, exp.RegexpReplace) and isinstance(by := node.args.get("replacement"), exp.Literal):
        by.replace(exp.Literal.string(re.sub(r"\$(\d)", r"\\\1", by.this)))
    if dialect == "tsql" and isinstance(node, exp.Add) and is_text(node):
        return exp.DPipe(this=inner(node.left), expression=inner(node.right))
    if dialect == "tsql" and isinstance(node, exp.Like) and "[" in node.expression.name:
        same = exp.RegexpLike(this=inner(node.this), expression=exp.Literal.string(pattern(node.expression.name)))
        return exp.Not(this=same) if node.args.get("negate") else same
    if dialect == "oracle" and isinstance(node, exp.Trim | exp.RegexpReplace | exp.Replace):
        empty = node.copy()
        empty.set("this", inner(node.this))
        return exp.Nullif(this=empty, expression=exp.Literal.string(""))
    return node


def pattern(like: str) -> str:
    """SQL Server's LIKE, which knows classes of characters, as a regular expression."""
    parts = re.findall(r"\[[^]]+\]|.", like)
    wild = {"%": ".*", "_": "."}
    return f"^{''.join(part if len(part) > 1 else wild.get(part) or re.escape(part) for part in parts)}$"


def is_text(node: exp.Expr) -> bool:
    """Whether any part of a sum is text, which makes it a text."""
    if isinstance(node, exp.Add):
        return is_text(node.left) or is_text(node.right)
    if isinstance(node, exp.Cast):
        return node.to.this in exp.DataType.TEXT_TYPES
    return isinstance(node, exp.National | exp.DPipe) or (isinstance(node, exp.Literal) and node.is_string)
