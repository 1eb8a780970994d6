"""What a shell may complete a value to: measures, forces, groups, mappings, layouts, methods and conventions by name.

A shell asks at every press of the tab key, so nothing heavy is imported and nothing is said: what cannot be read (a
pm.toml that is being written) completes to what pm brings itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pmcli.commands import COMMANDS

if TYPE_CHECKING:
    from pmcli.catalogue import Catalogue

Completion = Callable[[str], list[str]]
"""What has been typed -> what it may become."""

LAYOUT_NAMES: Final = (
    "home-office", "home-office-years", "street", "ons", "ons-partnerships", "counts", "records", "calls", "survey",
)  # fmt: skip
"""The names of sources.LAYOUTS, which cannot be asked without importing every reader."""

_MAPPINGS: Final = Path(__file__).parents[1] / "sources" / "mappings"


def _beginning(typed: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(typed)]


def one_of(*names: str) -> Completion:
    """The completion of a value that is one of a few words."""

    def complete(incomplete: str) -> list[str]:
        return _beginning(incomplete, names)

    return complete


def command_names(incomplete: str) -> list[str]:
    """The commands of pm."""
    return _beginning(incomplete, COMMANDS)


def guide_names(incomplete: str) -> list[str]:
    """The topics of `pm docs`."""
    from pmcli.handbook import topics

    return _beginning(incomplete, topics())


def measure_names(incomplete: str) -> list[str]:
    """The measures of the catalogue, a project's own included."""
    return _beginning(incomplete, _catalogue().measures)


def force_names(incomplete: str) -> list[str]:
    """The forces by id, and `all`."""
    return _beginning(incomplete, [*_catalogue().forces, "all"])


def group_names(incomplete: str) -> list[str]:
    """The priority areas."""
    return _beginning(incomplete, _catalogue().groups)


def event_names(incomplete: str) -> list[str]:
    """The mass events of the change register, which `--without` takes out."""
    return _beginning(incomplete, [event.id for event in _catalogue().mass_events])


def mapping_names(incomplete: str) -> list[str]:
    """The mappings that come with pm, and files that end in .toml."""
    return _beginning(incomplete, [*_shipped(), *_toml_files(incomplete)])


def shipped_names(incomplete: str) -> list[str]:
    """The mappings that come with pm."""
    return _beginning(incomplete, _shipped())


def layout_names(incomplete: str) -> list[str]:
    """The layouts of extracts that pm knows."""
    return _beginning(incomplete, LAYOUT_NAMES)


def _catalogue() -> Catalogue:
    """The catalogue, with what pm.toml lays over it where that can be read."""
    from pmcli import settings
    from pmcli.catalogue import Catalogue
    from pmcli.errors import PmError

    try:
        own = settings.read()
        made = Catalogue(own.measures, own.events, own.forces, own.rules)
        _ = made.forces, made.events
    except (PmError, OSError):
        return Catalogue()
    return made


def _shipped() -> list[str]:
    return sorted(path.stem for path in _MAPPINGS.glob("*.toml"))


def _toml_files(typed: str) -> Iterator[str]:
    """The TOML files and the folders that continue a path."""
    folder = Path(typed if typed.endswith("/") else Path(typed).parent)
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    before = "" if folder == Path() and not typed.startswith("./") else f"{str(folder).rstrip('/')}/"
    for entry in entries:
        if entry.suffix == ".toml" or entry.is_dir():
            yield f"{before}{entry.name}{'/' if entry.is_dir() else ''}"
