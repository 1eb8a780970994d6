"""The first steps of a query: the records with their days, each crime once, and how many there are of each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from sqlglot import exp

from pmcli.sources.reading.days import FIRST_YEAR, LAST_YEAR, UTC
from pmcli.sources.records.victims import DAYS
from pmcli.sources.warehouse.dialects import blank, selection, template
from pmcli.sources.warehouse.parts import Parts
from pmcli.sources.warehouse.plan import Plan


def record_steps(parts: Parts, plan: Plan) -> None:
    """`records`, `crimes_once`, `kinds`: what is needed of a record, each crime once, how many there are of a kind."""
    mapping = plan.mapping
    date_column = mapping.columns["recorded_date"]
    picked: list[exp.Expr] = []
    table = _numbered(plan) if plan.ordered and not plan.latest else plan.table
    tables = selection("SELECT 1 FROM pm_table AS crime CROSS JOIN signs", table=table)
    if plan.dated:
        day: exp.Expr = exp.cast(plan.column(date_column), "DATE")
        if mapping.times == UTC:
            day = template(
                "CASE WHEN PM_CLOCK(:at) = 230000 THEN PM_AFTER(:day, 1) ELSE :day END",
                at=plan.column(date_column),
                day=day,
            )
    else:
        day = exp.column("_day", table="day")
        tables = selection(
            "SELECT 1 FROM pm_table AS crime JOIN days AS day ON :text = day._written CROSS JOIN signs",
            table=table, text=plan.text(date_column),
        )  # fmt: skip
    picked.append(exp.alias_(day, "_day"))
    wheres = [template("NOT :day IS NULL", day=day)]
    if plan.dated:
        first, after = f"{FIRST_YEAR}-01-01", f"{LAST_YEAR + 1}-01-01"
        wheres = [template("PM_DATE(:first) <= :day AND :day < PM_DATE(:after)", first=first, after=after, day=day)]
    if plan.since is not None:
        wheres.append(template(":day >= PM_DATE(:since)", day=day, since=plan.since.isoformat()))
    if "force" in mapping.columns:
        named = template("PM_TRIM(:text)", text=plan.text(mapping.columns["force"]))
        picked.append(exp.alias_(named, "_force_name"))
        wheres.append(template("NULLIF(:named, '') IS NOT NULL", named=named))
    if "crime_number" in mapping.columns:
        number = template("NULLIF(PM_TRIM(:text), '')", text=plan.text(mapping.columns["crime_number"]))
        picked.append(exp.alias_(number, "_number"))
    if plan.victims:
        picked.append(exp.alias_(_victim(plan), "_victim"))
    if "count" in mapping.columns:
        number = template("PM_COUNT(PM_TRIM(:text))", text=plan.text(mapping.columns["count"]))
        picked.append(exp.alias_(number, "_count"))
        wheres.append(template(":number = FLOOR(:number)", number=number))
    if "status" in mapping.stored:
        status = plan.text(mapping.columns["status"])
        # Whose crime is cancelled is no victim's; where victims do not matter, the few texts are looked at later.
        picked.append(exp.alias_(cancelled(plan, status), "_cancelled") if plan.victims else status.as_("_status"))
    stored = dict(_published(plan))
    picked += [exp.alias_(plan.text(stored[name]), name, quoted=True) for name in plan.kept]
    if plan.latest:
        picked.append(exp.alias_(plan.column(plan.latest), "_latest"))
    elif plan.ordered and "crime_number" in mapping.columns:
        picked.append(exp.column("_kept", table="crime").as_("_latest"))
    parts.put(
        "records", "What is needed of every record that has a day.", tables.select(*picked, append=False).where(*wheres)
    )
    source = "records"
    if "crime_number" in mapping.columns:
        _once(parts, plan)
        source = "crimes_once"
    if plan.victims:
        _repeats(parts, plan, source)
        source = "victims"
    _kinds(parts, plan, source)


def _numbered(plan: Plan) -> exp.Expr:
    """The table with the order in which its rows are kept: what is joined to it may put them in another."""
    rows = selection("SELECT *, :order AS _kept FROM pm_table AS crime", order=template(plan.ordered), table=plan.table)
    return rows.subquery()


def _published(plan: Plan) -> Iterable[tuple[str, str]]:
    categories = {**plan.mapping.categories}
    for name, column in plan.mapping.stored.items():
        if column == name and name in categories:
            yield name, categories[name]


def _victim(plan: Plan) -> exp.Expr:
    named = template("PM_TRIM(:text)", text=plan.text(plan.mapping.columns["victim_id"]))
    nobody = [exp.convert(text) for text in plan.mapping.no_victim if text]
    known = template("NULLIF(:named, '') IS NOT NULL", named=named)
    if nobody:
        known = exp.And(
            this=known, expression=exp.Not(this=exp.In(this=exp.Lower(this=named.copy()), expressions=nobody))
        )
    return template("CASE WHEN :known AND NOT PM_DAMAGED(:named) THEN :named END", known=known, named=named)


def cancelled(plan: Plan, status: exp.Expr) -> exp.Expr:
    """1 for a status that means cancelled, else 0."""
    status = template("LOWER(PM_TRIM(:text))", text=status)
    texts = [exp.convert(text or blank(plan.dialect)) for text in plan.mapping.cancelled]
    if not texts:
        return exp.convert(0)
    return exp.Case(
        ifs=[exp.If(this=exp.In(this=status, expressions=texts), true=exp.convert(1))], default=exp.convert(0)
    )


def _once(parts: Parts, plan: Plan) -> None:
    """Each crime number once: the row with the latest day, and of these the latest kept."""
    whose = "LOWER(_force_name), _number" if "force" in plan.mapping.columns else "_number"
    comment = "Each crime number once: of several rows the latest recorded stands"
    more: list[exp.Expr] = []
    order = "_day DESC"
    if plan.latest or plan.ordered:
        order += ", _latest DESC"
        comment += ", and of one day the one that was kept last"
    else:  # rows of one day that differ are versions, of which nothing tells the later
        content = [exp.column(name, quoted=True) for name in plan.kept]
        content += [exp.column(name) for name, there in _FURTHER.items() if there(plan)]
        versions = template(f"DENSE_RANK() OVER (PARTITION BY {whose} ORDER BY _day DESC)")
        versions.args["order"].expressions.extend(exp.Ordered(this=one) for one in content)
        more = [
            exp.alias_(versions, "_version"),
            exp.alias_(template(f"MAX(_day) OVER (PARTITION BY {whose})"), "_latest_day"),
        ]
    rank = template(f"ROW_NUMBER() OVER (PARTITION BY {whose} ORDER BY {order})")
    ranked = exp.select("records.*", exp.alias_(rank, "_place"), *more).from_("records")
    parts.put("ranked", "The rows of a crime number, the one that stands first.", ranked)
    parts.add(
        "crimes_once",
        f"{comment}.\nRows without a number, or with one that a spreadsheet has damaged, are a crime each.",
        "SELECT * FROM ranked WHERE _place <= 1 OR _number IS NULL OR PM_DAMAGED(_number)",
    )


_FURTHER: Final[dict[str, Callable[[Plan], bool]]] = {
    "_victim": lambda plan: plan.victims,
    "_cancelled": lambda plan: "status" in plan.mapping.stored and plan.victims,
    "_status": lambda plan: "status" in plan.mapping.stored and not plan.victims,
}
"""What else two rows of a crime may differ in."""


def _repeats(parts: Parts, plan: Plan, source: str) -> None:
    """Whether the victim of each crime has an earlier one, within so many days."""
    whose = "LOWER(_force_name), " if "force" in plan.mapping.columns else ""
    gone = "_cancelled = 0 AND " if "status" in plan.mapping.stored else ""
    parts.add(
        "before", "The crime before, of the same victim; cancelled crimes do not count.",
        f"""
        SELECT *, LAG(_day) OVER (PARTITION BY {whose}_person ORDER BY _day) AS _before
        FROM (SELECT {source}.*, CASE WHEN {gone}NOT _victim IS NULL THEN _victim END AS _person FROM {source}) AS named
        """,
    )  # fmt: skip
    parts.add(
        "victims",
        f"A repeat victim has another crime on one of the {DAYS} days before; those of one day do not count.",
        f"""
        SELECT *, CASE WHEN PM_DAYS(_earlier, _day) <= :days THEN 1 ELSE 0 END AS _repeat
        FROM (
            SELECT *, CASE WHEN NOT _person IS NULL THEN
                MIN(CASE WHEN _before < _day THEN _before END) OVER (PARTITION BY {whose}_person, _day) END AS _earlier
            FROM before
        ) AS earlier
        """,
        days=DAYS,
    )  # fmt: skip


def _kinds(parts: Parts, plan: Plan, source: str) -> None:
    force: list[exp.Expr] = [exp.column("_force_name")] if "force" in plan.mapping.columns else []
    month = template("CAST(EXTRACT(YEAR FROM _day) * 12 + EXTRACT(MONTH FROM _day) - 1 AS INT)")
    status = [exp.column("_cancelled" if plan.victims else "_status")] if "status" in plan.mapping.stored else []
    texts = {name: _there(plan, exp.column(name, quoted=True)) for name in plan.kept}
    keys = [*force, *status, *texts.values()]
    picked = [*force, *status, *(exp.alias_(text, name, quoted=True) for name, text in texts.items())]
    sums = "SUM(_count)" if "count" in plan.mapping.columns else "COUNT(*)"
    told = [
        exp.alias_(month, "_month"),
        template("COUNT(*) AS _records"),
        exp.alias_(template(sums), "_crimes"),
        template("MIN(_day) AS _first_day"),
        template("MAX(_day) AS _last_day"),
    ]
    if plan.victims:
        told += [template("SUM(_repeat) AS _repeats"), template("COUNT(_person) AS _victims")]
    body = exp.select(*(one.copy() for one in picked), *told).from_(source)
    parts.put(
        "kinds",
        "How many crimes there are of each kind in a month: from here on there are few rows.",
        body.group_by(*keys, month),
    )


def _there(plan: Plan, text: exp.Expr) -> exp.Expr:
    return template("COALESCE(:text, :blank)", text=text, blank=blank(plan.dialect))
