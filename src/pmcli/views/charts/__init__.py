"""Charts: from a table of pm to a `Chart` (what is shown), and from that to SVG, PNG, HTML or a terminal."""

from pmcli.views.charts.rolling import rolling_chart
from pmcli.views.charts.vega import altair_chart, png, specification, svg

__all__ = ["altair_chart", "png", "rolling_chart", "specification", "svg"]
