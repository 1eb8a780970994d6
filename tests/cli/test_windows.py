"""What Windows does otherwise, as far as it can be tried here: damage by PowerShell, folder names, files in use."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli import pipe
from pmcli.errors import PmError
from pmcli.windows import names_folder, open_elsewhere, respelt
from tests.conftest import pm

from .conftest import complaint, parquet, table

SAID = "was Parquet until a shell wrote it anew as text PowerShell before 7.4 re-encodes"


def through_powershell(data: bytes, reads: str, writes: str, *, bom: bool = False) -> bytes:
    """Bytes as a PowerShell pipe passes them: decoded, split into lines, joined with CRLF, encoded again."""
    text = data.decode(reads, errors="replace")
    lines = "\r\n".join(text.splitlines()) + "\r\n"
    return (b"\xff\xfe" if bom else b"") + lines.encode(writes, errors="replace")


@pytest.mark.parametrize(
    ("reads", "writes", "bom"),
    [
        ("cp437", "ascii", False),  # 5.1, as it is installed: OEM in, ASCII out
        ("cp850", "utf-8", False),
        ("cp1252", "utf-8", False),
        ("utf-8", "utf-8", False),  # 7.0 to 7.3
        ("cp437", "utf-16-le", True),  # > in 5.1
    ],
)
def test_a_table_that_powershell_spelt_anew_is_named_as_that(reads, writes, bom, essex, tmp_path):
    damaged = through_powershell(essex, reads, writes, bom=bom)
    assert damaged != essex
    said = complaint(pm("rolling", stdin=damaged), "rolling", 1)
    assert said.startswith(f"standard input {SAID}")
    assert "use cmd, PowerShell 7.4 or newer, or -o and -i" in said
    (tmp_path / "x.parquet").write_bytes(damaged)
    assert complaint(pm("show", "x.parquet", cwd=tmp_path), "show", 1).startswith(f"x.parquet {SAID}")
    assert complaint(pm("load", "x.parquet", cwd=tmp_path), "load", 1).startswith(f"x.parquet {SAID}")


def test_line_ends_made_anew_are_named_as_that(essex):
    assert essex.count(b"\n") >= 8
    said = complaint(pm("show", stdin=essex.replace(b"\n", b"\r\n")), "show", 1)
    assert "was Parquet until a shell wrote it anew as text" in said


def test_what_is_cut_off_or_damaged_otherwise_is_not_blamed_on_a_shell(essex):
    for damaged, word in ((essex[:500], "cut off"), (essex[:-9] + b"\xff" * 5 + b"PAR1", "damaged")):
        assert word in complaint(pm("rolling", stdin=damaged), "rolling", 1)
    assert "CSV text" in complaint(pm("rolling", stdin=b"PAR,1\n2,3\n"), "rolling", 1)


@given(st.binary(min_size=300, max_size=400))
def test_bytes_that_are_no_text_are_never_taken_for_text(middle):
    """A Parquet file has bytes that no UTF-8 has, or it is not asked: here one is put in."""
    assert not respelt(b"PAR1" + middle + b"\xff\xfe\x80" + b"PAR1")
    assert respelt(b"PAR1" + middle + b"PAR1\r\n")


@pytest.mark.parametrize(
    ("output", "windows", "folder"),
    [
        ("charts\\", True, True), ("charts/", True, True), ("c:\\packs\\", True, True), ("charts", True, False),
        ("charts\\x.svg", True, False), ("charts\\", False, False), ("charts/", False, True),
    ],
)  # fmt: skip
def test_a_backslash_at_the_end_is_a_folder_on_windows(output, windows, folder):
    assert names_folder(output, windows=windows) is folder


def test_a_file_open_in_excel_is_named_as_that():
    path = PureWindowsPath("C:/packs/Essex.xlsx")
    refused = PermissionError(13, "Permission denied")
    assert open_elsewhere(path, refused, beside={"Essex.xlsx", "~$essex.xlsx"}) == "it is open in Excel"
    assert open_elsewhere(path, refused, beside={".~lock.Essex.xlsx#"}) == "it is open in LibreOffice"
    assert open_elsewhere(path, refused, beside={"~$other.xlsx"}) == ""
    sharing = OSError("sharing violation")
    sharing.winerror = 32  # type: ignore[attr-defined]
    assert open_elsewhere(path, sharing, beside=set()) == "it is open in another program"
    assert open_elsewhere(path, FileNotFoundError(2, "No such file"), beside={"~$Essex.xlsx"}) == ""


def test_no_file_is_replaced_when_one_is_open_in_excel(tmp_path, monkeypatch):
    """As on Windows: the second file refuses to be opened for writing, so the first keeps what it had too."""
    first, second = tmp_path / "a.html", tmp_path / "b.xlsx"
    for file in (first, second):
        file.write_text("last month's")
    (tmp_path / "~$b.xlsx").write_text("")

    def refused(path: Path) -> None:
        if path.name == "b.xlsx":
            raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(pipe, "WINDOWS", True)
    monkeypatch.setattr(pipe, "_free", refused)
    with pytest.raises(PmError) as told:
        pipe.write_files({first: b"new", second: b"new"})
    assert (
        str(told.value)
        == f"-o {second}: it is open in Excel; nothing was written\nClose it there, or name another file."
    )
    assert {file.read_text() for file in (first, second)} == {"last month's"}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.html", "b.xlsx", "~$b.xlsx"]


def test_a_sound_table_is_read_whatever_it_holds(essex):
    frame = table(essex).with_columns(category=pl.lit("PAR1\r\n"), dimension=pl.lit("x"))
    assert pm("show", stdin=parquet(frame)).returncode == 0
