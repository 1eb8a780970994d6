"""Surveys: respondents against plain Python sums, and percentages in the spellings that publishers use."""

from __future__ import annotations

import random
import tomllib
from collections import defaultdict
from datetime import date

import polars as pl
import pytest

from pmcli.errors import PmError
from pmcli.sources import load

from .conftest import said

KEYS = ("measure", "area", "dimension", "category", "period_end")

RESPONDENTS = """
source = "test"
layout = "respondents"
force = "essex"
[columns]
period = "When"
district = "District"
weight = "Weight"
[measures.confidence]
column = "Q13b"
positive = ["Excellent", "Good"]
negative = ["Fair", "Poor", "Very poor"]
excluded = ["Don't know"]
[dimensions.sex]
column = "Sex"
labels = { M = "Male", F = "Female" }
[dimensions.age]
column = "Age"
bands = [35, 55]
[dimensions]
victim = "Victim"
"""
HEADER = "When,District,Sex,Age,Victim,Q13b,Weight"

TABLE = """
source = "test"
layout = "survey-table"
force = "essex"
months = 12
measure = "confidence"
[columns]
period = "Wave"
percentage = "Good"
base = "Base"
"""


@pytest.fixture
def mapped(tmp_path):
    def writer(text: str):
        path = tmp_path / "map.toml"
        path.write_text(text.replace("[dimensions]\nvictim", "[dimensions.victim]\ncolumn"))
        return path

    return writer


def figures(loaded) -> dict[tuple, tuple[float, float, float | None]]:
    """key -> (value, base, effective)."""
    frame = loaded.observations
    return {tuple(row[:5]): row[5:] for row in frame.select(*KEYS, "value", "base", "effective").rows()}


def whole(loaded, month: date = date(2023, 2, 28)) -> tuple[float, float, float | None]:
    return figures(loaded)["confidence", "essex", "all", "all", month]


# ------------------------------------------------------------------------------------------------- respondents
def people(number: int, seed: int = 1) -> list[list[str]]:
    rng = random.Random(seed)
    answers = ["Excellent", "good", " GOOD. ", "Fair", "Poor", "very  poor", "Don't know", "DON’T KNOW", "", "Awful"]
    return [
        [
            f"2023-0{rng.randint(1, 4)}-{rng.randint(1, 28):02}",
            rng.choice(["Harlow", "HARLOW", "Castle Point", ""]),
            rng.choice(["M", "f", "F ", "", "X"]),
            rng.choice(["16", "34", "35.0", "54", "55", "90", ""]),
            rng.choice(["victim of crime", "Victim of crime", "Not a victim of crime"]),
            rng.choice(answers),
            rng.choice(["0.5", "1", "2.25", "0", "", "-1", "x"]),
        ]
        for _ in range(number)
    ]


def by_hand(rows: list[list[str]]) -> dict[tuple, tuple[float, float, float | None]]:
    """The same sums, in plain Python, from the description in docs/surveys.md alone."""
    sums: dict[tuple, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for when, district, sex, age, victim, answer, weight in rows:
        plain = answer.lower().replace("’", "").replace("'", "").replace(".", "").split()
        text = " ".join(plain)
        if weight not in ("0.5", "1", "2.25", "0") or text not in ("excellent", "good", "fair", "poor", "very poor"):
            continue
        w, yes = float(weight), text in ("excellent", "good")
        end = pl.Series([when]).str.to_date().dt.month_end()[0]
        sexes = {"m": "Male", "f": "Female", "": "not stated"}
        ages = {"": "not stated", "16": "Under 35", "34": "Under 35", "35.0": "35-54", "54": "35-54"}
        kinds = [
            ("essex", "all", "all"),
            ("essex", "sex", sexes.get(sex.strip().lower(), sex)),
            ("essex", "age", ages.get(age, "55+")),
            ("essex", "victim", victim.capitalize()),
        ]
        if district:
            kinds.append((f"essex/{district.lower().replace(' ', '-')}", "all", "all"))
        for kind in kinds:
            for place, more in enumerate((w * yes, w, w * w)):
                sums["confidence", *kind, end][place] += more
    return {key: (yes, base, base**2 / squares if squares else None) for key, (yes, base, squares) in sums.items()}


def csv(rows: list[list[str]]) -> list[str]:
    return [HEADER, *(",".join(row) for row in rows)]


@pytest.mark.parametrize("seed", range(6))
def test_respondents_are_summed_as_by_hand(seed, write, mapped):
    rows = people(300, seed)
    loaded = load(write("a.csv", csv(rows)), mapping=mapped(RESPONDENTS))
    found, expected = figures(loaded), by_hand(rows)
    assert set(expected) <= set(found)
    for key, row in found.items():
        assert row == pytest.approx(expected.get(key, (0.0, 0.0, None))), key
    assert set(loaded.observations["months"]) == {1}
    assert set(loaded.observations["source"]) == {"test"}


def test_order_and_files_do_not_matter(write, mapped):
    rows = people(200)
    one = figures(load(write("a.csv", csv(rows)), mapping=mapped(RESPONDENTS)))
    mixed = rows[::-1]
    files = [write("b.csv", csv(mixed[:90])), write("c.csv", csv(mixed[90:]))]
    two = figures(load(files, mapping=mapped(RESPONDENTS)))
    assert set(one) == set(two)
    assert all(two[key] == pytest.approx(row) for key, row in one.items())


def test_what_is_left_out_is_said(write, mapped):
    rows = [["2023-02-01", "Harlow", "M", "40", "No", answer, weight] for answer, weight in
            [("Good", "1"), ("Goood", "1"), ("Goood", "1"), ("Meh", "1"), ("Don't know", "1"), ("", "1"),
             ("Good", ""), ("Good", "-2"), ("Good", "heavy"), ("Good", "0")]]  # fmt: skip
    loaded = load(write("a.csv", csv(rows)), mapping=mapped(RESPONDENTS))
    assert whole(loaded) == (1.0, 1.0, 1.0)
    text = said(loaded)
    assert "3 answers for confidence not named in the mapping, and left out of the base: 'Goood' (2), 'Meh' (1)" in text
    assert "did you mean good" in text
    assert "first is row 3" in text
    for line in ("weight in 'Weight' is blank; the first is row 8", "is negative; the first is row 9 ('-2')",
                 "is no number; the first is row 10 ('heavy')", "1 respondent of weight 0",
                 "of 7 respondents, 1 without an answer (not asked) and 1 with one that"):  # fmt: skip
        assert line in text


def test_strict_stops_at_an_answer_that_the_mapping_does_not_name(write, mapped):
    rows = [["2023-02-01", "Harlow", "M", "40", "No", "Goood", "1"]]
    with pytest.raises(PmError, match="'Goood'"):
        load(write("a.csv", csv(rows)), mapping=mapped(RESPONDENTS), strict=True)


def test_without_weights_each_counts_for_one(write, mapped):
    text = RESPONDENTS.replace('weight = "Weight"\n', "")
    loaded = load(write("a.csv", csv(people(50))), mapping=mapped(text))
    assert set(loaded.observations["effective"]) == {None}
    assert all(base == int(base) for base in loaded.observations["base"])


@pytest.mark.parametrize("text", ["01/02/2023", "2023-02-01", "44958", "1 Feb 2023", "Feb 2023", "2023-02-14 10:30"])
def test_dates_in_their_spellings(text, write, mapped):
    loaded = load(write("a.csv", csv([[text, "Harlow", "M", "40", "No", "Good", "1"]])), mapping=mapped(RESPONDENTS))
    assert whole(loaded) == (1.0, 1.0, 1.0)
    assert "month's end" not in said(loaded)  # a date of interview stands for its month, and is no oddity


def test_a_group_without_a_respondent_has_a_base_of_zero(write, mapped):
    rows = [
        ["2023-01-01", "Harlow", "M", "40", "No", "Good", "1"],
        ["2023-04-01", "Epping", "F", "40", "No", "Poor", "2"],
    ]
    found = figures(load(write("a.csv", csv(rows)), mapping=mapped(RESPONDENTS)))
    assert found["confidence", "essex/harlow", "all", "all", date(2023, 4, 30)] == (0.0, 0.0, None)
    assert not [key for key in found if key[4] == date(2023, 2, 28)]  # nobody at all was asked: a gap


def test_a_missing_column_is_named_with_the_closest(write, mapped):
    path = write("a.csv", csv(people(3)))
    with pytest.raises(PmError, match=r"lacks the column 'Wieght'.*\nDid you mean Weight\?"):
        load(path, mapping=mapped(RESPONDENTS.replace('"Weight"', '"Wieght"')))
    several = RESPONDENTS.replace('weight = "Weight"', 'weight = ["Weihgt", "Wt"]')
    with pytest.raises(PmError, match=r"no column 'Weihgt' or 'Wt' \(the weight\)\nDid you mean Weight\?"):
        load(path, mapping=mapped(several))


def test_a_column_may_be_called_differently_in_each_file(write, mapped):
    rows = [["2023-02-01", "Harlow", "M", "40", "No", "Good", "1"]]
    files = [write("a.csv", csv(rows)), write("b.csv", [HEADER.replace("Weight", "IndWgt"), ",".join(rows[0])])]
    text = RESPONDENTS.replace('weight = "Weight"', 'weight = ["IndWgt", "Weight"]')
    assert whole(load(files, mapping=mapped(text))) == (2.0, 2.0, 2.0)


@pytest.mark.parametrize(
    ("old", "new", "said_"),
    [
        ('"Fair",', '"fair", "GOOD",', "the answer 'good' is both positive and negative"),
        ("confidence", "confidense", r"there is no measure 'confidense'\nDid you mean confidence"),
        ("confidence", "call-answer-time", "is a mean, and a survey gives shares"),
        ("positive", "postive", r"has no field 'postive'\nDid you mean positive"),
        ("bands = [35, 55]", "bands = [55, 35]", "bands must be rising numbers"),
        ('force = "essex"', 'force = "esex"', r"no force 'esex'\nDid you mean"),
        ('force = "essex"', "", r"needs \[columns\] area"),
        ('period = "When"', 'perod = "When"', r"cannot be 'perod'\nDid you mean period"),
        ("[dimensions.sex]", "[dimensions.Sex]", "a dimension cannot be called 'Sex'"),
        ("source", "sauce", r"has no field 'sauce'\nDid you mean source"),
    ],
)
def test_a_mapping_that_is_none(old, new, said_, write, mapped):
    with pytest.raises(PmError, match=said_):
        load(write("a.csv", csv(people(3))), mapping=mapped(RESPONDENTS.replace(old, new)))


def test_waves_with_names_of_their_own(write, mapped):
    rows = [[wave, "Harlow", "M", "40", "No", "Good", "1"] for wave in ("Wave 1", "wave 2")]
    text = RESPONDENTS + '[waves]\n"Wave 1" = "Apr 22 - Sep 22"\n"Wave 2" = "Oct 22 - Mar 23"\n'
    frame = load(write("a.csv", csv(rows)), mapping=mapped(text)).observations
    assert set(frame.select("period_end", "months").rows()) == {(date(2022, 9, 30), 6), (date(2023, 3, 31), 6)}


# ------------------------------------------------------------------------------------------- percentages in a table
def table(*lines: str) -> list[str]:
    return ["Wave,Good,Base", *lines]


@pytest.mark.parametrize("ways", [("81.1", "79.7"), ("0.811", "0.797"), ("81.1%", "79.7 %"), ("81.1%", "79.7")])
def test_percentages_in_each_spelling(ways, write, mapped):
    lines = table(*(f"Mar {year},{share},200" for year, share in zip((2022, 2023), ways, strict=True)))
    loaded = load(write("a.csv", lines), mapping=mapped(TABLE))
    assert loaded.observations["value"].to_list() == pytest.approx([162.2, 159.4])
    assert loaded.observations["base"].to_list() == [200.0, 200.0]
    assert set(loaded.observations["months"]) == {12}


def test_a_bare_fraction_among_percentages_is_not_guessed(write, mapped):
    path = write("a.csv", table("Mar 2021,81.1,200", "Mar 2022,0.811,200", "Mar 2023,81.1%,200"))
    loaded = load(path, mapping=mapped(TABLE))
    assert loaded.observations["value"].to_list() == pytest.approx([162.2, None, 162.2])
    assert "could be either" in said(loaded)
    assert "row 3 ('0.811')" in said(loaded)
    sure = load(path, mapping=mapped(TABLE.replace("months", 'unit = "percent"\nmonths')))
    assert sure.observations["value"].to_list() == pytest.approx([162.2, 1.622, 162.2])


def test_nothing_but_ones_is_asked_about(write, mapped):
    path = write("a.csv", table("Mar 2022,1,200", "Mar 2023,0,200"))
    with pytest.raises(PmError, match=r"every figure in 'Good' is 0 or 1.*\nSay which in the mapping: unit"):
        load(path, mapping=mapped(TABLE))
    for unit, value in (("percent", 2.0), ("fraction", 200.0)):
        loaded = load(path, mapping=mapped(TABLE.replace("months", f'unit = "{unit}"\nmonths')))
        assert loaded.observations["value"].to_list() == [value, 0.0]


def test_what_no_share_can_be_is_not_known(write, mapped):
    lines = table("Mar 2020,81,200", "Mar 2021,181,200", "Mar 2022,-4,200", "Mar 2023,..,200", "Mar 2024,80,-3")
    loaded = load(write("a.csv", lines), mapping=mapped(TABLE))
    assert loaded.observations["value"].to_list() == [162.0, None, None, None, None]
    assert "below 0 or above 100" in said(loaded)
    assert "1 base below 0: not known" in said(loaded)


def test_positives_instead_of_percentages(write, mapped):
    text = TABLE.replace('percentage = "Good"', 'positives = "Good"')
    loaded = load(write("a.csv", table("Mar 2022,150,200", "Mar 2023,201,200")), mapping=mapped(text))
    assert loaded.observations["value"].to_list() == [150.0, None]
    assert "above their base" in said(loaded)


def test_a_wave_given_twice_names_both_rows(write, mapped):
    with pytest.raises(PmError, match=r"\(row 2\) and .*\(row 4\) both give confidence in essex, 12 months to 2022"):
        load(write("a.csv", table("Mar 2022,80,200", "Mar 2023,81,200", "Mar 22,79,200")), mapping=mapped(TABLE))


def test_a_length_that_nothing_says_is_asked_for(write, mapped):
    text = TABLE.replace("months = 12\n", "")
    with pytest.raises(PmError, match="12 months apart, and nothing says how long"):
        load(write("a.csv", table("Mar 2022,80,200", "Mar 2023,81,200")), mapping=mapped(text))
    spans = load(write("b.csv", table("Jul 21 - Jun 22,80,200", "12 months to June 2023,81,200")), mapping=mapped(text))
    assert set(spans.observations.select("period_end", "months").rows()) == {
        (date(2022, 6, 30), 12),
        (date(2023, 6, 30), 12),
    }


def test_a_year_that_may_be_a_month_is_asked_about(write, mapped):
    lines = table("2007-08,80,200", "2008-09,81,200")
    years = load(write("a.csv", lines), mapping=mapped(TABLE))
    assert years.observations["period_end"].to_list() == [date(2008, 3, 31), date(2009, 3, 31)]
    with pytest.raises(PmError, match="may be a financial year or a month"):
        load(write("a.csv", lines), mapping=mapped(TABLE.replace("months = 12\n", "")))


def test_months_that_the_waves_contradict(write, mapped):
    with pytest.raises(PmError, match="waves 1 month apart, and the mapping says that each is 12 months long"):
        load(write("a.csv", table("Mar 2022,80,200", "Apr 2022,81,200")), mapping=mapped(TABLE))


def test_the_plain_table_needs_no_mapping(write):
    lines = [
        "area,measure,period,months,percentage,base,effective,dimension,category",
        "Essex,confidence,Jun 2023,12,72%,500,440,,",
        "Essex,Police doing a good job in this area (Q13b),Jun 2023,12,60%,90,80,victim,Victim of crime",
        "essex/Castle Point,confidence,Jun 2023,3,56%,50,,all,",
        "Essex,burglary,Jun 2023,3,56%,50,,all,",
    ]
    loaded = load(write("a.csv", lines))
    rows = loaded.observations.select(
        "area", "dimension", "category", "months", pl.col("value").round(9), "effective"
    ).rows()
    assert rows == [
        ("essex", "all", "all", 12, 360.0, 440.0),
        ("essex", "victim", "Victim of crime", 12, 54.0, 80.0),
        ("essex/castle-point", "all", "all", 3, 28.0, None),
    ]
    assert loaded.inputs[0].source == "survey"
    assert "the commonest is 'burglary'" in said(loaded)


WAVES = TABLE + '[waves]\n"Wave 1" = "{}"\n'


def test_a_time_under_waves_that_is_no_period_is_refused_when_the_mapping_is_read(tmp_path, write):
    mapping = tmp_path / "tw3.toml"
    mapping.write_text(WAVES.format("sometime"))
    with pytest.raises(PmError, match=r"tw3\.toml: \[waves\] \"Wave 1\" = 'sometime' is no period"):
        load(tmp_path / "never-read.csv", mapping=mapping)


def test_a_wave_without_a_time_says_where_to_give_it(tmp_path, write):
    mapping = tmp_path / "w.toml"
    mapping.write_text(WAVES.format("Apr 22 - Mar 23"))
    columns = tomllib.loads(TABLE)["columns"]
    rows = [
        {"period": wave, "breakdown": "Force", "group": "Force", "percentage": "50", "base": "100"}
        for wave in ("Wave 1", "Wave 2")
    ]
    lines = [",".join(columns.values()), *(",".join(row[role] for role in columns) for row in rows)]
    loaded = load(write("s.csv", lines), mapping=mapping)
    assert loaded.observations.height == 1
    assert "cannot be read as a period: give them under [waves] in the mapping" in said(loaded)


def test_a_survey_of_a_header_alone_says_that_it_has_no_rows(tmp_path, write):
    mapping = tmp_path / "r.toml"
    mapping.write_text(RESPONDENTS)
    with pytest.raises(PmError, match="It has no rows"):
        load(write("r.csv", [HEADER]), mapping=mapping)
    with pytest.raises(PmError, match="It has no rows"):
        load(write("p.csv", ["area,measure,period,percentage,base"]))


def test_a_slip_in_the_layouts_name_is_met_first(tmp_path, write):
    mapping = tmp_path / "r.toml"
    mapping.write_text(RESPONDENTS.replace('"respondents"', '"respondent"'))
    with pytest.raises(PmError, match="there is no layout 'respondent'\nDid you mean respondents"):
        load(tmp_path / "never-read.csv", mapping=mapping)
