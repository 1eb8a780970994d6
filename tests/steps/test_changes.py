"""What differs between two tables: by the algebra that differences obey, and by revisions that were made by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pmcli
from pmcli.errors import PmError
from pmcli.history import Stage
from pmcli.periods import shift
from pmcli.steps.change_reasons import Differing
from pmcli.steps.changes import DIFFERED, cell, changes
from pmcli.tables import AUDIT, CHANGES, COMPARISON, EDITION, KEY, OBSERVATIONS, Table, check_keys
from tests.conftest import HOME_OFFICE, series

LATEST = date(2023, 7, 31)
Cells = dict[tuple[Any, ...], dict[str, Any]]

figures = st.none() | st.integers(-5, 500).map(float) | st.floats(0, 1, width=32)


def row_of(measure: str, area: str, back: int, value: float | None, base: float | None) -> dict[str, Any]:
    return {
        "source": "x", "measure": measure, "area": area, "dimension": "all", "category": "all",
        "period_end": shift(LATEST, -back), "months": 1, "value": value, "base": base, "effective": None,
    }  # fmt: skip


observed = st.lists(
    st.builds(
        row_of, st.sampled_from(["burglary", "robbery"]), st.sampled_from(["essex", "kent/maidstone"]),
        st.integers(0, 3), figures, figures,
    ),
    unique_by=lambda row: (row["measure"], row["area"], row["period_end"]), max_size=12,
).map(lambda rows: pl.DataFrame(rows, schema=OBSERVATIONS.schema(), orient="row"))  # fmt: skip


def cells(frame: pl.DataFrame, table: Table, identity: tuple[str, ...]) -> Cells:
    """Which row -> its cells that are not part of what says which row it is."""
    return {
        tuple(row[name] for name in identity): {name: row[name] for name in table.columns if name not in identity}
        for row in frame.iter_rows(named=True)
    }


def applied(old: pl.DataFrame, found: pl.DataFrame) -> Cells:
    """The older observations with the changes made to them, read from the changes table alone."""
    rows = cells(old, OBSERVATIONS, KEY)
    dtypes = OBSERVATIONS.schema()
    emptied: set[tuple[Any, ...]] = set()
    for one in found.iter_rows(named=True):
        key = tuple(one[name] for name in KEY)
        if one["what"] == "gone":
            emptied.add(key)
            continue
        value = None if one["is"] is None else pl.Series([one["is"]]).cast(dtypes[one["column"]])[0]
        rows.setdefault(key, dict.fromkeys(("value", "base", "effective")))[one["column"]] = value
    return {key: row for key, row in rows.items() if key not in emptied}


@given(observed)
def test_a_table_differs_in_nothing_from_itself(frame: pl.DataFrame) -> None:
    assert pmcli.diff(frame, frame.reverse()).is_empty()


@given(observed, observed)
def test_the_changes_made_to_the_older_table_give_the_newer(old: pl.DataFrame, new: pl.DataFrame) -> None:
    found = pmcli.diff(old, new)
    assert found.schema == CHANGES.schema()
    check_keys(found, CHANGES)
    assert applied(old, found) == cells(new, OBSERVATIONS, KEY)


@given(observed, observed)
def test_every_cell_that_differs_is_said_once_and_no_other(old: pl.DataFrame, new: pl.DataFrame) -> None:
    was, now = cells(old, OBSERVATIONS, KEY), cells(new, OBSERVATIONS, KEY)
    expected: Counter[tuple[Any, ...]] = Counter()
    for key in was.keys() | now.keys():
        if key in was and key in now:
            expected.update((*key, name, "revised") for name in was[key] if was[key][name] != now[key][name])
        else:
            row, what = (was[key], "gone") if key in was else (now[key], "new period")
            expected.update((*key, name, what) for name in row if row[name] is not None)
            if all(value is None for value in row.values()):
                expected.update([(*key, "value", what)])
    said = pmcli.diff(old, new).select(*KEY, "column", "what").rows()
    assert Counter(said) == expected


@given(observed, observed)
def test_the_other_way_round_was_and_is_change_places(old: pl.DataFrame, new: pl.DataFrame) -> None:
    turned = {"new period": "gone", "gone": "new period", "revised": "revised"}
    there, back = (
        Counter((*(row[name] for name in KEY), row["column"], row["what"], row["was"], row["is"]) for row in found)
        for found in (pmcli.diff(old, new).to_dicts(), pmcli.diff(new, old).to_dicts())
    )
    assert Counter((*key, turned[what], now, was) for *key, what, was, now in back.elements()) == there


@given(observed, observed)
def test_revised_is_said_only_of_a_period_that_both_have(old: pl.DataFrame, new: pl.DataFrame) -> None:
    found = pmcli.diff(old, new)
    revised = found.filter(pl.col("what") == "revised")
    for frame in (old, new):
        assert revised.join(frame, on=list(KEY), how="anti").is_empty()
    for row in found.filter(pl.col("what") != "revised").iter_rows(named=True):
        assert (row["was"] is None) or (row["is"] is None)


@given(st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.dates() | st.text(max_size=3))
def test_a_cell_as_text_says_all_of_it(value: Any) -> None:
    text = cell(value)
    if value is None or isinstance(value, str):
        assert text == value
    elif isinstance(value, bool):
        assert text == str(value).lower()
    elif isinstance(value, float):
        assert float(str(text)) == value
    else:
        assert date.fromisoformat(str(text)) == value


# ---------------------------------------------------------------------------------------------- results and statements


def compared(values: list[float], end: date = LATEST) -> pl.DataFrame:
    return pmcli.compare(series(values, end=end, measure="robbery"), to=end).collect()


def test_a_result_of_a_later_window_is_not_revised() -> None:
    months = [100.0 + n % 7 for n in range(60)]
    found = pmcli.diff(compared(months[:57], shift(LATEST, -3)), compared(months))
    moved = found.filter(pl.col("column").is_in(["period_end", "value"]))
    assert set(moved["what"]) == {"new period"}
    assert set(moved["because"]) == {"new-months"}
    assert "gone" not in set(found["what"])


def test_a_result_of_the_same_window_is_revised_by_the_revision_of_its_months() -> None:
    months = [100.0 + n % 7 for n in range(60)]
    found = pmcli.diff(compared(months), compared([*months[:-2], months[-2] + 9, months[-1] + 4]))
    value = found.filter(pl.col("column") == "value", pl.col("item") == "previous-year").row(0, named=True)
    assert (value["what"], value["difference"], value["because"]) == ("revised", 13.0, "revision")
    assert "new period" not in set(found["what"])


def test_a_finding_that_turned_is_a_row_of_its_own_with_its_figures() -> None:
    low, high = [300.0] * 12, [400.0] * 12
    old, new = compared([*high, *low]), compared([*high, *high])
    found = pmcli.diff(old, new).filter(pl.col("column") == "finding")
    (row,) = found.filter(pl.col("item") == "previous-year").to_dicts()
    assert (row["what"], row["was"], row["is"]) == ("finding", "improvement", "no clear change")
    assert row["sentence"] == "Robbery v. last year: no longer an improvement; 3,600 → 4,800."


@pytest.mark.parametrize("table", DIFFERED, ids=lambda table: table.name)
def test_tables_without_rows_differ_in_nothing(table: Table) -> None:
    assert changes(table.empty(), table.empty(), table) == []


def test_noise_of_the_last_digit_is_no_change_and_a_count_is_one() -> None:
    old = series([0.1 + 0.2, 1e15])
    new = series([0.3, 1e15 + 1])
    assert pmcli.diff(old, new)["is"].to_list() == ["1000000000000001"]


@pytest.mark.parametrize("table", [AUDIT, CHANGES])
def test_what_has_no_series_and_period_is_refused(table: Table) -> None:
    with pytest.raises(PmError, match="is not compared"):
        pmcli.diff(table.empty(), table.empty())


def test_two_kinds_are_refused_by_name() -> None:
    with pytest.raises(PmError, match="the older is the observations table, the newer the comparison table"):
        pmcli.diff(OBSERVATIONS.empty(), COMPARISON.empty())


def test_a_key_that_comes_twice_is_refused() -> None:
    frame = series([1.0, 2.0])
    with pytest.raises(PmError, match="the newer table: 2 rows share a key"):
        pmcli.diff(frame, pl.concat([frame, frame.head(1)]))


# ------------------------------------------------------------------------------------------------------------- reasons


def stage(**files: str) -> list[Stage]:
    inputs = [{"name": role, "sha256": sha, "source": role.replace("_", "-")} for role, sha in files.items()]
    return [{"command": "pm load", "version": files.pop("version", "1"), "inputs": inputs}]


def test_the_histories_tell_which_files_are_others() -> None:
    between = Differing.between(
        stage(home_office="a", peers="b", population="c"), stage(home_office="a", peers="B", population="c")
    )
    assert (between.roles, between.version, between.extracts) == (("peers",), False, False)
    assert Differing.between(stage(street="a"), stage(street="b")).extracts is True
    assert Differing.between([], stage(peers="a")) == Differing()
    assert Differing.between(stage(version="1"), stage(version="2")).version


def test_a_file_that_a_history_names_only_for_its_own_reading_is_no_reason() -> None:
    assert Differing.between(stage(street="a", previous="x"), stage(street="a", previous="y")).roles == ()


def edition(values: dict[str, float], *, end: date, verdict: str = "improvement", peers: str = "") -> pl.DataFrame:
    """An edition with one statement on the 12 months to `end` and the months behind it, by their names."""
    base = {"source": "x", "measure": "burglary", "area": "essex", "dimension": "all", "category": "all",
            "page": "burglary", "form": "count", "breaks": ""}  # fmt: skip
    months = {shift(end, -n): values.get(f"{shift(end, -n):%Y-%m}", 100.0) for n in range(24)}
    behind = [
        base | {"period_end": day, "months": 1, "statement": "burglary/period", "value": value}
        for day, value in months.items()
    ]
    window, earlier = ([months[shift(end, -n)] for n in range(start, start + 12)] for start in (0, 12))
    said = base | {
        "period_end": end, "months": 12, "statement": "burglary/previous-year", "value": sum(window),
        "against": "previous-year", "against_end": shift(end, -12), "against_value": sum(earlier),
        "difference": sum(window) - sum(earlier), "verdict": verdict, "breaks": peers, "sentence": "…",
    }  # fmt: skip
    return pl.DataFrame([said, *behind], schema=EDITION.schema(), orient="row")


def test_what_of_a_change_is_revision_is_told_apart_from_the_new_months() -> None:
    old = edition({"2023-03": 80.0, "2023-04": 110.0, "2022-05": 40.0}, end=date(2023, 4, 30))
    new = edition({"2023-03": 105.0, "2023-04": 125.0, "2023-05": 160.0, "2022-05": 40.0}, end=LATEST,
                  verdict="no clear change")  # fmt: skip
    (row,) = pmcli.diff(old, new).filter(pl.col("what") == "finding").to_dicts()
    # 12 months to April: 1,130. Gone with May to July 2022: 40, 100 and 100; come with those of 2023: 160, 100, 100.
    # March and April +25 and +15. 1,130 - 240 + 360 + 40 = 1,290.
    assert row["sentence"] == (
        "Burglary v. last year: no longer an improvement; 1,130 → 1,290, of which 40 by revision of March and April "
        "2023; the year before 1,200 → 1,140."
    )
    assert row["because"] == "new-months;revision"


def test_without_a_revision_none_is_spoken_of() -> None:
    old, new = edition({}, end=date(2023, 4, 30)), edition({"2023-06": 900.0}, end=LATEST, verdict="deterioration")
    (row,) = pmcli.diff(old, new).filter(pl.col("what") == "finding").to_dicts()
    assert row["because"] == "new-months"
    assert "revision" not in row["sentence"]


@given(st.lists(st.integers(50, 150), min_size=24, max_size=24), st.lists(st.integers(-9, 9), min_size=24, max_size=24),
       st.integers(0, 12))  # fmt: skip
def test_new_months_gone_months_and_revision_add_up(figures: list[int], revised: list[int], later: int) -> None:
    end = shift(LATEST, -later)
    was = {f"{shift(LATEST, -n):%Y-%m}": float(figures[n]) for n in range(24)}
    now = {f"{shift(LATEST, -n):%Y-%m}": float(figures[n] + revised[n]) for n in range(24)}
    old, new = edition(was, end=end), edition(now, end=LATEST, verdict="change")
    (change,) = (one for one in changes(old, new, EDITION) if one.what == "finding")
    assert change.before is not None
    assert change.after is not None
    came = sum(now[f"{shift(LATEST, -n):%Y-%m}"] for n in range(min(later, 12)))
    went = sum(was[f"{shift(end, n - 11):%Y-%m}"] if 11 - n + later < 24 else 100.0 for n in range(min(later, 12)))
    by = change.revision.by if change.revision else 0.0
    assert change.after["value"] - change.before["value"] == pytest.approx(came - went + by)


def test_a_recording_change_between_the_windows_is_a_reason_by_its_id() -> None:
    old = edition({}, end=date(2023, 4, 30))
    new = edition({}, end=LATEST, verdict="change", peers="counting-rules-burglary-2023")
    (row,) = pmcli.diff(old, new).filter(pl.col("what") == "finding").to_dicts()
    assert row["because"] == "new-months;counting-rules-burglary-2023"


# --------------------------------------------------------------------------------------------- two vintages that exist


@pytest.mark.skipif(not HOME_OFFICE.exists(), reason="needs ../shared/data")
def test_the_home_office_revised_2017_18_as_its_own_two_files_say() -> None:
    """Against the sums of the two published files, read here with Polars and nothing of pm."""
    first = HOME_OFFICE.with_name("prc-pfa-mar2013-onwards-tables201718.csv")
    found = pmcli.diff(pmcli.load(first), pmcli.load(HOME_OFFICE))
    mine = found.filter(
        pl.col("measure") == "robbery", pl.col("area") == "essex", pl.col("what") == "revised",
        pl.col("period_end").is_between(date(2017, 6, 30), date(2018, 3, 31)),
    )  # fmt: skip
    sums = [_robberies(pl.read_csv(path, infer_schema=False, encoding="utf8-lossy")) for path in (first, HOME_OFFICE)]
    by_quarter = {end: (was, sums[1][end]) for end, was in sums[0].items() if was != sums[1][end]}
    assert by_quarter
    assert {row["period_end"]: (float(row["was"]), float(row["is"])) for row in mine.to_dicts()} == by_quarter


def _robberies(frame: pl.DataFrame) -> dict[date, float]:
    """Essex's robberies by quarter of 2017/18, of a file of the Home Office."""
    frame = frame.rename({name: name.strip() for name in frame.columns})
    number = pl.col("Number of Offences").str.strip_chars().str.replace("-00", "0").str.replace_all(",", "").cast(float)
    rows = frame.filter(
        pl.col("Financial Year") == "2017/18", pl.col("Force Name") == "Essex", pl.col("Offence Group") == "Robbery"
    )
    ends = {1: date(2017, 6, 30), 2: date(2017, 9, 30), 3: date(2017, 12, 31), 4: date(2018, 3, 31)}
    found = rows.group_by(pl.col("Financial Quarter").cast(int)).agg(number.sum())
    return {ends[quarter]: total for quarter, total in found.iter_rows()}


# ------------------------------------------------------------------------------------- the cells of results, whatever

COMPARED = pmcli.compare(series([300.0] * 24, measure="robbery"), to=LATEST).collect()


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 9, width=32), st.sampled_from([0, 3])), min_size=2, max_size=2))
def test_every_cell_of_a_result_that_differs_is_said_once(edits: list[tuple[bool, float, int]]) -> None:
    """A comparison whose figures, p-values and windows are others: the changes are those of a cell by cell reading."""
    old, rows = COMPARED, COMPARED.to_dicts()
    for row, (touched, by, later) in zip(rows, edits, strict=False):
        if touched:
            row["value"], row["p_value"] = row["value"] + by, None if by > 5 else row["p_value"]
            row["period_end"] = shift(row["period_end"], later)
    new = pl.DataFrame(rows, schema=COMPARISON.schema(), orient="row")
    identity = tuple(name for name in COMPARISON.key if name != "period_end")
    was, now = cells(old, COMPARISON, identity), cells(new, COMPARISON, identity)
    expected = Counter((*key, name) for key in was for name in was[key] if was[key][name] != now[key][name])
    found = [one for one in changes(old, new, COMPARISON) if one.what != "gone"]
    assert Counter((*(one.row[name] for name in identity), one.column) for one in found) == expected
    for one in found:
        moved = one.before is not None and one.after is not None and one.before["period_end"] != one.after["period_end"]
        assert one.what == ("new period" if moved else "revised")
