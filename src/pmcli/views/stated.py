"""Statements as rows that can be kept and held against those of another edition: the edition table.

A statement's id, measure and what is said of it (`burglary/previous-year`), stays the same from quarter to quarter, and
so does what it finds in a word; its sentence does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.tables import EDITION, KEY, OUTLIERS, TREND
from pmcli.views.language.findings import measure_of
from pmcli.views.language.forms import of_kind
from pmcli.views.language.statement import Said

HALF: Final = {"direction": 6}
"""Statements on a window that is not their row's: the direction of travel is told from the last 6 months."""

PERIOD: Final = "period"
"""What a figure of the source behind the statements is called, where a statement says what it is about."""


def stated(said: Iterable[Said], catalogue: Catalogue) -> pl.DataFrame:
    """Statements as the edition table, in the order given; each key once."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in said:
        row = _row(one, catalogue)
        name, number = row["statement"], 2
        while (key := tuple(row[column] for column in EDITION.key)) in rows:  # a project's own rules may share ids
            row["statement"], number = f"{name}-{number}", number + 1
        rows[key] = row
    return pl.DataFrame(list(rows.values()), schema=EDITION.schema(), orient="row")


def _row(said: Said, catalogue: Catalogue) -> dict[str, Any]:
    row, sentence, figures = said.row, said.sentence, said.figures
    value = figures["value"]
    form = of_kind(measure_of(catalogue, row).kind) if said.table is TREND else value.form
    return {
        **{name: row[name] for name in KEY},
        "months": HALF.get(sentence.about, row["months"]),
        "statement": f"{row['measure']}/{sentence.about}",
        "page": f"outliers-{row['group']}" if said.table is OUTLIERS else row["measure"],
        "form": form,
        "value": value.value,
        "base": row.get("base"),
        "against": row.get("against") or row.get("scope") or row.get("criterion") or sentence.about,
        "against_end": figures["against_end"].value,
        "against_value": figures["comparator"].value,
        "difference": figures["difference"].value,
        "p_value": figures["p_value"].value,
        "verdict": sentence.finding,
        "breaks": row.get("breaks") or "",
        "conventions": row.get("conventions") or row.get("method"),
        "sentence": sentence.text,
    }


def periods(observations: pl.DataFrame, page: str | None = None) -> pl.DataFrame:
    """Figures of the sources as rows of the edition table: what tells new months from revised ones.

    observations: the observations table. page: the page they are on; None: that of their measure.
    """
    none = {name: pl.lit(None, dtype=dtype) for name, dtype in EDITION.schema().items() if name not in KEY}
    given = {
        "statement": pl.format("{}/{}", "measure", pl.lit(PERIOD)),
        "page": pl.col("measure") if page is None else pl.lit(page),
        "form": pl.lit("count"),
        "value": pl.col("value"),
        "base": pl.col("base"),
        "breaks": pl.lit(""),
    }
    return observations.select(*KEY, **(none | given)).select(EDITION.schema().names())
