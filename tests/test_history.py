"""The history: read whatever it is, without the name of the output, and with every file that had a say."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli import history
from tests.conftest import SAMPLES, pm, shell

from .cli.conftest import fine

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)
KEYS = st.sampled_from(["command", "version", "inputs", "notes", "name", "bytes", "sha256", "rows", "gives"])
STAGE = st.dictionaries(KEYS, ANYTHING | st.lists(st.dictionaries(KEYS, ANYTHING, max_size=4), max_size=3), max_size=4)


@given(st.dictionaries(st.sampled_from(["stages", "x"]), st.lists(STAGE, max_size=3) | ANYTHING, max_size=2))
def test_whatever_pm_did_not_write_is_passed_over(given_: dict[str, object]) -> None:
    stages = history.from_json(json.dumps(given_))
    assert all(isinstance(line, str) for line in history.sentences(stages))
    assert history.from_json(history.to_json(stages)) == stages


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '{"stages": ' + "[" * 100_000, '"x"', "7"])
def test_metadata_that_is_no_history_is_none(text: str) -> None:
    assert history.from_json(text) == []


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["load", "x.csv", "-o", "out.parquet"], "pm load x.csv"),
        (["load", "-oout.parquet", "x.csv"], "pm load x.csv"),
        (["load", "--output=out.parquet", "x.csv"], "pm load x.csv"),
        (["load", "--output", "out.parquet", "a b.csv", "-f", "csv"], "pm load 'a b.csv' -f csv"),
        (["load", "--", "-o"], "pm load -- -o"),
    ],
)
def test_the_command_line_is_kept_without_the_name_of_the_output(arguments: list[str], line: str) -> None:
    assert history.command_line(arguments) == line


def test_equal_results_are_equal_bytes_wherever_they_go(tmp_path) -> None:
    for name in ("a.parquet", "b.parquet"):
        fine(pm("rank", "burglary", "-o", tmp_path / name, cwd=SAMPLES))
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_every_file_that_had_a_say_is_named_with_its_hash(tmp_path) -> None:
    made = fine(pm("outliers", "burglary", cwd=SAMPLES))
    [stage] = json.loads(fine(pm("history", "--json", stdin=made)))["stages"]
    named = {item["name"]: item["sha256"] for item in stage["inputs"]}
    assert set(named) == {"iquanta-monthly.csv", "pm.toml", "forces.csv", "peers.csv", "population.csv"}
    assert all(digest == hashlib.sha256((SAMPLES / name).read_bytes()).hexdigest() for name, digest in named.items())
    (tmp_path / "peers.csv").write_text("".join((SAMPLES / "peers.csv").read_text().splitlines(keepends=True)[:-1]))
    other = fine(pm("outliers", "burglary", "--peers", tmp_path / "peers.csv", cwd=SAMPLES))
    [changed] = json.loads(fine(pm("history", "--json", stdin=other)))["stages"]
    assert {item["sha256"] for item in changed["inputs"]} != set(named.values())


def test_what_came_through_a_pipe_is_named_with_its_hash_too(tmp_path) -> None:
    command = "pm rank burglary --peers <(cat peers.csv) --population <(cat population.csv) -o"
    made = shell(f"{command} {tmp_path / 'r.parquet'}", SAMPLES)
    assert made.returncode == 0, made.stderr
    [stage] = json.loads(fine(pm("history", "--json", tmp_path / "r.parquet")))["stages"]
    hashes = {item["source"]: item["sha256"] for item in stage["inputs"] if item["name"].startswith("/dev/")}
    for role in ("peers", "population"):
        assert hashes[role] == hashlib.sha256((SAMPLES / f"{role}.csv").read_bytes()).hexdigest()


def test_a_mapping_of_the_users_own_is_named_and_one_of_pms_is_not(tmp_path) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes((SAMPLES.parent / "src/pmcli/sources/mappings/iquanta-monthly.toml").read_bytes())
    for mapping, named in (("iquanta-monthly", False), (own, True)):
        made = fine(pm("load", SAMPLES / "iquanta-monthly.csv", "--map", mapping, cwd=tmp_path))
        assert (b"own.toml" in fine(pm("history", stdin=made)).split(b"from ", 1)[1]) == named
