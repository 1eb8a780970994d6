"""Take a declared mass event out of the counts, and say so: one incident with many victims is no trend."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import UsageError, did_you_mean
from pmcli.notes import note
from pmcli.tables import OBSERVATIONS, conform


def without(
    observations: pl.LazyFrame | pl.DataFrame, events: Sequence[str], catalogue: Catalogue | None = None
) -> pl.LazyFrame:
    """The observations less the counts of the mass events named.

    Every row of the event's measures and areas whose period holds the event's day is smaller by the event's count,
    whatever its length. Rows of a breakdown are left alone: the register does not say which category an event is in.
    Raises UsageError for an event that the register does not have, or that is not a mass event.
    """
    catalogue = catalogue or Catalogue()
    frame = conform(observations.lazy().collect(), OBSERVATIONS)
    start = pl.col("period_end").dt.offset_by("1d").dt.offset_by(pl.format("-{}mo", "months"))
    for name in events:
        event = catalogue.events.get(name)
        mass = [one.id for one in catalogue.mass_events]
        if event is None or event.kind != "mass-event":
            what = "there is no event" if event is None else "not a mass event:"
            raise UsageError(
                f"--without: {what} {name!r}", did_you_mean(name, mass, f"Mass events: {', '.join(mass)}.")
            )
        holds = (
            pl.col("measure").is_in(event.measures)
            & pl.col("area").is_in(event.areas)
            & (pl.col("dimension") == "all")
            & (start <= event.day)
            & (pl.col("period_end") >= event.day)
        )
        touched = frame.filter(holds)
        frame = frame.with_columns(pl.when(holds).then(pl.col("value") - event.count).otherwise("value").alias("value"))
        if touched.height:
            where = ", ".join(sorted(set(touched["area"])))
            what = f"{event.count} taken out of {', '.join(event.measures)} in {where}"
            note(f"without {event.label} ({event.day:%B %Y}): {what}")
        else:
            note(f"without {event.label} ({event.day:%B %Y}): no figure here holds it; nothing was taken out")
    return frame.lazy()
