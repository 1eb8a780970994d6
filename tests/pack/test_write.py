"""Where packs go, and that several processes write what one writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pmcli.errors import PmError, UsageError
from pmcli.pack.write import output, render
from pmcli.pack.write.output import place, render_all
from pmcli.pipe import write_folder
from tests.pack.example import example_pack

TO = date(2023, 9, 30)


def test_a_folder_gets_a_file_a_force_and_kind(tmp_path: Path):
    where = place(str(tmp_path / "new"), xlsx=True, md=True, forces=3)
    assert where.kinds == ("html", "xlsx", "md")
    assert where.path("essex", TO, "xlsx") == tmp_path / "new" / "essex-2023-09.xlsx"
    assert place("packs.v2/", xlsx=False, md=False, forces=2).path("kent", TO, "html").name == "kent-2023-09.html"


def test_one_force_may_have_a_file_of_any_kind(tmp_path: Path):
    named = place(str(tmp_path / "mine.md"), xlsx=True, md=False, forces=1)
    assert named.kinds == ("md", "xlsx")
    assert [named.path("essex", TO, kind).name for kind in named.kinds] == ["mine.md", "mine.xlsx"]


@pytest.mark.parametrize(
    ("output", "forces", "said"),
    [("pack.pdf", 1, "a pack is .html, .xlsx, .md or .pptx"), ("pack.html", 2, "is one file for 2 forces")],
)
def test_what_cannot_be_is_said(output: str, forces: int, said: str):
    with pytest.raises(UsageError, match=said):
        place(output, xlsx=False, md=False, forces=forces)


def test_a_file_where_a_folder_should_be(tmp_path: Path):
    (tmp_path / "pack").write_text("")
    with pytest.raises(UsageError, match="is a file, not a folder"):
        place(str(tmp_path / "pack"), xlsx=False, md=False, forces=1)
    with pytest.raises(PmError, match="nothing was written"):
        write_folder(tmp_path / "pack", {"essex.html": b"x"})


@pytest.mark.parametrize("many", [1, 4])
def test_in_one_process_or_several_the_files_are_the_same(many: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(output, "MANY", 2 if many == 4 else 99)
    names = ["essex", "kent", "norfolk", "suffolk"]
    packs = [replace(example_pack(), force=name, label=name.title()) for name in names]
    where = place("packs", xlsx=True, md=True, forces=4)
    made = dict(render_all(iter(packs), where, {name: name.title() for name in names}, TO))
    assert [path.name for path in made] == [
        *[f"{name}-2023-09.{kind}" for name in names for kind in ("html", "xlsx", "md")], "index.html",
    ]  # fmt: skip
    others = [(name.title(), f"{name}-2023-09.html") for name in names[1:]]
    assert made[Path("packs/essex-2023-09.html")] == render(packs[0], "html", others)
    assert made[Path("packs/essex-2023-09.xlsx")] == render(packs[0], "xlsx")
    assert all(f"{name}-2023-09.html" in made[Path("packs/index.html")].decode() for name in names)
