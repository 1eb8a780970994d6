"""The verdicts of the outlier rules on one force: in a line for an index, and by priority area for the first page."""

from __future__ import annotations

from datetime import date
from itertools import chain
from typing import Any

from pmcli.catalogue.rules import main_window
from pmcli.notes import listing
from pmcli.pack.model import Statement
from pmcli.pack.names import called, either, every
from pmcli.pack.view import View
from pmcli.views.language.origins import joined
from pmcli.views.language.wording import against
from pmcli.views.language.words import long_month
from pmcli.views.outliers import sentences as outliers


def headline(view: View) -> str:
    """The outlier verdicts of a force in a line."""
    judged = _judged(view)
    parts = []
    for verdict, said in (("outlier", "Outlier"), ("not an outlier", "Not an outlier"), ("undetermined", "Not told")):
        mine = [rows[0] for rows in judged if rows[0]["verdict"] == verdict]
        own = [" (this project's own rule)" if view.catalogue.rules[row["group"]].own else "" for row in mine]
        names = [f"{_label(view, row)}{whose}" for row, whose in zip(mine, own, strict=True)]
        if names:
            parts.append(f"{said}: {every(names)}.")
    return " ".join(parts) or "Not judged: no figures for the measures with criteria."


def verdicts(view: View) -> list[Statement]:
    """Who is an outlier on what, by priority area: an outlier first, and what cannot be judged is never passed over."""
    made = []
    for own in (False, True):
        judged = [rows for rows in _judged(view) if view.catalogue.rules[rows[0]["group"]].own is own]
        by_verdict = {
            verdict: [rows for rows in judged if rows[0]["verdict"] == verdict]
            for verdict in ("outlier", "not an outlier", "undetermined")
        }
        whose = "an outlier by this project's own rules" if own else "a Home Office outlier"
        for kind, verdict, text in (
            ("alarm", "outlier", _is_one(view, by_verdict["outlier"], whose)),
            ("verdict", "not an outlier", _is_none(view, judged, whose)),
            ("caveat", "undetermined", _untold(view, by_verdict["undetermined"], own)),
        ):
            if text:
                origin = joined(outliers.origin_of(rows) for rows in by_verdict[verdict])
                name = f"verdict.{'own.' if own else ''}{verdict.replace(' ', '-')}"
                made.append(Statement(text, kind, origin, name))
    force = view.catalogue.forces.get(view.area)
    if force is not None and force.kind != "territorial":
        text = f"The outlier criteria are for territorial forces: {view.label} is not judged."
        made.append(Statement(text, "caveat", id="verdict.none"))
    elif view.judged.is_empty():
        text = f"No measure with outlier criteria has figures for {view.label}: not judged."
        made.append(Statement(text, "caveat", id="verdict.none"))
    return sorted(made, key=lambda one: one.kind != "alarm")


def _judged(view: View) -> list[list[dict[str, Any]]]:
    """The rows of the criteria of each measure and rule."""
    parts = view.judged.partition_by("measure", "group", maintain_order=True)
    return [part.to_dicts() for part in parts]


def _label(view: View, row: dict[str, Any]) -> str:
    return outliers.judged_label(row["measure"], row["group"], view.catalogue)


def _names(view: View, judged: list[list[dict[str, Any]]]) -> list[str]:
    return [called(_label(view, rows[0])) for rows in judged]


def _is_one(view: View, judged: list[list[dict[str, Any]]], whose: str) -> str:
    if not judged:
        return ""
    return f"{view.label} is {whose} for {every(_names(view, judged))} ({_ends(judged)})."


def _is_none(view: View, judged: list[list[dict[str, Any]]], whose: str) -> str:
    """Priority areas in which no measure is an outlier, then the measures that are none in the areas not all clear."""
    groups: dict[str, list[list[dict[str, Any]]]] = {}
    for rows in judged:
        groups.setdefault(rows[0]["group"], []).append(rows)
    clear = {name: found for name, found in groups.items() if all(_clear(rows) for rows in found)}
    # An area is clear as a whole only where all that its rule judges was judged.
    clear = {name: found for name, found in clear.items() if len(found) == len(view.catalogue.rules[name].measures)}
    rest = [rows for name, found in groups.items() if name not in clear for rows in found if _clear(rows)]
    areas = either([name.replace("-", " ") for name in clear])
    others = either(_names(view, rest))
    if not areas and not others:
        return ""
    said = f"{areas}, nor for {others}" if areas and others else areas or others
    return f"{view.label} is not {whose} for {said} ({_ends([*chain(*clear.values()), *rest])})."


def _clear(rows: list[dict[str, Any]]) -> bool:
    return bool(rows[0]["verdict"] == "not an outlier")


def _untold(view: View, judged: list[list[dict[str, Any]]], own: bool) -> str:
    """What cannot be judged; its page says why."""
    by = " by this project's own rules" if own else ""
    return f"Too little is known to judge {every(_names(view, judged))}{by}." if judged else ""


def _ends(rows: list[list[dict[str, Any]]]) -> str:
    """The windows that verdicts are of: '12 months to September 2023 and December 2023'."""
    ends: dict[int, set[date]] = {}
    for item in rows:
        ends.setdefault(main_window(row["months"] for row in item), set()).update(row["period_end"] for row in item)
    spans = [
        against(months, min(some)) if len(some) == 1
        else f"{months} months to {listing([long_month(end) for end in sorted(some)])}"
        for months, some in sorted(ends.items(), reverse=True)
    ]  # fmt: skip
    return listing(spans)
