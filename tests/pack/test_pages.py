"""The pack of samples/: nothing silently missing, every figure with its origin, and the words of the figures."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from pmcli.notes import collecting
from pmcli.pack.choose import Question
from pmcli.pack.gather import gather
from pmcli.pack.model import Page, Statement
from pmcli.pack.names import called
from pmcli.pack.pages import pack_of, say_everything
from tests.pack.conftest import JULY, Project


def page(project: Project, name: str) -> Page:
    return next(item for item in project.pack.pages() if item.id == name)


def remade(project: Project, observations: pl.DataFrame, **more: object):
    with collecting():
        figures = gather(observations, replace(project.question, **more))
    return pack_of(figures, say_everything(figures), "essex")


def texts(found: list[Statement], kind: str | None = None) -> list[str]:
    return [item.text for item in found if kind is None or item.kind == kind]


def test_every_measure_of_the_national_set_has_a_page_and_a_line_of_the_overview(project: Project):
    catalogue = project.question.catalogue
    wanted = [name for name, measure in catalogue.measures.items() if measure.group != "other"]
    pages = [item.id for item in project.pack.pages()]
    assert sorted(line.page for line in project.pack.overview) == sorted(wanted)
    absent = {missing.what for missing in project.pack.absent}
    labels = {name: catalogue.label(name) for name in wanted}
    assert {name for name in wanted if name not in pages} == {name for name in wanted if labels[name] in absent}
    assert {f"outliers-{group}" for group in catalogue.rules} <= set(pages)
    assert len(pages) == len(set(pages))
    assert all(line.position and line.area for line in project.pack.overview)


def test_a_page_says_something_or_says_why_not(project: Project):
    for item in project.pack.pages():
        assert item.statements or item.missing, item.id
        assert all(missing.why.endswith(".") and missing.what for missing in item.missing), item.id
    label = project.question.catalogue.label("business-cyber")
    [empty] = [missing for missing in project.pack.absent if missing.what == label]
    assert "no extract among the data holds it" in empty.why
    line = next(line for line in project.pack.overview if line.page == "business-cyber")
    assert (line.standing, line.position[:13]) == ("missing", "Not available")


def test_every_statement_chart_and_table_says_where_it_comes_from(project: Project):
    files = {file.source for file in project.pack.files}
    for item in project.pack.pages():
        rests = [found.origin for found in (*item.statements, *item.pictures, *item.exhibits)]
        for origin in rests:
            assert origin is not None
            assert origin.facts
            assert any(source in files for source in origin.sources), (item.id, origin)
            assert project.pack.files_of(origin)
    assert all(len(file.sha256) == 64 and file.bytes for file in project.pack.files)


def test_the_sentences_of_the_printed_pack_with_their_figures(project: Project):
    # The windows of the printed outlier pages: 1,514 robberies v. 1,829, 15,097 v. 14,961 violence with injury.
    [against_baseline, *_] = page(project, "robbery").statements
    assert against_baseline.kind == "good"
    assert against_baseline.text.startswith("17% fewer Robbery offences (-315)")
    assert against_baseline.origin is not None
    assert against_baseline.origin.facts["Figures"] == "1,514 against 1,829"
    assert against_baseline.origin.facts["Row"].endswith("robbery, essex, 2023-07, 12 months, baseline")
    violence = page(project, "violence-with-injury").statements[0].text
    assert "15,097" in violence
    assert "14,961" in violence
    assert "No clear change" in violence


def test_nobody_is_told_the_same_thing_twice(project: Project):
    for item in project.pack.pages():
        said = texts(item.statements)
        assert len(said) == len(set(said)), item.id


def test_the_verdicts_are_those_of_the_table_and_undetermined_is_said(project: Project):
    by_verdict = {
        verdict: sorted(set(part["measure"])) for (verdict,), part in project.figures.outliers.group_by("verdict")
    }
    catalogue = project.question.catalogue
    labels = {key: [called(catalogue.label(name)) for name in names] for key, names in by_verdict.items()}
    found = texts(project.pack.findings)
    told = next(text for text in found if "is not a Home Office outlier for" in text)
    clear = {"homicide", "neighbourhood crime"}  # every measure that the rules of these areas judge is none
    within = [name for name in by_verdict["not an outlier"] if catalogue.measures[name].group == "serious-violence"]
    assert {*clear, *(called(catalogue.label(name)) for name in within)} == set(
        re.split(", nor for | or |, ", told.partition("outlier for ")[2].partition(" (")[0])
    )
    unknown = next(text for text in found if text.startswith("Too little is known to judge"))
    assert all(label in unknown for label in labels["undetermined"])
    assert "outlier" not in labels
    assert not any("is a Home Office outlier" in text for text in found)


def test_a_comparison_across_a_recording_change_carries_its_caveat(project: Project):
    assert any("counting rules" in text.lower() for text in texts(page(project, "burglary").events))
    told = next(text for text in texts(project.pack.findings, "caveat") if text.startswith("Recording of"))
    assert "burglary and offences involving knives" in told
    assert "April 2019" in told


def test_figures_that_end_early_say_so_and_old_ones_are_no_overview(project: Project):
    survey = page(project, "confidence")
    assert any("end in June 2023" in text for text in texts(survey.statements, "caveat"))
    old = next(line for line in project.pack.overview if line.page == "vawg")
    assert old.standing == "missing"
    assert "June 2022" in old.position
    assert not any(
        "Violence against women" in text for text in texts(project.pack.findings) if "Not available" not in text
    )


def test_two_sources_that_differ_are_both_quoted(project: Project):
    frame = project.observations
    ours = frame.filter(pl.col("measure") == "robbery", pl.col("area") == "essex", pl.col("source") == "iquanta")
    other = ours.with_columns(source=pl.lit("athena"), value=pl.col("value") + 1)
    pack = remade(project, pl.concat([frame, other]))
    said = [text for text in texts(next(p for p in pack.pages() if p.id == "robbery").statements) if "differ" in text]
    assert said == [
        "Sources differ: for the 12 months to July 2023 athena says 1,526, iquanta 1,514. This page is iquanta's.",
        "Sources differ: for the 12 months to December 2019 athena says 1,841, iquanta 1,829. This page is iquanta's.",
    ]
    assert any(text.startswith("Sources differ on") and "robbery" in text for text in texts(pack.findings))
    same = remade(project, pl.concat([frame, ours.with_columns(source=pl.lit("athena"))]))
    assert not any(text.startswith("Sources differ on") and "robbery" in text for text in texts(same.findings))


def test_without_peers_ranks_within_them_are_not_available(project: Project):
    pack = remade(project, project.observations, peers={})
    assert next(p for p in pack.pages() if p.id == "robbery").missing == []
    assert any("Most Similar Group: not known" in text for text in pack.conventions)


def test_a_gap_in_the_figures_is_a_reason_not_a_smaller_total(project: Project):
    holed = project.observations.filter(
        ~((pl.col("measure") == "robbery") & (pl.col("area") == "essex") & (pl.col("period_end").dt.month() == 5))
    )
    pack = remade(project, holed)
    [robbery] = [missing for missing in pack.absent if missing.what == "Robbery"]
    assert "never twelve months of them without a gap" in robbery.why


@pytest.mark.parametrize("name", ["homicide", "robbery", "confidence", "calls-within-10s", "firearms"])
def test_the_charts_of_the_printed_pack_are_on_the_page(project: Project, name: str):
    kinds = [picture.chart.kind for picture in page(project, name).pictures]
    wanted = {
        "homicide": ["rolling", "control", "rates", "rates", "scatter", "funnel"],
        "robbery": ["rolling", "control", "rates"],
        "confidence": ["waves"],
        "calls-within-10s": ["rolling", "control"],
        "firearms": ["rolling", "control"],
    }[name]
    assert kinds[: len(wanted)] == wanted
    assert all(picture.chart.alt and picture.chart.title for picture in page(project, name).pictures)


def test_the_pack_s_month_is_in_its_title_and_its_tables_are_the_force_s_own(project: Project):
    assert project.pack.title == "National Police and Crime Measures: Essex, 12 months to July 2023"
    assert project.pack.to == JULY
    for name in ("comparison", "trend", "outliers", "sentences"):
        areas = project.pack.tables[name]["area"].str.split("/").list.first().unique().to_list()
        assert areas == ["essex"], name


def test_a_mass_event_that_is_left_out_is_named_on_the_page_and_among_the_conventions(project: Project):
    from pmcli.steps.without import without

    event = "essex-lorry-deaths-2019"
    frame = project.observations.with_columns(  # the samples' homicides of October 2019 are fewer than the event's 39
        value=pl.when(
            (pl.col("measure") == "homicide") & (pl.col("area") == "essex") & (pl.col("period_end").dt.year() == 2019)
        )
        .then(pl.col("value") + 39)
        .otherwise("value")
    )
    catalogue = project.question.catalogue
    pack = remade(project, without(frame, [event], catalogue).collect(), without=(event,))
    homicide = next(item for item in pack.pages() if item.id == "homicide")
    assert any(
        "Left out of every count here: 39 people found dead" in text for text in texts(homicide.statements, "caveat")
    )
    assert any(text.startswith("Left out of the counts: 39 people found dead") for text in pack.conventions)
    assert not any("Left out" in text for text in texts(page(project, "homicide").statements))


def test_a_fall_from_a_window_with_a_mass_event_is_not_called_an_improvement(project: Project):
    # 39 of Essex's homicides of the 12 months to December 2019 were one incident.
    october = (
        (pl.col("measure") == "homicide")
        & (pl.col("area") == "essex")
        & (pl.col("period_end") == pl.date(2019, 10, 31))
    )
    frame = project.observations.with_columns(value=pl.when(october).then(pl.col("value") + 39).otherwise("value"))
    pack = remade(project, frame)
    said = next(item for item in next(p for p in pack.pages() if p.id == "homicide").statements if "54" in item.text)
    assert "39 of the 54 in one incident in October 2019" in said.text
    assert said.kind == ""
    assert "Homicide counts one incident of 39 in October 2019." in texts(pack.findings, "caveat")
    assert not any("homicide" in text.lower() for text in texts(pack.front.findings))
    assert next(row for row in pack.summary if row.page == "homicide").baseline == "○ one large incident"


def test_a_share_beside_the_country_is_judged_from_the_difference_that_matters_on(project: Project):
    # 79.0 % against 79.6 % would be told from chance, and is less than the percentage point that matters for 999 calls.
    said = texts(page(project, "calls-within-10s").statements)
    national = next(text for text in said if "national average" in text)
    assert national.endswith("79.0% against a national average of 79.6% in July 2023: in line, 0.6 points apart.")
    peers = next(item for item in page(project, "calls-within-10s").statements if "Most Similar Group" in item.text)
    assert (peers.kind, peers.text.rpartition(": ")[2]) == ("bad", "2.0 points lower (worse).")
    assert not any("national average" in text for text in texts(project.pack.findings, "bad"))


def test_a_measure_without_polarity_is_never_called_worse(project: Project):
    copied = project.observations.filter(pl.col("measure") == "burglary", pl.col("source") == "iquanta")
    drugs = copied.with_columns(
        measure=pl.lit("drug-crime"),
        value=pl.when(pl.col("area") == "essex").then(pl.col("value") * 9).otherwise("value"),
    )
    rest = project.observations.filter(pl.col("measure") != "drug-crime")
    named = tuple(name for name in project.question.sources if name != "home-office")
    pack = remade(project, pl.concat([rest, drugs]), sources=named)
    assert any("drug offences" in text.lower() for text in texts(pack.front.findings))
    judged = [*texts(pack.findings, "bad"), *texts(pack.findings, "good")]
    assert not any("drug offences" in text.lower() for text in judged)


def test_without_a_population_for_the_window_there_is_a_pack_with_the_reason(project: Project):
    early = remade(project, project.observations, to=JULY.replace(year=2020, month=6, day=30))
    robbery = next(item for item in early.pages() if item.id == "robbery")
    assert any("no population estimate of mid-2020" in item.why for item in robbery.missing)
    assert robbery.statements
    outliers = next(item for item in early.pages() if item.id == "outliers-serious-violence")
    assert any("no population estimate" in item.why for item in outliers.missing)


def test_a_window_before_the_baseline_is_not_held_against_it(project: Project):
    early = remade(project, project.observations, to=JULY.replace(year=2019, month=7))
    robbery = next(item for item in early.pages() if item.id == "robbery")
    assert any(item.why == "the baseline, 12 months to December 2019, is no earlier." for item in robbery.missing)
    assert not any("December 2019" in text for text in texts(robbery.statements))


def test_a_count_too_small_for_a_control_chart_has_none_and_a_signal_is_no_verdict(project: Project):
    rare = page(project, "drug-related-homicide")
    assert "control" not in [picture.chart.kind for picture in rare.pictures]
    assert any(item.what == "Control chart" and "under one" in item.why for item in rare.missing)
    assert not any("control-chart" in text for text in texts(rare.statements))
    for item in project.pack.pages():
        assert not [one for one in item.statements if "control-chart signal" in one.text and one.kind]


def test_direction_and_news_have_origins_of_their_own(project: Project):
    methods = {
        item.text: item.origin.facts["Method"]
        for item in page(project, "robbery").statements
        if item.origin is not None and "Method" in item.origin.facts
    }
    assert len(set(methods.values())) == 3
    assert any("joinpoint" in text for text in methods.values())
    assert any("forecast" in text for text in methods.values())


def test_no_file_is_named_for_what_comes_with_pm(project: Project):
    files = [file for file in project.pack.files if file.source not in {"peers", "population", "forces"}]
    pack = pack_of(project.figures, project.said, "essex", files=files)
    robbery = next(item for item in pack.pages() if item.id == "robbery")
    ranks = [item.origin for item in robbery.statements if "rate of" in item.text]
    assert ranks
    assert all(origin is not None and origin.sources == ("iquanta",) for origin in ranks)
    assert all("as they come with pm" in origin.facts["Populations"] for origin in ranks if origin is not None)


def test_a_trend_with_a_mass_event_in_it_is_shown_and_not_judged(home_office: pl.DataFrame):
    # Greater Manchester, quarter to June 2017: 22 victims of the Arena bombing.
    with collecting():
        figures = gather(home_office, Question(to=date(2023, 9, 30), forces=("greater-manchester",)))
    pack = pack_of(figures, say_everything(figures), "greater-manchester")
    homicide = next(item for item in pack.pages() if item.id == "homicide")
    direction = next(item for item in homicide.statements if "direction of travel" in item.text)
    assert (direction.kind, "since" in direction.text) == ("", False)
    [why] = [text for text in texts(homicide.events) if "May 2017" in text]
    assert why.endswith("Trend, direction of travel and control chart count it.")
    assert not any("Direction of travel improving" in text and "Homicide" in text for text in texts(pack.findings))


def test_the_transport_police_have_a_pack_without_verdicts_and_ranks(home_office: pl.DataFrame):
    with collecting():
        figures = gather(home_office, Question(to=date(2023, 9, 30), forces=("british-transport-police",)))
    pack = pack_of(figures, say_everything(figures), "british-transport-police")
    robbery = next(item for item in pack.pages() if item.id == "robbery")
    assert robbery.statements
    assert any("not one of the forces that are ranked" in item.why for item in robbery.missing)
    assert any("are for territorial forces" in text for text in texts(pack.findings))


def test_a_phase_of_one_quarter_has_a_chart_that_says_it_has_no_limits(home_office: pl.DataFrame):
    # Burglary's phase begins in April 2023; to June 2023 it has one quarter.
    with collecting():
        figures = gather(home_office, Question(to=date(2023, 6, 30), forces=("essex",)))
    pack = pack_of(figures, say_everything(figures), "essex")
    burglary = next(item for item in pack.pages() if item.id == "burglary")
    control = next(picture.chart for picture in burglary.pictures if picture.chart.kind == "control")
    assert control.subtitle.endswith("1,701 in the quarter to June 2023, without limits")


def test_districts_of_a_breakdown_do_not_end_the_pack(project: Project):
    rows = project.observations.filter(pl.col("measure") == "repeat-victims", pl.col("dimension") == "offence_class")
    assert rows.height
    district = rows.with_columns(area=pl.lit("essex/basildon"))
    pack = remade(project, pl.concat([project.observations, district]))
    assert next(item for item in pack.pages() if item.id == "repeat-victims").pictures


def test_a_verdict_names_its_month_and_the_overview_a_recording_change(project: Project):
    told = next(text for text in texts(project.pack.findings) if "is not a Home Office outlier for" in text)
    assert told.endswith("(12 months to July 2023).")
    line = next(line for line in project.pack.overview if line.page == "knife-crime")
    assert line.position.endswith("(recording changed in April 2019 and June 2020)")


def test_calls_by_quarter_are_compared_over_twelve_months_for_there_is_no_month(project: Project):
    calls = pl.col("measure") == "calls-within-10s"
    quarters = project.observations.filter(calls, pl.col("period_end").dt.month() % 3 == 0).with_columns(
        months=pl.lit(3, dtype=pl.Int8)
    )
    pack = remade(project, pl.concat([project.observations.filter(~calls), quarters]))
    said = texts(next(item for item in pack.pages() if item.id == "calls-within-10s").statements)
    assert any("in the 12 months to June 2023" in text and "national average" in text for text in said)
