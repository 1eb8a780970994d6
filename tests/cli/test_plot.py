"""`pm plot` as people run it: real pipes, every table it draws, where pictures go, what it says when it cannot."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import xml.etree.ElementTree as ET
from datetime import date

import polars as pl
import pytest

from pmcli.tables import AHEAD, BREAKDOWN, FUNNEL, OBSERVATIONS, RANK, SPC, TABLES, WAVES
from tests.conftest import PM, SAMPLES, environment, pm, series, shell

from .conftest import complaint, fine, parquet, table

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = (OBSERVATIONS, AHEAD, SPC, RANK, FUNNEL, WAVES, BREAKDOWN)


def parsed(svg: bytes) -> ET.Element:
    """An SVG that pm made, as XML."""
    return ET.fromstring(svg)  # noqa: S314


def texts(svg: bytes) -> list[str]:
    """Every text of an SVG, which parses as XML."""
    return [element.text or "" for element in parsed(svg).iter(f"{SVG}text")]


def said(svg: bytes) -> str:
    """What an SVG says to who cannot see it."""
    root = parsed(svg)
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    stop = "" if (title.text or "").endswith((".", "!", "?", "…", ":")) else "."
    assert f"{title.text}{stop} {description.text}" == root.get("aria-label")
    assert ".." not in (root.get("aria-label") or "")
    return description.text or ""


# ------------------------------------------------------------------------------------------------- through real pipes
@pytest.mark.parametrize(
    ("line", "kind", "title"),
    [
        ("pm plot burglary", "Line chart", "Burglary, Essex: 12-month totals to July 2023"),
        (
            "pm load home-office-quarters.csv | pm plot robbery --to 2023-09",
            "Line chart",
            "12-month totals to September",
        ),
        ("pm load iquanta-monthly.csv --map iquanta-monthly | pm rolling | pm plot homicide", "Line chart", "Homicide"),
        ("pm spc robbery | pm plot", "Control chart", "Robbery, Essex: monthly control chart to July 2023"),
        ("pm spc burglary | pm plot", "Line chart", "Burglary, Essex: monthly figures to July 2023"),
        (
            "pm load athena-records.csv --map athena-records --by weapon | pm breakdown firearms --to 2022-06 | "
            "pm plot",
            "Bar chart",
            "Offences involving firearms by weapon, Essex: 12 months to June 2022",
        ),
        ("pm rank burglary | pm plot", "Bar chart", "Burglary: rate per 1,000 population by force, 12 months to"),
        ("pm rank burglary --funnel | pm plot", "Funnel plot", "Burglary: forces against the national rate"),
        ("pm rank homicide --funnel | pm plot --kind scatter", "Scatter plot", "Homicide and population by force"),
        (
            "pm load smsr-survey.csv --map smsr-survey | pm waves confidence --by victim | pm plot",
            "Line chart",
            "by victim, Essex: waves of 12 months to June 2023",
        ),
        (
            "pm load smsr-survey.csv --map smsr-survey | pm waves confidence --by district | pm plot",
            "Dot plot",
            "by district, Essex: waves of 12 months to June 2023",
        ),
    ],
)
def test_every_kind_of_chart_through_a_real_pipe(line, kind, title, tmp_path):
    svg = fine(shell(line, cwd=SAMPLES))
    assert said(svg).startswith(kind)
    assert title in " ".join(texts(svg))
    assert parsed(svg).find(f"{SVG}title").text.endswith(".")  # a sentence
    assert b"<script" not in svg
    assert b"http" not in svg.replace(b'xmlns="http://www.w3.org/2000/svg"', b"")
    assert not re.search(rb'\bid="', svg), "an id could clash with that of another chart on the page"
    fine(shell(f"{line} -o {tmp_path / 'x.png'}", cwd=SAMPLES))
    assert_png((tmp_path / "x.png").read_bytes(), 1440)


def test_a_file_gets_the_same_bytes_as_a_pipe(tmp_path, essex):
    fine(pm("plot", "-o", tmp_path / "x.svg", stdin=essex))
    assert (tmp_path / "x.svg").read_bytes() == fine(pm("plot", stdin=essex))


def assert_png(data: bytes, width: int) -> None:
    """Signature and header of a PNG (ISO/IEC 15948): its width in pixels is at bytes 16 to 19."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20], "big") == width
    assert int.from_bytes(data[20:24], "big") > 200
    assert data[-8:-4] == b"IEND"


def test_the_figures_of_the_pack_are_in_the_picture_and_in_its_words():
    """Essex's robbery: 1,514 in the 12 months to July 2023, 1,742 in those to December 2019 (printed in the pack)."""
    compared = table(fine(pm("compare", "robbery", "--force", "essex", cwd=SAMPLES)))
    now, then = compared.filter(pl.col("against") == "baseline").select("value", "against_value").row(0)
    svg = fine(pm("plot", "robbery", "-f", "svg", cwd=SAMPLES))
    assert f"{now:,.0f}" in texts(svg)
    assert f"12 months to Dec 2019: {then:,.0f}" in texts(svg)
    fewer = f"{(then - now) / then:.0%} fewer Robbery offences (-{then - now:,.0f}) in the 12 months to July 2023"
    assert f"{fewer} v. 12 months to December 2019." in said(svg)


def test_the_force_and_its_group_are_picked_out_by_name():
    svg = fine(shell("pm rank burglary | pm plot", cwd=SAMPLES))
    bold = [each.text for each in parsed(svg).iter(f"{SVG}text") if each.get("font-weight") == "bold"]
    assert "Essex" in bold
    assert sum(text.endswith("(MSG)") for text in texts(svg)) == 7
    other = fine(shell("pm rank burglary | pm plot --force 'Invented Force 02'", cwd=SAMPLES))
    bold = [each.text for each in parsed(other).iter(f"{SVG}text") if each.get("font-weight") == "bold"]
    assert "Invented Force 02" in bold
    assert "Essex" not in bold


def test_the_baseline_is_an_option():
    svg = fine(pm("plot", "burglary", "--baseline", "2020-06", "-f", "svg", cwd=SAMPLES))
    assert any(text.startswith("12 months to Jun 2020: ") for text in texts(svg))


def test_to_ends_the_line_earlier():
    svg = fine(pm("plot", "burglary", "--to", "2022-12", "-f", "svg", cwd=SAMPLES))
    assert "Burglary, Essex: 12-month totals to December 2022" in texts(svg)
    assert "in the 12 months to December 2022" in parsed(svg).find(f"{SVG}title").text
    assert "July 2023" not in said(svg)


def test_width_is_the_width(tmp_path):
    fine(pm("plot", "burglary", "--width", "360", "-o", tmp_path / "x.png", cwd=SAMPLES))
    assert_png((tmp_path / "x.png").read_bytes(), 720)


# ------------------------------------------------------------------------------------------------ where pictures go
def test_a_page_takes_every_chart_and_needs_nothing_else(tmp_path):
    fine(pm("plot", "-o", tmp_path / "x.html", cwd=SAMPLES))
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert page.count("<figure>") == 9
    assert page.count('scope="col"') > 9
    assert not re.findall(r'(?:src|href|url)\s*[=(]\s*(?!["\']?#)', page)
    assert "@import" not in page


def test_a_picture_takes_one_chart_and_says_what_else_to_do(tmp_path):
    said_ = complaint(pm("plot", "-o", tmp_path / "x.svg", cwd=SAMPLES), "plot", 2)
    assert said_.startswith("a picture holds one chart, and there are 9: Burglary, Essex: 12-month totals")
    assert "-o x.html" in said_
    assert "-o charts/" in said_
    assert not (tmp_path / "x.svg").exists()


@pytest.mark.parametrize("format_", ["svg", "png"])
def test_a_folder_takes_a_file_for_each(format_, tmp_path):
    fine(pm("plot", "burglary", "robbery", "-o", f"{tmp_path}/charts/", "-f", format_, cwd=SAMPLES))
    names = sorted(path.name for path in (tmp_path / "charts").iterdir())
    assert names == [f"burglary-essex-rolling.{format_}", f"robbery-essex-rolling.{format_}"]


def test_a_folder_takes_no_page(tmp_path):
    said_ = complaint(pm("plot", "-o", tmp_path, "-f", "html", cwd=SAMPLES), "plot", 2)
    assert "is a folder, which takes pictures" in said_


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["-o", "x.svg", "-f", "png"], "-o x.svg is svg, but -f says png Make them agree, or leave -f out."),
        (["-o", "x.pdf"], "-o x.pdf: the suffix does not say which format End it in .svg, .png, .html"),
        (["-f", "parquet"], "there is no format 'parquet' Formats: svg, png, html, text."),
        (["--kind", "funnel"], "--kind funnel: there is no such chart of the observations table This table gives"),
        (["--kind", "scater"], "--kind scater: there is no such chart of the observations table Did you mean sc"),
        (["burglry"], "there is no measure 'burglry' Did you mean burglary?"),
        (["--force", "esex"], "there is no force 'esex' Did you mean Essex"),
        (["--group", "neighborhood-crime"], "there is no group 'neighborhood-crime' Did you mean neighbourhood-crime?"),
        (["--to", "soon"], "--to 'soon' is not a month"),
        (["--width", "10"], "Invalid value for '--width'"),
    ],
)  # fmt: skip
def test_usage_errors(arguments, text, tmp_path, essex):
    said_ = complaint(pm("plot", *arguments, stdin=essex, cwd=tmp_path), "plot", 2)
    assert said_.startswith(text)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_not_begun(tmp_path, essex):
    said_ = complaint(pm("plot", "-o", tmp_path / "no" / "x.svg", stdin=essex), "plot", 1)
    assert "No such file or directory; nothing was written" in said_


# --------------------------------------------------------------------------------------------------- what arrives
@pytest.mark.parametrize("drawn", DRAWN, ids=lambda drawn: drawn.name)
def test_no_rows_are_nothing_to_draw(drawn):
    said_ = complaint(pm("plot", stdin=parquet(drawn.empty())), "plot", 1)
    assert said_.startswith("there is nothing to draw: the table has no rows")


@pytest.mark.parametrize("other", [each for each in TABLES if each not in DRAWN], ids=lambda other: other.name)
def test_a_table_without_a_chart_says_which_one_to_send(other):
    said_ = complaint(pm("plot", stdin=parquet(other.empty())), "plot", 1)
    assert said_.startswith(f"no chart is drawn of the {other.name} table Send one of observations")
    assert "| pm plot" in said_


def test_one_total_is_a_chart_of_a_point():
    one = series([4484.0], end=date(2023, 7, 31), months=12)
    svg = fine(pm("plot", stdin=parquet(one)))
    assert "4,484" in texts(svg)


def test_a_measure_that_is_not_in_the_input(essex):
    said_ = complaint(pm("plot", "homicide", stdin=essex), "plot", 1)
    assert said_ == "no figures for homicide The measures in the input: burglary."


def test_an_option_that_a_chart_makes_no_use_of_is_refused(essex):
    said_ = complaint(pm("plot", "--peers", SAMPLES / "peers.csv", stdin=essex), "plot", 2)
    assert said_ == "--peers is of no use to a chart of the observations table It is for rank or funnel."
    ranked = fine(pm("rank", "burglary", cwd=SAMPLES))
    said_ = complaint(pm("plot", "--baseline", "2020-06", stdin=ranked), "plot", 2)
    assert said_ == "--baseline is of no use to a chart of the rank table It is for observations."


def test_a_month_before_the_figures(essex):
    said_ = complaint(pm("plot", "--to", "2001-01", stdin=essex), "plot", 1)
    assert said_ == "nothing ends by Jan 2001: the figures begin with Jan 2018"


def test_no_whole_year_is_nothing_to_draw(essex):
    said_ = complaint(pm("plot", stdin=parquet(table(essex).tail(5))), "plot", 1)
    assert said_.startswith("there is nothing to draw: no 12 months are whole")


def test_a_gap_breaks_the_line_and_is_said(essex):
    gap = table(essex).filter(pl.col("period_end") != date(2021, 3, 31))
    result = pm("plot", stdin=parquet(gap))
    assert "Mar 2021" in result.stderr.decode()
    whole = fine(pm("plot", stdin=essex))
    assert parsed(whole).findall(f".//{SVG}path[@d]")
    line = max((path.get("d") for path in parsed(result.stdout).iter(f"{SVG}path")), key=len)
    assert line.count("M") == 2
    assert "The line breaks where a window is not whole." in " ".join(texts(result.stdout))


def test_labels_from_a_user_s_file_are_escaped_everywhere(tmp_path):
    hostile = '<script>alert("1")</script>&amp; "quoted"'
    (tmp_path / "pm.toml").write_text('measures = "measures.toml"\nevents = "events.toml"\n')
    (tmp_path / "measures.toml").write_text(f"[burglary]\nlabel = '{hostile}'\n")
    (tmp_path / "events.toml").write_text(
        f"[x]\nlabel = '{hostile}'\ndate = 2021-06-01\nkind = 'recording-change'\nwhy = 'x'\nsource = 'x'\n"
    )
    given = parquet(series([float(100 + n % 7) for n in range(60)]))
    svg = fine(pm("plot", "-f", "svg", stdin=given, cwd=tmp_path))
    assert b"<script" not in svg
    assert hostile in said(svg)
    page = fine(pm("plot", "-f", "html", stdin=given, cwd=tmp_path)).decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(" in page


# ---------------------------------------------------------------------------------------------------- on a terminal
def on_a_terminal(*arguments: str, data: bytes, **env: str) -> str:
    """What `pm plot` writes to a terminal of 80 by 24, its table from a pipe."""
    master, slave = pty.openpty()
    environ = environment(COLUMNS="80", LINES="24", **env)
    read = b""
    with subprocess.Popen([*PM, "plot", *arguments], stdin=subprocess.PIPE, stdout=slave, env=environ) as process:
        os.close(slave)
        assert process.stdin is not None
        process.stdin.write(data)
        process.stdin.close()
        while select.select([master], [], [], 60)[0]:
            try:
                read += os.read(master, 65536)
            except OSError:  # the other end is closed
                break
    os.close(master)
    assert process.returncode == 0
    return read.decode().replace("\r\n", "\n")


def test_a_terminal_gets_a_drawing(essex):
    drawn = on_a_terminal(data=essex, NO_COLOR="1")
    assert "\x1b" not in drawn
    lines = drawn.splitlines()
    assert lines[0].startswith("Burglary offences: 4,484 in the 12 months to July 2023")
    assert "Burglary, Essex: 12-month totals to July 2023" in lines
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert any("┤" in line for line in lines)
    assert "Line chart of the 12-month totals of Burglary" in drawn


def test_a_terminal_gets_colour_unless_it_asked_for_none(essex):
    assert "\x1b[" in on_a_terminal(data=essex)


def test_a_picture_is_refused_to_a_terminal(essex):
    master, slave = pty.openpty()
    process = subprocess.run(
        [*PM, "plot", "-f", "png"], input=essex, stdout=slave, stderr=subprocess.PIPE, env=environment(), check=False
    )
    os.close(slave)
    os.close(master)
    assert process.returncode == 2
    assert process.stderr.decode().startswith("pm plot: PNG would garble the terminal")


def test_text_without_a_terminal_has_80_columns_and_no_colour(essex):
    drawn = fine(pm("plot", "-f", "text", stdin=essex)).decode()
    assert "\x1b" not in drawn
    assert max(map(len, drawn.splitlines())) <= 80


def test_a_table_without_a_figure_is_no_empty_picture(tmp_path):
    series([None] * 24).write_parquet(tmp_path / "nulls.parquet")
    said = complaint(pm("plot", "-i", tmp_path / "nulls.parquet", "-o", tmp_path / "x.svg"), "plot", 1)
    assert "not one figure is known" in said
    assert not (tmp_path / "x.svg").exists()
