"""Inputs that a fuzzer found: cells beyond a workbook, ten thousand columns, one odd cell, and what was read unsaid.

Each is the kind behind a finding, with its siblings, made anew here and small.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pmcli.errors import PmError
from pmcli.sources import load
from pmcli.sources.reading.dates import parse_period
from tests.conftest import shell

from .conftest import said, value

Write = Callable[..., Path]
Book = Callable[..., Path]
ROWS = [["area", "measure", "period", "value"], *(["Essex", "burglary", f"2023-{month:02}", month] for month in (1, 2))]


def altered(path: Path, change: Callable[[bytes], bytes]) -> Path:
    with zipfile.ZipFile(path) as given:
        parts = {name: given.read(name) for name in given.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    changed = change(parts[sheet])
    assert changed != parts[sheet]
    made = path.with_name("altered.xlsx")
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | {sheet: changed}).items():
            archive.writestr(name, content)
    return made


def moved(new: str) -> Callable[[bytes], bytes]:
    return lambda xml: xml.replace(b'r="D3"', new.encode(), 1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (moved('r="XFD99999999999"'), "says that it has cell XFD99999999999, and a sheet ends at XFD1048576"),
        (moved('r="ZZZZ3"'), "says that it has cell ZZZZ3"),
        (moved('r="ZZZZZZZZZZ3"'), "says that it has cell ZZZZZZZZZZ3"),
        (moved('r="xfd1048576"'), "reaches to XFD1048576"),
        (moved("r='XFD1048576'"), "reaches to XFD1048576"),
        (moved('r = "XFD1048576"'), "reaches to XFD1048576"),
        (
            lambda xml: re.sub(rb' r="[A-Z]+3"', b"", xml.replace(b'<row r="3"', b'<row r="4294967290"', 1)),
            "says that it has row 4294967290",
        ),
    ],
)
def test_a_cell_that_no_workbook_has_is_refused_before_the_reader_makes_room_for_it(
    book: Book, change: Callable[[bytes], bytes], says: str
) -> None:
    path = altered(book("t.xlsx", {"S": ROWS}), change)
    with pytest.raises(PmError, match=says):
        load(path)
    ran = shell(f"ulimit -v 4000000; pm load {path} -f csv", path.parent)  # the reader itself aborts the process
    assert ran.returncode == 1, ran.stderr
    assert ran.stdout == b""


ODS = (
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
    '<table:table table:name="S">{}</table:table></office:spreadsheet></office:body></office:document-content>'
)


def open_document(path: Path, *more: str) -> Path:
    def cell(text: object) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    rows = [f"<table:table-row>{''.join(cell(text) for text in row)}</table:table-row>" for row in ROWS]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr("content.xml", ODS.format("".join([*rows, *more])))
    return path


FAR = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'


def blank(rows: int, columns: int = 1, *, then: str = "") -> str:
    return (
        f'<table:table-row table:number-rows-repeated="{rows}">'
        f'<table:table-cell table:number-columns-repeated="{columns}"/>{then}</table:table-row>'
    )


def test_an_open_document_with_far_cells_says_which(tmp_path: Path) -> None:
    path = open_document(tmp_path / "t.ods", blank(1_000_000), blank(1, 16_000, then=FAR))
    with pytest.raises(PmError, match=r"\[S\]: the sheet reaches to WQK1000004, .* the outermost is WQK1000004"):
        load(path)
    repeated = FAR.replace("<table:table-cell ", '<table:table-cell table:number-columns-repeated="4000000000" ')
    path = open_document(tmp_path / "u.ods", blank(4_000_000_000, then=repeated))
    with pytest.raises(PmError, match=r"\[S\]: the sheet reaches to"):
        load(path)


def test_blank_rows_and_columns_at_the_end_of_an_open_document_cost_nothing(tmp_path: Path) -> None:
    loaded = load(open_document(tmp_path / "t.ods", blank(1_048_000, 16_384)))
    assert value(loaded, "burglary", "essex", "2023-02-28") == 2


def test_ten_thousand_further_columns_are_counted_together(write: Write) -> None:
    # Told one by one, they take minutes: the longest test of the suite would be this one.
    names = ",".join(f"c{number}" for number in range(10_000))
    cells = ",".join(["7"] * 10_000)
    lines = [f"area,measure,period,value,{names}", f"Essex,burglary,2023-01,5,{cells}"]
    loaded = load(write("wide.csv", lines))
    assert value(loaded, "burglary", "essex", "2023-01-31") == 5
    assert "10,000 columns left out: 'c0' (1 figure), 'c1' (1 figure)" in said(loaded)


CALLS = "Force,Month,999 calls,Answered within 10 seconds"


@pytest.mark.parametrize(("odd", "problem"), [("81%", "a percentage among the figures"), ("%s%n", "without a number")])
def test_one_percent_sign_among_counts_of_calls_makes_only_itself_unknown(write: Write, odd: str, problem: str) -> None:
    lines = [CALLS, *(f"Essex,{month} 2023,1000,{800 + n}" for n, month in enumerate(("Jan", "Feb", "Mar", "Apr")))]
    lines.append(f"Essex,May 2023,1000,{odd}")
    loaded = load(write("a.csv", lines))
    assert value(loaded, "calls-within-10s", "essex", "2023-02-28") == 801
    assert value(loaded, "calls-within-10s", "essex", "2023-05-31") is None
    assert problem in said(loaded)
    assert "row 6" in said(loaded)


def test_a_column_of_percent_signs_is_one_of_shares_all_the_same(write: Write) -> None:
    loaded = load(write("a.csv", [CALLS, "Essex,Jan 2023,1000,81%", "Essex,Feb 2023,1000,82%", "Essex,Mar 2023,10,-"]))
    assert value(loaded, "calls-within-10s", "essex", "2023-02-28") == pytest.approx(820)


SURVEY = "area,measure,period,percentage,base"


def test_the_one_percentage_without_a_sign_is_named(write: Write) -> None:
    lines = [
        f"Essex,confidence,{month} 2022,60.{n}%,900" for n, month in enumerate(("Jan", "Feb", "Mar", "Apr", "May"))
    ]
    lines += [line.replace("2022", "2023") for line in lines] + ["Essex,confidence,Jun 2023,61.5,900"]
    loaded = load(write("a.csv", [SURVEY, *lines]))
    assert value(loaded, "confidence", "essex", "2023-06-30") == pytest.approx(0.615 * 900)
    assert "1 figure has no percent sign in 'percentage', where the others have one; the first is row 12" in said(
        loaded
    )


def test_rows_of_a_survey_without_a_breakdown_are_said_to_be_the_whole(write: Write, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        'layout = "survey-table"\nsource = "own"\nforce = "essex"\nmonths = 12\nmeasure = "confidence"\n[columns]\n'
        'period = "Wave"\npercentage = "%"\nbase = "Base"\nbreakdown = "By"\ngroup = "Group"\n'
    )
    lines = ["Wave,By,Group,%,Base", "Jun 2023,Sex,Women,61.5,400", "Jun 2023,,Essex,60.5,900"]
    loaded = load(write("a.csv", lines), mapping=tmp_path / "m.toml")
    assert "1 row names no breakdown: taken as the whole force; the first is row 3" in said(loaded)


def test_zero_bytes_in_a_text_are_said(write: Write) -> None:
    loaded = load(write("a.csv", [SURVEY, "Essex\0,confidence,Jun 2023,61.5%,900"]))
    assert "a.csv holds 1 zero byte amid its text" in said(loaded)


RECORDS = "crime_number,recorded_date,force,ho_subgroup"


def test_the_one_date_that_has_lost_a_figure_is_named(write: Write) -> None:
    lines = [f"{n}/23,{1 + n % 28:02}/{1 + n % 3:02}/2023,essex,Robbery of personal property" for n in range(300)]
    whole = load(write("a.csv", [RECORDS, *lines]))
    assert "written otherwise" not in said(whole)
    lost = [line.replace(",22/02/2023", ",2/02/2023") if n == 49 else line for n, line in enumerate(lines)]
    assert lost != lines
    loaded = load(write("b.csv", [RECORDS, *lost]))
    assert "1 crime has a 'recorded_date' written otherwise than the rest: the first, '2/02/2023'" in said(loaded)
    assert "was read as 2 Feb 2023" in said(loaded)


@pytest.mark.parametrize("name", ["", "Knife", "a b", "all", "offence"])
def test_a_flag_of_records_has_a_name_that_a_condition_can_use(write: Write, tmp_path: Path, name: str) -> None:
    (tmp_path / "m.toml").write_text(
        'layout = "records"\nforce = "essex"\n[columns]\ncrime_number = "No"\nrecorded_date = "Day"\n'
        f'[flags]\n"{name}" = "Knife"\n'
    )
    with pytest.raises(PmError, match=r"\[flags\] .* must be a new name"):
        load(write("a.csv", ["No,Day,Knife", "1,01/02/2023,Y"]), mapping=tmp_path / "m.toml")


def test_the_one_date_of_respondents_that_has_lost_a_figure_is_named(write: Write, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        'layout = "respondents"\nsource = "own"\nforce = "essex"\n[columns]\nperiod = "Day"\n'
        '[measures.confidence]\ncolumn = "Q"\npositive = ["Good"]\nnegative = ["Poor"]\n'
    )
    lines = [f"{1 + n % 28:02}/{1 + n % 3:02}/2023,{'Good' if n % 3 else 'Poor'}" for n in range(300)]
    assert "written otherwise" not in said(load(write("a.csv", ["Day,Q", *lines]), mapping=tmp_path / "m.toml"))
    lines[49] = lines[49].replace("/02/", "/2/", 1)
    loaded = load(write("b.csv", ["Day,Q", *lines]), mapping=tmp_path / "m.toml")
    assert "1 row has a 'Day' written otherwise than the rest: the first, '22/2/2023'" in said(loaded)


def test_a_column_that_a_condition_asks_for_may_stand_twice_alike(write: Write, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        'layout = "wide-periods"\nsource = "own"\nmonths = 1\n[columns]\narea = "Force"\n'
        "[where]\nrobbery = \"Offence = 'Robbery'\"\n"
    )
    lines = ["Force,Offence,Offence,Apr 2023", "Essex,Robbery,Robbery,7", "Essex,Theft,Theft,9"]
    loaded = load(write("a.csv", lines), mapping=tmp_path / "m.toml")
    assert value(loaded, "robbery", "essex", "2023-04-30") == 7
    assert "are alike: counted once" in said(loaded)
    differ = ["Force,Offence,Offence,Apr 2023", "Essex,Robbery,Theft,7"]
    with pytest.raises(PmError, match="are both called 'Offence' and differ"):
        load(write("b.csv", differ), mapping=tmp_path / "m.toml")


def test_the_first_month_of_a_span_has_no_footnote() -> None:
    assert parse_period("Jul 222 - Jun 23") is None
    last = parse_period("Apr 2022 to Mar 20231")  # a footnote ends a title
    assert last is not None
    assert (str(last.end), last.months) == ("2023-03-31", 12)
