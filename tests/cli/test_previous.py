"""A pack beside the last one, as real processes: the samples to April 2023, then to July with two months revised."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from pmcli.catalogue import Catalogue
from pmcli.tables import EDITION
from pmcli.views.changes.table import WHY, reasons
from tests.conftest import SAMPLES, pm
from tests.packs import EVERY_KIND, Packed
from tests.plain_words import faults

from .conftest import complaint, fine, parquet, table

APRIL, JULY = date(2023, 4, 30), date(2023, 7, 31)
REVISED = {date(2023, 3, 31): -25.0, APRIL: -15.0}
"""Months of Essex's burglary that were lower in April than they are now."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, monthly: bytes) -> Path:
    """The samples' forces, and their monthly figures as they were in April and as they are in July."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("forces.csv", "peers.csv", "population.csv"):
        shutil.copy(SAMPLES / name, folder / name)
    settings = 'force = "essex"\nforces = "forces.csv"\npeers = "peers.csv"\npopulation = "population.csv"\n'
    (folder / "pm.toml").write_text(settings)
    now = table(monthly)
    mine = (pl.col("measure") == "burglary") & (pl.col("area") == "essex")
    lower = pl.col("period_end").replace_strict(REVISED, default=0.0, return_dtype=pl.Float64)
    then = now.with_columns(value=pl.when(mine).then(pl.col("value") + lower).otherwise("value"))
    (folder / "then.parquet").write_bytes(parquet(then))
    (folder / "now.parquet").write_bytes(parquet(now))
    return folder


@pytest.fixture(scope="module")
def packs(project: Path) -> Path:
    """A folder with the pack to April, and that to July beside it."""
    for given in (
        ["--to", "2023-04", "-i", "then.parquet"],
        ["--to", "2023-07", "-i", "now.parquet", "--previous", "packs", "--md", "--xlsx"],
    ):
        made = pm("pack", *given, "-o", "packs", cwd=project)
        assert made.returncode == 0, made.stderr.decode()
    return project / "packs"


def text(packs: Path) -> str:
    return (packs / "essex-2023-07.md").read_text(encoding="utf-8")


def edition(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path)


def test_every_pack_writes_its_statements_and_figures_beside_it(packs: Path) -> None:
    frame = edition(packs / "essex-2023-07.parquet")
    assert frame.schema == EDITION.schema()
    assert frame.select(EDITION.key).is_unique().all()
    row = frame.filter(pl.col("statement") == "burglary/previous-year").row(0, named=True)
    assert (row["page"], row["value"], row["against_value"], row["verdict"]) == (
        "burglary", 4484.0, 4313.0, "no clear change",
    )  # fmt: skip
    assert row["sentence"].replace(" ", "") in text(packs).replace(" ", "")
    months = frame.filter(pl.col("statement") == "burglary/period", pl.col("period_end") > date(2022, 7, 31))
    assert (months.height, months["value"].sum()) == (12, 4484.0)


def test_its_history_is_the_packs_and_is_read(packs: Path) -> None:
    said = fine(pm("history", str(packs / "essex-2023-07.parquet"))).decode()
    assert "pm pack --to 2023-07 -i now.parquet --previous packs --md --xlsx" in said
    assert "from peers.csv" in said
    assert "from packs/essex-2023-04.parquet" in said
    assert "Essex — Burglary" in fine(pm("show", str(packs / "essex-2023-07.parquet"))).decode()


def test_the_page_counts_what_is_unchanged_and_says_what_was_revised(packs: Path) -> None:
    said = text(packs)
    assert "Since the last edition" in said
    assert "What changed from April 2023 to July 2023" in said
    turned = said.partition("What changed from")[2].partition("#### The measures in both")[0]
    # By the two editions themselves: the findings of comparisons, trends and verdicts of whole measures, side by side.
    assert f"Of 9 measures in both editions, {9 - len(_turned(packs))} are unchanged since April 2023" in turned
    assert "2 figures of the last edition were revised: burglary (+40); the largest burglary, March 2023" in turned


def _turned(packs: Path) -> set[str]:
    """The measures of which a finding is another, told by a join and a filter."""
    plain = ("no clear change", "no clear difference", "in line with", "expected")
    both = [
        edition(packs / f"essex-2023-{month}.parquet").filter(
            pl.col("dimension") == "all", ~pl.col("statement").str.contains("/(period|signal|news|rank-.*)$")
        )
        for month in ("04", "07")
    ]
    joined = both[0].join(both[1], on=["measure", "statement"], suffix="_now").filter(
        pl.col("verdict") != pl.col("verdict_now"),
        ~(pl.col("verdict").is_in(plain) & pl.col("verdict_now").is_in(plain)),
        ~pl.concat_list("verdict", "verdict_now").list.contains("not available"),
        ~pl.concat_list("verdict", "verdict_now").list.contains("not tested"),
    )  # fmt: skip
    return set(joined["measure"])


def test_a_measures_page_has_one_line_with_its_revision_told_apart(packs: Path) -> None:
    lines = [line for line in text(packs).splitlines() if line.startswith("- Since the last edition, to April 2023:")]
    (burglary,) = [line for line in lines if "revision" in line]
    # 12 months to April as they were: 4,306 (as they are now 4,346, less 40).
    assert burglary.endswith("4,306 → 4,484, of which 40 by revision of March and April 2023.")
    assert len(lines) == 9


def test_the_first_page_says_it_in_at_most_three_sentences(packs: Path) -> None:
    first = text(packs).partition("## Key findings")[2].partition("## Performance overview")[0]
    (unchanged,) = [line for line in first.splitlines() if "Unchanged since April 2023" in line]
    assert unchanged.endswith(f"{9 - len(_turned(packs))} of 9 measures; 2 figures revised.")


def test_it_is_said_in_plain_words_and_whole(packs: Path) -> None:
    """No option, id, file of the project or cut-off word, on its page and on the first."""
    pages = text(packs).partition("## Key findings")[2].partition("## Reduce murder")[0]
    lines = [line for line in re.sub(r"\\(.)", r"\1", pages).splitlines() if line.startswith(("- ", "|"))]
    said = [line for line in lines if not line.startswith(("- Window", "- Rests on", "- Held", "- Declared in"))]
    assert len(said) > 20
    catalogue = Catalogue()
    assert faults([*said, *(reasons(name, catalogue) for name in [*WHY, *catalogue.events])], catalogue) == set()
    assert not [line for line in said if "…" in line]


def test_it_stands_in_every_format(packs: Path) -> None:
    page = (packs / "essex-2023-07.html").read_text(encoding="utf-8")
    book = load_workbook(packs / "essex-2023-07.xlsx", read_only=True)
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    for said in ("What changed from April 2023 to July 2023", "of which 40 by revision of March and April 2023"):
        assert said in page
        assert any(said in cell for cell in cells)


def test_two_packs_are_compared_by_pm_diff_with_the_same_words(packs: Path) -> None:
    made = pm("diff", "essex-2023-04.parquet", "essex-2023-07.parquet", "-f", "json", cwd=packs)
    assert made.returncode == 1
    rows = json.loads(made.stdout)
    revised = [row for row in rows if row["what"] == "revised" and row["column"] == "value"]
    assert [(row["item"], row["was"], row["is"]) for row in revised] == [
        ("burglary/period", "380", "405"), ("burglary/period", "355", "370"),
    ]  # fmt: skip
    (value,) = [row for row in rows if row["item"] == "burglary/previous-year" and row["column"] == "value"]
    assert value["sentence"] == (
        "Burglary: 4,306 in the 12 months to April 2023, 4,484 in the 12 months to July 2023, of which 40 by revision "
        "of March and April 2023."
    )
    assert value["because"] == "new-months;revision"


def test_the_same_command_gives_the_same_bytes(project: Path, packs: Path) -> None:
    before = {path.name: path.read_bytes() for path in packs.iterdir()}
    given = ["--to", "2023-07", "-i", "now.parquet", "--previous", "packs", "--md", "--xlsx"]
    assert pm("pack", *given, "-o", "packs", cwd=project, cold=True).returncode == 0
    assert {path.name: path.read_bytes() for path in packs.iterdir()} == before


def test_without_a_last_edition_nothing_is_said_of_one(project: Path) -> None:
    assert pm("pack", "--to", "2023-07", "-i", "now.parquet", "-o", "alone.md", cwd=project).returncode == 0
    assert "last edition" not in (project / "alone.md").read_text(encoding="utf-8")
    assert edition(project / "alone.parquet").height


def test_other_peers_are_a_reason(project: Path, packs: Path) -> None:
    peers = (SAMPLES / "peers.csv").read_text().replace("invented-force-04", "invented-force-41")
    (project / "other-peers.csv").write_text(peers)
    given = ["--to", "2023-07", "-i", "now.parquet", "--peers", "other-peers.csv", "-o", "other.md"]
    assert pm("pack", *given, cwd=project).returncode == 0
    made = pm("diff", "packs/essex-2023-07.parquet", "other.parquet", "-f", "json", cwd=project)
    because = {row["because"] for row in json.loads(made.stdout) if "peer" in row["item"]}
    assert because
    assert all("peers" in one.split(";") and "new-months" not in one for one in because)
    rest = [row for row in json.loads(made.stdout) if row["item"].endswith(("/baseline", "/previous-year", "/period"))]
    assert rest == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("nothing.parquet", "nothing.parquet: No such file"),
        ("packs/essex-2023-04.html", "that is the page, not its edition Give packs/essex-2023-04.parquet"),
        ("now.parquet", "now.parquet is a observations table"),
        ("peers.csv", "peers.csv is CSV text"),
        ("later.parquet", "later.parquet is to July 2023, and this pack to June 2023"),
        ("kent.parquet", "kent.parquet is the pack of kent, and this one is of essex"),
        ("empty", "the folder has no edition of essex before June 2023"),
    ],
)
def test_a_wrong_last_edition_is_one_clear_error(project: Path, packs: Path, given: str, said: str) -> None:
    shutil.copy(packs / "essex-2023-07.parquet", project / "later.parquet")
    kent = edition(packs / "essex-2023-04.parquet").with_columns(area=pl.lit("kent"))
    kent.unique(EDITION.key).write_parquet(project / "kent.parquet")
    (project / "empty").mkdir(exist_ok=True)
    made = pm("pack", "--to", "2023-06", "-i", "now.parquet", "--previous", given, "-o", "x.md", cwd=project)
    assert said in complaint(made, "pack", 1)
    assert not (project / "x.md").exists()


def test_a_table_that_would_be_written_over_is_kept(project: Path) -> None:
    shutil.copy(project / "now.parquet", project / "mine.parquet")
    made = pm("pack", "--to", "2023-07", "-i", "now.parquet", "-o", "mine.html", cwd=project)
    assert "mine.parquet is the observations table" in complaint(made, "pack", 2)
    assert (project / "mine.parquet").read_bytes() == (project / "now.parquet").read_bytes()


def test_of_several_forces_each_has_its_own_last_edition(project: Path) -> None:
    areas = ["--force", "essex", "--force", "invented-force-01"]
    for given in (["--to", "2023-04", "-i", "then.parquet"], ["--to", "2023-07", "-i", "now.parquet", "--previous",
                                                              "several"]):  # fmt: skip
        made = pm("pack", *areas, *given, "-o", "several", cwd=project)
        assert made.returncode == 0, made.stderr.decode()
    pages = [(project / "several" / f"{area}-2023-07.html").read_text() for area in ("essex", "invented-force-01")]
    assert ["of which 40 by revision" in page for page in pages] == [True, False]
    assert all("What changed from April 2023 to July 2023" in page for page in pages)
    one = pm("pack", *areas, "--to", "2023-07", "-i", "now.parquet", "--previous", "several/essex-2023-04.parquet",
             "-o", "several", cwd=project)  # fmt: skip
    assert "is one file for 2 forces" in complaint(one, "pack", 2)


def test_what_the_peers_did_in_a_new_window_is_no_revision(sample_pack: Callable[..., Packed]) -> None:
    """Both editions are made from one extract: nothing in it was revised, whatever the averages of the peers did."""
    june, july = (sample_pack(*given).file("parquet") for given in (("--to", "2023-06", "--md"), EVERY_KIND))
    told = pm("diff", june, july, "-f", "csv", cwd=SAMPLES)
    assert told.returncode == 1
    assert b",new period," in told.stdout
    assert b",revised," not in told.stdout
