"""Small extracts written by the tests themselves, and where the real ones are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pmcli.sources import Loaded

REAL = Path(__file__).parents[3] / "shared" / "data"
HEADER = (
    "Financial Year,Financial Quarter,Force Name,Offence Description,Offence Group,Offence Subgroup,Offence Code,"
    "Number of Offences"
)

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of lines (or bytes) and gives its path."""

    def writer(name: str, content: Sequence[str] | str | bytes, end: str = "\n") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            lines = [content] if isinstance(content, str) else content
            path.write_bytes("".join(line + end for line in lines).encode())
        return path

    return writer


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Writes a workbook from {sheet: rows of cells} and gives its path."""
    xlsxwriter = pytest.importorskip("xlsxwriter")

    def writer(name: str, sheets: dict[str, list[list[object]]]) -> Path:
        path = tmp_path / name
        with xlsxwriter.Workbook(str(path)) as workbook:
            day = workbook.add_format({"num_format": "mmm yyyy"})
            for title, rows in sheets.items():
                sheet = workbook.add_worksheet(title)
                for at, cells in enumerate(rows):
                    for place, cell in enumerate(cells):
                        if isinstance(cell, date):
                            sheet.write_datetime(at, place, cell, day)
                        elif cell is not None:
                            sheet.write(at, place, cell)
        return path

    return writer


@pytest.fixture
def real() -> Path:
    """The folder of real extracts; the test is skipped where there is none."""
    if not REAL.is_dir():
        pytest.skip("no real extracts beside the project")
    return REAL


def value(loaded: Loaded, measure: str, area: str, end: str) -> float | None:
    """The one figure of a measure, area and period; fails when there is not exactly one."""
    found = loaded.observations.filter(
        (pl.col("measure") == measure) & (pl.col("area") == area) & (pl.col("period_end") == pl.lit(end).str.to_date())
    )
    assert found.height == 1, f"{measure} {area} {end}: {found.height} rows"
    return found["value"][0]


def said(loaded: Loaded) -> str:
    """Everything the load had to say, as one text."""
    return "\n".join(loaded.report.sentences())


def homicide(quarter: int, count: str, year: str = "2019/20", force: str = "Essex", code: str = "1") -> str:
    """A line of the Home Office layout."""
    return f"{year},{quarter},{force},Murder,Violence against the person,Homicide,{code},{count}"
