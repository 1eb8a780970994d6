"""The query: every dialect parses it back, nothing of the user's is pasted in, a saved CSV loads as it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

import pmcli
from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError
from tests.conftest import pm

duckdb = pytest.importorskip("duckdb")
sqlglot = pytest.importorskip("sqlglot")
pytest.importorskip("ibis")

from pmcli.sources.warehouse.dialects import DIALECTS  # noqa: E402
from pmcli.sources.warehouse.writing import written  # noqa: E402

SAMPLE = Path(__file__).parents[3] / "samples" / "athena-records.csv"
ASKED = {"by": ["weapon", "vawg"], "area": "district"}


def crimes(name: str = "crimes") -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    quoted = name.replace('"', '""')
    connection.execute(f"CREATE TABLE \"{quoted}\" AS FROM read_csv('{SAMPLE}', all_varchar = true)")
    return connection


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("typed", [False, True])
def test_every_dialect_s_query_is_one_statement_of_that_dialect(dialect, typed):
    text = written("athena-records", "dbo.crimes", dialect, Catalogue(), since=date(2020, 1, 31), typed=typed, **ASKED)
    statements = sqlglot.parse(text, read=dialect)
    assert len(statements) == 1
    assert isinstance(statements[0], sqlglot.exp.Query)
    last = statements[0].find(sqlglot.exp.Union) if statements[0].is_star else statements[0]  # SQL Server's is wrapped
    assert list(last.named_selects)[:3] == ["source", "measure", "area"]
    assert not [one for one in statements[0].find_all(sqlglot.exp.Anonymous) if str(one.this).startswith("PM_")]
    tables = {(one.db, one.name) for one in statements[0].find_all(sqlglot.exp.Table) if one.db}
    assert tables == {("dbo", "crimes")}
    comments = [line for line in text.splitlines() if line.startswith("-- ")]
    assert len(comments) > 20
    assert "SQL of" in comments[0]


@pytest.mark.parametrize("name", ["crimes", "records", "told", 'odd "name"; DROP TABLE x'])
def test_the_query_gives_the_rows_of_pm_load_whatever_the_table_is_called(name):
    connection = crimes(name)
    quoted = '"' + name.replace('"', '""') + '"'
    found = connection.sql(written("athena-records", quoted, "duckdb", Catalogue(), **ASKED)).pl()
    wanted = pmcli.load(SAMPLE, map="athena-records", **ASKED).collect()
    assert wanted.height > 50_000
    assert found.cast(dict(wanted.schema)).sort(wanted.columns[:7]).equals(wanted.sort(wanted.columns[:7]))


def test_a_saved_csv_is_loaded_without_a_mapping(tmp_path):
    done = pm("sql", "--map", "athena-records", "--table", "crimes", "--by", "weapon", "-o", "q.sql", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert b"business-cyber is not loaded" in done.stderr
    crimes().sql((tmp_path / "q.sql").read_text(encoding="utf-8")).write_csv(str(tmp_path / "counts.csv"))
    assert pm("load", "counts.csv", "-o", "a.parquet", cwd=tmp_path).returncode == 0
    assert (
        pm("load", SAMPLE, "--map", "athena-records", "--by", "weapon", "-o", "b.parquet", cwd=tmp_path).returncode == 0
    )
    assert pl.read_parquet(tmp_path / "a.parquet").equals(pl.read_parquet(tmp_path / "b.parquet"))


def test_a_query_that_refused_something_is_not_loaded(tmp_path):
    text = SAMPLE.read_text(encoding="utf-8").splitlines()
    swapped = [
        text[0],
        *(f"{n}/1,{n % 12 + 1:02}/{n % 15 + 13}/2021,Finalised,8N,RAPE,Harlow,,,,," for n in range(400)),
    ]
    (tmp_path / "us.csv").write_text("\n".join(swapped), encoding="utf-8")
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE crimes AS FROM read_csv('{tmp_path}/us.csv', all_varchar = true)")
    query = pm("sql", "--map", "athena-records", cwd=tmp_path).stdout.decode()
    connection.sql(query).write_csv(str(tmp_path / "counts.csv"))
    done = pm("load", "counts.csv", "-o", "a.parquet", cwd=tmp_path)
    assert done.returncode == 1
    assert b"dates can only be read in the other order than day-first" in done.stderr
    assert not (tmp_path / "a.parquet").exists()


def test_from_a_month_on_is_what_pm_load_makes_of_the_records_since(tmp_path):
    kept = pl.read_csv(SAMPLE, infer_schema=False).filter(pl.col("Date recorded").str.contains("^../../20(20|21|22)$"))
    kept.write_csv(tmp_path / "since.csv")
    connection = duckdb.connect()
    connection.execute(
        f"""CREATE TABLE crimes AS FROM read_csv('{SAMPLE}', all_varchar = true)
        WHERE regexp_matches("Date recorded", '^../../....$')"""
    )
    found = connection.sql(written("athena-records", "crimes", "duckdb", Catalogue(), since=date(2020, 1, 31))).pl()
    wanted = pmcli.load(tmp_path / "since.csv", map="athena-records").collect()
    assert found.cast(dict(wanted.schema)).sort(wanted.columns[:7]).equals(wanted.sort(wanted.columns[:7]))


HOSTILE = "x' OR '1'='1"


def test_texts_of_the_mapping_are_literals_and_conditions_are_looked_through(tmp_path):
    def mapped(where: str) -> Path:
        path = tmp_path / "own.toml"
        path.write_text(
            'layout = "records"\nforce = "essex"\n[columns]\ncrime_number = "Crime \\"no\\"; --"\n'
            'recorded_date = "Date"\nweapon = "W"\n[flags]\n'
            f'knife = {{ column = "K", true = ["{HOSTILE}"] }}\n[where]\nall-crime = "{where}"\n'
        )
        return path

    for dialect in DIALECTS:
        text = written(mapped("weapon = 'a' OR knife = FALSE"), "crimes", dialect, Catalogue())
        tree = sqlglot.parse_one(text, read=dialect)
        assert HOSTILE.lower() in {str(one.this) for one in tree.find_all(sqlglot.exp.Literal)}
        assert 'Crime "no"; --' in {one.name for one in tree.find_all(sqlglot.exp.Column)}
    for where, why in (
        ("weapon > 'a'", "which of two texts"),
        ("weapon LIKE 'a\\\\\\\\%'", "pattern with"),
        ("LENGTH(weapon) = 3", "more than comparisons"),
        ("weapon", "is no yes-or-no column"),
    ):
        with pytest.raises(
            PmError, match=r"condition of the measure all-crime cannot be sent to a warehouse"
        ) as raised:
            written(mapped(where), "crimes", "duckdb", Catalogue())
        assert why in raised.value.hint


def test_what_is_wrong_with_the_question_is_said(tmp_path):
    with pytest.raises(UsageError, match="pm does not write it"):
        written("athena-records", "crimes", "postgre", Catalogue())
    with pytest.raises(UsageError, match="--map is needed"):
        written(None, "crimes", "duckdb", Catalogue())
    with pytest.raises(UsageError, match="a mapping of counts"):
        written("iquanta-monthly", "crimes", "duckdb", Catalogue())
    with pytest.raises(UsageError, match="this is no table's name"):
        written("athena-records", "a..b", "duckdb", Catalogue())
    with pytest.raises(UsageError, match="--by weapn"):
        written("athena-records", "crimes", "duckdb", Catalogue(), by=["weapn"])
