"""What vanishes or crashes in files and workbooks: columns, tables, sheets, quotation marks, merged and stray cells."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pmcli.errors import PmError
from pmcli.sources import Loaded, load

from .conftest import Write, said, value
from .test_own_periods import LONG, WIDE, figures

HEADER = "Force,Offence type,Month,Offences"


def iquanta(path: Path) -> Loaded:
    return load(path, mapping="iquanta-monthly")


def wide(write: Write, path: Path, more: str = "months = 1") -> Loaded:
    return load(path, mapping=write("m.toml", WIDE.format(more=more)))


# -- columns ----------------------------------------------------------------------------------------------------
def test_every_column_of_figures_is_read_or_named(write: Write) -> None:
    lines = ["Force,Offence,Apr 2023,Jnue 2023,Jul 2023 (provisional),Aug 2023 [r],Total,,Region"]
    loaded = wide(write, write("t.csv", [*lines, "Essex,Robbery,10,11,12,13,46,9,East"]))
    assert figures(loaded) == {("2023-04-30", 1): 10, ("2023-07-31", 1): 12, ("2023-08-31", 1): 13}
    assert "left out: 'Jnue 2023' (1 figure), 'Total' (1 figure), '(column 8)' (1 figure), 'Region'" in said(loaded)


def test_a_column_that_a_pattern_leaves_out_is_named_too(write: Write) -> None:
    lines = ["MajorText,MinorText,LookUp_BoroughName,202301,20230l,2023-03", "Robbery,Robbery,Barnet,1,2,3"]
    loaded = load(write("t.csv", lines), mapping="metropolitan-boroughs")
    assert value(loaded, "robbery", "metropolitan", "2023-01-31") == 1
    assert "2 columns left out: '20230l' (1 figure), '2023-03' (1 figure)" in said(loaded)


def test_a_second_column_of_the_same_name_is_refused_when_it_differs(write: Write) -> None:
    with pytest.raises(PmError, match=r"columns 4 and 5 are both called 'Offences' and differ \(row 2\)"):
        iquanta(write("t.csv", [HEADER + ",Offences", "Essex,Robbery,Jan 2023,10,0.5"]))
    loaded = iquanta(write("u.csv", [HEADER + ",Offences", "Essex,Robbery,Jan 2023,10,10"]))
    assert figures(loaded) == {("2023-01-31", 1): 10}
    assert "are alike: counted once" in said(loaded)


# -- tables within a table --------------------------------------------------------------------------------------
def test_a_repeated_header_is_no_row(write: Write) -> None:
    lines = [HEADER, "Essex,Robbery,Jan 2023,10", HEADER, "Essex,Robbery,Feb 2023,11", HEADER.upper()]
    loaded = iquanta(write("t.csv", lines))
    assert figures(loaded) == {("2023-01-31", 1): 10, ("2023-02-28", 1): 11}
    assert "2 rows that repeat the header left out (row 3)" in said(loaded)


def test_a_header_repeated_in_a_wide_table_is_no_row(write: Write) -> None:
    lines = ["MajorText,MinorText,LookUp_BoroughName,202301", "Robbery,Robbery,Barnet,1"]
    loaded = load(write("t.csv", [*lines, lines[0], "Robbery,Robbery,Bexley,2"]), mapping="metropolitan-boroughs")
    assert value(loaded, "robbery", "metropolitan", "2023-01-31") == 3
    assert value(loaded, "all-crime", "metropolitan", "2023-01-31") == 3


@pytest.mark.parametrize(
    "second",
    [
        ["", "Table 2: rate per 1,000", HEADER, "Essex,Robbery,Mar 2023,6"],
        ["", HEADER, "Essex,Robbery,Mar 2023,6"],
        ["Percentage change", HEADER, "Essex,Robbery,Mar 2023,6"],
        ["Force,Offence type,Quarter,Change", "Essex,Robbery,Mar 2023,6"],
        ["", "Table 2", "Area,Crime,Period,Rate", "Kent,Robbery,Mar 2023,6"],
        ["", "Table 2", "Constabulary,Crime,Period,2023", "Kent,Robbery,Mar 2023,6"],
    ],
)
def test_another_table_under_the_first_is_left_out_and_named(write: Write, second: list[str]) -> None:
    first = [HEADER, "Essex,Robbery,Jan 2023,10", "Kent,Robbery,Jan 2023,20", "Essex,Robbery,Feb 2023,11"]
    loaded = iquanta(write("t.csv", ["Table 1", *first, *second]))
    assert figures(loaded) == {("2023-01-31", 1): 10, ("2023-02-28", 1): 11}
    assert figures(loaded, area="kent") == {("2023-01-31", 1): 20}
    assert "another table begins at row" in said(loaded)


def test_blank_rows_and_notes_between_rows_end_nothing(write: Write) -> None:
    lines = [
        HEADER,
        "Essex,Robbery,Jan 2023,10",
        "",
        "Kent figures follow",
        "Kent,Robbery,Jan 2023,..",
        "",
        "Kent,Robbery,Feb 2023,4",
    ]
    loaded = iquanta(write("t.csv", lines))
    assert figures(loaded, area="kent") == {("2023-01-31", 1): None, ("2023-02-28", 1): 4}
    assert "another table" not in said(loaded)


# -- text files -------------------------------------------------------------------------------------------------
def test_a_quotation_mark_that_swallows_rows_is_named(write: Write) -> None:
    rows = [f"Essex,Robbery,{month} 2023,10" for month in ("Jan", "Feb", "Mar", "Apr")]
    for broken in (
        [rows[0], '"' + rows[1], rows[2], rows[3]],
        [rows[0], '"' + rows[1], rows[2], rows[3] + '"'],
        [rows[0], rows[1], 'Essex,Robbery,"Apr 2023,10', rows[2]],
    ):
        with pytest.raises(PmError, match=r"a quotation mark in line \d takes lines"):
            iquanta(write("t.csv", [HEADER, *broken]))
    for broken in ['"Invented figures', HEADER, rows[0]], [HEADER.replace("Offences", '"Offences'), rows[0]]:
        with pytest.raises(PmError, match="a quotation mark in line 1 is not closed there"):
            iquanta(write("t.csv", broken))
    loaded = iquanta(write("t.csv", [HEADER, 'Essex,"Robbery\n",Jan 2023,10']))
    assert figures(loaded) == {("2023-01-31", 1): 10}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_wide_encodings_with_and_without_a_mark(write: Write, encoding: str) -> None:
    text = f"{HEADER}\nEssex,Robbery,Jan 2023,10\n"
    assert figures(iquanta(write("t.csv", text.encode(encoding)))) == {("2023-01-31", 1): 10}


def test_a_file_of_blanks_is_not_called_empty(write: Write) -> None:
    with pytest.raises(PmError, match=r"holds 4 bytes but no text in any of its cells"):
        iquanta(write("t.csv", b",,,\n"))


# -- workbooks --------------------------------------------------------------------------------------------------
ROWS: list[list[object]] = [
    HEADER.split(","),
    ["Essex", "Robbery", "Jan 2023", 10],
    ["Essex", "Robbery", "Feb 2023", 11],
]


def test_hidden_sheets_are_named_and_left_out(write: Write, tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(str(tmp_path / "t.xlsx")) as book:
        for name in ("Now", "Old"):
            sheet = book.add_worksheet(name)
            for at, row in enumerate(ROWS):
                sheet.write_row(
                    at, 0, row if name == "Now" else [*row[:2], str(row[2]).replace("2023", "2022"), row[3]]
                )
        sheet.hide()
    loaded = iquanta(tmp_path / "t.xlsx")
    assert figures(loaded) == {("2023-01-31", 1): 10, ("2023-02-28", 1): 11}
    assert "the sheet 'Old' (2 rows) left out: it is hidden" in said(loaded)
    text = LONG.format(period='"Month"', more='months = 1\nsheets = ["Old"]')
    text = text.replace('"Offence"', '"Offence type"').replace('"Count"', '"Offences"')
    loaded = load(tmp_path / "t.xlsx", mapping=write("m.toml", text))
    assert figures(loaded) == {("2022-01-31", 1): 10, ("2022-02-28", 1): 11}
    assert "the sheet 'Now' (2 rows) left out: it is not named in the mapping" in said(loaded)
    with pytest.raises(PmError, match="has no sheet 'Older'"):
        load(tmp_path / "t.xlsx", mapping=write("m.toml", text.replace('"Old"', '"Older"')))


def test_hidden_rows_and_columns_are_read_and_said(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(str(tmp_path / "t.xlsx")) as book:
        sheet = book.add_worksheet("S")
        for at, row in enumerate(ROWS):
            sheet.write_row(at, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
        sheet.set_column(8, 16383, None, None, {"hidden": True})
    loaded = iquanta(tmp_path / "t.xlsx")
    assert figures(loaded) == {("2023-01-31", 1): 10, ("2023-02-28", 1): 11}
    assert "1 row hidden in the sheet: read as well" in said(loaded)
    assert "1 column hidden in the sheet: read as well" in said(loaded)


def test_a_workbook_whose_only_table_is_hidden_is_refused(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(str(tmp_path / "t.xlsx")) as book:
        book.add_worksheet("Cover").write(0, 0, "See inside")
        sheet = book.add_worksheet("Data")
        for at, row in enumerate(ROWS):
            sheet.write_row(at, 0, row)
        sheet.hide()
    with pytest.raises(PmError, match="only the sheet 'Data' has such a table, and it is hidden"):
        iquanta(tmp_path / "t.xlsx")


@pytest.mark.parametrize("role", ["measure", "area"])
def test_one_sheet_a_measure_or_a_force(write: Write, book, role: str) -> None:
    other = "Offence" if role == "area" else "Force"
    word = "Robbery" if role == "area" else "Essex"
    names = ["Essex", "Kent"] if role == "area" else ["Robbery", "Burglary 2023"]
    sheets = {name: [[other, "Month", "Count"], [word, "Jan 2023", at + 10]] for at, name in enumerate(names)}
    text = LONG.format(period='"Month"', more="months = 1").replace(
        f'{role} = "{"Force" if role == "area" else "Offence"}"', f'{role} = "@sheet"'
    )
    loaded = load(book("t.xlsx", {**sheets, "Notes": [["x"]]}), mapping=write("m.toml", text))
    assert figures(loaded) == {("2023-01-31", 1): 10}
    second = figures(loaded, area="kent") if role == "area" else figures(loaded, "burglary")
    assert second == {("2023-01-31", 1): 11}


def merged(
    path: Path, rows: list[list[object]], ranges: list[tuple[int, int, int, int, object]], start: int = 0
) -> Path:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("S")
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell is not None:
                    sheet.write(at, place + start, cell)
        for top, left, bottom, right, text in ranges:
            sheet.merge_range(top, left + start, bottom, right + start, text)
    return path


@pytest.mark.parametrize("start", [0, 2])
def test_a_merged_label_stands_for_all_its_rows(tmp_path: Path, start: int) -> None:
    rows = [
        HEADER.split(","),
        [None, "Robbery", "Jan 2023", 1],
        [None, "Robbery", "Feb 2023", 2],
        ["Kent", "Robbery", "Jan 2023", 3],
    ]
    loaded = iquanta(merged(tmp_path / "t.xlsx", rows, [(1, 0, 2, 0, "Essex")], start))
    assert figures(loaded) == {("2023-01-31", 1): 1, ("2023-02-28", 1): 2}
    assert figures(loaded, area="kent") == {("2023-01-31", 1): 3}


def test_a_merged_figure_is_not_known(write: Write, tmp_path: Path) -> None:
    rows = [
        HEADER.split(","),
        ["Essex", "Robbery", "Jan 2023"],
        ["Essex", "Robbery", "Feb 2023"],
        ["Essex", "Robbery", "Mar 2023", 5],
    ]
    loaded = iquanta(merged(tmp_path / "t.xlsx", rows, [(1, 3, 2, 3, 30)]))
    assert figures(loaded) == {("2023-01-31", 1): None, ("2023-02-28", 1): None, ("2023-03-31", 1): 5}
    assert "2 values not known: merged cells" in said(loaded)
    across: list[list[object]] = [
        ["Force", "Offence", "Jan 2023", "Feb 2023", "Mar 2023"],
        ["Essex", "Robbery", None, None, 5],
    ]
    loaded = wide(write, merged(tmp_path / "u.xlsx", across, [(1, 2, 1, 3, 30)]))
    assert figures(loaded) == {("2023-01-31", 1): None, ("2023-02-28", 1): None, ("2023-03-31", 1): 5}


def test_a_header_of_two_rows_with_merged_cells(write: Write, tmp_path: Path) -> None:
    rows = [
        [None, None, None, None, None, None],
        [None, None, "Jan", "Feb", "Jan", "Feb"],
        ["Essex", "Robbery", 1, 2, 3, 4],
    ]
    ranges = [(0, 0, 1, 0, "Force"), (0, 1, 1, 1, "Offence"), (0, 2, 0, 3, 2022), (0, 4, 0, 5, 2023)]
    loaded = wide(write, merged(tmp_path / "t.xlsx", rows, ranges))
    assert figures(loaded) == {
        ("2022-01-31", 1): 1, ("2022-02-28", 1): 2, ("2023-01-31", 1): 3, ("2023-02-28", 1): 4,
    }  # fmt: skip


def test_a_merged_year_is_a_label_and_a_merged_title_is_none(write: Write, tmp_path: Path) -> None:
    rows: list[list[object]] = [[None] * 5, ["Force", "Offence", "Year", "Month", "Count"]]
    rows += [["Essex", "Robbery", None, "Jan", 1], ["Essex", "Robbery", None, "Feb", 2]]
    path = merged(tmp_path / "t.xlsx", rows, [(0, 0, 0, 4, "Crime in 2021"), (2, 2, 3, 2, 2023)])
    text = LONG.format(period='["Year", "Month"]', more="months = 1")
    assert figures(load(path, mapping=write("m.toml", text))) == {("2023-01-31", 1): 1, ("2023-02-28", 1): 2}


def test_stray_cells_far_out_are_refused_before_they_are_read(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(str(tmp_path / "t.xlsx")) as book:
        sheet = book.add_worksheet("Data")
        for at, row in enumerate(ROWS):
            sheet.write_row(at, 0, row)
        sheet.write(1048575, 0, " ")
        sheet.write(1, 16383, " ")
    with pytest.raises(PmError, match=r"reaches to XFD1048576, 17,179,869,184 cells.*outermost are A1048576 and XFD2"):
        iquanta(tmp_path / "t.xlsx")


def test_a_workbook_with_entities_is_not_expanded(tmp_path: Path, book) -> None:
    path: Path = book("t.xlsx", {"S": ROWS})
    with zipfile.ZipFile(path) as given:
        parts = {name: given.read(name) for name in given.namelist()}
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<workbook ", bomb + b"<workbook ", 1)
    with zipfile.ZipFile(tmp_path / "u.xlsx", "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    assert figures(iquanta(tmp_path / "u.xlsx")) == {("2023-01-31", 1): 10, ("2023-02-28", 1): 11}


# -- numbers ----------------------------------------------------------------------------------------------------
def numbered(write: Write, texts: list[str], separator: str = ";") -> Loaded:
    names = ("Jan", "Feb", "Mar", "Apr")
    rows = [
        separator.join(("Essex", "Robbery", f"{month} 2023", text)) for month, text in zip(names, texts, strict=False)
    ]
    return iquanta(write("t.csv", [HEADER.replace(",", separator), *rows]))


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["1.234", "987"], [1234, 987]),
        (["1.234.567", "5"], [1234567, 5]),
        (["1.234,0", "5"], [1234, 5]),
        (["1,234", "987"], [1234, 987]),
        (["1 234", "987"], [1234, 987]),
    ],
)
def test_thousands_in_a_table_with_semicolons(write: Write, texts: list[str], values: list[float]) -> None:
    assert list(figures(numbered(write, texts)).values()) == values


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_count_written_as_1_234_may_be_a_thousand_and_is_not_known(write: Write, separator: str) -> None:
    texts = ["1.234", "987"] if separator != ";" else ["1.234", "9.5"]
    loaded = numbered(write, texts, separator)
    assert figures(loaded)["2023-01-31", 1] is None
    assert "written as 1.234" in said(loaded)


def test_a_count_that_is_no_whole_number_is_noted(write: Write) -> None:
    loaded = numbered(write, ["12.5", "-5.2", "7"], ",")
    assert list(figures(loaded).values()) == [12.5, -5.2, 7]
    assert "2 counts with a fraction, no whole number: taken as written; the first is row 2 ('12.5')" in said(loaded)


# -- labels -----------------------------------------------------------------------------------------------------
def test_a_label_or_condition_that_fits_no_row_is_named_with_what_is_there(write: Write) -> None:
    lines = ["Force,Offence,Month,Count", "Essex,Robbery,Jan 2023,1", "Essex,Dwelling burglary,Jan 2023,2"]
    loaded = load(write("t.csv", lines), mapping=write("m.toml", LONG.format(period='"Month"', more="months = 1")))
    assert (
        "no row fits the label of the mapping 'Burglary' (burglary); rows that fit none: 'Dwelling burglary'"
        in said(loaded)
    )
    where = 'layout = "long"\nmonths = 1\n[columns]\narea = "Force"\nperiod = "Month"\nvalue = "Count"\n[where]\n'
    where += "robbery = \"Offence = 'ROBBERY'\"\nhomicide = \"Offence = 'Homicide'\"\n"
    loaded = load(write("t.csv", lines), mapping=write("m.toml", where))
    assert figures(loaded) == {("2023-01-31", 1): 1}
    assert "no row fits the condition of the mapping for homicide; rows that fit none: 'Dwelling burglary'" in said(
        loaded
    )
