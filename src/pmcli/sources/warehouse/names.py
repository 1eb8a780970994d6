"""The name of a table, as a user writes it."""

from __future__ import annotations

import re

from sqlglot import exp

from pmcli.errors import UsageError

GIVEN = "given"
"""The mark of the user's own table among the tables of a query."""


def table_node(parts: list[str]) -> exp.Table:
    """A table of a query, quoted. parts: catalogue and schema where they are given, and its name."""
    *above, name = parts
    places = dict(zip(("db", "catalog"), reversed(above), strict=False))
    made = exp.Table(
        this=exp.to_identifier(name, quoted=True),
        **{place: exp.to_identifier(text, quoted=True) for place, text in places.items()},
    )
    made.meta[GIVEN] = True
    return made


def table_parts(name: str) -> list[str]:
    """The parts of schema.table; a part in quotation marks may have dots in it. Raises UsageError."""
    found = re.findall(r'"((?:[^"]|"")+)"|([^".]+)', name)
    parts = [quoted.replace('""', '"') or plain for quoted, plain in found]
    rebuilt = r'\s*(?:"(?:[^"]|"")+"|[^".]+)(?:\.(?:"(?:[^"]|"")+"|[^".]+)){0,2}\s*'
    if not re.fullmatch(rebuilt, name):
        raise UsageError(
            f"--table {name}: this is no table's name", 'Write it as crimes, dbo.crimes or "my.schema".crimes.'
        )
    return [part.strip() for part in parts]


tabletable_parts = table_parts
