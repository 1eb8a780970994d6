"""Street files as people keep them: other headers, title lines, workbooks, other spellings, overlapping archives."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pmcli.errors import PmError, UsageError
from pmcli.sources import load

from .conftest import Write, said, value

HEADER = "Crime ID,Month,Reported by,Falls within,Location,Crime type,Context"


def row(kind: str, month: str = "2023-05", force: str = "Essex Police") -> str:
    return f"x,{month},{force},{force},On or near X,{kind},"


ALL = [
    "Anti-social behaviour", "Bicycle theft", "Burglary", "Criminal damage and arson", "Drugs", "Other crime",
    "Other theft", "Possession of weapons", "Public order", "Robbery", "Shoplifting", "Theft from the person",
    "Vehicle crime", "Violence and sexual offences",
]  # fmt: skip


@pytest.mark.parametrize("header", [HEADER.lower().replace(" ", "_"), HEADER.replace(" ", "."), HEADER.upper()])
def test_other_writings_of_the_header(write: Write, header: str) -> None:
    loaded = load(write("t.csv", ["," + header, "0," + row("Burglary"), "1," + row("Burglary")]))
    assert value(loaded, "burglary", "essex", "2023-05-31") == 2
    assert set(loaded.observations["source"]) == {"street"}


def test_a_title_line_a_workbook_and_other_encodings(write: Write, book, tmp_path: Path) -> None:
    lines = ["Downloaded from data.police.uk", "", HEADER, *map(row, ALL), row("Burglary")]
    assert value(load(write("t.csv", lines)), "burglary", "essex", "2023-05-31") == 2
    cells = [line.split(",") for line in lines[2:]]
    assert value(load(book("t.xlsx", {"S": cells})), "burglary", "essex", "2023-05-31") == 2
    text = "\n".join(lines[2:]) + "\n"
    assert value(load(write("u.csv", text.encode("utf-16"))), "burglary", "essex", "2023-05-31") == 2
    loaded = load(write("v.csv", [*lines, row("Burglary", "May 2023"), row("")]))
    assert "1 row has no month written YYYY-MM and is left out" in said(loaded)
    assert "1 row has no crime type and is left out" in said(loaded)


def test_types_in_another_spelling_are_read_and_said(write: Write) -> None:
    lines = [HEADER, *map(row, ALL[:-1]), row("Violence & Sexual Offences"), row("BURGLARY"), row("theft from person")]
    loaded = load(write("2023-05-essex-street.csv", lines))
    assert value(loaded, "burglary", "essex", "2023-05-31") == 2
    assert value(loaded, "theft-from-person", "essex", "2023-05-31") == 2
    assert "1 row of the crime type 'Violence & Sexual Offences' read as 'Violence and sexual offences'" in said(loaded)


def test_a_type_that_nobody_knows_makes_no_zeros(write: Write) -> None:
    kinds = [kind for kind in ALL if kind not in ("Vehicle crime", "Drugs")]
    loaded = load(write("2023-05-essex-street.csv", [HEADER, *map(row, kinds), row("Motor offences")]))
    assert "'Motor offences' (1 row); they count in all crime only" in said(loaded)
    assert value(loaded, "all-crime", "essex", "2023-05-31") == 12
    assert "vehicle-crime" not in set(loaded.observations["measure"])
    loaded = load(write("2023-05-kent-street.csv", [HEADER, *map(row, kinds)]))
    assert value(loaded, "vehicle-crime", "essex", "2023-05-31") == 0


def archive(path: Path, months: dict[str, int]) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for month, burglaries in months.items():
            lines = [HEADER, *(row(kind, month) for kind in ALL), *[row("Burglary", month)] * burglaries]
            made.writestr(f"{month}/{month}-essex-street.csv", "\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("turned", [False, True])
def test_the_later_of_overlapping_archives_wins_when_asked(tmp_path: Path, turned: bool) -> None:
    old = archive(tmp_path / "old.zip", {"2023-04": 1, "2023-05": 2})
    new = archive(tmp_path / "new.zip", {"2023-05": 5, "2023-06": 6})
    files = [new, old] if turned else [old, new]
    with pytest.raises(PmError, match=r"2023-05-essex-street\.csv is in") as caught:
        load(files)
    assert "--later-wins" in caught.value.hint
    loaded = load(files, later_wins=True)
    counts = [value(loaded, "burglary", "essex", end) for end in ("2023-04-30", "2023-05-31", "2023-06-30")]
    assert counts == [2, 6, 7]
    assert "1 file of old.zip left out: new.zip is later" in said(loaded)
    others = len(ALL) - 1  # a row of each other type in both
    expected = (
        f"the later files revised 1 value and repeated {others} unchanged: Burglary in Essex Police, May 2023, 3 to 6"
    )
    assert expected in said(loaded)


def test_later_wins_for_tables_of_counts_and_for_no_others(write: Write) -> None:
    header = "area,measure,period,value"
    old = write("old.csv", [header, "Essex,burglary,2023-04,1", "Essex,burglary,2023-05,2"])
    new = write("new.csv", [header, "Essex,burglary,2023-05,5", "Essex,burglary,2023-06,6"])
    with pytest.raises(PmError, match="both give") as caught:
        load([old, new])
    assert 'overlap = "later-file-wins"' in caught.value.hint
    loaded = load([old, new], later_wins=True)
    assert loaded.observations["value"].to_list() == [1, 5, 6]
    calls = write("calls.csv", ["Force,Month,999 calls,Answered within 10 seconds", "Essex,Jan 2023,100,80"])
    with pytest.raises(UsageError, match="--later-wins is for street and counts files; this is calls data"):
        load([calls], later_wins=True)
