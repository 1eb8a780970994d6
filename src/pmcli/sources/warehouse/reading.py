"""The first steps of a query: the records with their days, each crime once, and how many there are of each kind."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from typing import Final

from sqlglot import exp

from pmcli.sources.reading.days import DAY_FIRST, FIRST_YEAR, LAST_YEAR, PIVOT, UTC
from pmcli.sources.records.victims import DAYS
from pmcli.sources.warehouse.dialects import WHITE, blank, plain_letters, selection, template
from pmcli.sources.warehouse.parts import Parts
from pmcli.sources.warehouse.plan import Plan

NUMERIC = "^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})$"
_FORMS = (
    ("^([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})$", r"\1-\2-\3"),
    ("^([0-9]{4})([0-9]{2})([0-9]{2})$", r"\1-\2-\3"),
    ("^([0-9]{1,2})(st|nd|rd|th)?[ /.-]([a-z]+)[ /.,-]+'?([0-9]{4}|[0-9]{2})$", r"\4-\3-\1"),
    ("^([a-z]+)[ /.-]([0-9]{1,2})(st|nd|rd|th)?[ ,/.-]+([0-9]{4})$", r"\4-\1-\2"),
)
"""How days are written, beside 01/02/2023 -> year, month and day (reading.days reads the same)."""

_SERIAL = "^([2-6][0-9]{4})([.][0-9]+)?$"
_TIME = "[ t][0-9]{1,2}:[0-9]{2}.*$"
_LATE = "[ t]23:00(:00([.]0+)?)?( ?utc| ?z|[+]00:?00)?$"


def calendar_steps(parts: Parts) -> None:
    """`digits`, `month_lengths` and `calendar`: every month of the years that a crime may be recorded in."""
    pairs = plain_letters()
    parts.listed(
        "signs", "White space beside the blank, and letters with their plain ones in ids.",
        ["_white", "_blanks", "_ends", "_letters", "_plain"],
        [(WHITE, " " * len(WHITE), " " + WHITE, "".join(pairs), "".join(pairs.values()))],
    )  # fmt: skip
    parts.listed("digits", "Figures, to count years with.", ["_digit"], [(digit,) for digit in range(10)])
    parts.listed(
        "month_lengths", "The months of a year.", ["_number", "_text", "_days"],
        [(month, f"{month:02}", 28 if month == 2 else calendar.monthrange(2001, month)[1]) for month in range(1, 13)],
    )  # fmt: skip
    parts.add(
        "calendar",
        f"Every month from {FIRST_YEAR} to {LAST_YEAR}: its number, its last day and how its days begin.",
        """
        SELECT _year * 12 + _number - 1 AS _month, _days,
            PM_DATE(CAST(_year AS VARCHAR(4)) || '-' || _text || '-' || CAST(_days AS VARCHAR(2))) AS _period_end,
            CAST(_year AS VARCHAR(4)) || '-' || _text || '-' AS _begins
        FROM (
            SELECT y._year, m._number, m._text,
                m._days + CASE WHEN m._number = 2 AND y._year % 4 = 0 AND (y._year % 100 <> 0 OR y._year % 400 = 0)
                    THEN 1 ELSE 0 END AS _days
            FROM (
                SELECT :first + a._digit + 10 * b._digit + 100 * c._digit AS _year
                FROM digits AS a CROSS JOIN digits AS b CROSS JOIN digits AS c
                WHERE c._digit <= 2
            ) AS y CROSS JOIN month_lengths AS m
            WHERE y._year <= :last
        ) AS every
        """,
        first=FIRST_YEAR, last=LAST_YEAR,
    )  # fmt: skip


def date_steps(parts: Parts, plan: Plan) -> None:
    """`dates`, `written` and `days`: each text of the date's column read once, and the day that it names."""
    written = plan.text(plan.mapping.columns["recorded_date"])
    parts.add(
        "dates", "Each text of the date once, and how many records have it.",
        "SELECT :text AS _written, COUNT(*) AS _records FROM pm_table AS crime GROUP BY :text",
        text=written, table=plan.table,
    )  # fmt: skip
    if plan.dialect == "tsql":
        _server_days(parts, plan)
        return
    numeric = r"\3-\2-\1" if plan.mapping.dates == DAY_FIRST else r"\3-\1-\2"
    parts.add(
        "written", "The texts in small letters, with single blanks and without a time of day.",
        """
        SELECT _written, _records, _low, PM_REPLACE(_low, :time, '') AS _text
        FROM (SELECT _written, _records, LOWER(PM_TIDY(_written)) AS _low
            FROM dates CROSS JOIN signs) AS low
        """,
        time=_TIME,
    )  # fmt: skip
    case = exp.Case()
    for pattern, order in ((NUMERIC, numeric), *_FORMS):
        case = case.when(
            template("PM_MATCHES(_text, :pattern)", pattern=pattern),
            template("PM_REPLACE(_text, :pattern, :order)", pattern=pattern, order=order),
        )
    parts.put(
        "ordered", "Year, month and day in this order, however they are written.",
        exp.select("_written", "_low", "_text", exp.alias_(case, "_ordered")).from_("written"),
    )  # fmt: skip
    names = [(name.lower(), number) for number, name in enumerate(calendar.month_name) if name]
    names += [(name[:3], number) for name, number in names if name != "may"] + [("sept", 9)]
    names += [(text, number) for number in range(1, 13) for text in dict.fromkeys((f"{number}", f"{number:02}"))]
    parts.listed("month_names", "How months are written.", ["_name", "_number"], names)
    parts.add(
        "split", "The same as numbers, years of two figures with their century.",
        """
        SELECT p._written, p._low, p._text, n._number, CAST(p._day AS INT) AS _day,
            CAST(p._year AS INT) + CASE WHEN NOT p._year LIKE '__' THEN 0 WHEN CAST(p._year AS INT) >= :pivot THEN 1900
                ELSE 2000 END AS _year
        FROM (
            SELECT _written, _low, _text, PM_REPLACE(_ordered, :three, :first) AS _year,
                PM_REPLACE(_ordered, :three, :second) AS _name, PM_REPLACE(_ordered, :three, :third) AS _day
            FROM ordered
        ) AS p LEFT JOIN month_names AS n ON n._name = p._name
        """,
        pivot=PIVOT, three="^(.*)-(.*)-(.*)$", first=r"\1", second=r"\2", third=r"\3",
    )  # fmt: skip
    day = template(
        """
        CASE WHEN NOT c._begins IS NULL THEN PM_DATE(c._begins || CASE WHEN s._day < 10 THEN '0' ELSE '' END
            || CAST(s._day AS VARCHAR(2)))
        WHEN PM_MATCHES(s._text, :serial)
            THEN PM_AFTER(PM_DATE('1899-12-30'), CAST(PM_REPLACE(s._text, :serial, :first) AS INT)) END
        """,
        serial=_SERIAL, first=r"\1",
    )  # fmt: skip
    if plan.mapping.times == UTC:
        day = template("CASE WHEN PM_MATCHES(s._low, :late) THEN PM_AFTER(:day, 1) ELSE :day END", late=_LATE, day=day)
    parts.add(
        "days", "The day that each text names; none where it names no day.",
        """
        SELECT s._written, :day AS _day
        FROM split AS s LEFT JOIN calendar AS c
            ON c._month = s._year * 12 + s._number - 1 AND s._day BETWEEN 1 AND c._days
        """,
        day=day,
    )  # fmt: skip


def _server_days(parts: Parts, plan: Plan) -> None:
    styles = (103, 23, 112, 106, 113) if plan.mapping.dates == DAY_FIRST else (101, 23, 112, 107)
    cut = "CASE WHEN _written LIKE '%[ T][0-9]%:%' THEN PATINDEX('%[ T][0-9]%:%', _written) - 1 ELSE 4000 END"
    text = f"LEFT(_written, {cut})"
    tries = exp.Coalesce(this=_tried(styles[0], text), expressions=[*(_tried(style, text) for style in styles[1:])])
    parts.put(
        "days", "The day that each text names; none where it names no day.",
        exp.select("_written", "_records", exp.alias_(tries, "_day")).from_("dates"),
    )  # fmt: skip


def _tried(style: int, text: str) -> exp.Expr:
    return exp.Anonymous(this="TRY_CONVERT", expressions=[exp.Var(this="DATE"), template(text), exp.convert(style)])


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
                "CASE WHEN PM_CLOCK(:at) = 2300 THEN PM_AFTER(:day, 1) ELSE :day END",
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
        picked.append(exp.alias_(_cancelled(plan), "_cancelled"))
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


def _cancelled(plan: Plan) -> exp.Expr:
    status = template("LOWER(PM_TRIM(:text))", text=plan.text(plan.mapping.columns["status"]))
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
        "SELECT * FROM ranked WHERE _place = 1 OR _number IS NULL OR PM_DAMAGED(_number)",
    )


_FURTHER: Final[dict[str, Callable[[Plan], bool]]] = {
    "_victim": lambda plan: plan.victims,
    "_cancelled": lambda plan: "status" in plan.mapping.stored,
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
    cancelled = [exp.column("_cancelled")] if "status" in plan.mapping.stored else []
    keys = [*force, *cancelled, *(exp.column(name, quoted=True) for name in plan.kept)]
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
    body = exp.select(*[key.copy() for key in keys], *told).from_(source)
    parts.put(
        "kinds",
        "How many crimes there are of each kind in a month: from here on there are few rows.",
        body.group_by(*keys, month),
    )
