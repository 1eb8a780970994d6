"""docs/quarter.md is a terminal session: its commands run from top to bottom, and print what stands under them."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLES
from tests.sessions import commands, follow

GUIDE = ROOT / "docs" / "quarter.md"
SETTINGS = 'force = "essex"\nforces = "forces.csv"\npeers = "peers.csv"\npopulation = "population.csv"\n'
NEW = {"May 2023", "Jun 2023", "Jul 2023"}
LOWER = {"Mar 2023": 25, "Apr 2023": 15}
"""How much lower Essex's burglary was in the extract of April than in that of July."""


def extracts(folder: Path) -> None:
    """The extract of July, and the one that April had: three months fewer, two of Essex's burglary lower."""
    for name in ("forces.csv", "peers.csv", "population.csv"):
        shutil.copy(SAMPLES / name, folder / name)
    (folder / "pm.toml").write_text(SETTINGS, encoding="utf-8")
    shutil.copy(SAMPLES / "iquanta-monthly.csv", folder / "iquanta-2023-07.csv")
    with (SAMPLES / "iquanta-monthly.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.reader(file) if row[2] not in NEW]
    for row in rows:
        if row[:2] == ["Essex", "Burglary"] and row[2] in LOWER:
            row[3] = str(int(row[3]) - LOWER[row[2]])
    with (folder / "iquanta-2023-04.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def sizes_aside(text: str) -> str:
    """The text without how many bytes a file has."""
    return re.sub(r"\([\d,]+ bytes\)", "(bytes)", text)


def test_the_quarter_runs_and_prints_what_it_says(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    extracts(tmp_path)
    assert len(commands(GUIDE.read_text(encoding="utf-8"))) >= 8
    refresh = request.config.getoption("--refresh-cases")
    follow(GUIDE, tmp_path, refresh=refresh, plain=sizes_aside, differs=("pm diff",))
    assert (tmp_path / "burglary.xlsx").stat().st_size > 0
