"""The commands, in the groups and the order in which `pm` shows them, each with what it does in at most 60 characters.

Plain words and nothing imported: `pm`, `pm --help` and the completion of a command's name are told from here.
"""

from __future__ import annotations

from itertools import chain
from typing import Final

GROUPS: Final[dict[str, dict[str, str]]] = {
    "Load and check": {
        "init": "Start a pm.toml, or draft a mapping for an extract",
        "load": "Read extracts of any layout into observations",
        "sql": "Print the query that counts crimes in a warehouse",
        "check": "List figures that are missing, doubled, negative or odd",
        "diff": "Say what changed between two tables or packs, and why",
    },
    "Analyse": {
        "rolling": "Roll periods up into 12-month totals",
        "compare": "Hold a window against the baseline and last year",
        "rank": "Rank forces by rate, in the country and among peers",
        "outliers": "Score forces against the Home Office outlier criteria",
        "trend": "Say where a measure stands and which way it is going",
        "ahead": "Foresee the 12-month totals to come, and what may turn",
        "spc": "Find what stands out from routine variation",
        "breakdown": "Show what a measure is made of, now and at the baseline",
        "waves": "Compare a survey wave by wave, and between groups",
        "dispersion": "Fit how much a measure varies to your own figures",
    },
    "See and publish": {
        "show": "Show any table of pm to people",
        "plot": "Draw charts, on the terminal or as pictures and pages",
        "say": "Say in sentences what the figures bear out",
        "pack": "Make a force's whole pack: a page, a workbook, slides",
        "audit": "Check a published pack against itself and the data",
    },
    "Look up": {
        "measures": "List the measures, or tell all about one",
        "forces": "List the forces, or search them by name, id or code",
        "events": "List what changed in recording, or for one measure",
        "mappings": "List the mappings that come with pm, or print one",
        "why": "Show what a figure is made of, down to the rows",
        "history": "Tell what a table was made from, and how",
        "docs": "Read the guides that come with pm",
        "help": "Show how a command is used",
    },
}
"""Group -> command -> its summary. A command has a file of its own: cli/NAME_command.py."""

SUMMARIES: Final[dict[str, str]] = dict(chain.from_iterable(group.items() for group in GROUPS.values()))

COMMANDS: Final = tuple(SUMMARIES)

_ABOVE: Final = """\
Usage: pm COMMAND [OPTIONS] [ARGUMENTS]

  Police performance measures from the extracts: load, roll up, compare, rank, score, show.
  Each command reads a table and writes one, so they chain:

  pm load prc.ods | pm rolling | pm compare --baseline 2019-12 | pm show

Options:
  -h, --help            Show this; pm COMMAND --help shows how a command is used.
  --version             Show the version.
  --install-completion  Complete commands, options and their values in this shell.
  --show-completion     Print what that installs.

Commands:
"""


def overview() -> str:
    """What `pm` says by itself: the commands in their groups."""
    wide = max(map(len, COMMANDS))
    parts = []
    for title, commands in GROUPS.items():
        lines = [f"  {name:<{wide}}  {summary}\n" for name, summary in commands.items()]
        parts.append("".join([f"{title}:\n", *lines]))
    return _ABOVE + "\n".join(parts)
