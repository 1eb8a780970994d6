"""Progress on standard error, for what takes longer than about a second, and only on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 1.0
"""Seconds before a bar is worth showing."""


@contextmanager
def progress_bar(what: str, *, counted: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A callback (done, in all) that draws a bar once PATIENCE has passed; nothing off a terminal.

    counted: they are numbers of things, not of bytes.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    started = time.monotonic()
    bar = None

    def advance(done: int, total: int) -> None:
        nonlocal bar
        if bar is None and time.monotonic() - started >= PATIENCE and done < total:
            from pmcli.views import console

            bar = console.Bar(what, total, sys.stderr, counted=counted)
        if bar is not None:
            bar.update(done)

    try:
        yield advance
    finally:
        if bar is not None:
            bar.stop()
