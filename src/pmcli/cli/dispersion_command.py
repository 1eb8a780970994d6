"""pm dispersion: fit what the test of two counts needs to know of a measure to your own figures."""

from __future__ import annotations

import typer

from pmcli.cli.options import Options, takes


@takes("measures inputs listing force group to source quiet")
def dispersion(given: Options) -> None:
    """Fit a measure's dispersion, usual move and spread of forecasts to your own counts, as a stanza of TOML.

    It takes five years of months or quarters, or two years in ten areas, and says how well the dispersion is known. Put
    the stanza into the file that `measures` in pm.toml names. -f csv gives the numbers as a table.

    Examples:

    pm load prc.csv | pm dispersion vehicle-crime --force all

    pm dispersion --group neighbourhood-crime -i observations.parquet -f csv
    """
    from pmcli.steps.dispersion import dispersion as step
    from pmcli.steps.dispersion import stanzas

    with given.stage() as stage:
        arrived = stage.read()
        fitted = step(arrived.whole(), **stage.ask().of(step))
        if given.output is None and given.format is None:
            stage.say()
            typer.echo(stanzas(fitted), nl=False)
        else:
            stage.write_listing(fitted, "Dispersion of measures")
