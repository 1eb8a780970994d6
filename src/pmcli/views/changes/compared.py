"""Two tables compared: the cells that differ and the findings that turned, in words, as the changes table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.steps.change_reasons import OF_SERIES, Differing, Moved
from pmcli.steps.change_rests import another_manner
from pmcli.steps.changes import Change, changes, frame_of
from pmcli.tables import EDITION, OUTLIERS, SENTENCES, SPC, Table
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
    charts = Moved.between(old, new) if table is SPC else None
    for one in changes(before, after, EDITION, differing):
        if one.column != "verdict" or one.before is None or one.after is None:
            continue
        because = one.because if charts is None else _of_chart(one, charts)
        yield replace(one, column="finding", item=one.item.rpartition("/")[2], because=because)


def _of_chart(one: Change, charts: Moved) -> tuple[str, ...]:
    """Why a signal turned: its row is that of the last signal, wherever that is, and it rests on the whole series."""
    before, after = one.before or one.row, one.after or one.row
    why = charts.reasons(after)
    rest = [name for name in one.because if name not in (*OF_SERIES, "convention")]
    texts = [str(row["conventions"] or "") for row in (before, after)]
    if all(texts) and another_manner(texts[0], texts[1], moved=bool(why)):
        rest.append("convention")
    return tuple(dict.fromkeys((*why, *rest)))
