"""Small numbers: what a pack publishes of people asked holds no small base, and none can be worked out from it."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmcli.catalogue import Catalogue
from pmcli.pack.choose import Question
from pmcli.pack.figures import Figures
from pmcli.pack.gather import gather
from pmcli.pack.pages import pack_of, say_everything
from pmcli.pack.write.html import page
from pmcli.pack.write.markdown import text
from pmcli.pack.write.slides import slides
from pmcli.pack.write.workbook import workbook
from pmcli.stats.disclosure import Sum, determined
from pmcli.tables import OBSERVATIONS
from tests.conftest import SAMPLES

ENDS = (date(2022, 6, 30), date(2023, 6, 30))
CATALOGUE = Catalogue()


def survey(bases: dict[tuple[str, str, str], tuple[int, int]], measure: str = "confidence") -> pl.DataFrame:
    """Observations: (area, dimension, category) -> its base in each of two waves; three in five answers are good."""
    rows = [
        ("smsr", measure, area, dimension, category, end, 12, 0.6 * base, float(base), None)
        for (area, dimension, category), both in bases.items()
        for end, base in zip(ENDS, both, strict=True)
    ]
    return pl.DataFrame(rows, schema=OBSERVATIONS.schema(), orient="row")


def gathered(frame: pl.DataFrame, least: int = 10) -> Figures:
    return gather(frame, Question(to=ENDS[1], forces=("essex",), catalogue=CATALOGUE, suppress=least))


def table_of(districts: list[tuple[int, int]], sexes: list[float]) -> dict[tuple[str, str, str], tuple[int, int]]:
    """A force of these districts, with its total, split by sex: what is asked of districts adds up to the force."""
    bases = {(f"essex/d{number}", "all", "all"): both for number, both in enumerate(districts)}
    whole = (sum(one[0] for one in districts), sum(one[1] for one in districts))
    bases["essex", "all", "all"] = whole
    women = round(whole[0] * sexes[0]), round(whole[1] * sexes[1])
    bases["essex", "sex", "Female"] = women
    bases["essex", "sex", "Male"] = whole[0] - women[0], whole[1] - women[1]
    return bases


@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), min_size=2, max_size=6),
    st.lists(st.sampled_from([0.0, 0.02, 0.1, 0.5, 0.97]), min_size=2, max_size=2),
)
@settings(max_examples=40, deadline=None)
def test_no_small_base_is_published_nor_follows(districts: list[tuple[int, int]], sexes: list[float]) -> None:
    """The bases of the published waves, their totals, and an attacker who subtracts."""
    bases = table_of(districts, sexes)
    if bases["essex", "all", "all"][1] == 0:
        return
    waves = gathered(survey(bases)).waves
    shown: dict[tuple[str, str, str, date], float] = {}
    for row in waves.iter_rows(named=True):
        key = (row["area"], row["dimension"], row["category"])
        shown[*key, row["period_end"]] = row["base"]
        if row["against_base"] is not None:
            shown[*key, row["against_end"]] = row["against_base"]
        for base, value in (("base", "value"), ("against_base", "against_value")):
            assert row[base] is None or row[base] >= 10
            assert row[value] is None or row[base] >= 50
    for place, end in enumerate(ENDS):
        cells = [*bases]
        at = {cell: number for number, cell in enumerate(cells)}
        hidden = {at[cell] for cell in cells if (*cell, end) not in shown}
        force = at["essex", "all", "all"]
        sums = [
            Sum(force, tuple(at[cell] for cell in cells if "/" in cell[0])),
            Sum(force, tuple(at[cell] for cell in cells if cell[1] == "sex")),
        ]
        small = {at[cell] for cell in cells if bases[cell][place] < 10}
        assert small <= hidden
        assert determined(sums, hidden) == set()


def test_a_district_of_seven_is_not_shown_and_the_page_says_whose() -> None:
    bases = table_of([(300, 300), (310, 305), (200, 7), (120, 110)], [0.5, 0.5])
    pack = pack_of(figures := gathered(survey(bases)), say_everything(figures), "essex")
    item = next(one for one in pack.pages() if one.id == "confidence")
    why = [f"{one.what} {one.why}" for one in item.missing]
    assert any("D2" in text and "D3" in text and "fewer than 10 people" in text for text in why), why
    rows = figures.waves.filter(pl.col("period_end") == ENDS[1], pl.col("area").str.contains("/"))
    assert sorted(rows["area"]) == ["essex/d0", "essex/d1"]


def test_a_base_under_fifty_keeps_its_base_and_loses_its_percentage() -> None:
    bases = table_of([(300, 300), (310, 305), (200, 42)], [0.5, 0.5])
    figures = gathered(survey(bases))
    row = figures.waves.filter(pl.col("area") == "essex/d2", pl.col("period_end") == ENDS[1]).row(0, named=True)
    assert row["base"] == 42
    assert (row["value"], row["low"], row["difference"], row["significant"]) == (None, None, None, None)
    said = [one.sentence.text for one in say_everything(figures) if one.row["area"] == "essex/d2"]
    assert any("a base of 42, too few for a percentage" in text for text in said)
    assert not any("60.0%" in text for text in said)


def test_a_breakdown_of_very_few_is_dropped_with_a_line() -> None:
    bases = table_of([(300, 300), (310, 305)], [0.5, 0.5])
    bases |= {("essex", "age", "Under 20"): (20, 25), ("essex", "age", "Over 90"): (12, 15)}
    figures = gathered(survey(bases))
    assert figures.waves.filter(pl.col("dimension") == "age").is_empty()
    assert [one.what for one in figures.withheld] == ["Table by age"]


def test_all_is_shown_for_internal_use_and_every_page_says_so() -> None:
    bases = table_of([(300, 300), (310, 305), (200, 7)], [0.5, 0.5])
    figures = gathered(survey(bases), 0)
    assert figures.waves["base"].min() == 7
    pack = pack_of(figures, say_everything(figures), "essex")
    assert all(item.about[0] == "Internal: small numbers shown." for item in pack.pages())
    assert pack.publication.marking.endswith("Internal: small numbers shown")


def test_counts_of_people_are_withheld_where_they_are_broken_down() -> None:
    """Knife crime victims are people; firearms offences are not."""
    weapons = {"Kitchen knife": 40, "Machete": 3, "Screwdriver": 12, "Sword": 30}
    rows = [
        ("records", measure, "essex", dimension, category, end, 12, float(number), None, None)
        for measure in ("knife-victims-under-25", "firearms")
        for end in ENDS
        for dimension, category, number in [
            ("all", "all", sum(weapons.values())), *(("weapon", name, number) for name, number in weapons.items())
        ]
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=OBSERVATIONS.schema(), orient="row")
    question = Question(to=ENDS[1], baseline=ENDS[0], forces=("essex",), catalogue=CATALOGUE)
    figures = gather(frame, question)
    shown = {
        measure: set(figures.breakdown.filter(pl.col("measure") == measure, ~pl.col("total"))["category"])
        for measure in ("knife-victims-under-25", "firearms")
    }
    assert shown == {"knife-victims-under-25": {"Kitchen knife", "Sword"}, "firearms": set(weapons)}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of the respondents' file, by district and group: Maldon has three of them in the last year."""
    folder = tmp_path_factory.mktemp("published")
    command = (
        f"pm load {SAMPLES / 'smsr-respondents.csv'} --map smsr-respondents | "
        f"pm pack --force essex --to 2023-06 --md --xlsx -o {folder}"
    )
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(["bash", "-c", command], env={"PATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def _bases_of_workbook(path: Path) -> list[float]:
    import openpyxl

    book = openpyxl.load_workbook(path)
    found = []
    for sheet in book:
        columns: dict[int, str] = {}
        for row in sheet.iter_rows(values_only=True):
            named = {at: str(cell).strip().lower() for at, cell in enumerate(row) if isinstance(cell, str)}
            if any(name in {"base", "effective", "against_base"} for name in named.values()):
                columns = {at: name for at, name in named.items() if name in {"base", "effective", "against_base"}}
                continue
            found += [float(row[at]) for at in columns if at < len(row) and isinstance(row[at], int | float)]
    return found


def test_the_published_files_hold_no_small_base(published: Path) -> None:
    workbook = next(published.glob("*.xlsx"))
    bases = _bases_of_workbook(workbook)
    assert len(bases) > 20
    assert min(bases) >= 10
    for name in ("*.md", "*.html"):
        text = re.sub(r"<[^>]+>", "|", next(published.glob(name)).read_text(encoding="utf-8"))
        assert "Maldon" in text  # named as withheld
        rows = [line for line in text.splitlines() if re.match(r"\|\s*Maldon\s*\|", line)]
        assert not any(re.search(r"\|\s*[1-9]\s*\|", line) for line in rows), rows
    assert "fewer than 10 people" in zipfile.ZipFile(workbook).read("xl/sharedStrings.xml").decode()


def test_the_unsuppressed_survey_has_such_a_base() -> None:
    """The test above can fail: there is a small base among what it publishes."""
    with (SAMPLES / "smsr-respondents.csv").open(encoding="utf-8-sig") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    assert sum(row["District"] == "Maldon" and "2022-11" in row["Interview date"] for row in rows) == 3


def everything(data: bytes) -> str:
    """All the text of a document of zipped parts, and of the documents in it: its figures, unrounded, among it."""
    said = []
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in file.namelist():
            part = file.read(name)
            said.append(everything(part) if part.startswith(b"PK\x03\x04") else part.decode("utf-8", "replace"))
    return "\n".join(said)


def test_no_format_has_a_percentage_of_fewer_than_fifty_or_a_table_of_fewer_than_thirty() -> None:
    """Each cell has a share of its own, which is looked for as printed and unrounded."""
    bases = {
        ("essex", "all", "all"): (905, 812), ("essex", "sex", "Female"): (863, 770), ("essex", "sex", "Male"): (42, 42),
        ("essex", "age", "Under 20"): (23, 27), ("essex", "age", "Over 90"): (21, 28),
    }  # fmt: skip
    good = {"all": 0.5, "Female": 0.4937, "Male": 0.619, "Under 20": 0.7391, "Over 90": 0.8095}
    rows = [
        ("smsr", "confidence", *cell, end, 12, round(good[cell[2]] * base), float(base), None)
        for cell, both in bases.items()
        for end, base in zip(ENDS, both, strict=True)
    ]
    frame = pl.DataFrame(rows, schema=OBSERVATIONS.schema(), orient="row")
    made = {}
    for least in (10, 0):
        figures = gathered(frame, least)
        pack = pack_of(figures, say_everything(figures), "essex")
        made[least] = {
            "html": page(pack), "md": text(pack), "xlsx": everything(workbook(pack)), "pptx": everything(slides(pack)),
        }  # fmt: skip
    small = [(round(good[cell[2]] * base), base) for cell, both in bases.items() for base in both if base < 50]
    figures_of = [figure for some, base in small for figure in (f"{some / base:.1%}", f"{some / base:.6f}"[:6])]
    for kind, said in made[10].items():
        assert not [figure for figure in figures_of if figure in said], kind
        assert "Table by age" in said, kind
        assert "fewer than 30 people were asked" in said, kind
        assert "Over 90" not in said, kind
        assert "49.4%" in said or "0.4935" in said or "49%" in said or "50.0%" in said, "what is large enough stays"
        if kind != "pptx":  # whose one chart and table of the measure are of all people
            assert any(figure in made[0][kind] for figure in figures_of), f"{kind}: so that the test can fail"
