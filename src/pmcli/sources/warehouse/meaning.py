"""The steps of a query that say what the texts of the records mean, as records/texts.py does for `pm load`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import polars as pl
from sqlglot import exp

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.sources.records.mapping import YES, Flag
from pmcli.sources.records.texts import NOT_STATED, Texts
from pmcli.sources.warehouse.dialects import blank, template
from pmcli.sources.warehouse.parts import Parts
from pmcli.sources.warehouse.plan import Plan
from pmcli.sources.warehouse.reading import cancelled

OLDEST: Final = 120
COUNTS: Final = ("_month", "_records", "_crimes", "_first_day", "_last_day")
"""What is counted of every kind of crimes."""


def told_step(parts: Parts, plan: Plan) -> None:
    """`told`: the kinds of crimes with what their texts mean.

    Its columns beside _force, _month and the counts: each name of a condition (subgroups as the catalogue writes them,
    flags as yes and no, ages as numbers), `low NAME` and `text NAME` of each dimension, and _place.
    """
    mapping = plan.mapping
    _texts_step(parts, plan)
    if "ho_subgroup" in plan.named and "ho_subgroup" in mapping.stored:
        rows = [(low, text) for low, text in _subgroups(plan).items() if "%" not in low]
        parts.listed("subgroups", "Subgroups, as the catalogue writes them.", ["_low", "_subgroup"], rows)
    conditioned = {name for _, names in plan.conditions.values() for name in names}
    picked: list[exp.Expr] = [exp.alias_(_force(plan), "_force")]
    picked += [exp.column(name) for name in (*COUNTS, "_cancelled")]
    picked += [exp.column(name) for name in ("_repeats", "_victims") if plan.victims]
    for name in sorted(conditioned):
        picked.append(exp.alias_(_meaning(plan, name), name, quoted=True))
    for name in plan.dimensions:
        picked.append(exp.alias_(_category(plan, name), f"text {name}", quoted=True))
        if name not in plan.mapping.flags:
            picked.append(exp.alias_(_low(plan, name), f"low {name}", quoted=True))
    if plan.area:
        _places_step(parts, plan)
        picked.append(exp.column("_place", table="places"))
    if "ho_subgroup" in plan.named:
        picked.append(exp.alias_(_strange(plan), "_strange"))
    body = exp.select(*picked).from_("texts")
    if plan.area:
        on = exp.EQ(this=exp.column("_low", table="places"), expression=_low(plan, plan.area))
        body = body.join("places", on=on, join_type="left")
    if parts.has("subgroups"):
        on = exp.EQ(this=exp.column("_low", table="subgroups"), expression=_low(plan, "ho_subgroup"))
        body = body.join("subgroups", on=on, join_type="left")
    parts.put("told", "What they mean: subgroups, yes or no, ages, districts.", body)


def _texts_step(parts: Parts, plan: Plan) -> None:
    """`texts`: the kinds with each column as tidy text, and as `low NAME` in small letters."""
    picked: list[exp.Expr] = [exp.column(name, table="kinds") for name in COUNTS]
    picked += [exp.column("_force_name", table="kinds")] if "force" in plan.mapping.columns else []
    gone: exp.Expr = exp.convert(0)
    if "status" in plan.mapping.stored:
        gone = exp.column("_cancelled", table="kinds")
        gone = gone if plan.victims else cancelled(plan, exp.column("_status", table="kinds"))
    picked.append(exp.alias_(gone, "_cancelled"))
    picked += [exp.column(name, table="kinds") for name in ("_repeats", "_victims") if plan.victims]
    body = exp.select(*picked).from_("kinds").join("signs", join_type="cross")
    if plan.once and plan.kept:
        _words_step(parts, plan)
        for name in plan.kept:
            body = _looked_up_words(body, name)
    else:
        for name in plan.kept:
            tidy = template("PM_TIDY(:text)", text=exp.column(name, table="kinds", quoted=True))
            low = exp.Lower(this=tidy.copy())
            body = body.select(exp.alias_(tidy, name, quoted=True), exp.alias_(low, f"low {name}", quoted=True))
    if "victim_age" in plan.named:
        years = template("PM_AGE_TEXT(:low)", low=exp.column(f"low {plan.mapping.stored['victim_age']}", quoted=True))
        body = exp.select("tidy.*", exp.alias_(years, "_years")).from_(body.subquery("tidy"))
    parts.put("texts", "Their texts with single blanks, and none at the ends.", body)


def _words_step(parts: Parts, plan: Plan) -> None:
    """`words`: there are few texts and many kinds, and small letters are slow to make."""
    columns = [exp.select(exp.alias_(exp.column(name, quoted=True), "_text")).from_("kinds") for name in plan.kept]
    every: exp.Query = columns[0].distinct() if len(columns) == 1 else exp.union(*columns, distinct=True)
    parts.add(
        "words", "Every text of the kinds once: with single blanks and none at the ends, and that in small letters.",
        """
        SELECT _text, _tidy, LOWER(_tidy) AS _low
        FROM (SELECT _text, PM_TIDY(_text) AS _tidy FROM (:every) AS every CROSS JOIN signs) AS tidy
        """,
        every=every,
    )  # fmt: skip


def _looked_up_words(body: exp.Select, name: str) -> exp.Select:
    def word(column: str) -> exp.Column:
        table = exp.to_identifier(f"word {name}", quoted=True)
        return exp.Column(this=exp.to_identifier(column, quoted=True), table=table)

    on = exp.EQ(this=word("_text"), expression=exp.column(name, table="kinds", quoted=True))
    words = exp.alias_(exp.to_table("words"), f"word {name}", table=True, quoted=True)
    picked = (exp.alias_(word("_tidy"), name, quoted=True), exp.alias_(word("_low"), f"low {name}", quoted=True))
    return body.select(*picked).join(words, on=on, join_type="left")  # which keeps engines to this order of joins


def _places_step(parts: Parts, plan: Plan) -> None:
    parts.add(
        "places", f"The id of each {plan.area.replace('_', ' ')}.",
        """
        SELECT _low, PM_SLUG(CASE WHEN _low = :blank THEN :not_stated ELSE _low END) AS _place
        FROM (SELECT DISTINCT :low AS _low FROM texts) AS names CROSS JOIN signs
        """,
        low=_low(plan, plan.area), blank=blank(plan.dialect), not_stated=NOT_STATED,
    )  # fmt: skip


def predicates(plan: Plan) -> tuple[dict[str, exp.Expr], dict[str, exp.Expr]]:
    """(Yes-or-no name -> the predicate on `told` that is true of yes, any other name -> its column in `told`)."""
    flags: dict[str, exp.Expr] = {}
    columns: dict[str, exp.Expr] = {}
    for name in {name for _, names in plan.conditions.values() for name in names}:
        column = exp.column(name, table="told", quoted=True)
        if name in plan.mapping.flags:
            flags[name] = exp.EQ(this=column, expression=exp.convert("yes"))
        else:
            columns[name] = column
    return flags, columns


def spelled_steps(parts: Parts, plan: Plan) -> None:
    """`spelled NAME` for each dimension that is text: small letters -> the spelling that most crimes have."""
    for name in plan.dimensions:
        if name in plan.mapping.flags:
            continue
        text = exp.column(f"text {name}", quoted=True)
        ordered: exp.Expr = text.copy()
        if plan.dialect == "postgres":
            ordered = exp.Collate(this=ordered, expression=exp.to_identifier("C", quoted=True))
        parts.put(
            f"spelled {name}", f"How most records write each {name.replace('_', ' ')}, whatever the case.",
            template(
                """
                SELECT _low, CASE WHEN _low = :blank THEN :not_stated ELSE _text END AS _category
                FROM (
                    SELECT :low AS _low, :text AS _text,
                        ROW_NUMBER() OVER (PARTITION BY :low ORDER BY SUM(_records) DESC, :ordered) AS _place
                    FROM told WHERE _cancelled = 0 GROUP BY :text, :low
                ) AS ways WHERE _place = 1
                """,
                low=exp.column(f"low {name}", quoted=True), text=text, ordered=ordered,
                blank=blank(plan.dialect), not_stated=NOT_STATED,
            ),
        )  # fmt: skip


def _subgroups(plan: Plan) -> Mapping[str, str]:
    """A subgroup's text in small letters -> as the catalogue writes it."""
    none = pl.DataFrame(
        {name: [] for name in plan.mapping.stored}, schema=dict.fromkeys(plan.mapping.stored, pl.String)
    )
    return Texts(none, plan.mapping, plan.catalogue).written


def _force(plan: Plan) -> exp.Expr:
    if "force" not in plan.mapping.columns:
        return exp.convert(plan.mapping.force)
    named = exp.column("_force_name")
    if plan.forces is not None:
        return _looked_up(named, plan.forces)
    plain = template("PM_SLUG(LOWER(:named))", named=named)
    case = exp.Case()
    for area, names in _force_names(plan.catalogue).items():
        case = case.when(
            exp.In(this=plain.copy(), expressions=[exp.convert(name) for name in names]), exp.convert(area)
        )
    return case


_ENDINGS = ("", "-police", "-constabulary", "-police-service", "-service", "-force", "-police-force")


def _force_names(catalogue: Catalogue) -> dict[str, list[str]]:
    """Area id -> the ways in which its name is written, as PM_SLUG makes them, that are nobody else's."""
    made: dict[str, list[str]] = {}
    taken: set[str] = set()
    for plain, area in sorted(catalogue.names.items()):
        for ending in _ENDINGS:
            name = plain + ending
            if name not in taken and catalogue.area_id(name)[0] == area:
                taken.add(name)
                made.setdefault(area, []).append(name)
    return made


def _meaning(plan: Plan, name: str) -> exp.Expr:
    mapping = plan.mapping
    if name == "ho_subgroup":
        return _subgroup(plan)
    tidy = _stored(plan, name)
    if name in mapping.flags:
        return _yes_or_no(mapping.flags[name], _low(plan, name))
    if name == "victim_age":
        years = template("PM_NUMBER(texts._years)")
        return template("CASE WHEN :years <= :oldest THEN :years END", years=years, oldest=OLDEST)
    return tidy


def _category(plan: Plan, name: str) -> exp.Expr:
    flag = plan.mapping.flags.get(name)
    return _yes_or_no(flag, _low(plan, name)) if flag is not None else _stored(plan, name)


def _stored(plan: Plan, name: str) -> exp.Expr:
    return exp.column(plan.mapping.stored[name], table="texts", quoted=True)


def _low(plan: Plan, name: str) -> exp.Expr:
    return exp.column(f"low {plan.mapping.stored[name]}", table="texts", quoted=True)


def _yes_or_no(flag: Flag, low: exp.Expr) -> exp.Expr:
    if flag.contains:
        if re.search(r"[;,|/]", flag.contains):
            raise PmError(
                f"the marker {flag.contains!r} of {flag.column!r} has a sign in it that separates markers",
                "Load the extract itself, or map a column of its own.",
            )
        parted = template(
            "';' || REPLACE(REPLACE(TRANSLATE(:low, ',|/', ';;;'), '; ', ';'), ' ;', ';') || ';'", low=low
        )
        yes: exp.Expr = template("STRPOS(:parted, :marker) > 0", parted=parted, marker=f";{flag.contains};")
    else:
        yes = exp.In(this=low, expressions=[exp.convert(text) for text in flag.true or YES if text])
    return template("CASE WHEN :yes THEN 'yes' ELSE 'no' END", yes=yes)


def _subgroup(plan: Plan) -> exp.Expr:
    """The mapping's subgroup for the text, else for the code; else the text as the catalogue writes it, or as it is."""
    found = _told_subgroup(plan)
    if "ho_subgroup" in plan.mapping.stored:
        found.append(_stored(plan, "ho_subgroup"))
    return found[0] if len(found) == 1 else exp.Coalesce(this=found[0], expressions=found[1:])


def _told_subgroup(plan: Plan) -> list[exp.Expr]:
    own = {key.strip().lower(): value for key, value in plan.mapping.subgroups.items()}
    stored = plan.mapping.stored
    found: list[exp.Expr] = []
    if "ho_subgroup" in stored and own:
        found.append(_looked_up(_low(plan, "ho_subgroup"), own))
    if "ho_code" in stored and own:
        found.append(_looked_up(_code(_low(plan, "ho_code")), own))
    if "ho_subgroup" in stored:
        found.append(exp.column("_subgroup", table="subgroups"))
    return found


def _strange(plan: Plan) -> exp.Expr:
    """1 where the text is no subgroup that anything knows."""
    found = _told_subgroup(plan)
    told = exp.Coalesce(this=found[0], expressions=found[1:]) if len(found) > 1 else found[0]
    strange: exp.Expr = exp.Is(this=told, expression=exp.null())
    own = sorted(set(plan.mapping.subgroups.values()))
    if own and "ho_subgroup" in plan.mapping.stored:
        ours = exp.In(this=_stored(plan, "ho_subgroup"), expressions=[exp.convert(text) for text in own])
        strange = exp.And(this=strange, expression=exp.Not(this=ours))
    return exp.Case(ifs=[exp.If(this=strange, true=exp.convert(1))], default=exp.convert(0))


def _code(low: exp.Expr) -> exp.Expr:
    """A Home Office code without blanks and noughts before its figures: 034B is 34B."""
    return template(
        """
        REPLACE(CASE WHEN SUBSTRING(LTRIM(:low, '0'), 1, 1) IN ('1', '2', '3', '4', '5', '6', '7', '8', '9')
            THEN LTRIM(:low, '0') WHEN :low LIKE '0%' THEN '0' || LTRIM(:low, '0') ELSE :low END, ' ', '')
        """,
        low=low,
    )  # fmt: skip


def _looked_up(this: exp.Expr, found: Mapping[str, str]) -> exp.Expr:
    case = exp.Case(this=this.copy())
    for key, value in found.items():
        case = case.when(exp.convert(key), exp.convert(value))
    return case


def letters(plan: Plan) -> exp.Expr | None:
    """The texts of `texts` whose letters matter, in one: what is broken down by, areas, subgroups and flags."""
    names = sorted({column for name in plan.named if name != "victim_age" for column in plan.raw(name)})
    made: exp.Expr | None = None
    for name in names:
        column = exp.column(name, table="texts", quoted=True)
        made = column if made is None else template(":made || ' ' || :column", made=made, column=column)
    return made
