"""Several forces on one line chart, several measures as small multiples, and the latest part of a chart."""

from __future__ import annotations

import re
from datetime import date

import polars as pl
import pytest

from pmcli.catalogue import Catalogue
from pmcli.periods import BASELINE
from pmcli.tables import OBSERVATIONS
from pmcli.views.plot import charts_of
from tests.conftest import SAMPLES, pm, series

from .conftest import complaint, fine, parquet

FORCES = ("--force", "essex", "--force", "invented-force-01", "--force", "Invented Force 03")


def texts(svg: bytes) -> str:
    return " ".join(re.findall(r"<text[^>]*>([^<]*)<", svg.decode()))


def test_forces_that_are_named_are_lines_of_one_chart():
    svg = fine(pm("plot", "burglary", *FORCES, "-f", "svg", cwd=SAMPLES))
    said = texts(svg)
    for name, figure in (("Essex", "4,484"), ("Invented Force 01", "3,663"), ("Invented Force 03", "4,532")):
        assert f"{name} {figure}" in said
    assert "Counts, not rates: forces differ in size." in said
    drawn = fine(pm("plot", "burglary", *FORCES, "-f", "text", cwd=SAMPLES)).decode()
    assert "Essex: 4,484" in drawn
    assert "Invented Force 03: 4,532" in drawn


def test_a_chart_each_when_it_is_asked_for_and_one_a_measure(tmp_path):
    fine(pm("plot", "burglary", *FORCES, "--kind", "rolling", "-o", f"{tmp_path}/each/", cwd=SAMPLES))
    assert len(list((tmp_path / "each").iterdir())) == 3
    fine(pm("plot", "burglary", "homicide", *FORCES, "-o", f"{tmp_path}/two/", cwd=SAMPLES))
    assert sorted(path.name for path in (tmp_path / "two").iterdir()) == [
        "burglary-essex-invented-force-01-invented-force-03-lines.svg",
        "homicide-essex-invented-force-01-invented-force-03-lines.svg",
    ]


def test_more_forces_than_lines_can_be_told_apart(monthly):
    said = complaint(pm("plot", "burglary", "--kind", "lines", stdin=monthly), "plot", 2)
    assert "are more than the 6 lines that can be told apart" in said


def test_measures_are_panels_of_one_picture():
    svg = fine(pm("plot", "--group", "neighbourhood-crime", "--kind", "multiples", "-f", "svg", cwd=SAMPLES))
    said = texts(svg)
    for name in ("Burglary", "Robbery (personal)", "Theft from the person", "Vehicle offences"):
        assert name in said
    assert "Each panel is on its own scale from zero; dashed: 12 months to December 2019." in " ".join(said.split())
    page = fine(pm("plot", "--group", "neighbourhood-crime", "--kind", "multiples", "-f", "html", cwd=SAMPLES))
    assert b"14,080" in page
    drawn = fine(pm("plot", "--group", "neighbourhood-crime", "--kind", "multiples", "-f", "text", cwd=SAMPLES))
    assert re.search(r"Vehicle offences +[▁-█ ]+ 14,080", drawn.decode())


def test_a_declared_change_is_marked_in_the_panels_that_it_touches():
    values = [1000.0 + n for n in range(60)]
    frame = pl.concat([series(values), series(values, measure="theft-from-person")])
    (chart,) = charts_of(frame, OBSERVATIONS, Catalogue(), kind="multiples", baseline=BASELINE)
    marked = {one.name: {mark.label for mark in marks} for one, marks in zip(chart.series, chart.touched, strict=True)}
    assert "Home Office Counting Rules: burglary" in marked["Burglary"]
    assert "Home Office Counting Rules: burglary" not in marked["Theft from the person"]
    svg = chart.svg()
    assert svg.count(">b<") == 1  # the letter of that change, once
    assert svg.count(">a<") == 2  # the restrictions of 2020 touched everything


def test_counts_and_shares_are_not_panels_of_one_picture():
    frame = pl.concat([series([5.0] * 30), series([60.0] * 30, measure="confidence", base=[100.0] * 30)])
    said = complaint(pm("plot", "--kind", "multiples", "-f", "svg", stdin=parquet(frame)), "plot", 2)
    assert "count and share figures do not go on one chart" in said


def test_more_series_than_panels(monthly):
    said = complaint(pm("plot", "burglary", "--kind", "multiples", "-f", "svg", stdin=monthly), "plot", 2)
    assert "are more than the 24 panels of one picture" in said


@pytest.mark.parametrize("kind", ["rolling", "lines", "multiples"])
@pytest.mark.parametrize("width", [240, 500, 720, 1200])
def test_every_width_has_room_and_figures_are_those_of_the_series(kind, width):
    frame = pl.concat([series([100.0 + n for n in range(40)]), series([None] * 20 + [3.0] * 20, area="kent")])
    for chart in charts_of(frame, OBSERVATIONS, Catalogue(), kind=kind, baseline=BASELINE):
        scene = chart.scene(float(width))
        assert all(0 <= text.x <= width for text in scene.texts)
        names, rows = chart.rows()
        assert rows[-1][names.index(chart.series[0].name)] == chart.series[0].y[-1]
        assert chart.alt


def test_since_and_last_draw_the_latest_part_and_keep_the_baseline():
    frame = series([600.0 + n % 5 for n in range(80)])
    for kind in ("rolling", "lines", "multiples"):
        (chart,) = charts_of(frame, OBSERVATIONS, Catalogue(), kind=kind, baseline=BASELINE, since=date(2022, 8, 31))
        assert chart.series[0].x[0] == date(2022, 8, 31)
        assert len(chart.series[0].x) == 12
        assert "Aug 2022" in chart.alt or "August 2022" in chart.alt
    (rolling,) = charts_of(frame, OBSERVATIONS, Catalogue(), baseline=BASELINE, since=date(2022, 8, 31))
    assert "Dec 2019" in rolling.series[1].name  # drawn though its window is before what is shown
    last = fine(pm("plot", "burglary", "--last", "24", "-f", "svg", cwd=SAMPLES))
    assert last == fine(pm("plot", "burglary", "--since", "2021-08", "-f", "svg", cwd=SAMPLES))
    assert "12 months to Dec 2019: 7,600" in texts(last)


def test_the_latest_part_of_a_control_chart(monthly):
    chart = fine(pm("spc", "burglary", "--force", "essex", stdin=monthly))
    whole = texts(fine(pm("plot", "-f", "svg", stdin=chart)))
    part = texts(fine(pm("plot", "--last", "6", "-f", "svg", stdin=chart)))
    assert whole != part
