"""Being told to stop: SIGTERM and SIGHUP end pm at once with 143 and 129, and leave no half-written file.

Python runs a signal's handler between two of its own steps, which may be a minute away while Polars counts. So a small
thread waits for the signal's number instead and ends the process, but never while a file is being put in its place
(`whole`). What has processes of its own to end asks for an exception in the main thread (`as_exception`).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Final

STOPS: Final = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name) and os.name == "posix"
)

_placing = Lock()
_raising = False


class Stopped(BaseException):
    """The process was told to stop. code: what it is to exit with, 128 and the signal's number, as a shell says it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


def watch() -> None:
    """Let SIGTERM and SIGHUP end this process with 128 and their number. For the program, never for the library."""
    if not STOPS:
        return
    reader, writer = (_above_the_standard_streams(end) for end in os.pipe())
    os.set_blocking(writer, False)
    for number in STOPS:
        signal.signal(number, _told)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    Thread(target=_wait, args=(reader,), daemon=True, name="pm-stopping").start()


def _above_the_standard_streams(descriptor: int) -> int:
    """The same end of a pipe under a number of 3 or more: a stream that our starter closed must stay closed."""
    import fcntl

    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
    os.close(descriptor)
    return moved


def _told(number: int, _frame: object) -> None:
    if _raising:
        raise Stopped(number)


def _wait(reader: int) -> None:
    while True:
        for number in os.read(reader, 64):
            if number in STOPS and not _raising:
                with _placing:
                    os._exit(128 + number)


@contextmanager
def whole() -> Iterator[None]:
    """Put off the end of the process while files are being put in their place: a few renames, or none of them."""
    with _placing:
        yield


@contextmanager
def as_exception() -> Iterator[None]:
    """Raise Stopped in the main thread instead of ending the process, so that what it started is ended first."""
    global _raising
    _raising = True
    try:
        yield
    finally:
        _raising = False
