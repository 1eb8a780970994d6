"""What both layouts of a survey need: columns by their names, waves, areas, and spellings of one answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, did_you_mean
from pmcli.sources.classify import area_of
from pmcli.sources.reading.columns import find_column
from pmcli.sources.reading.dates import Period, financial_quarter, parse_period
from pmcli.sources.reading.periods import periods
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Report
from pmcli.sources.survey.mapping import Names, SurveyMapping, plain_answer

NOT_STATED: Final = "not stated"
"""The category of a respondent whose answer to the breakdown's question is blank."""

_TWO_YEARS: Final = re.compile(r"\s*(\d{4}) ?- ?(\d{2})\s*")


def column_of(table: RawTable, names: Names, what: str) -> str:
    """The frame's column that has one of the names. Raises PmError when the table has none of them."""
    for name in names:
        place = find_column(table.header, name)
        if place is not None:
            table.used.setdefault(place, what)
            return table.columns[place]
    have = [cell for cell in table.header if cell]
    listed = f"Its columns are {', '.join(have[:8])}{' …' if len(have) > 8 else ''}."
    raise PmError(
        f"{table.where}: there is no column {' or '.join(map(repr, names))} ({what})",
        did_you_mean(names[0], have, listed),
    )


def with_waves(
    frame: pl.DataFrame, table: RawTable, mapping: SurveyMapping, called: str, report: Report
) -> pl.DataFrame:
    """`frame` with period_end and months, from the text of `_period`; rows without a period are dropped and counted.

    A date stands for its month. Raises PmError when nothing says how long a wave is.
    """
    texts = [text for text in frame["_period"].unique().to_list() if text and plain_answer(text) not in mapping.waves]
    financial = _are_financial_years(texts, table, mapping, called)

    def parse(text: str) -> Period | None:
        text = mapping.waves.get(plain_answer(text), text)
        found = financial_quarter(text, "4") if financial and _TWO_YEARS.fullmatch(text) else parse_period(text)
        if found is None:
            return None
        return found._replace(months=12 if financial and _TWO_YEARS.fullmatch(text) else found.months, moved_from=None)

    advice = ": give them under [waves] in the mapping" if mapping.path else ""
    frame = periods(frame, ("_period",), table, report, parse, called=(called,), advice=advice)
    unsaid = frame.filter(pl.col("period_months").is_null())
    index = pl.col("period_end").dt.year().cast(pl.Int32) * 12 + pl.col("period_end").dt.month().cast(pl.Int32)
    gap = unsaid.select(index.unique().sort().diff().min()).item() if unsaid.height else None
    if gap is not None and mapping.months is not None and gap < mapping.months:
        raise PmError(
            f"{table.where}: {called!r} has waves {gap} month{'s' if gap > 1 else ''} apart, and the mapping says that "
            f"each is {mapping.months} months long",
            "Leave months out for dates: they make monthly figures, and `pm rolling` and `pm waves` add them up.",
        )
    if gap is not None and gap > 1 and mapping.months is None and mapping.layout != "respondents":
        raise PmError(
            f"{table.where}: the waves in {called!r} are {gap} months apart, and nothing says how long they are",
            "Give `months` in the mapping, or waves that say it, as Jul 22 - Jun 23.",
        )
    months = pl.col("period_months").fill_null(mapping.months or 1).cast(pl.Int8)
    return frame.with_columns(months.alias("months")).drop("period_months", "_period")


def _are_financial_years(texts: Sequence[str], table: RawTable, mapping: SurveyMapping, called: str) -> bool:
    """Whether all waves are written like 2007-08, which may be a financial year or a month, and are years."""
    found = [_TWO_YEARS.fullmatch(text) for text in texts]
    if not texts or not all(one and (int(one[1]) + 1) % 100 == int(one[2]) for one in found):
        return False
    if mapping.months is None and any(one and int(one[2]) <= 12 for one in found):
        raise PmError(
            f"{table.where}: {min(texts)!r} in {called!r} may be a financial year or a month",
            "Say which in the mapping: months = 12 or months = 1.",
        )
    return mapping.months in (None, 12)


def area_ids(frame: pl.DataFrame, mapping: SurveyMapping, catalogue: Catalogue, report: Report) -> pl.DataFrame:
    """`frame` with the names in `area` as area ids, and `_district` as the id of the force's district (or null)."""
    names = frame["area"].unique().to_list()
    found = {name: area_of(catalogue, name or "") for name in names}
    unknown = sorted(name for name, (area, known) in found.items() if not known and area != mapping.area)
    if unknown:
        one = len(unknown) == 1
        report.note(
            f"{mapping.source}: {len(unknown)} area{'' if one else 's'} nobody knows: "
            f"{'; '.join(f'{name!r} -> {found[name][0]}' for name in unknown[:3])}"
            f"{f' and {len(unknown) - 3} more' if len(unknown) > 3 else ''}; kept as {'it is' if one else 'they are'}"
        )
    ids = pl.DataFrame(
        {"area": list(found), "_id": [area for area, _ in found.values()]}, schema={"area": pl.String, "_id": pl.String}
    )
    frame = frame.join(ids, on="area", how="left", nulls_equal=True).drop("area").rename({"_id": "area"})
    if "_district" not in frame.columns:
        return frame
    districts = frame["_district"].unique().to_list()
    slugs = [
        area_of(catalogue, name, "x")[0].partition("/")[2] if name and name.strip() else None for name in districts
    ]
    named = pl.DataFrame({"_district": districts, "_slug": slugs}, schema={"_district": pl.String, "_slug": pl.String})
    frame = frame.join(named, on="_district", how="left", nulls_equal=True).drop("_district")
    return frame.with_columns((pl.col("area") + "/" + pl.col("_slug")).alias("_district")).drop("_slug")


def spellings(texts: Sequence[str | None]) -> dict[str, str]:
    """Plain text -> the spelling that stands for it: one with capitals where there is one ("Male", not "male")."""
    found: dict[str, str] = {}
    for text in sorted({" ".join(text.split()) for text in texts if text and text.strip()}):
        found.setdefault(plain_answer(text), text)
    return found
