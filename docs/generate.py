"""Write the parts of docs/ that are made from the code: commands.md from the command line itself, data-dictionary.md
from the table contract and the descriptions below, the pictures of README.md by `pm plot`. `make docs` runs it; a test
fails when the committed files differ.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent

KEY_COLUMNS: Final = {
    "source": "The source layout it came from: `home-office`, `street`, `ons`, or the name that a mapping gives.",
    "measure": "What is counted, by catalogue id: `burglary`, `violence-with-injury`; `pm measures` lists them.",
    "area": "Force id (`essex`) or `force/district` (`essex/basildon`); `pm forces` lists the forces.",
    "dimension": "`all`, or what the measure is broken down by: `weapon`, `offence`, `sex`.",
    "category": "`all`, or the value within that dimension.",
    "period_end": "Last day of the period.",
    "months": "Length of the period in months: 1, 3, 6, 12.",
}

COLUMNS: Final[dict[str, dict[str, str]]] = {
    "observations": {
        "value": "The count; for a share the numerator; for a mean the sum. Null: not known, which is never 0.",
        "base": "Null for a count; the denominator of a share or mean (respondents, calls, victims).",
        "effective": "Effective sample size behind `base` where weights make it smaller; null: `base` itself; "
        "0 beside a base of 1: the base is not known, and the row is never added to another.",
    },
    "comparison": {
        "statistic": "`count`, `share` or `mean`.",
        "value": "The window's count, or its share or mean (numerator over base).",
        "base": "The window's base; null for a count.",
        "against": "What it is compared with: `baseline`, `previous-year`, or the average of `national` or `peers`.",
        "against_end": "Last day of the window it is compared with.",
        "against_value": "That window's count, share or mean, null when it is not whole; or the average over forces.",
        "against_base": "That window's base; null for a count. Or the bases behind the average, added up.",
        "difference": "`value` less `against_value`.",
        "change": "`difference` as a fraction of `against_value`; null when that is zero or below.",
        "p_value": "Two-sided: exact for counts, z test for shares, null for means.",
        "breaks": "Ids of the recording changes between the two windows, joined by `;` (`pm events` explains them).",
        "conventions": "How an average over forces was taken and over how many, in words; empty for earlier windows.",
    },
    "rank": {
        "value": "The window's count.",
        "population": "The population (or households) it is divided by; `per` says which.",
        "per": "What the rate is per: `1000 population`, `million population`, `1000 households`.",
        "rate": "`value` over `population`, times what it is per.",
        "scope": "`national`, or `peers` for the force's own Most Similar Group.",
        "rank": "Place within the scope, 1 for the highest rate; ties share the better place.",
        "of": "How many forces of the scope have a rate.",
        "mean": "Average over the scope; null when fewer than half of its forces have a rate.",
        "sd": "Standard deviation of the forces' rates over the scope; null likewise.",
        "population_year": "Year of the mid-year estimate that was used.",
        "conventions": "How the average and the SD were taken, in words.",
    },
    "outliers": {
        "group": "The area whose rule it is: `homicide`, `serious-violence`, `neighbourhood-crime` or your own.",
        "criterion": "Which criterion of the rule: `above-baseline`, `rate-v-peers`; docs/methods.md states them.",
        "value": "The force's own figure: a count, a rate, or a change as a fraction.",
        "comparator": "What it is held against: the earlier window's count, or the average of the scope.",
        "difference": "`value` less `comparator`.",
        "sd": "Standard deviation over the scope; null for a comparison of counts.",
        "flag": "Whether the criterion is met; null when it cannot be tested, and `reason` says why.",
        "flags": "How many criteria of the measure are met.",
        "testable": "How many could be tested.",
        "needed": "How many make an outlier.",
        "verdict": "`outlier`, `not an outlier`, or `undetermined` when what is missing could change it.",
        "against_end": "Last day of the earlier window; null where the comparison is with other forces.",
        "population": "The population behind the rate; null for a rule without one.",
        "population_year": "Year of the mid-year estimate that was used.",
        "conventions": "How the average and the SD were taken and over how many forces, in words.",
        "reason": "Why `flag` is null; else empty.",
    },
    "trend": {
        "first": "Last day of the first period that was tested.",
        "last": "Last day of the last period that was tested.",
        "periods": "How many periods have a figure.",
        "frequency": "Periods to a year: 12 for months, 4 for quarters.",
        "slope": "Change per year in units of a period's value, where the method gives one.",
        "change_per_year": "Long-term change per year as a fraction.",
        "p_value": "Of the long-term test, two-sided; null when it was not made.",
        "trend": "The long-term trend: `increasing`, `decreasing` or `stable`; null when it cannot be tested.",
        "direction": "The direction of travel of the latest segment of the series; null when it cannot be tested.",
        "since": "Last day of the first period of that segment.",
        "method": "The long-term test that was used.",
        "low": "Lower end of the 95 % interval of `change_per_year`.",
        "high": "Upper end of it.",
        "direction_change": "Change per year within the latest segment, as a fraction.",
        "direction_low": "Lower end of its 95 % interval.",
        "direction_high": "Upper end of it.",
        "total": "The 12-month total.",
        "baseline_end": "Last day of the baseline window.",
        "baseline": "The 12-month total at the baseline.",
        "baseline_change": "Change since the baseline as a fraction of it.",
        "baseline_p": "Two-sided p-value of that change, as in the comparison table.",
        "previous": "The 12-month total a year before.",
        "previous_change": "Change since then as a fraction of it.",
        "previous_p": "Two-sided p-value of that change.",
        "signal": "What the last control-chart signal of the 12 months means, as in the spc table; null for none.",
        "signal_rule": "The special-cause rule that it met.",
        "signal_end": "Last day of the period in which it was met.",
        "breaks": "Ids of the recording changes since the baseline window began, joined by `;`.",
        "sparkline": "The latest 12-month totals as a line of blocks.",
        "sparkline_from": "Last day of the first total in it.",
    },
    "spc": {
        "value": "The period's count, share or mean.",
        "centre": "Centre line of the phase.",
        "lower": "Lower limit of routine variation.",
        "upper": "Upper limit of routine variation.",
        "moving_range": "Absolute difference from the period before it.",
        "rule": "The special-cause rule that the period meets; null for none.",
        "phase": "Which run of limits it belongs to, from 1; a new one begins at a declared change in recording.",
        "signal": "What the rule means: `improvement`, `deterioration`, or `change` where neither way is better.",
    },
    "breakdown": {
        "value": "The window's count of the category; of the whole in the row with the total.",
        "against_end": "Last day of the window it is compared with.",
        "against_value": "That window's count.",
        "difference": "`value` less `against_value`.",
        "change": "`difference` as a fraction of `against_value`; null when that is zero or below.",
        "share": "The category's part of the total, as a fraction.",
        "total": "Whether the row is the grand total, which is the sum of the others.",
    },
    "waves": {
        "kind": "`group`: a share of an area or group; `gap`: the difference between two groups.",
        "value": "The share (weighted positive answers over base) as a fraction; for a gap, first share less second.",
        "base": "Weighted respondents; null for a gap.",
        "effective": "Effective sample size behind `base`; null: `base` itself.",
        "against_end": "Last day of the wave before; null for the first.",
        "against_value": "The share (or gap) in that wave.",
        "against_base": "The base in that wave; null for a gap.",
        "difference": "`value` less `against_value`: 0.05 is 5 percentage points.",
        "p_value": "Of the change, two-sided z test; null when either wave is missing or too small.",
        "p_adjusted": "The same, adjusted for the number of changes tested at once (`--adjust holm`).",
        "significant": "Whether `p_adjusted` is below `--level`; null when the change cannot be tested.",
        "too_small": "Whether the effective sample size is below 30: shown, and not tested.",
        "gap_p": "For a gap: two-sided p-value that there is none; null for a group.",
    },
    "funnel": {
        "value": "The force's count.",
        "population": "The population (or households) behind it.",
        "expected": "The count that its population would give at the national rate.",
        "ratio": "`value` over `expected`.",
        "lower_95": "Lower 95 % limit of the ratio.",
        "upper_95": "Upper 95 % limit of the ratio.",
        "lower_998": "Lower 99.8 % limit of the ratio.",
        "upper_998": "Upper 99.8 % limit of the ratio.",
        "position": "`above 99.8%`, `above 95%`, `within`, `below 95%` or `below 99.8%`; null when not placed.",
        "dispersion": "How widely the national forces vary, as a multiple of chance (phi): 1 or less is chance alone.",
        "of": "How many forces the national rate is over.",
        "population_year": "Year of the mid-year estimate that was used.",
        "method": "How the limits were made, in words.",
        "correlation": "Pearson's r of counts with population over those forces; null for fewer than three.",
        "p_value": "Exact two-sided Poisson p-value of the count given what is expected, whatever the limits.",
    },
    "sentences": {
        "table": "The result table whose row the sentence rests on: `comparison`, `trend`, `rank` and so on.",
        "about": "Which statement of that row it is: `baseline`, `long-term`, `rank-national`, `verdict` (`verdict-` "
        "and the group where several rules judge a measure), a criterion.",
        "against_end": "Last day of the window it is compared with; null where there is none.",
        "value": "The row's figure: a count, share, mean, rate or gap; for a verdict the criteria that are met.",
        "comparator": "What it is held against: an earlier figure, an average, what is expected, the flags needed.",
        "difference": "`value` less `comparator`.",
        "change": "The change as a fraction; for a trend the change a year.",
        "p_value": "The p-value that the verb follows; null where nothing was tested.",
        "finding": "What it finds, in a word: `improvement`, `deterioration`, `no clear change`, `stable`, `outlier`, "
        "`not tested`, `not available` and their like.",
        "caveat": "What to be careful about, in sentences: recording changes, mass events, small samples; else null.",
        "sentence": "The statement, as the text for people has it.",
    },
    "check": {
        "finding": "`missing`, `not known`, `force missing`, `doubled`, `negative`, `low` or `high`.",
        "value": "The figure in question; null when there is none.",
        "expected": "Median of the series for `low` and `high`; the number of rows for `doubled`.",
        "detail": "The finding in words.",
    },
    "audit": {
        "number": "Which claim of the document, from 1; it has a row for each check that was made of it.",
        "place": "Where it stands: `line 463`, `page 12, line 4`, `sheet Burglary, B7`; several joined by `;`, "
        "ranges as `line 285-300`.",
        "quote": "The words or the row as printed.",
        "kind": "What is claimed: `comparison`, `percentage`, `share`, `rank`, `flag`, `total`, `period` and others.",
        "claim": "How pm read it: each figure with its role, the direction of the words, the windows.",
        "check": "Which check: `difference`, `percentage`, `percentage-points`, `total`, `share`, `same-figure`, "
        "`text-v-table`, `window`, `flag-volume`, `flag-count`, `verdict`, `rank`, `period`, `against-data`.",
        "result": "`consistent`, `contradicts` or `cannot be checked`.",
        "severity": "Of a contradiction: `arithmetic error`, `mislabelled period`, `wording against numbers`, "
        "`missing basis`.",
        "certainty": "Of a contradiction: `figures alone`, `same series`, `see the original`, or with --words "
        "`reading of words`.",
        "other_place": "Where the other side of it stands; empty when the claim contradicts itself.",
        "other_quote": "The words or the row there; several joined by ` | `.",
        "working": "The arithmetic, with the intervals that rounding leaves.",
        "sentence": "The contradiction in words.",
        "remedy": "What would make it true; for what cannot be checked, what would have to be printed.",
    },
}


def documents() -> dict[str, str]:
    """File name in docs/ -> what it has to hold."""
    return {"commands.md": commands(), "data-dictionary.md": data_dictionary()}


def main() -> None:
    """Write every generated document and picture."""
    for name, text in documents().items():
        (HERE / name).write_text(text, encoding="utf-8")
    for name, command in PICTURES.items():
        (HERE / name).write_bytes(picture(command))


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


# --------------------------------------------------------------------------------------------------- data dictionary
def data_dictionary() -> str:
    """Every table of the contract with its columns. Raises KeyError for a column without a description."""
    from pmcli.tables import KEY, TABLES

    parts = [
        "# Data dictionary",
        "",
        "<!-- Made by docs/generate.py (`make docs`); change it there. -->",
        "",
        "The tables that pm's commands read and write, with their columns in order. A file is Parquet with exactly",
        "these columns, and says for itself which table it is. A null is a figure that is not known, never a zero.",
        "",
        "## Key columns",
        "",
        "Every table of figures begins with these; in `observations` they are the key, and a key that comes twice "
        "is an",
        "error. The `audit` table is about a document: of these it has `measure` and `area`, empty where not known.",
        "",
        *_rows((name, dtype, KEY_COLUMNS[name]) for name, dtype in TABLES[0].columns.items() if name in KEY),
    ]
    for table in TABLES:
        more = [f"`{name}`" for name in table.key if name not in KEY]
        keyed = (
            f", keyed by {'the key columns and ' if 'source' in table.key else ''}{' and '.join(more)}" if more else ""
        )
        parts += ["", f"## {table.name}", "", f"Made by `{table.made_by}`{keyed}.", ""]
        parts += _rows((name, table.columns[name], COLUMNS[table.name][name]) for name in table.own)
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


def _rows(columns: Iterator[tuple[str, str, str]]) -> list[str]:
    return ["| column | dtype | meaning |", "|---|---|---|", *(f"| `{a}` | {b} | {c} |" for a, b, c in columns)]


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
        "Notes and errors go to standard error. Exit codes: 0 good, 1 trouble with the data or the run, 2 usage.",
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
