"""The Tab key in real shells: bash, zsh and fish at a terminal of their own, with a home of their own, in which
`pm --install-completion` has been run. A shell that is not installed is skipped.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import SAMPLES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
_CONTROL = re.compile(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[\[(>=?][0-9;?]*[A-Za-z<>=]?|\x0f")
LONG = 40.0


class Terminal:
    """A shell at a pseudo-terminal."""

    def __init__(self, shell: str, home: Path) -> None:
        import fcntl
        import pty
        import struct
        import termios

        path = f"{Path(sys.executable).parent}{os.pathsep}/usr/bin{os.pathsep}/bin"
        environment = {"PATH": path, "HOME": str(home), "TERM": "xterm", "LANG": "C.UTF-8", "COLUMNS": "200"}
        self.process, self.screen = pty.fork()
        if self.process == 0:  # the shell itself
            os.chdir(SAMPLES)
            os.execvpe(shell, [shell, "-i"], environment)  # noqa: S606
        fcntl.ioctl(self.screen, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        self.said = ""

    def wait_for(self, text: str) -> bool:
        """Whether a text appears in what the shell has said since the last key was typed."""
        end = time.monotonic() + LONG
        while time.monotonic() < end:
            if text in self.said:
                return True
            if select.select([self.screen], [], [], 0.1)[0]:
                try:
                    came = os.read(self.screen, 65536)
                except OSError:
                    return text in self.said
                if b"\x1b[c" in came or b"\x1b[0c" in came:  # fish asks what terminal this is
                    os.write(self.screen, b"\x1b[?1;2c")
                self.said += _CONTROL.sub("", came.decode("utf-8", "replace"))
        return False

    def settle(self) -> None:
        """Wait until the shell has said all it has to say for now: its prompt is there."""
        while select.select([self.screen], [], [], 0.4)[0]:
            if not os.read(self.screen, 65536):
                return

    def type(self, keys: str) -> None:
        self.said = ""
        os.write(self.screen, keys.encode())

    def close(self) -> None:
        os.close(self.screen)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


@pytest.fixture(scope="module", params=["bash", "zsh", "fish"])
def terminal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    shell = request.param
    if shutil.which(shell, path="/usr/bin:/bin") is None:
        pytest.skip(f"{shell} is not installed")
    home = tmp_path_factory.mktemp(shell)
    (home / ".zshrc").write_text("", encoding="utf-8")  # without one zsh asks a new user what it should be
    at = Terminal(shell, home)
    try:
        at.type("pm --install-completion; echo do''ne\n")
        assert at.wait_for("completion installed in"), at.said
        assert at.wait_for("done\r"), at.said
        at.type(f"exec {shell}{' -i' if shell != 'fish' else ''}\n")
        at.type("echo re''ady\n")  # it waits in the terminal until the new shell reads it
        assert at.wait_for("ready\r"), at.said
        yield at
    finally:
        at.close()


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("pm outl", "outliers"),
        ("pm compare burg", "burglary"),
        ("pm compare --force west-mid", "west-midlands"),
        ("pm rank --group neigh", "neighbourhood-crime"),
        ("pm load --map iqu", "iquanta-monthly"),
        ("pm load --as sur", "survey"),
        ("pm trend --method seas", "seasonal-mann-kendall"),
        ("pm outliers --average poo", "pooled"),
        ("pm docs jour", "journalist"),
    ],
)
def test_tab_completes_a_value(terminal: Terminal, typed: str, rest: str) -> None:
    last = typed.rpartition(" ")[2]
    terminal.settle()
    terminal.type(typed)
    assert terminal.wait_for(last[-3:])
    terminal.type("\t")
    done = terminal.wait_for(rest[len(last) :])
    said = terminal.said
    terminal.type("\x15echo le''ft\n")  # the line is taken back
    assert terminal.wait_for("left\r"), terminal.said
    assert done, said
