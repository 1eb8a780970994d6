"""Which view draws which table, and the views plain enough to live here: observations, ranks, checks, lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.notes import listing as enumerate_names
from pmcli.periods import month_name, short_month
from pmcli.tables import (
    AUDIT,
    BREAKDOWN,
    CHECK,
    COMPARISON,
    FUNNEL,
    OBSERVATIONS,
    OUTLIERS,
    RANK,
    SENTENCES,
    SERIES,
    SPC,
    TREND,
    WAVES,
    Table,
)
from pmcli.views import words
from pmcli.views.blocks import Block
from pmcli.views.breakdown import breakdown_blocks
from pmcli.views.comparison import comparison_blocks
from pmcli.views.funnel import funnel_blocks
from pmcli.views.outliers import outlier_blocks
from pmcli.views.said import said_blocks
from pmcli.views.spc import spc_blocks
from pmcli.views.trend import trend_blocks
from pmcli.views.waves import wave_blocks


def blocks(
    frame: pl.DataFrame,
    table: Table,
    catalogue: Catalogue,
    *,
    width: int = 1000,
    highlight: str | None = None,
    brief: bool = False,
) -> list[Block]:
    """The blocks that show `frame`, a table of the contract.

    highlight: the force to pick out. brief: one line a series instead of a block, for trends.
    """
    if frame.is_empty():
        return [Block(f"{table.name}: no rows", {})]
    makers: dict[str, Callable[[], list[Block]]] = {
        OBSERVATIONS.name: lambda: _observations(frame, catalogue, width),
        COMPARISON.name: lambda: comparison_blocks(frame, catalogue),
        RANK.name: lambda: _ranks(frame, catalogue, highlight),
        FUNNEL.name: lambda: funnel_blocks(frame, catalogue, highlight),
        OUTLIERS.name: lambda: outlier_blocks(frame, catalogue),
        TREND.name: lambda: trend_blocks(frame, catalogue, brief=brief),
        SPC.name: lambda: spc_blocks(frame, catalogue),
        BREAKDOWN.name: lambda: breakdown_blocks(frame, catalogue),
        WAVES.name: lambda: wave_blocks(frame, catalogue, width),
        CHECK.name: lambda: _findings(frame, catalogue),
        SENTENCES.name: lambda: said_blocks(frame, catalogue),
        AUDIT.name: lambda: _audited(frame),
    }
    return makers[table.name]()


def _audited(frame: pl.DataFrame) -> list[Block]:
    """One block a result, contradictions first: where, what, and the working or what is lacking."""
    found = []
    for result, title in (
        ("contradicts", "What cannot be true together"),
        ("consistent", "Consistent"),
        ("cannot be checked", "Cannot be checked"),
    ):
        rows = frame.filter(frame["result"] == result)
        if rows.is_empty():
            continue
        block = Block(title, dict.fromkeys(("Place", "Claim", "Against", "What"), "left"))
        for row in rows.iter_rows(named=True):
            what = row["sentence"] or row["working"] or row["remedy"]
            block.add(row["place"], row["quote"], row["other_place"], what)
        found.append(block)
    return found


def listing(frame: pl.DataFrame, title: str) -> Block:
    """Any frame as text, numbers to the right."""
    sides = {name: "right" if dtype.is_numeric() else "left" for name, dtype in frame.schema.items()}
    block = Block(title, {_heading(name): side for name, side in sides.items()})
    for row in frame.iter_rows():
        block.add(*[_plain(value) for value in row])
    return block


def _heading(name: str) -> str:
    return name.replace("_", " ").capitalize().replace("Ons ", "ONS ")


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _observations(frame: pl.DataFrame, catalogue: Catalogue, width: int) -> list[Block]:
    """A block per length of period: series down, the latest periods across."""
    made = []
    for (months,), part in sorted(frame.group_by("months")):
        ends: list[date] = part["period_end"].unique().sort().to_list()
        fits = max(1, min(12, (width - 46) // 9))
        shown = ends[-fits:]
        kind = f"{months}-month figures" if months != 1 else "Monthly figures"
        block = Block(
            f"{kind}, {month_name(ends[0])} to {month_name(ends[-1])}",
            {"Measure": "left", "Area": "left"} | {short_month(end): "right" for end in shown},
        )
        based = set(part.filter(pl.col("base").is_not_null())["measure"])
        cell = pl.when(pl.col("base") > 0).then(pl.col("value") / pl.col("base")).otherwise(pl.col("value"))
        wide = (
            part.filter(pl.col("period_end").is_in(shown))
            .with_columns(_cell=cell, _end=pl.col("period_end").cast(pl.String))
            .pivot("_end", index=list(SERIES), values="_cell", aggregate_function="first")
            .sort("measure", "area", "dimension", "category", "source")
        )
        several = part["source"].n_unique() > 1
        for row in wide.iter_rows(named=True):
            name = catalogue.label(row["measure"])
            if row["dimension"] != "all":
                name += f" [{row['dimension']}: {row['category']}]"
            if several:
                name += f" ({row['source']})"
            values = [row.get(str(end)) for end in shown]
            known = catalogue.measures.get(row["measure"])
            mean = known is not None and known.kind == "mean"
            kind = "count" if row["measure"] not in based else "mean" if mean else "share"
            texts = [words.figure(value, kind) for value in values]
            block.add(name, catalogue.area_label(row["area"]), *texts)
        if len(ends) > len(shown):
            block.say(
                f"The latest {len(shown)} of {len(ends)} periods; all of them with -f csv or -o FILE.csv", "quiet"
            )
        made.append(block)
    return made


def _ranks(frame: pl.DataFrame, catalogue: Catalogue, highlight: str | None) -> list[Block]:
    """A league table per measure for the country, and one for each force's place in its own peer group."""
    made = []
    for _, part in frame.group_by("measure", maintain_order=True):
        for scope in ("national", "peers"):
            within = part.filter(pl.col("scope") == scope)
            if within.height:
                made.append(_league(within.sort("rank", "area"), catalogue, highlight))
        if part.filter(pl.col("scope") == "peers").is_empty():
            made[-1].say("No ranks within a Most Similar Group: name a peers file with --peers or in pm.toml.", "quiet")
    return made


def _league(part: pl.DataFrame, catalogue: Catalogue, highlight: str | None) -> Block:
    first = part.row(0, named=True)
    national = first["scope"] == "national"
    where = "the country" if national else "its Most Similar Group"
    title = f"{catalogue.label(first['measure'])} in {where}: rate per {_per(first['per'])}"
    columns = {"Rank": "right", "Force": "left", "Count": "right", "Population": "right", "Rate": "right"}
    block = Block(
        f"{title}, {words.window(first['months'], first['period_end'])}",
        columns if national else columns | {"Mean": "right", "SD": "right"},
    )
    for row in part.iter_rows(named=True):
        figures = [words.count(row["value"]), words.count(row["population"]), words.rate(row["rate"])]
        block.add(
            f"{row['rank']} of {row['of']}",
            catalogue.area_label(row["area"]),
            *figures,
            *([] if national else [words.rate(row["mean"]), words.rate(row["sd"])]),
            kind="mine" if row["area"] == highlight else "",
        )
    if national:
        block.say(f"Over the country: mean {words.rate(first['mean'])}, SD {words.rate(first['sd'])}.")
    years = enumerate_names([str(year) for year in part["population_year"].unique().sort().to_list()])
    block.say(f"1 = highest rate. {first['conventions']}. Population: mid-{years}.", "quiet")
    return block


def _per(per: str) -> str:
    return {"1000 population": "1,000 population", "1000 households": "1,000 households"}.get(per, per)


def _findings(frame: pl.DataFrame, catalogue: Catalogue) -> list[Block]:
    """One line a finding; runs of the same finding in one series are drawn together."""
    block = Block(
        "Coverage: what is missing, doubled, negative or suspicious",
        {
            "Finding": "left",
            "Measure": "left",
            "Area": "left",
            "Periods": "left",
            "Figure": "right",
            "Expected": "right",
        },
    )
    keys = ["finding", "source", "measure", "area", "dimension", "category", "months"]
    grouped = frame.group_by(keys).agg(pl.col("period_end").sort(), pl.col("value").last(), pl.col("expected").last())
    for row in grouped.sort("finding", "measure", "area", "category").iter_rows(named=True):
        ends = row["period_end"]
        when = (
            enumerate_names([month_name(end) for end in ends], 4)
            if len(ends) < 5
            else (f"{len(ends)} periods, {month_name(ends[0])} to {month_name(ends[-1])}")
        )
        block.add(
            row["finding"], catalogue.label(row["measure"]), catalogue.area_label(row["area"]), when,
            "" if len(ends) > 1 else words.count(row["value"]),
            "" if row["expected"] is None else words.count(row["expected"]),
        )  # fmt: skip
    return [block]
