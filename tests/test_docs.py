"""The documents cannot drift: the generated ones are what generate.py makes, every example runs, and what README.md
shows as a command's output is what the command prints.
"""

from __future__ import annotations

import gzip
import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from pmcli.cli import COMMANDS
from pmcli.sources.mapping import HERE as MAPPINGS
from pmcli.tables import FORMS, TABLES
from tests.audit import documents
from tests.audit.documents import example
from tests.conftest import ROOT, SAMPLES, environment, pm, shell

DOCS = ROOT / "docs"
README = ROOT / "README.md"


def generator() -> ModuleType:
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE = generator()
APP = GENERATE.command_line()


def blocks(path: Path, language: str) -> list[str]:
    """The fenced blocks of a Markdown file in one language ("" for those that name none)."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [text for name, text in found if name == language]


# ------------------------------------------------------------------------------------------------------- generated
@pytest.mark.parametrize("name", ["api.md", "commands.md", "data-dictionary.md"])
def test_a_generated_document_is_what_the_generator_makes(name):
    kept = (DOCS / name).read_bytes()
    assert kept.decode() == GENERATE.documents()[name], "run `make docs`"


@pytest.mark.parametrize("name", GENERATE.PICTURES)
def test_a_picture_is_what_the_command_draws_now(name):
    assert (DOCS / name).read_bytes() == GENERATE.picture(GENERATE.PICTURES[name]), "run `make docs`"


def test_every_column_says_what_it_means_and_every_form_is_one_that_a_column_has():
    columns = [column for table in TABLES for column in table.columns.values()]
    assert all(len(column.meaning) > 15 and column.meaning.endswith(".") for column in columns)
    assert {column.form for column in columns} == set(FORMS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_an_example_and_a_section(command):
    text = APP.commands[command].help
    assert len(GENERATE.first_sentence(text)) > 30
    shown = GENERATE.examples(text)
    assert shown
    assert any(re.search(rf"\bpm {command}\b", line) for line in shown)
    assert f"\n## pm {command}\n" in (DOCS / "commands.md").read_text(encoding="utf-8")
    for parameter in APP.commands[command].params:
        assert parameter.help, f"{command}: {parameter.name} has no help"


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_is_printed(command):
    result = pm(command, "--help")
    assert (result.returncode, result.stderr) == (0, b"")
    said = "".join(result.stdout.decode().split())  # lines are broken at hyphens too
    for text in (f"Usage: pm {command}", GENERATE.first_sentence(APP.commands[command].help), "Examples:"):
        assert text.replace(" ", "") in said


def test_the_listing_of_commands_is_in_the_order_of_the_table():
    listed = re.findall(r"^  (\w+)  +\w", pm("--help").stdout.decode().partition("Commands:")[2], flags=re.MULTILINE)
    assert tuple(listed) == COMMANDS


# -------------------------------------------------------------------------------------------- examples: they parse
def stages(line: str) -> list[list[str]]:
    """The pm commands of a shell line, in words, comments and other programs left out."""
    parser = shlex.shlex(line, posix=True, punctuation_chars="|;&<>")
    parser.whitespace_split = True
    parser.commenters = "#"
    found: list[list[str]] = [[]]
    for word in parser:
        if word in {"|", ";", "&&", "||"}:
            found.append([])
        elif word in {"<", ">", ">>"} or (found[-1] and found[-1][-1] in {"<", ">"}):
            continue
        else:
            found[-1].append(word)
    return [stage for stage in found if stage and stage[0] == "pm"]


def documented() -> list[tuple[str, str]]:
    """(where, line) for every line with a pm command in the documents."""
    lines = []
    for path in [README, *sorted(DOCS.glob("*.md")), SAMPLES / "README.md"]:
        for language in ("", "sh", "console"):
            for text in blocks(path, language):
                for line in text.splitlines():
                    stripped = line.removeprefix("$ ").strip()
                    if language == "console" and not line.startswith("$ "):
                        continue  # what a command prints
                    if stripped.startswith("pm ") and "[OPTIONS]" not in stripped:
                        lines.append((path.name, stripped))
    return lines


def parameters(command: Any) -> dict[str, Any]:
    """option -> its parameter."""
    return {name: p for p in command.params for name in [*p.opts, *p.secondary_opts] if name.startswith("-")}


@pytest.mark.parametrize(("where", "line"), sorted(set(documented())))
def test_every_option_in_a_document_exists(where, line):
    found = stages(line)
    assert found
    for _, *words in found:
        if not words or words[0].startswith("-"):
            assert words in (["--help"], ["--version"], ["-h"])
            continue
        assert words[0] in APP.commands, f"{where}: there is no command {words[0]}"
        known = parameters(APP.commands[words[0]])
        for word in words[1:]:
            if word.startswith("-") and word != "-":
                assert word.partition("=")[0] in {*known, "--help", "-h"}, f"{where}: pm {words[0]} has no {word}"


# ---------------------------------------------------------------------------------------------- examples: they run
def in_help() -> list[str]:
    """Every example of every command's help."""
    return [line for command in COMMANDS for line in GENERATE.examples(APP.commands[command].help)]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file under every name that the examples use."""
    folder = tmp_path_factory.mktemp("workplace")
    quarters = SAMPLES / "home-office-quarters.csv"
    shutil.copy(SAMPLES / "smsr-survey.csv", folder / "survey.csv")
    for name in ("prc.csv", "prc-pfa.csv"):
        shutil.copy(quarters, folder / name)
    (folder / "prc-pfa.csv.gz").write_bytes(gzip.compress(quarters.read_bytes(), mtime=0))
    shutil.copy(SAMPLES / "iquanta-monthly.csv", folder / "totals.csv")
    shutil.copy(SAMPLES / "calls-999.csv", folder / "calls-999.csv")
    shutil.copy(SAMPLES / "athena-records.csv", folder / "crimes.csv")
    shutil.copy(MAPPINGS / "athena-records.toml", folder / "athena.toml")
    shutil.make_archive(str(folder / "archive"), "zip", SAMPLES / "street")
    (folder / "peers.csv").write_text("force,peer\nessex,kent\nessex,hampshire\n")
    pack = example()
    (folder / "pack.pdf").write_bytes(documents.pdf(pack))
    (folder / "pack.docx").write_bytes(documents.docx(pack))
    made = shell(
        "pm load prc.csv -o observations.parquet && cp observations.parquet observations-2023-04.parquet && "
        "pm load survey.csv --map smsr-survey -o survey.parquet && "
        "pm outliers --force essex -i observations.parquet -o outliers.parquet && "
        "pm load crimes.csv --map athena.toml --by weapon -o records.parquet && "
        "pm pack --force essex --to 2023-06 -i observations.parquet -o essex-2023-06.md",
        cwd=folder,
    )
    assert made.returncode == 0
    with duckdb.connect(folder / "crimes.db") as warehouse:
        warehouse.execute(f"CREATE TABLE crimes AS FROM read_csv('{folder}/crimes.csv', all_varchar = true)")
        query = shell("pm sql --map athena-records --table crimes", cwd=folder).stdout.decode()
        warehouse.sql(query).write_csv(str(folder / "counts.csv"))
    return folder


@pytest.mark.parametrize("line", in_help())
def test_every_example_in_the_help_runs(line, workplace, tmp_path):
    for path in workplace.iterdir():
        shutil.copy(path, tmp_path / path.name)  # no link: what one example writes is not there for the next
    command = line.replace("| less", "| cat").replace("prc.ods", "prc.csv")
    command = command.replace("pdftotext -layout pack.pdf -", "echo text")
    result = shell(command, cwd=tmp_path)
    said = result.stderr.decode()
    assert result.returncode in ({0, 1} if re.search("pm (audit|diff)", line) else {0}), said  # 1: they have an answer
    assert "Traceback" not in said
    written = [word for stage in stages(command) for option, word in pairwise(stage) if option == "-o"]
    assert result.stdout or written or command == "pm init"
    for name in written:
        assert (tmp_path / name).stat().st_size > 0


# ------------------------------------------------------------------------------------------- what README.md shows
def shown() -> list[tuple[str, str]]:
    """(command, output) for every `$ pm …` of README.md's console blocks; a line that ends in \\ goes on."""
    pairs = []
    for text in blocks(README, "console"):
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, output = re.sub(r"\\\n\s*", "", part).partition("\n")
            if command.startswith("pm "):
                pairs.append((command, output))
    return pairs


@pytest.mark.parametrize(("command", "output"), shown())
def test_readme_shows_what_pm_prints(command, output):
    result = shell(f"{{ {command}\n}} 2>&1", cwd=SAMPLES)
    assert result.stdout.decode().strip("\n") == output.strip("\n")


@pytest.mark.parametrize("code", blocks(README, "python"))
def test_readme_s_python_runs(code, tmp_path):
    work = shutil.copytree(SAMPLES, tmp_path / "samples")  # it writes a picture
    run = subprocess.run([sys.executable, "-c", code], cwd=work, env=environment(), capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()


def test_links_between_the_documents_lead_somewhere():
    for path in [README, *DOCS.glob("*.md"), SAMPLES / "README.md"]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
