"""Crimes counted: the catalogue's measures by month, area and category, with a zero where nothing happened.

Conditions are worked out on tallies (a few hundred distinct kinds of crime), never on the records themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.notes import listing
from pmcli.periods import index_to_end
from pmcli.sources.classify import held
from pmcli.sources.reading.report import Report, verb
from pmcli.sources.records.mapping import RecordsMapping
from pmcli.sources.records.texts import Texts
from pmcli.tables import OBSERVATIONS


def conditions(mapping: RecordsMapping, catalogue: Catalogue, report: Report) -> dict[str, tuple[str, frozenset[str]]]:
    """Measure id -> (its condition, the names in it), for every measure that the mapped columns can tell.

    The measures that they cannot tell are noted with what they lack.
    """
    have = set(mapping.categories)
    # A code alone is no subgroup: only the mapping says which one it is.
    if mapping.subgroups and "ho_code" in have:
        have.add("ho_subgroup")
    found: dict[str, tuple[str, frozenset[str]]] = {}
    lacking: dict[str, list[str]] = {}
    for measure in catalogue.measures.values():
        condition = mapping.where.get(measure.id, measure.where.get("records"))
        if condition is None or (mapping.measures and measure.id not in mapping.measures):
            continue
        try:
            names = frozenset(pl.sql_expr(condition).meta.root_names())
        except pl.exceptions.PolarsError:
            names = frozenset()  # `holds` says what is wrong with it
        if names <= have:
            found[measure.id] = (condition, names)
        else:
            lacking.setdefault(" and ".join(sorted(names - have)), []).append(measure.id)
    for lacks, measures in sorted(lacking.items()):
        are = verb(len(measures), "are")
        report.note(f"records: no column for {lacks} is mapped: {listing(measures, 4)} {are} not loaded")
    return found


def count(
    crimes: pl.DataFrame,
    conditions: Mapping[str, tuple[str, frozenset[str]]],
    texts: Texts,
    by: Sequence[str],
    area: str,
    source: str,
) -> pl.DataFrame:
    """Crimes by measure: columns measure, _force, _place (id of `area`, null for the force), dimension, category,
    _month, value. Only what there is: `with_zeros` puts the zeros in.
    """
    parts = [pl.DataFrame(schema=_SCHEMA)]
    for raw, mine in told_by(conditions, texts):
        tallies = {}
        for dimension in ["all", *by]:
            more = [texts.column(name) for name in (area, dimension) if name not in ("", "all")]
            tallies[dimension] = _counted(crimes, list(dict.fromkeys([*raw, *more])))
        on = list(raw) or ["_force"]  # conditions on no column are told by any
        kinds = tallies["all"].select(on).unique().with_row_index("_kind")
        counts_in = pl.DataFrame({"_kind": kinds["_kind"], **masks(kinds, raw, mine, texts, source)})
        counts_in = counts_in.unpivot(index="_kind", variable_name="measure", value_name="_in").filter("_in")
        for dimension, tally in tallies.items():
            found = tally.select(on).join(kinds, on=on, how="left", nulls_equal=True, maintain_order="left")
            placed = tally.select(
                "_force",
                texts.places(tally, area) if area else pl.lit(None, dtype=pl.String).alias("_place"),
                pl.lit(dimension).alias("dimension"),
                texts.categories(tally, dimension) if dimension != "all" else pl.lit("all").alias("category"),
                "_month",
                "value",
                found["_kind"],
            )
            parts.append(placed.join(counts_in, on="_kind").select(*_SCHEMA))
    return summed(pl.concat(parts), ("value",))


def told_by(
    conditions: Mapping[str, tuple[str, frozenset[str]]], texts: Texts
) -> list[tuple[tuple[str, ...], dict[str, tuple[str, frozenset[str]]]]]:
    """(columns of the crimes, the conditions that are told by these): such measures are worked out together."""
    alike: dict[tuple[str, ...], dict[str, tuple[str, frozenset[str]]]] = {}
    for measure, (condition, names) in conditions.items():
        raw = tuple(sorted({column for name in names for column in texts.raw(name)}))
        alike.setdefault(raw, {})[measure] = condition, names
    return sorted(alike.items(), key=lambda pair: pair[0])


def _counted(crimes: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Crimes by force, month and some of their columns: few rows, on which everything else is worked out."""
    rows = pl.col("_count").sum() if "_count" in crimes.columns else pl.len()
    tally = crimes.lazy().select("_force", "_month", *columns, *(["_count"] if "_count" in crimes.columns else []))
    tally = tally.group_by("_force", "_month", *columns).agg(rows.cast(pl.Float64).alias("value"))
    return tally.with_columns(pl.col("_force").cast(pl.UInt32), pl.col("_month").cast(pl.Int32)).collect()


def masks(
    tally: pl.DataFrame,
    raw: Sequence[str],
    conditions: Mapping[str, tuple[str, frozenset[str]]],
    texts: Texts,
    source: str,
) -> dict[str, pl.Series]:
    """Which rows of a tally (or of the crimes themselves) count in which measure: worked out on the distinct texts of
    the columns `raw`."""
    kinds = tally.select(raw or "_force").unique()
    columns = sorted(frozenset().union(*(names for _, names in conditions.values())))
    found = held(texts.typed(kinds, columns), {name: text for name, (text, _) in conditions.items()}, source, columns)
    rows = tally.select(raw or "_force").join(
        kinds.with_columns(**{f"_in_{name}": mask for name, mask in found.items()}),
        on=raw or "_force",
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    return {measure: rows[f"_in_{measure}"] for measure in conditions}


_SCHEMA: Final = {
    **{"measure": pl.String, "_force": pl.UInt32, "_place": pl.String, "dimension": pl.String, "category": pl.String},
    **{"_month": pl.Int32, "value": pl.Float64},
}


def summed(found: pl.DataFrame, values: Sequence[str]) -> pl.DataFrame:
    """Counts of each measure, area, category and month summed: for every place that is named, and for the forces."""
    key = ["measure", "_force", "_place", "dimension", "category", "_month"]
    sums = [pl.col(name).sum() for name in values]
    whole = found.with_columns(pl.lit(None, dtype=pl.String).alias("_place")).group_by(key).agg(sums)
    placed = found.filter(pl.col("_place").is_not_null()).group_by(key).agg(sums)
    return pl.concat([whole, placed])


def with_zeros(
    found: pl.DataFrame, months: Mapping[int, Sequence[int]], measures: Iterable[str], values: Sequence[str]
) -> pl.DataFrame:
    """Every series of `found` at every month that its force's extract covers, 0 where nothing is counted.

    Each of `measures` has a series for every force and place, also one without a crime. Months not covered have no
    row.
    """
    series = ["measure", "_force", "_place", "dimension", "category"]
    whole = found.select("_force", "_place").unique().join(pl.DataFrame({"measure": list(measures)}), how="cross")
    whole = whole.with_columns(pl.lit("all").alias("dimension"), pl.lit("all").alias("category"))
    known = pl.concat([found.select(series).unique(), whole.select(series).cast(found.select(series).schema)]).unique()
    covered = pl.DataFrame(
        [(force, month) for force, those in months.items() for month in those],
        schema={"_force": pl.UInt32, "_month": found.schema["_month"]},
        orient="row",
    )
    grid = known.join(covered, on="_force")
    filled = grid.join(found, on=[*series, "_month"], how="left", nulls_equal=True)
    return filled.with_columns(pl.col(name).fill_null(0.0) for name in values)


def observations(counts: pl.DataFrame, forces: Sequence[str], source: str) -> pl.DataFrame:
    """Counts as observations; `base` is taken along where they have it."""
    force = pl.col("_force").replace_strict(range(len(forces)), list(forces), return_dtype=pl.String)
    base = pl.col("base") if "base" in counts.columns else pl.lit(None, dtype=pl.Float64)
    return counts.select(
        pl.lit(source).alias("source"),
        "measure",
        pl.when(pl.col("_place").is_null()).then(force).otherwise(force + "/" + pl.col("_place")).alias("area"),
        "dimension",
        "category",
        index_to_end(pl.col("_month")).alias("period_end"),
        pl.lit(1, dtype=pl.Int8).alias("months"),
        "value",
        base.alias("base"),
        pl.lit(None, dtype=pl.Float64).alias("effective"),
    ).select(*OBSERVATIONS.columns)
