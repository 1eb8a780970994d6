"""The page: all of the pack is on it, escaped, with sound headings, ids and links, and nothing from elsewhere."""

from __future__ import annotations

import builtins
import dataclasses
import itertools
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import pytest

from pmcli.errors import PmError
from pmcli.pack.model import Pack
from pmcli.pack.write.grid import grid_of
from pmcli.pack.write.html import index, page
from pmcli.views.blocks import Block
from pmcli.views.language.forms import Figure
from tests.pack.example import example_pack

VOID = {"meta", "br", "hr", "img", "input", "link"}
NASTY = "</style></script><script>alert(1)</script>\"'&{{7*7}}"


class Soup(HTMLParser):
    """A strict reader: every element is closed where it was opened. Keeps elements, their texts, and the whole text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[int] = []
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self.feed(text)
        self.close()
        assert not self.open, [self.elements[place][0] for place in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        self.elements.append((tag, {name: value or "" for name, value in attrs}, []))
        if tag not in VOID:
            self.open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.elements[self.open[-1]][0] == tag, f"</{tag}> closes <{self.elements[self.open[-1]][0]}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for place in self.open:
            self.elements[place][2].append(data)

    def all(self, *tags: str) -> list[tuple[str, dict[str, str], str]]:
        """The elements of these names: name, attributes, text with its spaces evened out."""
        return [
            (tag, given, " ".join("".join(texts).split()))
            for tag, given, texts in self.elements
            if not tags or tag in tags
        ]

    def text(self) -> str:
        return self.all("body")[0][2]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return example_pack()


@pytest.fixture(scope="module")
def html(pack: Pack) -> str:
    return page(pack, others=[("Kent", "kent-2023-09.html"), ("Devon & Cornwall", "devon-and-cornwall.html")])


@pytest.fixture(scope="module")
def soup(html: str) -> Soup:
    return Soup(html)


def even(text: str) -> str:
    return " ".join(text.split())


def test_everything_that_the_pack_says_is_on_the_page(pack: Pack, soup: Soup) -> None:
    text = soup.text()
    for found in walk(pack):
        if isinstance(found, str) and found not in {"good", "bad", "mixed", "missing", "verdict", "caveat", "quiet"}:
            shown = even(found.removeprefix("Not available: "))
            assert shown in text, shown


def walk(thing: Any) -> Iterator[Any]:
    """Every text of a pack that a reader is to see: ids, kinds, layout words and the charts (drawn apart) left out."""
    unseen = {
        "id", "page", "kind", "force", "standing", "chart", "heading", "hashed", "tables", "source", "data", "href",
        "mark", "margin", "alt",
    }  # fmt: skip
    if isinstance(thing, Block):
        yield from (thing.title, *(thing.columns if thing.heading else ()))
        yield from (cell for row in thing.rows for cell in row.texts)
        yield from (text for text, _ in thing.lines)
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            if field.name not in unseen:
                yield from walk(getattr(thing, field.name))
    elif isinstance(thing, dict):
        yield from (text for pair in thing.items() for text in pair)
    elif isinstance(thing, list | tuple):
        for item in thing:
            yield from walk(item)
    else:
        yield thing


def test_every_chart_is_drawn_with_its_alt_text_and_its_figures(pack: Pack, soup: Soup) -> None:
    drawn = [given.get("aria-label", "") for _, given, _ in soup.all("svg")]
    captions = [text for _, _, text in soup.all("caption")]
    for one in (picture.chart for item in pack.pages() for picture in item.pictures):
        assert sum(one.alt in label for label in drawn) == 1
        assert one.title in captions
    cells = [text for _, _, text in soup.all("th", "td")]
    assert "4,880" in cells or "4,400" in cells
    assert {"5.60", "1,880,000", "56.0%"} <= set(cells)


def test_files_that_a_figure_comes_from(pack: Pack, soup: Soup) -> None:
    details = {text for _, given, text in soup.all("details") if given.get("class") == "from"}
    few = next(text for text in details if text.startswith("Source of: Burglary: 42% fewer Burglary offences"))
    assert pack.files[0].name in few
    assert pack.files[0].sha256[:12] in few
    assert "row" in few.lower()
    many = next(text for text in details if text.startswith("Source of: Burglary: 3% more"))
    assert "120 files, listed with their SHA-256" in many
    assert not any(file.name in many for file in pack.files[3:])


def test_names_of_the_disclosures_differ(soup: Soup) -> None:
    names = [text for _, _, text in soup.all("summary")]
    assert len(names) == 36
    assert len(names) == len(set(names)), sorted({name for name in names if names.count(name) > 1})


@pytest.mark.parametrize(
    "make",
    [lambda: page(example_pack()), lambda: index([("Essex", "essex.html", "Fine")], "12 months to September 2023")],
)
def test_ids_are_unique_links_lead_somewhere_and_headings_descend(make: Callable[[], str]) -> None:
    soup = Soup(make())
    ids = [given["id"] for _, given, _ in soup.all() if "id" in given]
    assert len(ids) == len(set(ids))
    targets = [given["href"] for _, given, _ in soup.all("a") if given["href"].startswith("#")]
    assert targets
    assert {unquote(target[1:]) for target in targets} <= set(ids)
    for name in ("aria-labelledby", "aria-describedby"):
        assert {given[name] for _, given, _ in soup.all() if name in given} <= set(ids)
    levels = [int(tag[1]) for tag, _, _ in soup.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_nothing_is_fetched_and_nothing_runs(html: str, soup: Soup) -> None:
    assert [given["src"][:22] for _, given, _ in soup.all("img")] == ["data:image/png;base64,"], "the logo, in the page"
    assert not soup.all("script", "link", "iframe", "object", "embed", "base", "form", "use", "image")
    assert not [given for _, given, _ in soup.all() if {"srcset", "xlink:href", "style"} & set(given)]
    assert not [name for _, given, _ in soup.all() for name in given if name.startswith("on")]
    assert not re.findall(r"@import|url\(", soup.all("style")[0][2])
    assert set(re.findall(r"https?://[^\s\"'<]+", html)) <= {
        "http://www.w3.org/2000/svg", "https://example.org/plan?a=1&amp;b=2",  # the one that an author's link leads to
    }  # fmt: skip
    policy = next(given["content"] for _, given, _ in soup.all("meta") if "http-equiv" in given)
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")


def poison(thing: Any, numbers: Iterator[int]) -> Any:
    """The same pack with a nasty text wherever there is a text, ids included."""
    if isinstance(thing, str):
        return f"{NASTY}{next(numbers)}"
    if isinstance(thing, Figure):  # a value and the form that pm gives it
        return thing
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        kept = {"kind", "role", "figures", "tables", "standing"}
        if getattr(thing, "role", "") == "signal":
            kept.add("name")  # what a signal means, a word of pm's own
        data = [field.name for field in dataclasses.fields(thing) if field.name not in kept]
        return dataclasses.replace(thing, **{name: poison(getattr(thing, name), numbers) for name in data})
    if isinstance(thing, dict):
        sides = {"left", "right"}
        return {poison(name, numbers): text if text in sides else poison(text, numbers) for name, text in thing.items()}
    if isinstance(thing, list | tuple):
        return type(thing)(poison(item, numbers) for item in thing)
    return thing


def test_any_text_is_escaped_wherever_it_lands() -> None:
    pack = poison(example_pack(), itertools.count())
    html = page(pack, others=[(NASTY, NASTY)])
    soup = Soup(html)
    assert not soup.all("script")
    assert html.count("<script") == 0
    assert "alert(1)" in soup.text()
    assert len(soup.all("style")) == 1
    assert "49" not in re.findall(r"&(?:amp;)?(\d\d)", html), "a text went through the template engine"
    shape = [tag for tag, _, _ in Soup(page(example_pack(), others=[("a", "b")])).all() if not in_chart(tag)]
    found = [tag for tag, _, _ in soup.all() if not in_chart(tag)]
    assert set(found) == set(shape)
    ids = [given["id"] for _, given, _ in soup.all() if "id" in given]
    assert len(ids) == len(set(ids))
    assert "<script" not in index([(NASTY, NASTY, NASTY)], NASTY)


def in_chart(tag: str) -> bool:
    return tag in {"path", "g", "text", "tspan", "rect", "line", "circle", "desc", "title"}


def test_colours_have_the_contrast_that_wcag_asks_for(html: str) -> None:
    """4.5:1 for text, 3:1 for what else carries meaning (WCAG 2.2, 1.4.3 and 1.4.11), each on what it stands on."""
    colours = dict(re.findall(r"--(\w+):(#\w+)", html))
    colours |= {"focus": "#ffdd00", "white": "#ffffff", "hit": "#fdf1e7", "mine": "#e6eef7", "yellow": "#fff6dc"}
    assert all(code in html for name, code in colours.items() if name not in {"focus", "white"})
    pairs = [(text, under) for text in ("ink", "quiet", "link") for under in ("white", "faint")]
    pairs += [("white", "band"), ("white", "good"), ("bad", "white"), ("care", "yellow"), ("ink", "focus")]
    pairs += [("ink", "hit"), ("ink", "mine")]
    for text, under in pairs:
        assert ratio(colours[text], colours[under]) >= 4.5, (text, under)
    for mark in ("good", "bad", "care", "band", "quiet"):
        assert ratio(colours[mark], "#ffffff") >= 3, mark
    assert ratio("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01), "the W3C's own example of the least grey"


def ratio(one: str, other: str) -> float:
    """The contrast of two colours by WCAG's formula."""
    light = []
    for colour in (one, other):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        light.append(0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)
    return max(light) / min(light)


def test_the_same_pack_gives_the_same_bytes(html: str) -> None:
    again = page(
        example_pack(), others=[("Kent", "kent-2023-09.html"), ("Devon & Cornwall", "devon-and-cornwall.html")]
    )
    assert again == html


def test_a_pack_of_nothing_is_a_page(pack: Pack) -> None:
    soup = Soup(page(Pack("T", "essex", "Essex", pack.to, pack.baseline)))
    assert "Key findingsNone." in soup.text()
    assert "No measure has a line here." in soup.text()


def test_rows_that_bring_their_own_headings_head_their_columns() -> None:
    block = Block("B", {"what": "left", "own": "right"}, heading=False)
    block.add("", "Essex", kind="head")
    block.add("Per 1,000", "1.2", kind="hit")
    block.add("", "SD", kind="head")
    block.add("", "3")
    made = grid_of(block)
    assert made.head == []
    shown = [[[(cell.tag, cell.scope, cell.text) for cell in row.cells] for row in body] for body in made.bodies]
    assert shown == [
        [[("td", "", ""), ("th", "col", "Essex")], [("th", "row", "Per 1,000"), ("td", "", "1.2")]],
        [[("td", "", ""), ("th", "col", "SD")], [("td", "", ""), ("td", "", "3")]],
    ]


def test_a_row_is_named_by_its_first_text() -> None:
    block = Block("B", {"Rank": "right", "Force": "left", "Rate": "right"})
    block.add("1 of 2", "Kent", "4.1", kind="mine")
    assert [(cell.tag, cell.right) for cell in grid_of(block).bodies[0][0].cells] == [
        ("td", True), ("th", False), ("td", True),
    ]  # fmt: skip
    numbers = Block("B", {"Rank": "right", "Rate": "right"})
    numbers.add("1", "2")
    assert [cell.tag for cell in grid_of(numbers).bodies[0][0].cells] == ["th", "td"]


def test_without_jinja_the_page_says_what_to_install(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    from pmcli.pack.write import html as module

    real = builtins.__import__

    def without(name: str, *given: Any, **more: Any) -> Any:
        if name.split(".")[0] == "jinja2":
            raise ImportError(name)
        return real(name, *given, **more)

    module._environment.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(PmError, match="not installed") as caught:
        page(pack)
    assert (
        caught.value.hint == "Install pm with its report extra: in the folder of its source, pip install '.[report]'."
    )
    module._environment.cache_clear()
