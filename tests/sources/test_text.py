"""CSV files as people save them: encodings, separators, titles, notes, ragged rows."""

from __future__ import annotations

import gzip
import zipfile

import pytest

from pmcli.errors import PmError
from pmcli.sources import load

from .conftest import HEADER, homicide, said, value

LINES = [HEADER, homicide(1, "3"), homicide(2, "5"), homicide(3, "7"), homicide(4, "-1")]


def check(loaded):
    assert value(loaded, "homicide", "essex", "2019-06-30") == 3
    assert value(loaded, "homicide", "essex", "2019-12-31") == 7
    assert value(loaded, "homicide", "essex", "2020-03-31") == -1
    assert set(loaded.observations["months"]) == {3}
    assert set(loaded.observations["source"]) == {"home-office"}
    assert loaded.observations["measure"].unique().sort().to_list() == ["all-crime", "homicide"]


def test_a_clean_file(write):
    loaded = load(write("a.csv", LINES))
    check(loaded)
    assert said(loaded) == ""
    assert loaded.rows == 4
    assert [(entry.source, entry.rows, entry.method) for entry in loaded.inputs] == [("home-office", 4, "sha256")]


def test_line_ends_byte_order_marks_and_encodings_do_not_matter(write):
    text = "\n".join(LINES) + "\n"
    for name, content in {
        "crlf.csv": text.replace("\n", "\r\n").encode(),
        "cr.csv": text.replace("\n", "\r").encode(),
        "bom.csv": b"\xef\xbb\xbf" + text.encode(),
        "utf16.csv": text.encode("utf-16"),
        "no-last-end.csv": text.rstrip("\n").encode(),
        "x.csv.gz": gzip.compress(text.encode()),
    }.items():
        check(load(write(name, content)))


def test_separators_are_recognised(write):
    for name, separator in {"a.tsv": "\t", "b.csv": ";", "c.txt": "|", "d.csv": "\t"}.items():
        check(load(write(name, [line.replace(",", separator) for line in LINES])))


def test_a_latin_1_file_is_read_and_noted(write):
    lines = [*LINES, homicide(1, "2", force="Dyfed–Powys")]
    loaded = load(write("a.csv", "\n".join(lines).encode("cp1252")))
    check(loaded)
    assert value(loaded, "homicide", "dyfed-powys", "2019-06-30") == 2
    assert "a.csv is not UTF-8" in said(loaded)


def test_titles_notes_and_blank_lines_around_the_table(write):
    lines = ['"Police recorded crime, by force"', "", "Published in July, see notes", *LINES[:3], "", *LINES[3:]]
    loaded = load(write("a.csv", [*lines, "", "Source: Home Office", "1. Provisional"]))
    check(loaded)
    assert "2 rows of notes (a single cell) left out" in said(loaded)
    assert loaded.rows == 4


def test_header_names_may_differ_in_case_spacing_and_footnotes(write):
    header = HEADER.replace("Force Name", '"force  name1,2"').replace(
        "Number of Offences", "NUMBER OF OFFENCES [note 3]"
    )
    check(load(write("a.csv", [header, *LINES[1:]])))


def test_quoted_fields_with_separators_and_line_breaks(write):
    lines = [
        HEADER,
        '2019/20,1,"London, City of","Murder\n(of a person)",Violence against the person,Homicide,1,"1,234"',
    ]
    loaded = load(write("a.csv", [*lines, homicide(2, "word")]))
    assert value(loaded, "homicide", "city-of-london", "2019-06-30") == 1234
    # The row is the line on which it starts, whatever was broken over lines above it.
    assert [problem.row for problem in loaded.report.problems] == [4]


def test_ragged_rows_are_dropped_counted_and_named(write):
    lines = [*LINES, homicide(1, "9", force="Kent") + ",surplus", "2019/20,2,Kent,Murder,Homicide,1,9"]
    loaded = load(write("a.csv", lines))
    check(loaded)
    assert "kent" not in loaded.observations["area"].to_list()
    long, short = loaded.report.problems
    assert (long.count, long.row) == (1, 6)
    assert "more fields than the header's 8" in long.what
    assert (short.count, short.row) == (1, 7)
    assert "fewer fields" in short.what


def test_empty_fields_after_the_last_column_are_no_matter(write):
    loaded = load(write("a.csv", [line + ",," for line in LINES]))
    check(loaded)
    assert loaded.report.problems == []


def test_a_word_for_a_number_is_named_counted_and_not_fatal(write):
    lines = [HEADER, *(homicide(q, str(q), year=f"{y}/{y - 1999}") for y in (2017, 2018) for q in (1, 2, 3, 4))]
    lines += [homicide(1, "many"), homicide(2, "some")]
    path = write("a.csv", lines)
    loaded = load(path)
    assert value(loaded, "homicide", "essex", "2019-06-30") is None
    assert value(loaded, "homicide", "essex", "2019-03-31") == 4
    (problem,) = loaded.report.problems
    assert (problem.count, problem.row, problem.example) == (2, 10, "many")
    assert "Number of Offences" in problem.sentence()
    with pytest.raises(PmError, match=r"a\.csv: 2 rows without a number.*row 10"):
        load(path, strict=True)


def test_a_period_that_cannot_be_read_drops_its_rows_and_says_so(write):
    loaded = load(write("a.csv", [*LINES, homicide(5, "1"), homicide(1, "1", year="2019")]))
    check(loaded)
    (problem,) = loaded.report.problems
    assert (problem.count, problem.row, problem.example) == (2, 6, "2019/20 5")


def test_a_blank_area_drops_the_row_and_says_so(write):
    loaded = load(write("a.csv", [*LINES, homicide(1, "1", force=" ")]))
    check(loaded)
    assert [(problem.count, problem.row) for problem in loaded.report.problems] == [(1, 6)]


def test_a_marker_makes_the_total_unknown_never_smaller(write):
    lines = [HEADER, homicide(1, "3"), homicide(1, "..", code="4.1"), homicide(2, "[x]"), homicide(3, "8")]
    loaded = load(write("a.csv", lines))
    assert value(loaded, "homicide", "essex", "2019-06-30") is None
    assert value(loaded, "homicide", "essex", "2019-09-30") is None
    assert value(loaded, "homicide", "essex", "2019-12-31") == 8
    assert loaded.report.problems == []
    assert "2 values are not given ('..', '[x]')" in said(loaded)
    assert "not known because a part is not: all-crime essex 3 months to 2019-06-30; homicide essex" in said(loaded)


def test_an_archive_is_read_member_by_member(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2019/a.csv", "\n".join(LINES[:3]))
        archive.writestr("2019/b.csv.gz", gzip.compress("\n".join([LINES[0], *LINES[3:]]).encode()))
    loaded = load(path)
    check(loaded)
    assert [(entry.name, entry.rows) for entry in loaded.inputs] == [(str(path), 4)]


def test_an_empty_file_and_a_header_alone(write):
    with pytest.raises(PmError, match=r"empty\.csv is empty"):
        load(write("empty.csv", b""))
    loaded = load(write("header.csv", [HEADER]))
    assert loaded.observations.height == 0
    assert loaded.observations.columns[:3] == ["source", "measure", "area"]
