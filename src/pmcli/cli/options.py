"""The options that subcommands share, spelt once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Measures = Annotated[
    list[str] | None, typer.Argument(metavar="[MEASURE]...", help="Measures by id; all when left out.")
]
Input = Annotated[
    list[str] | None, typer.Option("-i", "--input", help="Parquet file to read (repeatable); else standard input.")
]
Output = Annotated[
    str | None,
    typer.Option("-o", "--output", help="File to write; its suffix chooses the format. - is standard output."),
]
Format = Annotated[
    str | None, typer.Option("-f", "--format", metavar="FORMAT", help="parquet, csv, json, ndjson or table.")
]
Forces = Annotated[list[str] | None, typer.Option("--force", help="Force, by id or name (repeatable); `all` for all.")]
Group = Annotated[str | None, typer.Option("--group", help="Priority area, as serious-violence.")]
To = Annotated[str | None, typer.Option("--to", metavar="MONTH", help="Last month of the window, as 2023-07.")]
Months = Annotated[int, typer.Option("--months", help="Length of the window in months.")]
Baseline = Annotated[
    str | None,
    typer.Option("--baseline", metavar="MONTH", help="Last month of the baseline window.  [default: 2019-12]"),
]
Source = Annotated[str | None, typer.Option("--source", help="Use the figures of this source only.")]
Peers = Annotated[
    Path | None, typer.Option("--peers", help="CSV of Most Similar Groups: columns force, peer.", dir_okay=False)
]
PopulationFile = Annotated[
    Path | None,
    typer.Option("--population", help="CSV (force, year, population) or ONS workbook to take populations from."),
]
PopulationYear = Annotated[
    int | None, typer.Option("--population-year", metavar="YEAR", help="Use this mid-year estimate for every window.")
]
Average = Annotated[str, typer.Option("--average", help="simple (mean of force rates) or pooled (total over total).")]
Sd = Annotated[str, typer.Option("--sd", help="sample (n - 1) or population.")]
IncludeSelf = Annotated[
    bool, typer.Option("--include-self/--exclude-self", help="Whether a force is one of its own peer group.")
]
Rules = Annotated[
    Path | None,
    typer.Option("--rules", help="Your own outlier rules (TOML), laid over those that come with pm.", dir_okay=False),
]
Without = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="EVENT", help="Take a mass event of `pm events` out of the counts (repeatable)."),
]
Test = Annotated[
    str,
    typer.Option("--test", help="dispersion (counts vary by more than chance) or exact (as if by chance alone)."),
]
