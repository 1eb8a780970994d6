"""The mapping files of `--map`: TOML that says which column of a table is what (docs/mappings.md).

`layout` in it says what kind of table it is; the folder of the layout that reads such tables says what else it takes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pmcli import toml
from pmcli.catalogue import Catalogue
from pmcli.errors import UsageError, did_you_mean
from pmcli.later import later
from pmcli.sources.layout import Mapping
from pmcli.toml import Place

HERE: Final = Path(__file__).parent / "mappings"

KINDS: Final[dict[str, Callable[[Path, dict[str, Any], Catalogue], Mapping]]] = {
    **dict.fromkeys(("long", "wide-periods", "wide-measures"), later("pmcli.sources.counts.mapping:checked")),
    "calls": later("pmcli.sources.calls.mapping:checked"),
    "records": later("pmcli.sources.records.mapping:checked"),
    "respondents": later("pmcli.sources.survey.mapping:checked"),
    "survey-table": later("pmcli.sources.survey.mapping:checked"),
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
    data = toml.load(path)
    # What else may be in it depends on the layout, so a slip in its name must not be taken for another.
    layout = toml.value(str, data.get("layout", "long"), Place(path), "layout")
    toml.known(Place(path), "layout", layout, KINDS, f"The layouts are {', '.join(KINDS)}.")
    return KINDS[layout](path, data, catalogue)
