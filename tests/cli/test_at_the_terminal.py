"""What a person at a terminal can turn on and off: notes, history, the pager, the format; none of it reaches a pipe."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import SAMPLES, pm

from .conftest import complaint, fine, table
from .test_terminal import on_a_terminal


# ------------------------------------------------------------------------------------------------------------ notes
def test_quiet_silences_notes_and_nothing_else(quarterly):
    asked = ("outliers", "--group", "serious-violence", "--force", "essex")
    loud = pm(*asked, stdin=quarterly)
    for option in ("-q", "--quiet"):
        quiet = pm(*asked, option, stdin=quarterly)
        assert loud.stderr != b""
        assert quiet.stderr == b""
        assert quiet.stdout == loud.stdout  # the notes are in the history all the same
    assert b"no figures for knife-crime" in quiet.stdout
    assert "there is no measure" in complaint(pm("trend", "burglry", "-q", stdin=quarterly), "trend", 2)


# ----------------------------------------------------------------------------------------------------------- history
def test_the_history_is_printed_when_it_is_asked_for(essex):
    assert "history" not in on_a_terminal("compare", stdin=essex).said
    told = on_a_terminal("compare", "--history", stdin=essex).said
    assert "pm compare: history:" in told
    assert "1. pm compare   (pm " in told
    piped = pm("compare", "--history", "-f", "table", stdin=essex)
    assert piped.stderr.decode().startswith("pm compare: history:\n")
    assert pm("compare", "--history", stdin=essex).stdout == pm("compare", stdin=essex).stdout


# ------------------------------------------------------------------------------------------------------------- pager
@pytest.fixture
def pager(tmp_path) -> tuple[str, Path]:
    """A pager that keeps what it was given, and the file that it keeps it in."""
    script, kept = tmp_path / "pager", tmp_path / "paged"
    script.write_text(f'#!/bin/sh\necho "<<"; tee {kept}; echo ">>"\n')
    script.chmod(0o755)
    return str(script), kept


def test_a_long_table_goes_through_the_pager(pager, monthly):
    program, kept = pager
    seen = on_a_terminal("rank", "burglary", stdin=monthly, PAGER=program)
    assert seen.code == 0
    assert seen.text.startswith("<<\n")
    assert seen.text.endswith(">>\n")
    assert "Invented Force 41" in kept.read_text()


def test_a_short_table_does_not(pager, essex):
    program, kept = pager
    seen = on_a_terminal("compare", stdin=essex, PAGER=program)
    assert "4,484" in seen.text
    assert not kept.exists()


@pytest.mark.parametrize(
    ("more", "env"),
    [(["--no-pager"], {}), ([], {"PAGER": ""}), ([], {"PAGER": "cat"}), ([], {"TERM": "dumb"})],
)
def test_the_pager_can_be_left_out(more, env, pager, monthly):
    program, kept = pager
    seen = on_a_terminal("rank", "burglary", *more, stdin=monthly, **{"PAGER": program, **env})
    assert "Invented Force 41" in seen.text
    assert not kept.exists()


def test_no_pager_off_a_terminal(pager, monthly, tmp_path):
    program, kept = pager
    assert fine(pm("rank", "burglary", "-f", "table", stdin=monthly, PAGER=program))
    fine(pm("rank", "burglary", "-o", tmp_path / "x.txt", stdin=monthly, PAGER=program))
    on_a_terminal("rank", "burglary", "-f", "csv", stdin=monthly, PAGER=program)
    assert not kept.exists()


def test_a_pager_that_is_left_early_or_is_not_there_is_no_trouble(monthly):
    gone = on_a_terminal("rank", "burglary", stdin=monthly, PAGER="true")
    assert (gone.code, gone.said.count("Traceback")) == (0, 0)
    missing = on_a_terminal("rank", "burglary", stdin=monthly, PAGER="no-such-pager-here")
    assert missing.code == 0
    assert "Invented Force 41" in missing.text


# ------------------------------------------------------------------------------------------------ the terminal's format
def test_pm_format_is_for_the_terminal_only(essex, tmp_path):
    for form, start in (("csv", "source,measure"), ("json", '[{"source"'), ("md", "#### Essex")):
        assert on_a_terminal("compare", stdin=essex, PM_FORMAT=form).text.startswith(start)
        assert pm("compare", stdin=essex, PM_FORMAT=form).stdout == pm("compare", stdin=essex).stdout
    assert on_a_terminal("compare", "-f", "table", stdin=essex, PM_FORMAT="csv").text.startswith("Essex")
    fine(pm("compare", "-o", tmp_path / "x.parquet", stdin=essex, PM_FORMAT="csv"))
    assert (tmp_path / "x.parquet").read_bytes() == fine(pm("compare", stdin=essex))


def test_format_in_pm_toml_changes_no_byte_of_a_pipe(essex, tmp_path):
    plain = fine(pm("compare", stdin=essex, cwd=tmp_path))
    (tmp_path / "pm.toml").write_text('format = "csv"\n')
    sent = fine(pm("compare", stdin=essex, cwd=tmp_path))
    assert sent == plain
    assert table(sent).height == 2
    assert fine(pm("show", stdin=sent, cwd=tmp_path)) == fine(pm("show", stdin=plain))


def test_a_format_no_terminal_is_given(essex, tmp_path):
    seen = on_a_terminal("compare", stdin=essex, PM_FORMAT="parquet")
    assert (seen.code, seen.drawn) == (2, "")
    assert seen.said.startswith("pm compare: PM_FORMAT is 'parquet', which a terminal is not given\n")
    assert fine(pm("compare", stdin=essex, PM_FORMAT="parquet"))  # a pipe does not ask


def test_pm_format_beats_pm_toml_and_lists_follow_it():
    assert on_a_terminal("forces", PM_FORMAT="csv").text.startswith("id,ons_code")
    assert SAMPLES.exists()
