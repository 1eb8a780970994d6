"""Commands in a row: failing stages, readers that go away, the history that travels, and steps that agree."""

from __future__ import annotations

import hashlib
import io
import json
from functools import cache

import polars as pl
import pytest

from pmcli import __version__
from pmcli.tables import OBSERVATIONS, OUTLIERS
from tests.conftest import SAMPLES, pm, shell

from .conftest import complaint, fine, parquet, table

LOAD = "pm load iquanta-monthly.csv --map iquanta-monthly"


# ------------------------------------------------------------------------------------- failing, and going away
def test_a_reader_that_takes_one_byte_hears_nothing_more():
    result = shell(f"{LOAD} | head -c 1; echo ${{PIPESTATUS[0]}} >&2", cwd=SAMPLES)
    assert result.stdout == b"P"
    assert result.stderr in (b"0\n", b"141\n")  # 0 when it all fitted into the pipe before head went away


def test_help_to_a_reader_that_goes_away_is_silent():
    assert shell("pm --help | true", cwd=SAMPLES).stderr == b""


def test_a_failing_stage_sends_nothing_and_the_next_does_not_take_the_blame():
    result = shell("pm load nosuch.csv | pm rolling | pm compare | pm show", cwd=SAMPLES)
    assert result.returncode == 1
    assert result.stdout == b""
    first, *others = [line for line in result.stderr.decode().splitlines() if line.startswith("pm ")]
    assert sorted([first, *others]) == [
        "pm compare: nothing arrived on standard input: 0 bytes",
        "pm load: nosuch.csv: no such file",
        "pm rolling: nothing arrived on standard input: 0 bytes",
        "pm show: nothing arrived on standard input: 0 bytes",
    ]
    assert "Traceback" not in result.stderr.decode()


def test_a_stage_that_fails_in_its_step_sends_nothing(monthly, tmp_path):
    (tmp_path / "x.parquet").write_bytes(monthly)
    result = shell("pm rolling --months 1000 -i x.parquet | wc -c", cwd=tmp_path)
    assert result.stdout.strip() == b"0"
    assert b"a window of 1000 months cannot be made" in result.stderr


def test_another_program_in_between_is_named_for_what_it_sent(tmp_path, essex):
    (tmp_path / "x.parquet").write_bytes(essex)
    result = shell("head -c 700 x.parquet | pm rolling", cwd=tmp_path)
    assert "cut off after 700 bytes" in complaint(result, "rolling", 1)


# ------------------------------------------------------------------------------------------------- what travels
def test_the_history_travels_through_four_stages():
    result = shell(f"{LOAD} | pm rolling | pm rank robbery | pm history --json", SAMPLES)
    stages = json.loads(result.stdout)["stages"]
    assert [stage["command"] for stage in stages] == [LOAD, "pm rolling", "pm rank robbery"]
    assert {stage["version"] for stage in stages} == {__version__}
    extract, *besides = stages[0]["inputs"]
    assert [item["name"] for item in besides] == ["pm.toml", "forces.csv"]  # they have a say in what is loaded
    digest = hashlib.sha256((SAMPLES / "iquanta-monthly.csv").read_bytes()).hexdigest()
    assert (extract["name"], extract["sha256"], extract["method"]) == ("iquanta-monthly.csv", digest, "sha256")
    assert extract["rows"] == 19_832
    assert "inputs" not in stages[1]


def test_the_history_of_a_file_given_with_i_holds_its_hash(essex, tmp_path):
    (tmp_path / "x.parquet").write_bytes(essex)
    made = fine(pm("rolling", "-i", "x.parquet", cwd=tmp_path))
    said = fine(pm("history", stdin=made)).decode()
    assert said.splitlines()[0] == f"1. pm rolling -i x.parquet   (pm {__version__})"
    assert hashlib.sha256(essex).hexdigest() in said


def test_notes_are_kept_in_the_history(quarterly):
    made = pm("outliers", "--group", "serious-violence", stdin=quarterly)
    sentence = "no figures for knife-crime and firearms: not judged"
    assert sentence in made.stderr.decode()
    assert f"note: {sentence}" in fine(pm("history", stdin=made.stdout)).decode()


def test_a_table_without_a_history_says_so(essex):
    assert fine(pm("history", stdin=essex)) == b"this file has no history of pm\n"
    for text in ("[]", "not json", '{"stages": 3}'):
        buffer = io.BytesIO()
        table(essex).write_parquet(buffer, metadata={"pm": text})
        assert fine(pm("history", stdin=buffer.getvalue())) == b"this file has no history of pm\n"


@pytest.mark.parametrize("command", ["load", "compare", "rank", "outliers", "trend"])
def test_the_same_input_and_command_give_the_same_bytes(command, monthly):
    given = ("load", "home-office-quarters.csv") if command == "load" else (command, "--peers", "peers.csv")
    given = given if command in ("load", "rank", "outliers") else (command,)
    stdin = None if command == "load" else monthly
    first, second = (
        fine(pm(*given, stdin=stdin, cwd=SAMPLES, PYTHONHASHSEED=seed, POLARS_MAX_THREADS=threads, TZ=zone))
        for seed, threads, zone in (("1", "1", "UTC"), ("2", "4", "Asia/Tokyo"))
    )
    assert first == second


# ------------------------------------------------------------------------------------------- steps that agree
@cache
def rolled(data: bytes, *options: str) -> bytes:
    return fine(pm("rolling", *options, stdin=data))


@pytest.mark.parametrize("group", ["homicide", "serious-violence", "neighbourhood-crime"])
@pytest.mark.parametrize("sample", ["monthly", "quarterly"])
def test_outliers_agree_with_and_without_rolling(group, sample, request):
    data = request.getfixturevalue(sample)
    options = ("outliers", "--group", group, "--force", "all")
    direct = table(fine(pm(*options, stdin=data, cwd=SAMPLES)))
    after = table(fine(pm(*options, stdin=rolled(data), cwd=SAMPLES)))
    assert direct.columns == list(OUTLIERS.columns)
    assert direct.height > 100 or sample == "quarterly"
    assert after.equals(direct)


@pytest.mark.parametrize("command", ["trend", "compare", "rank"])
def test_an_analysis_agrees_with_and_without_rolling(command, quarterly):
    direct = table(fine(pm(command, stdin=quarterly, cwd=SAMPLES)))
    after = table(fine(pm(command, stdin=rolled(quarterly), cwd=SAMPLES)))
    assert direct.height > 0
    assert after.equals(direct)


def test_rolling_twice_is_rolling_once(quarterly):
    once = table(rolled(quarterly))
    assert table(rolled(rolled(quarterly))).equals(once)
    assert table(rolled(rolled(quarterly, "--months", "6"))).equals(once)
    assert once["months"].unique().to_list() == [12]


def test_a_narrower_window_can_be_made_of_totals_that_travelled_with_their_periods(quarterly):
    six = table(rolled(quarterly, "--months", "6"))
    assert table(rolled(rolled(quarterly), "--months", "6")).equals(six)


def test_totals_without_their_periods_are_refused_a_narrower_window(quarterly):
    said = complaint(pm("rolling", "--months", "6", stdin=parquet(table(rolled(quarterly)))), "rolling", 1)
    assert said.startswith("a window of 6 months cannot be made from rows of 12 months")


def test_a_selection_made_on_the_way_holds_for_what_travels_along(monthly):
    some = rolled(monthly, "burglary", "--force", "essex", "--to", "2023-03")
    assert table(some).select("measure", "area").unique().rows() == [("burglary", "essex")]
    six = table(rolled(some, "--months", "6"))
    assert six.select("measure", "area").unique().rows() == [("burglary", "essex")]
    assert str(six["period_end"].max()) == "2023-03-31"
    direct = table(rolled(parquet(table(monthly).filter(measure="burglary", area="essex")), "--months", "6"))
    assert six.equals(direct.filter(pl.col("period_end") <= six["period_end"].max()))


def test_load_takes_what_pm_wrote_as_it_is(monthly, tmp_path):
    (tmp_path / "x.parquet").write_bytes(monthly)
    fine(pm("load", "x.parquet", "-o", "x.csv", cwd=tmp_path))
    assert table(fine(pm("load", "x.csv", cwd=tmp_path))).equals(table(monthly))
    assert table(monthly).columns == list(OBSERVATIONS.columns)
