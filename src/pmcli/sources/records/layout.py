"""The layout of crime records, known to every load; what counts them, which needs numpy, is imported with the records.

numpy costs a load of other data a third of its start-up, so the readers are imported here when they are called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pmcli.sources.layout import Context, Layout
from pmcli.sources.reading.files import DataFile
from pmcli.sources.reading.raw import Matcher, RawTable


def _observations(given: Sequence[RawTable], context: Context) -> pl.DataFrame:
    from pmcli.sources.records.read import observations

    return observations(given, context)


def _streamed(file: DataFile, fits: Matcher) -> RawTable | None:
    from pmcli.sources.records.scan import streamed

    return streamed(file, fits)


LAYOUT: Final = Layout(
    name="records",
    title="crime records, one row a crime (Business Objects, Athena), mostly with a mapping",
    columns=("crime_number", "recorded_date", "force"),
    read=_observations,
    breaks_down=True,
    opens=_streamed,
)
