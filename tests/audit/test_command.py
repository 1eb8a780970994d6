"""`pm audit` by real processes: exit codes, formats, the table, standard input, data, hostile texts."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from datetime import date

import polars as pl
import pytest

from pmcli.tables import AUDIT, OBSERVATIONS
from tests.audit import documents
from tests.audit.documents import example
from tests.conftest import ROOT, pm

SEED = ROOT.parent / "shared" / "seed" / "essex-national-measures-2023-09.txt"
GOLDEN = ROOT.parent / "shared" / "golden"
WRONG = b"Burglary\n\n3 fewer offences than in 2022 (13 v. 23).\n"
RIGHT = b"Burglary\n\n10 fewer offences than in 2022 (13 v. 23).\n"


def rows(said: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(said.decode())))


def test_exit_codes_say_whether_something_contradicts():
    assert pm("audit", "-", "-f", "csv", stdin=RIGHT).returncode == 0
    assert pm("audit", "-", "-f", "csv", stdin=WRONG).returncode == 1
    assert pm("audit").returncode == 2
    assert pm("audit", "pack.odt").returncode == 2
    assert pm("audit", "there-is-none.txt").returncode == 1
    assert pm("audit", "-", "--force", "essex", stdin=RIGHT).returncode == 2


def test_the_table_holds_contradictions_or_with_all_every_claim():
    found = rows(pm("audit", "-", "-f", "csv", stdin=WRONG).stdout)
    assert [(row["place"], row["check"], row["result"], row["severity"]) for row in found] == [
        ("line 3", "difference", "contradicts", "arithmetic error")
    ]
    assert list(found[0]) == list(AUDIT.columns)
    everything = rows(pm("audit", "-", "--all", "-f", "csv", stdin=RIGHT).stdout)
    assert {row["result"] for row in everything} == {"consistent"}
    assert rows(pm("audit", "-", "-f", "csv", stdin=RIGHT).stdout) == []


def test_every_format_holds_the_same_rows(tmp_path):
    kept = json.loads(pm("audit", "-", "--all", "-f", "json", stdin=WRONG).stdout)
    pm("audit", "-", "--all", "-o", str(tmp_path / "x.parquet"), stdin=WRONG)
    frame = pl.read_parquet(tmp_path / "x.parquet")
    assert frame.schema == AUDIT.schema()
    assert frame.to_dicts() == kept
    shown = pm("show", "-i", str(tmp_path / "x.parquet"))
    assert b"13 and 23 differ by 10, not by 3." in shown.stdout


def test_the_same_bytes_give_the_same_bytes():
    document = example(total="5,450")
    asked = ("audit", "-", "--all", "-f", "csv")
    first, second = (pm(*asked, stdin=documents.text(document), cold=cold).stdout for cold in (False, True))
    assert first == second


def test_people_get_a_card_with_the_working():
    said = pm("audit", "-", "-f", "table", stdin=WRONG).stdout.decode()
    assert "Arithmetic error: 13 and 23 differ by 10, not by 3." in said
    assert "line 3: 3 fewer offences than in 2022 (13 v. 23)." in said
    assert "Working: 13 − 23 = −10" in said
    assert "How sure: the figures alone show it." in said


def test_no_control_character_of_a_document_reaches_the_output():
    hostile = b"Burglary\n\n3 fewer\x1b[2J\x1b]0;title\x07 offences \xe2\x80\xae(13 v. 23).\xc2\x9b31m\n"
    for form in ("table", "csv", "html"):
        said = pm("audit", "-", "--all", "-f", form, stdin=hostile).stdout.decode()
        assert "differ by 10" in said
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said)


def test_the_page_escapes_what_the_document_holds(tmp_path):
    hostile = b"Burglary\n\n3 fewer <script>alert(1)</script> offences (13 v. 23).\n"
    pm("audit", "-", "-o", str(tmp_path / "x.html"), stdin=hostile)
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "default-src &#39;none&#39;" in page
    assert '<html lang="en-GB">' in page
    assert page.count("<h1>") == 1
    assert "<mark>13</mark>" in page
    assert "http" not in page.replace("http-equiv", "")


def observed(tmp_path) -> str:
    months = [(date(2022, month, 1), 100.0 + month) for month in range(1, 13)]
    months += [(date(2023, month, 1), 90.0 + month) for month in range(1, 13)]
    frame = pl.DataFrame(
        {
            "source": "s", "measure": "burglary", "area": "essex", "dimension": "all", "category": "all",
            "period_end": [day for day, _ in months], "months": 1, "value": [value for _, value in months],
            "base": None, "effective": None,
        }
    ).with_columns(pl.col("period_end").dt.month_end()).cast(dict(OBSERVATIONS.schema()))  # fmt: skip
    frame.write_parquet(tmp_path / "observations.parquet")
    return str(tmp_path / "observations.parquet")


GIVES = "The document has 1,168; the data give 1,158."


@pytest.mark.parametrize(
    ("count", "result", "says"),
    [
        ("1,158", "consistent", ""),
        ("1,168", "contradicts", f"{GIVES} 1,168 is the figure of the 12 months to November 2023."),
        ("2,000", "contradicts", "The document has 2,000; the data give 1,158."),
    ],
)  # fmt: skip
def test_figures_are_held_against_the_data_and_the_nearest_reading_is_named(tmp_path, count, result, says):
    text = f"There were {count} burglary offences in the 12 months to December 2023.".encode()
    run = pm("audit", "-", "--all", "-i", observed(tmp_path), "--force", "essex", "-f", "csv", stdin=text)
    against = [row for row in rows(run.stdout) if row["check"] == "against-data"]
    assert [(row["result"], row["sentence"]) for row in against] == [(result, says)]
    assert run.returncode == (result == "contradicts")


def test_words_are_read_only_when_asked_for_and_never_count():
    text = b"Key findings\n\nPerformance is otherwise improving or stable.\n\nRobbery\n\n"
    text += b"61 more offences in the 12 months to September 2023 v. 12 months to September 2022 (1,061 v. 1,000).\n"
    quiet, asked = pm("audit", "-", "-f", "csv", stdin=text), pm("audit", "-", "--words", "-f", "csv", stdin=text)
    assert (quiet.returncode, rows(quiet.stdout)) == (0, [])
    assert (asked.returncode, [row["certainty"] for row in rows(asked.stdout)]) == (0, ["reading of words"])


def test_sixty_pages_of_pdf_are_read_in_ten_seconds(tmp_path):
    line = "Burglary fell by 10 offences from 110 to 100 in the 12 months to March 2023, and robbery rose by 5 to 55."
    pages = [[(40.0, 40.0 + 13 * row, 9.0, f"{line}") for row in range(18)] for _ in range(60)]
    (tmp_path / "long.pdf").write_bytes(documents.pdf_of(pages))
    began = time.process_time()
    from pmcli.audit import audit
    from pmcli.audit.readers import read
    from pmcli.catalogue import Catalogue

    document = read(str(tmp_path / "long.pdf"))
    audit(document, Catalogue())
    # A third of a full page each, so a third of the ten seconds that sixty full ones take on a machine of their own,
    # and three times that where tests run beside it.
    assert time.process_time() - began < 10


@pytest.mark.skipif(not SEED.exists(), reason="the long pack is not here")
def test_the_long_pack_and_the_short_texts_come_out_as_they_were_judged():
    import importlib.util

    spec = importlib.util.spec_from_file_location("evaluate_audit", ROOT / "docs" / "evaluation" / "evaluate_audit.py")
    assert spec is not None
    assert spec.loader is not None
    evaluate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(evaluate)
    truth = json.loads((GOLDEN / "audit-seed.json").read_text())
    got = evaluate.score(truth, evaluate.rows_of(SEED.read_text(), "seed"), False)
    assert got["seen"] >= 0.95 * got["claims"]
    assert (got["found"], got["required"]) == (16, 16)
    assert got["alarms"] <= 2
    for path in sorted((GOLDEN / "audit-corpus").glob("[0-9]*.json")):
        got = evaluate.score(
            json.loads(path.read_text()), evaluate.rows_of(path.with_suffix(".txt").read_text(), "t"), False
        )
        assert (got["found"], got["alarms"]) == (got["required"], 0), path.name
