"""What the changes table says: what turned, what was revised and by how much, what is new and what is gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Final

from pmcli.catalogue import Catalogue
from pmcli.tables import CHANGES, CHECK, EDITION, OBSERVATIONS, SERIES, SPC
from pmcli.views.changes.words import force_of, is_district, months_named
from pmcli.views.language import wording, words
from pmcli.views.language.forms import Figure
from pmcli.views.language.origins import of_rows
from pmcli.views.language.parts import category
from pmcli.views.language.statement import Row, Said, Sentence, rests
from pmcli.views.stated import PERIOD

TURNED: Final = ("verdict", "finding")
OF_PERIODS: Final = (OBSERVATIONS.name, SPC.name, CHECK.name, EDITION.name)
"""Tables whose values are counts of a period, which can be added up and told by series."""

_LISTED: Final = 3
"""So many new or gone figures of a series are named one by one."""


def statements(rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Said]:
    """A sentence for every finding that turned, and one a series on what was revised, is new and is gone."""
    several = len({force_of(row) for row in rows}) > 1
    texts: set[str] = set()
    for row in turned(rows):
        if row["sentence"] not in texts:
            texts.add(row["sentence"])
            stated = row["item"] and row["column"] in ("finding", "verdict")
            about = row["item"] if stated else f"{row['item']} {row['column']}".strip()
            yield _said([row], row["sentence"], row["what"], about)
    by = (*SERIES, "months")
    figures = sorted((row for row in rows if is_figure(row)), key=lambda row: (*(row[name] for name in by), *_end(row)))
    for _, found in groupby(figures, key=lambda row: tuple(row[name] for name in by)):
        series = list(found)
        named = several or is_district(series[0])
        for what in ("revised", "new period", "gone"):
            mine = list({row["sentence"]: row for row in series if row["what"] == what}.values())
            moved = [row for row in mine if row["table"] not in OF_PERIODS or _is_later(row, what)]
            for row in moved:
                yield _said([row], row["sentence"], what, f"{what} {row['item']}".strip())
            mine = [row for row in mine if row not in moved]
            if mine:
                text = _several(mine, what, catalogue, named=named) if len(mine) > 1 else mine[0]["sentence"]
                yield _said(mine, text, what, what)


def turned(rows: Sequence[Row]) -> list[Row]:
    """Verdicts and findings that turned: of a table whose statements are compared, those, not the cells under them."""
    found = [row for row in rows if row["what"] in TURNED]
    stated = [row for row in found if row["column"] == "finding" or row["table"] == "edition"]
    return stated + [row for row in found if row["what"] == "verdict" and row not in stated] if stated else found


def is_figure(row: Row) -> bool:
    """Whether a change is of a figure that stands for its row: the value of a period, or of a window."""
    if row["column"] != "value" or row["what"] not in ("new period", "revised", "gone"):
        return False
    return row["table"] != EDITION.name or row["item"].rpartition("/")[2] in (PERIOD, "gap")


def _is_later(row: Row, what: str) -> bool:
    """Whether a figure is that of a later window of a row that both tables have."""
    return what == "new period" and row["was"] is not None


def _end(row: Row) -> tuple[Any, ...]:
    return row["period_end"], row["item"]


def _said(rows: Sequence[Row], text: str, finding: str, about: str) -> Said:
    last = rows[-1]
    figures = {"value": Figure(_number(last["is"])), "comparator": Figure(_number(last["was"]))}
    sentence = Sentence(text, finding, None, about)
    origin = partial(of_rows, CHANGES.name, list(rows))
    return rests(last, CHANGES, sentence, origin, **figures)


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _several(rows: Sequence[Row], what: str, catalogue: Catalogue, *, named: bool) -> str:
    """'Burglary, Essex: 2 figures revised, March and April 2023: +40 in all, the largest March 2023, 312 to 340.'"""
    first = rows[0]
    name = f"{catalogue.label(first['measure'])}{category(first)}"
    name += f", {catalogue.area_label(first['area'])}" if named else ""
    ends = list(dict.fromkeys(row["period_end"] for row in rows))
    if what == "revised":
        whole = [row for row in rows if row["difference"] is not None]
        if not whole:
            return f"{name}: {len(rows)} figures revised, {months_named(ends, first['months'])}."
        largest = max(whole, key=lambda row: (abs(row["difference"]), row["period_end"]))
        net = sum(row["difference"] for row in whole)
        change = f"{words.count(_number(largest['was']))} to {words.count(_number(largest['is']))}"
        return (
            f"{name}: {len(rows)} figures revised, {months_named(ends, first['months'])}: {words.signed(net)} in all, "
            f"the largest {wording.window(largest['months'], largest['period_end'])}, {change}."
        )
    lead = "new" if what == "new period" else "gone"
    if len(rows) > _LISTED or len(ends) < len(rows):
        return f"{name}: {len(rows)} figures {lead}, {months_named(ends, first['months'])}."
    side = "is" if what == "new period" else "was"
    windows = [wording.window(row["months"], row["period_end"]) for row in rows]
    each = [f"{window} ({words.count(_number(row[side]))})" for window, row in zip(windows, rows, strict=True)]
    return f"{name}: {lead} {', '.join(each)}."
