"""The `pm` program, and `python -m pmcli`.

A command lives for less than a second, most of it imports, and the next stage of a pipe waits for its end. So the
program (never the library) does without two things: looking for reference cycles among what the imports make, which
costs more than it could free, and taking the interpreter apart at the end, which takes as long as the work. It closes
standard output itself, for the kernel gives back the memory of a process first, and meanwhile the next stage waits.
"""

import errno
import gc
import os
import signal
import sys
from typing import Final

gc.disable()
if __name__ == "__main__" or sys.argv[0].endswith("pm"):
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while the imports run: gone without a traceback


_OVERVIEW: Final[tuple[list[str], ...]] = ([], ["--help"], ["-h"], ["help"])
"""What is given when all that is asked is which commands there are."""


def main() -> None:
    """Run pm and leave with its exit code. The version and the commands are told without loading the command line."""
    if sys.argv[1:] == ["--version"]:
        from pmcli import __version__

        os._exit(_tell(f"pm {__version__}\n"))
    if sys.argv[1:] in _OVERVIEW and "_PM_COMPLETE" not in os.environ:
        from pmcli.commands import overview

        os._exit(_tell(overview()))
    from pmcli.cli import main as command_line
    from pmcli.stopping import watch

    watch()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        command_line()
    except SystemExit as left:  # everything is written and flushed by now: see pmcli.cli.main
        code = left.code if isinstance(left.code, int) else 1
        os._exit(_closed() or code)


def _closed() -> int:
    """Close standard output; 1, with a word, when what was written did not get there: a disk afar tells it late."""
    try:
        os.close(1)
    except OSError as error:
        if error.errno != errno.EBADF:  # whoever started us closed it
            return _complain(error)
    return 0


def _tell(text: str) -> int:
    try:
        os.write(1, text.encode())
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader has gone
            return 141
        if error.errno == errno.EBADF:  # whoever started us closed it: there is nobody to tell
            return 0
        return _complain(error)
    return 0


def _complain(error: OSError) -> int:
    why = "the disk is full" if error.errno == errno.ENOSPC else error.strerror
    try:  # noqa: SIM105  contextlib would be the slowest import of `pm --version`
        os.write(2, f"pm: standard output: {why}\n".encode())
    except OSError:
        pass
    return 1


if __name__ == "__main__":
    main()
