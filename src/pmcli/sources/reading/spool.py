"""Standard input and named pipes as files: kept on disk while they are read, for what kind they are shows in them."""

from __future__ import annotations

import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from pmcli.errors import PmError

STDIN: Final = "-"
NAMED: Final = "standard input"

_STARTS: Final = {
    b"PAR1": ".parquet",
    b"ARROW1": ".arrow",
    b"\x1f\x8b": ".csv.gz",
    b"\xd0\xcf\x11\xe0": ".xls",
}


@contextmanager
def spooled(paths: Sequence[str | Path]) -> Iterator[tuple[list[str | Path], dict[Path, str]]]:
    """`paths` with a file in place of "-" and of every pipe, and how messages name those files.

    The files are gone afterwards. Raises PmError when nothing arrives.
    """
    if not any(_is_stream(path) for path in paths):
        yield list(paths), {}
        return
    with tempfile.TemporaryDirectory(prefix="pm-") as folder:
        names: dict[Path, str] = {}
        taken: list[str | Path] = []
        for number, path in enumerate(paths):
            if not _is_stream(path):
                taken.append(path)
                continue
            label = NAMED if str(path) in (STDIN, "/dev/stdin") else f"pipe {sum(1 for _ in names) + 1}"
            kept = _keep(path, Path(folder) / f"{number}", label)
            names[kept] = label
            taken.append(kept)
        yield taken, names


def _is_stream(path: str | Path) -> bool:
    """Whether a path stands for what is read once: standard input, a named pipe, `<(…)`."""
    text = str(path)
    if text in (STDIN, "/dev/stdin") or text.startswith(("/dev/fd/", "/proc/self/fd/")):
        return True
    try:
        return Path(path).is_fifo()
    except OSError:
        return False


def _keep(path: str | Path, place: Path, label: str) -> Path:
    """Write what arrives to a file whose suffix says what it is."""
    try:
        with place.open("wb") as kept:
            if str(path) in (STDIN, "/dev/stdin"):
                if sys.stdin is None or sys.stdin.isatty():
                    raise PmError("nothing is piped in", "For example: unzip -p extract.zip | pm load - --map FILE")
                _copy(sys.stdin.buffer, kept)
            else:
                with Path(path).open("rb") as opened:
                    _copy(opened, kept)
    except OSError as error:
        raise PmError(f"{label}: {error.strerror or error}") from error
    if not place.stat().st_size:
        raise PmError(f"nothing arrived on {label}: 0 bytes", "Look at the command before it.")
    return place.rename(place.with_name(place.name + _suffix(place)))


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    shutil.copyfileobj(source, target, 1 << 20)


def _suffix(place: Path) -> str:
    with place.open("rb") as opened:
        start = opened.read(8)
    for sign, suffix in _STARTS.items():
        if start.startswith(sign):
            return suffix
    if start.startswith(b"PK"):
        try:
            with zipfile.ZipFile(place) as archive:
                inside = archive.namelist()
        except zipfile.BadZipFile:
            return ".zip"
        if "mimetype" in inside and "content.xml" in inside:
            return ".ods"
        return ".xlsx" if "[Content_Types].xml" in inside else ".zip"
    return ".csv"
