"""Tables of counts: the plain one, and long and wide ones with a mapping."""

from __future__ import annotations

import pytest

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError
from pmcli.sources import load
from pmcli.sources.mapping import read_mapping, shipped

from .conftest import said, value

BOROUGHS = "MajorText,MinorText,LookUp_BoroughName,202106,202107"


@pytest.fixture
def mapped(tmp_path):
    def writer(text: str):
        path = tmp_path / "map.toml"
        path.write_text(text)
        return path

    return writer


def test_the_plain_table_takes_ids_and_labels(write):
    lines = ["Area,Measure,Period,Value", "Essex,burglary,Jul 2023,12", "essex/basildon,Vehicle offences,2023-07,7"]
    loaded = load(write("a.csv", [*lines, "Essex,moonshine,2023-07,1"]))
    assert value(loaded, "burglary", "essex", "2023-07-31") == 12
    assert value(loaded, "vehicle-crime", "essex/basildon", "2023-07-31") == 7
    assert set(loaded.observations["months"]) == {1}
    assert set(loaded.observations["source"]) == {"counts"}
    assert "1 row of 1 kind belongs to no measure; the commonest is 'moonshine'" in said(loaded)


def test_the_plain_table_with_months_and_base(write):
    lines = ["area,measure,period,months,value,base", "Essex,calls-within-10s,2023-06-30,3,80,100"]
    frame = load(write("a.csv", [*lines, "Essex,burglary,2023-06-30,12,80,"])).observations
    assert frame.select("measure", "months", "value", "base").rows() == [
        ("burglary", 12, 80.0, None),
        ("calls-within-10s", 3, 80.0, 100.0),
    ]


def test_a_length_that_nothing_says_is_asked_for(write, mapped):
    lines = ["area,measure,period,value", "Essex,burglary,2023-03,12", "Essex,burglary,2023-06,12"]
    with pytest.raises(PmError, match="3 months apart, and nothing says how long they are"):
        load(write("a.csv", lines))


def test_the_iquanta_mapping(write):
    lines = [
        "Force,Offence type,Month,Offences",
        'Essex,Violence with injury,Jul 2023,"1,201"',
        "Kent,Robbery,Jun 2023,9",
    ]
    loaded = load(write("a.csv", [*lines, "Kent,All sorts,Jun 2023,9"]), mapping="iquanta-monthly")
    assert value(loaded, "violence-with-injury", "essex", "2023-07-31") == 1201
    assert value(loaded, "robbery", "kent", "2023-06-30") == 9
    assert set(loaded.observations["source"]) == {"iquanta"}
    assert loaded.inputs[0].source == "counts"
    assert "'All sorts'" in said(loaded)


def test_every_shipped_mapping_is_valid():
    assert {"iquanta-monthly", "metropolitan-boroughs", "athena-records"} <= set(shipped())
    for name in shipped():
        assert read_mapping(name, Catalogue()).title


def test_boroughs_become_districts_and_their_sum_the_force(write):
    lines = [BOROUGHS, "Burglary,Domestic Burglary,Barnet,10,11", "Burglary,Burglary Business and Community,Barnet,1,2"]
    lines += ["Burglary,Domestic Burglary,Kingston upon Thames,5,..", "Vehicle Offences,Theft,Barnet,3,4"]
    loaded = load(write("a.csv", lines), mapping="metropolitan-boroughs")
    assert value(loaded, "burglary", "metropolitan/barnet", "2021-06-30") == 11
    assert value(loaded, "residential-burglary", "metropolitan/kingston-upon-thames", "2021-06-30") == 5
    assert value(loaded, "burglary", "metropolitan", "2021-06-30") == 16
    assert value(loaded, "burglary", "metropolitan", "2021-07-31") is None
    assert value(loaded, "vehicle-crime", "metropolitan", "2021-07-31") == 4


def test_the_later_vintage_wins_and_says_what_it_revised(write):
    old = write("z-old.csv", [BOROUGHS, "Burglary,Domestic Burglary,Barnet,10,11", "Robbery,Robbery,Barnet,1,2"])
    header = BOROUGHS.replace("202106", "202108")
    new = write("a-new.csv", [header, "Burglary,Domestic Burglary,Barnet,30,12", "Robbery,Robbery,Barnet,9,2"])
    for paths in ([old, new], [new, old]):
        loaded = load(paths, mapping="metropolitan-boroughs")
        assert value(loaded, "burglary", "metropolitan/barnet", "2021-06-30") == 10
        assert value(loaded, "burglary", "metropolitan/barnet", "2021-07-31") == 12
        assert value(loaded, "burglary", "metropolitan", "2021-08-31") == 30
        # July: burglary, residential burglary and all crime are revised, robbery is not.
        assert "a-new.csv is the later of the overlapping files and wins: it revised 3 values and repeated 1" in said(
            loaded
        )


def test_overlap_is_an_error_unless_the_mapping_says_otherwise(write, mapped):
    text = 'layout = "long"\nmonths = 1\n[columns]\narea = "F"\nmeasure = "O"\nperiod = "M"\nvalue = "N"\n'
    one = write("one.csv", ["F,O,M,N", "Essex,Burglary,Jul 2023,1"])
    two = write("two.csv", ["F,O,M,N", "Essex,Burglary,Jul 2023,2"])
    with pytest.raises(PmError, match=r"one\.csv \(row 2\) and .*two\.csv \(row 2\) both give 'Burglary' for essex"):
        load([one, two], mapping=mapped(text))
    loaded = load([two, one], mapping=mapped('overlap = "later-file-wins"\n' + text))
    assert value(loaded, "burglary", "essex", "2023-07-31") == 1


def test_measures_across_the_page(write, mapped):
    text = (
        'layout = "wide-measures"\nmonths = 12\nforce = "essex"\n[columns]\nperiod = "Year to"\n'
        '[measures]\n"Burglaries" = "burglary"\n"Robberies" = "robbery"\n'
    )
    lines = ["Year to,Burglaries,Robberies", "Dec 2019,10,11", "Dec 2020,12,lots"]
    loaded = load(write("a.csv", lines), mapping=mapped(text))
    assert value(loaded, "burglary", "essex", "2020-12-31") == 12
    assert value(loaded, "robbery", "essex", "2020-12-31") is None
    (problem,) = loaded.report.problems
    assert (problem.row, problem.example) == (3, "lots in the column Robberies")


def test_periods_across_the_page_under_a_title(write, mapped):
    text = 'layout = "wide-periods"\n[columns]\narea = "Area"\nmeasure = "Crime"\n[measures]\nBurglary = "burglary"\n'
    lines = ["Crimes by area", "", "Area,Crime,Apr '18 to Mar '19,Apr '19 to Mar '20,Change", "Essex,Burglary1,10,11,1"]
    loaded = load(write("a.csv", lines), mapping=mapped(text))
    assert value(loaded, "burglary", "essex", "2020-03-31") == 11
    assert loaded.observations["months"].to_list() == [12, 12]


def test_conditions_on_the_files_own_columns(write, mapped):
    text = (
        'months = 1\n[columns]\narea = "Area"\nperiod = "Month"\nvalue = "N"\n[where]\n'
        'burglary = "\\"Crime type\\" = \'Burglary\'"\nresidential-burglary = "Place = \'Home\'"\n'
    )
    lines = ["Area,Crime type,Place,Month,N", "Essex,Burglary,Home,Jul 2023,3", "Essex,Burglary,Shop,Jul 2023,4"]
    loaded = load(write("a.csv", lines), mapping=mapped(text))
    assert value(loaded, "burglary", "essex", "2023-07-31") == 7
    assert value(loaded, "residential-burglary", "essex", "2023-07-31") == 3


def test_a_column_that_is_not_there_gets_the_closest(write):
    path = write("a.csv", ["Force,Offence types,Month,Offences", "Essex,Burglary,Jul 2023,1"])
    with pytest.raises(PmError, match=r"a\.csv lacks the column 'Offence type' that the mapping") as error:
        load(path, mapping="iquanta-monthly")
    assert "Offence types" in error.value.hint


def test_a_mapping_with_where_that_names_a_column_that_is_not_there(write, mapped):
    text = '[columns]\narea = "A"\nperiod = "M"\nvalue = "N"\n[where]\nburglary = "Kindd = 1"\n'
    with pytest.raises(PmError, match="names a column that the data lack: Kindd") as error:
        load(write("a.csv", ["A,Kind,M,N", "Essex,x,Jul 2023,1"]), mapping=mapped(text))
    assert "Kind" in error.value.hint


LONG = '[columns]\narea = "A"\nmeasure = "O"\nperiod = "M"\nvalue = "N"\n'


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("layout = ", "is not a TOML file", ""),
        ('layuot = "long"', "no field 'layuot'", "layout"),
        ('layout = "wide"\n' + LONG, "there is no layout 'wide'", "wide-"),
        ('months = "1"\n' + LONG, "months must be a whole number", ""),
        ("months = 0\n" + LONG, "months must be 1 to 120", ""),
        ('source = "My Table"\n' + LONG, "source must be lower-case words", ""),
        ('overlap = "first"\n' + LONG, "overlap cannot be 'first'", "later-file-wins"),
        ('force = "esex"\n' + LONG, "no force 'esex'", "essex"),
        ('district = "D"\n' + LONG, "go with the force", ""),
        (LONG + '[measures]\nx = "burglry"\n', "no measure 'burglry'", "burglary"),
        (LONG.replace('area = "A"\n', ""), "needs \\[columns\\] area", ""),
        (LONG.replace('value = "N"\n', 'valeu = "N"\n'), "cannot be 'valeu'", "value"),
        ('layout = "wide-periods"\n[columns]\narea = "A"\n', "needs \\[measures\\] or \\[where\\]", ""),
        ('period_pattern = "("\n' + LONG, "not a regular expression", ""),
    ],
)
def test_a_mapping_that_is_wrong_says_what_and_how(write, mapped, text, message, hint):
    with pytest.raises(PmError, match=message) as error:
        load(write("a.csv", ["A,O,M,N"]), mapping=mapped(text))
    assert hint in error.value.hint


def test_a_mapping_nobody_has_and_one_for_another_layout(write):
    path = write("a.csv", ["A,O,M,N"])
    with pytest.raises(UsageError, match="no such mapping file") as error:
        load(path, mapping="iquanta-monthy")
    assert "iquanta-monthly" in error.value.hint
    with pytest.raises(UsageError, match="not for home-office"):
        load(path, mapping="iquanta-monthly", source="home-office")


def test_a_column_whose_name_ends_in_other_digits_is_another_column(write, mapped):
    wide = 'layout = "wide-measures"\nforce = "essex"\n[columns]\nperiod = "Month"\n[measures]\nQ37 = "burglary"\n'
    with pytest.raises(PmError, match="lacks the column 'Q37'"):
        load(write("a.csv", ["Month,Q40,Q41,Q42", "Jul 2023,1,2,3"]), mapping=mapped(wide))
    loaded = load(write("b.csv", ["Month,Q40,q 37,Q41", "Jul 2023,1,2,3"]), mapping=mapped(wide))
    assert value(loaded, "burglary", "essex", "2023-07-31") == 2


def test_footnote_digits_of_the_file_are_read_past_where_one_column_fits(write, mapped):
    wide = 'layout = "wide-measures"\nforce = "essex"\n[columns]\nperiod = "Month"\n[measures]\nBurglary = "burglary"\n'
    loaded = load(write("a.csv", ["Month,Burglary5", "Jul 2023,4"]), mapping=mapped(wide))
    assert value(loaded, "burglary", "essex", "2023-07-31") == 4
    with pytest.raises(PmError, match="lacks the column 'Burglary'"):
        load(write("b.csv", ["Month,Burglary 1,Burglary 2", "Jul 2023,4,5"]), mapping=mapped(wide))


def test_labels_that_differ_in_their_last_digits_stay_apart(write, mapped):
    text = '[columns]\narea = "A"\nmeasure = "M"\nperiod = "P"\nvalue = "V"\n[measures]\n'
    text += '"Code 1" = "burglary"\n"Code 2" = "robbery"\nHomicide = "homicide"\n'
    rows = [
        "Essex,Code 1,Jul 2023,1",
        "Essex,code 2,Jul 2023,2",
        "Essex,Code 3,Jul 2023,4",
        "Essex,Homicide5,Jul 2023,8",
    ]
    loaded = load(write("a.csv", ["A,M,P,V", *rows]), mapping=mapped(text))
    assert value(loaded, "burglary", "essex", "2023-07-31") == 1
    assert value(loaded, "robbery", "essex", "2023-07-31") == 2
    assert value(loaded, "homicide", "essex", "2023-07-31") == 8
    assert "'Code 3'" in said(loaded)


REFERRALS = "Force,Month,Arrestees,Referred into treatment"


@pytest.mark.parametrize("base", ["", "-5", "n.k.", "159"])
def test_a_share_without_a_base_that_can_be_is_not_known_and_is_reported(base, write):
    rows = ["Essex,May 2023,1950,160", f"Essex,Jun 2023,{base},160", "Essex,Jul 2023,0,0"]
    loaded = load(write("r.csv", [REFERRALS, *rows]), mapping="referrals")
    assert loaded.observations.select("value", "base").rows() == [(160.0, 1950.0), (None, None), (0.0, 0.0)]
    assert "row 3 ('160 of " in said(loaded)
    assert "the base is" in said(loaded) or "above its base" in said(loaded)
    with pytest.raises(PmError, match="Mend the file"):
        load(write("s.csv", [REFERRALS, *rows]), mapping="referrals", strict=True)


def test_a_count_with_a_base_is_refused(write, mapped):
    lines = ["area,measure,period,value,base", "Essex,burglary,2023-06,80,100"]
    with pytest.raises(PmError, match=r"row 2 gives a base of 100 to burglary, which is a count"):
        load(write("a.csv", lines))


def test_a_share_without_a_base_column_is_refused(write, mapped):
    with pytest.raises(PmError, match="drug-referrals is a share, and no column is its base"):
        load(write("a.csv", ["area,measure,period,value", "Essex,drug-referrals,2023-06,80"]))
    wide = (
        'layout = "wide-measures"\nforce = "essex"\n[columns]\nperiod = "Month"\n[measures]\nRefs = "drug-referrals"\n'
    )
    with pytest.raises(PmError, match="drug-referrals is a share"):
        load(write("b.csv", ["Month,Refs", "Jul 2023,1"]), mapping=mapped(wide))
