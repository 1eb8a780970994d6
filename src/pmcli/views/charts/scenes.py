"""Which scene a chart is: one literal table from the kind of chart to who lays it out; and the picture of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pmcli.drawing import pencil, raster
from pmcli.drawing.chart import Chart
from pmcli.drawing.scene import Scene
from pmcli.views.charts.scene_bars import rates_scene
from pmcli.views.charts.scene_points import funnel_scene, scatter_scene
from pmcli.views.charts.scene_time import control_scene, rolling_scene
from pmcli.views.charts.scene_waves import waves_scene

SCENES: Final[dict[str, Callable[[Chart, float], Scene]]] = {
    "rolling": rolling_scene,
    "control": control_scene,
    "rates": rates_scene,
    "funnel": funnel_scene,
    "scatter": scatter_scene,
    "waves": waves_scene,
}


def scene_of(chart: Chart, width: float) -> Scene:
    """The chart laid out `width` pixels wide (at least 240)."""
    return SCENES[chart.kind](chart, max(float(width), 240.0))


def svg(chart: Chart, *, width: int = 720) -> str:
    """The chart as an SVG element, `width` pixels wide; the same chart gives the same bytes."""
    return pencil.svg(scene_of(chart, width), title=chart.title, description=chart.alt)


def png(chart: Chart, *, width: int = 720, scale: float = 2) -> bytes:
    """The chart as a PNG, `width` times `scale` pixels wide. Raises PmError when resvg is not installed."""
    return raster.png(svg(chart, width=width), scale=scale)
