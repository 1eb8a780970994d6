"""The edition of a pack: its statements and figures as a small Parquet beside it, for the next one to be held against.

It holds what the pack publishes and nothing else: figures that the pack withholds are not in it either.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from pmcli import history, opened, pipe
from pmcli.errors import PmError, UsageError
from pmcli.pack.model import Pack
from pmcli.pack.view import View
from pmcli.tables import EDITION, KEY, SERIES, TREND, recognise
from pmcli.views.language.words import long_month
from pmcli.views.stated import periods, stated

META: Final = "pm.edition"
"""Metadata key of the force and month that an edition is of."""

SUFFIX: Final = "parquet"

_IN_COMPARISONS: Final = ("baseline", "previous-year")
"""What the trend table says again."""


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition that was written before. name: of its file. stages: its history."""

    frame: pl.DataFrame
    force: str
    to: date
    name: str
    stages: list[history.Stage] = field(default_factory=list)


def edition_of(view: View) -> pl.DataFrame:
    """The statements of a force's pack, and the counts of the source behind them by month or quarter."""
    said = [one for one in view.said if one.table is not TREND or one.sentence.about not in _IN_COMPARISONS]
    counts = view.totals.filter(pl.col("base").is_null(), pl.col("dimension") == "all")
    points = view.spc.join(counts, on=list(SERIES), how="semi").select(*KEY, "value")
    behind = pl.concat([points, counts.join(points, on=list(SERIES), how="anti").select(*KEY, "value")])
    none = pl.lit(None, dtype=pl.Float64)
    rows = periods(behind.with_columns(base=none, effective=none))
    every = pl.concat([stated(said, view.catalogue), rows])
    return every.unique(list(EDITION.key), keep="first", maintain_order=True).sort(EDITION.key)


def edition_bytes(pack: Pack, stages: Sequence[history.Stage]) -> bytes:
    """The edition of a pack as its file. The same pack and history give the same bytes."""
    about = json.dumps({"force": pack.force, "to": f"{pack.to:%Y-%m-%d}"}, separators=(",", ":"))
    buffer = io.BytesIO()
    metadata = {history.KEY: history.to_json(list(stages)), META: about}
    pack.edition.write_parquet(buffer, metadata=metadata, compression="zstd", statistics=False)
    return buffer.getvalue()


def read_editions(given: str, areas: Iterable[str], to: date) -> dict[str, Edition]:
    """The last edition of each force: of one file, or of a folder of packs the latest before `to` that each has there.

    Raises PmError when the file is no edition, is of another force or of a later month, or when the folder has none.
    """
    wanted, path = list(areas), Path(given)
    if not path.is_dir():
        if len(wanted) > 1:
            raise UsageError(
                f"--previous {given} is one file for {len(wanted)} forces", "Name the folder of the packs before it."
            )
        edition = _read(given)
        if edition.force != wanted[0]:
            raise PmError(f"--previous {given} is the pack of {edition.force}, and this one is of {wanted[0]}")
        if edition.to > to:
            raise PmError(
                f"--previous {given} is to {long_month(edition.to)}, and this pack to {long_month(to)}",
                "Name an earlier edition.",
            )
        return {edition.force: edition}
    found = {area: _latest(path, area, to) for area in wanted}
    if not any(found.values()):
        names = wanted[0] if len(wanted) == 1 else "any of the forces"
        raise PmError(
            f"--previous {given}: the folder has no edition of {names} before {long_month(to)}",
            "It looks for force-month.parquet, which `pm pack` writes beside each pack.",
        )
    return {area: edition for area, edition in found.items() if edition is not None}


def _latest(folder: Path, area: str, to: date) -> Edition | None:
    """The latest edition before a month, of those that are called by their force and month."""
    names = sorted(folder.glob(f"{area}-[0-9][0-9][0-9][0-9]-[0-9][0-9].{SUFFIX}"), reverse=True)
    editions = (_read(str(name)) for name in names if name.stem[-7:] < f"{to:%Y-%m}")
    return next((one for one in editions if one.force == area and one.to < to), None)


def _read(name: str) -> Edition:
    beside = Path(name).with_suffix(f".{SUFFIX}")
    if Path(name).suffix != f".{SUFFIX}" and beside.is_file():
        raise PmError(f"--previous {name}: that is the page, not its edition", f"Give {beside}.")
    try:
        arrived = pipe.read([name], [EDITION], "pack")
        opened.reading(name, "previous")
    except PmError as error:
        hint = f"Give the .{SUFFIX} that `pm pack` wrote beside the earlier pack."
        raise PmError(f"--previous: {error.message}", hint) from error
    if arrived.frame.is_empty():
        raise PmError(f"--previous {name}: it holds no statements")
    try:  # what a script made of an edition may have lost it, or hold anything
        about = json.loads(pl.read_parquet_metadata(name).get(META) or "")
        force, to = str(about["force"]), date.fromisoformat(about["to"])
    except (ValueError, KeyError, TypeError):
        force = arrived.frame["area"].str.split("/").list.first().mode().sort()[0]
        to = arrived.frame.select(pl.col("period_end").max()).item()
    return Edition(arrived.frame, force, to, name, arrived.stages)


def refuse_another_table(path: Path) -> None:
    """Raise UsageError when a file that an edition would be written over is something else."""
    if not path.is_file():
        return
    try:
        known = recognise(list(pl.read_parquet_schema(path)))
    except (pl.exceptions.PolarsError, OSError):
        known = None
    if known is not EDITION:
        what = f"the {known.name} table" if known else "a file that is no edition of a pack"
        raise UsageError(
            f"{path} is {what}: the pack's own figures would be written over it", "Name the pack otherwise, with -o."
        )
