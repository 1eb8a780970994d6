"""Charts: from a table of pm to a `Chart` (what is shown), and from that to SVG, PNG or a terminal."""

from pmcli.views.charts.control import control_chart
from pmcli.views.charts.funnel import funnel_chart, scatter_chart
from pmcli.views.charts.rates import rate_chart
from pmcli.views.charts.rolling import rolling_chart
from pmcli.views.charts.rows import rows_of
from pmcli.views.charts.scenes import png, svg
from pmcli.views.charts.tables import charts_of
from pmcli.views.charts.terminal import terminal
from pmcli.views.charts.waves import wave_chart

__all__ = [
    "charts_of", "control_chart", "funnel_chart", "png", "rate_chart", "rolling_chart", "rows_of", "scatter_chart",
    "svg", "terminal", "wave_chart",
]  # fmt: skip
