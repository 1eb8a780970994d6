"""Finding things out: the commands in groups, help, guides, and completion of values."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import tomllib

import pytest

from pmcli.cli.values import LAYOUT_NAMES
from pmcli.commands import COMMANDS, GROUPS, SUMMARIES, overview
from tests.conftest import PM, ROOT, SAMPLES, environment, pm

from .conftest import complaint, fine
from .test_budgets import HEAVY, SAY


# ---------------------------------------------------------------------------------------------- the commands in groups
def test_pm_by_itself_shows_every_command_in_its_group_with_a_whole_summary():
    said = fine(pm()).decode()
    assert said == fine(pm("--help")).decode() == fine(pm("-h")).decode() == fine(pm("help")).decode() == overview()
    place = said.index("\nCommands:\n")
    for group, commands in GROUPS.items():
        assert said.index(f"\n{group}:\n") > place
        for name, summary in commands.items():
            place = said.index(f"\n  {name} ", place)
            assert said[place + 1 :].partition("\n")[0].endswith(f"  {summary}")
    assert tuple(SUMMARIES) == COMMANDS == tuple(name for group in GROUPS.values() for name in group)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_summary_is_a_phrase_of_at_most_60_characters(name):
    summary = SUMMARIES[name]
    assert 20 < len(summary) <= 60
    assert summary[0].isupper()
    assert summary[-1] not in ".…"


def test_the_overview_fits_a_terminal_and_needs_no_command_line_library():
    assert max(map(len, overview().splitlines())) <= 100
    code = f"import sys; from pmcli.commands import overview; overview(); {SAY.removeprefix('import sys; ')}"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment())
    assert not {"typer", "click", *HEAVY} & set(run.stdout.decode().split())


@pytest.mark.parametrize("name", COMMANDS)
def test_pm_help_is_the_help_of_the_command(name):
    assert fine(pm("help", name)) == fine(pm(name, "--help"))


def test_help_for_what_is_no_command_names_one():
    assert "Did you mean compare?" in complaint(pm("help", "compar"), "help", 2)


# -------------------------------------------------------------------------------------------------------- the guides
def test_the_wheel_brings_every_guide():
    given = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = given["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {f"docs/{path.name}": f"pmcli/guides/{path.name}" for path in (ROOT / "docs").glob("*.md")}


def test_docs_lists_the_guides_and_prints_one_as_it_is_written():
    listed = dict(line.split(maxsplit=1) for line in fine(pm("docs")).decode().splitlines())
    assert listed.keys() == {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert listed["methods"] == "Methods"
    assert fine(pm("docs", "methods")) == (ROOT / "docs" / "methods.md").read_bytes()
    assert fine(pm("docs", "methods.md")) == fine(pm("docs", "methods"))
    assert "Did you mean methods?" in complaint(pm("docs", "method"), "docs", 2)


def test_a_guide_on_a_terminal_is_set_for_reading():
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*PM, "docs", "packs"], stdin=slave, stdout=slave, stderr=slave, env=environment(PAGER="", COLUMNS="80")
    )
    os.close(slave)
    drawn = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        drawn += part
        if not part:
            break
    os.close(master)
    assert process.wait(timeout=60) == 0
    text = drawn.decode()
    assert "\x1b[" in text  # headings stand out
    assert "# Packs" not in text
    assert "Packs" in text


# ------------------------------------------------------------------------------------------------------- completion
def completed(*words: str, shell: str = "bash") -> list[str]:
    """What a shell that runs pm's completion is offered for the last of the words."""
    more = {"_PM_COMPLETE": f"complete_{shell}"}
    if shell == "bash":
        more |= {"COMP_WORDS": " ".join(["pm", *words]), "COMP_CWORD": str(len(words))}
    else:
        more |= {"_TYPER_COMPLETE_ARGS": " ".join(["pm", *words]), "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    offered = fine(pm(cwd=SAMPLES, **more)).decode().strip()
    if shell == "zsh":
        inside = offered.removeprefix("_arguments '*: :((").removesuffix("))'")
        return [line.partition(":")[0].strip('"') for line in inside.splitlines()]
    return [line.partition("\t")[0] for line in offered.splitlines()]


EVERY_SHELL = pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])


@EVERY_SHELL
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["comp"], ["compare"]),
        (["help", "ou"], ["outliers"]),
        (["docs", "map"], ["mappings"]),
    ],
)
def test_names_are_completed(words, offered, shell):
    assert completed(*words, shell=shell) == offered


def test_the_layouts_offered_are_those_there_are():
    from pmcli.sources import LAYOUTS

    assert tuple(LAYOUTS) == LAYOUT_NAMES
