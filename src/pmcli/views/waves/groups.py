"""What has changed among the groups or districts of a survey, in one sentence a way instead of one a group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmcli.catalogue import Measure
from pmcli.views.language import wording, words
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
