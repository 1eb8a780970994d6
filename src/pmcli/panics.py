"""Panics of the libraries in Rust that read files: no exceptions to Python, and they print themselves."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator


def is_panic(error: BaseException) -> bool:
    """Whether a library in Rust panicked: its own class, which each of them has, is no Exception."""
    return type(error).__name__ == "PanicException"


@contextlib.contextmanager
def unprinted() -> Iterator[None]:
    """Standard error goes nowhere while a library in Rust reads a file: its threads print their panics there.

    What the panic comes to is raised to the caller all the same, who says it in our words.
    """
    try:
        kept = os.dup(2)
    except OSError:  # closed by whoever started us
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
