"""Plain words: what a pack publishes holds no option, id, layout, bracket of ours or capitals of the extract."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO

import openpyxl
import polars as pl
import pytest

from pmcli.pack.plain import in_small_letters, plain, readable
from pmcli.pack.write import FORMATS, render
from tests.pack.conftest import Project

FORBIDDEN = {
    "an option": r"(?<![\w-])--[a-z]",
    "a file of the project": r"\bpm\.toml\b|\bdocs/",
    "a command": r"`|\bpm (?:show|say|ahead|check|compare|rank|events|measures|forces|pack)\b",
    "brackets of ours": r"\[[A-Za-z_ -]+: ",
    "layouts": r"\blayouts?\b|pm counts it",
    "cannot be told to be": r"cannot be told to be",
    "said twice": r"(Long-term trend|Direction of travel|Control chart): \1",
    "a name of the program": r"\b[a-z]+_[a-z_]+\b",
    "nothing": r"\bNone\b|\bnull\b|\bnan\b",
}
SHORT = {"COVID", "NDQIS"}
"""Short forms that people say."""


class Published(HTMLParser):
    """What a page says to whoever reads it: not its style, its commands, the files, nor where a figure comes from."""

    ALONE = frozenset({"meta", "br", "img", "link", "hr"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.hidden: list[bool] = []
        self.feed(page)

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        of = dict(given)
        kinds = (of.get("class") or "").split()
        if tag not in self.ALONE:
            apart = tag in {"style", "code", "head"} or {"from", "commands", "files"} & set(kinds)
            self.hidden.append(bool(apart))
        if not any(self.hidden) and of.get("aria-label"):
            self.texts.append(of["aria-label"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.ALONE:
            self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not any(self.hidden) and data.strip():
            self.texts.append(data.strip())


def published(project: Project, kind: str) -> list[str]:
    """The texts of the samples' pack in a format, without its provenance and the tables for whoever works on."""
    data = render(replace(project.pack, notes=[]), kind)  # `pm pack` tells its notes to who runs it, and the history
    if kind == "html":
        return Published(data.decode()).texts
    if kind == "md":
        text = data.decode().partition("\n## Sources\n")[0]
        lines = re.sub(r"Where th(?:is|ese) comes? from:(?:\n\n(?:- .*\n)+| .*\n)", "", text).splitlines()
        return [re.sub(r"\\(.)", r"\1", line) for line in lines]
    if kind == "xlsx":
        tables = {*project.pack.tables, "Sources", "Method", "Statements"}
        sheets = [sheet for sheet in openpyxl.load_workbook(BytesIO(data)) if sheet.title not in tables]
        cells = [cell for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row]
        provenance = re.compile(r"Windows?: |Made from: |Rests on: |Declared in: |\d+ rows? of the ")
        return [cell for cell in cells if isinstance(cell, str) and not provenance.search(cell)]
    pptx = pytest.importorskip("pptx")
    slides = pptx.Presentation(BytesIO(data)).slides
    frames = [shape.text_frame for slide in slides for shape in slide.shapes if shape.has_text_frame]
    return [line.text for frame in frames for line in frame.paragraphs]


@pytest.mark.parametrize("kind", list(FORMATS))
def test_no_word_of_the_program_is_published(project: Project, kind: str) -> None:
    texts = published(project, kind)
    assert len(texts) > 100
    found = {(what, text[:160]) for text in texts for what, pattern in FORBIDDEN.items() if re.search(pattern, text)}
    assert found == set()


@pytest.mark.parametrize("kind", list(FORMATS))
def test_no_id_of_a_measure_and_no_capitals_of_the_extract_are_published(project: Project, kind: str) -> None:
    ids = [name for name in project.question.catalogue.measures if "-" in name]
    named = re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, ids))})(?![\w./-])")
    shouted = re.compile(r"\b[A-Z]{5,}\b")
    texts = published(project, kind)
    assert [text[:160] for text in texts if named.search(text)] == []
    assert [text[:160] for text in texts if set(shouted.findall(text)) - SHORT] == []


def test_brackets_capitals_and_short_forms() -> None:
    assert plain("28 more [weapon: Ball bearing gun] (65 v. 37).") == "28 more (weapon ball bearing gun) (65 v. 37)."
    assert plain("No offences [weapon: CS gas] in June.") == "No offences (weapon CS gas) in June."
    assert plain("See [the plan] for it.") == "See [the plan] for it."
    assert [readable(name) for name in ("CRIMINAL DAMAGE", "VAWG", "CS gas", "Rifle", "ÉTAGE 5")] == [
        "Criminal damage", "VAWG", "CS gas", "Rifle", "Étage 5",
    ]  # fmt: skip


def test_two_categories_never_come_to_the_same_name() -> None:
    frame = pl.DataFrame({"category": ["DRUGS", "Drugs", "KNIVES", "all"]})
    assert in_small_letters(frame)["category"].to_list() == ["DRUGS", "Drugs", "Knives", "all"]
