"""A workbook laid out like the ONS police force area tables: the 12 months to December 2019, every title our own.

Essex and three invented forces. The counts are those of the monthly extract for the same 12 months; the oddities are
those of the published workbooks: a title, a header of several rows with merged cells, area codes, regions among the
forces, footnote digits glued to names, `..` for what is not available, sheet names that end in spaces.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Final

from making.draw import allocate
from making.figures import BASE, ESSEX_NAME, INVENTED, Figures
from making.pack import IMPLIED

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | None

FORCES: Final = [ESSEX_NAME, *INVENTED[:3]]
CODES: Final = {ESSEX_NAME: "E23000028"} | {name: f"E2399{i:04}" for i, name in enumerate(INVENTED, start=1)}

SPLIT: Final = ("Residential burglary6", "Non-residential burglary6")
COLUMNS: Final = {
    "Homicide": "Homicide",
    "Violence with injury5": "Violence with injury",
    "Robbery": "Robbery",
    "Burglary": "Burglary",
    "Vehicle offences": "Vehicle offences",
    "Theft from the person": "Theft from the person",
}
MID_2018: Final = 0.965  # of the mid-2023 population


def workbook(figures: Figures) -> bytes:
    """The .xlsx file. The same figures give the same bytes: no clock, and no compression, which varies by machine."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    book.set_properties({"created": datetime(2023, 9, 1), "title": "Invented police force area tables"})
    _notes(book.add_worksheet("Notes"))
    _counts(book, book.add_worksheet("Table P1"), figures)
    _rates(book.add_worksheet("Table P3 "), figures)
    _knives(book, book.add_worksheet("Table P4  "), figures)
    _population(book.add_worksheet("Table P9"), figures)
    book.close()
    return _plain(buffer.getvalue())


def _plain(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as plain:
        for name in packed.namelist():
            plain.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), packed.read(name))
    return out.getvalue()


def _notes(sheet: Worksheet) -> None:
    lines = ("Police force area tables (invented sample)", "", "Every figure in this workbook is invented.", "")
    tables = ("Table P1: offences", "Table P3: rates", "Table P4: knives", "Table P9: people")
    for row, line in enumerate((*lines, *tables)):
        sheet.write(row, 0, line)


def _value(figures: Figures, force: str, measure: str) -> int:
    return sum(figures.monthly[force, measure][BASE])


def _people(figures: Figures, force: str, year: int) -> int:
    now = IMPLIED[""] if force == ESSEX_NAME else figures.population[force, 2023, ""]
    return int(round(now * (MID_2018 + 0.007 * (year - 2018)), -2))


def _force_line(figures: Figures, force: str) -> list[int]:
    """All of the columns together, then each column; burglary is followed by its two parts."""
    line: list[int] = []
    for name, measure in COLUMNS.items():
        value = _value(figures, force, measure)
        line += [value, *allocate(value, [0.7, 0.3])] if name == "Burglary" else [value]
    return [sum(_value(figures, force, measure) for measure in COLUMNS.values()), *line]


def _headings() -> list[str]:
    return [heading for name in COLUMNS for heading in ((name, *SPLIT) if name == "Burglary" else (name,))]


def _lines(figures: Figures) -> list[list[Cell]]:
    """Totals and regions among the forces, as the tables have them: code, name, values."""
    forces = {force: _force_line(figures, force) for force in FORCES}
    whole = [sum(column) for column in zip(*forces.values(), strict=True)]
    invented = [sum(column) for column in zip(*list(forces.values())[1:], strict=True)]
    lines: list[list[Cell]] = [
        ["K04000001", "ENGLAND AND WALES3,4", *whole],
        ["E12000006", "East", *forces[ESSEX_NAME]],
        [CODES[ESSEX_NAME], "Essex4", *forces[ESSEX_NAME]],
        ["E12999999", "Invented Region", *invented],
    ]
    lines += [[CODES[force], force, *forces[force]] for force in FORCES[1:]]
    lines.append(["", "British Transport Police", 180, "..", 25, 40, "..", "..", "..", 60, 55])
    return [[*line[:3], None, *line[3:]] for line in lines]  # the tables have an empty column after the total


def _counts(book: Workbook, sheet: Worksheet, figures: Figures) -> None:
    middle = book.add_format({"align": "center"})
    title = "Table P1: Police recorded crime by force and kind of offence: number of offences, "
    sheet.merge_range(0, 0, 0, 11, title + "year ending December 20191,2 (invented)", middle)
    sheet.write(2, 0, "Essex and invented forces")
    sheet.merge_range(3, 2, 4, 2, "Total recorded crime (excluding fraud3)", middle)
    sheet.merge_range(3, 4, 3, 11, "Crime with a victim", middle)
    for column, heading in enumerate(["Area Code", "Area Name"]):
        sheet.write(4, column, heading)
    for column, heading in enumerate(_headings(), start=4):
        sheet.write(4, column, heading)
    sheet.merge_range(5, 2, 5, 11, "Numbers", middle)
    last = _table(sheet, 6, _lines(figures))
    _footnotes(sheet, last + 1, "Made by samples/make_samples.py", "'..' means that the figure is not available.")


def _rates(sheet: Worksheet, figures: Figures) -> None:
    title = "Table P3: Police recorded crime by force and kind of offence: rate of offences, "
    sheet.write(0, 0, title + "year ending December 20191,2 (invented)")
    headings = [
        "Area Code",
        "Area Name",
        "Population figures\n (mid-2018)3  rounded to 100",
        None,
        "Violence with injury5",
    ]
    for column, heading in enumerate(headings):
        sheet.write(4, column, heading)
    sheet.write(5, 4, "Rate per 1,000 population")
    lines: list[list[Cell]] = []
    for force in FORCES:
        people = _people(figures, force, 2018)
        rate = 1000 * _value(figures, force, "Violence with injury") / people
        lines.append([CODES[force], "Essex4" if force == ESSEX_NAME else force, people, None, round(rate, 9)])
    _table(sheet, 6, lines)


def _knives(book: Workbook, sheet: Worksheet, figures: Figures) -> None:
    title = "Table P4:  Knife or sharp instrument offences recorded by the police, "
    sheet.merge_range(0, 0, 0, 7, title + "by force, year ending December 20191,2 (invented)")
    sheet.write(2, 0, "Essex and invented forces")
    middle = book.add_format({"align": "center"})
    kinds = ("Total of selected serious offences", "Robbery", "Assault with injury and \nassault with intent")
    for i, kind in enumerate(kinds):
        sheet.merge_range(3, 2 + 2 * i, 3, 3 + 2 * i, kind, middle)
        sheet.write(4, 2 + 2 * i, "Number of\n offences\n involving a\n knife4")
        sheet.write(4, 3 + 2 * i, "% involving a knife")
    for column, heading in enumerate(["Area Code", "Area Name"]):
        sheet.write(4, column, heading)
    knives = {force: _knife_counts(figures, force) for force in FORCES}
    of = {force: _knife_bases(figures, force) for force in FORCES}
    whole, whole_of = (
        [sum(c) for c in zip(*knives.values(), strict=True)],
        [sum(c) for c in zip(*of.values(), strict=True)],
    )
    lines: list[list[Cell]] = [["K04000001", "ENGLAND AND WALES3", *_with_shares(whole, whole_of)]]
    for force in FORCES:
        name = "Essex5" if force == ESSEX_NAME else force
        lines.append([CODES[force], name, *_with_shares(knives[force], of[force])])
    lines[-1][-1] = "-"
    _table(sheet, 6, lines)


def _knife_counts(figures: Figures, force: str) -> list[int]:
    if force == ESSEX_NAME:
        total = _value(figures, force, "Offences involving knives")
    else:
        total = round(0.07 * _value(figures, force, "Violence with injury"))
    return [total, *allocate(total, [0.4, 0.6])]


def _knife_bases(figures: Figures, force: str) -> list[int]:
    robbery, assault = _value(figures, force, "Robbery"), _value(figures, force, "Violence with injury")
    return [robbery + assault, robbery, assault]


def _with_shares(knives: list[int], of: list[int]) -> list[Cell]:
    pairs = zip(knives, of, strict=True)
    return [cell for count, base in pairs for cell in (count, round(100 * count / base, 9))]


def _population(sheet: Worksheet, figures: Figures) -> None:
    years = range(2015, 2019)
    title = "Table P9:  Mid-year population estimates of the force areas, 2015 to 20181 (invented)"
    sheet.write(0, 0, title)
    sheet.write(3, 2, "Mid-year")
    for column, heading in enumerate(["Area Code", "Area Name", *years]):
        sheet.write(4, column, heading)
    _table(sheet, 5, [[CODES[force], force, *(_people(figures, force, year) for year in years)] for force in FORCES])


def _table(sheet: Worksheet, first: int, lines: list[list[Cell]]) -> int:
    for row, line in enumerate(lines, start=first):
        for column, value in enumerate(line):
            if value is not None and value != "":
                sheet.write(row, column, value)
    return first + len(lines)


def _footnotes(sheet: Worksheet, first: int, *lines: str) -> None:
    for number, line in enumerate(lines, start=1):
        sheet.write(first + number, 0, f"{number}. {line}")
