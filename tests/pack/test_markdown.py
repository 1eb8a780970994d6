"""The pack as Markdown, read back by a CommonMark parser (markdown-it-py) with GitHub's tables and strikethrough."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pmcli.pack.model import Front, Pack
from pmcli.pack.write.markdown import escape, one_line, text
from pmcli.views.blocks import Block
from tests.pack.example import example_pack
from tests.pack.hostile import hostile_pack, texts

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
"""HTML is left on: a tag that escapes our care comes back as HTML, not as text, and fails the tests."""

HOSTILE = [
    "<script>alert(1)</script>", "a | b", "a \\| b", "a\\", "*not* _emphasis_ ~~gone~~", "`code`", "[text](http://x.y)",
    "![picture](x.png)", "&amp; &#60; &copy", "# heading", "heading ##", "- item", "+", "1. item", "2) item", "> quote",
    "---", "***", "===", "two\nlines\r\nand\ttabs", "    indented", "[^1]: note", "<http://x.y>", "```", "$x$",
    "\x00\x1b", "\ud800", ":-: | ---", "--", "<!-- gone -->",
]  # fmt: skip


def leaves(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from leaves(token.children) if token.children else [token]


def inline_texts(document: str) -> list[str]:
    """The text of each inline run of the document (a paragraph, heading, item or cell), whatever marks are in it."""
    return [
        "".join(leaf.content for leaf in leaves(token.children or []))
        for token in PARSER.parse(document)
        if token.type == "inline"
    ]


def kinds(document: str) -> set[str]:
    return {token.type for token in leaves(PARSER.parse(document))}


@given(st.text(max_size=60) | st.lists(st.sampled_from([*HOSTILE, *"*_`|<>[]()#-+.1=~&;!\\ :"])).map("".join))
@example("a\\|b")
def test_a_text_comes_back_as_it_was_wherever_it_stands(raw: str) -> None:
    want, safe = one_line(raw), escape(raw)
    if not want:
        assert not safe
        return
    for frame in ("{}", "- {}", "# {}", "#### {}", "> {}"):
        assert inline_texts(frame.format(safe)) == [want]
    assert inline_texts(f"label: {safe}") == [f"label: {want}"]
    table = f"| {safe} | b |\n| --- | --- |\n| {safe} | **{safe}** |"
    assert inline_texts(table) == [want, "b", want, want]
    assert inline_texts(f"*{safe}*") == inline_texts(f"**{safe}**") == [want]
    assert kinds(table) <= {"text", "inline", *_both("table", "thead", "tbody", "tr", "th", "td", "strong")}


def _both(*marks: str) -> set[str]:
    return {f"{mark}_{end}" for mark in marks for end in ("open", "close")}


def test_numbers_and_plain_sentences_need_no_backslashes() -> None:
    for plain in ("42% fewer Burglary offences (-3,193).", "-35%", "4.89", "p < 0.001", "R & D", "+5 pp ↑"):
        assert escape(plain) == plain


@pytest.mark.parametrize("prefix", HOSTILE)
def test_every_text_of_a_pack_is_in_the_document_as_text(prefix: str) -> None:
    pack = hostile_pack(prefix)
    document = text(pack)
    commands = [token.content for token in PARSER.parse(document) if token.type == "fence"]
    shown = "\n".join([*inline_texts(document), *commands])
    told = {*texts(pack)} - {*_charts_only(pack)}
    assert [each for each in told if one_line(each) not in shown] == []
    tables = _both("table", "thead", "tbody", "tr", "th", "td")
    assert kinds(document) <= tables | {"text", "inline", "fence"} | _both(
        "strong", "em", "heading", "paragraph", "bullet_list", "list_item"
    )
    document.encode()


def _charts_only(pack: Pack) -> Iterator[str]:
    """What a chart is drawn with: the document tells it by the text for who cannot see it, and its latest figures."""
    for page in pack.pages():
        for picture in page.pictures:
            chart = picture.chart
            yield from [chart.subtitle, chart.x_title, chart.y_title, *(mark.label for mark in chart.marks)]
            for series in chart.series:
                yield from [series.name, *series.labels, *(x for x in series.x if isinstance(x, str))]
    yield from (text for frame in pack.tables.values() for text in texts(frame))


def test_the_tables_are_tables_with_their_cells_in_place() -> None:
    pack = example_pack()
    tokens = PARSER.parse(text(pack))
    cells = [inline.content for opened, inline in pairwise(tokens) if opened.type == "td_open"]
    first = pack.overview[0]
    assert cells[:2] == [pack.summary[0].label, pack.summary[0].figure]
    line = [first.area, first.metric, first.measure, first.position]
    assert line in [cells[place : place + 4] for place in range(len(cells))]
    right = [token for token in tokens if token.type == "th_open" and token.attrs.get("style") == "text-align:right"]
    assert right
    assert sum(token.type == "table_open" for token in tokens) >= 8


def test_a_chart_over_time_tells_its_latest_figures() -> None:
    pack = example_pack()
    page = pack.pages()[0]
    rolling = page.pictures[0].chart
    document = text(pack)
    assert f"*{rolling.alt}*" in document
    latest = rolling.series[0].y[-1]
    assert f"| Sep 2023 | {latest:,.0f} |" in document


def test_heading_rows_inside_a_table_begin_a_table_of_their_own() -> None:
    pack = example_pack()
    document = text(pack)
    assert "|  | MSG avg | Essex | Diff. (% pt) | SD | Hit |\n| --- | ---: | ---: | ---: | ---: | ---: |\n" in document
    assert "| **Per 1,000 population** | **3.92** | **4.89** | **0.97** | **0.73** | **Y** |" in document


def test_what_is_not_there_is_said_with_its_reason_and_sources_with_their_hashes() -> None:
    pack = example_pack()
    document = text(pack)
    for page in pack.pages():
        for gap in page.missing:
            assert f"- **Not available:** {gap.what}: {gap.why}" in document
    assert all(file.sha256 in document for file in pack.files)
    assert f"{pack.files[2].sha256} (of size and sampled blocks)" in document


def test_an_empty_pack_and_an_empty_table_are_no_trouble() -> None:
    pack = example_pack()
    pack.front, pack.overview, pack.sections, pack.files, pack.commands, pack.notes = Front(), [], [], [], [], []
    pack.appendix[0].block = Block("", {})
    assert text(pack).startswith("# National Police and Crime Measures")
    assert text(example_pack()) == text(example_pack())
