"""A chart as PNG: decoded here by hand, its text is there from the font that comes along, whatever the machine has."""

from __future__ import annotations

import re
import struct
import sys
import zlib

import numpy as np
import pytest

from pmcli.drawing import raster
from pmcli.errors import PmError

pytest.importorskip("resvg_py", reason="a PNG needs the report extra")


def pixels(data: bytes) -> np.ndarray:
    """A PNG of 8-bit RGBA (ISO/IEC 15948) as an array of height, width, 4."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    packed, place, head = b"", 8, b""
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        head, packed = (body if kind == b"IHDR" else head), packed + (body if kind == b"IDAT" else b"")
        place += 12 + length
    width, high, depth, colours = struct.unpack(">IIBB", head[:10])
    assert (depth, colours) == (8, 6)
    raw = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(high, 1 + 4 * width)
    done = np.zeros((high + 1, 4 * width + 4), np.int64)  # a row above and a pixel before, both zero
    for number, (filtered, *line) in enumerate(raw.tolist(), start=1):
        up = done[number - 1]
        for at, value in enumerate(line, start=4):
            left, corner = int(done[number, at - 4]), int(up[at - 4])
            near = sorted((left, int(up[at]), corner), key=lambda x, at=at, left=left, up=up, corner=corner: abs(
                left + int(up[at]) - corner - x))[0] if filtered == 4 else 0  # fmt: skip
            more = (0, left, int(up[at]), (left + int(up[at])) // 2, near)[filtered]
            done[number, at] = (value + more) % 256
    return done[1:, 4:].reshape(high, width, 4)


SMALL = '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="24" viewBox="0 0 120 24">{}</svg>'
PAPER = '<rect width="120" height="24" fill="#ffffff"/>'


def ink(text: str, how: str = "") -> np.ndarray:
    """How dark each column of a line of text is."""
    family = "font-family=\"Arial, Helvetica, 'Liberation Sans', Arimo, sans-serif\""
    drawn = f'{PAPER}<text x="4" y="18" font-size="16px" fill="#000000" {family} {how}>{text}</text>'
    return 255 - pixels(raster.png(SMALL.format(drawn), scale=1))[:, :, 0].mean(axis=0)


def test_text_is_drawn_in_the_font_that_comes_along_bold_and_plain():
    plain, bold = ink("Essex"), ink("Essex", 'font-weight="bold"')
    assert plain.sum() > 100
    assert bold.sum() > 1.15 * plain.sum()
    # Arial's widths, in thousandths of the size: E 667, s 500, e 556, x 500
    assert np.flatnonzero(plain).max() == pytest.approx(4 + 16 * (667 + 500 + 500 + 556 + 500) / 1000, abs=2)


def test_letters_of_every_name_in_england_and_wales_are_there():
    empty = ink("\ue000").sum()  # of no font
    for letters in ("Heddlu Dyfed-Powys", "ŵ ŷ â ê", "£1,234.5 – 50%", "‘a’ “b” …"):
        assert ink(letters).sum() > 1.5 * empty, letters


def test_the_same_chart_gives_the_same_bytes_twice_as_wide(charts):
    data = charts["rolling"].png()
    assert data == charts["rolling"].png()
    for width in (240, 360, 1200):
        assert int.from_bytes(charts["rolling"].png(width)[16:20], "big") == 2 * width


def test_a_picture_has_its_words(charts):
    whole = charts["rolling"].svg(240)
    bare = re.sub(r"<text .*?</text>", "", whole)
    with_words, without = pixels(raster.png(whole, scale=1)), pixels(raster.png(bare, scale=1))
    differs = (with_words != without).any(axis=2)
    assert differs[:60].mean() > 0.02  # the title and the finding
    assert differs[-60:].mean() > 0.02  # the small print


def test_the_machine_s_fonts_are_asked_only_for_letters_that_arimo_lacks(monkeypatch):
    asked = []
    monkeypatch.setattr("resvg_py.svg_to_bytes", lambda **how: asked.append(how["skip_system_fonts"]) or b"")
    for text in ("Essex, ŵ – “x” ±", "Полиция Ελλάς", "警察", "شرطة", "🚔"):
        raster.png(text)
    assert asked == [True, True, False, False, False]


@pytest.mark.parametrize("package", ["resvg_py", "fontpkg_arimo"])
def test_a_plain_install_says_which_extra_is_missing(charts, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(PmError, match="not installed") as caught:
        charts["rolling"].png()
    assert "pip install '.[report]'" in caught.value.hint
    assert charts["rolling"].svg().startswith("<svg")  # which needs nothing
