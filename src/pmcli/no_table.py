"""What a file is that a command cannot read as one of pm's tables, and what to give instead: an extract is loaded
first; a page, a workbook or a CSV that pm wrote is for people, and the table that it shows is in Parquet.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pmcli.errors import PmError

if TYPE_CHECKING:
    from pmcli.tables import Table

_NAMED: Final = 4
"""So many tables are named as those that a command reads; of more it reads any table."""


def not_a_table(data: bytes, name: str, accepted: Sequence[Table], command: str) -> PmError:
    """The error for bytes that are no Parquet. name: the file or `standard input`. accepted: what the command reads."""
    names = [table.name for table in accepted]
    wanted = f"the {' or '.join(names)} table" if len(names) <= _NAMED else "tables of pm"
    source = "FILE" if name == "standard input" else name
    load = f"Load it first: `pm load {source} | pm {command}`."
    if command == "diff":
        load = f"Load it first: `pm load {source} -o {Path(source).name.partition('.')[0]}.parquet`, and give that."
    kind, made = _kind(data, accepted)
    if made:
        beside = Path(name).with_suffix(".parquet")
        load = (
            f"Give {beside}, which stands beside it." if _is_file(beside)
            else "Write the table itself with `-o x.parquet`, and give that."
        )  # fmt: skip
    return PmError(f"{name} is {kind}; `pm {command}` reads {wanted} as Parquet", load)


def _kind(data: bytes, accepted: Sequence[Table]) -> tuple[str, bool]:
    """What the bytes are, and whether pm wrote them for people."""
    if data[:2] == b"PK":
        return "a workbook or archive", _of_pm(data)
    head = data[:2048].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head[:1] == b"<":
        return "an HTML page", True
    if head[:1] in (b"[", b"{"):
        return "JSON", True
    if not _is_text(data):
        return "not Parquet", False
    header = head.partition(b"\n")[0].decode("utf-8", "replace").strip().split(",")
    table = next((table for table in accepted if header == list(table.columns)), None)
    return ("CSV text", False) if table is None else (f"the {table.name} table as CSV text", True)


def _of_pm(data: bytes) -> bool:
    """Whether a workbook has the sheet on which pm's own carry their history."""
    import io
    import zipfile

    from pmcli.carried import SHEET

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("xl/workbook.xml") as sheets:
            return f'name="{SHEET}"'.encode() in sheets.read(1_000_000)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError):
        return False


def _is_text(data: bytes) -> bool:
    head = data[:2048]
    return b"\x00" not in head and (b"," in head or b"\n" in head or b"\t" in head)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False
