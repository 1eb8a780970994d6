"""`pm why`, by real processes: every step it prints is held against something else. Rows against the lines of the file,
periods against the figure, the test against scipy's binomial test and the formula of docs/methods.md worked out here,
averages against the forces listed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
from math import erfc, exp, sqrt
from pathlib import Path
from statistics import NormalDist, mean, stdev

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pmcli.catalogue import Catalogue
from pmcli.stats.two_counts import least_change, two_count_p, two_count_working, unusually_large
from tests.conftest import SAMPLES, pm, shell

from .conftest import fine

Step = dict[str, str]


def steps(result: bytes) -> list[Step]:
    """The rows of a working table as CSV."""
    return list(csv.DictReader(io.StringIO(result.decode())))


def of(working: list[Step], part: str, **wanted: str) -> list[Step]:
    return [one for one in working if one["part"] == part and all(one[name] == text for name, text in wanted.items())]


def why(*arguments: str | Path, cwd: Path, stdin: bytes | None = None) -> list[Step]:
    return steps(fine(pm("why", *arguments, "-f", "csv", cwd=cwd, stdin=stdin)))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with extracts of its own, and no pm.toml."""
    for name in ("home-office-quarters.csv", "athena-records.csv", "iquanta-monthly.csv", "calls-999.csv"):
        shutil.copy(SAMPLES / name, tmp_path / name)
    fine(pm("load", "home-office-quarters.csv", "-o", "obs.parquet", cwd=tmp_path))
    return tmp_path


# ------------------------------------------------------------------------------------------------ periods and rows
def test_the_rows_are_the_lines_of_the_file_and_add_up_to_the_figure(place: Path) -> None:
    lines = (place / "home-office-quarters.csv").read_text(encoding="utf-8").splitlines()
    header = next(csv.reader(lines[:1]))
    working = why("burglary", "--to", "2023-12", "--force", "essex", "-i", "obs.parquet", cwd=place)
    [figure] = of(working, "figure")
    periods = of(working, "period", window="this window")
    assert sum(float(one["value"]) for one in periods) == float(figure["value"])
    for period in periods:
        rows = of(working, "row", period_end=period["period_end"])
        assert sum(float(one["value"]) for one in rows) == float(period["value"])
        for one in rows:
            cells = dict(zip(header, next(csv.reader([lines[int(one["row"]) - 1]])), strict=True))
            assert cells["Force Name"] == "Essex"
            assert float(cells["Number of Offences"]) == float(one["value"])
            assert "urglary" in cells["Offence Subgroup"]
    [file] = of(working, "file", file="home-office-quarters.csv")
    whole = (place / "home-office-quarters.csv").read_bytes()
    assert file["sha256"] == hashlib.sha256(whole).hexdigest()
    assert file["label"] == "the same bytes"


def test_crime_numbers_are_named_up_to_the_limit(place: Path) -> None:
    shell("pm load athena-records.csv --map athena-records -o rec.parquet 2>/dev/null", cwd=place)
    text = list(csv.DictReader(io.StringIO((place / "athena-records.csv").read_text(encoding="utf-8"))))
    ask = ["firearms", "--to", "2022-06", "--force", "essex", "-i", "rec.parquet"]
    whole = why(*ask, "--limit", "0", cwd=place)
    rows = [one for one in of(whole, "row") if one["record"]]
    assert all(text[int(one["row"]) - 2]["Crime number"] == one["record"] for one in rows)
    total = sum(float(one["value"]) for one in of(whole, "period"))
    assert len(rows) == total > 100
    few = why(*ask, "--limit", "2", cwd=place)
    for period in of(few, "period"):
        named = of(few, "row", period_end=period["period_end"], label="row")
        more = of(few, "row", period_end=period["period_end"], label="more")
        assert len(named) == min(2, float(period["value"]))
        assert bool(more) == (float(period["value"]) > 2)


def test_a_row_of_a_result_is_explained_from_its_history(place: Path) -> None:
    fine(pm("compare", "burglary", "--force", "essex", "-i", "obs.parquet", "-o", "cmp.parquet", cwd=place))
    row = pl.read_parquet(place / "cmp.parquet").row(1, named=True)
    working = why("-i", "cmp.parquet", "--row", "2", cwd=place)
    assert {one["window"] for one in of(working, "period")} == {"this window", row["against"]}
    for window, value in (("this window", row["value"]), (row["against"], row["against_value"])):
        assert sum(float(one["value"]) for one in of(working, "period", window=window)) == value
    assert of(working, "row")
    assert not of(working, "caution")


def test_totals_that_were_rolled_up_are_traced_to_their_quarters(place: Path) -> None:
    made = shell(
        "pm load home-office-quarters.csv 2>/dev/null | pm rolling 2>/dev/null | pm why robbery --force essex -f csv",
        cwd=place,
    )
    working = steps(made.stdout)
    assert {one["months"] for one in of(working, "period")} == {"3"}
    assert of(working, "row")


def test_a_wide_table_names_the_column_too(tmp_path: Path) -> None:
    for name in ("boroughs-historical.csv", "boroughs-latest.csv"):
        shutil.copy(SAMPLES / name, tmp_path / name)
    command = "pm load boroughs-*.csv --map metropolitan-boroughs 2>/dev/null | pm why burglary --force metropolitan"
    working = steps(shell(f"{command} --to 2023-07 -f csv 2>/dev/null", cwd=tmp_path).stdout)
    rows = of(working, "row", window="this window", label="row")
    assert rows
    for one in rows:
        cells = list(csv.reader(io.StringIO((tmp_path / one["file"]).read_text(encoding="utf-8"))))
        head, line = cells[0], cells[int(one["row"]) - 1]
        assert float(line[head.index(one["column"])]) == float(one["value"])
        assert one["area"].startswith("metropolitan/")


# ----------------------------------------------------------------------------------------- when the files are others
def test_a_file_that_has_changed_is_named_and_so_is_the_figure_it_gives_now(place: Path) -> None:
    fine(pm("compare", "burglary", "--force", "essex", "-i", "obs.parquet", "-o", "cmp.parquet", cwd=place))
    path = place / "home-office-quarters.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("2023/24,1,Essex") and "burglary" in line.lower())
    lines[at] = lines[at].rpartition(",")[0] + ",5000"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    working = why("-i", "cmp.parquet", "--row", "2", cwd=place)
    [caution] = of(working, "caution", window="this window")
    assert "the data have changed since" in caution["sentence"]
    assert of(working, "file", file=path.name)[0]["label"] == "changed"
    before = fine(pm("show", "obs.parquet", "-f", "csv", cwd=place))
    working = why("burglary", "--force", "essex", "-i", "obs.parquet", cwd=place)
    told = [one for one in of(working, "period") if one["period_end"] == "2023-06-30"]
    assert f"2023-06-30,3,{float(told[0]['value'])}".encode() in before  # the figure is made of the table's own
    [said, *_] = [one["sentence"] for one in of(working, "caution", period_end="2023-06-30")]
    assert re.fullmatch(r"3 months to Jun 2023: [\d,]+, but the files give [\d,]+ now: its rows are not named", said)
    assert not of(working, "row", period_end="2023-06-30")
    assert of(working, "row", period_end="2023-09-30")


def test_a_window_over_two_extracts_is_traced_into_both(tmp_path: Path) -> None:
    for name, months in (("a", range(1, 7)), ("b", range(7, 13))):
        rows = [f"essex,burglary,2023-{month:02d},{month}" for month in months]
        (tmp_path / f"{name}.csv").write_text("\n".join(["area,measure,period,value", *rows, ""]))
        fine(pm("load", f"{name}.csv", "-o", f"{name}.parquet", cwd=tmp_path))
    working = why("burglary", "--force", "essex", "-i", "a.parquet", "-i", "b.parquet", cwd=tmp_path)
    rows = of(working, "row", window="this window")
    assert [(one["file"], one["row"]) for one in rows] == [(f"{n}.csv", str(k)) for n in "ab" for k in range(2, 8)]
    assert sum(float(one["value"]) for one in rows) == sum(range(1, 13))


def test_files_that_are_gone_are_one_line_and_the_test_is_still_told(place: Path) -> None:
    fine(pm("compare", "burglary", "--force", "essex", "-i", "obs.parquet", "-o", "cmp.parquet", cwd=place))
    (place / "home-office-quarters.csv").unlink()
    working = why("-i", "cmp.parquet", "--row", "2", cwd=place)
    gone = [one["sentence"] for one in of(working, "caution") if "is gone" in one["sentence"]]
    assert gone == ["home-office-quarters.csv is gone: the rows of the figure are not known"]
    assert of(working, "test", label="p")
    working = why("burglary", "--force", "essex", "-i", "obs.parquet", cwd=place)
    assert of(working, "period")  # the observations still have them
    assert not of(working, "row")


def test_an_extract_that_came_by_standard_input_cannot_be_read_again(place: Path) -> None:
    made = shell(
        "cat home-office-quarters.csv | pm load - 2>/dev/null | pm why robbery --force essex -f csv", cwd=place
    )
    said = [one["sentence"] for one in of(steps(made.stdout), "caution")]
    assert said == ["the extract came by standard input and cannot be read again: its rows are not known"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["-i", "cmp.parquet", "--row", "9"], 1, "there is no row 9 in this comparison table: it has 2 rows"),
        (["-i", "cmp.parquet", "--row", "0"], 1, "there is no row 0 in this comparison table: it has 2 rows"),
        (["-i", "cmp.parquet"], 1, "2 rows of this comparison table fit, and one figure is explained at a time"),
        (["robbery", "-i", "cmp.parquet"], 1, "this comparison table has no row to ask about"),
        (["-i", "check.parquet", "--row", "1"], 1, "check.parquet is a check table (from pm check)"),
        (["-i", "obs.parquet", "--force", "essex"], 2, "one figure is explained at a time, and there are "),
        (["burglary", "--force", "essex", "--to", "2030-01", "-i", "obs.parquet"], 1, "no window ends in Jan 2030"),
        (["burglary", "--force", "kent", "-i", "obs.parquet"], 1, "no figures for kent"),
    ],
)  # fmt: skip
def test_what_cannot_be_explained_is_one_clear_line(place: Path, arguments: list[str], code: int, said: str) -> None:
    fine(pm("compare", "burglary", "--force", "essex", "-i", "obs.parquet", "-o", "cmp.parquet", cwd=place))
    pm("check", "-i", "obs.parquet", "-o", "check.parquet", cwd=place)
    made = pm("why", *arguments, "-f", "csv", cwd=place)
    assert (made.returncode, made.stdout) == (code, b"")
    assert made.stderr.decode().splitlines()[0].startswith(f"pm why: {said}")
    assert "Traceback" not in made.stderr.decode()


# --------------------------------------------------------------------------------------------------- test and peers
def test_the_test_is_that_of_the_methods_with_its_numbers_put_in(place: Path) -> None:
    working = why("burglary", "--force", "essex", "-i", "obs.parquet", cwd=place)
    measure = Catalogue().measures["burglary"]
    told = {one["label"]: float(one["value"]) for one in of(working, "test", window="previous-year")}
    a, b, n = told["a"], told["b"], (told["a"] + told["b"]) / 2
    phi = 1 + (measure.dispersion - 1) * (n / 1000) ** 0.6
    p_exact = stats.binomtest(int(a), int(a + b), 0.5).pvalue
    z = -NormalDist().inv_cdf(p_exact / 2)
    expected = {
        "n": n, "d": measure.dispersion, "phi": phi, "p_exact": p_exact, "z": z, "p": erfc(z / sqrt(2 * phi)),
        "least": exp(1.96 * sqrt(2 * phi / n)) - 1,
    }  # fmt: skip
    assert {name: told[name] for name in expected} == pytest.approx(expected, rel=1e-9)
    fine(pm("compare", "burglary", "--force", "essex", "-i", "obs.parquet", "-o", "cmp.parquet", cwd=place))
    row = pl.read_parquet(place / "cmp.parquet").filter(pl.col("against") == "previous-year").row(0, named=True)
    assert (row["p_value"], row["least"]) == pytest.approx((told["p"], told["least"]))


def test_the_exact_test_is_told_as_the_exact_test(place: Path) -> None:
    fine(pm("compare", "burglary", "--force", "essex", "--test", "exact", "-i", "obs.parquet", "-o", "x.parquet",
            cwd=place))  # fmt: skip
    told = {one["label"]: one["value"] for one in of(why("-i", "x.parquet", "--row", "2", cwd=place), "test")}
    assert float(told["d"]) == float(told["phi"]) == 1
    assert float(told["p"]) == pytest.approx(float(told["p_exact"]))


def test_a_row_that_something_has_changed_is_not_explained_as_if_it_held(place: Path) -> None:
    fine(pm("compare", "burglary", "--force", "essex", "-i", "obs.parquet", "-o", "cmp.parquet", cwd=place))
    frame, metadata = pl.read_parquet(place / "cmp.parquet"), pl.read_parquet_metadata(place / "cmp.parquet")
    lying = frame.with_columns(p_value=pl.lit(0.001), value=pl.col("value") + 10)
    lying.write_parquet(place / "lie.parquet", metadata={"pm": metadata["pm"]})
    said = " ".join(one["sentence"] for one in of(why("-i", "lie.parquet", "--row", "2", cwd=place), "caution"))
    assert "the row says p = 0.001" in said
    assert "the periods come to" in said


def test_a_share_is_tested_by_two_proportions(place: Path) -> None:
    made = shell("pm load calls-999.csv 2>/dev/null | pm why calls-within-10s --force essex -f csv", cwd=place)
    told = {one["label"]: float(one["value"]) for one in of(steps(made.stdout), "test") if one["value"]}
    pooled = (told["p1"] * told["n1"] + told["p2"] * told["n2"]) / (told["n1"] + told["n2"])
    table = [[told[f"p{k}"] * told[f"n{k}"], (1 - told[f"p{k}"]) * told[f"n{k}"]] for k in (1, 2)]
    assert told["pooled"] == pytest.approx(pooled)
    assert told["p"] == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)  # z² is chi-square


def test_criteria_are_told_with_every_force_and_its_figures(tmp_path: Path) -> None:
    fine(pm("outliers", "robbery", "--exclude-self", "-o", tmp_path / "o.parquet", cwd=SAMPLES))
    frame = pl.read_parquet(tmp_path / "o.parquet")
    at = frame["criterion"].to_list().index("above-peer-rate")
    row = frame.row(at, named=True)
    working = why("-i", tmp_path / "o.parquet", "--row", str(at + 1), cwd=SAMPLES)
    values = [float(one["value"]) for one in of(working, "peer")]
    assert "essex" not in {one["area"] for one in of(working, "peer")}  # --exclude-self is read in its history
    assert (mean(values), stdev(values)) == pytest.approx((row["comparator"], row["sd"]))
    [population] = of(working, "population")
    assert float(population["value"]) == row["population"]
    mine = sum(float(one["value"]) for one in of(working, "period", window="this window"))
    assert mine / row["population"] * 1000 == pytest.approx(row["value"])
    assert not of(working, "caution")


def test_a_mass_event_that_was_taken_out_is_named(tmp_path: Path) -> None:
    rows = [f"essex,homicide,{year}-{month:02d},{45 if (year, month) == (2019, 10) else 2}"
            for year in (2019, 2020) for month in range(1, 13)]  # fmt: skip
    (tmp_path / "h.csv").write_text("\n".join(["area,measure,period,value", *rows, ""]))
    taken = "--without essex-lorry-deaths-2019"
    made = shell(f"pm load h.csv | pm compare {taken} -o h.parquet && pm why -i h.parquet --row 1 -f csv", cwd=tmp_path)
    said = [one["sentence"] for one in of(steps(made.stdout), "caution")]
    assert any("come to 67; 39 of one incident" in text and "taken out with --without: 28" in text for text in said)
    made = shell(f"pm load h.csv | pm why homicide --force essex {taken} -f csv --limit 0", cwd=tmp_path)
    said = {one["sentence"][:36] for one in of(steps(made.stdout), "caution") if "incident" in one["sentence"]}
    assert said == {"Oct 2019: 45 less 39 of one incident"}
    assert sum(float(one["value"]) for one in of(steps(made.stdout), "row", window="baseline")) == 67


def test_the_recording_changes_between_the_windows_are_those_of_the_comparison(place: Path) -> None:
    fine(pm("compare", "burglary", "--force", "essex", "-i", "obs.parquet", "-o", "cmp.parquet", cwd=place))
    for number, breaks in enumerate(pl.read_parquet(place / "cmp.parquet")["breaks"].to_list(), start=1):
        told = of(why("-i", "cmp.parquet", "--row", str(number), cwd=place), "recording change")
        assert {one["label"] for one in told} == set(filter(None, breaks.split(";")))


@pytest.mark.parametrize("command", ["rank", "trend", "spc", "breakdown", "ahead"])
def test_a_row_of_every_result_has_its_periods_and_rows(command: str, place: Path) -> None:
    more = ["--map", "athena-records", "--by", "weapon"] if command == "breakdown" else []
    extract, measure = ("athena-records.csv", "firearms") if more else ("home-office-quarters.csv", "burglary")
    fine(pm("load", extract, *more, "-o", "o.parquet", cwd=place))
    fine(pm(command, measure, "--force", "essex", "-i", "o.parquet", "-o", "r.parquet", cwd=place))
    working = why("-i", "r.parquet", "--row", "1", cwd=place)
    periods = of(working, "period")
    assert periods
    named = sum(float(one["value"]) for one in of(working, "row") if one["value"])
    told = sum(float(one["value"]) for one in periods)
    assert named == told or of(working, "row", label="more")


def test_people_get_blocks_and_pipes_get_the_table(place: Path) -> None:
    ask = ["why", "burglary", "--force", "essex", "-i", "obs.parquet"]
    text = fine(pm(*ask, "-f", "table", cwd=place)).decode()
    for part in ("This window, period by period", "The test against a year before", "The files of its history", "phi"):
        assert part in text
    table = fine(pm(*ask, cwd=place))
    assert fine(pm("show", stdin=table, cwd=place)).decode() == text
    assert pl.read_parquet(io.BytesIO(table))["step"].to_list() == list(
        range(1, pl.read_parquet(io.BytesIO(table)).height + 1)
    )


@given(st.integers(0, 5000), st.integers(0, 5000), st.floats(1, 12), st.floats(0, 0.3))
def test_the_working_of_two_counts_is_what_the_test_computes(a: int, b: int, d: float, u: float) -> None:
    told = two_count_working(a, b, d, u)
    assert told is not None
    assert told.p == two_count_p(a, b, d)
    assert told.least == least_change(a, b, d)
    if a and b:
        assert told.move is not None
        assert (told.move > told.unusual) == unusually_large(a, b, d, u)
    assert two_count_working(a + 0.5, b, d, u) is None


# ------------------------------------------------------------------------------------- a history may say anything
@pytest.mark.parametrize(
    "command",
    [
        "pm load", "pm load --nonsense x", "pm load 'unclosed", "pm load pipe", "pm load /dev/zero", "pm load - ",
        "pm load --max-size huge home-office-quarters.csv", "rm -rf .", "pm load --connect duckdb://x.db --table c",
        "pm load nothing-of-the-kind.csv --map nowhere.toml", "pm compare --sd nonsense",
    ],
)  # fmt: skip
def test_whatever_a_history_says_the_row_itself_is_told(place: Path, command: str) -> None:
    fine(pm("compare", "burglary", "--force", "essex", "-i", "obs.parquet", "-o", "cmp.parquet", cwd=place))
    os.mkfifo(place / "pipe")  # nobody writes to it: whoever opens it waits for ever
    stages = [{"command": command, "version": "0", "inputs": [{"name": "pipe", "sha256": "x", "source": "counts"}]}]
    pl.read_parquet(place / "cmp.parquet").write_parquet(
        place / "odd.parquet", metadata={"pm": json.dumps({"stages": stages})}
    )
    before = sorted(path.name for path in place.iterdir())
    working = why("-i", "odd.parquet", "--row", "2", cwd=place)
    assert of(working, "test", label="p")
    assert not of(working, "row")
    assert sorted(path.name for path in place.iterdir()) == before


def test_the_size_that_was_allowed_holds_when_the_file_is_read_again(place: Path) -> None:
    shutil.make_archive(str(place / "packed"), "zip", place, "home-office-quarters.csv")
    made = shell(
        "pm load packed.zip --max-size 1GB -o p.parquet 2>/dev/null; pm why burglary --force essex -i p.parquet -f csv",
        cwd=place,
    )
    rows = of(steps(made.stdout), "row", label="row")
    assert {one["file"] for one in rows} == {"packed.zip!home-office-quarters.csv"}


def test_ids_that_no_screen_can_hold_are_cut_there_and_whole_in_the_table(tmp_path: Path) -> None:
    ids = [f"{number:064x}" for number in range(1, 13)]
    header = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type," \
             "Last outcome category,Context"  # fmt: skip
    lines = [f"{one},2018-06,Essex Police,Essex Police,,,,,,Burglary,," for one in ids]
    folder = tmp_path / "2018-06"
    folder.mkdir()
    (folder / "2018-06-essex-street.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    fine(pm("load", "2018-06/2018-06-essex-street.csv", "-o", "o.parquet", cwd=tmp_path))
    asked = ("why", "burglary", "--months", "1", "--to", "2018-06", "--force", "essex", "-i", "o.parquet")
    shown = fine(pm(*asked, "-f", "table", cwd=tmp_path)).decode()
    assert "00000000…, 00000000…" in shown
    assert "and 4 more (-f csv has them whole)" in shown
    assert "Not tested: the figure that it is held against is not known." in shown
    whole = json.loads(fine(pm(*asked, "-f", "json", cwd=tmp_path)))
    assert [step["record"] for step in whole if step["record"]] == ids
