"""A figure is a value until it is written: its text, its number format, and that nothing else makes text of one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pmcli.tables import FORMS, TABLES
from pmcli.views.language import forms
from pmcli.views.language.forms import Figure, for_workbook, in_a_column, text
from tests.conftest import ROOT

SOURCE = ROOT / "src" / "pmcli"
NUMBERS = sorted(set(forms._TEXTS) - {"month", "short-month"})
FINITE = st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: 0.0 if abs(value) < 1e-9 else value)


def shown(value: float, numbers: str) -> str:
    """What a spreadsheet shows of a value by a number format of the kinds that pm writes.

    Sections by sign or by condition, digits, thousands, decimals, a percent sign and quoted texts; as ECMA-376 part 1,
    18.8.31 describes them. A second section shows the value without its sign.
    """
    sections = numbers.split(";")
    if sections[0].startswith("["):
        for section in sections:
            found = re.match(r"\[<([0-9.]+)\]", section)
            if found is None or value < float(found[1]):
                section = section[found.end() :] if found else section
                break
    elif len(sections) == 1:
        section = sections[0]
    else:
        section = sections[0 if value > 0 or (value == 0 and len(sections) < 3) else 1 if value < 0 else 2]
        value = abs(value)
    literal = re.sub(r'"([^"]*)"', lambda quoted: "".join(f"\x00{letter}" for letter in quoted[1]), section)
    pattern = re.search(r"(?<!\x00)[#0][#0,.]*%?", literal)
    if pattern is None:
        return literal.replace("\x00", "")
    places = len(pattern[0].rstrip("%").partition(".")[2])
    digits = f"{abs(value) * (100 if pattern[0].endswith('%') else 1):{',' if ',' in pattern[0] else ''}.{places}f}"
    sign = "-" if value < 0 and float(digits.replace(",", "")) else ""
    percent = "%" if pattern[0].endswith("%") else ""
    return (sign + literal[: pattern.start()] + digits + percent + literal[pattern.end() :]).replace("\x00", "")


@given(value=FINITE, form=st.sampled_from(NUMBERS), mark=st.sampled_from(["", "*", " ↑"]))
def test_a_workbook_shows_a_figure_as_its_text_has_it(value, form, mark):
    if form == "p":
        value = abs(value) % 1
    figure = Figure(value, form, mark)
    held, numbers = for_workbook(figure)
    assert isinstance(held, float | int)
    said = str(figure)
    if said.strip("-+0.,% p*↑") == "" and form not in {"count", "p"}:
        said = said.replace("-0", "0")  # a spreadsheet shows no sign before nothing
    assert close(shown(held, numbers), said), (value, numbers)


def close(one: str, other: str) -> bool:
    """Whether two texts are the same, but for the last digit of a number that lies half way between two."""
    if one == other:
        return True
    digits = [re.sub(r"[^0-9.]", "", part) for part in (one, other)]
    if re.sub(r"[0-9.,+-]", "", one) != re.sub(r"[0-9.,+-]", "", other) or not all(digits):
        return False
    places = max(len(part.partition(".")[2]) for part in digits)
    return abs(float(digits[0]) - float(digits[1])) <= 1.01 * 10.0**-places


def test_the_examples_of_every_form():
    given_as = {
        "count": (14958.0, "14,958", "#,##0"), "signed": (-41.0, "-41", "+#,##0;-#,##0;#,##0"),
        "expected": (1280.4, "1,280", "#,##0"), "limit": (31.25, "31.2", "#,##0.0"),
        "rate": (0.7721, "0.772", "#,##0.000"),
        "signed-rate": (0.4, "+0.40", "+0.00;-0.00;+0.00"), "ratio": (1.183, "1.18", "0.00"),
        "fine-ratio": (0.1177, "0.118", "0.000"), "percent": (0.137, "+13.7%", "+0.0%;-0.0%;0.0%"),
        "whole-percent": (-0.1083, "-11%", "0%"), "share": (0.811, "81.1%", "0.0%"),
        "points": (0.014, "+1.4 pp", '+0.0" pp";-0.0" pp";0.0" pp"'), "whole-points": (0.05, "+5", "+0;-0;0"),
        "p": (0.0004, "<0.001", '[<0.001]"<0.001";[<0.1]0.000;0.00'),
    }  # fmt: skip
    assert sorted(given_as) == NUMBERS
    for form, (value, said, numbers) in given_as.items():
        assert (text(value, form), for_workbook(Figure(value, form))[1]) == (said, numbers), form
        assert text(None, form) == "–"
    july = Figure(date(2023, 7, 31), "short-month", " (base)*")
    assert (str(july), for_workbook(july)) == ("Jul 23 (base)*", (date(2023, 7, 31), 'mmm yy" (base)*"'))
    assert for_workbook(Figure(-0.1425, "points"))[0] == -14.25


def test_every_form_of_the_contract_is_written_in_a_workbook():
    for table in TABLES:
        for name, column in table.columns.items():
            assert column.form in FORMS, (table.name, name)
            assert in_a_column(column.form, 0.5) in {"#,##0.000", "0", "0.0%", "0.000"}


# ---------------------------------------------------------------------------------------------- reading the source
_OF_NUMBERS = re.compile(r"[+,_]|(?:^|[^%a-zA-Z])\.?\d*[dfeg%]$|\.\d")
HERE = ("views/language/", "drawing/text.py", "drawing/forces.py", "drawing/pencil.py")
"""Where a number may become text: the words that all views share, the tick labels of charts, and the coordinates of
their SVG."""


def formats_of_numbers(path: Path) -> Iterator[str]:
    """The number formats in a file: {value:,.1f}, "{:.2f}".format(value), format(value, ".1%")."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = "".join(str(part.value) for part in node.format_spec.values if isinstance(part, ast.Constant))
            if _OF_NUMBERS.search(spec):
                yield f"{path.relative_to(SOURCE)}:{node.lineno} {spec}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for spec in re.findall(r"\{[\w.]*:([^{}]*)\}", node.value):
                if _OF_NUMBERS.search(spec):
                    yield f"{path.relative_to(SOURCE)}:{node.lineno} {spec}"


def test_no_figure_becomes_text_outside_the_language():
    seen = [found for path in SOURCE.rglob("*.py") for found in formats_of_numbers(path)]
    assert any(found.startswith("views/language/") for found in seen)  # the scan sees what it looks for
    folders = ("views/", "drawing/", "pack/")
    stray = [found for found in seen if found.startswith(folders) and not found.startswith(HERE)]
    assert stray == []
    templates = [path.read_text(encoding="utf-8") for path in (SOURCE / "pack").rglob("*.j2")]
    assert templates
    assert not any(".format(" in template for template in templates)
