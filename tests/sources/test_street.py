"""Street files: what is counted, what is said about rows that are not as published, and the real archives."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.sources.reading.files import expand
from pmcli.sources.reading.report import Report
from pmcli.sources.street import read as street

HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
)
REAL = Path(__file__).parents[2].parent / "shared" / "data" / "street"
real = pytest.mark.skipif(not REAL.exists(), reason="the real extracts are not here")


def line(month: str = "2018-05", force: str = "Essex Police", kind: str = "Burglary", place: str = "Oak Road") -> str:
    return f"{'ab' * 32},{month},{force},{force},0.5,51.7,On or near {place},E01,Area 001A,{kind},Under investigation,"


def write(folder: Path, month: str, lines: list[str], force: str = "essex", ending: str = "\n") -> Path:
    path = folder / month / f"{month}-{force}-street.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(ending.join([HEADER, *lines, ""]).encode())
    return path


def read(*paths: Path, strict: bool = False) -> tuple[pl.DataFrame, int, Report]:
    report = Report(strict=strict)
    frame, rows = street.read(expand(paths), catalogue=Catalogue(), report=report)
    return frame, rows, report


def counts(frame: pl.DataFrame) -> dict[tuple[str, str, date], float]:
    return {(row[0], row[1], row[2]): row[4] for row in frame.iter_rows()}


def test_rows_are_counted_by_month_force_and_type(tmp_path: Path) -> None:
    write(tmp_path, "2018-05", [line(), line(), line(kind="Robbery")])
    write(tmp_path, "2018-06", [line("2018-06")])
    write(tmp_path, "2018-05", [line(force="Kent Police")], force="kent")
    frame, rows, report = read(tmp_path)
    assert rows == 5
    assert counts(frame) == {
        ("Burglary", "Essex Police", date(2018, 5, 31)): 2,
        ("Burglary", "Essex Police", date(2018, 6, 30)): 1,
        ("Burglary", "Kent Police", date(2018, 5, 31)): 1,
        ("Robbery", "Essex Police", date(2018, 5, 31)): 1,
    }
    assert dict(frame.schema) == {
        "crime_type": pl.String,
        "area": pl.String,
        "period_end": pl.Date,
        "months": pl.Int8,
        "value": pl.Float64,
    }
    assert frame["months"].unique().to_list() == [1]
    assert report.sentences() == []


def test_a_repeated_crime_id_counts_as_published(tmp_path: Path) -> None:
    write(tmp_path, "2018-05", [line()] * 7)
    frame, rows, _ = read(tmp_path)
    assert (frame["value"].to_list(), rows) == ([7.0], 7)


def test_every_way_of_giving_the_files_gives_the_same_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = {
        f"2018-{month:02d}": [line(f"2018-{month:02d}"), line(f"2018-{month:02d}", kind="Drugs")]
        for month in range(1, 7)
    }
    for month, rows in lines.items():
        write(tmp_path / "lf", month, rows)
        write(tmp_path / "crlf", month, rows, ending="\r\n")
        bom = write(tmp_path / "bom", month, rows)
        bom.write_bytes(b"\xef\xbb\xbf" + bom.read_bytes())
        packed = write(tmp_path / "gz", month, rows)
        packed.with_name(packed.name + ".gz").write_bytes(gzip.compress(packed.read_bytes()))
        packed.unlink()
        short = write(tmp_path / "no-newline", month, rows)
        short.write_bytes(short.read_bytes().rstrip(b"\n"))
        blank = write(tmp_path / "blank-lines", month, ["", *rows, "", ""])
        assert blank.read_bytes().count(b"\n\n") == 2
        semicolons = write(tmp_path / "semicolons", month, rows)
        semicolons.write_bytes(semicolons.read_bytes().replace(b",", b";"))
        quoted = write(tmp_path / "quoted", month, rows)
        quoted.write_text("\n".join('"' + row.replace(",", '","') + '"' for row in (HEADER, *rows)) + "\n")
    with zipfile.ZipFile(tmp_path / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((tmp_path / "crlf").rglob("*.csv")):
            archive.write(path, path.relative_to(tmp_path / "crlf"))
    expected, rows_read, report = read(tmp_path / "lf")
    assert (expected.height, rows_read, report.sentences()) == (12, 12, [])
    ways = ("crlf", "bom", "gz", "no-newline", "blank-lines", "semicolons", "quoted", "packed.zip")
    for way in ways:
        frame, rows_read, report = read(tmp_path / way)
        assert frame.equals(expected), way
        assert (rows_read, report.sentences()) == (12, []), way
    monkeypatch.chdir(tmp_path)
    assert read(Path("lf"))[0].equals(expected)
    monkeypatch.setattr(street, "FILES_A_SCAN", 2)
    assert read(tmp_path / "lf")[0].equals(expected)


def test_older_headers_go_with_newer_ones(tmp_path: Path) -> None:
    write(tmp_path, "2018-05", [line()])
    older = write(tmp_path, "2010-12", [])
    older.write_text(
        "Month,Falls within,Crime type,Reported by,Context\n2010-12,Essex Police,Violent crime,Essex Police,\n"
    )
    frame, rows, _ = read(tmp_path)
    assert rows == 2
    assert counts(frame)["Violent crime", "Essex Police", date(2010, 12, 31)] == 1


def test_a_quoted_comma_is_not_a_new_field(tmp_path: Path) -> None:
    quoted = line().replace("Area 001A", '"Bournemouth, Christchurch and Poole 019C"')
    write(tmp_path, "2018-05", [quoted, line(), quoted])
    frame, rows, report = read(tmp_path)
    assert (frame["crime_type"].to_list(), frame["value"].to_list(), rows) == (["Burglary"], [3.0], 3)
    assert report.sentences() == []


def test_a_header_and_no_rows(tmp_path: Path) -> None:
    frame, rows, _ = read(write(tmp_path, "2018-05", []))
    assert (frame.height, rows) == (0, 0)
    assert frame.columns == ["crime_type", "area", "period_end", "months", "value"]


@pytest.mark.parametrize(
    ("bad", "says", "row"),
    [
        (line("May 2018"), "2 rows have no month written YYYY-MM and are left out; the first is row 3 ('May 2018')", 3),
        (line("2018-13"), "no month written YYYY-MM", 3),
        (line(""), "no month written YYYY-MM", 3),
        (line(force=""), "2 rows do not say which force they fall within and are left out; the first is row 3", 3),
        (line(kind=""), "2 rows have no crime type", 3),
        ("ab,2018-05,Essex Police,Essex Police,0.5", "2 rows have no crime type (blank, or the row is cut short)", 3),
        (line(place="Oak Road, Stock"), "2 rows have more fields than the header and are left out", 3),
        (line(place="Oak, Elm, Ash"), "2 rows have more fields than the header and are left out", 3),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_bad_rows_are_left_out_counted_and_named(tmp_path: Path, bad: str, says: str, row: int, packed: bool) -> None:
    good = write(tmp_path, "2018-05", [line(), bad, line(kind="Robbery"), bad, line()])
    write(tmp_path, "2018-06", [line("2018-06")])
    given = tmp_path
    if packed:
        given = tmp_path / "x.zip"
        with zipfile.ZipFile(given, "w") as archive:
            for path in sorted(tmp_path.rglob("*.csv")):
                archive.write(path, path.relative_to(tmp_path))
    frame, rows, report = read(given)
    assert counts(frame) == {
        ("Burglary", "Essex Police", date(2018, 5, 31)): 2,
        ("Robbery", "Essex Police", date(2018, 5, 31)): 1,
        ("Burglary", "Essex Police", date(2018, 6, 30)): 1,
    }
    assert rows == 6
    (problem,) = report.problems
    assert says in problem.sentence()
    assert (problem.row, problem.count) == (row, 2)
    assert good.name in problem.file
    with pytest.raises(PmError, match="row 3"):
        read(given, strict=True)


def test_one_row_of_each_kind_of_trouble(tmp_path: Path) -> None:
    write(tmp_path, "2018-05", [line(), line(""), line(kind=""), line(force=""), line(place="a, b"), line("2018-06")])
    frame, rows, report = read(tmp_path)
    assert rows == 6
    assert frame["value"].sum() == 2
    assert [(problem.row, problem.count) for problem in report.problems] == [(3, 1), (4, 1), (5, 1), (6, 1), (7, 1)]


def test_surplus_fields_behind_the_crime_type_shift_nothing(tmp_path: Path) -> None:
    write(tmp_path, "2018-05", [line() + ",", line() + ",x,y", line(kind="Piracy")])
    frame, rows, report = read(tmp_path)
    assert (frame["value"].to_list(), rows, report.problems) == ([2.0, 1.0], 3, [])


def test_a_row_of_another_month_counts_in_its_own_and_is_reported(tmp_path: Path) -> None:
    write(tmp_path, "2018-05", [line(), line("2018-04")])
    frame, rows, report = read(tmp_path)
    assert rows == 2
    assert sorted(frame["period_end"].to_list()) == [date(2018, 4, 30), date(2018, 5, 31)]
    assert "1 row not of 2018-05" in report.problems[0].sentence()
    assert report.problems[0].row == 3


def test_a_stray_quotation_mark_costs_no_row(tmp_path: Path) -> None:
    write(tmp_path, "2018-05", [line(), line(place='the "Oak'), line(), line(kind="Robbery")])
    write(tmp_path, "2018-06", [line("2018-06"), line("2018-06").replace("On or", '"On or'), line("2018-06")])
    frame, rows, report = read(tmp_path)
    assert (frame["value"].sum(), rows) == (7, 7)
    assert report.problems == []


def test_text_that_is_not_utf8_where_pm_does_not_look(tmp_path: Path) -> None:
    path = write(tmp_path, "2018-05", [line(), line(force="Heddlu Gwynedd Pôlis")])
    path.write_bytes(path.read_bytes().decode().encode("latin-1"))
    frame, rows, _ = read(tmp_path)
    assert rows == 2
    assert "Heddlu Gwynedd Pôlis" in frame["area"].to_list()


def test_a_crime_type_nobody_has_seen_is_kept(tmp_path: Path) -> None:
    write(tmp_path, "2018-05", [line(kind="Piracy"), line()])
    frame, rows, report = read(tmp_path)
    assert (frame["crime_type"].to_list(), rows) == (["Burglary", "Piracy"], 2)
    assert report.problems == []


def test_the_same_force_and_month_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "b", "2018-05", [line()])
    write(tmp_path / "b", "2018-06", [line("2018-06")])
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(path, "2018-05/2018-05-essex-street.csv")
    with pytest.raises(PmError) as caught:
        read(tmp_path / "a.zip", tmp_path / "b")
    assert "2018-05-essex-street.csv is in a.zip and in " in caught.value.message
    assert str(path.parent) in caught.value.message
    assert "double" in caught.value.hint
    copy = path.with_name("2018-05-essex-street (1).csv")
    copy.write_text(path.read_text() + line() + "\n")
    with pytest.raises(PmError, match=r"street \(1\)\.csv"):
        read(tmp_path / "b")


def test_two_overlapping_archives_are_named(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for month in ("2018-05", "2018-06", "2018-07"):
                archive.writestr(f"{month}/{month}-essex-street.csv", f"{HEADER}\n{line(month)}\n")
    with pytest.raises(PmError, match=r"is in a\.zip and in b\.zip, and 2 more files likewise"):
        read(tmp_path / "a.zip", tmp_path / "b.zip")


def test_a_month_split_over_files_of_other_names_is_added_up_and_said(tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text(f"{HEADER}\n{line()}\n")
    frame, _, report = read(tmp_path)
    assert frame["value"].to_list() == [2.0]
    assert "Essex Police 2018-05 is in" in report.notes[0]
    assert "one.csv and" in report.notes[0]


def test_missing_months_are_listed_for_each_force(tmp_path: Path) -> None:
    for month in ("2020-11", "2021-01", "2021-06"):
        write(tmp_path, month, [line(month, "City of London Police")], force="city-of-london")
    for month in ("2020-11", "2020-12", "2021-01"):
        write(tmp_path, month, [line(month)])
    _, _, report = read(tmp_path)
    assert report.notes == ["City of London: 2020-12, 2021-02 to 2021-05 are missing"]


@pytest.mark.parametrize(
    ("content", "says"), [("", "is empty"), ("Month,Falls within\n2018-05,x\n", "lacks the column Crime type")]
)
@pytest.mark.parametrize("packed", [False, True])
def test_what_is_not_a_street_file_is_named(tmp_path: Path, content: str, says: str, packed: bool) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(content)
    if packed:
        path = tmp_path / "odd.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("odd.csv", content)
    with pytest.raises(PmError, match=rf"odd\.csv.*{says}"):
        read(path)


def test_progress_ends_at_the_whole(tmp_path: Path) -> None:
    write(tmp_path, "2018-05", [line()])
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("2018-06-essex-street.csv", f"{HEADER}\n{line('2018-06')}\n")
    calls: list[tuple[int, int]] = []
    files = expand([tmp_path])
    street.read(files, catalogue=Catalogue(), report=Report(), progress=lambda done, total: calls.append((done, total)))
    total = sum(file.size for file in files)
    assert calls[-1] == (total, total)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)
    assert len(calls) == 2


@real
@pytest.mark.parametrize(
    ("archive", "rows", "notes"),
    [
        ("essex-2018.zip", None, []),
        ("city-of-london-2018-2021.zip", 37_377, ["City of London: 2020-12, 2022-01 to 2024-12 are missing"]),
        ("west-yorkshire-crlf.zip", 55_713, ["West Yorkshire: 2016-08 to 2017-06 are missing"]),
    ],
)
def test_real_archives_agree_with_a_plain_count(archive: str, rows: int | None, notes: list[str]) -> None:
    plain: Counter[tuple[str, str, str]] = Counter()
    with zipfile.ZipFile(REAL / archive) as opened:
        for name in opened.namelist():
            text = io.TextIOWrapper(opened.open(name), "utf-8", newline="")
            plain.update((row["Crime type"], row["Falls within"], row["Month"]) for row in csv.DictReader(text))
    frame, read_rows, report = read(REAL / archive)
    assert read_rows == sum(plain.values())
    assert rows is None or read_rows == rows
    found = {(kind, area, end.strftime("%Y-%m")): value for (kind, area, end), value in counts(frame).items()}
    assert {key: value for key, value in found.items() if value} == plain
    assert all(key not in plain for key, value in found.items() if not value)  # a type without a crime is a zero
    assert report.problems == []
    assert report.notes == notes


def test_the_archive_of_the_benchmarks_is_one_that_pm_reads_without_a_word(tmp_path: Path) -> None:
    path = Path(__file__).parents[2] / "benchmarks" / "make_data.py"
    spec = importlib.util.spec_from_file_location("make_data", path)
    assert spec is not None
    assert spec.loader is not None
    make_data = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_data)
    make_data.ROWS_A_FILE = 50
    written = make_data.street_folder(tmp_path / "street", months=2)
    frame, rows, report = read(tmp_path / "street")
    assert (rows, frame["value"].sum()) == (written, written)
    assert frame["area"].n_unique() == make_data.FORCES
    assert set(frame["crime_type"]) <= set(make_data.CRIME_TYPES)
    assert report.sentences() == []
    packed = make_data.zipped(tmp_path / "street", tmp_path / "street.zip")
    assert read(packed)[0].equals(frame)
