"""The steps of a query that read days: the calendar, and each text of a date column once, as reading.days reads it."""

from __future__ import annotations

import calendar

from sqlglot import exp

from pmcli.sources.reading.days import DAY_FIRST, FIRST_YEAR, LAST_YEAR, PIVOT, UTC
from pmcli.sources.warehouse.dialects import WHITE, plain_letters, template
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
        [(WHITE, " " * len(WHITE), " " + WHITE, "".join(pairs), "".join(pairs.values()))], folded=True,
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
