"""Whole commands as folders: tests/cases/NAME/cmd is run by bash in samples/, and what it prints is what expout says.

cmd: a shell script in which `pm` is the pm under test. expout, experr: its standard output and standard error, to the
byte (no experr: it is silent). expcode: its exit code (none: 0). When an output has changed on purpose,
`pytest tests/test_cases.py --refresh-cases` writes what is printed now; read the difference before it is committed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import SAMPLES, shell

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())


def read(path: Path) -> bytes:
    """A file's bytes; none when it is not there."""
    return path.read_bytes() if path.exists() else b""


def keep(path: Path, data: bytes) -> None:
    """Write a file, or remove it when there is nothing to say."""
    if data:
        path.write_bytes(data)
    else:
        path.unlink(missing_ok=True)


@pytest.mark.parametrize("name", NAMES)
def test_case(name, request):
    folder = CASES / name
    result = shell((folder / "cmd").read_text(encoding="utf-8"), cwd=SAMPLES)
    if request.config.getoption("--refresh-cases"):
        (folder / "expout").write_bytes(result.stdout)
        keep(folder / "experr", result.stderr)
        keep(folder / "expcode", f"{result.returncode}\n".encode() if result.returncode else b"")
        return
    assert result.stderr.decode() == read(folder / "experr").decode()
    assert result.stdout.decode() == (folder / "expout").read_text(encoding="utf-8")
    assert result.returncode == int(read(folder / "expcode") or b"0")


@pytest.mark.parametrize("name", NAMES)
def test_a_case_names_nothing_of_the_machine_it_was_written_on(name):
    files = list((CASES / name).iterdir())
    assert {path.name for path in files} <= {"cmd", "expout", "experr", "expcode"}
    for path in files:
        assert str(SAMPLES.parent) not in path.read_text(encoding="utf-8")
        assert "Traceback" not in path.read_text(encoding="utf-8")
        assert len(path.read_bytes()) < 20_000
