"""Which crime types data.police.uk published when, and the zeros that its files leave out.

A street file has a row a crime, so a type without a crime in a force's month has no row at all. That is a zero, and
not a gap, as long as the force did publish its crimes for that month.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

import polars as pl

_ALWAYS: Final = ("Anti-social behaviour", "Burglary", "Other crime", "Robbery", "Vehicle crime")
_FROM_2011: Final = ("Criminal damage and arson", "Drugs", "Other theft", "Shoplifting")
_FROM_2013: Final = (
    "Bicycle theft",
    "Possession of weapons",
    "Public order",
    "Theft from the person",
    "Violence and sexual offences",
)

ERAS: Final[tuple[tuple[date, tuple[str, ...]], ...]] = (
    (date(2010, 12, 1), (*_ALWAYS, "Violent crime")),
    (date(2011, 9, 1), (*_ALWAYS, *_FROM_2011, "Public disorder and weapons", "Violent crime")),
    (date(2013, 5, 1), (*_ALWAYS, *_FROM_2011, *_FROM_2013)),
)
"""From which month which types were published (data.police.uk, changelog of the street-level data)."""

CRIME_TYPES: Final = frozenset(name for _, names in ERAS for name in names)
"""Every crime type published since 2010."""


def with_zeros(frame: pl.DataFrame) -> pl.DataFrame:
    """Monthly counts with a zero for every published type that a force's month has no crime of.

    frame: crime_type, area, period_end, months, value. A force's month with less than half of the types of its time is
    left as it is: that force did not publish its crimes (some sent only anti-social behaviour), and not known is not 0.
    So is one with a type that nobody knows, which may be any of those that it lacks.
    """
    months = frame.group_by("area", "period_end", "months").agg(pl.col("crime_type").alias("_have"))
    months = months.filter(pl.col("_have").list.set_difference(sorted(CRIME_TYPES)).list.len() == 0)
    starts = [start for start, _ in ERAS]
    eras = pl.DataFrame({"_start": starts, "crime_type": [list(names) for _, names in ERAS]})
    dated = months.sort("period_end").join_asof(
        eras.sort("_start"), left_on="period_end", right_on="_start", strategy="backward", check_sortedness=False
    )
    known = pl.col("_have").list.set_intersection("crime_type").list.len()
    whole = dated.filter(known * 2 >= pl.col("crime_type").list.len())
    zeros = (
        whole.with_columns(pl.col("crime_type").list.set_difference("_have"))
        .explode("crime_type", empty_as_null=False)
        .filter(pl.col("crime_type").is_not_null())
        .with_columns(value=pl.lit(0.0))
    )
    return pl.concat([frame, zeros.select(frame.columns)]).sort("crime_type", "area", "period_end")


def published(text: str) -> str:
    """The published crime type that a text is, whatever its letters, hyphens and "&"; the text itself for another."""
    return _PLAIN.get(_plain(text), text)


def _plain(text: str) -> str:
    words = re.sub(r"[^a-z]+", " ", text.lower().replace("&", " and "))
    return " ".join("person" if word == "persons" else word for word in words.split() if word != "the")


_PLAIN: Final = {_plain(name): name for name in sorted(CRIME_TYPES)}
