"""The extracts that pm.toml names: each file is read once, whatever several [[pack]] entries take from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pmcli.errors import PmError
from pmcli.notes import note

if TYPE_CHECKING:
    import polars as pl

    from pmcli.catalogue import Catalogue
    from pmcli.settings import Extract, Settings
    from pmcli.sources.loading import Loaded


def read_extracts(
    extracts: Sequence[Extract], settings: Settings, catalogue: Catalogue
) -> list[tuple[pl.DataFrame, Loaded]]:
    """What each extract takes, and the load that it comes from. What the loads have to say is noted.

    Raises PmError as pmcli.sources.load does; of a [[pack]] entry it says which.
    """
    read: dict[Extract, Loaded] = {}
    return [_taken(one, extracts, read, settings, catalogue) for one in extracts]


def _taken(
    extract: Extract, extracts: Sequence[Extract], read: dict[Extract, Loaded], settings: Settings, catalogue: Catalogue
) -> tuple[pl.DataFrame, Loaded]:
    try:
        wanted = [catalogue.measure(name).id for name in extract.measures]
        every = _with_every_breakdown(extract, extracts)
        loaded = _load(every, read, catalogue)
        if every.by != extract.by and {one.source for one in loaded.inputs} != {"records"}:
            every = extract  # in other layouts a breakdown is the file's own, whatever is asked
            loaded = _load(every, read, catalogue)
    except PmError as error:
        if extract in settings.pack:
            named = ", ".join(extract.paths)
            error.message = f"{settings.path}, [[pack]] {named}: {error.message}"
            error.hint = error.hint.replace("--map ", "map = ").replace("--by ", "by = ")
        raise
    for sentence in loaded.report.sentences():
        note(sentence)
    frame = loaded.observations
    if every.by != extract.by:
        from pmcli.sources.records.victims import only_by

        frame = only_by(frame, extract.by, every.by)
    if wanted:
        frame = frame.filter(frame["measure"].is_in(wanted))
        if frame.is_empty():
            note(f"{', '.join(extract.paths)} has none of {', '.join(wanted)}, which pm.toml takes from it")
    return frame, loaded


def _with_every_breakdown(extract: Extract, extracts: Sequence[Extract]) -> Extract:
    """`extract` broken down by all that any extract of the same files asks for."""
    alike = [one for one in extracts if one._replace(by=(), measures=()) == extract._replace(by=(), measures=())]
    return extract._replace(by=tuple(dict.fromkeys(name for one in alike for name in one.by)))


def _load(extract: Extract, read: dict[Extract, Loaded], catalogue: Catalogue) -> Loaded:
    from pmcli.sources import load

    whole = extract._replace(measures=())
    if whole not in read:
        read[whole] = load(
            list(extract.paths), mapping=extract.map, source=extract.source, by=extract.by, area=extract.area,
            catalogue=catalogue,
        )  # fmt: skip
    return read[whole]
