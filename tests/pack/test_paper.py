"""The pack on paper: printed to PDF in a headless browser, counted and measured page by page.

Skipped where no browser, or no reader of PDF, is installed.
"""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pmcli.notes import collecting
from pmcli.pack.choose import Question
from pmcli.pack.gather import gather
from pmcli.pack.model import Comment, Pack, Page, Paragraph, Run, Section
from pmcli.pack.pages import pack_of, say_everything
from pmcli.pack.write.html import page
from pmcli.pack.write.paper import HALF, SHEET, heights, sheets
from tests.pack.browser import Tab
from tests.pack.conftest import Project

MARGINS = (15 / 297, 16 / 297)
"""Of a sheet, above and below: as the style sheet has them."""


def printed(tab: Tab, pack: Pack, folder: Path) -> tuple[list[float], list[str]]:
    """How far down each sheet of paper the ink goes, as a part of it, and each sheet's text."""
    pdfium = pytest.importorskip("pypdfium2")
    path = folder / "pack.html"
    path.write_text(page(pack), encoding="utf-8")
    tab.open(path)
    data = base64.b64decode(tab.send("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])
    document = pdfium.PdfDocument(data)
    fills, texts = [], []
    for sheet in document:
        ink = np.asarray(sheet.render(scale=0.6).to_pil().convert("L"))
        top, bottom = round(len(ink) * MARGINS[0]), round(len(ink) * (1 - MARGINS[1]))
        dark = np.flatnonzero((ink[top:bottom] < 200).any(axis=1))
        fills.append((dark.max() + 1) / (bottom - top) if dark.size else 0.0)
        texts.append(sheet.get_textpage().get_text_range())
    return fills, texts


@pytest.fixture(scope="module")
def national(home_office: pl.DataFrame) -> list[Pack]:
    """Of the Home Office's file: a force that is much like others, the largest, and one that is no outlier alone."""
    forces = ("essex", "metropolitan", "dyfed-powys")
    with collecting():
        figures = gather(home_office, Question(to=date(2023, 9, 30), forces=forces))
    said = say_everything(figures)
    return [pack_of(figures, said, force) for force in forces]


def well_filled(fills: list[float]) -> list[tuple[int, float]]:
    """The sheets that are not half full, but for the last."""
    return [(number, fill) for number, fill in enumerate(fills[:-1], start=1) if fill < 0.5]


def test_the_samples_pack_is_at_most_35_sheets_and_each_but_the_last_half_full(
    tab: Tab, project: Project, tmp_path: Path
) -> None:
    fills, texts = printed(tab, project.pack, tmp_path)
    assert len(fills) <= 35
    assert well_filled(fills) == []
    assert len(texts[0].split()) <= 180
    for one in project.pack.front.statements():
        assert " ".join(one.text.split()) in " ".join(texts[0].split()), "the first page is one sheet"


def test_a_home_office_pack_is_at_most_16_sheets(tab: Tab, national: list[Pack], tmp_path: Path) -> None:
    for pack in national:
        fills, texts = printed(tab, pack, tmp_path)
        assert len(fills) <= 16, pack.force
        assert well_filled(fills) == [], pack.force
        assert len(texts[0].split()) <= 180, pack.force


def test_a_heading_is_never_the_last_thing_on_a_sheet(tab: Tab, project: Project, tmp_path: Path) -> None:
    _, texts = printed(tab, project.pack, tmp_path)
    titles = {item.title for item in project.pack.pages()} | {section.title for section in project.pack.sections}
    for text in texts:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        inside = [line for line in lines if not line.startswith(("Page ", "Essex, to"))]
        assert inside[-1] not in titles


def small(name: str, lines: int) -> Page:
    said = [Comment("A", [Paragraph((Run("x" * 80),))] * lines)]
    return Page(name, name, comments=said)


def test_a_measure_begins_a_sheet_unless_the_one_before_is_not_half_full(project: Project) -> None:
    def begun(*lines: int) -> set[str]:
        pages = [small(str(number), many) for number, many in enumerate(lines)]
        pack = Pack("T", "essex", "Essex", project.pack.to, project.pack.baseline, sections=[Section("s", "S", pages)])
        return sheets(pack)

    assert HALF * SHEET < sum(heights(small("a", 25))) < 0.9 * SHEET
    assert begun(25, 25, 25) == {"0", "1", "2"}
    assert begun(5, 25, 25) == {"0", "2"}
    assert begun(5, 5, 5) == {"0"}
