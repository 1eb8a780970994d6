"""What every layout needs: what it is told, which file's header is its own, and its columns by its own names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pmcli.errors import PmError, UsageError, closest, did_you_mean
from pmcli.sources.raw import RawTable, Unread, clean, folded, without_footnotes

if TYPE_CHECKING:
    import polars as pl

    from pmcli.catalogue import Catalogue
    from pmcli.sources import Source
    from pmcli.sources.mapping import Mapping as TableMapping
    from pmcli.sources.report import Report


_NEAR: Final = 0.4
"""The share of a layout's columns that a header must have for the layout to be called close."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a layout is told: the catalogue, where to report, the mapping where one is given, and for records what to
    break measures down by and which column the areas within a force are in ("" for the force only)."""

    catalogue: Catalogue
    report: Report
    mapping: TableMapping | None = None
    by: tuple[str, ...] = ()
    area: str = ""


def find_column(header: Sequence[str], name: str) -> int | None:
    """Where the column `name` stands in a header: as it is written, else without regard to case and white space, else
    without the footnote digits that the file may have glued to it.

    Digits are never taken from `name`: Q37 is not Q40. None as well when several columns fit equally well.
    """
    wanted = clean(name)
    if wanted in header:
        return header.index(wanted)
    simple = folded(wanted)
    found = [place for place, cell in enumerate(header) if cell and folded(cell) == simple]
    if not found:
        found = [place for place, cell in enumerate(header) if cell and folded(without_footnotes(cell)) == simple]
    return found[0] if len(found) == 1 else None


def fits(header: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether a header has all of the columns."""
    return all(find_column(header, name) is not None for name in columns)


def columns_of(table: RawTable, names: Mapping[str, str]) -> pl.DataFrame:
    """The table's columns `names` (as published -> as ours) and `_row`. Raises PmError when one is missing."""
    import polars as pl

    picked = [pl.col("_row")]
    for published, ours in names.items():
        place = find_column(table.header, published)
        if place is None:
            near = did_you_mean(published, [cell for cell in table.header if cell])
            raise PmError(f"{table.where}: there is no column {published!r}", near or _its_columns(table.header))
        picked.append(pl.col(table.columns[place]).alias(ours))
    return table.frame.select(picked)


def stack(parts: Sequence[pl.DataFrame]) -> pl.LazyFrame:
    """The rows of all parts; a column that some parts lack is null there."""
    import polars as pl

    return pl.concat([part.lazy() for part in parts], how="diagonal")


def no_layout(where: str, unread: Sequence[Unread], sources: Sequence[Source]) -> PmError:
    """The error for a file that no layout fits: which came closest, and what it lacks."""
    best: tuple[float, Source, list[str], str] | None = None
    for sheet in unread:
        for source in sources:
            for row in sheet.top:
                lacks = [name for name in source.columns if find_column(row, name) is None]
                share = 1 - len(lacks) / len(source.columns)
                if share >= _NEAR and (best is None or share > best[0]):
                    best = (share, source, lacks, sheet.sheet)
    hint = "Say which layout it is with --as, or map its columns with --map FILE.toml (docs/mappings.md)."
    if mapped := _fitting_mapping(unread):
        hint = f"A mapping that comes with pm has just these columns: add --map {mapped}."
    if best is None:
        looked_for = f" the {sources[0].name} header" if len(sources) == 1 else " a header that pm knows"
        top = next((row for sheet in unread for row in sheet.top if sum(1 for cell in row if cell) > 1), [])
        return PmError(f"{where}: no layout fits; it has no row with{looked_for}", _its_columns(top, hint))
    _, source, lacks, sheet_name = best
    inside = f" (sheet {sheet_name.strip()!r})" if sheet_name else ""
    return PmError(f"{where}: no layout fits; closest is {source.name}{inside}, which lacks {', '.join(lacks)}", hint)


def _fitting_mapping(unread: Sequence[Unread]) -> str | None:
    """The mapping that comes with pm whose columns a row of the file has all of."""
    from pmcli.catalogue import Catalogue
    from pmcli.sources.mapping import read_mapping, shipped

    catalogue = Catalogue()
    for name in shipped():
        required = read_mapping(name, catalogue).required
        for row in (row for sheet in unread for row in sheet.top if any(row)):
            if required and all(find_column(row, column) is not None for column in required):
                return name
    return None


def _its_columns(header: Sequence[str], hint: str = "") -> str:
    named = [cell for cell in header if cell]
    if not named:
        return hint
    listed = ", ".join(named[:8]) + (" …" if len(named) > 8 else "")
    return f"Its columns are {listed}. {hint}".strip()


def unknown_source(name: str, known: Sequence[str]) -> UsageError:
    """The error for `--as` with a name that is no source."""
    near = closest(name, known)
    return UsageError(
        f"there is no source layout {name!r}",
        f"Did you mean {' or '.join(near)}?" if near else f"The layouts are {', '.join(known)}.",
    )


def not_as_mapped(where: str, unread: Sequence[Unread], mapping: TableMapping) -> PmError:
    """The error for a file without the columns that a mapping names, with the closest that it has."""
    tops = [row for sheet in unread for row in sheet.top if any(row)]
    best = max(tops, key=lambda row: sum(find_column(row, name) is not None for name in mapping.required), default=[])
    lacks = [name for name in mapping.required if find_column(best, name) is None]
    near = did_you_mean(lacks[0], [cell for cell in best if cell]) if lacks else ""
    columns = f"column{'s' if len(lacks) > 1 else ''}"
    return PmError(
        f"{where} lacks the {columns} {', '.join(map(repr, lacks))} that the mapping {mapping.path} names",
        near or _its_columns(best),
    )
