"""What `load` says of a file that no layout fits, or that is not as its mapping says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError, closest, did_you_mean
from pmcli.sources.layout import Layout, Mapping
from pmcli.sources.mapping import read_mapping, shipped
from pmcli.sources.reading.columns import find_column, its_columns
from pmcli.sources.reading.files import DataFile
from pmcli.sources.reading.raw import Unread

_NEAR: Final = 0.4
"""The share of a layout's columns that a header must have for the layout to be called close."""


REFUSED: Final = "refused"
"""The measure and the dimension of a row in which a query of `pm sql` says what it could not count; the category says
why."""


def refuse_refused(frame: pl.DataFrame, where: str) -> None:
    """Raise PmError for observations in which a query says that it could not count: a figure that might be another must
    not get out."""
    said = frame.filter((pl.col("measure") == REFUSED) & (pl.col("dimension") == REFUSED)).sort("category")
    if said.height:
        more = f" (and {said.height - 1} more of the kind)" if said.height > 1 else ""
        raise PmError(
            f"{where}: {said['value'][0]:,.0f} {said['category'][0]}{more}", "docs/warehouse.md says what to do."
        )


def no_layout(where: str, unread: Sequence[Unread], layouts: Sequence[Layout]) -> PmError:
    """The error for a file that no layout fits: which came closest, and what it lacks."""
    best: tuple[float, Layout, list[str], str] | None = None
    for sheet in unread:
        for layout in layouts:
            for row in sheet.top:
                lacks = [name for name in layout.columns if find_column(row, name) is None]
                share = 1 - len(lacks) / len(layout.columns)
                if share >= _NEAR and (best is None or share > best[0]):
                    best = (share, layout, lacks, sheet.sheet)
    hint = "Say which layout it is with --as, or map its columns with --map FILE.toml (docs/mappings.md)."
    if mapped := _fitting_mapping(unread):
        hint = f"A mapping that comes with pm has just these columns: add --map {mapped}."
    if best is None:
        looked_for = f" the {layouts[0].name} header" if len(layouts) == 1 else " a header that pm knows"
        rows = [row for sheet in unread for row in sheet.top if sum(1 for cell in row if cell) > 1]
        top = max(rows, key=lambda row: len({cell for cell in row if re.search("[A-Za-z]", cell)}), default=[])
        return PmError(f"{where}: no layout fits; it has no row with{looked_for}", its_columns(top, hint))
    _, closest_to, lacks, sheet_name = best
    inside = f" (sheet {sheet_name.strip()!r})" if sheet_name else ""
    if not lacks:
        return PmError(
            f"{where}: no layout fits; its columns are those of {closest_to.name}{inside}, but not as published", hint
        )
    return PmError(
        f"{where}: no layout fits; closest is {closest_to.name}{inside}, which lacks {', '.join(lacks)}", hint
    )


def _fitting_mapping(unread: Sequence[Unread]) -> str | None:
    """The mapping that comes with pm whose columns a row of the file has all of."""
    catalogue = Catalogue()
    for name in shipped():
        required = read_mapping(name, catalogue).required
        for row in (row for sheet in unread for row in sheet.top if any(row)):
            if required and all(find_column(row, column) is not None for column in required):
                return name
    return None


def unknown_source(name: str, known: Sequence[str]) -> UsageError:
    """The error for `--as` with a name that is no source."""
    near = closest(name, known)
    return UsageError(
        f"there is no source layout {name!r}",
        f"Did you mean {' or '.join(near)}?" if near else f"The layouts are {', '.join(known)}.",
    )


def not_as_mapped(where: str, unread: Sequence[Unread], mapping: Mapping) -> PmError:
    """The error for a file without the columns that a mapping names, with the closest that it has."""
    tops = [row for sheet in unread for row in sheet.top if any(row)]
    best = max(tops, key=lambda row: sum(find_column(row, name) is not None for name in mapping.required), default=[])
    lacks = [name for name in mapping.required if find_column(best, name) is None]
    near = did_you_mean(lacks[0], [cell for cell in best if cell]) if lacks else ""
    columns = f"column{'s' if len(lacks) > 1 else ''}"
    return PmError(
        f"{where} lacks the {columns} {', '.join(map(repr, lacks))} that the mapping {mapping.path} names",
        near or its_columns(best),
    )


def is_empty(file: DataFile) -> PmError:
    """The error for a file with nothing in it, whatever it is read as."""
    if file.size:
        what = f"{file.name} holds {file.size:,} bytes but no text in any of its cells"
        return PmError(what, "Look at it in a text editor or a spreadsheet, and download or save it again.")
    return PmError(f"{file.name} is empty", "Download or save it again.")
