"""CONTRIBUTING.md followed to the letter: every example is written into a copy of pm or of the samples, and run.

A block under a path in code marks is that file; under `diff` it is lines added beside lines that are there; a `console`
block is a command and what it prints (`--refresh-cases` writes that anew). The last example is a whole new result
table, and the tests here hold what it takes: its own files, its contract and two list lines.
"""

from __future__ import annotations

import filecmp
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLES, environment

SOURCE = ROOT / "src" / "pmcli"
PATH = ROOT / "CONTRIBUTING.md"
GUIDE = PATH.read_text(encoding="utf-8")
EXAMPLES = {part.partition("\n")[0]: part for part in re.split(r"^## ", GUIDE, flags=re.MULTILINE)[1:]}
BLOCK = re.compile(r"(?:^`(?P<path>[^`\n]+)`\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class House:
    """A copy of pm, and of the samples beside it, changed as an example says. files: the new ones, as it names them."""

    def __init__(self, place: Path, example: str) -> None:
        self.place, self.work, self.files, self.changed = place, place / "work", set[str](), set[str]()
        shutil.copytree(SOURCE, place / "src" / "pmcli", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(SAMPLES, self.work, ignore=shutil.ignore_patterns("__pycache__", "making", "street", "pack"))
        self.commands: list[tuple[str, str]] = []
        for block in BLOCK.finditer(EXAMPLES[example]):
            self._follow(block["path"], block["kind"], block["text"])

    def _follow(self, path: str | None, kind: str, text: str) -> None:
        if kind == "console":
            command, _, printed = text.removeprefix("$ ").partition("\n")
            self.commands.append((command, printed))
            return
        assert path is not None, text
        file = (self.place if path.startswith("src/") else self.work) / path
        if kind == "diff":
            self.changed.add(path)
            file.write_text(patched(file.read_text(encoding="utf-8"), text), encoding="utf-8")
            return
        assert not (path.startswith("src/") and file.exists()), path
        self.files.add(path)
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def run(self, script: str) -> str:
        """What a shell pipeline prints, in which `pm` is the pm of the copy."""
        defined = f'pm() {{ {sys.executable} -m pmcli "$@"; }}\nset -o pipefail\n{script}'
        made = subprocess.run(
            ["bash", "-c", defined], capture_output=True, cwd=self.work, stdin=subprocess.DEVNULL,
            env=environment(PYTHONPATH=str(self.place / "src")), timeout=120,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr.decode()
        return made.stdout.decode()


def patched(text: str, change: str) -> str:
    """`text` with the lines of `change` that begin with + put in beside those that begin with a space."""
    for hunk in change.split("@@\n"):
        lines = hunk.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line.startswith(" "))
        after = "".join(line[1:] for line in lines)
        assert before, hunk
        assert all(line[0] in "+ " for line in lines), hunk
        assert f"\n{text}".count(f"\n{before}") == 1, hunk
        text = f"\n{text}".replace(f"\n{before}", f"\n{after}")[1:]
    return text


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, House]:
    return {name: House(tmp_path_factory.mktemp("house"), name) for name in EXAMPLES}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_prints_what_it_says(houses: dict[str, House], example: str, request: pytest.FixtureRequest) -> None:
    house = houses[example]
    assert house.commands
    for command, printed in house.commands:
        made = house.run(command)
        if request.config.getoption("--refresh-cases"):
            kept = PATH.read_text(encoding="utf-8")
            PATH.write_text(kept.replace(f"$ {command}\n{printed}```", f"$ {command}\n{made}```"), encoding="utf-8")
        else:
            assert made == printed, command


STEP = "Add a step"
LOAD = "pm load iquanta-monthly.csv --map iquanta-monthly"


def test_a_step_takes_its_own_files_its_contract_and_two_list_lines(houses: dict[str, House]) -> None:
    house = houses[STEP]
    made = house.place / "src" / "pmcli"
    theirs = {path.relative_to(made) for path in made.rglob("*") if path.is_file()}
    theirs = {path for path in theirs if "__pycache__" not in path.parts}
    new = {f"src/pmcli/{path}" for path in theirs if not (SOURCE / path).exists()}
    touched = {
        f"src/pmcli/{path}" for path in theirs
        if (SOURCE / path).exists() and not filecmp.cmp(SOURCE / path, made / path, shallow=False)
    }  # fmt: skip
    assert (new, touched) == (house.files, house.changed)
    assert touched == {f"src/pmcli/{name}" for name in ("tables/contract.py", "commands.py", "views/__init__.py")}


def test_a_new_table_goes_down_the_pipe_and_is_shown_and_said(houses: dict[str, House]) -> None:
    shown = houses[STEP].run(f"{LOAD} | pm tally | pm show").splitlines()
    assert shown[0] == "Periods with a figure"
    assert "100.0%" in "".join(shown)
    (said,) = houses[STEP].run(f"{LOAD} | pm tally | pm say burglary --force essex -f json | head -1").splitlines()
    row = json.loads(said)[0]
    assert (row["table"], row["about"], row["sentence"]) == ("tally", "tally", "Burglary: 67 periods have a figure.")
    assert row["value"] == 67


def test_every_other_command_knows_what_a_new_table_is(houses: dict[str, House]) -> None:
    told = houses[STEP].run(f"{LOAD} | pm tally | pm compare 2>&1 || true")
    assert "is a tally table (from pm tally); this command reads the observations table" in told
    assert "tally" in houses[STEP].run("pm --help")


def test_the_data_dictionary_has_a_new_table(houses: dict[str, House]) -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'docs')!r}); import generate; print(generate.data_dictionary())"
    made = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True,
        env=environment(PYTHONPATH=str(houses[STEP].place / "src")),
    )  # fmt: skip
    assert "| `known` | UInt32 | count | How many periods of the series have a figure. |" in made.stdout.decode()
