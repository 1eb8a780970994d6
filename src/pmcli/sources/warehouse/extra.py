"""The extra `warehouse`: what is imported of it only when it is asked for, and said where it is missing."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Final

from pmcli.errors import PmError

_BROUGHT: Final = ("ibis", "sqlglot", "duckdb", "pyarrow", "pandas")


def imported(name: str) -> ModuleType:
    """A module that needs the extra. Raises PmError where it is not installed."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _BROUGHT:
            raise
        raise PmError(
            f"{missing} is not installed, which warehouses need", "pip install 'police-measures[warehouse]'"
        ) from error
