"""The page in a real browser: axe-core (WCAG 2.2 A and AA, and best practice), phone widths, keyboard, paper.

Skipped only where no browser is installed.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from pmcli.pack.model import Pack
from pmcli.pack.write.html import index, page
from tests.pack.browser import OPEN_ALL, SMALLEST, Tab
from tests.pack.example import example_pack

SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
COLUMNS = "getComputedStyle(document.querySelector('.tiles')).gridTemplateColumns.split(' ').length"
TOO_SMALL = """[...document.querySelectorAll('summary, a')].filter(item => item.checkVisibility())
  .map(item => [item.getBoundingClientRect(), item.textContent.trim()])
  .filter(([box, name]) => box.width && box.height < 24).map(([box, name]) => name)"""

NARROW = """(() => {
  const eights = {}, found = [];
  const eight = look => {
    const font = look.fontWeight + look.fontSize + look.fontFamily;
    if (!(font in eights)) {
      const item = document.createElement('span');
      item.style.cssText = 'position:absolute;white-space:nowrap;visibility:hidden';
      Object.assign(item.style, {fontSize: look.fontSize, fontFamily: look.fontFamily, fontWeight: look.fontWeight});
      item.textContent = '0'.repeat(8);
      document.body.append(item);
      eights[font] = item.getBoundingClientRect().width;
      item.remove();
    }
    return eights[font];
  };
  for (const cell of document.querySelectorAll('th, td')) {
    const box = cell.getBoundingClientRect(), look = getComputedStyle(cell);
    const room = box.width - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
    const shown = cell.checkVisibility() && look.clipPath === 'none' && !cell.closest('thead')?.matches('.overview *');
    if (shown && cell.textContent.trim() && room < eight(look) - 0.5) {
      found.push(`${cell.textContent.trim()}: ${room} px`);
    }
    if (shown && box.right > document.documentElement.clientWidth + 0.5) found.push(`${cell.textContent}: outside`);
  }
  return found;
})()"""
"""Cells with text that hold fewer than eight digits to the line, or lie outside the window."""


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "essex.html"
    path.write_text(
        page(example_pack(), others=[("Kent", "kent.html"), ("All forces", "index.html")]), encoding="utf-8"
    )
    return path


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("index") / "index.html"
    path.write_text(
        index([("Essex", "essex.html", "Not an outlier."), ("Kent", "kent.html", "")], "12 months to July 2023"),
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_no_violation(tab: Tab, example: Path, packs: Path, width: int) -> None:
    for path in (example, packs):
        tab.open(path, width)
        found = tab.audit()
        assert found.violations == []
        assert {"document-title", "html-has-lang", "color-contrast", "target-size"} <= set(found.passes)
        assert {rule for rule, _, _ in found.incomplete} <= {"color-contrast"}, (
            "letters over drawings; cells out of sight"
        )
        if tab.ask(OPEN_ALL):
            assert tab.audit().violations == []


def test_axe_finds_no_violation_in_the_pack_of_the_samples(tab: Tab, project: type[object], tmp_path: Path) -> None:
    pack = project.pack  # type: ignore[attr-defined]
    assert isinstance(pack, Pack)
    path = tmp_path / "samples.html"
    path.write_text(page(pack), encoding="utf-8")
    for width in (1280, 320):
        tab.open(path, width)
        assert not tab.ask(SCROLLS_SIDEWAYS)
        assert tab.ask(OPEN_ALL)
        assert not tab.ask(SCROLLS_SIDEWAYS)
    assert tab.audit(contrast=False).violations == []


def test_the_check_can_fail(tab: Tab, example: Path, tmp_path: Path) -> None:
    broken = example.read_text(encoding="utf-8").replace(' lang="en-GB"', "")
    broken = broken.replace('<main id="main" tabindex="-1">', '<main id="main"><img src="data:,"><a href="#main"></a>')
    path = tmp_path / "broken.html"
    path.write_text(broken, encoding="utf-8")
    rules = {rule for rule, _, _ in tab.open(path).audit().violations}
    assert {"html-has-lang", "image-alt", "link-name"} <= rules


def test_on_a_phone_nothing_but_tables_scrolls_sideways_and_charts_stay_legible(tab: Tab, example: Path) -> None:
    tab.open(example, 320, 640)
    assert not tab.ask(SCROLLS_SIDEWAYS)
    assert tab.ask(OPEN_ALL)
    assert not tab.ask(SCROLLS_SIDEWAYS)
    assert tab.ask(SMALLEST) >= 9
    assert tab.ask(COLUMNS) == 1
    tab.open(example, 1280)
    assert tab.ask(SMALLEST) >= 11
    assert tab.ask(COLUMNS) == 2, "two charts stand side by side"


@pytest.mark.parametrize("width", [320, 360, 414])
def test_no_column_on_a_phone_is_narrower_than_eight_characters(
    tab: Tab, example: Path, project: type[object], tmp_path: Path, width: int
) -> None:
    path = tmp_path / "samples.html"
    path.write_text(page(project.pack), encoding="utf-8")  # type: ignore[attr-defined]
    for each in (example, path):
        tab.open(each, width, 800)
        tab.ask(OPEN_ALL)
        assert tab.ask(NARROW) == []
        assert not tab.ask("[...document.querySelectorAll('.scroll')].some(one => one.scrollWidth > one.clientWidth)")
        assert not tab.ask(SCROLLS_SIDEWAYS)


def test_that_check_can_fail(tab: Tab, example: Path, tmp_path: Path) -> None:
    old = example.read_text(encoding="utf-8").replace(' class="stacked"', "")
    path = tmp_path / "old.html"
    path.write_text(re.sub('<meta http-equiv="Content-Security-Policy"[^>]*>', "", old), encoding="utf-8")
    tab.open(path, 360, 800)
    assert any("outside" in found for found in tab.ask(NARROW))
    tab.ask("document.styleSheets[0].insertRule('th, td {overflow-wrap: anywhere; min-width: 0 !important}'); 0")
    assert any("px" in found for found in tab.ask(NARROW))


def test_a_figure_stacked_on_a_phone_is_called_what_its_column_is(tab: Tab, example: Path) -> None:
    tab.open(example, 360, 800)
    over = "getComputedStyle([...document.querySelectorAll('td')].find(cell => cell.textContent === '%s'), '::before')"
    for figure, head in (("0.97", "Difference"), ("-41%", "Essex"), ("1,204", "Base")):
        assert tab.ask((over % figure) + ".content") == f'"{head}"'
    tab.open(example, 1280)
    assert tab.ask((over % "0.97") + ".content") == "none"


def test_text_can_be_spaced_out(tab: Tab, example: Path) -> None:
    """WCAG 1.4.12: its four settings, and nothing is cut or runs out of the page."""
    tab.open(example, 320, 640)
    tab.ask(
        "document.body.insertAdjacentHTML('beforeend', ''); for (const item of document.querySelectorAll('body *'))"
        " { item.style.lineHeight = '1.5'; item.style.letterSpacing = '.12em'; item.style.wordSpacing = '.16em'; } 0"
    )
    assert tab.ask("getComputedStyle(document.querySelector('p')).letterSpacing") != "normal"
    assert not tab.ask(SCROLLS_SIDEWAYS)


def test_targets_are_large_enough(tab: Tab, example: Path) -> None:
    """WCAG 2.5.8: 24 by 24 CSS pixels, but for links within a sentence or a table."""
    for width in (320, 1280):
        tab.open(example, width)
        small = set(tab.ask(TOO_SMALL))
        assert not [name for name in small if name.startswith(("Source", "Where", "Figures", "Contents", "Other"))]
        assert not tab.ask("[...document.querySelectorAll('.contents a')].some(a => a.checkVisibility()"
                           " && a.getBoundingClientRect().height < 24)")  # fmt: skip


def test_the_keyboard_reaches_and_opens_what_a_pointer_does(tab: Tab, example: Path) -> None:
    tab.open(example)
    tab.press("Tab", 9)
    assert tab.ask("document.activeElement.className") == "skip"
    assert tab.ask("document.activeElement.getBoundingClientRect().top >= 0"), "the skip link shows when it is reached"
    tab.press("Enter", 13)
    assert tab.ask("document.activeElement.id") == "main"
    tab.press("Tab", 9)
    assert tab.ask("document.activeElement.textContent").startswith("Source of: Key findings: Essex is not an outlier")
    assert float(tab.ask("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")) >= 2
    tab.press("Enter", 13)
    assert tab.ask("document.activeElement.parentElement.open")


def test_contents_are_open_at_a_desk_and_closed_on_a_phone(tab: Tab, example: Path) -> None:
    shown = "document.querySelector('.contents a').checkVisibility({contentVisibilityAuto: true})"
    assert tab.open(example).ask(shown)
    assert not tab.open(example, 360).ask(shown)


def test_nothing_is_asked_of_any_network(tab: Tab, example: Path) -> None:
    tab.requests.clear()
    tab.open(example)
    assert tab.ask(OPEN_ALL)
    asked = {address.split("#")[0] for address in tab.requests if not address.startswith("data:image/png;base64,")}
    assert asked == {example.as_uri()}


def test_the_policy_stops_a_script_that_got_in(tab: Tab, example: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.html"
    path.write_text(
        example.read_text(encoding="utf-8").replace("</main>", "<script>document.title = 'ran'</script></main>"),
        encoding="utf-8",
    )
    assert tab.open(path).ask("document.title") != "ran"


def test_it_prints_on_a4_with_its_margins_and_without_its_navigation(tab: Tab, example: Path) -> None:
    tab.open(example)
    printed = base64.b64decode(tab.send("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])
    boxes = re.findall(rb"/MediaBox \[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", printed)
    assert boxes
    assert {(round(float(w)), round(float(h))) for w, h in boxes} <= {(595, 842), (596, 842), (594, 842), (595, 841)}
    tab.send("Emulation.setEmulatedMedia", media="print")
    try:
        for hidden in (".contents", ".skip", ".others", ".more", ".statements .from > summary"):
            assert not tab.ask(f"document.querySelector('{hidden}').checkVisibility()"), hidden
        for kept in ("h1", ".tiles svg", ".overview table", "#section-files"):
            assert tab.ask(f"document.querySelector('{kept}').checkVisibility()"), kept
    finally:
        tab.send("Emulation.setEmulatedMedia", media="")
