"""docs/notebook.md is a notebook: its code runs from top to bottom in samples/, and shows what stands under it.

And what it promises of the library: names as well as ids, months as text, tables of other libraries, HTML that holds
no markup of the data's.
"""

from __future__ import annotations

import ast
import re
import warnings
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

import polars as pl
import pytest

import pmcli
from pmcli.catalogue import Catalogue
from pmcli.errors import UsageError
from pmcli.steps.written import area_ids, last_day, measure_ids
from pmcli.tables import TABLES
from tests.conftest import ROOT, SAMPLES, series

GUIDE = ROOT / "docs" / "notebook.md"
CELL = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


def run(code: str, names: dict[str, Any]) -> str:
    """What a cell shows: the repr of its last line, where that is an expression."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, str(GUIDE), "exec"), names)  # noqa: S102 our own guide
    if not isinstance(last, ast.Expr):
        return ""
    shown = eval(compile(ast.Expression(last.value), str(GUIDE), "eval"), names)  # noqa: S307 the same
    return f"{shown!r}\n"


def cells() -> list[tuple[str, str]]:
    return [(found[1], found[2] or "") for found in CELL.finditer(GUIDE.read_text(encoding="utf-8"))]


def test_the_notebook_runs_and_shows_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SAMPLES)
    names: dict[str, Any] = {}
    assert len(cells()) > 5
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pmcli.PmNote)
        for code, shown in cells():
            assert run(code, names) == shown, code


# ---------------------------------------------------------------------------------------- names and months as text
@pytest.mark.parametrize(
    "given",
    [date(2023, 7, 31), date(2023, 7, 1), datetime(2023, 7, 9, 12), "2023-07", "Jul 2023", "July 2023", "2023-07-31"],
)
def test_a_month_may_be_written_in_many_ways(given: Any) -> None:
    assert last_day(given) == date(2023, 7, 31)


@pytest.mark.parametrize("given", ["2023", "soon", 202307])
def test_what_is_no_month_is_refused_by_its_name(given: Any) -> None:
    with pytest.raises(UsageError, match="baseline"):
        last_day(given, "baseline")


def test_names_become_ids_and_what_nobody_knows_stays() -> None:
    assert measure_ids(["Burglary", "vehicle offences", "robbery", "my-own"], None) == [
        "burglary", "vehicle-crime", "robbery", "my-own",
    ]  # fmt: skip
    assert area_ids(["Essex", "Avon & Somerset", "essex/castle-point", "Essex/Castle Point", "Atlantis"], None) == [
        "essex", "avon-and-somerset", "essex/castle-point", "essex/castle-point", "Atlantis",
    ]  # fmt: skip
    assert measure_ids("Burglary", None) == ["burglary"]  # a text is one name, not eight letters
    assert area_ids(None, None) is None


def test_ids_ask_nothing_of_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Catalogue, "__init__", lambda *_: pytest.fail("read"))
    assert measure_ids(["burglary"], None) == ["burglary"]
    assert area_ids(["essex", "essex/basildon"], None) == ["essex", "essex/basildon"]


@pytest.mark.parametrize(
    "step", ["compare", "trend", "spc", "breakdown", "rank", "outliers", "ahead", "funnel", "check"]
)
def test_every_step_takes_names_and_text_as_it_takes_ids_and_days(step: str) -> None:
    observations = pmcli.load(SAMPLES / "home-office-quarters.csv")
    function = getattr(pmcli, step)
    to = {} if step == "check" else {"to": date(2023, 12, 31)}
    told = {} if step == "check" else {"to": "Dec 2023"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pmcli.PmNote)
        by_id = function(observations, measures=["burglary"], areas=["essex"], **to).lazy().collect()
        by_name = function(observations, measures="Burglary", areas=["Essex"], **told).lazy().collect()
    assert by_name.equals(by_id)


# ------------------------------------------------------------------------------------------ tables of other libraries
ROWS = {"area": ["Essex", "Essex"], "measure": ["Burglary", "Robbery"], "period": ["2023-06", "2023-07"]}
FRAME = pl.DataFrame({**ROWS, "value": [351.0, None]})


def loaded(given: Any) -> pl.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pmcli.PmNote)
        return pmcli.load(given).collect()


def test_polars_frames_lazy_or_not_are_taken() -> None:
    found = loaded(FRAME)
    assert found["value"].to_list() == [351.0, None]
    assert found.equals(loaded(FRAME.lazy()))


def test_pandas_pyarrow_and_duckdb_are_taken() -> None:
    pytest.importorskip("pyarrow")
    pandas, duckdb = pytest.importorskip("pandas"), pytest.importorskip("duckdb")
    made = pandas.DataFrame({**ROWS, "value": [351.0, None]})
    dated = made.assign(period=lambda frame: pandas.to_datetime(frame["period"]))
    for given in (FRAME.to_arrow(), made, dated, duckdb.sql("select * from FRAME")):
        assert loaded(given).equals(loaded(FRAME)), type(given)


def test_pandas_without_pyarrow_is_taken_too() -> None:
    class Column:
        def __init__(self, cells: list[Any]) -> None:
            self.cells = cells

        def tolist(self) -> list[Any]:
            return self.cells

    class Frame:
        """What a pandas frame is to us where pyarrow is missing: NaN is not known."""

        columns = (*ROWS, "value")

        def __arrow_c_stream__(self, _schema: object = None) -> object:
            raise ImportError("pyarrow")

        def __getitem__(self, name: str) -> Column:
            return Column({**ROWS, "value": [351.0, float("nan")]}[name])

    assert loaded(Frame()).equals(loaded(FRAME))


def test_what_is_neither_files_nor_a_table_is_named() -> None:
    with pytest.raises(UsageError, match="takes no dict"):
        pmcli.load({"a": 1})


# --------------------------------------------------------------------------------------------------- how it is shown
class Tags(HTMLParser):
    """The tags of a piece of HTML, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_notebook_gets_the_rows_that_a_terminal_gets_and_no_markup_of_the_data() -> None:
    nasty = "<script>alert(1)</script>"
    shown = pmcli.show(series([1.0, 2.0, 3.0], area=nasty, measure="burglary"))
    html = Tags(shown._repr_html_())
    assert set(html.tags) <= {"p", "strong", "table", "thead", "tbody", "tr", "th", "td"}
    assert "<script>alert(1)" in html.text
    assert "<script>alert(1)" in repr(shown)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_can_be_shown_without_rows(table: Any) -> None:
    assert "no rows" in repr(pmcli.show(table.empty()))


def test_a_lazy_frame_of_our_own_would_not_last() -> None:
    class Own(pl.LazyFrame):
        """What docs/notebook.md says of such a class holds of the Polars that is installed."""

    frame = Own({"a": [1]})
    assert isinstance(frame.filter(pl.col("a") > 0), Own)
    for made in (frame.group_by("a").agg(pl.len()), pl.concat([frame, frame]), frame.collect().lazy()):
        assert not isinstance(made, Own)


def test_what_is_no_table_of_pm_is_refused() -> None:
    with pytest.raises(pmcli.PmError, match="no table of pm"):
        pmcli.show(pl.DataFrame({"a": [1]}))
