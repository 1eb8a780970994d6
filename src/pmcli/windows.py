"""What Windows does otherwise: shells that spell a table anew, folders that end in a backslash, files open in Excel."""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import Final

from pmcli.errors import PmError

WINDOWS: Final = os.name == "nt"

_AS_TEXT: Final = (
    b"\xef\xbb\xbfPAR1",  # UTF-8 with a byte order mark
    b"\xff\xfe" + "PAR1".encode("utf-16-le"),  # what > writes in Windows PowerShell
    b"\xfe\xff" + "PAR1".encode("utf-16-be"),
    "PAR1".encode("utf-16-le"),
)

_LINES: Final = 8
"""So many line feeds that all follow a carriage return are lines that something ended anew."""

_IN_USE: Final = (32, 33)
"""Windows' numbers for a file that another program has open: a sharing violation, a locked part."""


def respelt(data: bytes) -> bool:
    """Whether bytes were a Parquet file until a shell took them for text and wrote them anew.

    PowerShell before 7.4 does so with what passes its pipes and >: another encoding, bytes that are no text replaced,
    line ends made anew, one at the end. To be asked of what is not Parquet, or cannot be read as it.
    """
    if data.startswith(_AS_TEXT):
        return True
    if not data.startswith(b"PAR1"):
        return False
    stripped = data.rstrip(b"\r\n")
    if len(stripped) < 12 or not stripped.endswith(b"PAR1"):
        return False
    if len(stripped) < len(data):
        return True
    lines = data.count(b"\n")
    if lines >= _LINES and lines == data.count(b"\r\n"):  # by chance once in 256 to the power of that
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def respelt_error(name: str) -> PmError:
    """The error for a table that a shell spelt anew."""
    return PmError(
        f"{name} was Parquet until a shell wrote it anew as text",
        "PowerShell before 7.4 re-encodes what passes its pipes: use cmd, PowerShell 7.4 or newer, or -o and -i.",
    )


def names_folder(output: str, *, windows: bool = WINDOWS) -> bool:
    """Whether -o names a folder by how it ends: in a slash, and on Windows in a backslash too."""
    return output.endswith(("/", "\\") if windows else "/")


def open_elsewhere(path: PurePath, error: OSError, *, beside: frozenset[str] | set[str]) -> str:
    """'it is open in Excel' where an error says that another program holds a file; "" for any other error.

    beside: the names of the files in its folder, for Excel and LibreOffice leave one there while they have it open.
    """
    in_use = getattr(error, "winerror", None) in _IN_USE
    if not (in_use or isinstance(error, PermissionError)):
        return ""
    if f"~${path.name}".casefold() in {name.casefold() for name in beside}:
        return "it is open in Excel"
    if f".~lock.{path.name}#" in beside:
        return "it is open in LibreOffice"
    return "it is open in another program" if in_use else ""
