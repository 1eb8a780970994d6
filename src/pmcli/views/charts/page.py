"""Charts as one HTML page that needs nothing else: inline SVG, a text for who cannot see it, figures on demand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

from pmcli.periods import month_name
from pmcli.views import words
from pmcli.views.chart import Chart
from pmcli.views.charts.rows import rows_of
from pmcli.views.charts.text import printable
from pmcli.views.charts.vega import svg

_STYLE = """\
:root { color-scheme: light; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 760px; background: #fff; color: #1f2328;
  font: 16px/1.5 Arial, Helvetica, "Liberation Sans", sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
section { margin: 2.5rem 0; }
figure { margin: 0; }
figure svg { display: block; width: 100%; height: auto; }
.narrow { display: none; }
@media (max-width: 560px) { .wide { display: none; } .narrow { display: block; } }
@media print { details { display: none; } section { break-inside: avoid; } }
summary { cursor: pointer; padding: .5rem 0; color: #12436d; text-decoration: underline; }
summary:focus-visible { outline: 3px solid #12436d; outline-offset: 2px; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 3px solid #12436d; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: bold; padding-bottom: .5rem; }
th, td { padding: .25rem .75rem .25rem 0; text-align: right; vertical-align: top; border-bottom: 1px solid #dfe2e5; }
th:first-child, td:first-child, td.text { text-align: left; }
"""


def html(charts: Sequence[Chart]) -> str:
    """A whole page with every chart: for wide and for narrow screens, with its text and its figures.

    It opens from disk and asks for nothing from a network. Raises PmError when vl-convert is not installed.
    """
    title = printable(charts[0].title) if len(charts) == 1 else f"{len(charts)} charts"
    heading = '<h1 class="spoken">' if len(charts) == 1 else "<h1>"  # one chart brings its title with it
    parts = [_section(chart, number) for number, chart in enumerate(charts, start=1)]
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"{heading}{escape(title)}</h1>\n{''.join(parts)}</main>\n</body>\n</html>\n"
    )


def _section(chart: Chart, number: int) -> str:
    headings, rows = rows_of(chart)
    head = "".join(f'<th scope="col">{escape(printable(name))}</th>' for name in headings)
    body = "".join(f"<tr>{_cells(row, chart)}</tr>\n" for row in rows)
    name = escape(printable(chart.title))
    return (
        f'<section aria-label="Chart {number}">\n<h2 class="spoken">{name}</h2>\n<figure>\n'
        f'<div class="wide">{svg(chart)}</div>\n<div class="narrow">{svg(chart, width=360)}</div>\n</figure>\n'
        f"<details>\n<summary>What the chart shows, and its figures</summary>\n<p>{escape(printable(chart.alt))}</p>\n"
        f'<div class="scroll" tabindex="0" role="region" aria-label="Figures of chart {number}">\n'
        f"<table>\n<caption>{name}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"
        "</div>\n</details>\n</section>\n"
    )


def _cells(row: list[Any], chart: Chart) -> str:
    first, *rest = row
    cells = [f'<th scope="row">{escape(shown(first, chart))}</th>']
    for value in rest:
        kind = ' class="text"' if isinstance(value, str) else ""
        cells.append(f"<td{kind}>{escape(shown(value, chart))}</td>")
    return "".join(cells)


def shown(value: Any, chart: Chart) -> str:
    """A figure of a chart's table as people read it."""
    if isinstance(value, date):
        return month_name(value)
    if isinstance(value, str):
        return printable(value)
    if value is None:
        return words.UNKNOWN
    if chart.kind in {"funnel", "scatter"} and value >= 1000:
        return f"{value:,.0f}"
    if chart.figures == "count" and value != round(value):
        return f"{value:,.1f}"
    return words.figure(value, chart.figures)
