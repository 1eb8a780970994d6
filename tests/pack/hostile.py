"""Packs whose every text is hostile: what is data in the example pack gets a beginning that somebody could type.

What pm itself writes and reads back (ids, kinds, roles, sides) is left alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import polars as pl

from pmcli.pack.model import Pack
from pmcli.views.language.forms import Figure
from tests.pack.example import example_pack

OURS = {
    "href",
    "mark",
    "id",
    "page",
    "force",
    "kind",
    "role",
    "figures",
    "standing",
    "hashed",
    "sources",
    "source",
    "name",
}
"""Fields that hold words of the program. `name` is data in a series and a file."""
NAMED = {"Series", "SourceFile"}


def hostile_pack(prefix: str) -> Pack:
    """The example with `prefix` before every text, the same text always made into the same."""
    return spoil(example_pack(), prefix)


def spoil(thing: Any, prefix: str) -> Any:
    """`thing` with `prefix` before every text in it that is data."""
    if isinstance(thing, str):
        return prefix + thing
    if isinstance(thing, pl.DataFrame):
        return thing.with_columns(pl.concat_str(pl.lit(prefix), pl.col(name)).alias(name) for name in _texts(thing))
    if isinstance(thing, Figure):  # a value and the form that pm gives it
        return thing
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        data = [field.name for field in dataclasses.fields(thing) if _is_data(thing, field.name)]
        return dataclasses.replace(thing, **{name: _field(thing, name, prefix) for name in data})
    if isinstance(thing, tuple):
        return tuple(spoil(each, prefix) for each in thing)
    if isinstance(thing, list):
        return [spoil(each, prefix) for each in thing]
    return thing


def texts(thing: Any) -> Iterator[str]:
    """Every text of a pack that is data and not empty."""
    if isinstance(thing, str):
        if thing:
            yield thing
    elif isinstance(thing, pl.DataFrame):
        for name in _texts(thing):
            yield from thing[name].drop_nulls()
    elif dataclasses.is_dataclass(thing) and not isinstance(thing, Figure):
        for field in dataclasses.fields(thing):
            value = getattr(thing, field.name)
            if not _is_data(thing, field.name):
                continue
            if field.name == "lines":
                yield from (line for line, _ in value)
            elif field.name == "facts":
                yield from [*value, *value.values()]
            elif isinstance(value, dict):
                yield from value if field.name == "columns" and thing.heading else ()
                yield from (text for each in value.values() if field.name == "tables" for text in texts(each))
            else:
                yield from texts(value)
    elif isinstance(thing, list | tuple):
        for each in thing:
            yield from texts(each)


def _field(thing: Any, name: str, prefix: str) -> Any:
    value = getattr(thing, name)
    if name == "lines":
        return [(prefix + line, kind) for line, kind in value]
    if name == "facts":
        return {prefix + key: prefix + text for key, text in value.items()}
    if name == "columns":
        return {prefix + key: side for key, side in value.items()}
    if isinstance(value, dict):
        return {key: spoil(each, prefix) for key, each in value.items()}
    return spoil(value, prefix)


def _is_data(thing: Any, name: str) -> bool:
    if type(thing).__name__ == "Logo":  # only the page has it
        return False
    return name not in OURS or (name == "name" and type(thing).__name__ in NAMED)


def _texts(frame: pl.DataFrame) -> list[str]:
    return [name for name, dtype in frame.schema.items() if dtype == pl.String]
