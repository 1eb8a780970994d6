"""What a table of counts says outside its cells, and in several of them: names of sheets, titles, periods in parts.

The year may stand in one column and the month in another, or in the header with the year over it; the measure may be
the sheet's name and the month part of the title.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.sources.counts.mapping import CountsMapping
from pmcli.sources.reading.columns import find_column
from pmcli.sources.reading.dates import Period, Spelling, financial_start, month_number, parse_period
from pmcli.sources.reading.raw import RawTable, clean, column_names, plain_label

_LONGEST_PERIOD: Final = 8
_FIRST_OF_YEAR: Final = 4


def renamed(table: RawTable, mapping: CountsMapping) -> RawTable:
    """The table with its columns called as the mapping calls them, where [names] lists what else they may be called."""
    header = list(table.header)
    for name in mapping.names:
        if find_column(header, name) is not None:
            continue
        place = next((at for other in mapping.called(name) if (at := find_column(header, other)) is not None), None)
        if place is not None:
            header[place] = clean(name)
    if tuple(header) == table.header:
        return table
    new = column_names(header)
    merged = {new[table.columns.index(name)]: rows for name, rows in table.merged.items()}
    frame = table.frame.rename(dict(zip(table.columns, new, strict=True)))
    return replace(table, header=tuple(header), frame=frame, merged=merged)


def with_merged_labels(frame: pl.DataFrame, table: RawTable, columns: Mapping[str, str]) -> pl.DataFrame:
    """`frame` with numbers in merged cells of its labels (a year over its months) standing in all of their rows.

    columns: as published -> as ours; a value or a base in a merged cell is none of its rows' own, and stays.
    """
    for published, ours in columns.items():
        place = find_column(table.header, published)
        rows = table.merged.get(table.columns[place]) if place is not None else None
        if rows and ours not in ("_value", "_base"):
            inside = pl.col("_row").is_in(sorted(rows))
            filled = pl.when(inside & pl.col(ours).is_null()).then(pl.col(ours).forward_fill()).otherwise(ours)
            frame = frame.sort("_row").with_columns(filled.alias(ours))
    return frame


# -- what stands outside the cells ------------------------------------------------------------------------------
def text_of(place: str, table: RawTable) -> str:
    """What @sheet, @file or @title stands for."""
    if place == "@sheet":
        return clean(table.sheet)
    if place == "@file":
        return PurePath(table.file.stem).name.split(".")[0].replace("_", " ")
    return " ".join(cell for row in table.above for cell in row if cell)


def label_in(text: str, labels: Iterable[str]) -> str:
    """The label that a text is, or else the longest one that it has as whole words; the text when it has none."""
    plain = plain_label(text)
    known = {plain_label(label): label for label in labels}
    if plain in known:
        return known[plain]
    within = [label for label in known if re.search(rf"(?<!\w){re.escape(label)}(?!\w)", plain)]
    return known[max(within, key=len)] if within else text


def area_in(text: str, catalogue: Catalogue) -> str:
    """The force that a text is or names, as written; the text when it names none, or more than one."""
    if catalogue.area_id(text)[1]:
        return text
    found = {name: area for name in _windows(text) for area, known in [catalogue.area_id(name)] if known}
    return next(iter(found)) if len(set(found.values())) == 1 else text


def period_in(text: str, spelling: Spelling) -> str:
    """The longest part of a text that reads as a period, or the text itself."""
    return next((part for part in _windows(text) if parse_period(part, spelling) is not None), text)


def _windows(text: str) -> list[str]:
    """The runs of words of a text, the longest first, without the punctuation around them."""
    words = text.split()
    sizes = range(min(_LONGEST_PERIOD, len(words)), 0, -1)
    return [" ".join(words[at : at + size]).strip(",.;:()[] ") for size in sizes for at in range(len(words) - size + 1)]


# -- periods in parts -------------------------------------------------------------------------------------------
def parse_parts(*cells: str, names: Sequence[str], spelling: Spelling) -> Period | None:
    """The period that several cells name together: year and month, financial year and quarter, and so on."""
    year: int | None = None
    begins: int | None = None
    within = []
    for cell, name in zip(cells, names, strict=True):
        text = clean(cell).casefold()
        if re.fullmatch(r"(19|20)\d\d(\.0)?", text):
            year = int(text[:4])
        elif (found := financial_start(re.sub(r"^(?:financial|fiscal) year ", "", text))) is not None:
            begins = found
        else:
            within.append(_within(text, name))
    if len(within) != 1 or (year is None) == (begins is None):
        whole = [period for cell in cells if (period := parse_period(cell, spelling._replace(years=False)))]
        # One cell says it all and the other repeats its year.
        same = year is None or (len(whole) == 1 and whole[0].end.year == year)
        return whole[0] if len(whole) == 1 and same and begins is None else None
    part = within[0]
    if begins is not None:
        if re.fullmatch(r"q[1-4]", part):
            return parse_period(f"{begins}/{(begins + 1) % 100:02d} {part}", spelling)
        if part.isdigit():  # 1 may be April, the first month of the year, or January
            return None
        both = [parse_period(f"{part} {one}", spelling) for one in (begins, begins + 1)]
        inside = [p for p in both if p and (begins, _FIRST_OF_YEAR) <= (p.end.year, p.end.month) < (begins + 1, 4)]
        return inside[0] if len(inside) == 1 else None
    if part.isdigit():
        return parse_period(f"{year}-{int(part):02d}", spelling)
    return parse_period(f"{year} {part}" if part.startswith("q") else f"{part} {year}", spelling) or _whole(
        part, year, spelling
    )


def _whole(part: str, year: int | None, spelling: Spelling) -> Period | None:
    """A part that is a period itself, when it is of that year."""
    found = parse_period(part, spelling._replace(years=False))
    return found if found is not None and found.end.year == year else None


def _within(text: str, name: str) -> str:
    """The part of a year that a text names, as q1, a month's number, or the text itself."""
    quarter = re.fullmatch(r"q(?:uarter|tr)?\.? ?([1-4])|([1-4])(?:st|nd|rd|th)? (?:quarter|qtr)", text)
    if quarter:
        return f"q{quarter[1] or quarter[2]}"
    numbered = re.fullmatch(r"(\d{1,2})(?:\.0)?", text)
    if numbered:
        is_quarter = re.search(r"(?i)\bq(?:uarter|tr)?\b|quarter", name) is not None
        if is_quarter and 1 <= int(numbered[1]) <= 4:
            return f"q{int(numbered[1])}"
        return numbered[1] if 1 <= int(numbered[1]) <= 12 and not is_quarter else "?"
    month = re.fullmatch(r"(?:\d{1,2}[ .\-)]*)?([a-z]{3,9})\.?(?: ?\(?\d{1,2}\)?)?", text)
    return month[1] if month and month_number(month[1]) else text


def is_part(text: str) -> bool:
    """Whether a text is a month's name or a quarter, without a year."""
    plain = clean(text).casefold()
    return month_number(plain.rstrip(".")) is not None or re.fullmatch(r"q(?:uarter|tr)? ?[1-4]", plain) is not None


def year_columns(table: RawTable) -> list[str]:
    """The columns in which every cell is a year or a financial year."""
    found = []
    for cell, name in zip(table.header, table.columns, strict=True):
        texts = [clean(text) for text in table.frame[name].drop_nulls().unique().to_list()]
        if cell and texts and all(_is_year(text) for text in texts):
            found.append(cell)
    return found


def _is_year(text: str) -> bool:
    begins = financial_start(text)
    return re.fullmatch(r"(19|20)\d\d(\.0)?", text) is not None or (begins is not None and 1900 <= begins <= 2100)


# -- headers in two rows ----------------------------------------------------------------------------------------
def across(
    table: RawTable, own: Container[int], reads: Callable[[str, str], Period | None]
) -> dict[int, tuple[str, str]]:
    """The columns whose header, with what stands over it, reads as a period: place -> (over, header).

    own: where the columns are that are no periods. reads: (the text over a column or "", its own) -> the period. A text
    over the header stands for the columns up to the next text in its row; one over the table's own columns is a title.
    """
    found = {
        place: ("", cell) for place, cell in enumerate(table.header) if cell and place not in own and reads("", cell)
    }
    if found:
        return found
    for row in reversed(table.over[:-1]):
        titles = {cell for place, cell in enumerate(row) if place in own}
        over, texts = "", []
        for place in range(len(table.header)):
            cell = row[place] if place < len(row) and row[place] not in titles else ""
            over = cell or over
            texts.append(over)
        found = {
            place: (texts[place], cell)
            for place, cell in enumerate(table.header)
            if texts[place] and place not in own and reads(texts[place], cell)
        }
        if found:
            return _without_rates(found, table)
    return {}


_NO_COUNT: Final = r"(?i)\brates?\b|%|per ?cent|percentage|\bper 1,?0|change|difference|\bshare\b|\brank"


def _without_rates(found: dict[int, tuple[str, str]], table: RawTable) -> dict[int, tuple[str, str]]:
    """Those of the columns under each period that may be counts. Raises PmError when several may."""
    words = {cell for _, cell in found.values() if not is_part(cell) and parse_period(cell) is None}
    if len(words) < 2:
        return found
    counts = {cell for cell in words if not re.search(_NO_COUNT, cell)}
    if len(counts) > 1:
        listed = ", ".join(sorted(map(repr, counts)))
        raise PmError(
            f"{table.where}: under each period there are the columns {listed}, and which are the counts is not known",
            "Leave the others out of the file, or give the periods in one header row.",
        )
    return {place: pair for place, pair in found.items() if pair[1] not in words - counts}
