"""The pack on paper: printed to PDF in a headless browser, counted and measured page by page.

Skipped where no browser, or no reader of PDF, is installed.
"""

from __future__ import annotations

import base64
import ctypes
import re
from dataclasses import replace
from datetime import date
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pptx
import pytest

from pmcli.notes import collecting
from pmcli.pack.choose import Question
from pmcli.pack.edition import Edition
from pmcli.pack.front import since_last
from pmcli.pack.gather import gather
from pmcli.pack.model import Comment, Pack, Page, Paragraph, Run, Section
from pmcli.pack.pages import pack_of, say_everything
from pmcli.pack.previous import put_beside
from pmcli.pack.write.html import drawn_height, page
from pmcli.pack.write.paper import HALF, SHEET, Layout, laid_out, ways
from pmcli.pack.write.sheet_text import HALF_WIDE
from pmcli.pack.write.slides import slides
from tests.pack.browser import Tab
from tests.pack.conftest import Project

MARGINS = (15 / 297, 16 / 297)
"""Of a sheet, above and below: as the style sheet has them."""


def printed(tab: Tab, pack: Pack, folder: Path) -> tuple[list[float], list[str]]:
    """How far down each sheet of paper the ink goes, as a part of it, and each sheet's text.

    No letter on any of them is smaller than 7 points.
    """
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
        assert smallest_letters(sheet) >= 6.95, texts[-1]
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


def smallest_letters(sheet: Any) -> float:
    """The size of a sheet's smallest letters in points: that of their font by how it is scaled."""
    raw = pytest.importorskip("pypdfium2.raw")
    text, matrix, found = sheet.get_textpage(), raw.FS_MATRIX(), 99.0
    for place in range(text.count_chars()):
        raw.FPDFText_GetMatrix(text.raw, place, ctypes.byref(matrix))
        if chr(raw.FPDFText_GetUnicode(text.raw, place)).strip():
            found = min(found, raw.FPDFText_GetFontSize(text.raw, place) * (abs(matrix.d) or 1.0))
    return found


@pytest.fixture(scope="module")
def samples(tab: Tab, project: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[float], list[str]]:
    return printed(tab, project.pack, tmp_path_factory.mktemp("samples"))


def test_the_samples_pack_is_at_most_33_sheets_and_each_but_the_last_half_full(
    samples: tuple[list[float], list[str]], project: Project
) -> None:
    fills, texts = samples
    assert len(fills) <= 33
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


def test_a_heading_is_never_the_last_thing_on_a_sheet(samples: tuple[list[float], list[str]], project: Project) -> None:
    titles = {item.title for item in project.pack.pages()} | {section.title for section in project.pack.sections}
    small = {line for item in project.pack.pages() for line in item.about}
    for text in samples[1]:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        inside = [line for line in lines if not line.startswith(("Page ", "Essex, to"))]
        assert inside[-1] not in titles | small


def test_a_measure_is_on_one_sheet(samples: tuple[list[float], list[str]], project: Project) -> None:
    """All that is printed of its tables and charts is on one sheet, for all measures but one at the most.

    The one is broken for the measure after it, which by itself would leave its own sheet under half full.
    """
    sheets = [" ".join(text.split()) for text in samples[1]]
    layout, broken, looked_for = laid_out(project.pack, drawn_height), [], 0
    for item in (one for one in project.pack.pages() if not one.annex):
        tables = [one.block.title for one in item.exhibits if not one.detail and layout.prints(item, one)]
        charts = [one.chart.subtitle for one in item.pictures if not one.detail and layout.prints(item, one)]
        on = {number for mark in [*tables, *charts] if mark
              for number, text in enumerate(sheets) if " ".join(mark.split()) in text}  # fmt: skip
        looked_for += len(tables) + len(charts)
        assert on, item.id
        broken += [item.id] if len(on) > 1 else []
    assert looked_for > 60
    assert len(broken) <= 1, broken


def test_with_a_last_edition_the_samples_are_at_most_34_sheets_and_slides(
    tab: Tab, project: Project, tmp_path: Path
) -> None:
    """The edition of three months before, of the same figures, and what its page says of what has changed since."""
    with collecting():
        earlier = replace(project.question, to=date(2023, 4, 30))
        figures = gather(project.observations, earlier)
        last = pack_of(figures, say_everything(figures), "essex")
        pack = pack_of(project.figures, project.said, "essex", files=project.pack.files)
    edition = Edition(last.edition, "essex", earlier.to, "essex-2023-04.parquet")
    since_last(pack, put_beside(pack, edition, [], project.question.catalogue))
    assert pack.sections[0].pages[0].exhibits, "there is a page of what has changed"
    fills, _ = printed(tab, pack, tmp_path)
    assert len(fills) <= 34
    assert well_filled(fills) == []
    deck = pptx.Presentation(BytesIO(slides(pack)))
    assert 27 <= len(deck.slides) <= 34


def small(name: str, lines: int) -> Page:
    said = [Comment("A", [Paragraph((Run("x" * 80),))] * lines)]
    return Page(name, name, comments=said)


def layout_of(project: Project, *pages: Page) -> Layout:
    pack = Pack("T", "essex", "Essex", project.pack.to, project.pack.baseline, sections=[Section("s", "S", [*pages])])
    return laid_out(pack, drawn_height)


def test_a_measure_begins_a_sheet_unless_the_one_before_is_not_half_full(project: Project) -> None:
    def begun(*lines: int) -> set[str]:
        return layout_of(project, *(small(str(number), many) for number, many in enumerate(lines))).begins

    (way,) = ways(small("a", 30), drawn_height)
    assert HALF * SHEET < way.high < 0.9 * SHEET
    assert begun(30, 30, 30) == {"0", "1", "2"}
    assert begun(5, 25, 25) == {"0", "2"}
    assert begun(5, 5, 5) == {"0"}


def test_what_there_is_no_room_for_stays_on_the_screen_and_the_sheet_says_so(project: Project) -> None:
    """Of a page with six charts and their tables: its first table and the charts worth most fill one sheet."""
    full = next(one for one in project.pack.pages() if one.id == "confidence")
    layout = layout_of(project, full)
    gone = layout.left[full.id]
    assert layout.prints(full, full.exhibits[0])
    assert any(layout.prints(full, one) for one in full.pictures)
    kept = next(way for way in ways(full, drawn_height) if way.left == gone)
    assert HALF * SHEET < kept.high <= SHEET
    assert re.fullmatch(r"On a screen this page has \d charts? and \d tables more\.", layout.told(full))
    easy = next(one for one in project.pack.pages() if one.id == "robbery")
    assert layout_of(project, easy).left == {}
    assert layout_of(project, easy).told(easy) == ""


def test_what_a_comment_is_about_is_printed_before_what_nobody_wrote_on(project: Project) -> None:
    page_of = next(one for one in project.pack.pages() if one.id == "confidence")
    told = replace(page_of, comments=[Comment("A", [Paragraph((Run("Women more than men."),))], title="sex")])
    cheapest = min((way for way in ways(told, drawn_height) if way.high <= SHEET), key=lambda way: way.cost)
    sex = next(one for one in told.pictures if one.about == "sex")
    assert id(sex) not in cheapest.left
    without = min((way for way in ways(page_of, drawn_height) if way.high <= SHEET), key=lambda way: way.cost)
    assert id(sex) in without.left, "so that the test can fail"


def test_a_chart_leaves_its_letters_to_the_page(project: Project) -> None:
    """Its title, subtitle and small print are text of the page; what is in the picture itself is printed at 7 points.

    The smallest letters of a picture are of 11.5 units, on a picture 360 wide that is printed 89 mm wide.
    """
    made = page(project.pack)
    charts = [one.chart for one in project.pack.pages()[0].pictures]
    assert charts
    for chart in charts:
        svg = chart.svg(360, bare=True)
        texts = re.findall(r"<text [^>]*>([^<]*)</text>", svg)
        assert not any(text and text in chart.title for text in texts if len(text) > 20)
        sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)px"', svg)]
        assert min(sizes) * HALF_WIDE / 360 * 72 / 96 >= 7
        assert f'<p class="says">{escape(chart.title)}</p>' in made
