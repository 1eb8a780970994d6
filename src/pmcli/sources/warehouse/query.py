"""The query: from the records in a warehouse to the very rows that `pm load` would make of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl
from sqlglot import exp

from pmcli.sources.classify import held
from pmcli.sources.records.tree import GROUPS
from pmcli.sources.records.victims import MEASURE
from pmcli.sources.refusals import REFUSED
from pmcli.sources.warehouse.conditions import condition
from pmcli.sources.warehouse.days import calendar_steps, date_steps
from pmcli.sources.warehouse.dialects import DIALECTS, selection, template
from pmcli.sources.warehouse.meaning import predicates, spelled_steps, told_step
from pmcli.sources.warehouse.months import month_steps
from pmcli.sources.warehouse.parts import Parts
from pmcli.sources.warehouse.plan import Plan
from pmcli.sources.warehouse.reading import record_steps
from pmcli.sources.warehouse.refusing import refusal_step
from pmcli.tables import OBSERVATIONS

NOTED: Final = "noted"
"""The measure and the dimension of rows that say what was read; only a query that pm sends itself has them."""

SCHEMA: Final = {
    **dict.fromkeys(("source", "measure", "area", "dimension", "category"), "string"),
    **{"period_end": "date", "months": "int32", "value": "float64", "base": "float64", "effective": "float64"},
}
"""The columns that the query gives, with their Ibis types."""


def query(plan: Plan, header: Sequence[str] = (), *, noted: bool = False) -> str:
    """The query as text, with a comment over each of its steps.

    header: further lines of the comment on top. noted: with rows that say what was read (NOTED).
    Raises PmError for a condition that cannot be sent to a warehouse.
    """
    parts, final = _made(plan, noted=noted)
    top = [
        f"Crimes counted by measure, area and month, as pm load counts them. SQL of {DIALECTS[plan.dialect]}.",
        "Run it, save what it gives as CSV with its header, and `pm load` reads that without a mapping.",
        *header,
    ]
    return parts.sql(final, top, _LAST)


def cut_query(plan: Plan, prefix: str) -> tuple[dict[str, str], str]:
    """The query in parts, with its notes: name of a table -> the query whose rows are to be kept under that name, in
    order, and the query that then gives the counts. For engines that work out a step anew wherever it is named.

    prefix: what the names of the tables begin with.
    """
    parts, final = _made(plan, noted=True)
    kept = {f"{prefix}_{name}": parts.cut(name, f"{prefix}_{name}") for name in _KEPT}
    return kept, parts.sql(final, (), _LAST)


_KEPT: Final = ("kinds", "told", "figures")
"""Steps that several others read."""

_LAST: Final = "The rows of pm load."


def _made(plan: Plan, *, noted: bool) -> tuple[Parts, exp.Expr]:
    parts = Parts(plan.dialect)
    calendar_steps(parts)
    if not plan.dated:
        date_steps(parts, plan)
    record_steps(parts, plan)
    told_step(parts, plan)
    month_steps(parts)
    spelled_steps(parts, plan)
    _count_steps(parts, plan)
    _filled_step(parts, plan)
    refused = refusal_step(parts, plan)
    return parts, _final(plan, refused=refused, noted=noted)


def _count_steps(parts: Parts, plan: Plan) -> None:
    """`counted`, `measures`, `figures`, `doubtful` and `series`."""
    flags, columns = predicates(plan)
    made = {
        measure: condition(text, f"the condition of the measure {measure}", plan.dialect, flags, columns)
        for measure, (text, _) in plan.conditions.items()
    }
    _counted(parts, plan, made)
    names = [*made, *([MEASURE] if plan.victims else [])]
    parts.listed("measures", "The measures.", ["_measure", "_own"], [(name, int(name == MEASURE)) for name in names])
    _figures(parts, plan, names)
    _doubtful(parts, plan, made)
    explicit = [name for name in made if name in plan.mapping.measures]
    there: exp.Query = selection("SELECT DISTINCT _measure, _own FROM figures")
    if explicit:  # nought of what the extract was meant to hold is a true zero
        wanted = selection("SELECT _measure, _own FROM measures WHERE _own = 0")
        listed = exp.In(this=exp.column("_measure"), expressions=[exp.convert(name) for name in explicit])
        there = exp.union(there, wanted.where(listed))
    parts.add(
        "series", "What has figures; every measure that has any has them in every area, in all.",
        """
        SELECT DISTINCT _measure, _force, _area, _dimension, _category FROM figures
        UNION SELECT m._measure, f._force, f._area, 'all', 'all'
        FROM (SELECT DISTINCT _force, _area, _own FROM figures) AS f JOIN (:there) AS m ON m._own = f._own
        """,
        there=there,
    )  # fmt: skip


def _counted(parts: Parts, plan: Plan, made: dict[str, exp.Expr]) -> None:
    body = exp.select("told._force", "told._month").from_("told").where("told._cancelled = 0")
    categories: list[exp.Expr] = []
    for name in plan.dimensions:
        text = exp.column(f"text {name}", table="told", quoted=True)
        category: exp.Expr = text
        if name not in plan.mapping.flags:
            way = exp.to_identifier(f"spelled {name}", quoted=True)
            category = exp.Column(this=exp.to_identifier("_category", quoted=True), table=way)
            on = exp.EQ(
                this=exp.Column(this=exp.to_identifier("_low", quoted=True), table=way.copy()),
                expression=exp.column(f"low {name}", table="told", quoted=True),
            )
            body = body.join(exp.Table(this=way.copy()), on=on, join_type="left")
        categories.append(category)
    place = [exp.column("_place", table="told")] if plan.area else []
    picked = [
        *place,
        *(
            exp.alias_(category.copy(), f"by {name}", quoted=True)
            for name, category in zip(plan.dimensions, categories, strict=True)
        ),
    ]
    for measure, predicate in made.items():
        crimes = exp.Case(ifs=[exp.If(this=predicate, true=exp.column("_crimes", table="told"))])
        picked.append(exp.alias_(exp.Sum(this=crimes), measure, quoted=True))
    if plan.victims:
        picked += [
            exp.alias_(template("SUM(told._repeats)"), MEASURE, quoted=True),
            exp.alias_(template("NULLIF(SUM(told._victims), 0)"), "_victims"),
        ]
    keys = [template("told._force"), template("told._month")]
    sets = [[*keys, *more] for more in ([], *([category] for category in categories))]
    sets += [[*one, *place] for one in sets] if place else []
    grouping = exp.GroupingSets(expressions=[exp.Tuple(expressions=[key.copy() for key in one]) for one in sets])
    body = body.select(*picked)
    body.set("group", exp.Group(grouping_sets=[grouping]))
    parts.put("counted", "The crimes of each measure, in all and broken down: a column a measure.", body)


def _figures(parts: Parts, plan: Plan, names: Sequence[str]) -> None:
    def case() -> exp.Case:
        return exp.Case(
            this=exp.column("_measure", table="m"),
            ifs=[exp.If(this=exp.convert(name), true=value_of(name)) for name in names],
        )

    def value_of(name: str) -> exp.Expr:
        return exp.column(name, table="c", quoted=True)

    by = {name: exp.column(f"by {name}", table="c", quoted=True) for name in plan.dimensions}
    dimension: exp.Expr = exp.convert("all")
    category: exp.Expr = exp.convert("all")
    if by:
        ifs = [exp.If(this=_given(column), true=exp.convert(name)) for name, column in by.items()]
        dimension = exp.Case(ifs=ifs, default=exp.convert("all"))
        category = exp.Coalesce(
            this=next(iter(by.values())).copy(),
            expressions=[*(c.copy() for c in list(by.values())[1:]), exp.convert("all")],
        )
    area: exp.Expr = exp.column("_force", table="c")
    if plan.area:
        area = template("CASE WHEN c._place IS NULL THEN c._force ELSE c._force || '/' || c._place END")
    base = (
        exp.Case(ifs=[exp.If(this=template("m._own = 1"), true=exp.column("_victims", table="c"))])
        if plan.victims
        else None
    )
    inner = exp.select(
        template("m._measure"), template("m._own"), template("c._force"), template("c._month"),
        exp.alias_(area, "_area"), exp.alias_(dimension, "_dimension"), exp.alias_(category, "_category"),
        exp.alias_(case(), "_value"), *([exp.alias_(base, "_base")] if base is not None else []),
    ).from_("counted AS c").join("measures AS m", join_type="cross")  # fmt: skip
    outer = exp.select("*").from_(inner.subquery("every")).where("NOT _value IS NULL")
    if plan.victims:
        outer = outer.where("_own = 0 OR NOT _base IS NULL")
        alone = [name for name in plan.dimensions if name not in plan.by]
        for name in alone:
            outer = outer.where(template("_own = 1 OR _dimension <> :name", name=name))
    parts.put("figures", "The same, a row a measure, where there is any crime of it.", outer)


def _given(column: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=column.copy(), expression=exp.null()))


def _doubtful(parts: Parts, plan: Plan, made: dict[str, exp.Expr]) -> None:
    """The months in which measures are not known, because a record names its group only (records/unplaced.py)."""
    mine = {m: text for m, (text, names) in plan.conditions.items() if names == {"ho_subgroup"}}
    pairs: list[tuple[str, str]] = []
    for group, subs in GROUPS.items():
        texts = pl.DataFrame({"ho_subgroup": list(subs)})
        found = held(texts, mine, plan.mapping.source, ["ho_subgroup"])
        pairs += [(group, measure) for measure, mask in found.items() if mask.any()]
    if not pairs:
        return
    named = exp.column("ho_subgroup", table="told", quoted=True)
    case = exp.Case()
    for group in sorted(GROUPS, key=len, reverse=True):
        text = ":x = :group OR told._strange = 1 AND LOWER(:x) LIKE :begins"
        case = case.when(template(text, x=named, group=group, begins=f"{group.lower()}%"), exp.convert(group))
    parts.listed("group_parts", "The measures of a part of a group of offences.", ["_group", "_measure"], pairs)
    counts = exp.Case(
        this=exp.column("_measure", table="p"),
        ifs=[
            exp.If(
                this=exp.convert(m),
                true=exp.Case(ifs=[exp.If(this=made[m].copy(), true=exp.convert(1))], default=exp.convert(0)),
            )
            for m in dict.fromkeys(m for _, m in pairs)
        ],
    )
    body = exp.select("told._force", "told._month", "p._measure").distinct().from_("told").join(
        "group_parts AS p", on=exp.EQ(this=exp.column("_group", table="p"), expression=case)
    ).where("told._cancelled = 0", exp.EQ(this=counts, expression=exp.convert(0)))  # fmt: skip
    parts.put(
        "doubtful",
        "A crime that names its group only makes the measures of the group's parts not known in its month.",
        body,
    )


def _filled_step(parts: Parts, plan: Plan) -> None:
    """`filled`: every series in every month covered. Added up, not joined: engines join what they cannot size badly."""
    base = "_base" if plan.victims else "0"
    doubts = ""
    if parts.has("doubtful"):
        doubts = """
        UNION ALL SELECT _measure, _force, _force, 'all', 'all', _month, CAST(0 AS DOUBLE), CAST(0 AS DOUBLE),
            CAST(NULL AS DATE), 1, 1 FROM doubtful
        """
    parts.add(
        "filled",
        "Every series in every month covered, 0 where nothing happened, and whether it is known.",
        f"""
        SELECT *, MAX(_doubt) OVER (PARTITION BY _measure, _force, _month) AS _doubtful
        FROM (
            SELECT _measure, _force, _area, _dimension, _category, _month, SUM(_value) AS _value, SUM(_base) AS _base,
                MAX(_period_end) AS _period_end, MIN(_year_known) AS _year_known, MAX(_doubt) AS _doubt
            FROM (
                SELECT s._measure, s._force, s._area, s._dimension, s._category, g._month, CAST(0 AS DOUBLE) AS _value,
                    CAST(0 AS DOUBLE) AS _base, g._period_end, g._year_known, 0 AS _doubt
                FROM series AS s JOIN covered AS g ON g._force = s._force
                UNION ALL SELECT _measure, _force, _area, _dimension, _category, _month, CAST(_value AS DOUBLE),
                    CAST({base} AS DOUBLE), CAST(NULL AS DATE), 1, 0 FROM figures
                {doubts}
            ) AS parts GROUP BY _measure, _force, _area, _dimension, _category, _month
        ) AS summed
        """,
    )  # fmt: skip


def _final(plan: Plan, *, refused: bool, noted: bool) -> exp.Expr:
    unknown = "_doubtful = 1"
    base = "CAST(NULL AS DOUBLE)"
    if plan.victims:
        unknown += " OR _measure = :repeats AND _year_known = 0"
        base = "CASE WHEN _measure = :repeats THEN _base END"
    body: exp.Query = selection(
        f"""
        SELECT :source AS source, _measure AS measure, _area AS area, _dimension AS dimension, _category AS category,
            _period_end AS period_end, 1 AS months, CASE WHEN {unknown} THEN NULL ELSE _value END AS value,
            {base} AS base, CAST(NULL AS DOUBLE) AS effective
        FROM filled WHERE NOT _period_end IS NULL
        """,
        source=plan.mapping.source, repeats=MEASURE,
    )  # fmt: skip
    if refused:
        said = selection(
            """
            SELECT :source, :refused, 'all', :refused, _why, PM_DATE('1900-01-31'), 1,
                CAST(_records AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE) FROM refusals
            """,
            source=plan.mapping.source, refused=REFUSED,
        )  # fmt: skip
        body = exp.union(body, said, distinct=False)
    if noted:
        body = exp.union(body, _notes(plan), distinct=False)
    assert list(OBSERVATIONS.columns) == [one.alias_or_name for one in body.selects]
    return body.order_by(*(exp.column(name) for name in ("measure", "area", "dimension", "category", "period_end")))


def _notes(plan: Plan) -> exp.Query:
    """How many rows were read and kept, how many crimes are cancelled, and the first and the last day."""
    wanted = (
        ("read", "MAX(_last_day)", "(SELECT COUNT(*) FROM pm_table AS crime)"),
        ("kept", "MAX(_last_day)", "SUM(_records)"),
        ("cancelled", "MAX(_last_day)", "SUM(CASE WHEN _cancelled = 1 THEN _records ELSE 0 END)"),
        ("first", "MIN(_first_day)", "SUM(_records)"),
        ("last", "MAX(_last_day)", "SUM(_records)"),
    )
    made: exp.Query | None = None
    for name, day, value in wanted:
        one = selection(
            f"""
            SELECT :source, :noted, 'all', :noted, :name, {day}, 1, CAST({value} AS DOUBLE), CAST(NULL AS DOUBLE),
                CAST(NULL AS DOUBLE) FROM told HAVING COUNT(*) > 0
            """,
            source=plan.mapping.source, noted=NOTED, name=name, table=plan.table,
        )  # fmt: skip
        made = one if made is None else exp.union(made, one, distinct=False)
    assert made is not None
    return made
