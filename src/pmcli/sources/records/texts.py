"""What the texts in crime records mean: yes or no, an age, a Home Office subgroup, a category to break down by.

Everything here works on the distinct texts or on tallies of them, never on the records one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue, slug
from pmcli.sources.reading.report import Report, counted, verb
from pmcli.sources.records.mapping import NO, YES, Flag, RecordsMapping
from pmcli.sources.records.tree import GROUPS

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
        written += [text for group, parts in GROUPS.items() for text in (group, *parts)]
        self.written = {text.lower(): text for text in written}
        self.subgroups = {*written, *mapping.subgroups.values()}
        self._spelling: dict[str, pl.DataFrame] = {}

    def column(self, name: str) -> str:
        """The column of the crimes that has the texts of `name`."""
        return self._mapping.stored[name]

    def raw(self, name: str) -> list[str]:
        """The columns of the crimes that `name` is made of."""
        if name == "ho_subgroup":
            return [self.column(role) for role in ("ho_subgroup", "ho_code") if role in self._mapping.stored]
        return [self.column(name)]

    def typed(self, tally: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
        """The columns `names` of a tally as conditions take them: Boolean flags, ages in years, text."""
        made: dict[str, pl.Expr] = {}
        for name in sorted(names):
            if name == "ho_subgroup":
                made[name] = self._subgroup()
            elif name in self._mapping.flags:
                made[name] = yes(pl.col(self.column(name)), self._mapping.flags[name])
            elif name == "victim_age":
                made[name] = age(pl.col(self.column(name)))
            else:
                made[name] = tidy(pl.col(self.column(name)))
        return tally.select(**made) if made else tally.with_columns(pl.lit(value=True).alias("_all")).select("_all")

    def categories(self, tally: pl.DataFrame, name: str) -> pl.Series:
        """The category of each row of a tally that has the column of `name`.

        A flag's are yes and no. Blank is NOT_STATED; texts that differ only in case and spaces are one category, in
        the spelling that most crimes have.
        """
        if name in self._mapping.flags:
            flag = yes(pl.col(self.column(name)), self._mapping.flags[name])
            return tally.select(pl.when(flag).then(pl.lit("yes")).otherwise(pl.lit("no")).alias("category"))["category"]
        column = self.column(name)
        if column not in self._spelling:
            texts = (
                self._crimes.select(column)
                .group_by(column)
                .agg(pl.len())
                .with_columns(tidy(pl.col(column)).alias("_text"))
            )
            texts = texts.with_columns(pl.col("_text").str.to_lowercase().alias("_low"))
            alike = texts.group_by("_low", "_text").agg(pl.col("len").sum())
            chosen = alike.sort("len", "_text", descending=[True, False]).unique("_low", keep="first").drop("len")
            stated = pl.when(pl.col("_low") == "").then(pl.lit(NOT_STATED)).otherwise("_text").alias("category")
            joined = texts.select(column, "_low").join(chosen.select("_low", stated), on="_low", validate="m:1")
            self._spelling[column] = joined.select(column, "category")
        spelling = self._spelling[column]
        return tally.select(column).join(spelling, on=column, how="left", nulls_equal=True, maintain_order="left")[
            "category"
        ]

    def places(self, tally: pl.DataFrame, name: str) -> pl.Series:
        """The id of the district, or whatever the areas are, of each row of a tally, as `_place`."""
        named = self.categories(tally, name)
        texts = named.unique().to_list()
        ids = pl.Series([slug(text) for text in texts], dtype=pl.String)
        return named.replace_strict(pl.Series(texts, dtype=pl.String), ids, return_dtype=pl.String).alias("_place")

    def _subgroup(self) -> pl.Expr:
        """The Home Office subgroup: the mapping's for the text, else for the code; else the text, as the catalogue
        writes it or as the file does.

        The mapping's word for a code comes before the text: one such as Robbery is a group and names no subgroup.
        """
        stored = self._mapping.stored
        have = [name for name in ("ho_subgroup", "ho_code") if name in stored]

        def told(name: str, by: Mapping[str, str]) -> pl.Expr:
            low = tidy(pl.col(stored[name])).str.to_lowercase()
            if name == "ho_code":
                low = low.str.replace(r"^0+([0-9])", "$1").str.replace_all(" ", "")
            return low.replace_strict(by, default=None, return_dtype=pl.String) if by else pl.lit(None, dtype=pl.String)

        own = {key.strip().lower(): value for key, value in self._mapping.subgroups.items()}
        found = [told(name, own) for name in have]
        if "ho_subgroup" in have:
            found.append(told("ho_subgroup", self.written))
        if "ho_subgroup" in have:
            found.append(tidy(pl.col(stored["ho_subgroup"])))
        return pl.coalesce(found)

    def report(self, names: Iterable[str], report: Report, places: Sequence[str]) -> None:
        """Count the records whose text for one of `names` cannot be told: neither yes nor no, or not an age."""
        for name in sorted(names):
            flag = self._mapping.flags.get(name)
            text = pl.col(self.column(name)) if name in self._mapping.stored else pl.lit("")
            if flag is not None and not flag.true and not flag.contains:
                odd, column = ~tidy(text).str.to_lowercase().is_in([*YES, *NO]), flag.column
                what = f"records have neither yes nor no in {column!r}, and count as no"
            elif name == "victim_age":
                odd, column = age(text).is_null(), self._mapping.columns[name]
                what = f"records have no age from 0 to {_OLDEST} in {column!r}, and count in no measure by age"
            else:
                continue
            stored = self.column(name)
            tally = self._crimes.select(stored).group_by(stored).agg(pl.len()).filter(odd)
            blank = tidy(text) == ""
            left_blank = int(tally.filter(blank)["len"].sum())
            if left_blank:  # a crime without a victim has no age: nothing is wrong with the row
                have, counts = verb(left_blank, "have"), verb(left_blank, "count")
                crimes = counted(left_blank, "crime")
                report.note(f"records: {crimes} {have} a blank {column!r}, and {counts} in no measure by age")
            texts = tally.filter(~blank).select(stored)
            found = self._crimes.lazy().select(stored, "_table", "_row").join(texts.lazy(), on=stored, how="semi")
            rows = found.collect() if texts.height else pl.DataFrame()
            for (place,), part in (
                rows.sort("_table", "_row").group_by("_table", maintain_order=True) if rows.height else ()
            ):
                first = part.row(0, named=True)
                report.problem(places[int(str(place))], what, part.height, row=first["_row"], example=first[stored])


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
    years = (
        tidy(text)
        .str.extract(r"(?i)^([0-9]+(?:\.[0-9]+)?)\s*(?:years?|yrs?|y)?(?: old)?$")
        .cast(pl.Float64, strict=False)
    )
    return pl.when(years <= _OLDEST).then(years)
