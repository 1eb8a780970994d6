"""pm measures: the catalogue of measures."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli.options import Options, takes
from pmcli.cli.values import measure_names


@takes("measure group appendix listing")
def measures(
    given: Options,
    measure: Annotated[
        str | None, typer.Argument(metavar="[MEASURE]", help="Tell all about this one.", autocompletion=measure_names)
    ] = None,
    appendix: Annotated[
        bool,
        typer.Option(
            "--appendix", help="The pack's last table: national metric, its source, published and own measure."
        ),
    ] = False,
) -> None:
    """List the measures: id, label, priority area, kind, which way is better, and the sources that supply it.

    Of one measure: its definition, what it is made of in each source, how far it varies by itself, the rules that judge
    it, the declared changes in its recording.

    Examples:

    pm measures burglary

    pm measures --group neighbourhood-crime

    pm measures --appendix -o appendix.csv
    """
    import polars as pl

    from pmcli.errors import UsageError

    with given.stage(default_format="table") as stage:
        catalogue = stage.catalogue
        if measure is not None:
            one = catalogue.measure(measure)
            if given.group or appendix:
                raise UsageError("--group and --appendix are of the list", f"Leave them out, or {one.id}.")
            from pmcli.views.language.told import told

            lines = told(one, catalogue)
            stage.write_listing(pl.DataFrame(lines, schema=["what", "told"], orient="row"), one.label)
            return
        wanted = catalogue.group(given.group) if given.group else None
        chosen = [m for m in catalogue.measures.values() if wanted in (None, m.group)]
        if appendix:
            rows = [
                {
                    "priority_area": catalogue.groups.get(m.group, m.group),
                    "national_metric": m.national_metric,
                    "metric_source": m.metric_source,
                    "published_measure": m.published,
                    "force_measure": m.force_measure + (" (proxy)" if m.proxy else ""),
                    "measure": m.id,
                }
                for m in chosen
                if m.national_metric
            ]
        else:
            rows = [
                {
                    "measure": m.id,
                    "label": m.label,
                    "group": m.group,
                    "kind": m.kind,
                    "better": m.better,
                    "per": m.per if m.kind == "count" else "",
                    "sources": " ".join(m.where),
                }
                for m in chosen
            ]
        if appendix:
            stage.write_listing(pl.DataFrame(rows), "Measures and their sources")
        else:
            stage.write_listing(pl.DataFrame(rows), "Measures", ("measure", "group", "kind", "better"))
