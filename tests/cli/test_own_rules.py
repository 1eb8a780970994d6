"""A project's own outlier rules by real processes: pm.toml and --rules, what they say, and what is refused."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from tests.cli.conftest import complaint, fine, table
from tests.conftest import SAMPLES, pm

RULES = """
[criteria.above-last-year]
kind = "volume"
months = 12
against = "previous-year"

[criteria.quick-rate]
kind = "rate"
months = 3
scope = "national"

[criteria.two-years-on]
kind = "change"
months = 24
against = "baseline"
scope = "national"

[groups.violence-watch]
label = "Violence watch"
measures = ["violence-with-injury", "shoplifting"]
criteria = ["above-last-year", "quick-rate", "two-years-on"]
needed = 2
gate = { months = 3, increase = 20 }
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder whose pm.toml reads the samples and lays rules of its own over pm's."""
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    lines = [
        f"data = ['{SAMPLES / 'iquanta-monthly.csv'}']", 'map = "iquanta-monthly"', 'force = "essex"',
        f"forces = '{SAMPLES / 'forces.csv'}'", f"peers = '{SAMPLES / 'peers.csv'}'",
        f"population = '{SAMPLES / 'population.csv'}'", 'rules = "rules.toml"',
    ]  # fmt: skip
    (tmp_path / "pm.toml").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def judged(*arguments: str, cwd: Path) -> pl.DataFrame:
    return table(fine(pm("outliers", "--group", "violence-watch", *arguments, cwd=cwd)))


def test_rules_of_pm_toml_get_the_windows_they_ask_for(project: Path) -> None:
    found = {row["criterion"]: row for row in judged(cwd=project).iter_rows(named=True)}
    year = found["above-last-year"]
    assert (year["value"], year["comparator"], year["flag"]) == (15097, 16682, False)
    (rank,) = table(
        fine(pm("rank", "violence-with-injury", "--months", "3", "--to", "2023-07", "--force", "essex", cwd=project))
    ).filter(pl.col("scope") == "national").to_dicts()  # fmt: skip
    quick = found["quick-rate"]
    assert (quick["months"], quick["value"], quick["comparator"], quick["sd"]) == (
        3, pytest.approx(rank["rate"]), pytest.approx(rank["mean"]), pytest.approx(rank["sd"]),
    )  # fmt: skip
    (compare,) = table(
        fine(pm("compare", "violence-with-injury", "--months", "24", "--against", "baseline", cwd=project))
    ).to_dicts()
    two = found["two-years-on"]
    assert (two["value"], two["against_end"]) == (pytest.approx(compare["change"]), compare["against_end"])


def test_the_table_is_headed_by_the_windows_of_the_rule(project: Path) -> None:
    said = fine(pm("outliers", "--group", "violence-watch", "-f", "table", cwd=project)).decode()
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert "12M Jul 22 12M Jul 23 Difference SD Hit" in lines
    assert "Offences 16,682 15,097 -1,585 N" in lines
    assert any(line.startswith("Per 1,000 population, 3M to Jul 23 ") for line in lines)
    assert any(line.startswith("24M Jul 23 v Dec 19 ") for line in lines)
    months = fine(
        pm("outliers", "--group", "violence-watch", "-f", "table", "--rules", "short.toml", cwd=shortened(project))
    )
    assert months.decode().splitlines()[0].endswith("(3 months to Jul 2023)")


def shortened(project: Path) -> Path:
    """The project with a second rules file, whose rule is about three months."""
    text = RULES.replace('criteria = ["above-last-year", "quick-rate", "two-years-on"]', 'criteria = ["quick-rate"]')
    (project / "short.toml").write_text(text.replace("needed = 2", "needed = 1"), encoding="utf-8")
    return project


def test_a_flag_beats_pm_toml_and_either_is_in_the_history(project: Path) -> None:
    for name, arguments in (("rules.toml", []), ("short.toml", ["--rules", "short.toml"])):
        out = project / f"{name}.parquet"
        fine(pm("outliers", "-o", out, *arguments, cwd=shortened(project)))
        stages = json.loads(pl.read_parquet_metadata(out)["pm"])["stages"]
        (entry,) = [item for item in stages[-1]["inputs"] if item["source"] == "rules"]
        digest = hashlib.sha256((project / name).read_bytes()).hexdigest()
        assert (entry["name"], entry["sha256"], entry["source"]) == (name, digest, "rules")
        assert digest in fine(pm("history", out)).decode()
    criteria = pl.read_parquet(project / "short.toml.parquet").filter(pl.col("group") == "violence-watch")["criterion"]
    assert criteria.unique().to_list() == ["quick-rate"]


def test_without_rules_of_its_own_no_file_is_named(project: Path) -> None:
    (project / "pm.toml").write_text((project / "pm.toml").read_text().replace("rules =", "# rules ="))
    fine(pm("outliers", "-o", "out.parquet", cwd=project))
    stages = json.loads(pl.read_parquet_metadata(project / "out.parquet")["pm"])["stages"]
    assert "rules" not in {item["source"] for item in stages[-1]["inputs"]}


def test_a_changed_threshold_turns_a_shipped_verdict(project: Path) -> None:
    asked = ("outliers", "--group", "neighbourhood-crime", "vehicle-crime")
    before = table(fine(pm(*asked, cwd=project)))
    (project / "rules.toml").write_text("[groups.neighbourhood-crime]\nneeded = 1\n", encoding="utf-8")
    after = table(fine(pm(*asked, cwd=project)))
    assert (set(before["verdict"]), set(after["verdict"])) == ({"not an outlier"}, {"outlier"})
    kept = [name for name in before.columns if name not in {"verdict", "needed", "chance", "verdict_chance"}]
    assert after.select(kept).equals(before.select(kept))


def test_a_window_that_the_rows_cannot_make_is_null_and_says_so(project: Path) -> None:
    (project / "rules.toml").write_text(
        '[criteria.five]\nkind = "volume"\nmonths = 5\nagainst = "baseline"\n'
        '[groups.g]\nmeasures = ["robbery"]\ncriteria = ["five"]\nneeded = 1\n',
        encoding="utf-8",
    )
    quarters = fine(pm("load", SAMPLES / "home-office-quarters.csv", cwd=project))
    (row,) = table(fine(pm("outliers", "--group", "g", cwd=project, stdin=quarters))).to_dicts()
    assert (row["value"], row["flag"], row["verdict"]) == (None, None, "undetermined")
    assert row["reason"] == "a window of 5 months cannot be made from rows of 3 months"


def test_what_is_wrong_with_the_rules_is_said_once_with_its_place(project: Path) -> None:
    for wrong, said in (
        (
            '[criteria.above-last-year]\nkind = "volume"\nmonths = 12\nagainst = "last-year"',
            "against cannot be 'last-year'",
        ),
        ('[groups.homicide]\nmeasures = ["homicides"]', "Did you mean homicide"),
        ("[groups.homicide]\nneded = 2", "[groups.homicide] has no key 'neded' Did you mean needed?"),
    ):
        (project / "rules.toml").write_text(wrong, encoding="utf-8")
        said_of_it = complaint(pm("outliers", cwd=project), "outliers", 1)
        assert said_of_it.startswith("rules.toml: [")
        assert said in said_of_it
    lost = complaint(pm("outliers", "--rules", "gone.toml", cwd=project), "outliers", 1)
    assert lost.startswith("gone.toml: No such file")


def test_what_a_rule_judged_is_said_by_those_who_know_the_rule(project: Path) -> None:
    made = fine(pm("outliers", "--group", "violence-watch", cwd=project))
    said = table(fine(pm("say", cwd=project, stdin=made)))
    texts = dict(said.select("about", "sentence").rows())
    assert texts["verdict-violence-watch"].startswith("By the rule for violence watch not an outlier: ")
    assert texts["above-last-year"] == (
        "Criterion not met: 12 months v. the 12 months to a year before (15,097 against 16,682)."
    )
    assert texts["quick-rate"].startswith("Criterion not met: 3-month rate v. the national average (2.17 against 2.45")
    elsewhere = SAMPLES.parent  # where no pm.toml is
    for command in ("say", "show"):
        unknown = complaint(pm(command, cwd=elsewhere, stdin=made), command, 1)
        assert "no outlier rule is known for the group 'violence-watch'" in unknown
        assert fine(pm(command, "--rules", project / "rules.toml", cwd=elsewhere, stdin=made))
    observed = table(fine(pm("say", "violence-with-injury", cwd=project)))
    assert "verdict-violence-watch" in observed["about"].to_list()


def test_the_pack_has_the_rule_its_words_and_its_file(project: Path) -> None:
    fine_pack = pm("pack", "--md", "--xlsx", "-o", project / "out", cwd=project)
    assert fine_pack.returncode == 0, fine_pack.stderr.decode()
    (path,) = (project / "out").glob("*.md")
    text = path.read_text(encoding="utf-8")
    assert "### Violence watch: outlier position" in text
    assert "The rule is this project's own, not the Home Office's." in text
    assert "not an outlier by this project's own rules for violence with injury, by the rule for violence watch" in text
    assert "Essex is not a Home Office outlier for " in text
    assert "and at least 20 more offences in the last 3 months than in the same months a year before." in text
    assert hashlib.sha256((project / "rules.toml").read_bytes()).hexdigest() in text
    (book,) = (project / "out").glob("*.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(book.read_bytes()))["outliers"]
    heads = [cell.value for cell in next(sheet.iter_rows(max_row=1))]
    formats = {
        row[heads.index("criterion")].value: row[heads.index("value")].number_format
        for row in sheet.iter_rows(min_row=2)
        if row[heads.index("group")].value == "violence-watch"
    }
    assert formats == {"above-last-year": "#,##0", "quick-rate": "#,##0.000", "two-years-on": "0.0%"}
