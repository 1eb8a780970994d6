"""Files that are fine but for one thing."""

from __future__ import annotations

import pytest

from pmcli.errors import PmError
from pmcli.sources import load
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
