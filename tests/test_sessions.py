"""Whole sessions at a terminal, as the guides in docs/ tell them, in a copy of the samples (see sessions.py).

A guide is one by its mark, `<!-- session -->`. An exit code other than 0 is part of it only where the guide says so
with `# exit code N` behind the command.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLES
from tests.sessions import follow

GUIDES = sorted(path for path in (ROOT / "docs").glob("*.md") if "<!-- session -->" in path.read_text(encoding="utf-8"))


def test_there_are_guides_to_follow() -> None:
    assert {path.stem for path in GUIDES} >= {"journalist", "control-charts"}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_session_prints_what_its_guide_shows(guide: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    work = tmp_path / "work"
    shutil.copytree(SAMPLES, work, ignore=shutil.ignore_patterns("__pycache__", "making", "pack"))
    follow(guide, work, refresh=request.config.getoption("--refresh-cases"))
