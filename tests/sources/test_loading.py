"""Recognising layouts, refusing figures given twice, and what `load` says when it cannot go on."""

from __future__ import annotations

import shutil
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pmcli.sources
from pmcli import tables
from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError
from pmcli.sources import LAYOUTS, load

from .conftest import HEADER, homicide, said, value

YEARS = "12 months ending,PFA,Region,Offence,Rolling year total number of offences"


def test_observations_keep_the_contract(write):
    loaded = load([write("a.csv", [HEADER, homicide(2, "5"), homicide(1, "3", force="Kent"), homicide(1, "4")])])
    frame = loaded.observations
    assert frame.schema == tables.OBSERVATIONS.schema()
    assert frame.equals(frame.sort(tables.KEY))
    tables.check_keys(frame, tables.OBSERVATIONS)
    assert set(frame["dimension"]) == {"all"}
    assert frame["base"].null_count() == frame["effective"].null_count() == frame.height


def test_each_file_goes_through_its_own_layout(write):
    loaded = load(
        [write("a.csv", [HEADER, homicide(1, "3")]), write("b.csv", [YEARS, "31-03-2019,Essex,East,Homicide,20"])]
    )
    assert value(loaded, "homicide", "essex", "2019-06-30") == 3
    assert value(loaded, "homicide", "essex", "2019-03-31") == 20
    assert loaded.observations["source"].unique().sort().to_list() == ["home-office", "home-office-years"]
    assert [entry.source for entry in loaded.inputs] == ["home-office", "home-office-years"]


def test_published_years_are_12_months_and_snapped_to_the_month_end(write):
    lines = [YEARS, "30-12-2017,Essex,East,Homicide,20", "31-03-2018,Essex,East,Non-domestic burglary, 2 ", ""]
    loaded = load(write("b.csv", [*lines, "31-03-2018,Essex,East,Residential burglary,5"]))
    assert value(loaded, "homicide", "essex", "2017-12-31") == 20
    assert value(loaded, "burglary", "essex", "2018-03-31") == 7
    assert set(loaded.observations["months"]) == {12}
    assert "2017-12-30 as 2017-12-31" in said(loaded)


def test_no_layout_fits_says_which_came_closest_and_what_it_lacks(write):
    path = write("x.csv", [HEADER.replace("Offence Code,", ""), "2019/20,1,Essex,Murder,a,b,3"])
    with pytest.raises(
        PmError, match=r"x\.csv: no layout fits; closest is home-office, which lacks Offence Code"
    ) as error:
        load(path)
    assert "--as" in error.value.hint
    assert "--map" in error.value.hint


def test_a_header_nobody_knows_is_shown(write):
    with pytest.raises(PmError, match="no layout fits") as error:
        load(write("x.csv", ["colour,size", "red,3"]))
    assert "colour, size" in error.value.hint


def test_a_layout_that_was_asked_for_has_to_fit(write):
    path = write("x.csv", [HEADER, homicide(1, "3")])
    with pytest.raises(PmError, match="no row with the home-office-years header"):
        load(path, source="home-office-years")
    assert load(path, source="home-office").rows == 1


def test_an_unknown_source_gets_suggestions(write):
    with pytest.raises(UsageError, match="no source layout 'home-ofice'") as error:
        load(write("x.csv", [HEADER]), source="home-ofice")
    assert "home-office" in error.value.hint
    assert error.value.exit_code == 2


def test_the_same_file_twice_is_refused_by_path_and_by_content(write, tmp_path):
    path = write("a.csv", [HEADER, homicide(1, "3")])
    with pytest.raises(PmError, match="given twice"):
        load([path, path])
    shutil.copy(path, tmp_path / "copy.csv")
    with pytest.raises(PmError, match="are the same file"):
        load([path, tmp_path / "copy.csv"])


def test_two_vintages_are_refused_naming_both_files_and_rows(write):
    old = write("old.csv", [HEADER, homicide(4, "9", year="2018/19"), homicide(1, "3")])
    # The later vintage calls the subgroup something else; the offence code is the same.
    new = write(
        "new.csv", [HEADER, homicide(1, "4").replace(",Homicide,", ",Homicide offences,").replace("Murder", "M")]
    )
    both = r"old\.csv \(row 3\) and .*new\.csv \(row 2\) both give .*1.* for essex, 3 months to 2019-06-30"
    with pytest.raises(PmError, match=both):
        load([old, new], catalogue=Catalogue())


def test_a_row_given_twice_in_one_file_is_refused(write):
    with pytest.raises(PmError, match=r"rows 2 and 4 both give .* for essex"):
        load(write("a.csv", [HEADER, homicide(1, "3"), homicide(2, "3"), homicide(1, "3")]))


def test_a_joint_code_has_a_row_for_each_of_its_parts_and_no_more(write):
    rows = [homicide(1, count, code="1/4.1/4.10/4.2") for count in ("-00 ", " 1 ", " 2 ", "-00 ")]
    assert value(load(write("a.csv", [HEADER, *rows])), "homicide", "essex", "2019-06-30") == 3
    with pytest.raises(PmError, match="rows 2 and 6 both give"):
        load(write("b.csv", [HEADER, *rows, rows[1]]))


def test_an_area_nobody_knows_is_kept_and_noted(write):
    loaded = load(write("a.csv", [HEADER, homicide(1, "3", force="Nowhere Police"), homicide(1, "4")]))
    assert value(loaded, "homicide", "nowhere-police", "2019-06-30") == 3
    assert (
        "1 area nobody knows: 'Nowhere Police' -> nowhere-police; it is kept, and is not in the national average"
        in said(loaded)
    )


def test_names_of_forces_are_read_however_written(write):
    names = {"London; City of": "city-of-london", "Devon & Cornwall": "devon-and-cornwall", "Essex10": "essex"}
    lines = [homicide(1, "3", force=f'"{name.replace(";", ",")}"') for name in names]
    loaded = load(write("a.csv", [HEADER, *lines]))
    assert set(loaded.observations["area"]) == set(names.values())


def test_rows_of_no_measure_are_counted_with_the_commonest(write):
    odd = "2019/20,1,Essex,Fraud by company director,Fraud offences,Other,51,{}"
    catalogue = Catalogue()
    del (measures := dict(catalogue.measures))["fraud"]
    catalogue.measures = measures
    lines = [odd.format(1), odd.replace(",1,", ",2,", 1).format(2), homicide(1, "3")]
    loaded = load(write("a.csv", [HEADER, *lines]), catalogue=catalogue)
    assert "home-office: 2 rows of 1 kind belong to no measure; the commonest is 'Fraud by company director" in said(
        loaded
    )


@pytest.mark.parametrize(
    ("condition", "message", "hint"),
    [
        ("offence_subgroop = 'Homicide'", "names a column that the data lack: offence_subgroop", "offence_subgroup"),
        ("offence_subgroup = ", "is not SQL", "unable to parse"),
        ("offence_subgroup", "is not a condition", "offence = 'Homicide'"),
    ],
)
def test_a_condition_that_does_not_hold_water_names_measure_and_source(write, tmp_path, condition, message, hint):
    extra = tmp_path / "mine.toml"
    extra.write_text(f'[mine]\nlabel = "Mine"\n[mine.from.home-office]\nwhere = "{condition}"\n')
    with pytest.raises(PmError, match=f"the measure mine for home-office data {message}") as error:
        load(write("a.csv", [HEADER, homicide(1, "3")]), catalogue=Catalogue(extra_measures=extra))
    assert hint in error.value.hint


def test_observations_pass_through_as_they_are(write, tmp_path):
    first = load(write("a.csv", [HEADER, homicide(1, "3"), homicide(2, "..")]))
    first.observations.write_parquet(tmp_path / "a.parquet")
    first.observations.write_csv(tmp_path / "b.csv")
    assert load(tmp_path / "a.parquet").observations.equals(first.observations)
    assert load(tmp_path / "b.csv").observations.equals(first.observations)
    with pytest.raises(PmError, match="share a key"):
        load([tmp_path / "a.csv", tmp_path / "a.parquet"])


def test_parquet_with_a_layouts_own_columns_goes_through_the_layout(tmp_path):
    frame = pl.DataFrame(
        {
            "12 months ending": [date(2019, 3, 31)],
            "PFA": ["Essex"],
            "Offence": ["Homicide"],
            "Rolling year total number of offences": [20],
        }
    )
    frame.write_parquet(tmp_path / "raw.parquet")
    assert value(load(tmp_path / "raw.parquet"), "homicide", "essex", "2019-03-31") == 20


def test_parquet_that_is_cut_off(tmp_path):
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(PmError, match=r"cut\.parquet cannot be read as Parquet"):
        load(tmp_path / "cut.parquet")


def test_a_file_of_a_folder_that_fits_nothing_is_counted_not_fatal_unless_strict(write, tmp_path):
    write("data/a.csv", [HEADER, homicide(1, "3")])
    write("data/odd.csv", ["colour,size", "red,3"])
    loaded = load(tmp_path / "data")
    assert value(loaded, "homicide", "essex", "2019-06-30") == 3
    assert [(problem.count, "odd.csv" in problem.file) for problem in loaded.report.problems] == [(1, True)]
    with pytest.raises(PmError, match="file passed over"):
        load(tmp_path / "data", strict=True)


def test_an_archive_with_nothing_usable_says_why(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("odd.csv", "colour,size\nred,3\n")
    with pytest.raises(PmError, match=r"odd\.csv: no layout fits"):
        load(tmp_path / "a.zip")


def test_an_archive_that_climbs_out_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../evil.csv", "a,b\n")
    with pytest.raises(PmError, match="points outside the archive"):
        load(tmp_path / "a.zip")


def test_street_files_are_handed_over_together_and_companions_left_out(tmp_path):
    place = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name"
    street = f"{place},Crime type,Last outcome category,Context\n"
    rows = "".join(f"{n},2019-01,Essex Police,Essex Police,,,,,,Burglary,,\n" for n in range(3))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("2019-01/2019-01-essex-street.csv", street + rows)
        archive.writestr(
            "2019-01/2019-01-essex-outcomes.csv",
            f"{place},Outcome type\n",
        )
        archive.writestr("2019-01/hoc.csv", f"{HEADER}\n{homicide(1, '3')}\n")
    loaded = load(tmp_path / "a.zip")
    assert value(loaded, "burglary", "essex", "2019-01-31") == 3
    assert value(loaded, "homicide", "essex", "2019-06-30") == 3
    assert "outcomes files of the archive left out" in said(loaded)
    assert loaded.rows == 4
    assert loaded.inputs[0].source == "street,home-office"


def test_progress_reaches_the_end(write):
    told = []
    paths = [write(f"{q}.csv", [HEADER, homicide(q, "3")]) for q in (1, 2, 3)]
    load(paths, progress=lambda done, total: told.append((done, total)))
    size = sum(path.stat().st_size for path in paths)
    assert told[-1] == (size, size)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_order_of_rows_and_splitting_a_file_change_nothing(tmp_path, data):
    keys = [(q, force, code) for q in (1, 2, 3, 4) for force in ("Essex", "Kent") for code in ("1", "4.1", "2")]
    counts = data.draw(st.lists(st.integers(-5, 99) | st.just(".."), min_size=len(keys), max_size=len(keys)))
    rows = [homicide(q, str(n), force=f, code=c) for (q, f, c), n in zip(keys, counts, strict=True)]
    whole = tmp_path / "whole.csv"
    whole.write_text("\n".join([HEADER, *rows]) + "\n")
    expected = load(whole).observations
    mixed = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(1, len(rows) - 1))
    (tmp_path / "one.csv").write_text("\n".join([HEADER, *mixed[:cut]]) + "\n")
    (tmp_path / "two.csv").write_text("\r\n".join([HEADER, *mixed[cut:]]))
    assert load([tmp_path / "one.csv", tmp_path / "two.csv"]).observations.equals(expected)


def test_a_layout_reads_tables_or_scans_files_and_is_registered_by_its_name():
    assert all(name == layout.name and layout.title and layout.columns for name, layout in LAYOUTS.items())
    assert all(layout.read or layout.scan for layout in LAYOUTS.values())


def test_a_layout_is_named_in_its_own_file_or_folder_only():
    root = Path(pmcli.sources.__file__).parent
    shared = [
        path for path in [*root.glob("*.py"), *root.glob("reading/*.py")] if not path.stem.startswith("home_office")
    ]
    quoted = {(path.name, name) for path in shared for name in LAYOUTS if f'"{name}"' in path.read_text("utf-8")}
    # a mapping's `layout` may be called as the layout that reads it
    assert quoted == {("mapping.py", "calls"), ("mapping.py", "records")}


def test_an_archive_that_was_replaced_is_read_anew(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for count in ("3", "44"):
        with zipfile.ZipFile("a.zip", "w") as archive:
            archive.writestr("a.csv", f"{HEADER}\n{homicide(1, count)}\n")
        assert value(load("a.zip"), "homicide", "essex", "2019-06-30") == int(count)


def test_a_folder_and_a_file_in_it_are_the_file_twice(write, tmp_path, monkeypatch):
    write("data/a.csv", [HEADER, homicide(1, "3")])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PmError, match="given twice"):
        load(["data", tmp_path / "data" / "a.csv"])
