"""What a query is to count, and of which table: the mapping and the question that it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlglot import exp

from pmcli.catalogue import Catalogue
from pmcli.sources.records.mapping import RecordsMapping
from pmcli.sources.records.victims import MEASURE
from pmcli.sources.warehouse.dialects import WORKS_OUT_ONCE


@dataclass(frozen=True, slots=True)
class Plan:
    """A query that is to be made.

    conditions: measure -> (its condition, the names in it), as records.count.conditions gives them. by, area: as for
    `pm load`. table: the table. dialect: one of dialects.DIALECTS. since: the first day that is read. dated: the column
    of the date is a date or timestamp, not text. latest: the column whose greatest value says which of a crime's rows
    of one day stands; "" for none. ordered: the dialect's word for the order of the rows as they are kept, where it has
    one. columns: name in the mapping -> name in the table, where they differ. numbers: columns (as in the mapping) of
    numbers with a point. forces: how a force is written -> its id, where the table was asked for them. kept_kinds: the
    engine is told to keep the kinds of crimes, instead of working them out anew for every step that reads them.
    """

    mapping: RecordsMapping
    catalogue: Catalogue
    conditions: Mapping[str, tuple[str, frozenset[str]]]
    table: exp.Expr
    dialect: str
    by: Sequence[str] = ()
    area: str = ""
    since: date | None = None
    dated: bool = False
    latest: str = ""
    ordered: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()
    forces: Mapping[str, str] | None = None
    kept_kinds: bool = False

    @property
    def once(self) -> bool:
        """Whether the kinds of crimes are worked out once, however many steps read them."""
        return self.kept_kinds or self.dialect in WORKS_OUT_ONCE

    @property
    def victims(self) -> bool:
        """Whether repeat victims are counted."""
        wanted = not self.mapping.measures or MEASURE in self.mapping.measures
        return "victim_id" in self.mapping.columns and wanted

    @property
    def dimensions(self) -> list[str]:
        """What is broken down by, that of the repeat victims alone included."""
        classed = self.victims and "offence_class" in self.mapping.columns and "offence_class" not in self.by
        return [*self.by, *(["offence_class"] if classed else [])]

    @property
    def named(self) -> list[str]:
        """The names whose texts are needed: those in conditions, the dimensions and the areas."""
        names = {name for _, own in self.conditions.values() for name in own}
        return sorted({*names, *self.dimensions, *([self.area] if self.area else [])})

    def raw(self, name: str) -> list[str]:
        """The stored columns that a name is made of."""
        stored = self.mapping.stored
        roles = ("ho_subgroup", "ho_code") if name == "ho_subgroup" else (name,)
        return [stored[role] for role in roles if role in stored]

    @property
    def kept(self) -> list[str]:
        """The stored columns that are needed of every record, the status beside them."""
        return sorted({column for name in self.named for column in self.raw(name)})

    def column(self, published: str) -> exp.Column:
        """A column of the table, by the name that the mapping has for it."""
        return exp.column(self.columns.get(published, published), table="crime", quoted=True)

    def text(self, published: str) -> exp.Expr:
        """A column's text as it is written."""
        column = self.column(published)
        if published in self.numbers:  # 24.0 is 24, as in a table of text
            whole = exp.cast(exp.cast(column, "BIGINT"), "TEXT")
            is_whole = exp.EQ(this=column.copy(), expression=exp.Floor(this=column.copy()))
            text = exp.Anonymous(this="PM_TEXT", expressions=[column.copy()])
            return exp.Case(ifs=[exp.If(this=is_whole, true=whole)], default=text)
        return exp.Anonymous(this="PM_TEXT", expressions=[column])
