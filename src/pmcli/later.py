"""Functions whose modules are imported when they are first called: readers of files and writers of packs.

A load reads with one or two readers and knows them all; a pack is written in one or two formats of several.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def later(where: str) -> Callable[..., Any]:
    """The function `where` ("package.module:name"), whose module is imported when it is first called."""
    module, _, name = where.partition(":")

    def call(*given: Any, **named: Any) -> Any:
        return getattr(import_module(module), name)(*given, **named)

    return call
