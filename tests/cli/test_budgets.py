"""What may be imported before a command runs, and what a plain install must do without."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pmcli.cli import COMMANDS
from tests.conftest import ROOT, environment

SOURCE = ROOT / "src" / "pmcli"
HEAVY = {"polars", "numpy", "fastexcel", "rich", "pydantic", "scipy", "pyarrow", "pandas", "hypothesis", "pytest"} | {
    "resvg_py", "fontpkg_arimo", "plotext", "jinja2", "xlsxwriter"
}  # fmt: skip
SAY = "import sys; print(' '.join(sorted({name.partition('.')[0] for name in sys.modules})))"


def imported(code: str) -> set[str]:
    """The top-level packages that a Python process has imported after `code`."""
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\n{SAY}"], capture_output=True, check=True, env=environment(), cwd=ROOT
    )
    return set(run.stdout.decode().splitlines()[-1].split())


def main_with(*arguments: str) -> str:
    return (
        f"import sys; sys.argv = ['pm', *{list(arguments)}]\n"
        "from pmcli.cli import main\n"
        "try: main()\n"
        "except SystemExit as left: assert not left.code, left.code"
    )


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["outliers", "--help"], ["load", "--help"]])
def test_version_and_help_import_nothing_heavy(arguments):
    found = imported(main_with(*arguments))
    assert "pmcli" in found
    assert found & HEAVY == set()


def test_no_command_module_imports_anything_heavy_before_it_runs():
    every = "".join(f"import pmcli.cli.{name}_command\n" for name in COMMANDS)
    assert imported(every) & HEAVY == set()


def test_the_command_that_is_called_is_the_only_one_imported():
    code = main_with("rank", "--help") + "\nimport sys\nprint(*[n for n in sys.modules if n.endswith('_command')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment())
    assert run.stdout.decode().split()[-1] == "pmcli.cli.rank_command"
    assert run.stdout.decode().count("_command") == 1


def test_the_library_costs_next_to_nothing_until_it_is_used():
    assert imported("import pmcli") & HEAVY == set()
    assert imported("import pmcli; pmcli.Catalogue()") & HEAVY == set()
    assert imported("import pmcli; pmcli.rolling") & HEAVY == {"polars"}


def test_a_pipe_stage_does_not_import_what_only_people_need(essex, tmp_path):
    (tmp_path / "x.parquet").write_bytes(essex)
    code = main_with("rolling", "-i", str(tmp_path / "x.parquet"), "-o", str(tmp_path / "y.parquet"))
    found = imported(code)
    assert "polars" in found
    assert found & {"rich", "numpy", "fastexcel", "pydantic"} == set()


@pytest.mark.parametrize(
    "words",
    [
        "compare", "rank", "outliers", "rolling", "load street", "load home-office-quarters.csv", "load calls-999.csv",
        "load smsr-survey.csv --map smsr-survey",
    ],
)  # fmt: skip
def test_what_tests_a_few_pairs_or_counts_rows_does_without_numpy(words, tmp_path):
    """numpy costs a third of what importing Polars does; nothing that these commands say needs it."""
    arguments = [*words.split(), "-o", str(tmp_path / "x.parquet")]
    found = imported(f"import os; os.chdir({str(ROOT / 'samples')!r})\n" + main_with(*arguments))
    assert "polars" in found
    assert found & {"rich", "numpy", "fastexcel", "pydantic", "xlsxwriter", "sqlglot"} == set()


def test_a_load_imports_the_readers_of_its_own_layout_only(tmp_path):
    readers = {
        "street": "pmcli.sources.street.read",
        "home-office-quarters.csv": "pmcli.sources.home_office.quarters",
        "calls-999.csv": "pmcli.sources.calls.read",
        "ons-police-force-areas.xlsx": "pmcli.sources.ons.offences",
    }
    for extract, own in readers.items():
        code = main_with("load", str(ROOT / "samples" / extract), "-o", str(tmp_path / "x.parquet"))
        code += "\nimport sys\nprint(*[name for name in sys.modules if name.startswith('pmcli.sources.')])"
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment())
        have = set(run.stdout.decode().split())
        others = {*readers.values(), "pmcli.sources.counts.read", "pmcli.sources.survey.read"} - {own}
        assert own in have
        assert have & (others | {"pmcli.sources.records.scan", "pmcli.sources.records.mapping"}) == set()


# ---------------------------------------------------------------------------------------------- reading the source
def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def imports(nodes: list[ast.stmt], *, inside: bool) -> Iterator[str]:
    """The packages that statements import; `inside` functions too. Nothing under `if TYPE_CHECKING`."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from imports(node.orelse, inside=inside)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not inside:
            continue
        else:
            for name in ("body", "orelse", "finalbody", "handlers"):
                yield from imports(getattr(node, name, []), inside=inside)


def parsed(path: Path) -> list[ast.stmt]:
    return ast.parse(path.read_text(encoding="utf-8")).body


def test_the_source_imports_what_a_plain_install_brings_and_nothing_else():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[<>=!~\[ ]", line)[0] for line in project["dependencies"]}
    declared = {name.removesuffix("-py").replace("-", "_") for name in declared}
    report = {re.split(r"[<>=!~\[ ]", line)[0] for line in project["optional-dependencies"]["report"]}
    report = {name.removesuffix("-python").removeprefix("python-").replace("-", "_") for name in report}
    report |= {"markupsafe"}  # jinja2 brings it
    used = {name for path in modules() for name in imports(parsed(path), inside=True)}
    used -= {*sys.stdlib_module_names, "pmcli"}
    audit = {re.split(r"[<>=!~\[ ]", line)[0] for line in project["optional-dependencies"]["audit"]}
    audit = {name.removeprefix("python-") for name in audit} - report | {"pdfminer"}  # pdfplumber brings it
    warehouse = {"ibis", "sqlglot"}  # Ibis brings sqlglot
    assert declared <= used <= declared | report | audit | warehouse
    asking = {
        str(path.relative_to(SOURCE)) for path in modules() if warehouse & set(imports(parsed(path), inside=True))
    }
    assert all(name.startswith("sources/warehouse/") for name in asking), asking
    reading = {str(path.relative_to(SOURCE)) for path in modules() if audit & set(imports(parsed(path), inside=True))}
    assert all(name.startswith("audit/readers/") for name in reading), reading
    drawing = {str(path.relative_to(SOURCE)) for path in modules() if report & set(imports(parsed(path), inside=True))}
    assert all(name.startswith(("drawing/", "pack/", "audit/page", "audit/readers/")) for name in drawing), drawing


def test_rich_is_imported_only_where_people_are_shown_something():
    users = {str(path.relative_to(SOURCE)) for path in modules() if "rich" in set(imports(parsed(path), inside=True))}
    assert users == {"views/console.py"}
