"""The SQL dialects that pm writes, and what each says otherwise than the others.

Queries are written once, in the words of sqlglot itself, with macros (PM_TIDY and the like) for what
dialects do not share; `spoken` puts a dialect's own words in their place, and sqlglot writes the rest. Text is compared
letter by letter everywhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from sqlglot import exp, parse_one

from pmcli.errors import UsageError, did_you_mean

DIALECTS: Final[dict[str, str]] = {
    "tsql": "SQL Server 2022 or later",
    "oracle": "Oracle 19c or later",
    "postgres": "PostgreSQL 12 or later",
    "snowflake": "Snowflake",
    "databricks": "Databricks SQL",
    "spark": "Spark SQL 3.4 or later",
    "bigquery": "BigQuery",
    "trino": "Trino",
    "duckdb": "DuckDB",
}
"""--dialect -> what it is the SQL of."""

_SPACES: Final = "".join(map(chr, range(0x2000, 0x200B)))
WHITE: Final = f"\t\n\v\f\r\x85\xa0\u1680{_SPACES}\u2028\u2029\u202f\u205f\u3000"
"""The characters beside the blank that are white space."""

FEW_PATTERNS: Final = ("tsql",)
"""Dialects without regular expressions."""

SLOW_SIGNS: Final = ("duckdb", "postgres")
"""Dialects that take long over signs which stand in a table: most texts are seen to need none of it first."""

WORKS_OUT_ONCE: Final = ("duckdb", "postgres", "oracle", "snowflake")
"""Dialects whose engines work out once a step that is named several times."""

FOLDS: Final = ("duckdb", "postgres")
"""Dialects that can be told to put a step where it is used."""

_PLAIN: Final = "^[!-~]([ -~]*[!-~])?$"
_PLAIN_WORDS: Final = "^[!-~]+( [!-~]+)*$"
"""English texts without white space at their ends, and with single blanks inside."""

EMPTY_IS_NULL: Final = ("oracle",)
"""Dialects in which an empty text is none: a blank stands for it."""


def checked(name: str) -> str:
    """The dialect. Raises UsageError when pm does not write it."""
    if name not in DIALECTS:
        raise UsageError(
            f"--dialect {name}: pm does not write it", did_you_mean(name, DIALECTS, f"There are {', '.join(DIALECTS)}.")
        )
    return name


def blank(dialect: str) -> str:
    """What stands for a text that is blank."""
    return " " if dialect in EMPTY_IS_NULL else ""


def template(text: str, /, **nodes: exp.Expr | str | int) -> exp.Expr:
    """A piece of a query, in the words of sqlglot itself; `:name` in it is one of `nodes`, a text or number becomes a
    literal, and the table `pm_table` is the node `table`."""
    made = parse_one(text)
    given = {name: node if isinstance(node, exp.Expr) else exp.convert(node) for name, node in nodes.items()}

    def replaced(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Placeholder) and node.this in given:
            return given[node.this].copy()
        if isinstance(node, exp.Table) and node.name == "pm_table":
            return exp.alias_(given["table"].copy(), node.alias, table=True)
        return node

    return made.transform(replaced)


def selection(text: str, /, **nodes: exp.Expr | str | int) -> exp.Select:
    """A `template` that is a SELECT."""
    made = template(text, **nodes)
    assert isinstance(made, exp.Select), text
    return made


def spoken(tree: exp.Expr, dialect: str) -> exp.Expr:
    """The tree with every macro in the words of a dialect."""

    def replaced(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Anonymous) and (macro := MACROS.get(str(node.this).upper())):
            return spoken(macro(dialect, *node.expressions), dialect)
        return node

    made = tree.transform(replaced)
    if dialect == "postgres":  # which letters are small ones the database's own language knows, not that of PM_TEXT
        for lower in list(made.find_all(exp.Lower)):
            if not isinstance(lower.this, exp.Collate):
                lower.set("this", exp.Collate(this=lower.this, expression=exp.to_identifier("default", quoted=True)))
    if dialect == "tsql":  # text outside of the code page
        for literal in list(made.find_all(exp.Literal)):
            if literal.is_string and not str(literal.this).isascii():
                literal.replace(exp.National(this=literal.this))
    return made


# -- macros: (dialect, arguments) -> what it is in that dialect --------------------------------------------------------
def _text(dialect: str, this: exp.Expr) -> exp.Expr:
    """PM_TEXT(x): x as text that is compared letter by letter."""
    if dialect == "tsql":
        cast = exp.cast(this, "NVARCHAR(4000)", dialect="tsql")
        return exp.Collate(this=cast, expression=exp.Var(this="Latin1_General_100_BIN2"))
    if dialect == "oracle":
        return exp.cast(this, "VARCHAR2(4000)", dialect="oracle")
    if dialect == "postgres":  # whatever the column's own order: that of letters is the fastest to sort by, too
        return exp.Collate(this=exp.cast(this, "TEXT"), expression=exp.to_identifier("C", quoted=True))
    return exp.cast(this, "TEXT")


def _trimmed(dialect: str, this: exp.Expr) -> exp.Expr:
    """PM_TRIM(x): x without white space at its ends."""
    if dialect == "oracle":
        return template("LTRIM(RTRIM(:x, signs._ends), signs._ends)", x=this)
    if dialect in SLOW_SIGNS:
        return template("CASE WHEN PM_MATCHES(:x, :plain) THEN :x ELSE TRIM(:x, signs._ends) END", x=this, plain=_PLAIN)
    return template("TRIM(:x, signs._ends)", x=this)


def _tidy(dialect: str, this: exp.Expr) -> exp.Expr:
    """PM_TIDY(x): x with single blanks inside and none at its ends; blank where there is no text."""
    spaced = template("TRANSLATE(:x, signs._white, signs._blanks)", x=this)
    tidy = template("COALESCE(TRIM(PM_SQUEEZE(:x)), :blank)", x=spaced, blank=blank(dialect))
    if dialect in SLOW_SIGNS:
        return template(
            "CASE WHEN :x IS NULL THEN :blank WHEN PM_MATCHES(:x, :plain) THEN :x ELSE :tidy END",
            x=this, plain=_PLAIN_WORDS, tidy=tidy, blank=blank(dialect),
        )  # fmt: skip
    return tidy


def _squeezed(dialect: str, this: exp.Expr) -> exp.Expr:
    """PM_SQUEEZE(x): every run of blanks in x as one."""
    if dialect in FEW_PATTERNS:
        return template(
            "REPLACE(REPLACE(REPLACE(:x, ' ', :both), :back, ''), :mark, '')",
            x=this, both=" \x02", back="\x02 ", mark="\x02",
        )  # fmt: skip
    return _replaced(dialect, this, exp.convert(" +"), exp.convert(" "))


def _replaced(dialect: str, this: exp.Expr, pattern: exp.Expr, by: exp.Expr) -> exp.Expr:
    """PM_REPLACE(x, pattern, by): x with every match of a pattern replaced; \\1 in `by` is the first group."""
    if dialect in ("spark", "databricks", "trino") and isinstance(by, exp.Literal):
        by = exp.convert(str(by.this).replace("\\", "$"))
    more = [exp.convert("g")] if dialect in ("duckdb", "postgres") else []
    return exp.Anonymous(this="REGEXP_REPLACE", expressions=[this, pattern, by, *more])


def _matches(dialect: str, this: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    """PM_MATCHES(x, pattern): whether x has a match of a pattern in it."""
    if dialect == "snowflake" and not str(pattern.this).startswith("^"):  # there the whole text has to match
        pattern = exp.convert(
            f".*{str(pattern.this).removesuffix('$')}{'' if str(pattern.this).endswith('$') else '.*'}"
        )
    return exp.RegexpLike(this=this, expression=pattern)


def _days_between(dialect: str, early: exp.Expr, late: exp.Expr) -> exp.Expr:
    """PM_DAYS(early, late): the days from one date to another."""
    if dialect in ("oracle", "postgres", "duckdb"):
        return exp.Paren(this=exp.Sub(this=late, expression=early))
    return exp.DateDiff(this=late, expression=early, unit=exp.Var(this="DAY"))


def _days_after(dialect: str, this: exp.Expr, days: exp.Expr) -> exp.Expr:
    """PM_AFTER(date, days): the date so many days later."""
    if dialect in ("oracle", "postgres", "duckdb"):
        return exp.Paren(this=exp.Add(this=this, expression=days))
    return exp.DateAdd(this=this, expression=days, unit=exp.Var(this="DAY"))


def _date(dialect: str, this: exp.Expr) -> exp.Expr:
    """PM_DATE(text): the date that a text says as 2018-01-31."""
    if dialect == "oracle":
        return exp.Anonymous(this="TO_DATE", expressions=[this, exp.convert("YYYY-MM-DD")])
    return exp.cast(this, "DATE")


def _clock(dialect: str, this: exp.Expr) -> exp.Expr:
    """PM_CLOCK(x): the time of a timestamp as one number, 230000 for 23:00."""
    if dialect == "oracle":
        this = exp.cast(this, "TIMESTAMP")
    return template("EXTRACT(HOUR FROM :x) * 10000 + EXTRACT(MINUTE FROM :x) * 100 + EXTRACT(SECOND FROM :x)", x=this)


def _number(dialect: str, this: exp.Expr) -> exp.Expr:
    """PM_NUMBER(x): the number that a text is, written with figures and at most one point; NULL for any other text."""
    if dialect in FEW_PATTERNS:
        return template(
            "CASE WHEN :x LIKE '[0-9]%' AND :x NOT LIKE '%[^0-9.]%' AND :x NOT LIKE '%.%.%' AND :x NOT LIKE '%.' "
            "THEN CAST(:x AS DOUBLE) END",
            x=this,
        )
    return template("CASE WHEN PM_MATCHES(:x, '^[0-9]+([.][0-9]+)?$') THEN CAST(:x AS DOUBLE) END", x=this)


def _count(dialect: str, this: exp.Expr) -> exp.Expr:
    """PM_COUNT(x): the number that a text is, commas at its thousands; NULL for any other text."""
    if dialect in FEW_PATTERNS:
        return template("TRY_CAST(REPLACE(:x, ',', '') AS DOUBLE)", x=this)
    pattern = "^[+-]?[0-9]+(,[0-9]{3})*([.][0-9]*)?([eE][+-]?[0-9]+)?$"
    return template(
        "CASE WHEN PM_MATCHES(:x, :pattern) THEN CAST(REPLACE(:x, ',', '') AS DOUBLE) END", x=this, pattern=pattern
    )


def _age_text(dialect: str, this: exp.Expr) -> exp.Expr:
    """PM_AGE_TEXT(x): x, in small letters, without "years old" and the like at its end."""
    if dialect not in FEW_PATTERNS:
        return _replaced(dialect, this, exp.convert("( *(years|year|yrs|yr|y))?( old)?$"), exp.convert(""))
    made = exp.Case(default=this)
    units = ("years", "year", "yrs", "yr", "y")
    for ends in (*(f"{unit} old" for unit in units), " old", *units):
        cut = template("RTRIM(LEFT(:x, LENGTH(:x) - :cut))", x=this, cut=len(ends))
        made = made.when(template("(:x LIKE :pattern)", x=this, pattern=f"%{ends}"), cut)
    return made


def _damaged(dialect: str, this: exp.Expr) -> exp.Expr:
    """PM_DAMAGED(x): whether x is a number that a spreadsheet has damaged, as 4.21E+11 or #####."""
    if dialect in FEW_PATTERNS:
        return template(
            "(:x LIKE '#%' OR (:x LIKE '[0-9][eE]%' OR :x LIKE '[0-9][.,][0-9]%[eE]%') AND :x NOT LIKE '%[ -]%' "
            "AND NOT TRY_CAST(REPLACE(:x, ',', '.') AS DOUBLE) IS NULL)",
            x=this,
        )
    return template(
        "(:x LIKE '#%' OR UPPER(:x) LIKE '_%E%' AND PM_MATCHES(:x, '^[0-9]([.,][0-9]+)?[eE][+]?[0-9]+$'))", x=this
    )


def _foreign(dialect: str, this: exp.Expr) -> exp.Expr:
    """PM_FOREIGN(x): whether x has a character beyond the English ones."""
    if dialect in FEW_PATTERNS:
        return template("(:x LIKE '%[^ -~]%')", x=this)
    return template("PM_MATCHES(:x, '[^ -~]')", x=this)


def _unslugged(dialect: str, this: exp.Expr) -> exp.Expr:
    """PM_UNSLUGGED(x): whether x has more than small letters, figures, blanks and hyphens."""
    if dialect in FEW_PATTERNS:
        return template("(:x LIKE '%[^a-z0-9 -]%')", x=this)
    return template("PM_MATCHES(:x, '[^a-z0-9 -]')", x=this)


def _slug(_dialect: str, this: exp.Expr) -> exp.Expr:
    """PM_SLUG(x): the id that a name in small letters makes: no accents, words joined by hyphens."""
    flat = template("TRIM(PM_SQUEEZE(TRANSLATE(REPLACE(:x, '&', ' and '), signs._letters, signs._plain)))", x=this)
    return template("COALESCE(NULLIF(REPLACE(:flat, ' ', '-'), ''), 'unnamed')", flat=flat)


def plain_letters() -> Mapping[str, str]:
    """A character -> what it is in an id: its letter without an accent, or a blank; not those that make two."""
    pairs = {}
    signs = [
        *map(chr, range(0x21, 0x7F)),
        *map(chr, range(0xA1, 0x250)),
        *"\u2010\u2011\u2012\u2013\u2014\u2015\u2018\u2019\u201c\u201d\u2026\u2022",
    ]
    for sign in signs:
        if sign != sign.lower() or sign in "&" or (sign.isascii() and sign.isalnum()):
            continue
        bare = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part)).lower()
        letters = [part if part.isascii() and part.isalnum() else " " for part in bare] or [" "]
        if len(letters) == 1 or not any(part.strip() for part in letters):
            pairs[sign] = letters[0]
    return pairs


MACROS: Final[dict[str, Callable[..., exp.Expr]]] = {
    "PM_TEXT": _text,
    "PM_TRIM": _trimmed,
    "PM_TIDY": _tidy,
    "PM_SQUEEZE": _squeezed,
    "PM_REPLACE": _replaced,
    "PM_MATCHES": _matches,
    "PM_DAYS": _days_between,
    "PM_AFTER": _days_after,
    "PM_DATE": _date,
    "PM_CLOCK": _clock,
    "PM_NUMBER": _number,
    "PM_AGE_TEXT": _age_text,
    "PM_COUNT": _count,
    "PM_DAMAGED": _damaged,
    "PM_FOREIGN": _foreign,
    "PM_UNSLUGGED": _unslugged,
    "PM_SLUG": _slug,
}
