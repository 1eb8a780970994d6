"""What a new result table takes, shown by adding one to a copy of pm: contract, step, command, view, and two list
lines. Everything else (`pm show`, `pm say`, error messages, the data dictionary) knows it from there.
"""

from __future__ import annotations

import filecmp
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLES, environment

SOURCE = ROOT / "src" / "pmcli"

NEW = {
    "steps/tally.py": '''
        """The tally of a series: how many of its periods have a figure."""

        from __future__ import annotations

        import polars as pl

        from pmcli.tables import KEY, SERIES
        from pmcli.tables.contract import TALLY


        def tally(observations: pl.LazyFrame | pl.DataFrame) -> pl.LazyFrame:
            """How many periods of every series have a figure, and what part that is of all its periods."""
            known = pl.col("value").is_not_null()
            found = observations.lazy().group_by(SERIES).agg(
                pl.col("period_end").max(), pl.col("months").max(), known=known.sum().cast(pl.UInt32),
                part=known.mean(),
            )
            return found.sort(SERIES).select(*KEY, "known", "part")
        ''',
    "cli/tally_command.py": '''
        """pm tally: how many periods have a figure."""

        from __future__ import annotations

        from pmcli.cli.options import Options, takes


        @takes("inputs output format")
        def tally(given: Options) -> None:
            """Count the periods of every series that have a figure.

            Examples:

            pm load prc.csv | pm tally
            """
            from pmcli.steps.tally import tally as step
            from pmcli.tables.contract import TALLY

            with given.stage() as stage:
                arrived = stage.read()
                stage.write(step(arrived.whole()).collect(), TALLY, arrived)
        ''',
    "views/tally/__init__.py": '"""How people see the tally table."""\n',
    "views/tally/table.py": '''
        """The view of `pm tally`: a line a series."""

        from __future__ import annotations

        import polars as pl

        from pmcli.catalogue import Catalogue
        from pmcli.views.blocks import Block, Look
        from pmcli.views.language.forms import Figure


        def blocks(frame: pl.DataFrame, catalogue: Catalogue, _look: Look) -> list[Block]:
            """One block of all series."""
            block = Block("Periods with a figure", {"Measure": "left", "Known": "right", "Part": "right"})
            for row in frame.iter_rows(named=True):
                block.add(catalogue.label(row["measure"]), Figure(row["known"]), Figure(row["part"], "share"))
            return [block]
        ''',
    "views/tally/sentences.py": '''
        """The sentence of a tally."""

        from __future__ import annotations

        from collections.abc import Iterator, Sequence
        from functools import partial

        from pmcli.catalogue import Catalogue
        from pmcli.tables.contract import TALLY
        from pmcli.views.language import words
        from pmcli.views.language.forms import Figure
        from pmcli.views.language.origins import of_rows
        from pmcli.views.language.statement import Row, Said, Sentence, rests


        def statements(rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Said]:
            """A sentence a series."""
            for row in rows:
                text = f"{catalogue.label(row['measure'])}: {words.count(row['known'])} periods have a figure."
                origin = partial(of_rows, TALLY.name, [row])
                yield rests(row, TALLY, Sentence(text, "tallied", None, "tally"), origin, value=Figure(row["known"]))
        ''',
}  # fmt: skip

CONTRACT = '''
TALLY: Final = _table(
    "tally",
    "pm tally",
    KEY,
    """
    known  UInt32   count  How many periods of the series have a figure.
    part   Float64  share  What part that is of all its periods.
    """,
    about=("tally",),
)

TABLES: Final = (
    TALLY,'''

CHANGED = {
    "tables/contract.py": [("\nTABLES: Final = (", CONTRACT)],
    "commands.py": [('        "spc":', '        "tally": "Count the periods that have a figure",\n        "spc":')],
    "views/__init__.py": [
        ("    View(CHECK),\n", "    View(CHECK),\n    View(TALLY),\n"),
        ("    TREND,\n    WAVES,\n", "    TALLY,\n    TREND,\n    WAVES,\n"),
    ],
}
"""File -> what stands there, and what it becomes; the import that a list line needs comes with it."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of pm with one table more."""
    place = tmp_path_factory.mktemp("house")
    shutil.copytree(SOURCE, place / "pmcli", ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in NEW.items():
        path = place / "pmcli" / name
        path.parent.mkdir(exist_ok=True)
        lines = text.strip("\n").splitlines()
        path.write_text("\n".join(line.removeprefix(" " * 8) for line in lines) + "\n", encoding="utf-8")
    for name, changes in CHANGED.items():
        path = place / "pmcli" / name
        text = path.read_text(encoding="utf-8")
        for before, after in changes:
            assert text.count(before) == 1, name
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")
    return place


def run(house: Path, script: str) -> str:
    """What a shell pipeline prints, in which `pm` is the pm of the copy."""
    defined = f'pm() {{ {sys.executable} -m pmcli "$@"; }}\nset -o pipefail\n{script}'
    made = subprocess.run(
        ["bash", "-c", defined], capture_output=True, cwd=SAMPLES, stdin=subprocess.DEVNULL,
        env=environment(PYTHONPATH=str(house)), timeout=120,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr.decode()
    return made.stdout.decode()


LOAD = "pm load iquanta-monthly.csv --map iquanta-monthly"


def test_it_takes_its_own_files_its_contract_and_two_list_lines(house: Path):
    theirs = {path.relative_to(house / "pmcli") for path in (house / "pmcli").rglob("*") if path.is_file()}
    theirs = {path for path in theirs if "__pycache__" not in path.parts}
    new = {str(path) for path in theirs if not (SOURCE / path).exists()}
    touched = {
        str(path) for path in theirs
        if (SOURCE / path).exists() and not filecmp.cmp(SOURCE / path, house / "pmcli" / path, shallow=False)
    }  # fmt: skip
    assert (new, touched) == (set(NEW), set(CHANGED))


def test_it_goes_down_the_pipe_and_is_shown_and_said(house: Path):
    shown = run(house, f"{LOAD} | pm tally | pm show").splitlines()
    assert shown[0] == "Periods with a figure"
    assert "100.0%" in "".join(shown)
    (said,) = run(house, f"{LOAD} | pm tally | pm say burglary --force essex -f json | head -1").splitlines()
    row = json.loads(said)[0]
    assert (row["table"], row["about"], row["sentence"]) == ("tally", "tally", "Burglary: 67 periods have a figure.")
    assert row["value"] == 67


def test_every_other_command_knows_what_it_is(house: Path):
    told = run(house, f"{LOAD} | pm tally | pm compare 2>&1 || true")
    assert "is a tally table (from pm tally); this command reads the observations table" in told
    assert "tally" in run(house, "pm --help")


def test_the_data_dictionary_has_it(house: Path):
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'docs')!r}); import generate; print(generate.data_dictionary())"
    made = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment(PYTHONPATH=str(house)), check=True
    )
    assert "| `known` | UInt32 | count | How many periods of the series have a figure. |" in made.stdout.decode()
