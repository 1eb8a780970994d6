"""What stands on everything that is printed or shown: that a pack is for internal use, in every format, and its logo.

The pack of the respondents' file, whose settings say `suppress = 0`, by the command line; the flag goes before them.
"""

from __future__ import annotations

import re
import struct
import subprocess
import zlib
from io import BytesIO
from pathlib import Path

import openpyxl
import pptx
import pytest

from pmcli.pack.model import Logo, Publication
from pmcli.pack.suppress import INTERNAL
from pmcli.pack.write.markdown import text
from pmcli.pack.write.slides import slides
from pmcli.pack.write.workbook import workbook
from tests.conftest import PM, SAMPLES, environment
from tests.pack.example import example_pack

SETTINGS = f"""data = ["{SAMPLES / "smsr-respondents.csv"}"]
map = "smsr-respondents"
force = "essex"

[publish]
owner = "A force"
logo = "logo.png"
"""


def png(wide: int, high: int) -> bytes:
    """A blue picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x12\x43\x6d" * wide) * high
    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def made(folder: Path, settings: str, *more: str) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    (folder / "pm.toml").write_text(settings, encoding="utf-8")
    (folder / "logo.png").write_bytes(png(400, 100))
    return subprocess.run(
        [*PM, "pack", "--to", "2023-06", "-o", "out", *more],
        cwd=folder, env=environment(), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture(scope="module")
def internal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("internal")
    done = made(folder, f"{SETTINGS}suppress = 0\n", "--xlsx", "--md", "--pptx")
    assert done.returncode == 0, done.stderr
    return folder / "out"


def one(folder: Path, suffix: str) -> Path:
    (path,) = folder.glob(f"*{suffix}")
    return path


def test_the_page_says_on_every_sheet_that_it_is_internal(internal: Path) -> None:
    page = one(internal, ".html").read_text(encoding="utf-8")
    margin = re.search(r'@page\{@top-center\{content:"([^"]*)"', page)
    assert margin is not None
    plain = re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), margin[1])
    assert plain == INTERNAL
    assert f'<p class="marking">{INTERNAL}</p>' in page


def test_every_slide_says_at_its_foot_that_it_is_internal(internal: Path) -> None:
    deck = pptx.Presentation(str(one(internal, ".pptx")))
    assert len(deck.slides) > 3
    for slide in deck.slides:
        feet = [shape.text_frame.text for shape in slide.placeholders if "FOOTER" in str(shape.placeholder_format.type)]
        assert [foot.startswith(INTERNAL) for foot in feet] == [True]


def test_every_sheet_of_the_workbook_says_over_each_page_that_it_is_internal(internal: Path) -> None:
    book = openpyxl.load_workbook(one(internal, ".xlsx"))
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    assert len(shown) > 5
    for sheet in shown:
        assert sheet.oddHeader.center.text == INTERNAL, sheet.title
        assert sheet.oddFooter.left.text.startswith(INTERNAL), sheet.title
        assert not sheet.HeaderFooter.differentFirst
        assert not sheet.HeaderFooter.differentOddEven


def test_every_section_of_the_markdown_says_that_it_is_internal(internal: Path) -> None:
    parts = re.split(r"^## ", one(internal, ".md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    areas = [part for part in parts if part.startswith(("Improve", "Outlier criteria"))]
    assert areas
    for part in (parts[0], *areas, parts[-1]):
        assert f"**{INTERNAL}**" in part, part[:60]


def test_the_flag_goes_before_the_setting_and_the_setting_before_the_default(internal: Path, tmp_path: Path) -> None:
    small = [line for line in one(internal, ".md").read_text(encoding="utf-8").splitlines() if "Maldon" in line]
    assert any(re.match(r"\|\s*Maldon\s*\|", line) for line in small), "with 0, Maldon's three respondents are shown"
    done = made(tmp_path / "flag", f"{SETTINGS}suppress = 0\n", "--suppress", "10", "--md")
    assert done.returncode == 0, done.stderr
    said = one(tmp_path / "flag" / "out", ".md").read_text(encoding="utf-8")
    assert INTERNAL not in said
    assert "fewer than 10 people" in said
    done = made(tmp_path / "more", f"{SETTINGS}suppress = 40\n", "--md")
    assert "fewer than 40 people" in one(tmp_path / "more" / "out", ".md").read_text(encoding="utf-8")


@pytest.mark.parametrize("value", ["-1", '"ten"', "1.5", "true"])
def test_a_setting_that_is_no_number_of_people_is_one_clear_error(tmp_path: Path, value: str) -> None:
    done = made(tmp_path, f"{SETTINGS}suppress = {value}\n")
    assert done.returncode == 1
    assert re.search(r"\[publish\] suppress must be (a whole number|0 or more)", done.stderr), done.stderr
    assert not (tmp_path / "out").exists()


def test_a_template_without_a_foot_is_marked_all_the_same() -> None:
    deck = pptx.Presentation()
    for layout in deck.slide_layouts:
        for shape in [one for one in layout.placeholders if "FOOTER" in str(one.placeholder_format.type)]:
            shape._element.getparent().remove(shape._element)
    buffer = BytesIO()
    deck.save(buffer)
    pack = example_pack()
    pack.template, pack.publication = buffer.getvalue(), Publication()
    unmarked = pptx.Presentation(BytesIO(slides(pack)))
    assert not [shape for slide in unmarked.slides for shape in slide.shapes if shape.name == "Marking"]
    pack.publication = Publication(marking="OFFICIAL")
    for slide in pptx.Presentation(BytesIO(slides(pack))).slides:
        assert [shape.text_frame.text for shape in slide.shapes if shape.name == "Marking"] == ["OFFICIAL"]


def test_the_logo_stands_on_the_workbooks_first_sheet(internal: Path) -> None:
    book = openpyxl.load_workbook(one(internal, ".xlsx"))
    pictures = {sheet.title: len(sheet._images) for sheet in book.worksheets if sheet._images}
    assert pictures == {book.worksheets[0].title: 1}
    (picture,) = book.worksheets[0]._images
    assert picture._data() == png(400, 100)
    sheet = book.worksheets[0]
    assert sheet.cell(1, 1).value is None, "no text lies under it"
    wide, high = (value / 9525 for value in (picture.anchor.to.col, picture.anchor.to.row))
    assert picture.anchor._from.row == 0
    assert (wide, high) < (4, 2)
    assert sheet.row_dimensions[1].height * 4 / 3 >= 48, "it is scaled to 192 by 48"
    assert "National Police and Crime Measures" in sheet.cell(2, 1).value


def test_a_workbook_without_a_logo_begins_with_its_title() -> None:
    pack = example_pack()
    pack.publication = Publication()
    book = openpyxl.load_workbook(BytesIO(workbook(pack)))
    assert book.worksheets[0].cell(1, 1).value == pack.title
    assert not book.worksheets[0]._images
    assert not any(sheet.oddHeader.center.text for sheet in book.worksheets)
    assert INTERNAL not in text(pack)


@pytest.mark.parametrize("size", [(1, 1), (4000, 20), (20, 4000), (300, 300)])
def test_a_logo_of_any_shape_keeps_to_its_corner(size: tuple[int, int]) -> None:
    pack = example_pack()
    pack.publication = Publication(logo=Logo("image/png", png(*size), "The force"))
    first = workbook(pack)
    assert first == workbook(pack), "equal inputs, equal bytes"
    sheet = openpyxl.load_workbook(BytesIO(first)).worksheets[0]
    (picture,) = sheet._images
    assert picture.anchor.to.row <= 1
    assert picture.anchor.to.col == 0
