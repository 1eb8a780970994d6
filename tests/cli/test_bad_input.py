"""Extracts and side files that are wrong, through the real command line: what is said, and what is still loaded."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from tests.conftest import SAMPLES, pm

from .conftest import complaint, fine, parquet, table

LINES = (SAMPLES / "home-office-quarters.csv").read_text(encoding="utf-8").splitlines()


def written(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def archive(path: Path, member: str) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(member, "\n".join(LINES[:60]) + "\n")
    return path


@pytest.fixture
def one_word(tmp_path: Path) -> Path:
    """The sample with a word for a number in row 10, the header being row 1."""
    key, _, _ = LINES[9].rpartition(",")
    return written(tmp_path / "word.csv", [*LINES[:9], f"{key},several", *LINES[10:]])


def test_a_word_for_a_number_is_named_counted_and_not_fatal(one_word):
    result = pm("load", one_word.name, cwd=one_word.parent)
    loaded = table(fine(result))
    assert "word.csv: 1 row without a number in 'Number of Offences'; the first is row 10 ('several')" in (
        result.stderr.decode()
    )
    # The row is Essex's manslaughters of April to June 2018: that total, and all crime with it, are not known ...
    holed = loaded.filter(pl.col("value").is_null())
    assert set(holed.select("measure", "area", "period_end").rows()) == {
        ("homicide", "essex", _day(2018, 6, 30)), ("all-crime", "essex", _day(2018, 6, 30)),
    }  # fmt: skip
    # ... and nothing else is touched.
    whole = table(fine(pm("load", SAMPLES / "home-office-quarters.csv")))
    same = loaded.filter(pl.col("value").is_not_null())
    assert same.equals(whole.join(holed, on=loaded.columns[:7], how="anti").sort(loaded.columns[:7]))


def _day(year: int, month: int, day: int) -> object:
    from datetime import date

    return date(year, month, day)


def test_strict_stops_at_it(one_word):
    said = complaint(pm("load", "--strict", one_word.name, cwd=one_word.parent), "load", 1)
    assert said.startswith("word.csv: 1 row without a number in 'Number of Offences'; the first is row 10 ('several')")
    assert "without --strict" in said


def test_the_gap_that_it_leaves_is_never_a_smaller_total(one_word):
    loaded = fine(pm("load", one_word.name, cwd=one_word.parent))
    result = pm("rolling", "homicide", "--force", "essex", stdin=loaded)
    totals = table(fine(result)).sort("period_end")
    assert totals["value"].is_null().to_list() == [True] + [False] * (totals.height - 1)
    assert "essex: no figure for Jun 2018 (homicide): the 12-month totals that need it are null" in (
        result.stderr.decode()
    )


def test_a_workbook_with_no_usable_sheet(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "notes.xlsx")
    book.add_worksheet("Cover").write(0, 0, "About these tables")
    book.add_worksheet("Notes").write(3, 0, "See the bulletin.")
    book.close()
    said = complaint(pm("load", "notes.xlsx", cwd=tmp_path), "load", 1)
    assert said.startswith("notes.xlsx: no layout fits")


def test_a_header_that_lacks_a_column_says_which_layout_came_closest(tmp_path):
    lines = [line.replace("Offence Subgroup", "Subset") for line in LINES[:30]]
    said = complaint(pm("load", written(tmp_path / "x.csv", lines).name, cwd=tmp_path), "load", 1)
    assert "home-office" in said
    assert "Offence Subgroup" in said


@pytest.mark.parametrize("again", ["x.csv", "./x.csv", "copy.csv", "."])
def test_the_same_file_given_twice(again, tmp_path):
    for name in ("x.csv", "copy.csv"):
        written(tmp_path / name, LINES)
    said = complaint(pm("load", "x.csv", again, cwd=tmp_path), "load", 1)
    assert "twice" in said or "are the same file" in said
    assert "double" in said


def test_two_vintages_of_one_file(tmp_path):
    written(tmp_path / "old.csv", LINES[:500])
    written(tmp_path / "new.csv", LINES[:600])
    said = complaint(pm("load", "old.csv", "new.csv", cwd=tmp_path), "load", 1)
    assert "old.csv (row 2)" in said
    assert "new.csv (row 2)" in said


def test_a_force_nobody_knows_is_kept_reported_and_not_in_the_national_average(monthly, tmp_path):
    lines = (SAMPLES / "iquanta-monthly.csv").read_text(encoding="utf-8").splitlines()
    renamed = [line.replace("Invented Force 41,", "Narnia Constabulary,") for line in lines]
    written(tmp_path / "x.csv", renamed)
    settings = (SAMPLES / "pm.toml").read_text(encoding="utf-8").replace('"iquanta-monthly.csv"', '"x.csv"')
    (tmp_path / "pm.toml").write_text(settings, encoding="utf-8")
    for name in ("forces.csv", "peers.csv", "population.csv"):
        (tmp_path / name).write_bytes((SAMPLES / name).read_bytes())

    loading = pm("load", "x.csv", "--map", "iquanta-monthly", cwd=tmp_path)
    assert "1 area nobody knows: 'Narnia Constabulary' -> narnia-constabulary" in loading.stderr.decode()
    assert table(fine(loading)).filter(area="narnia-constabulary").height == 7 * 67

    ranking = pm("rank", "burglary", cwd=tmp_path)
    assert "narnia-constabulary" in ranking.stderr.decode()
    ranked = table(fine(ranking)).filter(pl.col("scope") == "national")
    assert "narnia-constabulary" not in ranked["area"].to_list()
    assert ranked["of"].unique().to_list() == [41]
    without = table(monthly).filter(pl.col("area") != "invented-force-41")
    expected = table(fine(pm("rank", "burglary", stdin=parquet(without), cwd=SAMPLES)))
    assert ranked["mean"][0] == pytest.approx(expected.filter(pl.col("scope") == "national")["mean"][0], rel=1e-12)


@pytest.mark.parametrize("command", ["rank", "outliers"])
def test_a_population_file_without_a_year_it_needs(command, monthly, tmp_path):
    (tmp_path / "later.csv").write_text("force,year,population\nessex,2030,1900000\n")
    options = ("--force", "essex", "--population", "later.csv")
    said = complaint(pm(command, *options, stdin=monthly, cwd=tmp_path), command, 1)
    assert said.startswith("later.csv has no population estimate of mid-2023 or before; its years are 2030 to 2030")


@pytest.mark.parametrize("command", ["rank", "outliers"])
def test_a_population_year_that_is_not_in_the_file(command, monthly):
    said = complaint(pm(command, "--population-year", "2031", stdin=monthly, cwd=SAMPLES), command, 1)
    assert said.startswith("population.csv has no population estimate for 2031; its years are 2022 to 2023")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("force,population\nessex,1\n", "it lacks year"),
        ("force,year,population\nessex,2022,many\n", "row 2: population 'many' is not a number"),
        ("force,year,population\nessex,2022,0\n", "row 2: population must be above 0, not 0"),
    ],
)
def test_a_population_file_that_is_wrong(text, words, monthly, tmp_path):
    (tmp_path / "p.csv").write_text(text)
    assert words in complaint(pm("rank", "--population", "p.csv", stdin=monthly, cwd=tmp_path), "rank", 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("force,peer\nessex,kint\n", "row 2: there is no force 'kint' Did you mean kent"),
        ("force;peer\nessex;kent\n", "has the columns force and peer"),
    ],
)
def test_a_peers_file_that_is_wrong(text, words, monthly, tmp_path):
    (tmp_path / "peers.csv").write_text(text)
    said = complaint(pm("outliers", "--peers", "peers.csv", stdin=monthly, cwd=tmp_path), "outliers", 1)
    assert words in said


@pytest.mark.parametrize("member", ["../../x.csv", "/etc/x.csv", "a/../../x.csv", "..\\x.csv", "C:\\x.csv"])
def test_a_zip_with_a_path_that_climbs_out(member, tmp_path):
    archive(tmp_path / "x.zip", member)
    said = complaint(pm("load", "x.zip", cwd=tmp_path), "load", 1)
    assert "points outside the archive; nothing was read" in said
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


def test_an_encrypted_member(tmp_path):
    data = bytearray(archive(tmp_path / "x.zip", "inside.csv").read_bytes())
    central = data.index(b"PK\x01\x02")
    data[6] |= 1  # the flag bit of the local header, and of the directory
    data[central + 8] |= 1
    (tmp_path / "x.zip").write_bytes(bytes(data))
    said = complaint(pm("load", "x.zip", cwd=tmp_path), "load", 1)
    assert said.startswith("x.zip: the member 'inside.csv' is encrypted; nothing was read")


def test_a_zip_that_is_cut_off_or_whose_member_is_damaged(tmp_path):
    whole = archive(tmp_path / "x.zip", "inside.csv").read_bytes()
    (tmp_path / "x.zip").write_bytes(whole[:-40])
    assert "x.zip is not a zip archive, or is cut off" in complaint(pm("load", "x.zip", cwd=tmp_path), "load", 1)
    changed = bytearray(whole)
    changed[200] ^= 0xFF
    (tmp_path / "x.zip").write_bytes(bytes(changed))
    assert "x.zip!inside.csv" in complaint(pm("load", "x.zip", cwd=tmp_path), "load", 1)


def test_a_gz_that_is_cut_off(tmp_path):
    import gzip

    data = gzip.compress("\n".join(LINES).encode())
    (tmp_path / "x.csv.gz").write_bytes(data[: len(data) // 2])
    assert "x.csv.gz cannot be unpacked" in complaint(pm("load", "x.csv.gz", cwd=tmp_path), "load", 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nosuch.csv"], "nosuch.csv: no such file"),
        (["home-office-quarter.csv"], "Did you mean home-office-quarters.csv"),
        (["nosuch*.csv"], "nosuch*.csv: no data file matches"),
        (["making"], "making: no data file in this folder"),
        (["README.md"], "pm does not read this type of file"),
    ],
)
def test_files_that_are_not_there_or_not_data(arguments, words):
    assert words in complaint(pm("load", *arguments, cwd=SAMPLES), "load", 1)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--as", "homeoffice", "home-office-quarters.csv"], 2, "home-office"),
        (["--map", "iquanta", "iquanta-monthly.csv"], 2, "iquanta-monthly"),
        (["--as", "street", "home-office-quarters.csv"], 1, "home-office-quarters.csv"),
        ([], 2, "Name the files, folders or archives to load"),
    ],
)
def test_a_layout_or_mapping_that_is_not(arguments, code, words):
    assert words in complaint(pm("load", *arguments, cwd=SAMPLES), "load", code)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\x00\x01\x02\x03" * 50, b"just words\n", b'"a,b\nc'])
def test_files_with_nothing_in_them_or_rubbish(data, tmp_path):
    (tmp_path / "x.csv").write_bytes(data)
    assert "x.csv" in complaint(pm("load", "x.csv", cwd=tmp_path), "load", 1)


def test_a_header_without_rows_goes_on_as_a_table_without_rows(tmp_path):
    written(tmp_path / "x.csv", LINES[:1])
    result = pm("load", "x.csv", cwd=tmp_path)
    assert table(fine(result)).height == 0
    assert table(fine(pm("rolling", stdin=result.stdout))).height == 0


def test_parquet_that_is_no_table_of_pm(tmp_path):
    buffer = io.BytesIO()
    pl.DataFrame({"a": [1]}).write_parquet(buffer)
    (tmp_path / "x.parquet").write_bytes(buffer.getvalue())
    assert "x.parquet" in complaint(pm("load", "x.parquet", cwd=tmp_path), "load", 1)
    assert "not a table of pm" in complaint(pm("rolling", stdin=buffer.getvalue()), "rolling", 1)
