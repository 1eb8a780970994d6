"""The version stands in one place, and everything that states it agrees."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version

import pmcli
from tests.conftest import ROOT, pm


def test_the_program_the_library_and_the_distribution_have_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    assert "version" not in project["project"]
    assert project["tool"]["hatch"]["version"]["path"] == "src/pmcli/__init__.py"
    assert version("police-measures") == pmcli.__version__
    assert pm("--version").stdout.decode() == f"pm {pmcli.__version__}\n"


def test_the_change_log_and_the_citation_have_it_too() -> None:
    released = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert released[0] == pmcli.__version__
    assert f"version: {pmcli.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_every_guide_is_in_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    guides = {path.name for path in (ROOT / "docs").glob("*.md")} - {"index.md"}  # that is the front page of the site
    assert packed == {f"docs/{name}": f"pmcli/guides/{name}" for name in guides}
