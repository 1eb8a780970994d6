"""Options as data: a command names the ones it takes, and its signature and its values come from that."""

import inspect
import io
from datetime import date
from typing import Annotated

import polars as pl
import pytest
import typer

import pmcli
from pmcli.ask import Ask
from pmcli.catalogue import Catalogue
from pmcli.cli import COMMANDS
from pmcli.cli.options import Options, takes
from pmcli.steps.averages import Conventions
from tests.cli.conftest import complaint, fine, pm


def sample(given: Options, by: Annotated[str, typer.Option("--by")] = "sex", to: Annotated[int, typer.Option()] = 3):
    sample.seen = (given, by, to)


def test_the_words_are_the_signature_in_their_order_and_own_options_win():
    command = takes("measures by months to format")(sample)
    parameters = inspect.signature(command).parameters
    assert list(parameters) == ["measures", "by", "months", "to", "format"]
    assert (parameters["months"].default, parameters["to"].default) == (12, 3)
    command(measures=["burglary"], by="age", months=6, to=4, format=None)
    given, by, to = sample.seen
    assert (given.command, given.measures, given.months, given.to, by, to) == (
        "sample",
        ["burglary"],
        6,
        None,
        "age",
        4,
    )
    assert given.taken == {"measures", "months", "format"}


@pytest.mark.parametrize("words", ["measures by", "measures by to mesures"])
def test_a_slip_in_the_words_is_found_when_the_command_is_imported(words):
    with pytest.raises(TypeError, match=r"pm sample: \w+: an option"):
        takes(words)(sample)


def test_a_step_gets_the_parts_of_the_question_that_it_has_keywords_for():
    ask = Ask(
        Catalogue(), measures=["burglary"], to=date(2023, 9, 30), months=6, conventions=Conventions(sd="population")
    )
    parts = set(Ask._fields)
    for name in ("compare", "rank", "funnel", "outliers", "trend", "spc", "breakdown", "waves", "check"):
        step = getattr(pmcli, name)
        given = ask.of(step)
        assert set(given) == {key for key in inspect.signature(step).parameters if key in parts} - {
            key for key in parts if getattr(ask, key) is None
        }
        assert all(value is getattr(ask, key) for key, value in given.items())
    assert "months" not in Ask(Catalogue()).of(pmcli.compare)  # whose own default holds


def test_the_command_asks_what_the_library_is_asked(monthly):
    """What the options say reaches the step: every shared option, against the same keywords of the library."""
    asked = ["burglary", "--to", "2023-07", "--months", "6", "--baseline", "2020-06", "--force", "essex", "-f", "csv"]
    csv = fine(pm("compare", *asked, stdin=monthly))
    frame = pl.read_parquet(io.BytesIO(monthly))
    made = pmcli.compare(
        frame, measures=["burglary"], to=date(2023, 7, 31), months=6, baseline=date(2020, 6, 30), areas=["essex"]
    ).collect()
    assert csv.decode() == made.write_csv()


def test_only_what_a_command_takes_is_read(essex, tmp_path):
    """A peers file that is not there matters to the commands that hold something against peers, and to no other."""
    (tmp_path / "pm.toml").write_text('peers = "gone.csv"\npopulation = "gone too.csv"\n')
    fine(pm("trend", "-f", "csv", stdin=essex, cwd=tmp_path))
    fine(pm("compare", "-f", "csv", stdin=essex, cwd=tmp_path))
    assert "gone.csv" in complaint(pm("rank", stdin=essex, cwd=tmp_path), "rank", 1)


def test_an_odd_convention_is_said_before_anything_is_read(tmp_path):
    for command in ("compare", "rank", "outliers", "say", "pack"):
        force = ["--force", "essex"] if command == "pack" else []
        result = pm(command, "--average", "median", *force, cwd=tmp_path)
        assert "--average 'median' is neither simple nor pooled" in complaint(result, command, 2)


def test_every_command_of_the_list_has_a_file_and_a_line():
    for name in COMMANDS:
        module = __import__(f"pmcli.cli.{name}_command", fromlist=[name])
        assert callable(getattr(module, name))
