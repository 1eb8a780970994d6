"""A guide that is a session at a terminal: every `$` command of its console blocks run in order, and held against what
stands under it; or, with `--refresh-cases`, what the commands print now written there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.conftest import shell

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"\s+# exit code (\d+)$")


def commands(text: str) -> list[tuple[str, str]]:
    """Each command of a guide with the output that stands under it; one that ends in a backslash goes on."""
    parts = [part for block in _BLOCK.findall(text) for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    found = []
    for part in parts:
        lines = part.splitlines(keepends=True)
        ends = next(place for place, line in enumerate(lines, start=1) if not line.endswith("\\\n"))
        found.append(("".join(lines[:ends]).rstrip("\n"), "".join(lines[ends:])))
    return found


def follow(
    guide: Path, folder: Path, *, refresh: bool, plain: Callable[[str], str] = str, differs: tuple[str, ...] = ()
) -> None:
    """Run a guide's session in a folder. plain: leaves out of an output what is not held against it. differs: commands
    that may leave with 1 as well, because they found a difference; any other code stands behind the command."""
    text = guide.read_text(encoding="utf-8")
    session = commands(text)
    assert session, guide.name
    for command, output in session:
        made = _printed(command, folder, differs)
        if refresh:
            text = text.replace(f"$ {command}\n{output}", f"$ {command}\n{made}", 1)
        else:
            assert plain(made) == plain(output), command
    if refresh:
        guide.write_text(text, encoding="utf-8")


def _printed(command: str, folder: Path, differs: tuple[str, ...]) -> str:
    """What a command prints, both streams as a terminal would show them."""
    wanted = _CODE.search(command)
    made = shell(f"{{ {_CODE.sub('', command)}\n}} 2>&1", cwd=folder)
    said = made.stdout.decode()
    codes = {int(wanted[1]) if wanted else 0, *({1} if any(one in command for one in differs) else set())}
    assert made.returncode in codes, f"{command}: {said}"
    return said if said.endswith("\n") or not said else f"{said}\n"
