"""Where a table comes from and where it goes: -i, standard input, pm.toml; -o, -f and their conflicts."""

from __future__ import annotations

import json
import re
import subprocess
from io import BytesIO

import polars as pl
import pytest

from pmcli.settings import read
from pmcli.tables import OBSERVATIONS, RANK
from tests.conftest import PM, SAMPLES, environment, pm, shell

from .conftest import complaint, fine, parquet, table


# ------------------------------------------------------------------------------------------------------ going out
def test_a_pipe_gets_parquet_whatever_the_environment_says(essex):
    plain = fine(pm("rolling", stdin=essex))
    assert plain[:4] == plain[-4:] == b"PAR1"
    assert fine(pm("rolling", stdin=essex, FORCE_COLOR="1", TERM="dumb", PAGER="less", PM_FORMAT="csv")) == plain


def test_a_file_on_stdout_gets_parquet(essex, tmp_path):
    with (tmp_path / "out").open("wb") as file:
        subprocess.run([*PM, "rolling"], input=essex, stdout=file, env=environment(), check=True)
    assert (tmp_path / "out").read_bytes() == fine(pm("rolling", stdin=essex))


def test_every_format_holds_the_same_table(essex):
    expected = table(fine(pm("compare", stdin=essex)))
    csv = pl.read_csv(BytesIO(fine(pm("compare", "-f", "csv", stdin=essex))), schema=expected.schema)
    assert csv.with_columns(pl.col("breaks").fill_null("")).equals(expected)
    dates = ("period_end", "against_end")
    rows = [{**row, **{name: row[name].isoformat() for name in dates}} for row in expected.rows(named=True)]
    assert json.loads(fine(pm("compare", "-f", "json", stdin=essex))) == rows
    lines = fine(pm("compare", "-f", "ndjson", stdin=essex)).splitlines()
    assert [json.loads(line) for line in lines] == rows
    assert table(fine(pm("compare", "-f", "parquet", stdin=essex))).equals(expected)
    people = fine(pm("compare", "-f", "table", stdin=essex)).decode()
    assert "4,484" in people
    assert people == fine(pm("show", stdin=fine(pm("compare", stdin=essex)))).decode()


def test_a_table_off_a_terminal_is_plain_and_in_full_width(monthly):
    people = fine(pm("show", stdin=monthly, COLUMNS="40", FORCE_COLOR="1")).decode()
    assert "\x1b" not in people
    assert max(map(len, people.splitlines())) > 120
    assert "Invented Force 41" in people


@pytest.mark.parametrize(
    ("name", "start"),
    [("x.parquet", b"PAR1"), ("x.csv", b"source,measure"), ("x.json", b'[{"source"'), ("x.ndjson", b'{"source"'),
     ("x.jsonl", b'{"source"'), ("x.CSV", b"source,measure"), ("x.txt", b"Essex")],
)  # fmt: skip
def test_the_suffix_of_o_chooses(name, start, essex, tmp_path):
    assert fine(pm("compare", "-o", name, stdin=essex, cwd=tmp_path)) == b""
    assert (tmp_path / name).read_bytes().startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_o_and_f_may_agree_or_f_may_say_what_no_suffix_does(essex, tmp_path):
    fine(pm("compare", "-o", "x.csv", "-f", "csv", stdin=essex, cwd=tmp_path))
    fine(pm("compare", "-o", "plain", "-f", "csv", stdin=essex, cwd=tmp_path))
    assert (tmp_path / "x.csv").read_bytes() == (tmp_path / "plain").read_bytes()


def test_o_dash_is_standard_output(essex):
    assert table(fine(pm("rolling", "-o", "-", stdin=essex))).equals(table(fine(pm("rolling", stdin=essex))))
    assert fine(pm("rolling", "-o", "-", "-f", "csv", stdin=essex)) == fine(pm("rolling", "-f", "csv", stdin=essex))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["-o", "x.csv", "-f", "json"], "-o x.csv is csv, but -f says json"),
        (["-o", "x.xyz"], "-o x.xyz: the suffix does not say which format End it in .parquet, .csv"),
        (["-o", "x"], "the suffix does not say which format"),
        (["-f", "cvs"], "there is no format 'cvs' Did you mean csv?"),
        (["-f", "yaml"], "there is no format 'yaml' Formats: parquet, csv, json, ndjson, table, xlsx, md, html."),
        (["-o", "."], "-o .: the suffix"),
        (["-o", ".", "-f", "csv"], "-o . is a folder"),
    ],
)
def test_conflicts_are_usage_errors(options, words, essex, tmp_path):
    assert words in complaint(pm("rolling", *options, stdin=essex, cwd=tmp_path), "rolling", 2)
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------------------------ coming in
def test_i_may_be_given_more_than_once(monthly, tmp_path):
    whole = table(monthly).filter(pl.col("measure") == "burglary")
    (tmp_path / "a.parquet").write_bytes(parquet(whole.filter(pl.col("area") == "essex")))
    (tmp_path / "b.parquet").write_bytes(parquet(whole.filter(pl.col("area") != "essex")))
    two = table(fine(pm("rolling", "-i", "a.parquet", "--input", "b.parquet", cwd=tmp_path)))
    assert two.equals(table(fine(pm("rolling", stdin=parquet(whole)))))
    both = table(fine(pm("rolling", "-i", "-", "-i", "b.parquet", stdin=(tmp_path / "a.parquet").read_bytes(),
                         cwd=tmp_path)))  # fmt: skip
    assert both.equals(two)
    said = complaint(pm("rolling", "-i", "a.parquet", "-i", "a.parquet", cwd=tmp_path), "rolling", 1)
    assert "the inputs together: 134 rows share a key with another" in said


def test_inputs_of_two_kinds_are_refused(essex, tmp_path):
    (tmp_path / "a.parquet").write_bytes(essex)
    (tmp_path / "b.parquet").write_bytes(parquet(RANK.empty()))
    said = complaint(pm("show", "a.parquet", "b.parquet", cwd=tmp_path), "show", 1)
    assert said == "a.parquet holds the observations table and b.parquet the rank table Give tables of one kind."


def test_i_beats_standard_input_and_that_beats_pm_toml(essex, tmp_path):
    (tmp_path / "x.parquet").write_bytes(essex)
    fewer = parquet(table(essex).tail(13))
    assert table(fine(pm("rolling", "-i", tmp_path / "x.parquet", stdin=fewer, cwd=SAMPLES))).height == 56
    assert table(fine(pm("rolling", stdin=fewer, cwd=SAMPLES))).height == 2
    assert table(fine(pm("rolling", cwd=SAMPLES))).height > 10_000


def test_a_regular_file_on_standard_input(essex, tmp_path):
    (tmp_path / "x.parquet").write_bytes(essex)
    with (tmp_path / "x.parquet").open("rb") as file:
        result = subprocess.run([*PM, "rolling"], stdin=file, capture_output=True, env=environment(), check=False)
    assert fine(result) == fine(pm("rolling", stdin=essex))


def test_pm_toml_is_found_from_a_folder_below_and_its_paths_are_its_own(tmp_path):
    below = SAMPLES / "street" / "2023-05"
    assert fine(pm("compare", "burglary", "-f", "csv", cwd=below)) == fine(
        pm("compare", "burglary", "-f", "csv", cwd=SAMPLES)
    )


def test_standard_input_that_is_closed_is_no_input(tmp_path):
    result = shell("pm rolling <&-", cwd=tmp_path)
    assert "no input" in complaint(result, "rolling", 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("data = [", "is not a TOML file"),
        ("forse = 'essex'", "there is no setting 'forse' Did you mean force"),
        ("force = 3", "force must be text in quotes, not 3"),
        ("data = 3", "data must be a path or a list of paths"),
    ],
)
def test_a_pm_toml_that_is_wrong(text, words, essex, tmp_path):
    (tmp_path / "pm.toml").write_text(text)
    said = complaint(pm("rolling", stdin=essex, cwd=tmp_path), "rolling", 1)
    assert "pm.toml" in said
    assert words in said


def test_a_flag_beats_pm_toml(monthly):
    csv = fine(pm("compare", "burglary", "--force", "Invented Force 02", "--baseline", "2020-03", "-f", "csv",
                  stdin=monthly, cwd=SAMPLES))  # fmt: skip
    frame = pl.read_csv(BytesIO(csv))
    assert frame["area"].unique().to_list() == ["invented-force-02"]
    assert sorted(frame["against_end"]) == ["2020-03-31", "2022-07-31"]
    everyone = table(fine(pm("compare", "burglary", "--force", "all", stdin=monthly, cwd=SAMPLES)))
    assert everyone["area"].n_unique() == 42


def test_extra_columns_and_another_order_are_no_matter(essex):
    frame = table(essex).with_columns(mine=pl.lit(1)).select("mine", *reversed(OBSERVATIONS.columns))
    assert fine(pm("rolling", stdin=parquet(frame))) == fine(pm("rolling", stdin=essex))


def test_init_writes_a_pm_toml_that_pm_can_read(essex, tmp_path):
    result = pm("init", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (0, b"")
    assert fine(pm("rolling", stdin=essex, cwd=tmp_path)) == fine(pm("rolling", stdin=essex, cwd=SAMPLES.parent))
    (tmp_path / "pm.toml").write_text("force = 'essex'\n")
    assert "--overwrite" in complaint(pm("init", cwd=tmp_path), "init", 1)
    assert (tmp_path / "pm.toml").read_text() == "force = 'essex'\n"
    assert pm("init", "--overwrite", cwd=tmp_path).returncode == 0
    template = (tmp_path / "pm.toml").read_text()
    every = re.sub(r"^# (?=\w+ = |\[)", "", template, flags=re.MULTILINE)
    assert every != template
    (tmp_path / "pm.toml").write_text(every)
    settings = read(tmp_path)  # raises for a setting that pm does not know
    assert (settings.force, settings.baseline, settings.map) == ("essex", "2019-12", "iquanta-monthly")
