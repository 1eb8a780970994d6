"""The analyst's words: theirs in every format, escaped, kept over a re-run, and marked when the figures are others."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pptx
import pytest

from pmcli.errors import PmError
from pmcli.pack.author import written
from pmcli.pack.commentary import read_comments
from pmcli.pack.publish import logo_of
from tests.conftest import pm
from tests.packs import EVERY_KIND, Packed

NASTY = (
    "<script>alert(1)</script> **bold** [x](javascript:alert(1)) [y](https://example.org) ![a](http://x/p.png) &amp;"
)


def packed(folder: Path, *more: str) -> tuple[dict[str, str], str]:
    """The formats of the project's pack as texts (slides where they are asked for), and what pm said."""
    shutil.rmtree(folder / "out", ignore_errors=True)  # what another month left
    run = pm("pack", "-o", "out", "--xlsx", "--md", *more, cwd=folder)
    assert run.returncode == 0, run.stderr.decode()
    return texts_of(folder / "out"), run.stderr.decode()


def texts_of(folder: Path) -> dict[str, str]:
    """The text of the page, the Markdown, the workbook and the slides in a folder, of those that there are."""
    (path,) = folder.glob("*.xlsx")
    book = openpyxl.load_workbook(path, read_only=True)
    cells = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    ]
    texts = {
        path.suffix[1:]: path.read_text(encoding="utf-8")
        for path in folder.iterdir()
        if path.suffix in (".html", ".md")
    }
    for path in folder.glob("*.pptx"):
        slides = [list(slide.shapes) for slide in pptx.Presentation(str(path)).slides]
        texts["pptx"] = "\n".join(shape.text_frame.text for some in slides for shape in some if shape.has_text_frame)
    return texts | {"xlsx": "\n".join(cells)}


def test_markdown_is_read_as_text_with_its_marks_and_nothing_that_runs() -> None:
    [only] = written(NASTY).paragraphs
    assert only.text.startswith("<script>alert(1)</script> bold [x](javascript:alert(1)) y a")
    assert [(run.text, run.strong) for run in only.runs if run.strong] == [("bold", True)]
    assert [run.href for run in only.runs if run.href] == ["https://example.org"]
    text = "# Why\n\n- one\n  1. two\n\n> said\n\n```\nx = 1\n```"
    assert [(one.kind, one.level, one.mark, one.text) for one in written(text).paragraphs] == [
        ("heading", 0, "", "Why"), ("item", 0, "•", "one"), ("item", 1, "1.", "two"), ("quote", 0, "", "said"),
        ("", 0, "", "x = 1"),
    ]  # fmt: skip


def test_a_head_names_author_date_and_figures() -> None:
    made = written("---\nby: A. Analyst\nfigures: 1a2b3c4d\n# not this: line\n---\nText.\n")
    assert made.head == {"by": "A. Analyst", "figures": "1a2b3c4d"}
    assert [one.text for one in made.paragraphs] == ["Text."]
    assert written("---\n").head == {}


def test_the_samples_comments_are_in_every_format_and_on_the_figures_they_name(
    sample_pack: Callable[..., Packed],
) -> None:
    made = sample_pack(*EVERY_KIND)
    texts = texts_of(made.folder)
    assert set(texts) == {"html", "md", "xlsx", "pptx"}
    assert "other figures" not in made.said
    assert "does not say which figures" not in made.said
    for kind, text in texts.items():
        assert "comment by pm's samples" in text.replace("&#39;", "'").lower(), kind
        assert "audits its stalking and harassment records" in text, kind
        assert "Most of these offences involve a ball bearing gun" in text, kind
        assert "Every force but Essex, and the Most Similar Group, are invented." in text, kind
        assert "have changed since this was written" not in text, kind


def test_a_comment_is_escaped_and_marked_when_its_figures_are_others(small_project: Path) -> None:
    (small_project / "commentary" / "robbery.md").write_text(f"---\nfigures: 00000000\nby: A. Person\n---\n{NASTY}\n")
    texts, said = packed(small_project, "--pptx")
    assert "commentary/robbery.md was written on other figures" in said
    stamp = re.search(r"robbery.md was .* put `figures: (\w{8})`", said)
    assert stamp
    for kind, text in texts.items():
        assert "omment by A. Person" in text, kind
        assert "The figures have changed since this was written; they are to July 2023 now." in text, kind
    assert "<script>alert" not in texts["html"]
    assert 'href="javascript' not in texts["html"]
    assert '<a href="https://example.org">y</a>' in texts["html"]
    (small_project / "commentary" / "robbery.md").write_text(f"---\nfigures: {stamp[1]}\n---\nAs it was.\n")
    texts, said = packed(small_project)
    assert "other figures" not in said
    assert "have changed since this was written" not in texts["html"]
    _, said = packed(small_project, "--to", "2023-06")
    assert "commentary/robbery.md was written on other figures" in said


def test_comments_in_pm_toml_and_for_areas_and_those_of_another_force(small_project: Path) -> None:
    with (small_project / "pm.toml").open("a") as file:
        file.write('\n[comment]\nhomicide = "Rare events."\narea-homicide = "On the whole area."\n')
    (small_project / "commentary" / "burglary.md").write_text("Break-ins.\n")
    (small_project / "commentary" / "invented-force-01").mkdir()
    (small_project / "commentary" / "invented-force-01" / "robbery.md").write_text("Theirs.\n")
    run = pm("pack", "-o", "out", "--force", "essex", "--force", "invented-force-01", cwd=small_project)
    assert run.returncode == 0, run.stderr.decode()
    ours, theirs = (
        next((small_project / "out").glob(f"{name}-2*.html")).read_text(encoding="utf-8")
        for name in ("essex", "invented-force-01")
    )
    for text in ("Rare events.", "On the whole area.", "Break-ins."):
        assert text in ours
        assert text not in theirs
    assert "Theirs." in theirs
    assert "Theirs." not in ours


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("robery.md", "x", "is about no page of the pack"),
        ("firearms.wepon.md", "x", "has no breakdown 'wepon'"),
        ("robbery.md", "---\nauthor: me\n---\nx", "the head of a comment has no 'author'"),
        ("robbery.md", "---\ndate: today\n---\nx", "'today' is no date"),
    ],
)
def test_a_comment_that_cannot_be_placed_is_an_error(small_project: Path, name: str, text: str, said: str) -> None:
    (small_project / "commentary" / name).write_text(text)
    run = pm("pack", "-o", "out", cwd=small_project)
    assert run.returncode == 1
    assert said in run.stderr.decode()
    assert not (small_project / "out").exists()


def test_two_comments_on_one_page_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "commentary").mkdir()
    (tmp_path / "commentary" / "robbery.md").write_text("x")
    with pytest.raises(PmError, match="are both about robbery"):
        read_comments(tmp_path / "pm.toml", {"robbery": "y"}, [])


def test_pages_and_statements_are_hidden_pinned_and_ordered_by_id(small_project: Path) -> None:
    settings = (small_project / "pm.toml").read_text()
    more = 'hide = ["firearms", "robbery.previous-year"]\npin = ["robbery"]\norder = ["vehicle-crime"]\n'
    more += 'marking = "OFFICIAL"\n'
    (small_project / "pm.toml").write_text(settings.replace("[publish]\n", f"[publish]\n{more}"))
    texts, _ = packed(small_project)
    html = texts["html"]
    assert 'id="firearms"' not in html
    assert "1,503 in the 12 months to July 2022" not in html.partition('id="robbery"')[2].partition("<article")[0]
    assert html.index('id="robbery"') < html.index('id="knife-crime"')
    assert html.index('id="vehicle-crime"') < html.index('id="burglary"')
    for kind, text in texts.items():
        assert "Left out of this pack by its publisher: Offences involving firearms." in text, kind
        assert "OFFICIAL" in text, kind
    assert re.search(r"@top-center\{content:\"OFFICIAL\"", html), "on every printed sheet"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('hide = ["robery"]', "there is no page or statement 'robery'"),
        ('hide = ["verdict.outlier"]', "is a verdict of the outlier rules"),
        ('hide = ["outliers-homicide"]', "is a verdict of the outlier rules"),
        ('logo = "pm.toml"', "is neither a PNG nor a JPEG"),
        ("colour = 1", "colour"),
    ],
)
def test_what_cannot_be_published_so_is_an_error(small_project: Path, line: str, said: str) -> None:
    settings = (small_project / "pm.toml").read_text()
    (small_project / "pm.toml").write_text(settings.replace("[publish]\n", f"[publish]\n{line}\n"))
    run = pm("pack", "-o", "out", cwd=small_project)
    assert run.returncode == 1
    assert said in run.stderr.decode()


def test_a_logo_is_a_png_or_jpeg(tmp_path: Path) -> None:
    svg = tmp_path / "a.png"
    svg.write_text("<svg onload='alert(1)'/>")
    with pytest.raises(PmError, match="neither a PNG nor a JPEG"):
        logo_of(svg, "")
    svg.write_bytes(b"\xff\xd8\xff" + b"0" * 600_000)
    with pytest.raises(PmError, match="bytes"):
        logo_of(svg, "")
    svg.write_bytes(b"\xff\xd8\xff0")
    made = logo_of(svg, "The force")
    assert made is not None
    assert (made.kind, made.alt) == ("image/jpeg", "The force")
