"""The rows that a traced load names are the true ones: the file itself, opened by another program at that row, holds
the area and the value, whatever titles and notes stand over the header; and rows always add up to their figure.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmcli import sources
from pmcli.periods import shift
from pmcli.sources.reading.files import DataFile
from pmcli.sources.records import streamed as streaming
from pmcli.sources.tracing import Trace, adds_up
from tests.conftest import SAMPLES

from .conftest import HEADER, Write

ALWAYS = (date(1990, 1, 1), date(2030, 12, 31))


def traced(
    paths: Any, measure: str, where: str, window: tuple[date, date] = ALWAYS, *, of: tuple[str, str] = ("all", "all"),
    **options: Any,
) -> dict[date, tuple[dict[str, Any], pl.DataFrame]]:  # fmt: skip
    """End of period -> (the observation, its rows), of one area; asserts that all rows add up."""
    trace = Trace(measure, where, [window], *of)
    loaded = sources.load(paths, trace=trace, **options)
    plain = sources.load(paths, **options)
    assert loaded.observations.equals(plain.observations)  # to be traced changes nothing
    assert loaded.report.sentences() == plain.report.sentences()
    frame = loaded.observations.filter(
        pl.col("measure") == measure, pl.col("area") == where, pl.col("dimension") == of[0], pl.col("category") == of[1]
    ).filter(trace.within())
    found = {}
    for row in frame.iter_rows(named=True):
        rows = trace.of(row["period_end"], row["months"], row["source"])
        assert adds_up(rows, row["value"], row["base"]), row
        found[row["period_end"]] = (row, rows)
    return found


@pytest.mark.parametrize(
    ("names", "measure", "area", "options", "periods"),
    [
        (["home-office-quarters.csv"], "burglary", "essex", {}, 20),
        (["home-office-years.csv"], "burglary", "essex", {}, 20),
        (["iquanta-monthly.csv"], "vehicle-crime", "essex", {"mapping": "iquanta-monthly"}, 19),
        (["boroughs-historical.csv", "boroughs-latest.csv"], "burglary", "metropolitan",
         {"mapping": "metropolitan-boroughs"}, 19),
        (["boroughs-historical.csv", "boroughs-latest.csv"], "burglary", "metropolitan/invented-borough-b",
         {"mapping": "metropolitan-boroughs"}, 19),
        (["ons-police-force-areas.xlsx"], "knife-crime", "essex", {}, 1),
        (["street"], "vehicle-crime", "essex", {}, 3),
        (["athena-records.csv"], "burglary", "essex", {"mapping": "athena-records"}, 42),
        (["athena-records.csv"], "repeat-victims", "essex", {"mapping": "athena-records"}, 42),
        (["calls-999.csv"], "calls-within-10s", "essex", {}, 20),
        (["smsr-survey.csv"], "confidence", "essex", {"mapping": "smsr-survey"}, 2),
        (["smsr-respondents.csv"], "victim-updates", "essex", {"mapping": "smsr-respondents"}, 4),
        (["homicide-reports.csv"], "drug-related-homicide", "essex", {"mapping": "homicide-reports"}, 10),
        (["referrals.csv"], "drug-referrals", "essex", {"mapping": "referrals"}, 8),
    ],
)  # fmt: skip
def test_the_rows_of_every_sample_add_up_and_are_all_named(
    names: list[str], measure: str, area: str, options: dict[str, Any], periods: int
) -> None:
    found = traced([SAMPLES / name for name in names], measure, area, **options)
    assert len(found) >= periods
    assert all(rows.height for row, rows in found.values() if row["value"])
    assert all(rows["row"].min() > 1 for _, rows in found.values() if rows.height)  # type: ignore[operator]


def test_a_breakdown_and_a_district_of_records_have_their_own_rows() -> None:
    path = SAMPLES / "athena-records.csv"
    text = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    options = {"mapping": "athena-records", "by": ["weapon"], "area": "district"}
    by_weapon = traced(path, "firearms", "essex", of=("weapon", "Air weapon"), **options)
    assert any(rows.height for _, rows in by_weapon.values())
    for _, rows in by_weapon.values():
        assert {text[row - 2]["Weapon"].strip().lower() for row in rows["row"].to_list()} <= {"air weapon"}
    for end, (_, rows) in traced(path, "burglary", "essex/maldon", **options).items():
        at = [text[row - 2] for row in rows["row"].to_list()]
        assert [one["Crime number"] for one in at] == rows["record"].to_list()
        assert all(one["District"].strip().lower() == "maldon" for one in at)
        plain = [one["Date recorded"] for one in at if re.fullmatch(r"\d\d/\d\d/\d{4}", one["Date recorded"])]
        assert all(day[3:] == f"{end:%m/%Y}" for day in plain)


# ----------------------------------------------------------------------------- where the answer is known beforehand
def test_rows_of_a_workbook_are_those_that_excel_shows(book: Callable[..., Path]) -> None:
    header = ["Force", "Offence", date(2023, 5, 1), date(2023, 6, 1), date(2023, 7, 1)]
    rows: list[list[object]] = [
        ["Recorded crime"], [], ["Extracted for the board", None, "do not circulate"], [],
        header,
        ["Kent", "Burglary", 5, 6, 7],
        ["Essex", "Burglary", 11, 12, 13],
        [],
        ["Essex", "Burglary in a shed", 1, 2, 3],
    ]  # fmt: skip
    path = book("wide.xlsx", {"Notes": [["nothing here"]], "By force ": rows})
    mapping = path.with_name("m.toml")
    mapping.write_text(
        'layout = "wide-periods"\nmonths = 1\n[columns]\narea = "Force"\nmeasure = "Offence"\n'
        '[measures]\n"Burglary" = "burglary"\n"Burglary in a shed" = "burglary"\n'
    )
    found = traced(path, "burglary", "essex", mapping=mapping)
    sheet = openpyxl.load_workbook(path)["By force "]
    row, named = found[date(2023, 6, 30)]
    assert row["value"] == 14
    assert named["row"].to_list() == [7, 9]
    assert named["sheet"].unique().to_list() == ["By force"]
    for at, value, column in named.select("row", "value", "column").iter_rows():
        assert sheet.cell(at, 1).value == "Essex"
        assert sheet.cell(at, 4).value == value
        assert column in ("2023-06-01", "Jun 2023", "2023-06-01 00:00:00")


def test_rows_of_a_text_file_with_lines_over_its_header(write: Write) -> None:
    lines = [
        "Police recorded crime,,,,,,,", "", "Source: Home Office,,,,,,,", HEADER,
        "2023/24,1,Kent,Burglary,Theft,Residential burglary,30A,9",
        "2023/24,1,Essex,Residential burglary,Theft offences,Residential burglary,28A,\" 1,200 \"",
        "2023/24,1,Essex,Other burglary,Theft offences,Non-residential burglary,30A,-2",
        "2023/24,2,Essex,Residential burglary,Theft offences,Residential burglary,28A,7",
    ]  # fmt: skip
    found = traced(write("prc.csv", lines), "burglary", "essex")
    row, named = found[date(2023, 6, 30)]
    assert (row["value"], named["row"].to_list(), named["value"].to_list()) == (1198, [6, 7], [1200, -2])
    assert found[date(2023, 9, 30)][1]["row"].to_list() == [8]


def test_a_cell_of_several_lines_is_one_row_as_in_a_spreadsheet(write: Write, tmp_path: Path) -> None:
    lines = [
        'Notes,"over three\n\nlines",,', "area,measure,period,value", 'essex,robbery,2023-06,"5"',
        '"essex\n",robbery,2023-07,6', "essex,burglary,2023-07,7",
    ]  # fmt: skip
    [(_, rows)] = traced(write("a.csv", lines), "burglary", "essex").values()
    read = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8"))))
    assert read[rows["row"][0] - 1] == ["essex", "burglary", "2023-07", "7"]
    assert rows["row"].to_list() == [5]
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.write(tmp_path / "a.csv", "a.csv")
    [(_, rows)] = traced(tmp_path / "b.zip", "burglary", "essex").values()
    assert rows["row"].to_list() == [5]


def test_only_the_later_of_two_vintages_is_named(write: Write) -> None:
    old = write("old.csv", ["area,measure,period,value", "essex,burglary,2023-05,10", "essex,burglary,2023-06,20"])
    new = write("new.csv", ["area,measure,period,value", "essex,burglary,2023-06,21", "essex,burglary,2023-07,30"])
    found = traced([old, new], "burglary", "essex", later_wins=True)
    named = {f"{end:%Y-%m}": rows.select("file", "row").rows() for end, (_, rows) in found.items()}
    assert named == {"2023-05": [(str(old), 2)], "2023-06": [(str(new), 2)], "2023-07": [(str(new), 3)]}


def test_a_force_is_traced_to_its_partnerships_each_row_of_them(write: Write, book: Callable[..., Path]) -> None:
    kind = "Robbery of personal property"
    columns = HEADER.replace("Force Name", "Force Name,CSP Name")
    lines = [columns, *(f"2019/20,1,Essex,{csp},{kind},Robbery,{kind},34B,{n}" for csp, n in (("A", 10), ("B", 20)))]
    [(_, rows)] = traced(write("a.csv", lines), "robbery", "essex").values()
    assert rows.select("area", "row", "value").rows() == [("essex/a", 2, 10), ("essex/b", 3, 20)]
    sheet: list[list[object]] = [
        ["Table C1: Recorded crime by Community Safety Partnership, year ending March 2023, number of offences"],
        [],
        ["Police Force Area name", "Community Safety Partnership name", "Local Authority name", "Homicide", "Robbery"],
        ["Essex", "Basildon", "Basildon", 1, 10],
        ["Essex", "Two towns", "First", 0, 2],
        ["Essex", "Two towns", "Second", 0, 3],
    ]
    [(row, rows)] = traced(book("csp.xlsx", {"Table C1": sheet}), "robbery", "essex").values()
    assert (row["value"], rows.select("row", "value").rows()) == (15, [(4, 10), (5, 2), (6, 3)])


def test_street_files_in_an_archive_name_their_line_and_crime(tmp_path: Path) -> None:
    head = (
        "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,x,Context"
    )
    kinds = ["Burglary", "Anti-social behaviour", "burglary", "Robbery", "Burglary"]
    lines = [f"id{n},2023-05,Essex Police,Essex Police,0,0,a,b,c,{kind},," for n, kind in enumerate(kinds)]
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("2023-05/2023-05-essex-street.csv", "\r\n".join([head, *lines, ""]))
    [(row, rows)] = traced(tmp_path / "all.zip", "burglary", "essex").values()
    assert (row["value"], rows["row"].to_list(), rows["record"].to_list()) == (3, [2, 4, 6], ["id0", "id2", "id4"])
    assert rows["file"][0].endswith("all.zip!2023-05/2023-05-essex-street.csv")


def test_records_that_are_streamed_name_the_same_rows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = traced(SAMPLES / "athena-records.csv", "burglary", "essex", mapping="athena-records")
    monkeypatch.setattr(streaming, "STREAM_BYTES", 1)
    assert streaming.streamed(DataFile(SAMPLES / "athena-records.csv", "", ".csv", 10**6), lambda _: True) is not None
    streamed = traced(SAMPLES / "athena-records.csv", "burglary", "essex", mapping="athena-records")
    assert all(streamed[end][1].equals(rows) for end, (_, rows) in whole.items())
    pl.read_csv(SAMPLES / "athena-records.csv", infer_schema=False).write_parquet(tmp_path / "r.parquet")
    columnar = traced(tmp_path / "r.parquet", "burglary", "essex", mapping="athena-records")
    for end, (_, rows) in whole.items():
        assert columnar[end][1]["record"].to_list() == rows["record"].to_list()
        assert columnar[end][1]["row"].to_list() == [row - 1 for row in rows["row"].to_list()]  # it has no header line


def test_observations_that_pm_wrote_name_their_rows(tmp_path: Path) -> None:
    made = sources.load(SAMPLES / "home-office-quarters.csv").observations
    made.write_csv(tmp_path / "obs.csv")
    for row, rows in traced(tmp_path / "obs.csv", "burglary", "essex").values():
        [at] = rows["row"].to_list()
        assert made.row(at - 2, named=True) == row


def test_a_figure_that_is_not_known_and_one_of_another_area_have_no_rows_to_add_up(write: Write) -> None:
    path = write("a.csv", ["area,measure,period,value", "essex,burglary,2023-05,..", "kent,burglary,2023-05,4"])
    [(row, rows)] = traced(path, "burglary", "essex").values()
    assert row["value"] is None
    assert rows["row"].to_list() == [2]
    assert adds_up(rows, None, None)
    assert not adds_up(rows, 4.0, None)


@settings(max_examples=25)
@given(
    above=st.lists(st.sampled_from(["", "A title", "Notes: all forces,,", '"two, cells"']), max_size=4),
    values=st.lists(st.lists(st.integers(-5, 10**6), min_size=3, max_size=3), min_size=1, max_size=6),
    order=st.randoms(use_true_random=False),
)
def test_the_line_named_is_the_line_that_holds_the_figure(
    above: Sequence[str], values: list[list[int]], order: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    months = [shift(date(2023, 1, 31), n) for n in range(len(values))]
    lines = [
        f"{area},burglary,{end:%Y-%m},{value}"
        for end, row in zip(months, values, strict=True)
        for area, value in zip(("essex", "kent", "norfolk"), row, strict=True)
    ]
    order.shuffle(lines)
    path = tmp_path_factory.mktemp("lines") / "a.csv"
    path.write_text("\n".join([*above, "area,measure,period,value", *lines, ""]), encoding="utf-8")
    text = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    for end, (row, rows) in traced(path, "burglary", "essex").items():
        [at] = rows["row"].to_list()
        assert text[at - 1] == ["essex", "burglary", f"{end:%Y-%m}", f"{row['value']:.0f}"]
