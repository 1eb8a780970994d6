"""The guides that come with pm: the Markdown of docs/, in the wheel as pmcli/guides/, in a checkout where it lies."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pmcli.errors import UsageError, did_you_mean

PLACES: Final = (Path(__file__).parent / "guides", Path(__file__).parents[2] / "docs")


def topics() -> dict[str, Path]:
    """Topic -> its file, in the order of their names; empty where an installation left them out."""
    folder = next((place for place in PLACES if (place / "methods.md").is_file()), None)
    if folder is None:
        return {}
    return {path.stem: path for path in sorted(folder.glob("*.md")) if path.stem != "index"}  # that is the site's


def title(path: Path) -> str:
    """The heading that a guide begins with."""
    with path.open(encoding="utf-8") as file:
        return next((line.lstrip("# ").strip() for line in file if line.startswith("# ")), path.stem)


def guide(topic: str) -> str:
    """The Markdown of a guide. Raises UsageError for a topic there is none of."""
    known = topics()
    name = topic.lower().removesuffix(".md").removeprefix("docs/")
    if name not in known:
        raise UsageError(f"there is no guide {topic!r}", did_you_mean(name, known, f"They are {', '.join(known)}."))
    return known[name].read_text(encoding="utf-8")
