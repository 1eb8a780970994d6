"""What has changed among the groups or districts of a survey, in one sentence a way instead of one a group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pmcli.catalogue import Measure
from pmcli.views.language import wording, words
from pmcli.views.language.findings import SMALL_BASE
from pmcli.views.language.statement import Sentence


def changed_groups(rows: Sequence[dict[str, Any]], measure: Measure, names: Sequence[str], by: str) -> list[Sentence]:
    """'By district, significantly lower than in the 12 months to June 2022 in 2 of 14: Castle Point (-18.0 points), …'

    rows: of kind "group" in the waves table, of one wave and one breakdown, a group each. names: what each is called,
    in the same order. by: what they are groups of. At most two sentences, falls before rises, the largest change first;
    none when no change is significant. With many groups tested one by one some are significant by chance, and the
    sentence says how many were tested.
    """
    tested = [(row, name) for row, name in zip(rows, names, strict=True) if row["significant"] is not None]
    made = []
    for up in (False, True):
        changed = [(row, name) for row, name in tested if row["significant"] and (row["difference"] > 0) == up]
        if not changed:
            continue
        changed.sort(key=lambda pair: (-abs(round(pair[0]["difference"], 6)), pair[1]))
        before = wording.window(changed[0][0]["months"], changed[0][0]["against_end"])
        points = [words.signed_points(row["difference"]) for row, _ in changed]
        items = [f"{name} ({point}{' points' if not place else ''})"
                 for place, ((_, name), point) in enumerate(zip(changed, points, strict=True))]  # fmt: skip
        side = "higher" if up else "lower"
        text = f"By {by}, significantly {side} than in {before} in {len(changed)} of {len(tested)}: {', '.join(items)}."
        finding = (
            "change" if not measure.better else "improvement" if up == (measure.better == "up") else "deterioration"
        )
        made.append(Sentence(text, finding, None, "change"))
    return made


FEW: Final = 5
"""Groups of a breakdown up to which each is named, with what it did."""


def each_group(rows: Sequence[dict[str, Any]], measure: Measure, names: Sequence[str], by: str) -> Sentence | None:
    """'By local policing area in the 12 months to … (points on the 12 months to …): North 62.0% (-5.0), West (…).'

    rows, names, by: as for `changed_groups`. Points are of the percentages as printed, so that they subtract. None for
    one group, more than FEW, or where none has a wave before.
    """
    known = [
        (row, name) for row, name in zip(rows, names, strict=True)
        if row["value"] is not None and row["against_value"] is not None
    ]  # fmt: skip
    if not 2 <= len(rows) <= FEW or len(known) < 2:
        return None
    small = min(row[base] or 0 for row, _ in known for base in ("base", "against_base")) < SMALL_BASE
    if small:
        return None
    items: list[str] = []
    told: list[bool] = []
    for row, name in known:
        now, then = words.share(row["value"]), words.share(row["against_value"])
        apart = wording.points_between(now, then)
        mark = ", significant" if row["significant"] else ""
        items.append(f"{name} {now} ({apart}{mark})")
        if row["significant"]:
            told.append(row["difference"] > 0)
    first = known[0][0]
    before = wording.window(first["months"], first["against_end"])
    tested = [row["significant"] for row, _ in known if row["significant"] is not None]
    end = "" if told or not tested else "; no significant change"
    window = wording.window(first["months"], first["period_end"])
    text = f"By {by} in {window} (points on {before}): {', '.join(items)}{end}."
    ways = {measure.better and ("improvement" if up == (measure.better == "up") else "deterioration") for up in told}
    finding = (ways.pop() or "change") if len(ways) == 1 else "change" if ways else "no clear change"
    return Sentence(text, finding if tested else "not tested", None, "groups")
