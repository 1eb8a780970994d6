"""Files that are fine but for one thing."""

from __future__ import annotations

import pytest

from pmcli.errors import PmError
from pmcli.sources import Problem, load
from tests.sources.conftest import Write

STREET = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type"


def test_two_street_files_with_only_a_header_double_nothing(write: Write) -> None:
    row = ",2023-05,Essex Police,Essex Police,,,,,,Burglary"
    write("es/2023-05/2023-05-essex-street.csv", [STREET, row])
    write("es/2023-05/2023-05-kent-street.csv", [STREET])
    folder = write("es/2023-06/2023-06-kent-street.csv", [STREET]).parent.parent
    loaded = load([folder])
    assert loaded.observations.filter(loaded.observations["measure"] == "burglary")["value"].to_list() == [1.0]


def test_a_file_of_which_no_row_can_be_used_is_an_error(write: Write) -> None:
    bad = write("v.csv", ["area,measure,period,value", "essex,burglary,never,1", "essex,burglary,soon,2"])
    with pytest.raises(PmError, match=r"no row of .*v\.csv could be used"):
        load([bad], source="counts")


@pytest.mark.parametrize("text", ["99999999999999999999", "1e309"])
def test_a_figure_beyond_all_counts_is_reported_and_not_known(text: str, write: Write) -> None:
    lines = ["area,measure,period,value", "essex,burglary,2023-05,7", f"essex,burglary,2023-06,{text}"]
    loaded = load([write("v.csv", lines)], source="counts")
    assert loaded.observations["value"].to_list() == [7.0, None]
    assert any(text in problem.sentence() for problem in loaded.report.problems)


def test_a_table_that_a_mapping_of_pm_fits_says_which(write: Write) -> None:
    table = write("t.csv", ["Force,Offence type,Month,Offences", "Essex,Burglary,Jul 2023,5"])
    with pytest.raises(PmError) as caught:
        load([table])
    assert "--map iquanta-monthly" in caught.value.hint


@pytest.mark.parametrize("source", [None, "street", "ons", "records", "calls", "counts"])
@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf\n \n"])
def test_a_file_without_text_is_called_that_whatever_it_is_read_as(
    source: str | None, content: bytes, write: Write
) -> None:
    if content and source == "street":
        pytest.skip("street files are read together, and say what their first line lacks")
    with pytest.raises(PmError, match=r"e\.csv holds 6 bytes but no text" if content else r"e\.csv is empty"):
        load([write("e.csv", content)], source=source)


@pytest.mark.parametrize("name", ["e.xlsx", "e.parquet", "e.csv.gz", "e.zip"])
def test_an_empty_file_of_any_type_is_called_empty(name: str, write: Write) -> None:
    with pytest.raises(PmError, match=f"{name} is empty"):
        load([write(name, b"")])


def test_an_empty_file_with_a_mapping_or_in_a_folder(write: Write) -> None:
    empty = write("f/e.csv", b"")
    with pytest.raises(PmError, match=r"e\.csv is empty"):
        load([empty], mapping="smsr-survey")
    write("f/v.csv", ["area,measure,period,value", "essex,burglary,2023-05,7"])
    loaded = load([empty.parent])
    assert loaded.observations["value"].to_list() == [7.0]
    assert any("1 file passed over: is empty" in sentence for sentence in loaded.report.sentences())


@pytest.mark.parametrize(
    ("what", "one"),
    [
        ("records have neither yes nor no in 'We have'", "1 record has neither yes nor no in 'We have'"),
        ("records are superseded by a later one", "1 record is superseded by a later one"),
        ("rows dropped: they have more fields than the header's 4", "1 row dropped: it has more fields than the"),
        ("values are not numbers, and are not known", "1 value is not a number, and is not known"),
        ("file passed over: they have", "1 file passed over: they have"),
    ],
)
def test_a_problem_of_one_row_is_said_of_one(what: str, one: str) -> None:
    assert one in Problem("a.csv", "", what, 1).sentence()
    assert f"2 {what}" in Problem("a.csv", "", what, 2).sentence()
