"""The mapping files of `--map`: TOML that says which column of a table is what (docs/mappings.md).

`layout` in it says what kind of table it is; the folder of the layout that reads such tables says what else it takes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError, did_you_mean
from pmcli.sources.calls import mapping as calls
from pmcli.sources.counts import mapping as counts
from pmcli.sources.layout import Mapping
from pmcli.sources.records import mapping as records
from pmcli.sources.survey import mapping as survey

HERE: Final = Path(__file__).parent / "mappings"

KINDS: Final[dict[str, Callable[[Path, dict[str, Any], Catalogue], Mapping]]] = {
    **dict.fromkeys(counts.LAYOUTS, counts.checked),
    "calls": calls.checked,
    "records": records.checked,
    "respondents": survey.checked,
    "survey-table": survey.checked,
}
"""What a mapping's `layout` may be -> what makes such a mapping of the file's content."""


def shipped() -> list[str]:
    """The names of the mappings that come with pm."""
    return sorted(path.stem for path in HERE.glob("*.toml"))


def read_mapping(name: str | Path, catalogue: Catalogue) -> Mapping:
    """The mapping in a file, or the shipped one of that name.

    Raises UsageError when there is no such file, PmError when it is not a mapping.
    """
    path = Path(name)
    if not path.is_file() and not path.is_fifo():
        inside = HERE / f"{path.name.removesuffix('.toml')}.toml"
        if path.parent != Path() or not inside.is_file():
            listed = f"The mappings that come with pm are {', '.join(shipped())}."
            raise UsageError(f"{name}: no such mapping file", did_you_mean(path.stem, shipped(), listed))
        path = inside
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
    except OSError as error:
        raise PmError(f"{path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PmError(f"{path} is not a TOML file: {error}") from error
    # What else may be in it depends on the layout, so a slip in its name must not be taken for another.
    layout = data.get("layout", counts.LAYOUTS[0])
    if layout not in KINDS:
        listed = f"The layouts are {', '.join(KINDS)}."
        raise PmError(f"{path}: there is no layout {layout!r}", did_you_mean(str(layout), KINDS, listed))
    return KINDS[layout](path, data, catalogue)
