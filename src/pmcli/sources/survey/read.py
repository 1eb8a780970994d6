"""Surveys: one row a respondent with answers and a weight, or percentages that somebody has made of them already.

Either way a share comes out as the weighted number who answered positively (`value`) over the weighted number who
answered at all (`base`), with the effective sample size of that base, so that a test knows what the sample is worth.
What both layouts need is in common.py; respondents.py and table.py read the rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pmcli.errors import PmError
from pmcli.sources.layout import Context
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.survey import respondents, table
from pmcli.sources.survey.mapping import PLAIN, RespondentsMapping, TableMapping


def observations(tables: Sequence[RawTable], context: Context) -> pl.DataFrame:
    """The observations of all tables: a share a measure, area, breakdown and wave.

    Raises PmError when there are no rows, a column that the mapping names is not there, a figure is given twice, or
    nothing says how long a wave is.
    """
    if not any(one.frame.height for one in tables):
        raise PmError(f"{tables[0].where}: there is no figure in this survey", "It has no rows.")
    mapping = context.mapping
    if isinstance(mapping, RespondentsMapping):
        return respondents.shares(tables, mapping, context)
    return table.shares(tables, mapping if isinstance(mapping, TableMapping) else PLAIN, context)
