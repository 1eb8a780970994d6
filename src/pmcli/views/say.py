"""What a result table says: its statements in order, and the sentences table that they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.tables import KEY, SENTENCES, Table
from pmcli.views import VIEWS, view_of
from pmcli.views.language.parts import calmed
from pmcli.views.language.statement import Said

SAYABLE: Final = tuple(view.table for view in VIEWS if view.table.about)
"""The tables that something is said of."""

ABOUT: Final = tuple(dict.fromkeys(about for view in VIEWS for about in view.table.about))
"""What a sentence may be about, in the order in which they are said; the criteria of a rule follow its verdict."""


def say(frame: pl.DataFrame, table: Table, catalogue: Catalogue) -> pl.DataFrame:
    """The sentences table of a result table, whose rows they rest on.

    frame: conforming to `table`, one of SAYABLE. Of survey waves the latest is said, of a control chart the last
    signal; every other row has its sentence. Ordered by measure as the catalogue lists them, area, and ABOUT.
    """
    return sentences_table(statements(frame, table, catalogue))


def statements(frame: pl.DataFrame, table: Table, catalogue: Catalogue) -> list[Said]:
    """What a result table says, each sentence with the row, the figures and the origin that it rests on, in order."""
    new = calmed(frame["category"].unique().to_list())
    rows = frame.sort(*table.key).with_columns(pl.col("category").replace(new)).to_dicts()
    said = view_of(table).statements(rows, catalogue)
    return in_order(_as_written(said, {calm: name for name, calm in new.items()}) if new else said, catalogue)


def _as_written(said: Iterable[Said], names: dict[str, str]) -> Iterator[Said]:
    """Statements whose rows have their categories as the table writes them again; their words stay calm."""
    for one in said:
        known = one.row["category"]
        yield replace(one, row=one.row | {"category": names.get(known, known)})


def sentences_table(said: Iterable[Said]) -> pl.DataFrame:
    """Statements as the sentences table, in the order given."""
    return pl.DataFrame([_row(one) for one in said], schema=SENTENCES.schema(), orient="row")


def _row(said: Said) -> dict[str, Any]:
    sentence = said.sentence
    return {
        **{name: said.row[name] for name in KEY},
        **{name: figure.value for name, figure in said.figures.items()},
        "table": said.table.name,
        "about": sentence.about,
        "finding": sentence.finding,
        "caveat": sentence.caveat,
        "sentence": sentence.text,
    }


def in_order(said: Iterable[Said], catalogue: Catalogue) -> list[Said]:
    """Statements by measure as the catalogue lists them, area, series, and what they are about."""
    places = {name: number for number, name in enumerate(catalogue.measures)}
    order = {name: float(number) for number, name in enumerate(ABOUT)}
    for rule in catalogue.rules.values():
        order |= {one.id: order["verdict"] + 0.01 * (n + 1) for n, one in enumerate(rule.criteria)}
        order[f"verdict-{rule.group}"] = order["verdict"] + 0.005

    def place(one: Said) -> tuple[Any, ...]:
        row, about = one.row, one.sentence.about
        return (
            places.get(row["measure"], len(places)), row["measure"], row["area"], row["dimension"] != "all",
            row["dimension"], about not in {"total", "largest"}, about == "largest", row["category"], row["source"],
            order.get(about, order["verdict"] + 0.9), row["period_end"], row["months"], about,
        )  # fmt: skip

    return sorted(said, key=place)
