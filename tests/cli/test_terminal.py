"""pm on a real terminal (a pseudo-terminal): tables for people there, and nothing that would garble it."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import tty
from dataclasses import dataclass

import pytest

from tests.conftest import PM, SAMPLES, environment, pm

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


@dataclass(frozen=True)
class Seen:
    """What a process left: its exit code, what it drew on the terminal, and what went to standard error."""

    code: int
    drawn: str
    said: str

    @property
    def text(self) -> str:
        return ESCAPE.sub("", self.drawn)


def on_a_terminal(*arguments: str, stdin: bytes | None = None, columns: int = 100, **env: str) -> Seen:
    """Run pm in samples/ with standard output on a terminal of its own, standard error on a pipe."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*PM, *arguments], stdin=subprocess.PIPE if stdin is not None else slave, stdout=slave, stderr=subprocess.PIPE,
        cwd=SAMPLES, env=environment(**{"COLUMNS": str(columns), **env}),
    )  # fmt: skip
    os.close(slave)
    if stdin is not None:
        assert process.stdin is not None
        process.stdin.write(stdin)
        process.stdin.close()
    drawn = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # EIO: the last holder of the other end is gone
            break
        if not part:
            break
        drawn += part
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    os.close(master)
    return Seen(process.wait(timeout=60), drawn.decode().replace("\r\n", "\n"), said.decode())


@pytest.fixture(scope="module")
def compared(essex: bytes) -> Seen:
    return on_a_terminal("compare", stdin=essex)


def test_a_terminal_gets_the_table(compared, essex):
    assert compared.code == 0
    assert "4,484" in compared.text
    assert "history" not in compared.text + compared.said
    assert "PAR1" not in compared.drawn


def test_the_table_is_the_one_that_show_draws(compared, essex, tmp_path):
    (tmp_path / "x.parquet").write_bytes(pm("compare", stdin=essex, cwd=SAMPLES).stdout)
    shown = on_a_terminal("show", "--history", str(tmp_path / "x.parquet"))
    assert shown.drawn == compared.drawn
    assert "1. pm compare   (pm " in shown.said
    assert "2. pm show" in shown.said


def test_colour_only_on_a_terminal_and_not_with_no_color(compared, essex):
    assert "\x1b[" in compared.drawn
    plain = on_a_terminal("compare", stdin=essex, NO_COLOR="1")
    assert re.search(r"\x1b\[[0-9;]*3[0-9]", plain.drawn) is None
    assert plain.text == compared.text
    dumb = on_a_terminal("compare", stdin=essex, TERM="dumb")
    assert "\x1b" not in dumb.drawn


def test_the_table_keeps_to_the_width_of_the_terminal():
    seen = on_a_terminal("outliers", "--group", "neighbourhood-crime", columns=80)
    assert seen.code == 0
    assert max(map(len, seen.text.splitlines())) <= 80
    wide = on_a_terminal("rank", "robbery", columns=90)
    assert max(map(len, wide.text.splitlines())) <= 90


def test_notes_go_to_standard_error(quarterly):
    seen = on_a_terminal("outliers", "--group", "serious-violence", "--force", "essex", stdin=quarterly)
    assert "pm outliers: note: no figures for knife-crime and firearms: not judged" in seen.said
    assert "note: no figures" not in seen.text


def test_a_terminal_without_input_reads_pm_toml_and_does_not_wait():
    seen = on_a_terminal("compare", "burglary")  # standard input is the terminal
    assert seen.code == 0
    assert "4,484" in seen.text


def test_parquet_to_a_terminal_is_refused(essex):
    seen = on_a_terminal("rolling", "-f", "parquet", stdin=essex)
    assert (seen.code, seen.drawn) == (2, "")
    assert seen.said.startswith("pm rolling: Parquet would garble the terminal\n  ")
    assert "-o -" in seen.said


def test_parquet_to_a_terminal_can_be_forced(essex):
    seen = on_a_terminal("check", "-o", "-", "-f", "csv", stdin=essex)
    assert (seen.code, seen.text.splitlines()[0][:14]) == (0, "source,measure")
    assert on_a_raw_terminal("check", "-o", "-", stdin=essex)[:4] == b"PAR1"


def on_a_raw_terminal(*arguments: str, stdin: bytes) -> bytes:
    """The bytes that pm sends to a terminal which changes none of them."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    process = subprocess.Popen(
        [*PM, *arguments], stdin=subprocess.PIPE, stdout=slave, stderr=subprocess.DEVNULL, env=environment()
    )
    os.close(slave)
    assert process.stdin is not None
    process.stdin.write(stdin)
    process.stdin.close()
    got = os.read(master, 65536)
    os.close(master)
    process.wait(timeout=60)
    return got


@pytest.mark.parametrize(("format_", "start"), [("csv", "source,measure"), ("json", '[{"source"')])
def test_a_format_that_is_asked_for_is_given_on_a_terminal_too(format_, start, essex):
    seen = on_a_terminal("compare", "-f", format_, stdin=essex)
    assert (seen.code, seen.drawn[: len(start)]) == (0, start)
    assert "\x1b" not in seen.drawn


def test_a_listing_is_drawn():
    seen = on_a_terminal("measures", "--group", "homicide")
    assert seen.code == 0
    assert "homicide" in seen.text
    assert "history" not in seen.said


def test_a_terminal_that_goes_away_leaves_no_traceback(monthly):
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*PM, "show", "--all"], stdin=subprocess.PIPE, stdout=slave, stderr=subprocess.PIPE, env=environment()
    )
    os.close(slave)
    os.close(master)  # the window is closed before pm has drawn anything
    _, said = process.communicate(monthly, timeout=60)
    assert b"Traceback" not in said
    assert b"fault of pm" not in said
    assert said.decode().splitlines()[-1:] == ["pm show: standard output: Input/output error"]
    assert process.returncode == 1


def test_a_terminal_that_goes_away_with_standard_error_on_it(monthly):
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*PM, "show", "--all"], stdin=subprocess.PIPE, stdout=slave, stderr=slave, env=environment()
    )
    os.close(slave)
    os.close(master)
    process.communicate(monthly, timeout=60)
    assert process.returncode in (1, -signal.SIGHUP)
