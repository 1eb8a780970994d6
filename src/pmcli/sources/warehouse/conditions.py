"""The catalogue's conditions as expressions of a query: parsed, looked through part by part, and made anew.

A condition is what a `where` of the catalogue or of a mapping says. `pm load` works it out with Polars; the same parts
mean the same in every dialect, and one that has another part in it is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlglot
from sqlglot import exp

from pmcli.errors import PmError
from pmcli.sources.warehouse.dialects import blank

_PARTS: Final = (
    *(exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Between),
    *(exp.Like, exp.Is, exp.Null, exp.Boolean, exp.Literal, exp.Column, exp.Identifier, exp.Neg, exp.Tuple),
)
"""What a condition may be made of."""

_COMPARED: Final = (exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between)


def condition(
    text: str, what: str, dialect: str, flags: Mapping[str, exp.Expr], columns: Mapping[str, exp.Expr]
) -> exp.Expr:
    """A condition as a predicate of a query.

    text: as the catalogue has it. what: how messages call it. flags: yes-or-no name -> the predicate that is true of
    yes. columns: any other name -> the expression of its text, or of the age of a victim.
    Raises PmError, naming the part, for a condition that pm cannot send to a warehouse.
    """
    try:
        tree = sqlglot.parse_one(text, read="postgres")
    except sqlglot.errors.SqlglotError as error:
        raise PmError(f"{what} is not SQL: {text}", str(error).splitlines()[0]) from error
    for node in tree.walk():
        if not isinstance(node, _PARTS):
            raise _refused(what, text, f"{node.sql(dialect='postgres')} is more than comparisons of texts and ages")
    _check(tree, what, text, flags)
    return _predicate(tree, dialect, flags, columns)


def _check(tree: exp.Expr, what: str, text: str, flags: Mapping[str, exp.Expr]) -> None:
    for node in tree.find_all(*_COMPARED):
        for column in node.find_all(exp.Column):
            if column.name != "victim_age":
                raise _refused(what, text, f"which of two texts ({column.name}) comes first depends on the warehouse")
    for like in tree.find_all(exp.Like):
        if any("\\" in str(part.this) for part in like.find_all(exp.Literal)):
            raise _refused(what, text, "a pattern with \\ in it is not the same everywhere")
    for column in tree.find_all(exp.Column):
        above = column.parent
        while isinstance(above, exp.Paren):
            above = above.parent
        alone = above is None or isinstance(above, exp.And | exp.Or | exp.Not)
        if alone and column.name not in flags:
            raise _refused(what, text, f"{column.name} is no yes-or-no column")
        if not alone and column.name in flags and not (isinstance(above, exp.EQ | exp.NEQ | exp.Is) and _truth(above)):
            raise _refused(what, text, f"{column.name} is a yes-or-no column, and only that")


def _truth(node: exp.Expr) -> exp.Boolean | None:
    return next((side for side in (node.this, node.expression) if isinstance(side, exp.Boolean)), None)


def _predicate(
    tree: exp.Expr, dialect: str, flags: Mapping[str, exp.Expr], columns: Mapping[str, exp.Expr]
) -> exp.Expr:
    def made(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.EQ | exp.NEQ | exp.Is) and (truth := _truth(node)) is not None:
            column = node.find(exp.Column)
            if column is not None and column.name in flags:
                yes = bool(truth.this) is not isinstance(node, exp.NEQ)
                flag = flags[column.name].copy()
                return flag if yes else exp.Not(this=exp.Paren(this=flag))
        if isinstance(node, exp.Column):
            found = flags.get(node.name) or columns[node.name]
            return found.copy()
        if isinstance(node, exp.Literal) and node.is_string:
            return _literal(str(node.this), node, dialect)
        return node

    return tree.transform(made)


def _literal(text: str, node: exp.Expr, dialect: str) -> exp.Expr:
    if not text:
        return exp.convert(blank(dialect))
    if dialect == "tsql" and isinstance(node.parent, exp.Like):
        text = text.replace("[", "[[]")
    return exp.convert(text)


def _refused(what: str, text: str, why: str) -> PmError:
    return PmError(f"{what} cannot be sent to a warehouse: {text}", f"{why}. Load the extract itself, or reword it.")
