"""`pm history` of what is published: the page and the workbook of a pack say what the table says, and --check which
of the files are still the same bytes. The SHA-256 is held against hashlib's own, over whole files and sampled ones.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli import carried, digests, history
from tests.conftest import pm

from .conftest import fine

CSV = "area,measure,period,value\n" + "".join(
    f"essex,burglary,{year}-{month:02d},{100 + month + year % 7}\n"
    for year in (2019, 2022, 2023)
    for month in range(1, 13)
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an extract, its observations, a result, and a pack as page and workbook."""
    folder = tmp_path_factory.mktemp("history")
    (folder / "a_b _x0041_ é.csv").write_text(CSV, encoding="utf-8")
    fine(pm("load", "a_b _x0041_ é.csv", "-o", "obs.parquet", cwd=folder))
    fine(pm("compare", "-i", "obs.parquet", "-o", "result.parquet", cwd=folder))
    wanted = ["--force", "essex", "--to", "2023-12", "-i", "obs.parquet", "-o", "pack.html", "--xlsx"]
    assert pm("pack", *wanted, cwd=folder).returncode == 0
    return folder


def told(place: Path, *names: str) -> list[dict[str, object]]:
    """The stages that pm history reads in files."""
    stages: list[dict[str, object]] = json.loads(fine(pm("history", "--json", *names, cwd=place)))["stages"]
    return stages


def test_the_page_and_the_workbook_carry_what_led_to_the_pack(place: Path) -> None:
    page, book = told(place, "pack.html"), told(place, "pack.xlsx")
    assert page == book
    assert page[0]["command"] == "pm load 'a_b _x0041_ é.csv'"
    assert page[0] == told(place, "obs.parquet")[0]
    assert page[-1]["command"] == "pm pack --force essex --to 2023-12 -i obs.parquet --xlsx"
    assert told(place, "pack.html", "pack.xlsx", "result.parquet")[: len(page)] == page


def test_a_page_and_a_workbook_are_read_from_standard_input_too(place: Path) -> None:
    for name in ("pack.html", "pack.xlsx"):
        data = (place / name).read_bytes()
        assert json.loads(fine(pm("history", "--json", stdin=data)))["stages"] == told(place, name)


def test_the_sheet_is_hidden_and_survives_being_saved_by_another_program(place: Path) -> None:
    book = openpyxl.load_workbook(place / "pack.xlsx")
    assert book[carried.SHEET].sheet_state == "hidden"
    saved = io.BytesIO()
    book.save(saved)
    assert carried.stages_in(saved.getvalue(), "x") == carried.stages_in((place / "pack.xlsx").read_bytes(), "x")


def test_check_says_what_is_the_same_what_changed_and_what_is_gone(place: Path, tmp_path: Path) -> None:
    there = tmp_path / "copy"
    shutil.copytree(place, there)
    extract = there / "a_b _x0041_ é.csv"
    good = pm("history", "pack.html", "--check", cwd=there)
    assert (good.returncode, good.stderr) == (0, b"")
    assert good.stdout.decode().count(": the same bytes") == 2
    extract.write_text(CSV.replace(",110\n", ",111\n"), encoding="utf-8")
    (there / "obs.parquet").unlink()
    bad = pm("history", "pack.xlsx", "--check", cwd=there)
    assert bad.returncode == 1
    said = bad.stdout.decode()
    assert "rows: changed" in said
    assert "bytes: gone" in said
    [line, _] = bad.stderr.decode().splitlines()
    assert line == f"pm history: 2 of 2 files not as they were: {extract.name} changed since; obs.parquet gone"
    states = [one["check"] for stage in json.loads(pm("history", "pack.xlsx", "--check", "--json", cwd=there).stdout)
              ["stages"] for one in stage.get("inputs", [])]  # fmt: skip
    assert states == ["changed", "gone"]


def test_files_are_looked_for_beside_the_table_when_the_working_folder_lacks_them(place: Path, tmp_path: Path) -> None:
    made = pm("history", place / "result.parquet", "--check", cwd=tmp_path)
    assert made.returncode == 0
    assert made.stdout.decode().count(": the same bytes") == 2


def test_what_came_by_standard_input_cannot_be_checked_and_is_not_called_gone(tmp_path: Path) -> None:
    data = fine(pm("load", "-", stdin=CSV.encode()))
    made = pm("history", "--check", stdin=data, cwd=tmp_path)
    assert made.returncode == 0
    assert "from standard input" in made.stdout.decode()
    assert "cannot be checked" in made.stdout.decode()


def test_a_page_without_a_history_and_a_broken_workbook(tmp_path: Path) -> None:
    (tmp_path / "plain.html").write_text("<!doctype html><title>x</title>")
    assert fine(pm("history", "plain.html", cwd=tmp_path)) == b"this file has no history of pm\n"
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 and then nothing")
    made = pm("history", "broken.xlsx", cwd=tmp_path)
    assert made.returncode == 1
    assert made.stderr.decode().startswith("pm history: broken.xlsx is not a workbook that can be read")
    with zipfile.ZipFile(tmp_path / "archive.xlsx", "w") as archive:
        archive.writestr("x.csv", "a\n")
    assert pm("history", "archive.xlsx", cwd=tmp_path).stderr.startswith(b"pm history: archive.xlsx is not a workbook")


@given(st.lists(st.dictionaries(st.sampled_from(["command", "version"]), st.text()), max_size=3))
def test_any_text_comes_back_from_what_is_carried(stages: list[dict[str, str]]) -> None:
    text = carried.text_of(stages)
    assert text.isascii()
    assert "_" not in text
    assert "".join(carried.pieces(text)) == text
    page = f'<!doctype html><head><meta name="{carried.META}" content="{escape(text)}"></head>'
    assert carried.stages_in(page.encode(), "x") == history.from_json(history.to_json(list(stages)))


@given(st.binary(max_size=300), st.integers(1, 64), st.integers(2, 5))
def test_digests_are_those_of_hashlib(data: bytes, block: int, blocks: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(data)
        assert digests.digest(path) == hashlib.sha256(data).hexdigest()
        starts = [max(0, (len(data) - block) * part // (blocks - 1)) for part in range(blocks)]
        sampled = str(len(data)).encode() + b"".join(data[start : start + block] for start in starts)
        assert digests.digest(path, digests.SAMPLED, block, blocks) == hashlib.sha256(sampled).hexdigest()
