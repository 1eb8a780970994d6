"""What the texts in crime records mean: yes or no, an age, a Home Office subgroup, a category to break down by.

Everything here works on the distinct texts or on tallies of them, never on the records one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue, slug
from pmcli.sources.reading.report import Report, counted, verb
from pmcli.sources.records.mapping import NO, YES, Flag, RecordsMapping

NOT_STATED: Final = "not stated"
"""The category and district of a record whose text is blank."""

_OLDEST: Final = 120
_WRITTEN_IN: Final = ("home-office", "records")
"""The sources whose conditions say how Home Office subgroups are written."""


class Texts:
    """What the texts of these crimes mean, by their mapping.

    crimes: the columns of records_scan.compact. catalogue: how subgroups are written, whatever their case in the file.
    """

    def __init__(self, crimes: pl.DataFrame, mapping: RecordsMapping, catalogue: Catalogue) -> None:
        self._crimes = crimes
        self._mapping = mapping
        conditions = [m.where.get(source, "") for m in catalogue.measures.values() for source in _WRITTEN_IN]
        written = [text for condition in conditions for text in re.findall(r"'([^']*)'", condition)]
        self._subgroups = {text.lower(): text for text in written}
        self._subgroups |= {key.strip().lower(): value for key, value in mapping.subgroups.items()}
        self._spelling: dict[str, pl.DataFrame] = {}

    def raw(self, name: str) -> list[str]:
        """The columns of the crimes that `name` is made of."""
        if name == "ho_subgroup" and self._mapping.subgroups:
            return [column for column in ("ho_subgroup", "ho_code") if column in self._crimes.columns]
        return [name]

    def typed(self, tally: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
        """The columns `names` of a tally as conditions take them: Boolean flags, ages in years, text."""
        made: dict[str, pl.Expr] = {}
        for name in sorted(names):
            if name == "ho_subgroup":
                made[name] = self._subgroup(tally.columns)
            elif name in self._mapping.flags:
                made[name] = yes(pl.col(name), self._mapping.flags[name])
            elif name == "victim_age":
                made[name] = age(pl.col(name))
            else:
                made[name] = tidy(pl.col(name))
        return tally.select(**made) if made else tally.with_columns(pl.lit(value=True).alias("_all")).select("_all")

    def categories(self, tally: pl.DataFrame, name: str) -> pl.Series:
        """The category of each row of a tally that has the column `name`.

        A flag's are yes and no. Blank is NOT_STATED; texts that differ only in case and spaces are one category, in
        the spelling that most crimes have.
        """
        if name in self._mapping.flags:
            flag = yes(pl.col(name), self._mapping.flags[name])
            return tally.select(pl.when(flag).then(pl.lit("yes")).otherwise(pl.lit("no")).alias("category"))["category"]
        if name not in self._spelling:
            texts = self._crimes.group_by(name).agg(pl.len()).with_columns(tidy(pl.col(name)).alias("_text"))
            texts = texts.with_columns(pl.col("_text").str.to_lowercase().alias("_low"))
            alike = texts.group_by("_low", "_text").agg(pl.col("len").sum())
            chosen = alike.sort("len", "_text", descending=[True, False]).unique("_low", keep="first").drop("len")
            stated = pl.when(pl.col("_low") == "").then(pl.lit(NOT_STATED)).otherwise("_text").alias("category")
            joined = texts.select(name, "_low").join(chosen.select("_low", stated), on="_low", validate="m:1")
            self._spelling[name] = joined.select(name, "category")
        spelling = self._spelling[name]
        return tally.select(name).join(spelling, on=name, how="left", nulls_equal=True, maintain_order="left")[
            "category"
        ]

    def places(self, tally: pl.DataFrame, name: str) -> pl.Series:
        """The id of the district, or whatever the areas are, of each row of a tally, as `_place`."""
        named = self.categories(tally, name)
        texts = named.unique().to_list()
        ids = pl.Series([slug(text) for text in texts], dtype=pl.String)
        return named.replace_strict(pl.Series(texts, dtype=pl.String), ids, return_dtype=pl.String).alias("_place")

    def _subgroup(self, have: Sequence[str]) -> pl.Expr:
        """The Home Office subgroup: as the mapping or the catalogue writes it, else as the file does."""
        told = [
            tidy(pl.col(name)).str.to_lowercase().replace_strict(self._subgroups, default=None, return_dtype=pl.String)
            for name in ("ho_subgroup", "ho_code")
            if name in have
        ]
        own = [tidy(pl.col("ho_subgroup"))] if "ho_subgroup" in have else []
        return pl.coalesce([*told, *own])

    def report(self, names: Iterable[str], report: Report, places: Sequence[str]) -> None:
        """Count the records whose text for one of `names` cannot be told: neither yes nor no, or not an age."""
        for name in sorted(names):
            flag = self._mapping.flags.get(name)
            if flag is not None and not flag.true and not flag.contains:
                odd, column = ~tidy(pl.col(name)).str.to_lowercase().is_in([*YES, *NO]), flag.column
                what = f"records have neither yes nor no in {column!r}, and count as no"
            elif name == "victim_age":
                odd, column = age(pl.col(name)).is_null(), self._mapping.columns[name]
                what = f"records have no age from 0 to {_OLDEST} in {column!r}, and count in no measure by age"
            else:
                continue
            texts = self._crimes.select(pl.col(name).unique()).filter(odd)
            found = self._crimes.select(name, "_table", "_row").join(texts, on=name, how="semi", nulls_equal=True)
            blank = tidy(pl.col(name)) == ""
            left_blank = found.filter(blank).height
            if left_blank:  # a crime without a victim has no age: nothing is wrong with the row
                have, counts = verb(left_blank, "have"), verb(left_blank, "count")
                crimes = counted(left_blank, "crime")
                report.note(f"records: {crimes} {have} a blank {column!r}, and {counts} in no measure by age")
            for (place,), part in found.filter(~blank).sort("_table", "_row").group_by("_table", maintain_order=True):
                first = part.row(0, named=True)
                report.problem(places[int(str(place))], what, part.height, row=first["_row"], example=first[name])


def tidy(text: pl.Expr) -> pl.Expr:
    """Text without white space at its ends and with single spaces inside; "" when there is none."""
    return text.cast(pl.String).fill_null("").str.replace_all(r"\s+", " ").str.strip_chars()


def yes(text: pl.Expr, flag: Flag) -> pl.Expr:
    """Whether a flag's text means yes; a blank is no."""
    plain = tidy(text).str.to_lowercase()
    if flag.contains:
        return plain.str.contains(rf"(?:^|[;,|/])\s*{re.escape(flag.contains)}\s*(?:$|[;,|/])")
    return plain.is_in(list(flag.true or YES))


def age(text: pl.Expr) -> pl.Expr:
    """The years in a text ("24", "24.0", "24 years"); null when it has none from 0 to 120."""
    years = tidy(text).str.extract(r"(?i)^(\d+(?:\.\d+)?)\s*(?:years?|yrs?|y)?(?: old)?$").cast(pl.Float64)
    return pl.when(years <= _OLDEST).then(years)
