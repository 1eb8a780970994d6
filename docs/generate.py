"""Write the parts of docs/ that are made from the code: api.md from the docstrings of the library, commands.md from the
command line itself, data-dictionary.md from the table contract, the pictures of README.md by `pm plot`. `make docs`
runs it; a test fails when the committed files differ.
"""

from __future__ import annotations

import inspect
import io
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent


def documents() -> dict[str, str]:
    """File name in docs/ -> what it has to hold."""
    return {"api.md": api(), "commands.md": commands(), "data-dictionary.md": data_dictionary()}


def main() -> None:
    """Write every generated document and picture."""
    for name, text in documents().items():
        (HERE / name).write_text(text, encoding="utf-8")
    for name, command in PICTURES.items():
        (HERE / name).write_bytes(picture(command))
    for name, command in SCREENS.items():
        (HERE / name).write_text(screen(command), encoding="utf-8")


PICTURES = {"pictures/burglary.svg": ["plot", "burglary"], "pictures/vehicle-crime.svg": ["rank", "vehicle-crime"]}
"""Picture of README.md -> the command that draws it, run in samples/."""


def picture(arguments: list[str]) -> bytes:
    """The SVG that a command draws in samples/; a table is piped into `pm plot`."""
    pm = [sys.executable, "-m", "pmcli"]
    given: Any = {
        "cwd": HERE.parent / "samples",
        "stdout": subprocess.PIPE,
        "stderr": subprocess.DEVNULL,
        "check": True,
    }
    made = subprocess.run([*pm, *arguments], stdin=subprocess.DEVNULL, **given).stdout
    if arguments[0] != "plot":
        made = subprocess.run([*pm, "plot", "-f", "svg"], input=made, **given).stdout
    return bytes(made)


SCREENS = {
    "pictures/terminal-outliers.svg": ["outliers", "violence-with-injury"],
    "pictures/terminal-why.svg": ["why", "burglary", "--to", "2023-07"],
}
"""Picture of the guides -> the command whose terminal it shows, run in samples/."""


def screen(arguments: list[str]) -> str:
    """A terminal with a command and what it prints, as SVG that loads no font from elsewhere."""
    from rich._export_format import CONSOLE_SVG_FORMAT
    from rich.console import Console
    from rich.text import Text

    printed = subprocess.run(
        [sys.executable, "-m", "pmcli", *arguments, "-f", "table"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, cwd=HERE.parent / "samples", check=True,
    ).stdout.decode()  # fmt: skip
    shown = printed.splitlines()[:24]
    console = Console(record=True, width=96, file=io.StringIO())
    console.print(Text(f"$ pm {' '.join(arguments)}", style="bold"))
    for line in shown:
        console.print(Text(line), soft_wrap=False)
    plain = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    return console.export_svg(title="pm", code_format=plain, unique_id="pm") + "\n"


# --------------------------------------------------------------------------------------------------- data dictionary
def data_dictionary() -> str:
    """Every table of the contract with its columns, and the forms that figures have."""
    from pmcli.tables import FORMS, KEY, TABLES

    parts = [
        "# Data dictionary",
        "",
        "<!-- Made by docs/generate.py (`make docs`) from src/pmcli/tables/contract.py; change it there. -->",
        "",
        "The tables that pm's commands read and write, with their columns in order. A file is Parquet with exactly",
        "these columns, and says for itself which table it is. A null is a figure that is not known, never a zero.",
        "",
        "## Forms",
        "",
        "How a column is read: pm's tables for people, its sentences and its workbook write it so.",
        "",
        "| form | how it is read |",
        "|---|---|",
        *(f"| {form} | {meaning} |" for form, meaning in FORMS.items()),
        "",
        "## Key columns",
        "",
        "Every table of figures begins with these; in `observations` they are the key, and a key that comes twice is",
        "an error. The `audit` table is about a document: of these it has `measure` and `area`, empty where not known.",
        "",
        *_rows(TABLES[0], KEY),
    ]
    for table in TABLES:
        more = [f"`{name}`" for name in table.key if name not in KEY]
        begins = "the key columns and " if "source" in table.key else ""
        keyed = f", keyed by {begins}{' and '.join(more)}" if more else ""
        parts += ["", f"## {table.name}", "", f"Made by `{table.made_by}`{keyed}.", "", *_rows(table, table.own)]
    parts += [
        "",
        "## What travels beside the rows",
        "",
        "Parquet key-value metadata under two keys, described in [methods.md](methods.md):",
        "",
        "| key | what |",
        "|---|---|",
        "| `pm` | the history as JSON: per stage the command line, the version, inputs with their SHA-256, notes |",
        "| `pm.periods` | the shorter rows that rolled totals were made of, as Parquet in base 64 |",
    ]
    return "\n".join(parts) + "\n"


def _rows(table: Any, names: Iterable[str]) -> list[str]:
    columns = [(f"`{name}`", table.columns[name]) for name in names]
    lines = [f"| {name} | {column.dtype} | {column.form} | {column.meaning} |" for name, column in columns]
    return ["| column | dtype | form | meaning |", "|---|---|---|---|", *lines]


# -------------------------------------------------------------------------------------------------------------- api
API: Final = {
    "Load, draw, show, say": ("load", "show", "plot", "say", "diff", "check"),
    "Analyse": (
        "rolling", "compare", "rank", "funnel", "outliers", "sensitivity", "trend", "ahead", "spc", "breakdown",
        "waves", "dispersion", "without",
    ),
    "What an analysis is told": ("Catalogue", "Conventions", "Population", "Chart", "read_population", "read_peers"),
    "What it may say besides": ("PmError", "PmNote"),
}  # fmt: skip
"""Heading -> the public names under it."""


def api() -> str:
    """The library: every public name with its signature and docstring."""
    import pmcli

    rest = sorted(set(pmcli.__all__) - {name for names in API.values() for name in names} - {"__version__"})
    groups = {**API, **({"Others": tuple(rest)} if rest else {})}
    parts = [
        "# The library",
        "",
        "<!-- Made by docs/generate.py (`make docs`) from the docstrings of pmcli; change them there. -->",
        "",
        "`import pmcli` costs next to nothing: what stands here is loaded when it is first used. Every analysis takes",
        "the `observations` table (a Polars LazyFrame or DataFrame) and gives the table that its command writes",
        "([data-dictionary.md](data-dictionary.md)). `measures` and `areas` are ids or names, `to` and `baseline` days",
        "or months as text (`Month` is `date | str`). [notebook.md](notebook.md) shows it at work.",
    ]
    for title, names in groups.items():
        parts += ["", f"## {title}"]
        for name in names:
            parts += ["", *_described(name, getattr(pmcli, name))]
    return "\n".join(parts) + "\n"


def _described(name: str, what: Any) -> list[str]:
    """A function or class: its heading, its signature, its docstring."""
    text = inspect.cleandoc(what.__doc__ or "")
    try:
        shown = _signature(name, inspect.signature(what))
    except ValueError:  # a class of exceptions that adds nothing to its base
        shown = name
    return [f"### pmcli.{name}", "", "```text", shown, "```", "", text]


def _signature(name: str, of: inspect.Signature) -> str:
    """The signature over several lines, one parameter a line; what is not public is left out."""
    kept = [one for key, one in of.parameters.items() if not key.startswith("_")]
    words = []
    for one in kept:
        if one.kind is one.KEYWORD_ONLY and "*" not in words:
            words.append("*")
        kind = "" if one.annotation is one.empty else f": {str(one.annotation).strip(chr(39))}"
        default = "" if one.default is one.empty else " = …" if "<" in repr(one.default) else f" = {one.default!r}"
        words.append(f"{one.name}{kind}{default}")
    back = str(of.return_annotation).strip("'")
    gives = "" if of.return_annotation is of.empty or back == "None" else f" -> {back}"
    line = f"{name}({', '.join(words)}){gives}"
    return line if len(line) <= 100 else "\n".join([f"{name}(", *(f"    {word}," for word in words), f"){gives}"])


# --------------------------------------------------------------------------------------------------------- commands
def command_line() -> Any:
    """The whole command line as typer builds it, every subcommand included."""
    import typer

    from pmcli import cli

    given, sys.argv = sys.argv, ["pm"]  # `build` imports all commands only when none is asked for
    try:
        return typer.main.get_command(cli.build())
    finally:
        sys.argv = given


def commands() -> str:
    """Every command with its options, defaults and examples, from the command line itself."""
    app = command_line()
    parts = [
        "# Commands",
        "",
        "<!-- Made by docs/generate.py (`make docs`) from the command line itself; change the help there. -->",
        "",
        "A command reads a table (files given with `-i`, else standard input, else the `data` of `pm.toml`) and writes",
        "one: a table for people on a terminal, Parquet to a pipe or file, or what `-f` and the suffix of `-o` say.",
        "A CSV file that `-o` writes is for people: text that begins with `=`, `+`, `-`, `@`, a tab or a carriage",
        "return gets an apostrophe before it, so that a spreadsheet shows it and does not run it as a formula;",
        "`--no-safe` writes it as it is. CSV on standard output (`-f csv`) is for programs, and holds every text as",
        "it is unless `--safe` is given: do not open that in a spreadsheet when names in it come from others.",
        "`pm load` takes the apostrophe off again from observations that pm wrote. Figures and dates are left alone.",
        "Notes and errors go to standard error. Exit codes: 0 good, 1 trouble with the data or the run, 2 usage.",
        "Of `pm diff` 0 says that nothing differs, 1 that something does, and 2 is any trouble.",
        "",
        "| command | what it does |",
        "|---|---|",
        *(f"| [`pm {name}`](#pm-{name}) | {first_sentence(command.help)} |" for name, command in app.commands.items()),
    ]
    for name, command in app.commands.items():
        parts += ["", *_section(name, command)]
    return "\n".join(parts) + "\n"


def first_sentence(text: str) -> str:
    """The first paragraph of a help text, on one line."""
    return " ".join(text.split("\n\n")[0].split())


def examples(text: str) -> list[str]:
    """The example commands at the end of a help text."""
    _, _, shown = text.partition("Examples:")
    return [line.strip() for line in shown.splitlines() if line.strip()]


def _section(name: str, command: Any) -> list[str]:
    described, _, _ = command.help.partition("Examples:")
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    usage = " ".join(["pm", name, "[OPTIONS]", *(p.metavar for p in arguments)])
    lines = [f"## pm {name}", "", described.strip(), "", "```", usage, "```", ""]
    if arguments or options:
        lines += ["| option | default | what |", "|---|---|---|"]
        lines += [f"| `{p.metavar}` | | {_help(p)} |" for p in arguments]
        lines += [f"| {_spelt(p)} |{_default(p)} | {_help(p)} |" for p in options]
        lines += [""]
    return [*lines, "Examples:", "", "```sh", *examples(command.help), "```"]


def _spelt(option: Any) -> str:
    if option.is_flag:
        return " ".join(f"`{word}`" for word in [*option.opts, *option.secondary_opts])
    value = option.metavar or option.opts[-1].lstrip("-").upper()
    return f"`{', '.join(option.opts)} {value}`"


def _default(option: Any) -> str:
    if option.is_flag:
        return f" `{option.opts[0]}`" if option.default and option.secondary_opts else ""
    return "" if option.default is None else f" `{option.default}`"


def _help(parameter: Any) -> str:
    return (parameter.help or "").replace("|", "\\|")


if __name__ == "__main__":
    main()
