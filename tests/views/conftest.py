"""Every kind of chart, made once from the samples by the steps themselves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pmcli.catalogue import Catalogue
from pmcli.drawing.chart import Chart
from pmcli.sources import load
from pmcli.steps.funnel import funnel
from pmcli.steps.population import read_peers, read_population
from pmcli.steps.rank import rank
from pmcli.steps.rolling import rolling
from pmcli.steps.spc import spc
from pmcli.steps.waves import waves
from pmcli.views.funnel.charts import funnel_chart, scatter_chart
from pmcli.views.observations.charts import rolling_chart
from pmcli.views.rank.charts import rate_chart
from pmcli.views.spc.charts import control_chart
from pmcli.views.waves.charts import wave_chart
from tests.conftest import SAMPLES

BASELINE = date(2019, 12, 31)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue(extra_forces=SAMPLES / "forces.csv")


@pytest.fixture(scope="session")
def peers(catalogue: Catalogue) -> list[str]:
    return read_peers(Path(SAMPLES / "peers.csv"), catalogue)["essex"]


@pytest.fixture(scope="session")
def observed(catalogue: Catalogue) -> pl.DataFrame:
    return load([SAMPLES / "iquanta-monthly.csv"], mapping="iquanta-monthly", catalogue=catalogue).observations


@pytest.fixture(scope="session")
def tables(observed: pl.DataFrame, catalogue: Catalogue) -> dict[str, pl.DataFrame]:
    """The tables that the charts are of."""
    population = read_population(SAMPLES / "population.csv", catalogue, None)
    essex = observed.filter(pl.col("area") == "essex")
    survey = load([SAMPLES / "smsr-survey.csv"], mapping="smsr-survey", catalogue=catalogue).observations
    return {
        "rolling": rolling(essex).collect(),
        "spc": spc(essex, catalogue=catalogue).collect(),
        "rank": rank(observed, measures=["burglary"], population=population, catalogue=catalogue).collect(),
        "funnel": funnel(observed, measures=["homicide"], population=population, catalogue=catalogue).collect(),
        "waves": waves(survey, measures=["confidence"], catalogue=catalogue).collect(),
    }


@pytest.fixture(scope="session")
def charts(tables: dict[str, pl.DataFrame], catalogue: Catalogue, peers: list[str]) -> dict[str, Chart]:
    """A chart of every kind."""
    of = {name: pl.col("measure") == name for name in ("burglary", "homicide", "knife-crime", "violence-with-injury")}
    survey = tables["waves"]
    whole = (pl.col("dimension") == "all") & (pl.col("area") == "essex")
    picked = {"highlight": "essex", "peers": peers}
    return {
        "rolling": rolling_chart(tables["rolling"].filter(of["burglary"]), catalogue, baseline=BASELINE),
        "control": control_chart(tables["spc"].filter(of["violence-with-injury"]), catalogue),
        "phases": control_chart(tables["spc"].filter(of["knife-crime"]), catalogue),
        "rates": rate_chart(tables["rank"], catalogue, **picked),
        "funnel": funnel_chart(tables["funnel"], catalogue, **picked),
        "scatter": scatter_chart(tables["funnel"], catalogue, **picked),
        "waves": wave_chart(survey.filter(whole), catalogue),
        "groups": wave_chart(survey.filter(pl.col("dimension") == "age"), catalogue),
        "districts": wave_chart(survey.filter(pl.col("area").str.contains("/")), catalogue),
    }


KINDS = ("rolling", "control", "phases", "rates", "funnel", "scatter", "waves", "groups", "districts")
