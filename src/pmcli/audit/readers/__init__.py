"""Readers: a file of each kind to the lines and rows of a document, within limits on size, pages and time.

A reader is one function, bytes in and lines out; READERS says which suffix is read by which. What a document holds is
never run, followed or fetched. A reader that needs a library of the `audit` extra says so when it is not installed.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Final

from pmcli.audit.document import Document
from pmcli.errors import PmError, UsageError, did_you_mean, lacks

READERS: Final = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".pptx": "pptx",
    ".xlsx": "xlsx",
    ".pdf": "pdf",
}
"""suffix -> module of this folder, whose function `read(data, name)` gives the document."""

MOST_BYTES: Final = 100_000_000
MOST_UNPACKED: Final = 400_000_000
MOST_PARTS: Final = 20_000
RATIO: Final = 200
"""How many times its packed size a part of a packed document may unpack to, once it is over ten million bytes."""


def read(name: str) -> Document:
    """The document that a file (`-`: standard input, as text) holds.

    Raises PmError when it cannot be read, is too large, or is not what its suffix says; UsageError for a suffix no
    reader has.
    """
    suffix = "" if name == "-" else Path(name).suffix.lower()
    if name != "-" and suffix not in READERS:
        kinds = ", ".join(dict.fromkeys(READERS))
        raise UsageError(
            f"{name}: no reader for {suffix or 'a file without a suffix'}",
            did_you_mean(suffix, READERS, f"pm audit reads {kinds}, and - as text."),
        )
    data = _bytes(name)
    if name == "-":
        if data[:4] in {b"%PDF", b"PK\x03\x04", b"PAR1"}:
            raise PmError("standard input is not text", "Name the file: pm audit pack.pdf")
        suffix = ".txt"
    module = READERS[suffix]
    if module in PACKED:
        check_zip(data, name)
    try:
        document: Document = import_module(f"pmcli.audit.readers.{module}").read(
            data, "standard input" if name == "-" else name
        )
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("pmcli"):
            raise
        raise lacks(f"{name}: reading {suffix}", str(error.name), "audit") from error
    if not any(line.text.strip() or line.cells for line in document.lines):
        raise PmError(
            f"{document.name} holds no text",
            "A scan has to go through text recognition first." if suffix == ".pdf" else "",
        )
    return document


PACKED: Final = frozenset({"docx", "pptx", "xlsx"})


def _bytes(name: str) -> bytes:
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            path = Path(name)
            if path.is_dir():
                raise PmError(f"{name} is a folder", "Name one document.")
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
    except OSError as error:
        near = ""
        if isinstance(error, FileNotFoundError):
            folder = Path(name).parent
            near = did_you_mean(Path(name).name, [entry.name for entry in folder.iterdir()] if folder.is_dir() else [])
        raise PmError(f"{name}: {error.strerror or error}", near) from error
    if len(data) > MOST_BYTES:
        raise PmError(f"{name} is larger than {MOST_BYTES:,} bytes", "Audit a part of it.")
    if not data:
        raise PmError(f"{'standard input' if name == '-' else name} is empty: 0 bytes")
    return data


def check_zip(data: bytes, name: str) -> None:
    """Raise PmError for a packed document that is damaged, or would unpack to far more than a document holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise PmError(f"{name} is not a {Path(name).suffix} document: {error}") from error
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise PmError(f"{name} would unpack to more than {MOST_UNPACKED:,} bytes", "This is no ordinary document.")
    for entry in entries:
        if entry.file_size > 10_000_000 and entry.file_size > RATIO * max(entry.compress_size, 1):
            raise PmError(
                f"{name}: {entry.filename} would unpack to {entry.file_size:,} bytes", "This is no ordinary document."
            )


def check_xml(data: bytes, name: str, parts: Iterable[str] = (".xml", ".rels")) -> None:
    """Raise PmError when an XML part of a packed document declares entities or a document type: no office program
    writes them.
    """
    endings = tuple(parts)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for entry in packed.infolist():
            if not entry.filename.endswith(endings):
                continue
            try:
                with packed.open(entry) as part:
                    head = part.read(4096)
            except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
                raise PmError(f"{name}: {entry.filename} is damaged") from error
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head or "<!DOCTYPE".encode("utf-16-le") in head:
                raise PmError(
                    f"{name}: {entry.filename} declares a document type",
                    "This is no ordinary document: it may be made to harm.",
                )
