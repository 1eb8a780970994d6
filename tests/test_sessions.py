"""Whole sessions at a terminal, as the guides in docs/ tell them: each `$` line of a guide's console blocks is run in
order, in a copy of the samples, and prints what the guide shows. `--refresh-cases` writes the guide anew.

The user's folder is a copy of samples/; a line may be any shell command, and an exit code other than 0 is part of the
session only where the guide says so with `# exit code N` behind the command.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLES, shell

GUIDES = sorted(path for path in (ROOT / "docs").glob("*.md") if "<!-- session -->" in path.read_text(encoding="utf-8"))
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"\s+# exit code (\d+)$")


def test_there_are_guides_to_follow() -> None:
    assert {path.stem for path in GUIDES} >= {"journalist", "control-charts"}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_session_prints_what_its_guide_shows(guide: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    work = tmp_path / "work"
    shutil.copytree(SAMPLES, work, ignore=shutil.ignore_patterns("__pycache__", "making", "pack"))
    text = guide.read_text(encoding="utf-8")
    blocks = _BLOCK.findall(text)
    assert blocks
    for block in blocks:
        made = "".join(f"$ {command}\n{printed(command, work)}" for command in commands(block))
        if request.config.getoption("--refresh-cases"):
            text = text.replace(f"```console\n{block}```", f"```console\n{made}```")
        else:
            assert made == block
    if request.config.getoption("--refresh-cases"):
        guide.write_text(text, encoding="utf-8")


def commands(block: str) -> list[str]:
    """The commands of a console block; one that ends in a backslash goes on in the next line."""
    found: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(line[2:])
        elif found and found[-1].endswith("\\"):
            found[-1] += f"\n{line}"
    return found


def printed(command: str, work: Path) -> str:
    """What a command prints, both streams as a terminal would show them."""
    wanted = _CODE.search(command)
    made = shell(f"{{ {_CODE.sub('', command)}\n}} 2>&1", cwd=work)
    said = made.stdout.decode()
    assert made.returncode == (int(wanted[1]) if wanted else 0), f"{command}: {said}"
    return said if said.endswith("\n") or not said else f"{said}\n"
