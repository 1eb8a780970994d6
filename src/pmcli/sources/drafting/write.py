"""The draft itself: TOML that loads where the file says enough, and marks with `# ?` what a person has to see to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from pmcli.catalogue import Catalogue, slug
from pmcli.errors import PmError
from pmcli.periods import MONTHS
from pmcli.sources import LAYOUTS
from pmcli.sources.counts.texts import is_part
from pmcli.sources.drafting.guess import Column, Looked, look
from pmcli.sources.drafting.match import Match, measures, subgroups
from pmcli.sources.mapping import read_mapping, shipped
from pmcli.sources.reading.columns import has_all
from pmcli.sources.reading.dates import parse_period
from pmcli.sources.reading.days import MONTH_FIRST
from pmcli.sources.reading.files import DataFile, expand

_SHOWN: Final = 40
_FLAGS: Final = {
    "knife": r"knife|blade|sharp",
    "vawg": r"vawg|women",
    "domestic_abuse": r"domestic|\bDA\b|\bDV\b",
    "cyber": r"cyber|online",
    "business_victim": r"business",
    "drug_related": r"drug",
    "firearm_discharge": r"discharge",
}
_ROLES: Final = {
    "district": r"district|borough|\bLPA\b|\bBO?CU\b|ward|beat|local",
    "victim_age": r"\bage\b",
    "weapon": r"weapon",
    "offence_class": r"class|harm",
    "status": r"status|outcome|disposal",
    "offence": r"offence|crime.?type|title|description",
}


def drafted(path: Path, catalogue: Catalogue) -> str:
    """The draft of a mapping for the extract at a path. Raises PmError when it is no one file with a table in it."""
    files = expand([path])
    if len(files) > 1:
        first = ", ".join(file.stem for file in files[:3])
        raise PmError(f"{path} holds {len(files):,} files ({first}, …)", "Name one of them.")
    return draft(files[0], catalogue)


def draft(file: DataFile, catalogue: Catalogue) -> str:
    """The draft of a mapping for a file, as TOML. Raises PmError when no table can be found in it."""
    looked = look(file, catalogue)
    lines = _top(looked, file, catalogue)
    if _are_records(looked):
        lines += _records(looked, file, catalogue)
    else:
        lines += _counts(looked, file, catalogue)
    return "\n".join(lines) + "\n"


def _top(looked: Looked, file: DataFile, catalogue: Catalogue) -> list[str]:
    where = f"{file.stem}, sheet {looked.table.sheet.strip()}" if looked.table.sheet else file.stem
    names = ",".join(_csv(column.name) for column in looked.columns[:14])
    more = ",…" if len(looked.columns) > 14 else ""
    lines = [
        f"# Draft of a mapping for {where} ({looked.rows:,} rows), made by `pm init --map`. See docs/mappings.md.",
        "# Lines marked with ? are guesses or questions: look at each, then take the mark away.",
        *_known(looked, catalogue),
        f"#   {names}{more}",
    ]
    for row in looked.table.frame.head(2).select(looked.table.columns).rows():
        cells = ["" if cell is None else str(cell)[:30] for cell in row]
        lines.append("#   " + ",".join(_csv(cell) for cell in cells[:14]) + ("," + "…" if len(cells) > 14 else ""))
    if looked.others:
        lines.append(f"# ? The sheets {', '.join(looked.others[:6])} have such a header too and will be read as well.")
    return [*lines, "", f"title = {_q(_title(file))}", f"source = {_q(slug(_title(file)))}"]


def _known(looked: Looked, catalogue: Catalogue) -> list[str]:
    """A line when pm reads such a file without a mapping, or has one for it."""
    header = looked.table.header
    for layout in LAYOUTS.values():
        if layout.columns and layout.fits(header):
            return [f"# ? pm reads such a file without a mapping, as {layout.name}: try `pm load` on it first."]
    for name in shipped():
        if has_all(header, read_mapping(name, catalogue).required):
            return [f"# ? The mapping {name}, which comes with pm, has just these columns: --map {name} may do."]
    return []


def _are_records(looked: Looked) -> bool:
    """Whether every row is a crime: it has a day and a number of its own, and no column of counts."""
    counting = looked.named(r"count|number of|offences$|crimes$|total|value", kinds=("number",))
    return bool(looked.of("date")) and counting is None and not _period_columns(looked) and _number(looked) is not None


def _number(looked: Looked) -> Column | None:
    named = looked.named(r"crime.?(n|id|ref)|\bURN\b|reference|\bref\b|occurrence", kinds=("id", "number", "label"))
    if named is not None and named.filled and len(named.distinct) > 0.5 * named.filled:
        return named
    ids = [column for column in looked.of("id") if not re.search(r"victim|person|offender", column.name, re.IGNORECASE)]
    return ids[0] if ids else None


# -- records ---------------------------------------------------------------------------------------------------------
def _records(looked: Looked, file: DataFile, catalogue: Catalogue) -> list[str]:
    dates = looked.of("date")
    recorded = looked.named(r"record|report|creat", kinds=("date",)) or dates[0]
    number = _number(looked)
    assert number is not None  # _are_records
    lines = ['layout = "records"']
    if recorded.order == MONTH_FIRST:
        lines.append('dates = "month-first"             # the dates can only be read so')
    used = {number.name, recorded.name}
    columns = [f"crime_number = {_q(number.name)}", f"recorded_date = {_q(recorded.name)}"]
    if len(dates) > 1:
        others = ", ".join(repr(column.name) for column in dates if column is not recorded)
        columns[-1] += f"   # ? or {others}"
    force = looked.of("force")
    if force:
        columns.append(f"force = {_q(force[0].name)}")
        used.add(force[0].name)
    else:
        lines.append(_force_line(looked, file, catalogue))
    offence = _offence_column(looked, used)
    found: list[Match] = []
    if offence is not None:
        columns.append(f"ho_subgroup = {_q(offence.name)}")
        found = subgroups(offence.distinct[:_SHOWN])
        used.add(offence.name)
    victim = looked.named(r"victim.*(id|ref|n)", kinds=("id", "label", "number"))
    if victim is not None and victim.name not in used and not re.search("age", victim.name, re.IGNORECASE):
        columns.append(f"victim_id = {_q(victim.name)}")
        used.add(victim.name)
    code = looked.named(r"\bcode\b|ho.?code", kinds=("label", "number"))
    if code is not None and code.name not in used:
        columns.append(f"ho_code = {_q(code.name)}")
        used.add(code.name)
    for role, pattern in _ROLES.items():
        column = looked.named(pattern, kinds=("label", "number"))
        if column is not None and column.name not in used:
            columns.append(f"{role} = {_q(column.name)}   # ?")
            used.add(column.name)
    flags = []
    for name, pattern in _FLAGS.items():
        column = looked.named(pattern, kinds=("flag",))
        if column is not None and column.name not in used:
            flags.append(f"{name} = {_q(column.name)}")
            used.add(column.name)
    rest = [column for column in looked.columns if column.name not in used and column.kind in ("label", "flag")]
    lines += ["", "[columns]", *columns]
    if flags:
        lines += ["", "[flags]", *flags]
    if rest:
        lines += ["", "[by]                              # whatever else measures can be broken down by"]
        lines += [f"# ? {_name(column.name)} = {_q(column.name)}" for column in rest]
    if found:
        lines += ["", "[subgroups]                       # as the file writes it = as the Home Office does"]
        lines += [_label(match) for match in found if not (match.sure and match.found.lower() == match.label.lower())]
    return lines


def _offence_column(looked: Looked, used: set[str]) -> Column | None:
    """The column whose texts are Home Office subgroups more often than those of any other."""

    def share(column: Column) -> float:
        matches = subgroups(column.distinct[:_SHOWN])
        rows = sum(match.rows for match in matches)
        return sum(match.rows for match in matches if match.sure) / rows if rows else 0

    candidates = [column for column in looked.of("label") if column.name not in used]
    best = max(candidates, key=share, default=None)
    if best is not None and share(best) > 0.1:
        return best
    return looked.named(r"offence|crime.?type|category", kinds=("label",))


# -- counts ----------------------------------------------------------------------------------------------------------
def _counts(looked: Looked, file: DataFile, catalogue: Catalogue) -> list[str]:
    across = _period_columns(looked)
    numbers = [column for column in looked.of("number") if column.name not in across]
    months = [column for column in looked.of("month", "date") if column.name not in across]
    columns, lines = [], []
    areas = looked.of("force")
    labels = [column for column in looked.of("label") if column not in areas]
    label = _label_column(labels, catalogue)
    if areas:
        columns.append(f"area = {_q(areas[0].name)}")
        strange = [text for text in areas[0].texts if not catalogue.area_id(text)[1]]
        if strange:
            columns[-1] += f"   # ? {len(strange)} names are no force that pm knows: {', '.join(strange[:4])}"
    else:
        lines.append(_force_line(looked, file, catalogue))
        district = looked.named(_ROLES["district"], kinds=("label",))
        if district is not None and district is not label:
            lines += [f"district = {_q(district.name)}", "sum_to_force = true"]
    if across:
        layout = "wide-periods"
    elif label is None and len(numbers) > 1:
        layout = "wide-measures"
    else:
        layout = "long"
    lines.insert(0, f'layout = "{layout}"')
    lines.append(_months_line(looked, months[0].texts if months else across))
    matches: list[Match] = []
    if layout == "wide-measures":
        matches = measures([(column.name, column.filled) for column in numbers], catalogue)
    elif label is not None:
        columns.append(f"measure = {_q(label.name)}")
        matches = measures(label.distinct[:_SHOWN], catalogue)
    else:
        columns.append("# ? measure = the column that says which offence, or [where] with one condition for all rows")
    if layout != "wide-periods":
        columns.append(_period(looked, months))
        if months and months[0].order == MONTH_FIRST:
            lines.append('dates = "month-first"             # the dates can only be read so')
        if len(months) > 1:
            columns[-1] += f"   # ? or {', '.join(repr(column.name) for column in months[1:])}"
    if layout == "long":
        value = looked.named(r"count|offences|crimes|number|value|total", kinds=("number",)) or next(
            iter(numbers), None
        )
        columns.append(f"value = {_q(value.name)}" if value else "# ? value = the column with the number of offences")
        if len(numbers) > 1 and value:
            columns[-1] += f"   # ? or {', '.join(repr(c.name) for c in numbers if c is not value)}"
    lines += ["", "[columns]", *columns]
    lines += ["", "[measures]                        # label in the file = measure of pm (`pm measures` lists them)"]
    return [*lines, *[_label(match) for match in matches]]


def _period(looked: Looked, months: Sequence[Column]) -> str:
    """The line for the period: one column, or the year in one and the month in another."""
    if months:
        return f"period = {_q(months[0].name)}"
    years, names = looked.of("year"), looked.of("month name")
    if years and names:
        return f"period = [{_q(years[0].name)}, {_q(names[0].name)}]"
    return f"period = {_q(years[0].name)}   # ? years alone" if years else "# ? period = the column with the month"


def _period_columns(looked: Looked) -> list[str]:
    """The names of columns that are periods across the page (months under their years, too): two or more, with figures
    under them."""
    found = [
        column.name
        for column in looked.columns
        if column.kind in ("number", "blank") and (parse_period(column.name) or is_part(column.name))
    ]
    return found if len(found) > 1 else []


def _label_column(labels: Sequence[Column], catalogue: Catalogue) -> Column | None:
    def sure(column: Column) -> int:
        return sum(match.sure for match in measures(column.distinct[:_SHOWN], catalogue))

    best = max(labels, key=sure, default=None)
    named = next((c for c in labels if re.search(r"offence|crime|measure|category", c.name, re.IGNORECASE)), None)
    return best if best is not None and sure(best) else named


def _months_line(looked: Looked, texts: Iterable[str]) -> str:
    """How long each period is: what a column's name says, else a question; the load asks where it matters."""
    names = " ".join(column.name for column in looked.columns) + looked.table.sheet
    titles = " ".join(cell for row in looked.table.above for cell in row)
    if re.search(r"(?i)\b(12|twelve).months?|rolling|annual|year(ly)? (to|end)", f"{names} {titles}"):
        return "months = 12                       # ? a heading says so"
    texts = list(texts)
    if texts and all(text.strip()[:3].title() in MONTHS for text in texts):
        return "months = 1                        # single months, by their names"
    lengths = {period.months for text in texts[:200] if (period := parse_period(text))}
    if lengths == {None}:
        return "# ? months = 12                   # take the mark away if these are 12-month totals, not single months"
    return "# The texts of the periods say how long they are."


# -- lines -----------------------------------------------------------------------------------------------------------
def _force_line(looked: Looked, file: DataFile, catalogue: Catalogue) -> str:
    """The force that the file's name or a title over the table names, else a question."""
    titles = [cell for row in looked.table.above for cell in row if cell]
    for text in (re.sub(r"\.[a-z]+$", "", file.stem), looked.table.sheet, *titles):
        words = re.sub(r"[_\-.]+", " ", text)
        for force in catalogue.forces.values():
            for name in (force.name, *force.aliases):
                if len(name) > 3 and re.search(rf"(?i)\b{re.escape(name)}\b", words):
                    return f'force = "{force.id}"   # ? {_plain(text)!r} says so'
    return '# ? force = "essex"               # whose figures are they? `pm forces` lists the ids'


def _label(match: Match) -> str:
    line = f"{_q(match.label)} = {_q(match.found)}"
    rows = f"{match.rows:,} row{'' if match.rows == 1 else 's'}"
    if match.sure:
        return f"{line}   # {rows}"
    return (
        f"# ? {line}   # {rows}"
        if match.found
        else f'# ? {_q(match.label)} = ""   # {rows}, like nothing that pm knows'
    )


def _q(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _csv(cell: str) -> str:
    cell = _plain(cell)
    return f'"{cell}"' if "," in cell else cell


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[\x00-\x1f\x7f]", " ", text)).strip()[:60]


def _name(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "column"


def _title(file: DataFile) -> str:
    return _plain(re.sub(r"(\.[A-Za-z]+)+$", "", file.stem)) or "extract"
