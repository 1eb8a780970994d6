"""The packs of samples/: every extract loaded as its pm.toml says, gathered once for the tests that look at them."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pmcli.cli.options import Options
from pmcli.pack.choose import Question, sources_in_order
from pmcli.pack.figures import Figures
from pmcli.pack.files import files_of
from pmcli.pack.gather import gather
from pmcli.pack.model import Pack
from pmcli.pack.pages import pack_of, say_everything
from tests.conftest import SAMPLES

JULY = date(2023, 7, 31)


class Project:
    """What samples/pm.toml comes to: the observations, the question, the figures, and Essex's pack."""

    observations: pl.DataFrame
    question: Question
    figures: Figures
    said: pl.DataFrame
    pack: Pack


@pytest.fixture(scope="session")
def project() -> Project:
    before, made = Path.cwd(), Project()
    os.chdir(SAMPLES)
    try:
        with Options("pack").stage(output="unused.csv") as stage:
            arrived = stage._load_settings_data(extracts=True)
            made.observations = arrived.frame
            made.question = Question(
                to=JULY,
                forces=("essex",),
                sources=tuple(sources_in_order(arrived.frame, [])),
                peers=stage.peers(None),
                population=stage.population(None, None),
                catalogue=stage.catalogue,
            )
            made.figures = gather(arrived.frame, made.question)
            made.said = say_everything(made.figures)
            files = files_of([{"inputs": arrived.inputs}], arrived.frame["source"].unique().to_list())
            made.pack = pack_of(made.figures, made.said, "essex", files=files, commands=["pm pack"], notes=stage.said)
    finally:
        os.chdir(before)
    return made


def office_pages(path: Path) -> list[str]:
    """The text of each page that LibreOffice makes of a document; skips the test where it is not installed."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed here")
    done = subprocess.run(
        [office, f"-env:UserInstallation=file://{path.parent}/profile", "--headless", "--convert-to", "pdf", str(path)],
        cwd=path.parent, capture_output=True, check=False, timeout=240,
    )  # fmt: skip
    pdf = path.with_suffix(".pdf")
    assert pdf.exists(), done.stderr.decode()
    return [page.get_textpage().get_text_range() for page in importlib.import_module("pypdfium2").PdfDocument(pdf)]
