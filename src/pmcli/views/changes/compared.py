"""Two tables compared: the cells that differ and the findings that turned, in words, as the changes table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.steps.change_reasons import Differing
from pmcli.steps.changes import Change, changes, frame_of
from pmcli.tables import EDITION, OUTLIERS, SENTENCES, Table
from pmcli.views.changes.words import force_of, is_district, sentence_of
from pmcli.views.language.parts import calmed
from pmcli.views.say import SAYABLE, statements
from pmcli.views.stated import stated


def changes_table(
    old: pl.DataFrame, new: pl.DataFrame, table: Table, catalogue: Catalogue, differing: Differing
) -> pl.DataFrame:
    """The changes table of two tables of a kind: conforming, keys checked.

    What a result says is compared too where its rows do not hold it: a comparison has figures and a p-value, and what
    turned is the improvement that they amount to. Such a row has `finding` for its column.
    """
    found = changes(old, new, table, differing)
    if found and table in SAYABLE and table not in (OUTLIERS, SENTENCES):  # the verdict is a column of theirs
        found += _findings(old, new, table, catalogue, differing)
        found.sort(key=lambda one: (*(one.row[name] for name in _PLACE), one.item))
    several = len({force_of(one.row) for one in found}) > 1
    calm = calmed(one.row["category"] for one in found)
    sentences = [sentence_of(_calm(one, calm), catalogue, named=several or is_district(one.row)) for one in found]
    return frame_of(found, sentences, table)


def _calm(change: Change, names: Mapping[str, str]) -> Change:
    """The change as a sentence names it, its category without the capitals of an extract."""
    known = change.row["category"]
    return replace(change, row={**change.row, "category": names[known]}) if known in names else change


_PLACE = ("source", "measure", "area", "dimension", "category", "period_end", "months")


def _findings(
    old: pl.DataFrame, new: pl.DataFrame, table: Table, catalogue: Catalogue, differing: Differing
) -> Iterator[Change]:
    """The findings that turned, of what the two tables say."""
    before, after = (stated(statements(frame, table, catalogue), catalogue) for frame in (old, new))
    for one in changes(before, after, EDITION, differing):
        if one.column == "verdict" and one.before is not None and one.after is not None:
            yield replace(one, column="finding", item=one.item.rpartition("/")[2])
