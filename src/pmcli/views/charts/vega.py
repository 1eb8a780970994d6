"""A chart as SVG and PNG: Vega-Lite, drawn by vl-convert without a browser; text set around it.

Altair's own objects take 15 ms a chart to build and its schema another 10 ms to check; the specification is written
here as it is, and a test holds every kind of chart to Altair's schema. Text is set as SVG text: no label of a user ever
passes through a template, and a reader's own fonts set it.
"""

from __future__ import annotations

import re
from html import escape  # xml.sax.saxutils does the same, and brings the whole of urllib along
from typing import TYPE_CHECKING, Any, Final

from pmcli.errors import PmError, lacks
from pmcli.views.chart import Chart
from pmcli.views.charts.palette import FONT, PAPER
from pmcli.views.charts.scene import Scene
from pmcli.views.charts.scenes import scene_of
from pmcli.views.charts.text import Text, printable

if TYPE_CHECKING:
    import altair

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.4.1.json"
_NOISE: Final = re.compile(r' (?:role|class|aria-\w+|pointer-events)="[^"]*"')


def svg(chart: Chart, *, width: int = 720) -> str:
    """The chart as an SVG element, `width` pixels wide; the same chart gives the same bytes.

    It says what it shows to who cannot see it (role img, a title and a description), has no ids, and asks for nothing
    from anywhere. Raises PmError when vl-convert is not installed.
    """
    scene = scene_of(chart, width)
    drawn = _vl_convert().vegalite_to_svg(_specification(scene))
    start, end = drawn.index("<g"), drawn.rindex("</svg>")
    marks = _NOISE.sub("", drawn[start:end])  # nothing in it comes from the data but numbers
    size = f'width="{scene.width:g}" height="{scene.height:g}" viewBox="0 0 {scene.width:g} {scene.height:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" overflow="visible" '
        f'aria-label="{escape(printable(chart.title + ". " + chart.alt))}">'
        f"<title>{_text(chart.title)}</title><desc>{_text(chart.alt)}</desc>"
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{marks}'
        f'<g font-family="{FONT}">{"".join(map(_set, scene.texts))}</g></svg>\n'
    )


def png(chart: Chart, *, width: int = 720, scale: float = 2) -> bytes:
    """The chart as a PNG, `width` times `scale` pixels wide. Raises PmError when vl-convert is not installed."""
    return bytes(_vl_convert().svg_to_png(svg(chart, width=width), scale=scale))


def altair_chart(chart: Chart, *, width: int = 720) -> altair.LayerChart:
    """The chart as an Altair chart, to work on in a notebook. Raises PmError when Altair is not installed."""
    try:
        import altair
    except ImportError:
        raise _not_installed("altair") from None
    made = altair.LayerChart.from_dict(specification(chart, width=width))
    assert isinstance(made, altair.LayerChart)
    return made


def specification(chart: Chart, *, width: int = 720) -> dict[str, Any]:
    """The chart as a whole Vega-Lite specification, its text included."""
    scene = scene_of(chart, width)
    whole = _specification(scene)
    whole["usermeta"] = {"title": chart.title, "description": chart.alt}
    whole["layer"] = [*whole["layer"], *[_text_layer(scene, text) for text in scene.texts]]
    return whole


def _specification(scene: Scene) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "width": round(scene.right - scene.left, 2),
        "height": round(scene.bottom - scene.top, 2),
        "padding": {
            "left": round(scene.left, 2), "top": round(scene.top, 2),
            "right": round(scene.width - scene.right, 2), "bottom": round(scene.height - scene.bottom, 2),
        },
        "autosize": {"type": "none"},
        "background": PAPER,
        "config": {"aria": False, "view": {"stroke": None}, "font": FONT},
        "layer": scene.built(),
    }  # fmt: skip


def _text_layer(scene: Scene, text: Text) -> dict[str, Any]:
    mark = {
        "type": "text", "text": text.text, "fontSize": text.size, "fill": text.colour, "baseline": "alphabetic",
        "fontWeight": "bold" if text.bold else "normal",
        "align": {"start": "left", "middle": "center", "end": "right"}[text.anchor],
    }  # fmt: skip
    place = {"x": {"value": text.x - scene.left}, "y": {"value": text.y - scene.top}}
    return {"data": {"values": [{}]}, "mark": mark, "encoding": place}


def _set(text: Text) -> str:
    how = f'x="{text.x:g}" y="{text.y:g}" font-size="{text.size:g}px" fill="{text.colour}"'
    if text.bold:
        how += ' font-weight="bold"'
    if text.anchor != "start":
        how += f' text-anchor="{text.anchor}"'
    if text.halo:
        how += f' stroke="{PAPER}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'
    return f"<text {how}>{_text(text.text)}</text>"


def _text(text: str) -> str:
    """Text as the content of an XML element, where quotation marks may stand."""
    return escape(printable(text), quote=False)


def _vl_convert() -> Any:
    try:
        import vl_convert
    except ImportError:
        raise _not_installed("vl-convert") from None
    return vl_convert


def _not_installed(what: str) -> PmError:
    return lacks("a chart", what)
