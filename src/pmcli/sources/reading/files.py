"""Which files a user meant, and their bytes: paths, folders, globs, compressed files and archives.

An archive is read where it lies: no member is ever unpacked to disk, so a member's path cannot climb out of anything;
one that tries is refused all the same, because such an archive was not made by a publisher.
"""

from __future__ import annotations

import glob
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final, NamedTuple

from pmcli.digests import SAMPLED, WHOLE, digest
from pmcli.errors import PmError, did_you_mean
from pmcli.opened import reading
from pmcli.pipe import because

TEXT: Final = (".csv", ".tsv", ".txt")
WORKBOOK: Final = (".xlsx", ".xlsm", ".xls", ".ods")
READABLE: Final = (
    *TEXT,
    *(suffix + ".gz" for suffix in TEXT),
    *WORKBOOK,
    ".parquet",
    ".arrow",
    ".feather",
    ".ipc",
    ".zip",
)

DAMAGED: Final = (zipfile.BadZipFile, zlib.error, gzip.BadGzipFile, EOFError, RuntimeError, NotImplementedError)
"""What unpacking a damaged, encrypted or newly compressed archive raises beside OSError."""

MAX_SIZE: Final = 2 * 1024**3
"""Bytes that a packed file may unpack to, unless --max-size says otherwise."""

MOST_PACKED: Final = 250
"""Unpacked bytes a packed byte may stand for: tables of text pack 5 to 60 times, a file made to do harm 1,000 times."""

_SMALL: Final = 64 * 1024**2
_BLOCK: Final = 1024**2

FULL_HASH_BYTES: Final = 256 * 1024 * 1024
"""Up to this many bytes of input in all, every file is hashed whole; see `fingerprints`."""


class DataFile(NamedTuple):
    """One file of data: on disk, or a member of a zip archive.

    path: the file on disk (the archive, for a member). member: the name inside the archive, or "".
    suffix: one of READABLE, lower case. size: bytes on disk, or the member's unpacked size. most: bytes that it may
    unpack to; None for MAX_SIZE, and MOST_PACKED of what it is packed. label: how messages name the file on disk, where
    that is not its path (standard input).
    """

    path: Path
    member: str
    suffix: str
    size: int
    most: int | None = None
    label: str = ""

    @property
    def name(self) -> str:
        """How messages name it."""
        return f"{self.label or self.path.name}!{self.member}" if self.member else self.label or str(self.path)

    @property
    def stem(self) -> str:
        """The file's own name without folders."""
        return PurePosixPath(self.member).name if self.member else self.path.name

    def read(self) -> bytes:
        """The whole content, decompressed.

        Raises PmError naming the file when it cannot be had, or when it would unpack to more than it may.
        """
        try:
            if self.member:
                archive = _archive(self.path)
                self._check(self.size, archive.getinfo(self.member).compress_size)
                data = archive.read(self.member)
            else:
                data = self.path.read_bytes()
            if self.suffix.endswith(".gz"):
                data = self._inflated(data)
            elif self.suffix in WORKBOOK and data[:2] == b"PK":
                with zipfile.ZipFile(io.BytesIO(data)) as parts:
                    self._check(sum(part.file_size for part in parts.infolist()), len(data))
        except DAMAGED as error:
            raise PmError(f"{self.name} cannot be unpacked: {error}", "Download the file again.") from error
        except OSError as error:
            raise PmError(f"{self.name}: {because(error, self.path)}") from error
        return data

    def _inflated(self, packed: bytes) -> bytes:
        parts = []
        total = 0
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
            while block := stream.read(_BLOCK):
                total += len(block)
                self._check(total, len(packed))
                parts.append(block)
        return b"".join(parts)

    def _check(self, unpacked: int, packed: int) -> None:
        """Raise PmError when so many bytes of so many packed ones are too much."""
        ratio = self.most is None and unpacked > _SMALL and unpacked > MOST_PACKED * max(1, packed)
        if ratio or unpacked > (MAX_SIZE if self.most is None else self.most):
            raise PmError(
                f"{self.name} unpacks to {unpacked / 1024**2:,.0f} MB or more from {packed / 1024**2:,.1f} MB; "
                "nothing was read",
                "If that is what it should be, allow it with --max-size, as --max-size 8GB.",
            )


def _archive(path: Path) -> zipfile.ZipFile:
    state = path.stat()
    return _opened(path.absolute(), state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=64)
def _opened(path: Path, _changed: int, _size: int) -> zipfile.ZipFile:
    """An archive's directory, read once as long as the archive is the same."""
    return zipfile.ZipFile(path)


def expand(
    paths: Sequence[str | Path], most: int | None = None, labels: Mapping[Path, str] = MappingProxyType({})
) -> list[DataFile]:
    """The data files that paths, folders, globs and archives name, sorted within each of them.

    most: bytes that a packed file may unpack to (DataFile.most). Folders are searched whole for the file types pm
    reads; other files in them are passed over. A file that is named
    twice (the same file, or a second one with the same name inside two archives is left to the loader to judge) is
    refused. labels: how messages name some of the paths. Raises PmError when something named is missing, unreadable,
    encrypted, or holds no data file.
    """
    found: list[DataFile] = []
    for given in paths:
        own = _expand_one(str(given))
        label = labels.get(Path(given), "")
        found.extend(file._replace(label=label) for file in own) if label else found.extend(own)
    seen: dict[tuple[Path, str], DataFile] = {}
    real: dict[Path, Path] = {}  # asked once a folder: an archive has hundreds of files in each of its folders
    for file in found:
        folder = file.path.parent
        if folder not in real:
            real[folder] = folder.resolve()
        where = (real[folder] / file.path.name, file.member)
        if where in seen:
            raise PmError(f"{file.name} is given twice; counting it twice would double its figures", "Name it once.")
        seen[where] = file
    return found if most is None else [file._replace(most=most) for file in found]


def _expand_one(given: str) -> Iterable[DataFile]:
    path = Path(given)
    if path.is_dir():
        inside = sorted(p for p in path.rglob("*") if p.is_file() and not _hidden(p, path))
        files = [file for p in inside if _suffix(p.name) for file in _expand_file(p)]
        if not files:
            raise PmError(f"{given}: no data file in this folder", f"pm reads {', '.join(READABLE)}.")
        return files
    if path.exists():
        if not _suffix(path.name):
            raise PmError(f"{given}: pm does not read this type of file", f"It reads {', '.join(READABLE)}.")
        return _expand_file(path)
    if any(mark in given for mark in "*?["):
        matches = [Path(match) for match in sorted(glob.glob(given, recursive=True))]  # noqa: PTH207
        files = [file for p in matches if p.is_file() and _suffix(p.name) for file in _expand_file(p)]
        if not files:
            raise PmError(f"{given}: no data file matches")
        return files
    raise PmError(f"{given}: no such file", _nearby(path))


def _hidden(path: Path, root: Path) -> bool:
    return any(part.startswith((".", "~$")) or part == "__MACOSX" for part in path.relative_to(root).parts)


def _nearby(path: Path) -> str:
    try:
        return did_you_mean(path.name, [p.name for p in path.parent.iterdir()])
    except OSError:
        return ""


def _suffix(name: str) -> str:
    lowered = name.lower()
    return next((suffix for suffix in sorted(READABLE, key=len, reverse=True) if lowered.endswith(suffix)), "")


def _expand_file(path: Path) -> list[DataFile]:
    suffix = _suffix(path.name)
    if suffix != ".zip":
        try:
            return [DataFile(path, "", suffix, path.stat().st_size)]
        except OSError as error:
            raise PmError(f"{path}: {because(error, path)}") from error
    return _members(path)


def _members(path: Path) -> list[DataFile]:
    try:
        if not path.stat().st_size:
            raise PmError(f"{path} is empty", "Download or save it again.")
        infos = _archive(path).infolist()
    except (OSError, zipfile.BadZipFile) as error:
        raise PmError(f"{path} is not a zip archive, or is cut off: {error}", "Download the file again.") from error
    files = []
    for info in infos:
        parts = PurePosixPath(info.filename.replace("\\", "/")).parts
        if ".." in parts or info.filename.startswith(("/", "\\")) or (parts and ":" in parts[0]):
            raise PmError(
                f"{path}: the member {info.filename!r} points outside the archive; nothing was read",
                "Get the archive from its publisher again.",
            )
        if info.is_dir() or any(part.startswith((".", "~$")) or part == "__MACOSX" for part in parts):
            continue
        suffix = _suffix(info.filename)
        if not suffix or suffix == ".zip":
            continue
        if info.flag_bits & 0x1:
            raise PmError(
                f"{path}: the member {info.filename!r} is encrypted; nothing was read",
                "Unpack it with its password first, and load the files.",
            )
        files.append(DataFile(path, info.filename, suffix, info.file_size))
    if not files:
        raise PmError(f"{path}: no data file in this archive", f"pm reads {', '.join(READABLE)}.")
    return sorted(files, key=lambda file: file.member)


class Fingerprint(NamedTuple):
    """What identifies an input in the history: its name, its size and a SHA-256.

    method: "sha256" over the whole file; "sha256-sampled" over its size and blocks spread over it (see fingerprints).
    path: where it is on disk.
    """

    path: Path
    name: str
    bytes: int
    sha256: str
    method: str


def fingerprints(files: Sequence[DataFile], *, full: bool = False) -> list[Fingerprint]:
    """The fingerprint of every file on disk behind `files` (an archive counts once), in the order given.

    Up to FULL_HASH_BYTES in all, or with full=True, each file is hashed whole. Above that hashing would take longer
    than reading (SHA-256 runs at 1 to 2 GB/s on one core, the loader at about the same), so each file's
    size and blocks from its start, middle and end are hashed instead, and the method says so.
    Raises PmError when two files on disk hold the same bytes: loading both would double every figure.
    """
    paths = list(dict.fromkeys(file.path for file in files))
    for path in paths:
        reading(path)
    sizes = {path: path.stat().st_size for path in paths}
    whole = full or sum(sizes.values()) <= FULL_HASH_BYTES
    method = WHOLE if whole else SAMPLED
    prints = []
    names = {file.path: file.label for file in files}
    seen: dict[tuple[int, str], Path] = {}
    for path in paths:
        try:
            found = digest(path, method)
        except OSError as error:
            raise PmError(f"{path}: {because(error, path)}") from error
        twin = seen.get((sizes[path], found))
        if twin is not None and not _header_only(path, sizes[path]):
            raise PmError(
                f"{path} and {twin} are the same file; loading both would double its figures", "Name it once."
            )
        seen[(sizes[path], found)] = path
        prints.append(Fingerprint(path, names.get(path) or str(path), sizes[path], found, method))
    return prints


def _header_only(path: Path, size: int) -> bool:
    """Whether a text file is one line and no more: two such files double nothing."""
    return size < 65536 and _suffix(path.name) in TEXT and path.read_bytes().strip().count(b"\n") == 0
