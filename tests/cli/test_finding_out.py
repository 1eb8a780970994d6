"""Finding things out: the commands in groups, help, guides, and completion of values."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import tomllib

import numpy as np
import pytest

from pmcli.catalogue import Catalogue
from pmcli.cli.values import LAYOUT_NAMES
from pmcli.commands import COMMANDS, GROUPS, SUMMARIES, overview
from pmcli.stats.counts import two_count_test
from pmcli.views.language.told import told as all_about
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
    assert included == {
        f"docs/{path.name}": f"pmcli/guides/{path.name}"
        for path in (ROOT / "docs").glob("*.md")
        if path.stem != "index"
    }


def test_docs_lists_the_guides_and_prints_one_as_it_is_written():
    listed = dict(line.split(maxsplit=1) for line in fine(pm("docs")).decode().splitlines())
    assert listed.keys() == {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"}  # the site's own
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
    if offered == "_files":  # zsh: nothing of pm's, so the names of files
        return []
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
        (["compare", "burg"], ["burglary"]),
        (["measures", "hom"], ["homicide"]),
        (["events", "knife-c"], ["knife-crime"]),
        (["trend", "burglary", "--force", "esse"], ["essex"]),
        (["forces", "north-y"], ["north-yorkshire"]),
        (["rank", "--group", "serious"], ["serious-violence"]),
        (["load", "x.csv", "--map", "iquanta"], ["iquanta-monthly"]),
        (["mappings", "met"], ["metropolitan-boroughs"]),
        (["load", "x.csv", "--as", "home"], ["home-office", "home-office-years"]),
        (["trend", "--method", "s"], ["seasonal-mann-kendall"]),
        (["rank", "--average", "p"], ["pooled"]),
        (["outliers", "--sd", ""], ["sample", "population"]),
        (["compare", "--test", "e"], ["exact"]),
        (["compare", "--against", "p"], ["previous-year", "peers"]),
        (["waves", "--adjust", "h"], ["holm"]),
        (["compare", "--without", "essex"], ["essex-lorry-deaths-2019"]),
        (["show", "-f", "nd"], ["ndjson"]),
        (["compare", "--wid"], ["--wide"]),
        (["compare", "nothing-like-it"], []),
    ],
    ids=lambda words: " ".join(words),
)
def test_names_are_completed(words, offered, shell):
    assert completed(*words, shell=shell) == offered


def test_the_layouts_offered_are_those_there_are():
    from pmcli.sources import LAYOUTS

    assert tuple(LAYOUTS) == LAYOUT_NAMES


def test_a_project_s_own_measures_are_offered_and_a_broken_pm_toml_is_no_trouble(tmp_path):
    (tmp_path / "mine.toml").write_text('[antisocial-parking]\nlabel = "Parking"\n')
    (tmp_path / "pm.toml").write_text('measures = "mine.toml"\n')
    asked = {"_PM_COMPLETE": "complete_bash", "COMP_CWORD": "2"}
    offered = fine(pm(cwd=tmp_path, COMP_WORDS="pm trend antisocial-p", **asked)).decode().split()
    assert offered == ["antisocial-parking"]
    (tmp_path / "pm.toml").write_text("measures = [")
    assert fine(pm(cwd=tmp_path, COMP_WORDS="pm trend burg", **asked)).decode().split() == ["burglary"]


@pytest.mark.parametrize("words", ["pm compare burg", "pm load x --map iq", "pm trend x --force es", "pm compare --wi"])
def test_completion_imports_nothing_heavy_and_one_command(words):
    code = f"import sys; sys.argv = ['pm']\nfrom pmcli.cli import main\ntry: main()\nexcept SystemExit: pass\n{SAY}"
    asked = {"_PM_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    made = f"{code}\nprint(sum(name.endswith('_command') for name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", made], capture_output=True, check=True, env=environment(**asked))
    *_, packages, commands = run.stdout.decode().splitlines()
    assert set(packages.split()) & HEAVY == set()
    assert commands == "1"


def test_the_script_that_a_shell_installs_is_of_pm():
    for shell, word in (("bash", "complete -o default -F"), ("zsh", "#compdef pm"), ("fish", "complete --command pm")):
        assert word in fine(pm(_PM_COMPLETE=f"source_{shell}")).decode()


def test_bash_itself_completes_with_the_script(tmp_path):
    """The script in a real bash: the function it defines fills COMPREPLY."""
    (tmp_path / "pm").write_text(f'#!/bin/sh\nexec {sys.executable} -m pmcli "$@"\n')
    (tmp_path / "pm").chmod(0o755)
    script = fine(pm(_PM_COMPLETE="source_bash")).decode()
    name = script.partition("()")[0].split()[-1]
    tried = f'{script}\nCOMP_WORDS=(pm compare --force esse); COMP_CWORD=3; {name} pm; echo "${{COMPREPLY[*]}}"'
    path = f"{tmp_path}:{os.environ['PATH']}"
    run = subprocess.run(["bash", "-c", tried], capture_output=True, check=True, env=environment(PATH=path))
    assert run.stdout.decode().split() == ["essex"]


# ------------------------------------------------------------------------------------------- measures, forces, events
def told(*words: str) -> dict[str, str]:
    return dict(row.values() for row in json.loads(fine(pm(*words, "-f", "json"))))


def test_all_about_a_measure():
    found = told("measures", "burglary")
    assert found["Label"] == "Burglary"
    assert found["From street"] == "crime_type = 'Burglary'"
    assert found["Dispersion"].startswith("4.11: ")
    assert "at least 2 of 3" in found["Rule neighbourhood-crime"]
    assert "counting-rules-burglary-2023" in found["Change 2023-04-01"]
    for measure in Catalogue().measures.values():
        lines = dict(all_about(measure, Catalogue()))
        assert lines["Measure"] == measure.id
        assert [line for line in lines if line.startswith("From ")] == [f"From {name}" for name in measure.where]
        assert ("Dispersion" in lines) == (measure.kind == "count")


def test_what_a_dispersion_tells_apart_is_what_the_test_does():
    """The two counts named are the nearest that `pm compare` itself calls changed."""
    found = re.search(r"from ([\d,]+) or fewer and from ([\d,]+) or more", told("measures", "burglary")["Dispersion"])
    assert found is not None
    below, above = (int(number.replace(",", "")) for number in found.groups())
    p = two_count_test(np.array([below, below + 1, above - 1, above]), np.full(4, 1000.0), 4.11)
    assert (p < 0.05).tolist() == [True, False, False, True]


def test_a_measure_is_told_or_listed_not_both():
    assert "are of the list" in complaint(pm("measures", "burglary", "--appendix"), "measures", 2)
    assert "Did you mean burglary?" in complaint(pm("measures", "burglry"), "measures", 2)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("devon", ["devon-and-cornwall"]),
        ("DEVON & CORNWALL", ["devon-and-cornwall"]),
        ("E23000028", ["essex"]),
        ("yorkshire", ["north-yorkshire", "south-yorkshire", "west-yorkshire"]),
    ],
)
def test_forces_are_searched_by_name_id_and_code(text, ids):
    rows = json.loads(fine(pm("forces", text, "-f", "json")))
    assert sorted(row["id"] for row in rows) == ids


def test_a_search_that_finds_no_force_says_so():
    assert "no force has 'esex' in its name" in complaint(pm("forces", "esex"), "forces", 2)


def test_events_of_a_measure_are_those_that_touch_it():
    known = Catalogue().events
    rows = json.loads(fine(pm("events", "knife-crime", "--force", "essex", "-f", "json")))
    assert {row["id"] for row in rows} == {name for name, one in known.items() if one.touches("knife-crime", "essex")}
    homicides = json.loads(fine(pm("events", "homicide", "-f", "json")))
    of_kent = json.loads(fine(pm("events", "homicide", "--force", "kent", "-f", "json")))
    assert {row["id"] for row in homicides} > {row["id"] for row in of_kent}
