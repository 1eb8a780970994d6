"""One small pack written in every format that pm audit reads: a heading, sentences, a table with a total."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape


@dataclass
class Pack:
    """Blocks in order: a string is a paragraph, `# x` a heading, a list of lists a table."""

    blocks: list[str | list[list[str]]] = field(default_factory=list)


def example(*, total: str = "5,350", change: str = "250", percent: str = "8.1%", n: str = "1,350") -> Pack:
    """A pack in which everything agrees, unless a figure is given another value."""
    return Pack(
        [
            "# Burglary",
            f"There were {n} burglary offences in the 12 months to March 2023, up {percent} on the previous year "
            f"(1,249).",
            "# Robbery",
            f"Robbery fell by {change} offences (4.5%) from 5,600 to 5,350 in the 12 months to March 2023.",
            [
                ["District", "12 months to March 2022", "12 months to March 2023", "Difference"],
                ["Northbank", "2,100", "2,010", "-90"],
                ["Midvale", "1,900", "1,880", "-20"],
                ["Southmere", "1,600", "1,460", "-140"],
                ["Total", "5,600", total, "-250"],
            ],
        ]
    )


def text(pack: Pack) -> bytes:
    lines: list[str] = []
    for block in pack.blocks:
        if isinstance(block, str):
            lines += [block.removeprefix("# "), ""]
        else:
            lines += ["\t".join(row) for row in block] + [""]
    return "\n".join(lines).encode()


def markdown(pack: Pack) -> bytes:
    lines: list[str] = []
    for block in pack.blocks:
        if isinstance(block, str):
            lines += [block.replace("fell by", "**fell** by"), ""]
        else:
            lines += ["| " + " | ".join(block[0]) + " |", "|---" + "|---:" * (len(block[0]) - 1) + "|"]
            lines += ["| " + " | ".join(row) + " |" for row in block[1:]] + [""]
    return "\n".join(lines).encode()


def html(pack: Pack) -> bytes:
    parts = ["<!doctype html>", "<html><head><title>Pack</title><style>p { color: 1; }</style></head><body>"]
    for block in pack.blocks:
        if isinstance(block, str):
            parts.append(f"<h2>{escape(block[2:])}</h2>" if block.startswith("# ") else f"<p>{escape(block)}</p>")
        else:
            rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\n" for row in block)
            parts.append(f"<table>{rows}</table>")
    parts.append("<script>var x = '12 fewer (13 v 99)';</script></body></html>")
    return "\n".join(parts).encode()


def docx(pack: Pack) -> bytes:
    import docx as word

    document = word.Document()
    for block in pack.blocks:
        if isinstance(block, str):
            if block.startswith("# "):
                document.add_heading(block[2:], level=1)
            else:
                document.add_paragraph(block)
        else:
            table = document.add_table(rows=0, cols=len(block[0]))
            for row in block:
                for cell, value in zip(table.add_row().cells, row, strict=True):
                    cell.text = value
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pptx(pack: Pack) -> bytes:
    import pptx as slides
    from pptx.util import Inches

    deck = slides.Presentation()
    slide, top = None, 1.5
    for block in pack.blocks:
        if isinstance(block, str) and block.startswith("# "):
            slide, top = deck.slides.add_slide(deck.slide_layouts[5]), 1.5
            slide.shapes.title.text = block[2:]
        elif isinstance(block, str):
            slide.shapes.add_textbox(Inches(1), Inches(top), Inches(8), Inches(1)).text_frame.text = block
            top += 1
        else:
            shape = slide.shapes.add_table(len(block), len(block[0]), Inches(1), Inches(top), Inches(8), Inches(2))
            for r, row in enumerate(block):
                for c, value in enumerate(row):
                    shape.table.cell(r, c).text = value
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def xlsx(pack: Pack) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    row = 0
    for block in pack.blocks:
        if isinstance(block, str):
            if block.startswith("# "):
                sheet = book.create_sheet(block[2:])
                row = 0
            else:
                row += 1
                sheet.cell(row, 1, block)
                row += 1
        else:
            for cells in block:
                row += 1
                for column, value in enumerate(cells, start=1):
                    number = value.replace(",", "")
                    if number.lstrip("-").isdigit():
                        sheet.cell(row, column, int(number)).number_format = "#,##0"
                    else:
                        sheet.cell(row, column, value)
    del book["Sheet"]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pdf_of(pages: Sequence[Sequence[tuple[float, float, float, str]]]) -> bytes:
    """A PDF of pieces of text: (x, y from the top, size, text) on pages of 595 by 842 points, in Helvetica."""
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for page in pages:
        body = b""
        for x, y, size, words in page:
            safe = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("cp1252", "replace")
            body += b"BT /F1 %g Tf %g %g Td (%s) Tj ET\n" % (size, x, 842 - y, safe)
        packed = zlib.compress(body)
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out = b"%PDF-1.4\n"
    places = []
    for number, item in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(
        b"%010d 00000 n \n" % place for place in places
    )
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def pdf(pack: Pack) -> bytes:
    page: list[tuple[float, float, float, str]] = []
    y = 60.0
    for block in pack.blocks:
        if isinstance(block, str) and block.startswith("# "):
            y += 16
            page.append((50, y, 16, block[2:]))
            y += 24
        elif isinstance(block, str):
            words, line = block.split(), ""
            for word in [*words, ""]:
                if not word or len(line) + len(word) > 80:
                    page.append((50, y, 10, line.strip()))
                    y += 12
                    line = ""
                line += f"{word} "
            y += 14
        else:
            for row in block:
                page += [(50 + 130 * column, y, 10, value) for column, value in enumerate(row)]
                y += 14
            y += 14
    return pdf_of([page])


WRITERS = {".txt": text, ".md": markdown, ".html": html, ".docx": docx, ".pptx": pptx, ".xlsx": xlsx, ".pdf": pdf}
