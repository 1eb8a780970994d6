"""pm diff as real processes: its exit codes are those of diff, and it says what a file is when the two do not fit."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pmcli.tables import CHANGES
from tests.conftest import SAMPLES, pm

from .conftest import complaint, fine, parquet, table

APRIL = date(2023, 4, 30)


@pytest.fixture(scope="module")
def vintages(tmp_path_factory: pytest.TempPathFactory, monthly: bytes) -> Path:
    """The monthly sample as it was in April 2023, when two months of burglary were 20 lower, and as it is in July."""
    folder = tmp_path_factory.mktemp("vintages")
    (folder / "july.parquet").write_bytes(monthly)
    lower = (
        (pl.col("measure") == "burglary") & (pl.col("area") == "essex")
        & pl.col("period_end").is_in([date(2023, 3, 31), APRIL])
    )  # fmt: skip
    then = table(monthly).filter(pl.col("period_end") <= APRIL)
    then = then.with_columns(value=pl.when(lower).then(pl.col("value") - 20).otherwise("value"))
    (folder / "april.parquet").write_bytes(parquet(then))
    return folder


def diff(folder: Path, *arguments: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return pm("diff", *arguments, cwd=folder, **({} if stdin is None else {"stdin": stdin}))


def test_no_difference_is_0_and_an_empty_table(vintages: Path) -> None:
    sent = table(fine(diff(vintages, "july.parquet", "july.parquet")))
    assert (sent.height, sent.schema) == (0, CHANGES.schema())


def test_differences_are_1_and_the_table_of_them(vintages: Path) -> None:
    made = diff(vintages, "april.parquet", "july.parquet", "--force", "essex")
    assert (made.returncode, made.stderr) == (1, b"")
    found = table(made.stdout)
    revised = found.filter(pl.col("what") == "revised")
    assert revised.select("measure", "period_end", "was", "is", "difference", "seen").rows() == [
        ("burglary", date(2023, 3, 31), "385", "405", 20.0, APRIL),
        ("burglary", APRIL, "350", "370", 20.0, APRIL),
    ]
    new = found.filter(pl.col("what") == "new period")
    assert (new.height, set(new["because"]), "gone" in set(found["what"])) == (27, {"new-months"}, False)


def test_people_read_it_as_tables_and_sentences(vintages: Path) -> None:
    shown = diff(vintages, "april.parquet", "july.parquet", "--force", "essex", "-f", "table").stdout.decode()
    assert "Revised: 2 figures" in shown
    assert "Burglary   Essex   Mar 2023   385   405     +20   Apr 2023" in shown
    assert "Burglary: new May 2023 (435), June 2023 (368), July 2023 (351)." in shown


def test_it_goes_down_the_pipe(vintages: Path, monthly: bytes) -> None:
    sent = diff(vintages, "april.parquet", "-", stdin=monthly).stdout
    said = table(fine(pm("say", "burglary", "--force", "essex", stdin=sent)))
    assert said.filter(pl.col("about") == "revised")["sentence"].to_list() == [
        "Burglary: 2 figures revised, March and April 2023: +40 in all, the largest April 2023, 350 to 370."
    ]
    assert b"pm diff april.parquet -" in fine(pm("history", stdin=sent))


def test_the_verdicts_of_two_results_are_compared(vintages: Path) -> None:
    for name in ("april", "july"):
        made = pm("trend", "theft-from-person", "--force", "essex", "-i", str(vintages / f"{name}.parquet"),
                  cwd=SAMPLES)  # fmt: skip
        (vintages / f"{name}-trend.parquet").write_bytes(fine(made))
    made = diff(vintages, "april-trend.parquet", "july-trend.parquet", "-f", "table")
    assert made.returncode == 1
    assert "Theft from the person control chart: now a signal for the better (new months)." in made.stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["april.parquet", "july-rank.parquet"], "april.parquet holds the observations table and july-rank.parquet"),
        (["april.parquet", "nothing.parquet"], "nothing.parquet: No such file"),
        (["april.parquet", "notes.csv"], "notes.csv is CSV text"),
        (["april.parquet", "cut.parquet"], "cut.parquet is Parquet, but cut off"),
        (["april.parquet", "."], ". is a folder"),
        (["april.parquet"], "Missing argument 'NEW'"),
        (["-", "-"], "one of the two can be standard input, not both"),
        (["april.parquet", "july.parquet", "--force", "esex"], "Did you mean Essex"),
        (["april.parquet", "july.parquet", "-o", "april.parquet"], "this command reads that file"),
        (["april.parquet", "july.parquet", "-f", "xml"], "there is no format 'xml'"),
    ],
)
def test_trouble_of_any_kind_is_2(vintages: Path, arguments: Sequence[str], said: str) -> None:
    july = (vintages / "july.parquet").read_bytes()
    (vintages / "notes.csv").write_text("a,b\n1,2\n")
    (vintages / "cut.parquet").write_bytes(july[:2000])
    (vintages / "july-rank.parquet").write_bytes(fine(pm("rank", "burglary", stdin=july, cwd=SAMPLES)))
    assert said in complaint(diff(vintages, *arguments), "diff", 2)


def test_the_library_says_the_same(vintages: Path) -> None:
    import pmcli

    old, new = (pl.scan_parquet(vintages / f"{name}.parquet") for name in ("april", "july"))
    sent = table(diff(vintages, "april.parquet", "july.parquet").stdout)
    assert pmcli.diff(old, new).equals(sent)


def test_load_counts_the_revisions_of_two_vintages_as_diff_does(tmp_path: Path) -> None:
    names = ("boroughs-historical.csv", "boroughs-latest.csv")
    for name in names:
        sent = fine(pm("load", name, "--map", "metropolitan-boroughs", cwd=SAMPLES))
        (tmp_path / f"{name}.parquet").write_bytes(sent)
    told = pm("load", *names, "--map", "metropolitan-boroughs", cwd=SAMPLES).stderr.decode()
    found = table(diff(tmp_path, *(f"{name}.parquet" for name in names)).stdout)
    revised = found.filter(pl.col("what") == "revised", pl.col("area").str.contains("/"), pl.col("column") == "value")
    largest = revised.sort(pl.col("difference").abs()).row(-1, named=True)
    net = int(revised["difference"].sum())
    assert f"it revised {revised.height} values" in told
    assert f"({net:+,} in all; the largest: " in told
    # Of two that are as large the note may name the other.
    assert f"{abs(largest['difference']):.0f}" in {
        str(abs(int(now.replace(",", "")) - int(was.replace(",", ""))))
        for was, now in [told.partition("the largest: ")[2].partition(")")[0].rpartition(", ")[2].split(" to ")]
    }
