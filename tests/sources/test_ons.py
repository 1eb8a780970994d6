"""ONS workbooks: headers in several rows, footnote digits, regions, markers, and the two knife tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmcli.errors import PmError
from pmcli.sources import load
from pmcli.sources.ons.population import population

from .conftest import said, value

ESSEX, KENT, GMP = "E23000028", "E23000032", "E23000005"


def counts(title: str = "year ending December 20191,2", essex: int = 120) -> list[list[object]]:
    return [
        [f"Table P1: Police recorded crime by offence group, number of offences, {title}"],
        [],
        ["England and Wales"],
        [None, None, "Total recorded crime (excluding fraud3)", None, "Victim-based crime"],
        [
            "Area Code",
            "Area Name",
            None,
            None,
            "Homicide",
            "Violence with injury5",
            "Stalking\nand harassment 4",
            "Burglary",
        ],
        [None, None, "Numbers"],
        ["K04000001", "ENGLAND AND WALES6,7", 999, None, 99, 999, 999, 999],
        ["E12000006", "East", 500, None, 9, 300, 100, 91],
        [ESSEX, "Essex10", essex, None, 3, 60, 20, 17],
        [GMP, "Greater Manchester8", "..", None, "..", "..", "..", ".."],
        [],
        ["W92000004", "WALES", 50, None, 1, 2, 3, 4],
        [None, "British Transport Police", 40, None, "-", 20, 2, 1],
        ["Source: Police recorded crime"],
        ["1. A note, 2019."],
    ]


def knife(essex: int = 35) -> list[list[object]]:
    return [
        ["Table P4:  Knife and sharp instrument offences, year ending December 20191,2,3"],
        [],
        [None, None, "Total of selected\n serious offences", None, "Robbery"],
        [
            "Area Code",
            "Area Name",
            "Number of\n offences\n involving a\n knife7",
            "% involving a knife",
            "Number of offences",
        ],
        ["E12000006", "East", 80, 4.2, 40],
        [ESSEX, "Essex", essex, 4.1, 11],
        [KENT, "Kent8,9", 25, 4.4, 12],
    ]


def knife_years(first: int = 20) -> list[list[object]]:
    return [
        ["Table P5:  Knife and sharp instrument offences, percentage change for year ending December 2019"],
        [],
        [None, None, "Apr '10 to Mar '11", None, "Jan '19 to Dec '19", None, "% change", None],
        ["Area Codes", "Area name", "Number of offences", "% involving", "Number of offences", "%", "Apr '10", "x"],
        [None, "England (excluding Greater Manchester)", 70, 3, 80, 4, 9, 9],
        [ESSEX, "Essex", first, 3.9, 35, 4.1, 75, 1],
        [KENT, "Kent8,9", 15, 3.7, 25, 4.4, 66, 1],
        [GMP, "Greater Manchester", "NA", "NA", "NA", "NA", "NA", "NA"],
    ]


def rates() -> list[list[object]]:
    return [
        ["Table P3: Police recorded crime, rate of offences, year ending December 2019"],
        [
            "Area Code",
            "Area Name",
            "Population figures\n (mid-2018)3  rounded to 100",
            "Homicide",
            "Violence with injury",
        ],
        ["E92000001", "ENGLAND", 53164600, 1.5, 9.0],
        [ESSEX, "Essex", 1832800, 0.1, 8.0],
        ["E23000034", "City of London11", "+", "+", "+"],
    ]


@pytest.fixture
def edition(book) -> Path:
    return book(
        "dec19.xlsx",
        {
            "Notes": [["Crime in England and Wales"]],
            "Table P1": counts(),
            "Table P3": rates(),
            "Table P4  ": knife(),
            "Table P5 ": knife_years(),
        },
    )


def test_counts_by_offence_for_the_12_months_of_the_title(edition):
    loaded = load(edition)
    assert value(loaded, "all-crime", "essex", "2019-12-31") == 120
    assert value(loaded, "violence-with-injury", "essex", "2019-12-31") == 60
    assert value(loaded, "stalking-and-harassment", "essex", "2019-12-31") == 20
    assert value(loaded, "burglary", "british-transport-police", "2019-12-31") == 1
    assert set(loaded.observations["months"]) == {12}


def test_a_marker_is_not_known(edition):
    loaded = load(edition)
    assert value(loaded, "homicide", "greater-manchester", "2019-12-31") is None
    assert value(loaded, "homicide", "british-transport-police", "2019-12-31") is None
    assert loaded.report.problems == []
    assert "6 values are not given ('-', '..')" in said(loaded)


def test_countries_and_regions_are_left_out_and_said_so(edition):
    loaded = load(edition)
    areas = {"essex", "kent", "greater-manchester", "british-transport-police"}
    assert set(loaded.observations["area"]) == areas
    assert "ons: 5 rows of countries and regions left out (the first is 'ENGLAND AND WALES')" in said(loaded)


def test_the_latest_year_of_both_knife_tables_is_taken_once(edition):
    loaded = load(edition)
    assert value(loaded, "knife-crime", "essex", "2011-03-31") == 20
    assert value(loaded, "knife-crime", "essex", "2019-12-31") == 35
    assert value(loaded, "knife-crime", "kent", "2019-12-31") == 25
    assert "another sheet" not in said(loaded)


def test_knife_tables_that_differ_are_noted(book):
    loaded = load(book("a.xlsx", {"P4": knife(essex=36), "P5": knife_years()}))
    assert value(loaded, "knife-crime", "essex", "2019-12-31") == 36
    assert "1 figure not as on another sheet" in said(loaded)
    assert "35.0 for 36.0" in said(loaded)


def test_sheets_of_rates_are_not_counts(edition):
    loaded = load(edition)
    assert loaded.observations["value"].max() == 120
    assert "sheets without counts left out: Table P3" in said(loaded)


def test_the_latest_edition_revises_the_back_series(book, edition):
    old = [
        [cell.replace("Jan '19 to Dec '19", "Jul '18 to Jun '19") if isinstance(cell, str) else cell for cell in row]
        for row in knife_years(first=21)
    ]
    older = book("jun19.xlsx", {"P1": counts("year ending June 20191", essex=110), "P5": old})
    for paths in ([edition, older], [older, edition]):
        loaded = load(paths)
        assert value(loaded, "knife-crime", "essex", "2011-03-31") == 20
        assert value(loaded, "all-crime", "essex", "2019-06-30") == 110
        assert value(loaded, "all-crime", "essex", "2019-12-31") == 120
        assert "3 figures are in more than one edition; the latest is taken and revised 1" in said(loaded)


def test_two_books_of_the_same_edition_are_refused(book, edition):
    twin = book("dec19v2.xlsx", {"Table P1": counts(essex=121)})
    with pytest.raises(PmError, match=r"dec19\.xlsx.*and .*dec19v2\.xlsx"):
        load([edition, twin])


def test_an_unreadable_figure_names_its_column(book):
    rows = counts()
    rows[8][5] = "sixty"
    loaded = load(book("a.xlsx", {"P1": rows}))
    (problem,) = loaded.report.problems
    assert (problem.sheet, problem.row, problem.count) == ("P1", 9, 1)
    assert problem.example == "sixty in the column Violence with injury (2019-12-31)"


def test_a_book_of_rates_alone_has_no_counts(book):
    with pytest.raises(PmError, match="no sheet of it holds counts"):
        load(book("a.xlsx", {"P3": rates()}))


def test_populations_beside_the_rates_and_of_mid_years(book, edition):
    years = [
        ["Table P9: Mid-year population estimates for police force areas, 2015 to 2016"],
        [None, None, "Mid-year"],
        ["Area Code", "Area Name", "2015", "2016"],
        ["E12000006", "East", 6000000, 6100000],
        [ESSEX, "Essex", 1790600, 1806900],
    ]
    found = population([edition, book("mar18.xlsx", {"P9": years})])
    assert found.rows() == [("essex", 2015, 1790600.0), ("essex", 2016, 1806900.0), ("essex", 2018, 1832800.0)]
    with pytest.raises(PmError, match="holds populations"):
        population(book("none.xlsx", {"P1": counts()}))
