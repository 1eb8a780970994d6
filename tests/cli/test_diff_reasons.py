"""What `pm diff` says that a change is because of, one reason at a time: two results that differ in one thing only,
made by real processes, and every cell that differs has that reason and no other, where it can rest on it.
"""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pmcli.periods import shift
from tests.conftest import SAMPLES, pm

from .conftest import fine, parquet, table

JULY = date(2023, 7, 31)
ASKED = ("burglary", "homicide", "robbery")
OWN = ("value", "population", "population_year")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, monthly: bytes) -> Path:
    """A folder with the sample's settings and with other files of the peers, the population and the rules."""
    folder = tmp_path_factory.mktemp("reasons")
    for name in ("peers.csv", "population.csv", "forces.csv"):
        (folder / name).write_bytes((SAMPLES / name).read_bytes())
    (folder / "pm.toml").write_text(
        'force = "essex"\npeers = "peers.csv"\npopulation = "population.csv"\nforces = "forces.csv"\n', encoding="utf-8"
    )
    peers = (folder / "peers.csv").read_text(encoding="utf-8")
    (folder / "others.csv").write_text(peers.replace("invented-force-01", "invented-force-09"), encoding="utf-8")
    rows = [line.split(",") for line in (folder / "population.csv").read_text(encoding="utf-8").splitlines()]
    more = [[*row[:-1], str(int(row[-1]) * 2)] if row[0] == "essex" else row for row in rows]
    (folder / "more.csv").write_text("\n".join(",".join(row) for row in more) + "\n", encoding="utf-8")
    (folder / "july.parquet").write_bytes(monthly)
    (folder / "as-it-was.parquet").write_bytes(outliers(folder))
    return folder


def outliers(folder: Path, *arguments: str, command: str = "outliers") -> bytes:
    return fine(pm(command, *ASKED, "--to", "2023-07", "-i", "july.parquet", *arguments, cwd=folder))


def differing(folder: Path, now: bytes, was: str = "as-it-was.parquet") -> pl.DataFrame:
    (folder / "now.parquet").write_bytes(now)
    made = pm("diff", was, "now.parquet", cwd=folder)
    assert (made.returncode, made.stderr) == (1, b"")
    return table(made.stdout)


def test_other_peers_are_the_reason_of_what_is_held_against_them_alone(project: Path) -> None:
    found = differing(project, outliers(project, "--peers", "others.csv"))
    assert set(found["because"]) == {"peers"}
    assert not set(found["column"]) & set(OWN)
    together = pl.col("column").is_in(["flags", "verdict", "verdict_chance"])
    assert set(found.filter(~together)["item"].str.contains("peer")) == {True}


def test_another_population_is_the_reason_of_rates_alone(project: Path) -> None:
    found = differing(project, outliers(project, "--population", "more.csv"))
    assert set(found["because"]) == {"population"}
    values = found.filter(pl.col("column") == "value")
    assert values.height > 0
    assert set(values["item"].str.contains("rate")) == {True}


def test_another_year_of_the_population_is_another_population(project: Path) -> None:
    found = differing(project, outliers(project, "--population-year", "2022"))
    assert set(found["because"]) == {"population"}


@pytest.mark.parametrize("arguments", [("--average", "pooled"), ("--sd", "population"), ("--multiple", "2")])
def test_another_convention_is_the_reason_of_what_an_average_has_a_say_in(
    project: Path, arguments: tuple[str, ...]
) -> None:
    found = differing(project, outliers(project, *arguments))
    assert set(found["because"]) == {"convention"}
    assert not set(found["column"]) & set(OWN)


def test_another_baseline_is_the_reason_of_what_is_held_against_it_and_of_the_verdict(project: Path) -> None:
    found = differing(project, outliers(project, "--baseline", "2020-12"))
    assert set(found["because"]) == {"baseline"}
    alone = found.filter(~pl.col("column").is_in(["flags", "verdict", "verdict_chance"]))
    assert set(alone["item"].str.contains("baseline")) == {True}


def test_another_version_is_a_reason(project: Path) -> None:
    was = (project / "as-it-was.parquet").read_bytes()
    frame = table(was).with_columns(difference=pl.col("difference") + 1)
    stages = json.loads(pl.read_parquet_metadata(io.BytesIO(was))["pm"])
    kept = stages["stages"] if isinstance(stages, dict) else stages
    for stage in kept:
        stage["version"] = "99.0"
    sent = io.BytesIO()
    frame.write_parquet(sent, metadata={"pm": json.dumps(stages)})
    assert set(differing(project, sent.getvalue())["because"]) == {"version"}


def test_a_pm_toml_that_says_something_else_of_no_matter_is_no_reason(project: Path) -> None:
    said = (project / "pm.toml").read_text(encoding="utf-8")
    try:
        (project / "pm.toml").write_text(f"# a remark\n{said}", encoding="utf-8")
        found = differing(project, outliers(project, "--average", "pooled"))
    finally:
        (project / "pm.toml").write_text(said, encoding="utf-8")
    assert set(found["because"]) == {"convention"}


# --------------------------------------------------------------------------------------- later months, and revised ones


@pytest.fixture(scope="module")
def later(project: Path, monthly: bytes) -> Path:
    """The folder, with the observations as they were three months before."""
    then = table(monthly).filter(pl.col("period_end") <= shift(JULY, -3))
    (project / "april.parquet").write_bytes(parquet(then))
    return project


def april(folder: Path, command: str, *arguments: str) -> bytes:
    return fine(pm(command, *ASKED, "--to", "2023-04", "-i", "april.parquet", *arguments, cwd=folder))


@pytest.mark.parametrize("command", ["compare", "rank", "outliers", "trend", "spc", "ahead", "say"])
def test_new_months_are_the_reason_of_a_later_window(later: Path, command: str) -> None:
    """A rate rests on another mid-year estimate besides, a count on none; over how many forces an average is, or the
    reference of a chart, is no method."""
    extra = ("--population-year", "2022") if command in ("rank", "outliers", "say") else ()
    (later / "was.parquet").write_bytes(april(later, command, *extra))
    found = differing(later, outliers(later, *extra, command=command), "was.parquet")
    assert set(found["because"]) == {"new-months"}


def test_a_later_window_of_a_rate_rests_on_a_later_population_as_well(later: Path) -> None:
    (later / "was.parquet").write_bytes(april(later, "outliers"))
    found = differing(later, outliers(later), "was.parquet")
    of = {
        (row["column"], "rate" in row["item"]): row["because"]
        for row in found.iter_rows(named=True)
        if row["column"] in ("value", "difference")
    }
    assert of == {
        ("value", True): "new-months;population", ("difference", True): "new-months;population",
        ("value", False): "new-months", ("difference", False): "new-months",
    }  # fmt: skip


def test_a_revised_month_is_the_reason_of_every_limit_that_rests_on_it(project: Path, monthly: bytes) -> None:
    frame = table(monthly)
    mine = (pl.col("measure") == "burglary") & (pl.col("area") == "essex") & (pl.col("period_end") == date(2022, 3, 31))
    (project / "revised.parquet").write_bytes(
        parquet(frame.with_columns(value=pl.when(mine).then(pl.col("value") + 300).otherwise("value")))
    )
    (project / "was.parquet").write_bytes(outliers(project, command="spc"))
    now = fine(pm("spc", *ASKED, "--to", "2023-07", "-i", "revised.parquet", cwd=project))
    found = differing(project, now, "was.parquet")
    assert set(found["because"]) == {"revision"}
    assert set(found["measure"]) == {"burglary"}
    assert found.filter(pl.col("column") == "value")["difference"].to_list() == [300.0]


def test_people_are_told_why_where_nothing_turned(project: Path) -> None:
    (project / "now.parquet").write_bytes(outliers(project, "--sd", "population"))
    said = pm("diff", "as-it-was.parquet", "now.parquet", "-f", "table", cwd=project).stdout.decode()
    assert said.startswith("No figure changed and nothing turned, but what the figures are held against did\n")
    assert "because of another method or convention: -f csv lists them." in said


# ----------------------------------------------------------------------------------------------- what is no table of pm


@pytest.mark.parametrize(
    ("name", "what", "instead"),
    [
        ("result.csv", "the outliers table as CSV text", "Give result.parquet, which stands beside it."),
        ("result.xlsx", "a workbook or archive", "Give result.parquet, which stands beside it."),
        ("result.json", "JSON", "Give result.parquet, which stands beside it."),
        ("result.html", "an HTML page", "Give result.parquet, which stands beside it."),
        ("alone.csv", "the outliers table as CSV text", "Write the table itself with `-o x.parquet`"),
        ("extract.csv", "CSV text", "Load it first: `pm load extract.csv -o extract.parquet`, and give that."),
    ],
)
def test_what_pm_wrote_for_people_is_told_from_an_extract(project: Path, name: str, what: str, instead: str) -> None:
    if not (project / "result.parquet").exists():
        for suffix in ("csv", "xlsx", "json", "html", "parquet"):
            fine(pm("show", "as-it-was.parquet", "-o", f"result.{suffix}", cwd=project))
        (project / "alone.csv").write_bytes((project / "result.csv").read_bytes())
        (project / "extract.csv").write_text("Force,Month,Offences\nEssex,2023-07,4\n", encoding="utf-8")
    made = pm("diff", "as-it-was.parquet", name, cwd=project)
    assert made.returncode == 2
    said = made.stderr.decode()
    assert f"{name} is {what}; `pm diff` reads tables of pm as Parquet" in said
    assert instead in said
