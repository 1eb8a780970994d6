"""Tables by Community Safety Partnership, of the Home Office and of the ONS: a force is the sum of its partnerships."""

from __future__ import annotations

import polars as pl

from pmcli.sources import load

from .conftest import HEADER, Write, said, value

COLUMNS = HEADER.replace("Force Name", "Force Name,CSP Name")


def row(csp: str, number: str, quarter: int = 1, force: str = "Essex") -> str:
    kind = "Robbery of personal property"
    return f"2019/20,{quarter},{force},{csp},{kind},Robbery,{kind},34B,{number}"


def test_home_office_partnerships_and_their_force(write: Write) -> None:
    lines = [COLUMNS, row("Basildon", "10"), row("Harlow", "20"), row("Ashford", "5", force="Kent"), row("", "1")]
    loaded = load(write("a.csv", lines))
    assert value(loaded, "robbery", "essex/basildon", "2019-06-30") == 10
    assert value(loaded, "robbery", "essex/not-stated", "2019-06-30") == 1
    assert value(loaded, "robbery", "essex", "2019-06-30") == 31
    assert value(loaded, "robbery", "kent", "2019-06-30") == 5
    assert "forces are the sums of their 4 Community Safety Partnerships" in said(loaded)


def test_a_force_is_not_known_where_a_partnership_has_no_row(write: Write) -> None:
    lines = [COLUMNS, row("Basildon", "10"), row("Harlow", "20"), row("Harlow", "21", quarter=2)]
    loaded = load(write("a.csv", lines))
    assert value(loaded, "robbery", "essex", "2019-06-30") == 30
    assert value(loaded, "robbery", "essex", "2019-09-30") is None
    assert "essex robbery to 2019-09-30 (1 of 2)" in said(loaded)


def test_home_office_parquet_with_renamed_headers(tmp_path) -> None:
    names = ["financial_year", "financial_quarter", "force.name", "csp_name", "offence_description", "offence_group"]
    names += ["offence_subgroup", "offence_code", "number_of_offences"]
    cells = [line.split(",") for line in (row("Basildon", "10"), row("Harlow", "20"))]
    frame = pl.DataFrame(cells, schema=names, orient="row").with_columns(
        pl.col("financial_quarter", "number_of_offences").cast(pl.Int64)
    )
    frame.write_parquet(tmp_path / "a.parquet")
    loaded = load(tmp_path / "a.parquet")
    assert value(loaded, "robbery", "essex", "2019-06-30") == 30
    assert value(loaded, "personal-robbery", "essex/harlow", "2019-06-30") == 20


def test_ons_partnership_tables(book) -> None:
    header = [
        "Police Force Area code", "Police Force Area name", "CSP code", "CSP name [note 2]", "Local Authority name",
        "Total recorded crime (excluding fraud)", "Homicide", "Violence with injury", "Robbery",
    ]  # fmt: skip
    rows: list[list[object]] = [
        ["Table C1: Recorded crime by Community Safety Partnership, year ending March 2023, number of offences"],
        [],
        header,
        ["E23000028", "Essex", "E22000078", "Basildon", "Basildon", 1000, 1, 100, 10],
        ["E23000028", "Essex", "E22000079", "Two towns", "First", 200, 0, 20, 2],
        ["E23000028", "Essex", "E22000079", "Two towns", "Second", 300, 0, 30, 3],
        ["", "", "", "", "", 1500, 1, 150, 15],
    ]
    rates = [["Table C2: Rates per 1,000, year ending March 2023"], [], header, [*rows[3][:5], 9.1, 0.1, 1.1, 0.2]]
    loaded = load(book("c.xlsx", {"C1": rows, "C2": rates}))
    assert value(loaded, "robbery", "essex/basildon", "2023-03-31") == 10
    assert value(loaded, "violence-with-injury", "essex/two-towns", "2023-03-31") == 50
    assert value(loaded, "all-crime", "essex", "2023-03-31") == 1500
    assert set(loaded.observations["months"]) == {12}
    assert "sheets without counts left out: C2" in said(loaded)
    assert "1 row without a partnership left out (row 7)" in said(loaded)
