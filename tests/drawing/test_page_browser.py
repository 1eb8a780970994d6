"""The page of charts in a real browser: axe-core finds nothing, nothing is fetched, and no text leaves its picture.

Skipped only where no browser is installed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pmcli.drawing.chart import Chart
from pmcli.pack.write.html import charts_page
from tests.pack.browser import OPEN_ALL, SMALLEST, Tab

OUTSIDE = """[...document.querySelectorAll('svg text')].filter(item => item.checkVisibility()).filter(item => {
    const own = item.getBoundingClientRect(), all = item.ownerSVGElement.getBoundingClientRect();
    return own.left < all.left || own.right > all.right || own.top < all.top || own.bottom > all.bottom;
  }).map(item => item.textContent)"""


@pytest.fixture(scope="module")
def page(charts: dict[str, Chart], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("charts") / "charts.html"
    path.write_text(charts_page(list(charts.values())), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_no_violation_with_every_table_open(
    tab: Tab, page: Path, charts: dict[str, Chart], width: int
) -> None:
    tab.open(page, width)
    assert tab.ask(OPEN_ALL) == len(charts)
    found = tab.audit()
    assert found.violations == []
    assert "svg-img-alt" in found.passes
    assert set(tab.requests) == {page.as_uri()}, "the page asked for something beside itself"


@pytest.mark.parametrize("width", [390, 1280])
def test_no_text_leaves_its_picture_or_is_too_small(tab: Tab, page: Path, width: int) -> None:
    tab.open(page, width)
    assert tab.ask(OUTSIDE) == []
    assert tab.ask(SMALLEST) >= 10.9
    assert tab.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_no_text_leaves_its_picture_in_a_wider_font(tab: Tab, page: Path, tmp_path: Path) -> None:
    """DejaVu Sans is the widest that a browser falls back to; who has not got it sees its own sans serif."""
    from pmcli.drawing.palette import FONT

    wider = tmp_path / "wider.html"
    wider.write_text(page.read_text(encoding="utf-8").replace(FONT, "'DejaVu Sans', sans-serif"), encoding="utf-8")
    for width in (390, 1280):
        tab.open(wider, width)
        assert tab.ask(OUTSIDE) == []
