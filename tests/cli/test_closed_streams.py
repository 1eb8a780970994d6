"""Standard streams that whoever started pm has closed, as cron and daemons do."""

from __future__ import annotations

import pytest

from tests.conftest import SAMPLES, shell

COMPARE = f"cd {SAMPLES} && pm compare burglary"


def test_without_standard_error_the_work_is_done(tmp_path):
    out = tmp_path / "x.csv"
    assert shell(f"{COMPARE} -o {out} 2>&-").returncode == 0
    assert out.read_text().count("\n") == 3


def test_without_standard_output_it_is_said(tmp_path):
    result = shell(f"{COMPARE} >&-")
    assert result.returncode == 1
    assert result.stderr.decode().startswith("pm compare: standard output is closed")
    assert shell(f"{COMPARE} -o {tmp_path / 'x.csv'} >&-").returncode == 0


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_saying_something_to_nobody_is_no_fault(option):
    result = shell(f"pm {option} >&-")
    assert (result.returncode, result.stderr) == (0, b"")
