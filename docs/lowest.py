"""The lowest versions that pyproject.toml allows, as constraints for pip: what `make lowest` installs and tries."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

EXTRAS = ("report",)


def lowest(pyproject: Path) -> list[str]:
    """A constraint for each requirement of the plain install and of EXTRAS. ValueError for one without a floor."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(text for extra in EXTRAS for text in project["optional-dependencies"][extra])]
    found = []
    for text in wanted:
        floor = re.match(r"([A-Za-z0-9_.-]+)\s*>=\s*([0-9.]+)", text)
        if floor is None:
            raise ValueError(f"{text} has no lowest version")
        found.append(f"{floor[1]}=={floor[2]}")
    return found


if __name__ == "__main__":
    sys.stdout.write("\n".join(lowest(Path(sys.argv[1]))) + "\n")
