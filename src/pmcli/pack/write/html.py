"""The pack as one HTML page that needs nothing else: no network, no script, no file beside it; fit for paper too.

It lays out what the model holds and computes nothing. The templates beside it escape every text; the only markup that
goes through as it is are the charts, which pm draws itself, and the style sheet. The page's own policy (a hash of the
style sheet, and nothing else allowed) forbids a browser to run or fetch anything, whatever a text may hold.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from itertools import count, groupby
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from pmcli import __version__
from pmcli.drawing.chart import Chart
from pmcli.drawing.spark import spark_svg
from pmcli.drawing.text import printable
from pmcli.errors import lacks
from pmcli.pack.model import Logo, Origin, Pack, Picture, SourceFile
from pmcli.pack.write.grid import Cell, Grid, Line, grid_of
from pmcli.pack.write.paper import laid_out, tiles
from pmcli.pack.write.sheet_text import HALF_WIDE, MM
from pmcli.periods import month_name
from pmcli.views.blocks import Block
from pmcli.views.language import words

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

MANY: Final = 12
"""Above this many files of a source their list is closed until somebody opens it."""

_WHY: Final = re.compile("^Not available: ")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

WIDE = 360
"""How wide a chart is drawn: two stand side by side on paper and at a desk, one on a phone, with the same letters."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file as the page lists it: where its line is, and its source's heading."""

    name: str
    sha256: str
    hashed: str
    size: str
    rows: str
    anchor: str
    group: str


def page(pack: Pack, *, others: Sequence[tuple[str, str]] = ()) -> str:
    """The whole page, a text that is to be written as UTF-8. The same pack gives the same text.

    others: (label, address) of the pages of other forces made in the same run.
    Raises PmError when Jinja or the drawing library is not installed.
    """
    numbers = count(1)
    svgs: dict[int, str] = {}

    def svg_of(chart: Chart) -> str:
        if id(chart) not in svgs:  # once for the page and for its place on paper
            svgs[id(chart)] = _svg(chart)
        return svgs[id(chart)]

    layout = laid_out(pack, lambda chart: drawn_height(chart, svg_of(chart)))
    gaps = [line for line in pack.overview if line.standing == "missing"]
    shown = [line for line in pack.overview if line.standing != "missing"]
    return _rendered(
        "page.html.j2",
        f"{pack.label}, to {month_name(pack.to)}",
        marking=pack.publication.marking,
        pack=pack,
        others=list(others),
        areas=[(area, list(lines)) for area, lines in groupby(shown, key=lambda line: line.area)],
        places={item.id for item in pack.pages()},
        known=_files(pack.files),
        many=MANY,
        fresh=lambda kind: f"{kind}-{next(numbers)}",
        draw=lambda chart: _markup(svg_of(chart)),
        table_of=grid_of,
        figures_of=_figures,
        listing_of=_listing,
        gaps=[
            *[(line.measure, line.metric, _WHY.sub("", line.position)) for line in gaps],
            *[(one.what, "", one.why) for one in pack.absent if not any(one.why in line.position for line in gaps)],
        ],
        layout=layout,
        tiles=lambda one: tiles(one, layout.left.get(one.id, frozenset())),
        spark=lambda values: _markup(spark_svg(values)),
        logo=_embedded(pack.publication.logo),
    )


def _embedded(logo: Logo | None) -> str:
    """A picture as an address that holds it."""
    return f"data:{logo.kind};base64,{b64encode(logo.data).decode()}" if logo else ""


def index(packs: Sequence[tuple[str, str, str]], window: str) -> str:
    """The page that leads to the packs of several forces: (label, address, headline) of each.

    window: what they are about, as "12 months to September 2023".
    """
    return _rendered("index.html.j2", "National Police and Crime Measures", packs=list(packs), window=window)


def charts_page(charts: Sequence[Chart]) -> str:
    """A page of nothing but charts, each for a desk and for a phone, with its figures as a table.

    Raises PmError when Jinja is not installed.
    """
    numbers = count(1)
    title = printable(charts[0].title) if len(charts) == 1 else f"{len(charts)} charts"
    return _rendered(
        "charts.html.j2",
        title,
        title=title,
        pictures=[Picture(chart, Origin()) for chart in charts],
        fresh=lambda kind: f"{kind}-{next(numbers)}",
        draw=_drawn,
        figures_of=_figures,
    )


def table_page(
    title: str, blocks: Sequence[Block], *, notes: Sequence[str], made_from: Sequence[str], history: str
) -> str:
    """A page of one table: its blocks, its notes, what it was made from. history: as it is carried.

    Raises PmError when Jinja is not installed.
    """
    numbers = count(1)
    return _rendered(
        "table.html.j2",
        title,
        title=printable(title),
        blocks=list(blocks),
        notes=list(notes),
        made_from=list(made_from),
        history=history,
        table_of=grid_of,
        fresh=lambda kind: f"{kind}-{next(numbers)}",
    )


def _rendered(template: str, furniture: str, marking: str = "", **given: Any) -> str:
    style = _environment().get_template("style.css").render() + _margins(furniture, marking)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    images = "img-src data:; " if given.get("logo") else ""
    policy = f"default-src 'none'; {images}style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    made = _environment().get_template(template)
    return made.render(version=__version__, style=_markup(style), policy=policy, **given)


@cache
def _environment() -> jinja2.Environment:
    try:
        import jinja2
    except ImportError:
        raise lacks("the page", "Jinja") from None
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("pmcli.pack.write"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_writable,
        optimized=False,  # what is compiled anew in every run is not worth folding constants in
    )
    made.filters["month"] = words.long_month
    made.filters["figure"] = words.count
    made.filters["anchor"] = lambda name: quote(str(name), safe="")
    return made


def _writable(value: Any) -> Any:
    """What a template writes: of a text no control character, which HTML does not take."""
    return _CONTROL.sub("", value) if type(value) is str and not value.isprintable() else value


def _markup(ours: str) -> Markup:
    """Text that is markup already. Only for what pm itself wrote."""
    from markupsafe import Markup

    return Markup(ours)  # noqa: S704


def _margins(text: str, marking: str) -> str:
    """What stands in the margins of a printed sheet. In a style sheet a text is safe as code points only."""

    def safely(raw: str) -> str:
        return re.sub(r"[^A-Za-z0-9 ]", lambda found: f"\\{ord(found[0]):x} ", raw)

    safe, font = safely(text), "font:8pt system-ui,Arial,sans-serif;color:#4a5257"
    above = f'@top-center{{content:"{safely(marking)}";font:700 9pt system-ui,Arial,sans-serif}}' if marking else ""
    return (
        f'@page{{{above}@bottom-left{{content:"{safe}";{font}}}'
        f'@bottom-right{{content:"Page " counter(page) " of " counter(pages);{font}}}}}\n'
    )


def _drawn(chart: Chart) -> Markup:
    """The chart as it stands in the page."""
    return _markup(_svg(chart))


def _svg(chart: Chart) -> str:
    return chart.svg(WIDE, bare=True).strip()


def drawn_height(chart: Chart, svg: str = "") -> float:
    """How many millimetres high a chart is on half a sheet. svg: the picture of it, where it is drawn already."""
    found = re.search(r' height="([\d.]+)"', svg or _svg(chart))
    return float(found[1]) * HALF_WIDE / WIDE * MM if found else 0.0


def _figures(chart: Chart) -> Grid:
    """The figures of a chart as a table."""
    names, rows = chart.rows()
    sides = [any(isinstance(row[place], int | float) for row in rows) for place in range(len(names))]
    head = [Cell(name, "th", "col", right) for name, right in zip(names, sides, strict=True)]
    body = []
    for row in rows:
        shown = [_shown(value, name, chart) for name, value in zip(names, row, strict=True)]
        cells = [Cell(text, right=right) for text, right in zip(shown, sides, strict=True)]
        cells[0] = Cell(shown[0], "th", "row", sides[0]) if shown[0] else cells[0]
        body.append(Line(cells))
    return Grid(head, [body]).labelled()


def _shown(value: Any, column: str, chart: Chart) -> str:
    if isinstance(value, date):
        return month_name(value)
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int | float):
        across = chart.across and column == chart.x_title
        return words.count(value) if across else words.figure(value, chart.figures)
    return words.UNKNOWN if value is None else str(value)


def _files(files: Sequence[SourceFile]) -> dict[str, list[_File]]:
    """The files by source, in the order in which the sources come."""
    made: dict[str, list[_File]] = {}
    for number, file in enumerate(files, start=1):
        group = made.setdefault(file.source, [])
        heading = group[0].group if group else f"source-{len(made)}"
        rows = words.count(file.rows)
        size = words.count(file.bytes)
        group.append(_File(file.name, file.sha256, file.hashed, size, rows, f"file-{number}", heading))
    return made


def _listing(files: Sequence[_File]) -> Grid:
    """A source's files as a table."""
    sampled = any(file.hashed != "whole" for file in files)
    head = [Cell("File", "th", "col"), Cell("Bytes", "th", "col", True), Cell("Rows", "th", "col", True)]
    head += [Cell("SHA-256", "th", "col"), *([Cell("Hash of", "th", "col")] if sampled else [])]
    body = []
    for file in files:
        cells = [Cell(file.name, "th", "row", anchor=file.anchor), Cell(file.size, right=True)]
        cells += [Cell(file.rows, right=True), Cell(file.sha256, long=True)]
        body.append(Line([*cells, *([Cell(file.hashed)] if sampled else [])]))
    return Grid(head, [body]).labelled()
