"""Write the samples: small extracts in every layout that pm reads, the same bytes every time.

    python samples/make_samples.py [FOLDER]

FOLDER is this file's own folder unless named. Needs xlsxwriter (a development extra) for the workbook, nothing else.
Stops with an AssertionError when the figures do not give what the pack prints: see making/pack.py for those, and
README.md for what is invented.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

sys.dont_write_bytecode = True  # leave no caches among the samples

from making import boroughs, calls, countable, crimes, recorded, street, survey, workbook  # noqa: E402
from making.figures import ESSEX_NAME, INVENTED, MONTHS, PEERS, PRINTED_MONTHS, Figures, make_figures  # noqa: E402
from making.pack import ESSEX  # noqa: E402

MONTH_NAMES: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

SETTINGS: Final = """\
# pm's settings for this folder: `cd samples`, and `pm outliers`, `pm trend burglary`, `pm rank robbery` just work.
# Essex's figures give the windows of a printed pack; the other forces are invented. See README.md.

data = ["iquanta-monthly.csv"]
map = "iquanta-monthly"          # how that table's columns and labels are read
force = "essex"
forces = "forces.csv"            # Essex and the invented forces: who is known, and who the national average is over
peers = "peers.csv"              # Essex's Most Similar Group, invented
population = "population.csv"
baseline = "2019-12"             # 12 months to December 2019

# How the pack is published. What stands in commentary/ is put on its pages as its author's words.
[publish]
owner = "pm's samples"
peers = "Every force but Essex, and the Most Similar Group, are invented."

# What `pm pack` reads as well. Of a measure that several have, the first speaks: data above, then these in order.
[[pack]]
path = "home-office-quarters.csv"
measures = ["drug-crime"]

[[pack]]
path = "homicide-reports.csv"
map = "homicide-reports"

[[pack]]
path = "referrals.csv"
map = "referrals"

[[pack]]
path = "athena-records.csv"      # firearms by weapon and offence
map = "athena-records"
by = ["weapon", "offence"]
measures = ["firearms"]

[[pack]]
path = "athena-records.csv"
map = "athena-records"
measures = ["knife-victims-under-25", "vawg"]

[[pack]]
path = "athena-records.csv"      # repeat victims of high harm and of volume crimes
map = "athena-records"
by = ["offence_class"]
measures = ["repeat-victims"]

[[pack]]
path = "domestic-abuse-survey.csv"
map = "domestic-abuse-survey"

[[pack]]
path = "smsr-survey.csv"
map = "smsr-survey"

[[pack]]
path = "smsr-respondents.csv"
map = "smsr-respondents"
measures = ["victim-updates"]

[[pack]]
path = "calls-999.csv"
"""


def make(folder: Path) -> list[Path]:
    """Write every sample under `folder` and return what was written."""
    figures = make_figures()
    tables = {
        "iquanta-monthly.csv": _monthly(figures),
        "population.csv": _population(figures),
        "forces.csv": _forces(),
        "peers.csv": [["force", "peer"], *([_id(ESSEX_NAME), _id(peer)] for peer in PEERS)],
        "home-office-quarters.csv": recorded.quarters(figures),
        "home-office-years.csv": recorded.years(figures),
        **boroughs.files(),
        "athena-records.csv": crimes.rows(),
        "calls-999.csv": calls.rows(),
        "referrals.csv": countable.referrals(),
        "homicide-reports.csv": countable.homicide_reports(figures),
        **survey.files(),
    }
    written = [_csv(folder / name, rows) for name, rows in tables.items()]
    written += [_csv(folder / name, rows, line_end) for name, (rows, line_end) in street.files().items()]
    for name, data in {"ons-police-force-areas.xlsx": workbook.workbook(figures), "pm.toml": SETTINGS.encode()}.items():
        (folder / name).write_bytes(data)
        written.append(folder / name)
    return written


def _monthly(figures: Figures) -> Iterable[Sequence[str]]:
    yield ["Force", "Offence type", "Month", "Offences"]
    for force in [ESSEX_NAME, *INVENTED]:
        for measure in ESSEX:
            counts = figures.monthly.get((force, measure), [])
            for (year, month), count in zip(MONTHS[:PRINTED_MONTHS], counts, strict=False):
                yield [force, measure, f"{MONTH_NAMES[month - 1]} {year}", str(count)]


def _population(figures: Figures) -> Iterable[Sequence[str]]:
    yield ["force", "year", "measure", "population"]
    for (force, year, measure), people in sorted(figures.population.items(), key=lambda row: (row[0][0], row[0][2])):
        yield [_id(force), str(year), measure, str(people)]


def _forces() -> Iterable[Sequence[str]]:
    yield ["id", "ons_code", "name", "kind", "in_national"]
    for force in [ESSEX_NAME, *INVENTED]:
        yield [_id(force), workbook.CODES[force], force, "territorial", "true"]


def _id(force: str) -> str:
    return force.lower().replace(" ", "-")


def _csv(path: Path, rows: Iterable[Sequence[str]], line_end: str = "\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator=line_end).writerows(rows)
    return path


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for path in make(where):
        print(path)
