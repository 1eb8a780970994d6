"""A project's own outlier rules: every window, scope and gate a rule can ask for, and what a rules file may not say.

The independent check is that a volume criterion is what `pm compare` says of the same windows, a rate criterion what
`pm rank` says, and a change criterion the mean and SD (statistics module) of what `pm compare` says of each force.
"""

from __future__ import annotations

import statistics
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmcli.catalogue import Catalogue, Criterion, Rule
from pmcli.catalogue.rules import AGAINST, KINDS, RESERVED, SCOPES, main_window
from pmcli.catalogue.rules_file import read_rules
from pmcli.errors import PmError
from pmcli.notes import collecting
from pmcli.steps.compare import BASELINE, compare
from pmcli.steps.outliers import outliers
from pmcli.steps.population import Population, read_peers, read_population
from pmcli.steps.rank import rank
from pmcli.steps.rolling import rolling
from pmcli.tables import OUTLIERS
from pmcli.views import blocks_of
from pmcli.views.outliers.sentences import gate, rule_sentence, verdict_sentence
from pmcli.views.say import ABOUT, say
from tests.conftest import ROOT, SAMPLES, series

JULY = date(2023, 7, 31)
MEASURES = ["violence-with-injury", "robbery"]


def ruled(folder: Path, text: str) -> Catalogue:
    """The catalogue of the samples with a rules file laid over it."""
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return Catalogue(extra_forces=SAMPLES / "forces.csv", extra_rules=path)


@pytest.fixture(scope="module")
def monthly() -> pl.DataFrame:
    from pmcli.sources import load

    catalogue = Catalogue(extra_forces=SAMPLES / "forces.csv")
    loaded = load([SAMPLES / "iquanta-monthly.csv"], mapping="iquanta-monthly", catalogue=catalogue)
    return loaded.observations.filter(pl.col("measure").is_in(MEASURES))


@pytest.fixture(scope="module")
def beside() -> dict[str, Any]:
    """The samples' peers and population."""
    catalogue = Catalogue(extra_forces=SAMPLES / "forces.csv")
    return {
        "peers": read_peers(SAMPLES / "peers.csv", catalogue),
        "population": read_population(SAMPLES / "population.csv", catalogue),
    }


def quarters(monthly: pl.DataFrame) -> pl.DataFrame:
    ends = pl.col("period_end").dt.month().is_in([3, 6, 9, 12])
    return rolling(monthly, 3).collect().filter(ends, pl.col("value").is_not_null())


MONTHS = st.integers(1, 40)
ONE = st.one_of(
    st.fixed_dictionaries({"kind": st.just("volume"), "months": MONTHS, "against": st.sampled_from(AGAINST)}),
    st.fixed_dictionaries({"kind": st.just("rate"), "months": MONTHS, "scope": st.sampled_from(SCOPES)}),
    st.fixed_dictionaries(
        {"kind": st.just("change"), "months": MONTHS, "against": st.sampled_from(AGAINST),
         "scope": st.sampled_from(SCOPES)}
    ),
)  # fmt: skip
GATES = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {"months": MONTHS, "increase": st.integers(0, 300), "against": st.sampled_from(AGAINST)}
    ),
)  # fmt: skip


def toml(values: dict[str, Any]) -> str:
    return "\n".join(f"{key} = {value if isinstance(value, int) else repr(value)}" for key, value in values.items())


def written(criteria: list[dict[str, Any]], needed: int, gated: dict[str, Any] | None) -> str:
    names = [f"c{number}" for number in range(len(criteria))]
    text = "".join(f"[criteria.{name}]\n{toml(one)}\n" for name, one in zip(names, criteria, strict=True))
    text += f"[groups.mine]\nmeasures = {MEASURES}\ncriteria = {names}\nneeded = {needed}\n"
    return text + (f"[groups.mine.gate]\n{toml(gated)}\n" if gated else "")


def compared(observations: pl.DataFrame, months: int, against: str, end: date) -> dict[tuple[str, str], dict[str, Any]]:
    """(measure, area) -> the row of `pm compare`; empty where rows of this length cannot make the window."""
    try:
        rows = compare(observations, months=months, against=[against], to=end).collect()
    except PmError as error:
        if "cannot be made" not in error.message:
            raise
        return {}
    return {(row["measure"], row["area"]): row for row in rows.iter_rows(named=True)}


@settings(max_examples=30)
@given(st.data(), st.lists(ONE, min_size=1, max_size=4), GATES, st.booleans())
def test_a_volume_is_what_compare_says_and_a_rate_what_rank_says(
    tmp_path_factory: pytest.TempPathFactory,
    monthly: pl.DataFrame,
    beside: dict[str, Any],
    data: st.DataObject,
    criteria: list[dict[str, Any]],
    gated: dict[str, Any] | None,
    by_quarter: bool,
) -> None:
    needed = data.draw(st.integers(1, len(criteria)))
    catalogue = ruled(tmp_path_factory.mktemp("rules"), written(criteria, needed, gated))
    observations = quarters(monthly) if by_quarter else monthly
    with collecting():
        table = outliers(observations, group="mine", catalogue=catalogue, **beside).collect()
        assert table.schema == OUTLIERS.schema()
        assert table.height == len(criteria) * 2 * 42
        ends = {row[0]: row[1] for row in table.select("measure", "period_end").unique().iter_rows()}
        assert len(set(ends.values())) == 1
        end = ends["robbery"]
        for number, one in enumerate(criteria):
            rows = table.filter(pl.col("criterion") == f"c{number}").to_dicts()
            assert {row["months"] for row in rows} == {one["months"]}
            if by_quarter and one["months"] % 3:
                span = "month" if one["months"] == 1 else f"{one['months']} months"
                for row in rows:
                    assert row["value"] is None
                    if row["flag"] is None:
                        known = ("cannot be made from rows of 3 months", "no Most Similar Group")
                        assert any(text in row["reason"] for text in known), row["reason"]
                        assert span in row["reason"] or "Most Similar" in row["reason"]
                continue
            check = {"volume": check_volume, "rate": check_rate, "change": check_change}[one["kind"]]
            check(rows, one, observations, end, catalogue, beside)
        check_verdicts(table, needed, gated, observations, end)


def check_volume(
    rows: list[dict[str, Any]], one: dict[str, Any], observations: pl.DataFrame, end: date, *_: object
) -> None:
    said = compared(observations, one["months"], one["against"], end)
    for row in rows:
        other = said[row["measure"], row["area"]]
        assert (row["value"], row["comparator"], row["against_end"]) == (
            other["value"], other["against_value"], other["against_end"],
        )  # fmt: skip
        if other["difference"] is not None:
            assert (row["difference"], row["flag"]) == (other["difference"], other["difference"] > 0)
        assert row["sd"] is None


def check_rate(
    rows: list[dict[str, Any]], one: dict[str, Any], observations: pl.DataFrame, end: date, catalogue: Catalogue,
    beside: dict[str, Any],
) -> None:  # fmt: skip
    ranked = rank(observations, months=one["months"], to=end, catalogue=catalogue, **beside).collect()
    ranked = ranked.filter(pl.col("scope") == one["scope"])
    said = {(row["measure"], row["area"]): row for row in ranked.iter_rows(named=True)}
    for row in rows:
        other = said.get((row["measure"], row["area"]))
        if other is None:
            assert row["flag"] is None
            assert "Most Similar Group" in row["reason"]
            continue
        assert row["value"] == pytest.approx(other["rate"])
        assert row["comparator"] == pytest.approx(other["mean"])
        assert row["sd"] == pytest.approx(other["sd"])
        assert row["flag"] == (other["rate"] - other["mean"] > other["sd"])
        assert row["against_end"] is None


def check_change(
    rows: list[dict[str, Any]], one: dict[str, Any], observations: pl.DataFrame, end: date, catalogue: Catalogue,
    beside: dict[str, Any],
) -> None:  # fmt: skip
    said = compared(observations, one["months"], one["against"], end)
    for row in rows:
        measure, area = row["measure"], row["area"]
        if one["scope"] == "national":
            members = catalogue.national()
        else:
            members = [area, *beside["peers"][area]] if area in beside["peers"] else []
        changes = [said[measure, member]["change"] for member in members]
        known = [change for change in changes if change is not None]
        assert row["value"] == (pytest.approx(said[measure, area]["change"], abs=1e-12))
        if len(known) < 2:
            assert row["flag"] is None
            continue
        mean, sd = statistics.fmean(known), statistics.stdev(known)
        assert (row["comparator"], row["sd"]) == (pytest.approx(mean, abs=1e-12), pytest.approx(sd, abs=1e-12))
        assert row["flag"] == (row["difference"] > row["sd"])


def check_verdicts(
    table: pl.DataFrame, needed: int, gated: dict[str, Any] | None, observations: pl.DataFrame, end: date
) -> None:
    said = compared(observations, gated["months"], gated["against"], end) if gated else {}
    for (measure, area), rows in table.group_by("measure", "area"):
        flags = rows["flag"].sum()
        met: bool | None = True
        if gated:
            more = said.get((str(measure), str(area)), {}).get("difference")
            if more is None and gated["against"] == "previous-year":
                continue  # known by algebra where `compare` does not know it: tested below
            met = None if more is None else more >= gated["increase"]
        if flags >= needed and met:
            expected = "outlier"
        elif met is False or flags + rows["flag"].null_count() < needed:
            expected = "not an outlier"
        else:
            expected = "undetermined"
        assert set(rows["verdict"]) == {expected}


@settings(max_examples=12)
@given(st.integers(1, 40))
def test_twelve_month_totals_know_the_difference_from_a_year_before_over_any_window(
    tmp_path_factory: pytest.TempPathFactory, monthly: pl.DataFrame, beside: dict[str, Any], months: int
) -> None:
    text = written([{"kind": "volume", "months": months, "against": "previous-year"}], 1, None)
    catalogue = ruled(tmp_path_factory.mktemp("rules"), text)
    columns = ["measure", "area", "difference", "flag", "verdict"]
    with collecting():
        direct = outliers(monthly, group="mine", to=JULY, catalogue=catalogue, **beside).collect()
        totals = outliers(rolling(monthly).collect(), group="mine", to=JULY, catalogue=catalogue, **beside).collect()
    assert direct["difference"].null_count() == 0
    assert totals.select(columns).equals(direct.select(columns))


def test_twelve_months_on_the_year_before_are_not_six(
    tmp_path: Path, monthly: pl.DataFrame, beside: dict[str, Any]
) -> None:
    catalogue = ruled(tmp_path, '[criteria.above-baseline]\nagainst = "previous-year"\n')
    rows = outliers(monthly, areas=["essex"], group="serious-violence", catalogue=catalogue, **beside).collect()
    one = rows.filter(pl.col("measure") == "violence-with-injury", pl.col("criterion") == "above-baseline")
    assert one.select("comparator", "value", "difference", "flag").row(0) == (16682, 15097, -1585, False)
    criterion = catalogue.rules["homicide"].criteria[0]
    assert criterion.label == "12 months v. the 12 months to a year before"  # the old words would be of another window


def test_a_gate_over_other_months_than_six_is_honoured(tmp_path: Path) -> None:
    population = Population({"population": {("essex", ""): {2023: 1_000_000.0}}}, "a million")
    essex = series([10.0] * 64 + [10.0, 10.0, 13.0], measure="homicide")  # 3 more in the last month; 12 fewer before
    for gated, expected in (
        ("{ months = 1, increase = 3 }", "outlier"),
        ("{ months = 1, increase = 4 }", "not an outlier"),
        ('{ months = 2, increase = 3, against = "baseline" }', "outlier"),
        ('{ months = 2, increase = 3.5, against = "baseline" }', "not an outlier"),
        ("false", "outlier"),
    ):
        text = f'[groups.homicide]\ncriteria = ["above-last-year-6m"]\nneeded = 1\ngate = {gated}\n'
        rows = outliers(essex, group="homicide", population=population, catalogue=ruled(tmp_path, text)).collect()
        assert set(rows["verdict"]) == {expected}, gated


def test_a_stanza_changes_only_the_keys_it_has(tmp_path: Path) -> None:
    shipped = Catalogue().rules
    rules = ruled(tmp_path, "[groups.homicide]\ngate = { increase = 8 }\n").rules
    assert rules["homicide"] == shipped["homicide"]._replace(gate_increase=8.0, own=True)
    assert rules["serious-violence"] == shipped["serious-violence"]
    rules = ruled(tmp_path, '[criteria.above-peer-rate]\nlabel = "rate beside our peers"\n').rules
    assert [rules[name].own for name in rules] == [True, True, False]
    assert rules["homicide"].criteria[3].label == "rate beside our peers"
    assert rules["homicide"].criteria[:3] == shipped["homicide"].criteria[:3]


def test_a_measure_of_no_priority_area_belongs_to_the_rule_that_judges_it(tmp_path: Path) -> None:
    text = '[groups.shops]\nmeasures = ["shoplifting", "burglary"]\ncriteria = ["above-baseline"]\nneeded = 1\n'
    catalogue = ruled(tmp_path, text)
    assert catalogue.groups["shops"] == "Shops"
    assert (catalogue.measures["shoplifting"].group, catalogue.measures["burglary"].group) == (
        "shops", "neighbourhood-crime",
    )  # fmt: skip
    assert Catalogue().measures["shoplifting"].group == "other"
    assert "shops" not in Catalogue().groups


def test_labels_made_for_a_criterion_are_those_that_the_shipped_ones_have() -> None:
    shipped = {one.id: one for rule in Catalogue().rules.values() for one in rule.criteria}
    data = {"criteria": {name: without(one) for name, one in shipped.items()}}
    group = {"measures": ["burglary"], "criteria": list(shipped), "needed": 1}
    made = read_rules([(Path("r"), data | {"groups": {"g": group}})], {"burglary": "count"})["g"]
    assert {one.id: one.label for one in made.criteria} == {one.id: one.label for one in shipped.values()}


def without(one: Criterion) -> dict[str, Any]:
    return {key: getattr(one, key) for key in ("kind", *KINDS[one.kind])}


def test_the_example_in_the_documentation_is_a_rules_file(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8").partition("### Your own rules")[2]
    rules = ruled(tmp_path, text.partition("```toml\n")[2].partition("```")[0]).rules
    assert rules["neighbourhood-crime"].needed == 1
    towns = rules["town-centres"]
    assert [(one.kind, one.months) for one in towns.criteria] == [("volume", 12), ("rate", 3)]
    assert (towns.gate_months, towns.gate_increase, towns.gate_against) == (3, 20.0, "previous-year")


def test_no_criterion_can_be_called_what_a_sentence_can_be_about() -> None:
    assert set(ABOUT) == RESERVED


@pytest.mark.parametrize(
    ("lengths", "main"), [([6, 12], 12), ([3, 6], 6), ([24, 3], 3), ([36, 24], 24), ([12, 24], 12)]
)
def test_a_rule_is_about_the_window_nearest_to_a_year(lengths: list[int], main: int) -> None:
    assert main_window(lengths) == main


def test_two_rules_may_judge_one_measure_and_the_sentences_say_which(
    tmp_path: Path, monthly: pl.DataFrame, beside: dict[str, Any]
) -> None:
    text = '[groups.watch]\nmeasures = ["robbery"]\ncriteria = ["above-baseline", "above-last-year-6m"]\nneeded = 1\n'
    catalogue = ruled(tmp_path, text)
    table = outliers(monthly, areas=["essex"], measures=["robbery"], catalogue=catalogue, **beside).collect()
    said = say(table, OUTLIERS, catalogue)
    verdicts = dict(said.filter(pl.col("about").str.starts_with("verdict")).select("about", "sentence").rows())
    assert verdicts["verdict"].startswith("Not an outlier: one of four criteria met (three needed)")
    watch = "By the rule for watch an outlier: one of two criteria met (one needed). "
    assert verdicts["verdict-watch"].startswith(watch)
    assert verdicts["verdict-watch"].endswith(" fewer offences by July 2023 would make it none.")
    assert said.select("measure", "area", "table", "about").is_duplicated().sum() == 0
    titles = [block.title for block in blocks_of(table, OUTLIERS, catalogue)]
    assert "Essex — Robbery   (12 months to Jul 2023)" in titles
    assert "Essex — Robbery, by the rule for watch   (12 months to Jul 2023)" in titles


def test_words_follow_the_rule() -> None:
    criteria = (Criterion("a", "volume", 3, "last 3 months", "previous-year"),)
    rule = Rule("g", ("robbery",), criteria, 1)
    row = {"flags": 1, "testable": 1, "needed": 1, "verdict": "outlier", "flag": True, "criterion": "a"}
    assert verdict_sentence(row, rule).text == "An outlier: the one criterion is met."
    none = row | {"flags": 0, "verdict": "not an outlier", "flag": False}
    assert verdict_sentence(none, rule).text == "Not an outlier: the one criterion is not met."
    assert rule_sentence(rule) == "One flag makes an outlier."
    gated = [
        (Rule("g", (), (), 1, 6, 5.0), "at least five more in the last six months than a year before"),
        (Rule("g", (), (), 1, 1, 0.0), "no fewer in the last month than a year before"),
        (Rule("g", (), (), 1, 12, 2.5, "baseline"), "at least 2.5 more in the last 12 months than in the baseline"),
        (
            Rule("g", (), (), 1, 3, 2.0, "baseline"),
            "at least two more in the last three months than in the last three months of the baseline",
        ),
    ]
    for one, text in gated:
        assert gate(one) == text


def test_a_table_made_by_other_rules_is_not_put_into_these_words(
    tmp_path: Path, monthly: pl.DataFrame, beside: dict[str, Any]
) -> None:
    mine = ruled(tmp_path, "[criteria.above-baseline]\nmonths = 6\n")
    table = outliers(monthly, areas=["essex"], catalogue=mine, **beside).collect()
    assert say(table, OUTLIERS, mine).height
    with pytest.raises(PmError, match="above-baseline is of other windows"):
        say(table, OUTLIERS, Catalogue())
    new = ruled(tmp_path, '[groups.g]\nmeasures = ["robbery"]\ncriteria = ["above-baseline"]\nneeded = 1\n')
    table = outliers(monthly, areas=["essex"], group="g", catalogue=new, **beside).collect()
    with pytest.raises(PmError, match="no outlier rule is known for the group 'g'") as raised:
        blocks_of(table, OUTLIERS, Catalogue())
    assert "--rules" in raised.value.hint


def test_the_baseline_overlap_is_said_of_the_windows_of_the_rule(tmp_path: Path, monthly: pl.DataFrame) -> None:
    catalogue = ruled(tmp_path, written([{"kind": "volume", "months": 3, "against": "baseline"}], 1, None))
    shared = "shares months with the window"
    for end, is_said in ((date(2023, 6, 30), True), (date(2023, 3, 31), False)):
        with collecting() as notes:
            outliers(monthly, group="mine", to=JULY, baseline=end, catalogue=catalogue).collect()
        assert any(shared in note for note in notes) == is_said
    assert BASELINE < JULY


GROUP = '[groups.g]\nmeasures = ["robbery"]\ncriteria = ["above-baseline"]\nneeded = 1\n'
VOLUME = '[criteria.v]\nkind = "volume"\nmonths = 12\nagainst = "baseline"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[rules.g]\nx = 1', "there is no table [rules]"),
        ("groups = 3", "groups is not a table"),
        ("[groups]\nhomicide = 3", "groups.homicide is not a table"),
        ('[criteria.v]\nkynd = "volume"', "[criteria.v] has no key 'kynd'\nDid you mean kind?"),
        ('[criteria.v]\nkind = "volumes"', "kind must be volume, rate or change, not 'volumes'\nDid you mean volume?"),
        ("[criteria.v]\nmonths = 6", "[criteria.v] lacks kind"),
        ('[criteria.v]\nkind = "volume"\nmonths = 6', "[criteria.v] lacks against\nA volume has months and against."),
        ('[criteria.v]\nkind = "rate"\nmonths = 6', "[criteria.v] lacks scope"),
        ('[criteria.v]\nkind = "rate"\nmonths = 6\nscope = "national"\nagainst = "baseline"', "against means nothing"),
        ('[criteria.above-baseline]\nkind = "rate"', "[criteria.above-baseline] lacks months"),
        (VOLUME.replace("12", "0"), "[criteria.v] months must be a number of months from 1 to 120, not 0"),
        (VOLUME.replace("12", "121"), "from 1 to 120, not 121"),
        (VOLUME.replace("12", "-6"), "from 1 to 120, not -6"),
        (VOLUME.replace("12", "6.0"), "from 1 to 120, not 6.0"),
        (VOLUME.replace("12", "true"), "from 1 to 120, not true"),
        (VOLUME.replace("12", '"6"'), "from 1 to 120, not '6'"),
        (VOLUME.replace("baseline", "base-line"), "against must be baseline or previous-year, not 'base-line'\nDid"),
        (VOLUME.replace('"baseline"', "3"), "against must be baseline or previous-year, not 3"),
        (VOLUME + "label = 3", "[criteria.v] label must be text in quotes, not 3"),
        ('[criteria.verdict]\nkind = "volume"', "'verdict' has another meaning"),
        ('[criteria."Above it"]\nkind = "volume"', "'Above it' is not an id\nAn id is"),
        ("[criteria.above-national-rate]\nscope = 'country'", "scope must be national or peers, not 'country'"),
        ("[groups.homicde]\nneeded = 2", "[groups.homicde] lacks measures\nDid you mean homicide?"),
        ("[groups.homicide]\nneed = 2", "[groups.homicide] has no key 'need'\nDid you mean needed?"),
        ("[groups.homicide]\nneeded = 5", "needed must be a number of criteria from 1 to 4, not 5"),
        ("[groups.homicide]\nneeded = 0", "from 1 to 4, not 0"),
        ('[groups.homicide]\ncriteria = ["above-baseline"]', "criteria are 1, and needed is 3"),
        (GROUP.replace("robbery", "robery"), "there is no measure 'robery'\nDid you mean robbery"),
        (GROUP.replace("robbery", "confidence"), "measures: confidence is a share\nThe rules judge counts."),
        (GROUP.replace('["robbery"]', '"robbery"'), "measures must be a list of ids in quotes, not 'robbery'"),
        (GROUP.replace('["robbery"]', "[]"), "measures must be a list of ids"),
        (GROUP.replace('["robbery"]', '["robbery", "robbery"]'), "measures has 'robbery' twice"),
        (GROUP.replace("above-baseline", "above-base"), "there is no criterion 'above-base'\nDid you mean"),
        (GROUP.replace("groups.g", "groups.other"), "Choose another id."),
        (GROUP + "gate = 5", "gate must be a table, or false, not 5"),
        (GROUP + "gate = { months = 6 }", "gate: lacks increase"),
        (GROUP + "gate = { months = 6, increase = -1 }", "increase must be a number of offences, 0 or more, not -1"),
        (GROUP + "gate = { months = 6, increase = nan }", "increase must be a number of offences"),
        (GROUP + "gate = { months = 600, increase = 1 }", "gate: months must be a number of months from 1 to 120"),
        (GROUP + 'gate = { months = 6, increase = 1, against = "peers" }', "against must be baseline or previous"),
        (GROUP + "gate = { month = 6, increase = 1 }", "gate: has no key 'month'\nDid you mean months?"),
        ("[groups", "is not a TOML file"),
    ],
)  # fmt: skip
def test_what_pm_does_not_know_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PmError) as raised:
        ruled(tmp_path, text)
    assert str(raised.value).startswith(str(tmp_path / "rules.toml"))
    assert said in str(raised.value)
