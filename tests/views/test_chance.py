"""What chance alone would find among many comparisons, in words and under the tables."""

from __future__ import annotations

import numpy as np
import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.notes import collecting
from pmcli.stats.counts import two_count_test
from pmcli.steps.compare import compare
from pmcli.tables import COMPARISON, SENTENCES
from pmcli.views import blocks_of
from pmcli.views.language.chance import MANY, by_chance
from pmcli.views.say import say
from tests.conftest import series


def test_it_is_said_of_many_tests_and_counts_those_that_were_made() -> None:
    assert by_chance([0.01] * (MANY - 1) + [None] * 50) is None
    assert by_chance([0.01, 0.2] * 43 + [None]) == (
        "Of 86 comparisons tested 43 are told from chance; chance alone would give about four, if nothing had changed."
    )
    assert "none are told from chance; chance alone would give about one," in str(by_chance([0.5] * MANY))
    assert "one is told from chance" in str(by_chance([0.04] + [0.05] * MANY))


def test_chance_gives_no_more_than_what_is_said() -> None:
    """Simulated: 20,000 pairs of Poisson counts of equal mean; the exact test holds its level, so at most 1 in 20."""
    counts = np.random.default_rng(12).poisson(400, (2, 20_000)).astype(float)
    called = (two_count_test(counts[0], counts[1], 1.0) < 0.05).mean()
    assert 0.04 < called < 0.053  # standard error 0.0015


def test_the_line_stands_once_under_a_table_of_many_comparisons_and_under_what_is_said_of_it() -> None:
    several = pl.concat(
        series([100.0 + 9 * n] * 72, measure="burglary", area=area)
        for n, area in enumerate(("essex", "kent", "surrey", "sussex", "norfolk", "suffolk"))
    )
    with collecting():
        frame = compare(several).collect()
    said = say(frame, COMPARISON, Catalogue())
    for table, rows in ((COMPARISON, frame), (SENTENCES, said)):
        lines = [line for block in blocks_of(rows, table, Catalogue()) for line, _ in block.lines]
        assert sum(line.startswith("Of 12 comparisons tested none are") for line in lines) == 1
        few = [line for block in blocks_of(rows.head(4), table, Catalogue()) for line, _ in block.lines]
        assert not any("chance alone" in line for line in few)
