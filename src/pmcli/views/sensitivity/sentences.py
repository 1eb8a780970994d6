"""Whether an outlier verdict hangs on a convention, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

from pmcli.catalogue import Catalogue
from pmcli.notes import listing
from pmcli.tables import SENSITIVITY
from pmcli.views.language.forms import Figure
from pmcli.views.language.origins import of_rows
from pmcli.views.language.statement import Row, Said, Sentence, rests

_KEY = ("source", "measure", "area", "period_end", "group")


def statements(rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Said]:
    """A sentence a measure and force."""
    for _, found in groupby(rows, key=lambda row: tuple(row[name] for name in _KEY)):
        several = list(found)
        whole = next((row for row in several if row["convention"] == "all"), several[0])
        figures = {"value": Figure(whole["holds"], "count"), "comparator": Figure(whole["of"], "count")}
        origin = partial(of_rows, SENSITIVITY.name, several)
        yield rests(whole, SENSITIVITY, sensitivity_sentence(several, catalogue), origin, **figures)


def holds(row: Row) -> str:
    """'Holds under all 64 conventions.', or under how many; row: one of all conventions together."""
    if row["holds"] is None or row["of"] is None:
        return ""
    if row["holds"] == row["of"]:
        return f"Holds under all {row['of']} conventions."
    return f"Holds under {row['holds']} of {row['of']} conventions."


def sensitivity_sentence(rows: Sequence[Row], catalogue: Catalogue) -> Sentence:
    """'Robbery: not an outlier. Holds under all 64 conventions.' or how many, and what turns it alone."""
    whole = next((row for row in rows if row["convention"] == "all"), rows[0])
    name = f"{catalogue.label(whole['measure'])}: {whole['verdict']}"
    if whole["holds"] is None or whole["of"] is None:
        return Sentence(f"{name}.", whole["verdict"], None, "conventions")
    if whole["holds"] == whole["of"]:
        return Sentence(f"{name}. Holds under all {whole['of']} conventions.", whole["verdict"], None, "conventions")
    alone = [f"{row['convention']} ({row['setting']})" for row in rows if row["verdict"] != whole["verdict"]]
    turned = f"; another verdict with {listing(alone)}" if alone else "; no convention turns it alone"
    text = f"{name}. Holds under {whole['holds']} of {whole['of']} conventions{turned}."
    return Sentence(text, whole["verdict"], None, "conventions")
