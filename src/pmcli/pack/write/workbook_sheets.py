"""The workbook's paper and pens: sheets with names Excel accepts, formats by name, and text that stays text.

The only file that calls XlsxWriter's cell writers. They are the typed ones (write_string, write_number …), never
`write`, which guesses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from math import ceil, isfinite
from typing import TYPE_CHECKING, Any, Final

from pmcli.carried import SHEET, pieces
from pmcli.errors import lacks

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST: Final = 32_767
"""UTF-16 units that a cell holds."""

LETTERS: Final = 10
"""Points of a letter. Of Arial, for every program has its widths: columns are as wide in one as in another."""

_HIGHEST: Final = 409
"""Points that a row can be high."""

_PAPER: Final = (717.0, 1008.0)
"""Pixels across and down that a standing A4 sheet has within its margins."""

_UNKNOWN: Final = 0.25
"""The scale of a picture whose size is not known."""

_HEAD: Final = 15.0
"""Pixels less where a marking stands over the page."""

_WIDER: Final = 1.08
"""How much wider LibreOffice makes columns than Excel."""

MONTH: Final = "mmm yyyy"
_CUT: Final = " … (cut here: a cell of a workbook holds no more)"
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\\s]+|_(?=x[0-9A-Fa-f]{4}_)")

_GOOD, _BAD, _QUIET, _LINK = "#00603F", "#A03C00", "#595959", "#004E8A"
_WRAP: Final = {"text_wrap": True, "valign": "top"}
_PLAIN: Final[dict[str, dict[str, Any]]] = {
    "plain": {},
    "bold": {"bold": True},
    "wrap": _WRAP,
    "prose": _WRAP,
    "title": _WRAP | {"bold": True, "font_size": 15},
    "heading": _WRAP | {"bold": True, "font_size": 11},
    "good": _WRAP | {"font_color": _GOOD},
    "bad": _WRAP | {"font_color": _BAD},
    "verdict": _WRAP | {"bold": True},
    "alarm": _WRAP | {"bold": True, "font_size": 13, "font_color": "#FFFFFF", "bg_color": "#7A1F00"},
    "caveat": _WRAP | {"italic": True},
    "quiet": _WRAP | {"font_color": _QUIET, "font_size": 9},
    "header": _WRAP | {"bold": True, "bg_color": "#E3E8EC", "bottom": 1},
    "link": _WRAP | {"font_color": _LINK, "underline": 1},
    "head": {"bold": True, "bg_color": "#F1F3F5"},
    "hit": {"bold": True, "font_color": _BAD},
    "mine": {"bold": True, "bg_color": "#E1EEF7"},
    "good_cell": _WRAP | {"font_color": _GOOD, "bg_color": "#E5F3EC"},
    "bad_cell": _WRAP | {"font_color": _BAD, "bg_color": "#FBECE2"},
    "mixed_cell": _WRAP | {"bg_color": "#F7F3DC"},
    "missing_cell": _WRAP | {"italic": True, "font_color": _QUIET, "bg_color": "#F1F3F5"},
}
_SIDES: Final[dict[str, dict[str, Any]]] = {
    "right": {"align": "right"},
    "left": {"align": "left", "indent": 1},
    "first": {"align": "left"},
}
_STYLES: Final = _PLAIN | {
    f"{name}_{side}": _PLAIN[name] | look
    for name in ("plain", "head", "hit", "mine", "header")
    for side, look in _SIDES.items()
}


class Book:
    """A workbook being written, in memory. sheets: those made so far, in order."""

    def __init__(self, title: str, day: date, foot: str = "", head: str = "") -> None:
        """day: what the file says it was made on; no clock time goes in, so that the same pack gives the same bytes.

        foot: what is printed at the foot of every page, beside its number. head: what is printed over every page, as a
        protective marking; "" for nothing.
        """
        try:
            import xlsxwriter
        except ImportError as error:
            raise lacks("the workbook", "XlsxWriter") from error

        self._buffer = BytesIO()
        texts_stay = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
        letters = {"default_format_properties": {"font_name": "Arial", "font_size": LETTERS}}
        self.workbook = xlsxwriter.Workbook(self._buffer, {"in_memory": True} | texts_stay | letters)
        self.workbook.set_properties({"title": clean(title), "created": datetime(day.year, day.month, day.day)})
        self.foot, self.head = foot, head
        self.sheets: list[Sheet] = []
        self._names: set[str] = {SHEET}
        self._formats: dict[tuple[str, str], Format] = {}

    def sheet(self, wanted: str, about: str = "", tab: str = "") -> Sheet:
        """A new sheet, called as nearly `wanted` as Excel allows.

        about: what it holds, for the list of sheets. tab: the colour of its tab.
        """
        name = sheet_name(wanted, self._names)
        self._names.add(name.casefold())
        made = Sheet(self, name, about, self.workbook.add_worksheet(name))
        self.sheets.append(made)
        if tab:
            made.worksheet.set_tab_color(tab)
        return made

    def style(self, name: str, numbers: str = "") -> Format:
        """The format of a style; numbers: an Excel number format."""
        if (name, numbers) not in self._formats:
            properties = _STYLES.get(name, {}) | ({"num_format": numbers} if numbers else {})
            self._formats[name, numbers] = self.workbook.add_format(properties)
        return self._formats[name, numbers]

    def carry(self, history: str) -> None:
        """Take the history along on a hidden sheet, where `pm history` finds it (pmcli.carried)."""
        if not history:
            return
        sheet = self.workbook.add_worksheet(SHEET)
        sheet.hide()
        for row, text in enumerate(["`pm history` reads this sheet", *pieces(history)]):
            sheet.write_string(row, 0, clean(text))

    def close(self) -> bytes:
        """The finished file."""
        self.workbook.close()
        return self._buffer.getvalue()


class Sheet:
    """A sheet. across: the columns that prose runs over. written: the cells that hold a text.

    Set the widths first: rows are made as high as their wrapped texts need at those, for not every program does it.
    """

    def __init__(self, book: Book, name: str, about: str, worksheet: Worksheet) -> None:
        self.book = book
        self.name = name
        self.about = about
        self.worksheet = worksheet
        self.across = 1
        self.written: set[tuple[int, int]] = set()
        self._widths: list[float] = []
        self._lines: dict[int, int] = {}
        self._heights: dict[int, float] = {}

    def text(self, row: int, column: int, text: str, style: str = "plain") -> None:
        """A text, which stays one whatever it begins with."""
        held = clean(text)
        self.worksheet.write_string(row, column, held, self.book.style(style))
        self.written.add((row, column))
        if "text_wrap" in _STYLES[style] and column < len(self._widths):
            self._lines[row] = max(self._lines.get(row, 1), _lines(held, self._widths[column]))

    def number(self, row: int, column: int, value: float | None, numbers: str, style: str = "plain") -> None:
        """A number; an empty cell for one that is not known."""
        if value is not None and isfinite(value):
            self.worksheet.write_number(row, column, value, self.book.style(style, numbers))

    def day(self, row: int, column: int, value: date, style: str = "plain", numbers: str = MONTH) -> None:
        """A date, shown as a month."""
        if value.year < 1900:  # before Excel's first day
            self.text(row, column, value.isoformat(), style)
        else:
            when = datetime(value.year, value.month, value.day)
            self.worksheet.write_datetime(row, column, when, self.book.style(style, numbers))

    def picture(self, row: int, data: bytes, *, high: float, alt: str) -> int:
        """A PNG or JPEG in the left corner of a row, at most `high` pixels high. Returns the row under it."""
        size = _size_of(data)
        scale = min(high / size[1], 3 * high / size[0], 1.0) if size else _UNKNOWN
        tall = size[1] * scale if size else high
        options = {"x_scale": scale, "y_scale": scale, "x_offset": 2, "y_offset": 2, "object_position": 2}
        known = {"description": clean(alt)} if alt else {"decorative": True}
        self.worksheet.insert_image(row, 0, "logo", {"image_data": BytesIO(data), **options, **known})
        self._heights[row] = (tall + 6) * 0.75
        self.worksheet.set_row(row, self._heights[row])
        return row + 1

    def truth(self, row: int, column: int, value: bool) -> None:
        """TRUE or FALSE."""
        self.worksheet.write_boolean(row, column, value)

    def link(self, row: int, column: int, sheet: Sheet | None, text: str) -> None:
        """A text that leads to another sheet; a plain text when there is none."""
        if sheet is None or not text:
            self.text(row, column, text, "wrap")
            return
        target = "internal:'" + sheet.name.replace("'", "''") + "'!A1"
        self.worksheet.write_url(row, column, target, self.book.style("link"), clean(text))
        if column < len(self._widths):
            self._lines[row] = max(self._lines.get(row, 1), _lines(clean(text), self._widths[column]))

    def prose(self, row: int, text: str, style: str = "prose", columns: tuple[int, int] | None = None) -> int:
        """A sentence over the columns of the page, on a row as high as it needs. Returns the row after it.

        columns: the first and the last that it runs over, where those are not all of the page.
        """
        first, last = columns or (0, self.across - 1)
        if last > first:
            self.worksheet.merge_range(row, first, row, last, "", self.book.style(style))
        self.text(row, first, text, style)
        size = _STYLES[style].get("font_size", LETTERS)
        lines = _lines(clean(text), sum(self._widths[first : last + 1]) * LETTERS / size)
        self._lines.pop(row, None)
        high = min(_HIGHEST, lines * size * 15 / LETTERS)
        self._heights[row] = max(self._heights.get(row, 0.0), high)
        self.worksheet.set_row(row, self._heights[row])
        return row + 1

    def pixels(self, first: int, last: int) -> int:
        """How wide columns are together: a character is 7 pixels, and a column has 5 besides."""
        return sum(round(width * 7 + 5) for width in self._widths[first : last + 1])

    def height(self, row: int) -> float:
        """How many pixels high a row is."""
        return max(self._heights.get(row, 15.0), min(_HIGHEST, self._lines.get(row, 1) * 15)) * 4 / 3

    def held(self, text: str) -> str:
        """A text as a cell holds it."""
        return clean(text)

    def header(self, row: int, names: Sequence[str], column: int = 0, right: Sequence[bool] = ()) -> None:
        """The headings of columns. right: which of them stand to the right; none when left out."""
        for place, name in enumerate(names):
            self.text(row, column + place, name, _header(place, right))

    def listed(self, rows: int, columns: int, keep: int = 0) -> None:
        """Make what was written a list: the header in row 0 stays in sight and filters. keep: columns that stay too."""
        self.worksheet.freeze_panes(1, keep)
        if columns:
            self.worksheet.autofilter(0, 0, max(rows, 1), columns - 1)
        self.worksheet.repeat_rows(0)
        self.printed()

    def printed(self) -> None:
        """On A4, lying, as wide as the paper."""
        self.worksheet.set_landscape()
        self.worksheet.fit_to_pages(1, 0)
        self._on_paper()

    def printed_whole(self, last: int, columns: int, whole: Sequence[tuple[int, int]]) -> None:
        """On A4, standing, as wide as the paper; a page ends before what would not stand on it whole.

        last: the last row that is printed. columns: how many. whole: the first and last rows of what is not to be
        parted, as a chart, in order. The scale is set by itself, for Excel lets no page end early that it fits itself.
        """
        self.worksheet.print_area(0, 0, last, columns - 1)
        scale = max(10, min(100, int(_PAPER[0] / (self.pixels(0, columns - 1) * _WIDER) * 100)))
        self.worksheet.set_portrait()
        self.worksheet.set_print_scale(scale)
        self._on_paper()
        high = _PAPER[1] - (_HEAD if self.book.head else 0.0)
        room, used, breaks = high / scale * 100 * 0.98, 0.0, []
        ends = dict(whole)
        row = 0
        while row <= last:
            end = ends.get(row, row)
            high = sum(self.height(each) for each in range(row, end + 1))
            if used and used + high > room:
                breaks.append(row)
                used = 0.0
            used += high
            row = end + 1
        self.worksheet.set_h_pagebreaks(breaks)

    def _on_paper(self) -> None:
        self.worksheet.set_paper(9)
        self.worksheet.set_margins(left=0.4, right=0.4, top=0.6 if self.book.head else 0.45, bottom=0.65)
        if self.book.head:
            head = clean(self.book.head)[:180].replace("&", "&&")
            self.worksheet.set_header(f'&C&9&"Arial,Bold"{head}', {"margin": 0.25})
        foot = clean(self.book.foot)[:180].replace("&", "&&")
        self.worksheet.set_footer(f"&L&8{foot}&R&8{clean(self.name).replace('&', '&&')}, page &P of &N")
        for row, lines in self._lines.items():
            if lines > 1:
                self.worksheet.set_row(row, min(_HIGHEST, lines * 15))

    def widths(self, *characters: float, start: int = 0) -> None:
        """The widths of the columns from `start` on."""
        for place, width in enumerate(characters, start=start):
            self.worksheet.set_column(place, place, width)
        self._widths[start:] = characters


def _size_of(data: bytes) -> tuple[float, float] | None:
    """How many pixels wide and high XlsxWriter draws a picture at full scale; None where this one cannot say."""
    try:
        from xlsxwriter.image import Image
    except ImportError:  # before 3.2.3
        return None
    picture = Image(BytesIO(data))
    wide, high = picture.width * 96 / picture.x_dpi, picture.height * 96 / picture.y_dpi
    return (float(wide), float(high)) if wide > 0 and high > 0 else None


def clean(text: str) -> str:
    """A text that a cell can hold: U+FFFD for what XML cannot hold, \\n for line ends; cut if long, and saying so."""
    safe = _UNWRITABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(safe) * 2 <= LONGEST or _units(safe) <= LONGEST:
        return safe
    return _first(safe, LONGEST - len(_CUT)) + _CUT


def _header(place: int, right: Sequence[bool]) -> str:
    if not right:
        return "header"
    return "header_right" if right[place] else "header_left" if place else "header"


def _lines(text: str, width: float) -> int:
    """About how many lines a text takes in a column so wide: a letter is a little narrower than a digit."""
    return sum(max(1, ceil(len(part) / max(1.0, width * 1.08))) for part in text.split("\n"))


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that Excel takes: at most 31 characters, none of []:*?/\\, not at either end ', not one of `taken`."""
    base = _NOT_IN_NAMES.sub(" ", clean(wanted)).replace("'", "’").strip() or "Sheet"
    if base.casefold() == "history":  # a name that Excel keeps for itself
        base += " "
    name, number = _short(base), 1
    while name.casefold() in taken or name.lower() in taken or name.casefold() == "history":
        number += 1
        ending = f" ({number})"
        name = _first(base, 31 - len(ending)).strip() + ending
    return name


def _short(name: str) -> str:
    """At most 31 characters, ending with a whole word where that leaves the half of them."""
    cut = _first(name, 31)
    whole = cut if cut == name else cut.rpartition(" ")[0]
    return (whole if len(whole) > 15 else cut).strip()


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _first(text: str, units: int) -> str:
    """The first so many UTF-16 units of a text, whole characters only."""
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", errors="ignore")
