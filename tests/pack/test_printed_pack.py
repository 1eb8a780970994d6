"""docs/evaluation/printed-pack.md: what it says that the samples' pack holds is looked for on the page it names."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import pmcli
from pmcli.notes import collecting
from pmcli.pack.commentary import read_comments
from pmcli.pack.pages import pack_of
from pmcli.pack.publish import published
from pmcli.pack.write import render
from pmcli.periods import shift
from pmcli.settings import Publish
from tests.conftest import SAMPLES
from tests.pack.conftest import Project

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "evaluation" / "printed-pack.md"
ANSWERS = ("yes", "in part", "no")


def rows() -> list[tuple[str, str, str, str]]:
    """(slide, what the printed pack holds, pm's answer, where) of each row of the table."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in lines if not line.startswith("| slide")]
    made = [tuple(cell.strip().replace("\\|", "|") for cell in row) for row in cells]
    assert all(len(row) == 4 for row in made)
    return made  # type: ignore[return-value]


def on_pages(where: str) -> list[tuple[str, str]]:
    """(title of a page, what stands on it)."""
    return [(title, text) for title, text in re.findall(r"\*\*([^*“”]+)\*\*: “([^”]+)”", where)]


def in_tests(where: str) -> list[tuple[str, str]]:
    """(file of a test, what stands in it)."""
    return re.findall(r"`(tests/[\w/.]+)`: “([^”]+)”", where)


@pytest.fixture(scope="module")
def sections(project: Project) -> dict[str, str]:
    """Heading -> the text under it, and under those below it: of the samples' pack in Markdown, with its comments."""
    drafts = read_comments(SAMPLES / "pm.toml", {}, ["essex"])
    publish = Publish(owner="pm's samples", peers="Every force but Essex is invented.")
    pack = published(pack_of(project.figures, project.said, "essex"), publish, drafts)
    text = re.sub(r"\\(.)", r"\1", render(pack, "md").decode())
    found: dict[str, str] = {}
    heads = list(re.finditer(r"^(#{1,3}) (.+)$", text, re.MULTILINE))
    for place, head in enumerate(heads):
        end = next((later.start() for later in heads[place + 1 :] if len(later[1]) <= len(head[1])), len(text))
        found.setdefault(head[2], text[head.start() : end])
    return found


def under(sections: dict[str, str], title: str) -> str:
    """The text under the heading that is, or begins with, a title."""
    named = [name for name in sections if name == title] or [name for name in sections if name.startswith(title)]
    assert len(named) == 1, (title, named)
    return sections[named[0]]


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[0]}: {row[1][:40]}")
def test_what_the_table_says_stands_there(row: tuple[str, str, str, str], sections: dict[str, str]) -> None:
    _, _, answer, where = row
    assert answer in ANSWERS
    pages, tests = on_pages(where), in_tests(where)
    assert len(pages) + len(tests) == len(re.findall("“", where)), "each quotation says where it stands"
    if answer == "no":
        assert not pages
        assert len(where) > 20, "why"
    else:
        assert pages or tests
    for title, text in pages:
        assert text in under(sections, title)
    for file, text in tests:
        assert text in (ROOT / file).read_text(encoding="utf-8")


def test_cyber_crimes_against_businesses_are_counted_from_records_that_mark_both(tmp_path: Path) -> None:
    """The one page that the samples' pack has no figures for; the printed pack says four more than in 2019."""
    lines = ["id,date,cyber,business"]
    for first, wanted in ((date(2019, 1, 1), 31), (date(2022, 10, 1), 35)):
        days = [shift(first.replace(day=28), number % 12) for number in range(wanted)]  # two or three a month
        marked = [(day, "Y", "Y") for day in days] + [
            (first, "Y", "N"),
            (first, "N", "Y"),
        ]
        lines += [f"{first}-{number},{','.join(map(str, mark))}" for number, mark in enumerate(marked)]
    (tmp_path / "records.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "map.toml").write_text(
        'title = "records"\nsource = "records"\nlayout = "records"\nforce = "essex"\n'
        '[columns]\ncrime_number = "id"\nrecorded_date = "date"\n'
        '[flags]\ncyber = "cyber"\nbusiness_victim = "business"\n'
    )
    with collecting():
        loaded = pmcli.load(tmp_path / "records.csv", map=tmp_path / "map.toml")
        said = pmcli.say(pmcli.compare(loaded, measures=["business-cyber"], to="2023-09", against=["baseline"]))
    assert "35 in the 12 months to September 2023, 31 in the 12 months to December 2019 (four more)" in said.row(
        0, named=True
    )["sentence"]  # fmt: skip


def test_its_count_is_that_of_its_rows() -> None:
    counts = Counter(answer for _, _, answer, _ in rows())
    said = f"{len(rows())} things: {counts['yes']} yes, {counts['in part']} in part, {counts['no']} no."
    assert said in TABLE.read_text(encoding="utf-8").replace("\n", " ")


def test_every_slide_of_the_printed_pack_is_in_it() -> None:
    slides: set[int] = set()
    for slide, *_ in rows():
        if slide == "1 to 32":
            continue
        for part in slide.split(", "):
            first, _, last = part.partition(" to ")
            slides |= set(range(int(first), int(last or first) + 1))
    assert slides == set(range(1, 33))
