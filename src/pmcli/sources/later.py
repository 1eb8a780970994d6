"""Readers that are imported when the first file is theirs: a load reads with one or two of them, and knows them all."""

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
