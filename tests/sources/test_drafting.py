"""Drafts of mappings: what the columns of a file are, which labels are sure, and that a draft loads as it should."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

import pytest

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.periods import MONTHS
from pmcli.sources import load
from pmcli.sources.drafting.match import measures, subgroups
from pmcli.sources.drafting.write import drafted
from tests.conftest import SAMPLES, pm

from .conftest import value

CATALOGUE = Catalogue()


@pytest.fixture
def draft(write, tmp_path):
    """The draft for a file of lines: (its text, what is in it, a function that loads the file with it)."""

    def drafter(name, lines):
        path = write(name, lines)
        text = drafted(path, CATALOGUE)
        mapping = write("draft.toml", text)
        return text, tomllib.loads(text), lambda: load(path, mapping=mapping)

    return drafter


def test_a_long_table_is_drafted_so_that_it_loads_at_once(draft):
    lines = ["Constabulary,Category,Month,Recorded"]
    lines += [f"{force},{label},{month} 2023,{n + 1}"
              for force in ("Essex", "Kent") for label in ("Robbery offences", "Burglary dwelling", "Homicide")
              for n, month in enumerate(("Jan", "Feb", "Mar"))]  # fmt: skip
    text, made, loads = draft("tables.csv", lines)
    assert made["columns"] == {"area": "Constabulary", "measure": "Category", "period": "Month", "value": "Recorded"}
    assert made["measures"] == {"Robbery offences": "robbery", "Homicide": "homicide"}
    assert '# ? "Burglary dwelling" = ' in text
    assert value(loads(), "robbery", "essex", "2023-02-28") == 2


def test_months_across_the_page_and_a_force_in_the_files_name(draft):
    lines = ["Offence,Apr 2023,May 2023,Jun 2023", "Robbery,1,2,3", "Homicide,0,1,0"]
    _, made, loads = draft("essex police monthly.csv", lines)
    assert (made["layout"], made["force"]) == ("wide-periods", "essex")
    assert value(loads(), "robbery", "essex", "2023-06-30") == 3


def test_measures_across_the_page(draft):
    lines = ["Force,Period,Robberies,Homicides,Staff", "Essex,2023-01,3,1,99", "Kent,2023-01,4,0,98"]
    text, made, loads = draft("x.csv", lines)
    assert made["layout"] == "wide-measures"
    assert made["measures"] == {"Robberies": "robbery", "Homicides": "homicide"}
    assert '# ? "Staff"' in text
    assert value(loads(), "robbery", "kent", "2023-01-31") == 4


def test_a_heading_that_says_twelve_months_makes_no_months_of_them(draft):
    lines = ["PFA,12 months ending,Offence,Total", *[f"Essex,2023-{n:02d},Robbery,{1000 + n}" for n in range(1, 9)]]
    _, made, loads = draft("x.csv", lines)
    assert made["months"] == 12
    assert loads().observations["months"].unique().to_list() == [12]


def test_crime_records_are_told_from_counts_and_load_when_the_force_is_said(draft, write):
    lines = ["Crime No,Date Recorded,Offence,Borough,Knife used"]
    kinds = ("Shoplifting", "Robbery of personal property")
    days = [date(2023, 1, 1) + timedelta(days=n % 90) for n in range(900)]
    lines += [f"42/{n:05d}/23,{day:%m/%d/%Y},{kinds[n % 2]},B{n % 5},{'YN'[n % 2]}" for n, day in enumerate(days)]
    text, made, loads = draft("x.csv", lines)
    assert (made["layout"], made["dates"]) == ("records", "month-first")
    assert made["columns"]["crime_number"] == "Crime No"
    assert made["columns"]["ho_subgroup"] == "Offence"
    assert made["flags"] == {"knife": "Knife used"}
    with pytest.raises(PmError, match="whose records they are is not said"):
        loads()
    said = write("said.toml", text.replace('# ? force = "essex"', 'force = "essex"'))
    found = load(said.with_name("x.csv"), mapping=said)
    assert value(found, "shoplifting", "essex", "2023-01-31") == 160


def test_a_year_in_one_column_and_the_month_in_another(draft):
    rows = [f"Essex,2023,{month},Robbery,{n}" for n, month in enumerate(("Jan", "Feb", "Mar"))]
    _, made, _ = draft("x.csv", ["Force,Year,Month,Offence,Count", *rows])
    assert made["columns"]["period"] == ["Year", "Month"]
    assert made["columns"]["value"] == "Count"


def test_what_pm_reads_already_is_said():
    assert "without a mapping, as home-office" in drafted(SAMPLES / "home-office-quarters.csv", CATALOGUE)
    assert "--map iquanta-monthly may do" in drafted(SAMPLES / "iquanta-monthly.csv", CATALOGUE)


def test_labels_of_any_text_make_toml_that_can_be_read(draft):
    lines = ["Force,Month,Offence,Count"]
    for label in ('"a ""quote"""', "back\\slash", '"new\nline"', "tab\there", "ünïcode", "# hash", "x = y", "'''"):
        lines += [f"Essex,{month} 2023,{label},1" for month in ("Jan", "Feb")]
    draft("x.csv", lines)


def test_a_file_without_a_table_is_refused(write):
    with pytest.raises(PmError, match="header of a table"):
        drafted(write("x.csv", ["only words here", "and here"]), CATALOGUE)


def test_two_labels_are_never_both_sure_of_one_measure():
    found = measures([("Robbery", 5), ("Robbery offences", 4), ("robbery", 3)], CATALOGUE)
    assert [match.sure for match in found] == [True, False, False]


def test_subgroups_are_matched_whatever_their_words():
    found = {match.label: (match.found, match.sure) for match in subgroups([("RAPE", 1), ("Theft of cycles", 1)])}
    assert found["RAPE"] == ("Rape offences", True)
    assert found["Theft of cycles"][1] is False


# ------------------------------------------------------------------------------------------------------ command line
def test_init_writes_the_draft_beside_what_is_there(tmp_path):
    (tmp_path / "counts.csv").write_text(
        "Force,Month,Offence,Count\nEssex,Jan 2023,Robbery,3\nEssex,Feb 2023,Robbery,4\n"
    )
    done = pm("init", "--map", "counts.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    loaded = pm("load", "counts.csv", "--map", "counts.toml", "-f", "csv", cwd=tmp_path)
    assert b"robbery,essex,all,all,2023-02-28,1,4.0" in loaded.stdout
    again = pm("init", "--map", "counts.csv", cwd=tmp_path)
    assert again.returncode == 1
    assert b"is here already" in again.stderr
    assert pm("init", "--map", "counts.csv", "-o", "-", cwd=tmp_path).stdout == (tmp_path / "counts.toml").read_bytes()
    assert pm("init", "-o", "x.toml", cwd=tmp_path).returncode == 2


def test_mappings_lists_and_prints_the_shipped_ones(tmp_path):
    listed = pm("mappings", "-f", "csv", cwd=tmp_path)
    assert b"athena-records,records,Athena-like crime records" in listed.stdout
    one = pm("mappings", "athena-records", cwd=tmp_path)
    assert tomllib.loads(one.stdout.decode())["layout"] == "records"
    wrong = pm("mappings", "athena-record", cwd=tmp_path)
    assert wrong.returncode == 2
    assert b"Did you mean athena-records" in wrong.stderr


def test_months_under_their_years_are_drafted_and_load_once_the_force_is_said(book, tmp_path):
    """The workbook of docs/own-extract.md: a title, the years over the months, a total row."""
    years = [None, None, 2022, *[None] * 11, 2023, *[None] * 11]
    rows = [["Recorded crime by district"], [], years, ["District", "Offence", *list(MONTHS) * 2]]
    for name, count in (("North", 12), ("South", 8), ("Total", 20)):
        rows.append([name, "Robbery - personal", *[count] * 24])
    path = book("districts.xlsx", {"Offences": rows})
    text = drafted(path, CATALOGUE)
    for line in ('layout = "wide-periods"', 'district = "District"', "months = 1 ", '# ? force = "essex"'):
        assert line in text
    assert '"Robbery - personal" = "personal-robbery"' in text
    mapping = tmp_path / "own.toml"
    mapping.write_text(text.replace('# ? force = "essex"', 'force = "essex"'), encoding="utf-8")
    found = load(path, mapping=mapping)
    assert value(found, "personal-robbery", "essex", "2023-12-31") == 20
    assert found.observations.filter(area="essex").height == 24
