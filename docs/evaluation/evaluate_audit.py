"""Score `pm audit` on documents whose every claim has been judged by hand: claims seen, recall and precision, apart.

python docs/evaluation/evaluate_audit.py FOLDER [--details]

FOLDER holds audit-seed.json with the text it names, and audit-corpus/ with NN.txt, NN.json and planted.json. A listed
claim is seen when a row of `pm audit --all` covers one of its lines. A listed contradiction is found when a finding
cites a line of either of its places. A finding that finds none is a false alarm, unless every claim on its lines is
to be tolerated. A planted error is found when a finding cites its line.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl

from pmcli.audit import audit
from pmcli.audit.findings import findings, table
from pmcli.audit.readers import text
from pmcli.catalogue import Catalogue

CATALOGUE = Catalogue()


def rows_of(document: str, name: str) -> pl.DataFrame:
    """The audit table of a text, every claim in it."""
    return table(findings(audit(text.read(document.encode(), name), CATALOGUE)))


def lines_of(place: str) -> set[int]:
    """The line numbers of a place."""
    found: set[int] = set()
    for first, last in re.findall(r"line (\d+)(?:-(\d+))?", place):
        found |= set(range(int(first), int(last or first) + 1))
    return found


def score(truth: dict[str, Any], rows: pl.DataFrame, details: bool) -> dict[str, int]:
    """Counts of claims seen, contradictions found and false alarms in one document."""
    listed = [(lines_of(row["place"]), lines_of(row["other_place"]), row) for row in rows.iter_rows(named=True)]
    wrong = [item for item in listed if item[2]["result"] == "contradicts"]
    seen = 0
    agreed = checked = 0
    for claim in truth["claims"]:
        lines = set(claim["lines"])
        mine = [row for place, _, row in listed if lines & place]
        if mine:
            seen += 1
        elif details:
            print("  not seen:", claim["id"], claim["lines"], claim["quote"])
        if claim.get("check") and claim["expected"] == "consistent":
            checked += 1
            good = any(row["check"] == claim["check"] and row["result"] == "consistent" for row in mine)
            agreed += good
    hits: set[int] = set()
    found = set()
    for item in truth["contradictions"]:
        a, b = set(item["place_a"]), set(item["place_b"])
        for number, (place, other, _) in enumerate(wrong):
            cited = place | other
            if a & cited and b & cited:
                found.add(item["id"])
                hits.add(number)
    required = {item["id"] for item in truth["contradictions"] if item["required"]}
    alarms = 0
    quiet = [claim for claim in truth["claims"] if claim["if_flagged"] == "false alarm"]
    for number, (place, _, row) in enumerate(wrong):
        if number in hits:
            continue
        on = [claim for claim in truth["claims"] if set(claim["lines"]) & place]
        if not on or any(claim["if_flagged"] == "false alarm" for claim in on):
            alarms += 1
            if details:
                print(
                    "  false alarm:",
                    row["place"],
                    "<>",
                    row["other_place"],
                    row["check"],
                    row["sentence"],
                    row["working"],
                )
    if details:
        for missed in sorted(required - found):
            print("  missed:", missed, next(item["title"] for item in truth["contradictions"] if item["id"] == missed))
    return {
        "claims": len(truth["claims"]),
        "seen": seen,
        "required": len(required),
        "found": len(required & found),
        "quiet": len(quiet),
        "alarms": alarms,
        "findings": len(wrong),
        "hits": len(hits),
        "all": len(truth["contradictions"]),
        "all_found": len(found),
        "checked": checked,
        "agreed": agreed,
    }


def report(name: str, got: dict[str, int]) -> None:
    """Print one line of figures."""
    precision = got["hits"] / got["findings"] if got["findings"] else 1.0
    print(
        f"{name:8} claims seen {got['seen']} of {got['claims']} ({got['seen'] / got['claims']:.1%}); required "
        f"contradictions {got['found']} of {got['required']}, "
        f"all {got['all_found']} of {got['all']}; findings {got['findings']}, of them listed {got['hits']} "
        f"(precision {precision:.0%}); "
        f"false alarms {got['alarms']} on {got['quiet']} quiet claims; consistent claims whose own check says so "
        f"{got['agreed']} of {got['checked']}"
    )


def main(folder: Path, details: bool) -> None:
    """Score the long document, the short ones and the planted errors."""
    seed = json.loads((folder / "audit-seed.json").read_text())
    document = (folder.parent / seed["seed"].removeprefix("shared/")).read_text()
    rows_of("warm-up", "warm-up")
    began = time.perf_counter()
    rows = rows_of(document, "seed")
    took = time.perf_counter() - began
    report("seed", score(seed, rows, details))
    print(f"{'':8} {len(document.splitlines())} lines in {took:.2f} s")
    corpus = folder / "audit-corpus"
    total: dict[str, int] = {}
    for path in sorted(corpus.glob("[0-9]*.json")):
        if details:
            print(path.stem)
        got = score(json.loads(path.read_text()), rows_of(path.with_suffix(".txt").read_text(), path.stem), details)
        total = {key: total.get(key, 0) + value for key, value in got.items()}
    report("corpus", total)
    planted = json.loads((corpus / "planted.json").read_text())["planted"]
    caught = 0
    for item in planted:
        lines = (corpus / item["file"]).read_text().split("\n")
        assert item["quote"] in lines[item["line"] - 1]
        lines[item["line"] - 1] = lines[item["line"] - 1].replace(item["quote"], item["planted"])
        rows = rows_of("\n".join(lines), item["file"]).filter(pl.col("result") == "contradicts")
        good = any(
            item["line"] in lines_of(row["place"]) | lines_of(row["other_place"]) for row in rows.iter_rows(named=True)
        )
        caught += good
        if details and not good:
            print("  not found:", item["file"], item["line"], item["planted"])
    print(f"planted  found {caught} of {len(planted)} ({caught / len(planted):.1%})")


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--details" in sys.argv)
