"""The tables that packs are made of, for every force that was asked for, and what is withheld from them."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from pmcli.pack.choose import Chosen, Question
from pmcli.tables import SENSITIVITY


@dataclass(frozen=True, slots=True)
class Withheld:
    """Figures of a measure in a force that are not published, in words. what: whose; why: a sentence's end."""

    area: str
    measure: str
    what: str
    why: str


@dataclass(slots=True)
class Figures:
    """The tables of the contract that the packs are made of, for every force that was asked for.

    chosen: which source speaks, and to which month. totals: the 12-month windows of the speaking sources. rank and
    funnel hold all forces, because a chart needs the others; the rest holds the forces asked for. refused: measure ->
    why it has no ranks and no verdict, where they cannot be computed. withheld: what is not published of small numbers.
    sensitivity: whether the verdicts hold under the other conventions, a row a verdict.
    """

    question: Question
    chosen: Chosen
    totals: pl.DataFrame
    comparison: pl.DataFrame
    trend: pl.DataFrame
    spc: pl.DataFrame
    rank: pl.DataFrame
    funnel: pl.DataFrame
    outliers: pl.DataFrame
    waves: pl.DataFrame
    breakdown: pl.DataFrame
    refused: dict[str, str]
    withheld: list[Withheld] = field(default_factory=list)
    sensitivity: pl.DataFrame = field(default_factory=SENSITIVITY.empty)
