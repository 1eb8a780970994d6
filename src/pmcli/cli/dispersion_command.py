"""pm dispersion: fit what the test of two counts needs to know of a measure to your own figures."""

from __future__ import annotations

import typer

from pmcli.cli import options as o
from pmcli.cli.stage import Stage


def dispersion(
    measures: o.Measures = None,
    inputs: o.Input = None,
    output: o.Output = None,
    format_: o.Format = None,
    force: o.Forces = None,
    group: o.Group = None,
    to: o.To = None,
    source: o.Source = None,
) -> None:
    """Fit a measure's dispersion, usual move and spread of forecasts to your own counts, as a stanza of TOML.

    It takes five years of months or quarters, or two years in ten areas, and says how well the dispersion is known. Put
    the stanza into the file that `measures` in pm.toml names. -f csv gives the numbers as a table.

    Examples:

    pm load prc.csv | pm dispersion burglary --force all > measures.toml

    pm dispersion --group neighbourhood-crime -i observations.parquet -f csv
    """
    from pmcli.steps.dispersion import dispersion as step
    from pmcli.steps.dispersion import stanzas

    with Stage("dispersion", output, format_) as stage:
        arrived = stage.read(inputs)
        fitted = step(
            arrived.whole(),
            measures=stage.measures(measures, group),
            areas=stage.forces(force),
            source=source or stage.settings.source,
            to=stage.month(to),
            catalogue=stage.catalogue,
        )
        if output is None and format_ is None:
            stage.say()
            typer.echo(stanzas(fitted), nl=False)
        else:
            stage.write_listing(fitted, "Dispersion of measures")
