"""The same small pack in every format: the same findings, each at its place; and what a reader must refuse."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from pmcli.audit import audit
from pmcli.audit.claims import CONTRADICTS
from pmcli.audit.findings import findings
from pmcli.audit.places import Place, places_text
from pmcli.audit.readers import numbers, read
from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError
from tests.audit import documents
from tests.audit.documents import WRITERS, Pack, example

CATALOGUE = Catalogue()
TOTALS = {
    ".txt": "line 13", ".md": "line 14", ".html": "line 11", ".docx": "table 1, line 5", ".pptx": "slide 2, line 7",
    ".xlsx": "sheet Robbery, C7", ".pdf": "page 1, line 11",
}  # fmt: skip


def wrong(folder: Path, suffix: str, data: bytes) -> list[tuple[str, str]]:
    path = folder / f"pack{suffix}"
    path.write_bytes(data)
    found = findings(audit(read(str(path)), CATALOGUE))
    return [(places_text(one.places), one.outcome.check) for one in found if one.outcome.result == CONTRADICTS]


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_true_pack_gives_no_finding(suffix, tmp_path):
    assert wrong(tmp_path, suffix, WRITERS[suffix](example())) == []


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_wrong_total_is_found_in_its_cell(suffix, tmp_path):
    assert wrong(tmp_path, suffix, WRITERS[suffix](example(total="5,450"))) == [(TOTALS[suffix], "total")]


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize(("figure", "check"), [({"change": "260"}, "difference"), ({"percent": "9.1%"}, "percentage")])
def test_a_wrong_figure_in_a_sentence_is_found(suffix, figure, check, tmp_path):
    assert [found for _, found in wrong(tmp_path, suffix, WRITERS[suffix](example(**figure)))] == [check]


def test_places_are_joined_and_folded_into_ranges():
    places = [Place("", 3), Place("", 5), Place("", 4), Place("", 9), Place("page 2", 1), Place("sheet A", 7, "B7")]
    assert places_text(places) == "line 3-5; line 9; page 2, line 1; sheet A, B7"


def test_the_numbers_behind_a_chart_on_a_slide_are_read(tmp_path):
    import pptx
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Burglary"
    data = CategoryChartData(number_format="0.0%")
    data.categories = ["12 months to March 2022", "12 months to March 2023"]
    data.add_series("Northbank", (0.7568, 0.741))
    slide.shapes.add_chart(XL_CHART_TYPE.LINE, Inches(1), Inches(2), Inches(6), Inches(3), data)
    slide.notes_slide.notes_text_frame.text = "Burglary fell from 120 to 130."
    out = io.BytesIO()
    deck.save(out)
    (tmp_path / "deck.pptx").write_bytes(out.getvalue())
    document = read(str(tmp_path / "deck.pptx"))
    assert ["Northbank", "75.7%", "74.1%"] in [line.cells for line in document.lines]
    found = wrong(tmp_path, ".pptx", out.getvalue())
    assert found == [("slide 1 notes, line 1", "direction")]


@pytest.mark.parametrize(
    ("value", "shape", "shown"),
    [
        (0.75675, "0.0%", "75.7%"), (1234.5, "#,##0", "1,235"), (-3, "General", "-3"), (0.126, "0.00", "0.13"),
        (12, "+0;-0;0", "+12"), (-12, "+0;-0;0", "-12"), (1234567, '#,##0" offences"', "1,234,567"), (2.5, "0", "3"),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_its_format_shows_it(value, shape, shown):
    assert numbers.as_shown(value, shape) == shown


def test_a_figure_that_two_readers_of_a_pdf_read_differently_is_not_guessed_at(tmp_path, monkeypatch):
    from pmcli.audit.readers import pdf

    monkeypatch.setattr(pdf, "_second_text", lambda _, __: "Burglary fell by 5% from 100 to 60")
    data = documents.pdf(Pack(["Burglary fell by 5% from 100 to 80."]))
    assert wrong(tmp_path, ".pdf", data) == []
    (tmp_path / "x.pdf").write_bytes(data)
    document = read(str(tmp_path / "x.pdf"))
    assert "80 is read differently by two readers" in document.notes[0]
    assert "[unreadable]" in "".join(line.text for line in document.lines)


def test_two_columns_of_prose_on_a_page_are_read_one_after_the_other(tmp_path):
    left = "Burglary fell by 10 per cent in the year and there were far fewer victims of it than before"
    right = "Robbery rose to 130 offences from 120 and that is more than anybody had foreseen in the plan"
    words = [(left.split(), 50.0), (right.split(), 320.0)]
    page = []
    for column, x in words:
        for row in range(9):
            page.append((x, 80.0 + 14 * row, 9.0, " ".join(column[row * 2 : row * 2 + 2]) + " and so on for a while"))
    (tmp_path / "x.pdf").write_bytes(documents.pdf_of([page]))
    text = " ".join(line.text for line in read(str(tmp_path / "x.pdf")).lines)
    assert text.index("Robbery") > text.index("foreseen") - len(text)
    assert "\t" not in text


# ------------------------------------------------------------------------------------------------- what is refused
def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".xlsx"])
def test_a_packed_bomb_is_refused_before_it_is_unpacked(suffix, tmp_path):
    path = tmp_path / f"bomb{suffix}"
    path.write_bytes(packed(word__document_xml=b"0" * 60_000_000))
    with pytest.raises(PmError, match="would unpack to"):
        read(str(path))


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".xlsx"])
def test_xml_that_declares_entities_is_refused(suffix, tmp_path):
    path = tmp_path / f"evil{suffix}"
    path.write_bytes(packed(word__document_xml=b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'))
    with pytest.raises(PmError, match="declares a document type"):
        read(str(path))


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".xlsx", ".pdf"])
@pytest.mark.parametrize("data", [b"not a document", b"PK\x03\x04 cut off", b"%PDF-1.4 cut off"])
def test_damaged_documents_are_one_error(suffix, data, tmp_path):
    path = tmp_path / f"damaged{suffix}"
    path.write_bytes(data)
    with pytest.raises(PmError):
        read(str(path))


@pytest.mark.parametrize(
    ("name", "data"), [("empty.txt", b""), ("blank.txt", b"\n\n"), ("binary.txt", b"\x00\x01" * 99)]
)
def test_what_holds_no_text_is_said_to(name, data, tmp_path):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(PmError, match=r"empty|no text|not text"):
        read(str(tmp_path / name))


def test_an_unknown_suffix_is_a_usage_error():
    with pytest.raises(UsageError, match="no reader for"):
        read("pack.odt")


def test_html_runs_and_reads_nothing_but_text(tmp_path):
    page = b"<p>Burglary fell from 12 to 10.</p><script>13 v 99</script><svg><text>7 v 9</text></svg>"
    (tmp_path / "x.html").write_bytes(page)
    assert [line.text for line in read(str(tmp_path / "x.html")).lines if line.text] == ["Burglary fell from 12 to 10."]
