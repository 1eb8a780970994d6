"""The slides, read back with python-pptx, openpyxl and from the XML: findings as titles, native charts, fitting text.

That text fits is checked against another measure than the one that it is laid out with: Arimo's own widths by Pillow,
where pm has the metrics of Helvetica.
"""

from __future__ import annotations

import dataclasses
import importlib
import re
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
import pptx
import pytest
from pptx.util import Emu, Inches, Pt

from pmcli.drawing.text import wrap
from pmcli.errors import PmError
from pmcli.pack.model import Comment, Pack, Paragraph, Run, Statement
from pmcli.pack.write.slide_page import BULLETS
from pmcli.pack.write.slide_text import Box, Words, fitting, height_of, table_fitting
from pmcli.pack.write.slides import slides
from pmcli.visible import visible
from tests.conftest import PM, environment
from tests.pack.conftest import Project, office_pages
from tests.pack.example import example_pack
from tests.pack.hostile import hostile_pack, texts
from tests.pack.test_workbook import HOSTILE

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def opened(data: bytes) -> Any:
    return pptx.Presentation(BytesIO(data))


def parts(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def titles(deck: Any) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in deck.slides]


def charts(deck: Any) -> list[tuple[Any, Any]]:
    """Each chart's frame with its slide."""
    return [(slide, shape) for slide in deck.slides for shape in slide.shapes if shape.has_chart]


@pytest.fixture(scope="module")
def samples(project: Project) -> tuple[Pack, bytes]:
    return project.pack, slides(project.pack)


# --------------------------------------------------------------------------------------- what they say
def test_every_measures_slide_has_a_sentence_of_the_pack_as_its_title(samples: tuple[Pack, bytes]) -> None:
    pack, data = samples
    found = titles(opened(data))
    for page in pack.pages():
        shown = [one.text for one in page.statements if not one.detail]
        judged = [one for one in page.statements if one.kind not in {"caveat", "quiet"}]
        if page.pictures and judged:
            (title,) = [title for title in found if title in shown and title in {one.text for one in judged}]
            assert page.finding in {title, *shown}
    assert 27 <= len(found) <= 35, "31 slides are what the pack is presented in today, four more or less"
    assert len(set(found)) == len(found), "a slide is found by its title"


def test_a_measures_slide_has_one_chart_at_most_three_bullets_and_a_small_table(samples: tuple[Pack, bytes]) -> None:
    pack, data = samples
    deck = opened(data)
    drawn = [slide for slide, _ in charts(deck)]
    with_charts = [
        page
        for page in pack.pages()
        if any(not picture.detail for picture in page.pictures) or page.id == "outliers-homicide"
    ]  # whose one measure's ranking stands beside its criteria
    assert len(drawn) == len({slide.slide_id for slide in drawn}) == len(with_charts)
    for slide, page in zip(drawn, with_charts, strict=True):
        said = {one.text for one in [*page.statements, *page.events]}
        bullets = [one.text for shape in slide.shapes if shape.name == "Findings"
                   for one in shape.text_frame.paragraphs]  # fmt: skip
        assert len(bullets) <= BULLETS
        assert set(bullets) <= said
        assert slide.shapes.title.text_frame.text not in bullets
        assert bullets or len(said) < 2 or page.annex
        tables = [shape.table for shape in slide.shapes if shape.has_table]
        assert len(tables) <= 1
        if tables:
            rows = [[cell.text for cell in row.cells] for row in tables[0].rows]
            blocks = [item.block for item in page.exhibits]
            wanted = [[*([list(block.columns)] if block.heading else []),
                       *([visible(text) for text in row.texts] for row in block.rows)]
                      for block in blocks]  # fmt: skip
            assert rows in wanted, "a table is shown whole or not at all"


def test_what_has_no_room_and_where_it_comes_from_is_in_the_notes(samples: tuple[Pack, bytes]) -> None:
    pack, data = samples
    deck = opened(data)
    everything = [
        (slide, "\n".join([*(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame),
                           slide.notes_slide.notes_text_frame.text]))
        for slide in deck.slides
    ]  # fmt: skip
    for page in pack.pages():
        for one in page.statements:
            if not one.detail:
                assert any(one.text in said for _, said in everything), one.text
    for slide, _ in charts(deck):
        notes = slide.notes_slide.notes_text_frame.text
        assert "Sources:" in notes
        assert re.search(r"\.(csv|xlsx)", notes)
    assert any(file.sha256 in said for file in pack.files for _, said in everything)


def test_a_caveat_has_a_place_beside_the_findings() -> None:
    pack = example_pack()
    page = pack.pages()[0]
    page.finding = page.statements[0].text
    deck = opened(slides(pack))
    (slide,) = [one for one in deck.slides if one.shapes.title.text_frame.text == page.finding]
    (bullets,) = [shape for shape in slide.shapes if shape.name == "Findings"]
    said = [one.text for one in bullets.text_frame.paragraphs]
    assert next(one.text for one in page.statements if one.kind == "caveat") in said
    assert said[0] == next(one.text for one in page.statements if one.kind == "verdict")


def test_an_authors_words_are_shown_as_theirs_and_whole() -> None:
    pack = example_pack()
    long = " ".join(f"word{number}" for number in range(900))
    words = [Paragraph((Run("Stalking is "), Run("audited", strong=True, href="https://x.y"))), Paragraph((Run(long),))]
    pack.comments = [Comment("A. Analyst", words, changed="The figures have changed since this was written.", id="key")]
    deck = opened(slides(pack))
    mine = [slide for slide in deck.slides if slide.shapes.title.text_frame.text.startswith("Comment by A. Analyst")]
    said = " ".join(shape.text_frame.text for slide in mine for shape in slide.shapes if shape.name == "Text")
    assert len(mine) > 1, "nine hundred words are more than a slide"
    assert "Stalking is audited" in said
    assert set(long.split()) <= set(said.split())
    assert "have changed since" in said


# --------------------------------------------------------------------------------------- native charts
def test_each_chart_is_native_and_its_figures_are_behind_it() -> None:
    """Every reference of a chart's XML is followed into its own workbook, whose cells are the series' figures."""
    pack = example_pack()
    deck = opened(slides(pack))
    pictures = [page.pictures[0].chart for page in pack.pages() if page.pictures]
    found = charts(deck)
    assert len(found) > len(pictures) > 1, "one more stands beside the criteria of an area's only ranked measure"
    found = [
        one for one in found if one[1]._element.nvGraphicFramePr.cNvPr.get("descr") in {one.alt for one in pictures}
    ]
    for (_, frame), chart in zip(found, pictures, strict=True):
        tree = ElementTree.fromstring(frame.chart.part.blob)  # noqa: S314
        book = openpyxl.load_workbook(BytesIO(frame.chart.part.chart_workbook.xlsx_part.blob))
        drawn = {}
        for element in tree.iter(f"{C}ser"):
            (name,) = cells(book, element.findtext(f"{C}tx//{C}f") or "")
            values = element.find(f"{C}yVal") if element.find(f"{C}yVal") is not None else element.find(f"{C}val")
            assert values is not None
            held = cells(book, values.findtext(f".//{C}f") or "")
            cached = [float(point.findtext(f"{C}v") or "nan") for point in values.iter(f"{C}pt")]
            assert cached == pytest.approx([value for value in held if value is not None])
            drawn[name] = held
        for one in chart.series:
            want = [y for y in one.y if y is not None]
            assert [y for y in drawn[one.name] if y is not None] == pytest.approx(want)
        assert frame._element.nvGraphicFramePr.cNvPr.get("descr") == chart.alt


def cells(book: Any, reference: str) -> list[Any]:
    name, _, area = reference.rpartition("!")
    found = book[name.strip("'")][area.replace("$", "")]
    return [cell.value for row in found for cell in row] if isinstance(found, tuple) else [found.value]


def test_a_chart_leaves_nothing_to_a_programs_defaults(samples: tuple[Pack, bytes]) -> None:
    """What is not said is a zero, a curve or a label in one program and not in another."""
    for name, xml in parts(samples[1]).items():
        if not re.fullmatch(r"ppt/charts/chart\d+\.xml", name):
            continue
        tree = ElementTree.fromstring(xml)  # noqa: S314
        (gaps,) = tree.iter(f"{C}dispBlanksAs")
        assert gaps.get("val") == "gap"
        for plot in [*tree.iter(f"{C}scatterChart"), *tree.iter(f"{C}barChart")]:
            assert [one.get("val") for one in plot.iter(f"{C}varyColors")] == ["0"]
        for series in tree.findall(f".//{C}scatterChart/{C}ser"):
            assert [one.get("val") for one in series.findall(f"{C}smooth")] == ["0"]
        for labels in [
            *tree.iter(f"{C}dLbls"),
            *(one for one in tree.iter(f"{C}dLbl") if one.find(f"{C}delete") is None),
        ]:
            assert {one.tag.removeprefix(C) for one in labels if one.tag.startswith(f"{C}show")} == {
                "showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize",
            }  # fmt: skip
        for axis in tree.iter(f"{C}valAx"):
            assert axis.find(f"{C}delete") is not None


# -------------------------------------------------------------------------------------- text that fits
def _lines(text: str, room: float, font: Any) -> int:
    """Lines that a text takes by the widths of a real font."""
    lines, line = 1, ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > room:
            lines, line = lines + 1, word
        else:
            line = longer
    return lines


@pytest.fixture(scope="module")
def arimo() -> Any:
    image_font = pytest.importorskip("PIL.ImageFont")
    fonts = importlib.import_module("fontpkg_arimo")
    found = sorted(Path(fonts.__file__).parent.rglob("*.ttf"))
    plain = next((path for path in found if "Italic" not in path.name and "Bold" not in path.name), found[0])
    return lambda size: image_font.truetype(str(plain), size * 10)  # ten times as large, for whole pixels


@pytest.mark.parametrize("which", ["samples", "example", "hostile"])
def test_no_text_leaves_its_box_and_nothing_leaves_the_slide(which: str, request: Any, arimo: Any) -> None:
    data = (
        request.getfixturevalue("samples")[1] if which == "samples"
        else slides(example_pack() if which == "example" else hostile_pack("=1+1 and more and more words "))
    )  # fmt: skip
    deck = opened(data)
    boxes = 0
    for number, slide in enumerate(deck.slides, start=1):
        for shape in slide.shapes:
            if shape.is_placeholder and shape.placeholder_format.type in {13, 15}:
                continue
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width + Pt(1), (number, shape.name)
            assert shape.top + shape.height <= deck.slide_height + Pt(1), (number, shape.name)
            if not shape.has_text_frame or not shape.text_frame.text:
                continue
            high = 0.0
            for paragraph in shape.text_frame.paragraphs:
                for run in paragraph.runs:
                    size = run.font.size.pt
                    assert size >= 10, "can be read"
                    margin = int(paragraph._p.pPr.get("marL", "0")) / 12700
                    room = (Emu(shape.width).pt - 8 - margin) * 10
                    high += _lines(run.text, room, arimo(size)) * size * 1.15
            boxes += 1
            assert high <= Emu(shape.height).pt, (number, shape.name, shape.text_frame.text[:80])
    assert boxes > 8


def test_shapes_of_a_measures_slide_do_not_overlap(samples: tuple[Pack, bytes]) -> None:
    deck = opened(samples[1])
    for number, slide in enumerate(deck.slides, start=1):
        shapes = [one for one in slide.shapes if not (one.is_placeholder and one.placeholder_format.type in {13, 15})]
        for place, one in enumerate(shapes):
            for other in shapes[place + 1 :]:
                across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
                down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
                assert across <= Pt(1) or down <= Pt(1), (number, one.name, other.name)


def test_a_text_is_made_smaller_and_where_that_is_not_enough_it_does_not_fit() -> None:
    box = Box(0, 0, 200, 60)
    assert fitting([Words("Short.")], box, (20.0, 14.0)) == 20.0
    longer = [Words("A sentence that takes three lines at twenty points, and fewer at less.")]
    assert fitting(longer, box, (20.0, 12.0)) == 12.0
    assert fitting([Words("word " * 200)], box, (20.0, 12.0)) is None
    assert height_of(longer, 200, 12.0) <= 60 < height_of(longer, 200, 20.0)


def test_a_table_wraps_its_widest_column_and_never_a_word() -> None:
    rows = [["What", "Now"], ["Knife crime victims under twenty-five", "1,517"], ["Homicide", "14"]]
    free, tight = (table_fitting(rows, Box(0, 0, width, 200), (12.0,)) for width in (400, 170))
    assert free is not None
    assert tight is not None
    assert free.heights[1] == free.heights[2]
    assert tight.heights[1] > tight.heights[2]
    assert sum(tight.widths) <= 170
    assert table_fitting(rows, Box(0, 0, 80, 200), (12.0,)) is None
    for row in rows:
        for text, width in zip(row, tight.widths, strict=True):
            assert all(len(wrap(word, width - 8, 12.0)) == 1 for word in text.split())


def test_a_title_that_does_not_fit_gives_way_to_a_statement_that_does() -> None:
    pack = example_pack()
    page = pack.pages()[0]
    page.finding = "A finding of very many words " * 30
    page.statements.insert(0, Statement(page.finding, "good"))
    deck = opened(slides(pack))
    assert page.finding not in titles(deck)
    assert any(one.text in titles(deck) for one in page.statements[1:])
    assert any(page.finding.strip() in slide.notes_slide.notes_text_frame.text for slide in deck.slides)


# ----------------------------------------------------------------------------- safe, equal, accessible
@pytest.mark.parametrize("prefix", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_becomes_a_formula_or_a_link(prefix: str) -> None:
    data = slides(hostile_pack(prefix))
    for name, content in parts(data).items():
        if name.endswith(".xml"):
            assert b"hlinkClick" not in content
        if name.endswith(".rels"):
            assert b'TargetMode="External"' not in content
        if name.endswith(".xlsx"):
            assert not [cell for row in openpyxl.load_workbook(BytesIO(content)).active.iter_rows() for cell in row
                        if cell.data_type == "f"]  # fmt: skip
    shown = "\n".join(shape.text_frame.text for slide in opened(data).slides for shape in slide.shapes
                      if shape.has_text_frame)  # fmt: skip
    assert not re.search("[\x00-\x08\x0e-\x1f]", shown)
    wanted = visible(next(iter(texts(hostile_pack(prefix)))))
    assert wanted.split()[-1] in shown


def test_the_same_pack_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = slides(example_pack())
    later = time.time() + 86_400 * 400
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))
    assert slides(example_pack()) == first
    assert b"2023-09-30T00:00:00Z" in parts(first)["docProps/core.xml"]


def test_a_slide_can_be_read_aloud(samples: tuple[Pack, bytes]) -> None:
    """Each has a title, which comes first; each chart and table says what it shows; each text its language."""
    deck = opened(samples[1])
    for number, slide in enumerate(deck.slides, start=1):
        shapes = list(slide.shapes)
        assert shapes[0].shape_id == slide.shapes.title.shape_id, number
        assert slide.shapes.title.text_frame.text.strip()
        for shape in shapes:
            if shape.has_chart or shape.has_table:
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr"), (number, shape.name)
        assert len({shape.shape_id for shape in shapes}) == len(shapes)
    assert all(b'lang="en-GB"' in content for name, content in parts(samples[1]).items()
               if re.fullmatch(r"ppt/slides/slide\d+\.xml", name))  # fmt: skip


# ---------------------------------------------------------------------------------------- the template
def template(**named: tuple[float, float, float, float]) -> bytes:
    """A force's template, 4:3 with a slide of its own, whose layout "pm measure" has placeholders of these names."""
    deck = pptx.Presentation()
    layout = next(one for one in deck.slide_layouts if one.name == "Two Content")
    layout.name = "pm measure"
    contents = [one for one in layout.placeholders if one.placeholder_format.idx in {1, 2}]
    for shape, (name, box) in zip(contents, named.items(), strict=False):
        shape.name = f"{name} 7"
        shape.left, shape.top, shape.width, shape.height = (Inches(value) for value in box)
    deck.slides.add_slide(deck.slide_layouts[1]).shapes.title.text = "This is our house style"
    buffer = BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def test_a_forces_template_says_where_things_go_by_their_names() -> None:
    pack = dataclasses.replace(example_pack(), template=template(Chart=(0.5, 2, 5, 4), Bullets=(5.7, 2, 3.8, 3)))
    deck = opened(slides(pack))
    assert "This is our house style" not in titles(deck)
    assert (deck.slide_width, deck.slide_height) == (Inches(10), Inches(7.5))
    filled: list[str] = []
    for slide, frame in charts(deck):
        assert slide.slide_layout.name == "pm measure"
        assert [round(Emu(value).inches, 2) for value in (frame.left, frame.top, frame.width, frame.height)] == [
            0.5,
            2,
            5,
            4,
        ]
        bullets = [one for one in slide.placeholders if one.placeholder_format.idx == 2]
        assert not [one for one in slide.shapes if one.name == "Findings"], "they stand in its placeholder"
        filled += [one.text_frame.text for one in bullets]
        assert all(shape.text_frame.text for shape in slide.placeholders if shape.has_text_frame), "nothing stays empty"
    assert len(filled) > 0
    assert all(filled)


def test_a_template_that_names_nothing_is_used_all_the_same() -> None:
    buffer = BytesIO()
    pptx.Presentation().save(buffer)
    pack = dataclasses.replace(example_pack(), template=buffer.getvalue())
    deck = opened(slides(pack))
    assert titles(deck)[1:] == titles(opened(slides(example_pack())))[1:]
    assert {slide.slide_layout.name for slide in deck.slides} == {"Title Slide", "Title Only"}
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left + shape.width <= deck.slide_width + Pt(1)
            assert shape.top + shape.height <= deck.slide_height + Pt(1)


@pytest.mark.parametrize("data", [b"", b"junk", b"PK\x05\x06" + bytes(18)])
def test_a_template_that_is_no_presentation_is_one_clear_error(data: bytes) -> None:
    with pytest.raises(PmError, match="not a PowerPoint presentation"):
        slides(dataclasses.replace(example_pack(), template=data))


def test_without_python_pptx_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pptx", None)
    with pytest.raises(PmError) as told:
        slides(example_pack())
    assert told.value.hint == "Install pm with its report extra: in the folder of its source, pip install '.[report]'."


# ---------------------------------------------------------------------------------------- as a command
def pack_command(folder: Path, *more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PM, "pack", "--force", "essex", *more], cwd=folder, env=environment(), capture_output=True, check=False
    )


def test_the_command_writes_slides_in_the_forces_template_whole_or_not_at_all(
    small_project: Path, tmp_path: Path
) -> None:
    (tmp_path / "force.pptx").write_bytes(template(Chart=(0.5, 2, 5, 4), Bullets=(5.7, 2, 3.8, 3)))
    (tmp_path / "bad.pptx").write_bytes(b"no presentation")
    out = tmp_path / "essex.pptx"
    made = pack_command(small_project, "-o", str(out), "--template", str(tmp_path / "force.pptx"))
    assert made.returncode == 0, made.stderr.decode()
    assert opened(out.read_bytes()).slide_width == Inches(10)
    before = out.read_bytes()
    failed = pack_command(small_project, "-o", str(out), "--template", str(tmp_path / "bad.pptx"))
    assert failed.returncode == 1
    assert b"bad.pptx is not a PowerPoint presentation" in failed.stderr
    assert b"Traceback" not in failed.stderr
    assert out.read_bytes() == before
    unused = pack_command(small_project, "-o", str(tmp_path / "x.html"), "--template", str(tmp_path / "force.pptx"))
    assert unused.returncode == 2
    assert b"is for slides" in unused.stderr
    assert not (tmp_path / "x.html").exists()


def test_libreoffice_opens_them_slide_for_slide(samples: tuple[Pack, bytes], tmp_path: Path) -> None:
    path = tmp_path / "deck.pptx"
    path.write_bytes(samples[1])
    pages = len(office_pages(path))
    assert pages == len(opened(samples[1]).slides)
