"""Texts that recognition or a careless hand has spoilt: never an exception, always a table of the contract."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pmcli.audit import audit
from pmcli.audit.findings import findings, table
from pmcli.audit.readers import markdown, text
from pmcli.catalogue import Catalogue
from pmcli.tables import AUDIT

CATALOGUE = Catalogue()
TEXTS = sorted(Path(__file__).with_name("texts").glob("*.txt"))
DEBRIS = (
    "\t", " ", "(", ")", "%", "0", "-", " v. ", "\n", "1,0", "🔱", "Υ", "of ", "from ", "to ", " out of ", "Total\t",
    " 0 ", "0%", " Q4 2023/24 ", "31 June 2023 ", "[", "]", "6M TY\t", " per 1,000 ", "\t5\tY\n",
)  # fmt: skip


def spoilt(rng: random.Random) -> str:
    signs = list(rng.choice(TEXTS).read_text(encoding="utf-8"))
    for _ in range(rng.randint(1, 30)):
        at = rng.randrange(len(signs))
        match rng.randrange(4):
            case 0:
                del signs[at : at + rng.randint(1, 6)]
            case 1:
                signs[at:at] = list(rng.choice(DEBRIS))
            case 2:
                other = rng.randrange(len(signs))
                signs[at], signs[other] = signs[other], signs[at]
            case _:
                signs[at:at] = signs[max(0, at - 40) : at]
    return "".join(signs)


@pytest.mark.parametrize("reader", [text, markdown], ids=["text", "markdown"])
@pytest.mark.parametrize("seed", range(60))
def test_a_spoilt_text_gives_a_table(reader, seed):
    document = spoilt(random.Random(seed))
    made = table(findings(audit(reader.read(document.encode(), "spoilt"), CATALOGUE, wording=bool(seed % 2))))
    assert made.schema == AUDIT.schema()
    assert made.select("number", "check", "result", "other_place").is_duplicated().sum() == 0
