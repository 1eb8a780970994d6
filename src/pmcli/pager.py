"""A pager for what is longer than the terminal: PAGER when it is set, else less.

Off by PAGER= (or cat), --no-pager, or a terminal that says it is dumb. Without a PAGER, less is taken only where
standard error is a terminal too: what captures that is a program, and waits for no key.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator


def paged(data: bytes) -> bool:
    """Whether a pager showed the text; False: nobody has shown it yet. Only where standard output is a terminal."""
    if data.count(b"\n") < shutil.get_terminal_size((80, 24)).lines:
        return False
    command = _command()
    if command is None:
        return False
    more = {"LESS": "FRX", "LESSCHARSET": "utf-8"}  # quit if it fits, keep colours, leave the text on the screen
    try:
        with _left_to_the_pager():
            process = subprocess.Popen(command, stdin=subprocess.PIPE, env={**more, **os.environ})  # noqa: S603
            process.communicate(data)
    except OSError:  # there is no such program
        return False
    return True


def _command() -> list[str] | None:
    """The words of the command that pages; None for none."""
    if os.environ.get("TERM") == "dumb":
        return None
    asked = os.environ.get("PAGER")
    if asked is not None:
        words = shlex.split(asked, posix=os.name != "nt")
        return None if words in ([], ["cat"]) else words
    with contextlib.suppress(OSError):
        if os.isatty(2) and (less := shutil.which("less")):
            return [less]
    return None


@contextlib.contextmanager
def _left_to_the_pager() -> Iterator[None]:
    """Ctrl-C is for the pager, and one that is left before the end of the text is no broken pipe of ours."""
    kept = [(number, signal.signal(number, signal.SIG_IGN)) for number in _SIGNALS]
    try:
        yield
    finally:
        for number, handler in kept:
            signal.signal(number, handler)


_SIGNALS = [signal.SIGINT, *([signal.SIGPIPE] if hasattr(signal, "SIGPIPE") else [])]
