"""Charts: from a table of pm to a `Chart` (what is shown), and from that to SVG, PNG, HTML or a terminal."""

from pmcli.views.charts.control import control_chart
from pmcli.views.charts.funnel import funnel_chart, scatter_chart
from pmcli.views.charts.page import html
from pmcli.views.charts.rates import rate_chart
from pmcli.views.charts.rolling import rolling_chart
from pmcli.views.charts.rows import rows_of
from pmcli.views.charts.tables import charts_of
from pmcli.views.charts.terminal import terminal
from pmcli.views.charts.vega import altair_chart, png, specification, svg
from pmcli.views.charts.waves import wave_chart

__all__ = [
    "altair_chart", "charts_of", "control_chart", "funnel_chart", "html", "png", "rate_chart", "rolling_chart",
    "rows_of", "scatter_chart", "specification", "svg", "terminal", "wave_chart",
]  # fmt: skip
