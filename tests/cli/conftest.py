"""What the command-line tests share: tables made once by real processes, and what a proper complaint looks like."""

from __future__ import annotations

import io
import subprocess
from importlib import import_module
from inspect import signature

import polars as pl
import pytest

from pmcli.cli import COMMANDS
from tests.conftest import SAMPLES, pm

_FUNCTIONS = {name: vars(import_module(f"pmcli.cli.{name}_command"))[name] for name in COMMANDS}

PICTURES = ("plot", "dispersion")
"""Commands that read tables and write none (a picture, a stanza of TOML); they are tested in files of their own."""

STEPS = tuple(
    name
    for name, function in _FUNCTIONS.items()
    if {"inputs", "measures"} <= set(signature(function).parameters) and name not in PICTURES
)
"""Every command that makes a table of a table: a new one is tested at the edges from its first day."""

READERS = (*STEPS, *PICTURES, "show", "history")
"""Every command that reads a table."""


def table(data: bytes) -> pl.DataFrame:
    """The table in the bytes that a command sent."""
    return pl.read_parquet(io.BytesIO(data))


def parquet(frame: pl.DataFrame) -> bytes:
    """The bytes that a stage which made `frame` would send, without a history."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def complaint(result: subprocess.CompletedProcess[bytes], command: str, code: int) -> str:
    """What a failed command said, on one line. Asserts the exit code, an empty stdout and the shape of stderr."""
    said = result.stderr.decode()
    assert (result.returncode, result.stdout) == (code, b""), said
    assert "Traceback" not in said
    prefix = f"pm {command}: " if command else "pm: "
    lines = [line for line in said.splitlines() if not line.startswith(f"{prefix}note: ")]
    assert 1 <= len(lines) <= 2, said
    assert lines[0].startswith(prefix), said
    assert all(line.startswith("  ") for line in lines[1:]), said
    assert "fault of pm" not in said
    return " ".join(line.strip() for line in lines).removeprefix(prefix)


def fine(result: subprocess.CompletedProcess[bytes]) -> bytes:
    """What a command sent. Asserts that it went well, and that nothing but notes stands on stderr."""
    said = result.stderr.decode()
    assert result.returncode == 0, said
    assert all(": note: " in line or line.startswith(("  ", "pm check: ")) for line in said.splitlines()), said
    return result.stdout


@pytest.fixture(scope="session")
def monthly() -> bytes:
    """The monthly sample as `pm load` sends it."""
    return fine(pm("load", "iquanta-monthly.csv", "--map", "iquanta-monthly", cwd=SAMPLES))


@pytest.fixture(scope="session")
def quarterly() -> bytes:
    """The quarterly sample as `pm load` sends it."""
    return fine(pm("load", "home-office-quarters.csv", cwd=SAMPLES))


@pytest.fixture(scope="session")
def essex(monthly: bytes) -> bytes:
    """Burglary in Essex, monthly: small."""
    return parquet(table(monthly).filter(pl.col("area") == "essex", pl.col("measure") == "burglary"))
