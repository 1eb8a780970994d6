"""Two thousand broken copies of the samples: the same result, or a message, or a refusal, and never another figure.

Every mutation is seeded, so a failure comes again. What is right is worked out here from the rows themselves, by a
reader of numbers and years of its own; nothing of pm's reading is used for it.
"""

from __future__ import annotations

import csv
import gzip
import io
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pmcli.errors import PmError
from pmcli.sources import load

SAMPLES = Path(__file__).parents[2] / "samples"
CHUNKS = 2
MUTATIONS = 130
"""Mutations a sample and chunk: with eight samples and two chunks 2,080 in all."""

Rows = list[list[str]]
Key = tuple[str, str, str, int]


@dataclass(frozen=True)
class Sample:
    """A sample, small enough to be read in a few milliseconds, and what its columns are."""

    name: str
    file: str
    area: str
    periods: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    mapping: str | None = None
    wide: str = ""
    keep: Callable[[list[str]], bool] = lambda _: True
    counts: bool = True
    unused: tuple[str, ...] = field(default=())

    def rows(self) -> Rows:
        with (SAMPLES / self.file).open(encoding="utf-8-sig", newline="") as opened:
            head, *body = csv.reader(opened)
        return [head, *(row for row in body if self.keep(row))]


STREET_UNUSED = (
    *("Crime ID", "Reported by", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name"),
    *("Last outcome category", "Context"),
)
SHORT = {
    sample.name: sample
    for sample in (
        Sample(
            "home-office", "home-office-quarters.csv", "Force Name", ("Financial Year", "Financial Quarter"),
            ("Number of Offences",), ("Offence Subgroup", "Offence Group", "Offence Code", "Offence Description"),
            keep=lambda row: row[0] in ("2018/19", "2021/22") and row[2] in ("Essex", "Invented Force 02"),
        ),
        Sample(
            "home-office-years", "home-office-years.csv", "PFA", ("12 months ending",),
            ("Rolling year total number of offences",), ("Offence",), unused=("Region",),
            keep=lambda row: row[0][-4:] in ("2019", "2022"),
        ),
        Sample(
            "street", "street/2023-05/2023-05-essex-street.csv", "Falls within", ("Month",), (), ("Crime type",),
            unused=STREET_UNUSED, counts=False,
        ),
        Sample(
            "iquanta", "iquanta-monthly.csv", "Force", ("Month",), ("Offences",), ("Offence type",), "iquanta-monthly",
            keep=lambda row: row[0] in ("Essex", "Invented Force 07") and row[2][-4:] in ("2019", "2020"),
        ),
        Sample(
            "boroughs", "boroughs-latest.csv", "LookUp_BoroughName", kinds=("MajorText", "MinorText"),
            mapping="metropolitan-boroughs", wide=r"20\d{4}",
        ),
        Sample(
            "calls", "calls-999.csv", "Force", ("Month",),
            ("999 calls", "Answered within 10 seconds", "Answered in 60 seconds or more",
             "Average answer time (seconds)"),
            keep=lambda row: row[0] in ("Essex", "Invented Force 01"), counts=False,
        ),
        Sample(
            "referrals", "referrals.csv", "Force", ("Month",), ("Arrestees", "Referred into treatment"),
            mapping="referrals", counts=False,
        ),
        Sample(
            "homicide", "homicide-reports.csv", "Force", ("Month",), ("Drug-related",), mapping="homicide-reports",
            unused=("Homicide investigations",),
        ),
    )
}  # fmt: skip

BAD = [
    *("", "-", "x", "NaN", "inf", "1e309", "9" * 30, "-5", "0x10", "1_000", " 12 ", "1,234", "12 34", "1,23", "1.234"),
    *("12.5", "1e3", "+7", "12%", "TRUE", "=1+1", "#REF!", "\x00", "é", "\u200b5", "½", "٣", "\uff11\uff12", '"', "'"),
    *("line\nbreak", 'a"b', "2023-13-45", "31/02/2023", "0001-01", "9999-12", "Jan 1850", "Jul 2203", "Jul 2119"),
    *("01/05/1823", "2019", "20231", "Total", "Grand Total", "All", "England and Wales", "null", "None", "..", "[x]"),
    *("1\u00a0234", "12.5.3", "(5)", "£5", "100000000000", "Essex Police", "E23000028", "1" * 300, "0", "1", "7"),
    *("-00 ", ";", "\t", "Jan-Mar 2020", "2019 Q1", "YTD Jul 2020", "Apr 2019 to Mar 2020", "2010-11", "13/13/2020"),
    *("01/02/2020", "Jul 2020 (provisional)"),
]

FORMS = (
    *("shuffle", "crlf", "bom", "quoted", "blank", "gz", "columns", "utf16", "bare16", "title", "semicolon", "pad"),
)

_NUMBER = re.compile(
    r"[+-]?((\d{1,3}(,\d{3})+|\d+)(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?\d{1,3}([ \u00a0]\d{3})+", re.ASCII
)


def a_number(text: str) -> float | None:
    """What a person reads."""
    plain = text.strip().replace("\u00a0", " ")
    return float(plain.replace(",", "").replace(" ", "")) if _NUMBER.fullmatch(plain) else None


def written(rows: Rows, **how: object) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", **how).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue().encode("utf-8", "surrogatepass")


class Bench:
    """One sample, its figures as they are, and the judge of its broken copies."""

    def __init__(self, sample: Sample, folder: Path) -> None:
        self.sample, self.folder = sample, folder
        self.rows = sample.rows()
        self.head = self.rows[0]
        self.name = Path(sample.file).name
        self.figures, self.said = self.load({self.name: written(self.rows)})
        self.areas = {row[self.head.index(sample.area)]: set() for row in self.rows[1:]}
        self.known = {name: {row[i].strip().casefold() for row in self.rows[1:]} for i, name in enumerate(self.head)}
        for text in self.areas:
            only = [self.head, *(row for row in self.rows[1:] if row[self.head.index(sample.area)] == text)]
            self.areas[text] = {key[1] for key in self.load({self.name: written(only)})[0]}

    def load(self, files: dict[str, bytes]) -> tuple[dict[Key, tuple[float | None, float | None]], set[str]]:
        for old in self.folder.iterdir():
            old.unlink()
        paths = []
        for name, content in files.items():
            paths.append(self.folder / name)
            paths[-1].write_bytes(content)
        loaded = load(paths, mapping=self.sample.mapping)
        frame = loaded.observations
        columns = frame.select("measure", "area", "period_end", "months", "value", "base").rows()
        return {(m, a, str(e), n): (v, b) for m, a, e, n, v, b in columns}, set(loaded.report.sentences())

    def judge(self, what: str, files: dict[str, bytes], allowed: Callable[[set[Key], dict[Key, object]], str]) -> str:
        """What is wrong with the copy, or ""."""
        try:
            now, said = self.load(files)
        except PmError as refused:
            clear = refused.message.strip() and len(refused.message) < 900 and "\n" not in refused.message
            return "" if clear else f"{what}: refused without a clear word: {refused.message!r}"
        except Exception as error:
            return f"{what}: crashed: {error!r}"
        changed = {key for key in now.keys() | self.figures.keys() if now.get(key) != self.figures.get(key)}
        if {re.sub(r"^\S+", "", one) for one in said} - {re.sub(r"^\S+", "", one) for one in self.said}:
            return ""
        trouble = allowed(changed, now)  # type: ignore[arg-type]
        return f"{what}: {trouble}, and nothing is said; {sorted(changed)[:3]}" if trouble else ""

    # -- mutations ----------------------------------------------------------------------------------------------
    def neutral(self, rng: random.Random) -> tuple[str, dict[str, bytes]]:
        """A copy that says the same in another form."""
        head, body = self.rows[0], [row[:] for row in self.rows[1:]]
        plain = written(self.rows)
        kind = rng.choice(FORMS)
        if kind == "shuffle":
            rng.shuffle(body)
            return kind, {self.name: written([head, *body])}
        if kind == "columns":
            order = rng.sample(range(len(head)), len(head))
            return kind, {self.name: written([[row[i] for i in order] for row in self.rows])}
        if kind == "pad":
            body = [[f" {cell} " if cell and rng.random() < 0.2 else cell for cell in row] for row in body]
            return kind, {self.name: written([head, *body])}
        forms: dict[str, Callable[[], dict[str, bytes]]] = {
            "crlf": lambda: {self.name: plain.replace(b"\n", b"\r\n")},
            "bom": lambda: {self.name: b"\xef\xbb\xbf" + plain},
            "quoted": lambda: {self.name: written(self.rows, quoting=csv.QUOTE_ALL)},
            "blank": lambda: {self.name: plain + b"\n\n"},
            "gz": lambda: {self.name + ".gz": gzip.compress(plain)},
            "utf16": lambda: {self.name: plain.decode().encode("utf-16")},
            "bare16": lambda: {self.name: plain.decode().encode("utf-16-le")},
            "title": lambda: {self.name: b"Invented figures\n\n" + plain},
            "semicolon": lambda: {self.name: written(self.rows, delimiter=";")},
        }
        return kind, forms[kind]()

    def cell(self, rng: random.Random) -> tuple[str, dict[str, bytes], Callable[..., str]]:
        """A copy with one other cell."""
        rows = [row[:] for row in self.rows]
        at = rng.randrange(1, len(rows))
        sample = self.sample
        matter = [
            i for i, name in enumerate(self.head)
            if name in (*sample.values, *sample.periods, *sample.kinds, sample.area) or self.is_wide(name)
        ]  # fmt: skip
        column = rng.choice(matter) if rng.random() < 0.8 else rng.randrange(len(self.head))
        old, name = rows[at][column], self.head[column]
        new = rng.choice(BAD)
        if rng.random() < 0.25 and old:  # a slip of the keyboard
            place = rng.randrange(len(old))
            new = rng.choice([
                old[:place] + rng.choice("0123456789aX., -/'") + old[place + 1 :],
                old[:place] + old[place + 1 :], old[:place] + old[place] + old[place:], old.swapcase(),
            ])  # fmt: skip
        rows[at][column] = new
        row = self.rows[at]
        return (
            f"{sample.name} row {at} {name!r}: {old!r} -> {new!r}",
            {self.name: written(rows)},
            lambda changed, now: self.allowed_cell(row, name, old, new, changed, now),
        )

    def is_wide(self, name: str) -> bool:
        return bool(self.sample.wide and re.fullmatch(self.sample.wide, name))

    def allowed_cell(
        self, row: list[str], name: str, old: str, new: str, changed: set[Key], now: dict[Key, tuple[float | None, ...]]
    ) -> str:
        sample = self.sample
        value = name in sample.values or self.is_wide(name)
        before, after = a_number(old), a_number(new)
        if not changed:
            same = " ".join(old.split()).casefold() == " ".join(new.split()).casefold()
            same = same or (value and before is not None and before == after)
            numbers_out = [a_number(row[self.head.index(one)]) for one in sample.values]
            nothing = bool(numbers_out) and all(number == 0 for number in numbers_out)
            glued = re.fullmatch(re.escape(old.strip()) + r"\d+", new.strip()) is not None  # a footnote
            loose = re.sub(r"[^0-9a-z]", "", old.casefold()) == re.sub(r"[^0-9a-z]", "", new.casefold())
            other = name == sample.area and new in ("Essex Police", "E23000028")
            free = name in sample.unused or name in sample.kinds
            return "" if same or nothing or glued or loose or other or free else "it changes nothing"
        own = self.areas[row[self.head.index(sample.area)]] | ({"metropolitan"} if sample.wide else set())
        if name != sample.area and {key[1] for key in changed} - own:
            return "figures of other areas change"
        if value and sample.counts:
            if before is None or after is None:
                return "what is no number is taken for one"
            for key in changed:
                was, is_now = self.figures.get(key, (None,))[0], now.get(key, (None,))[0]
                if was is None or is_now is None or abs((is_now - was) - (after - before)) > 1e-6 * max(1, abs(after)):
                    return f"{key} goes from {was} to {is_now}"
            return "" if after == int(after) else "a part of a crime is counted"
        if value:
            return "" if after is not None or "%" in new else "what is no number is taken for one"
        if name == sample.area:
            known = new.strip().casefold() in self.known[name] or new in ("Essex Police", "E23000028")
            return "" if known else "an area that nobody knows is taken"
        if name in sample.periods:
            years = {int(year) for year in re.findall(r"(?:19|20)\d\d", new)} | {
                2000 + int(short) for short in re.findall(r"(?<!\d)(\d\d)(?!\d)", new)
            }
            ends = {int(key[2][:4]) for key in now if key not in self.figures}
            near = all(any(abs(end - year) <= 1 for year in years) for end in ends)
            part = name == sample.periods[-1] and len(sample.periods) > 1
            return "" if near or part else f"it is taken for {sorted(ends)}"
        if name in sample.kinds:
            return "" if new.strip().casefold() in self.known[name] else "a kind that nobody knows is taken"
        return "a column that does not matter changes figures"

    def row(self, rng: random.Random) -> tuple[str, dict[str, bytes], Callable[..., str]]:
        """A copy with a row gone, twice, cut short, or another table's header or total among them."""
        rows = [row[:] for row in self.rows]
        at = rng.randrange(1, len(rows))
        row = rows[at]
        kind = rng.choice(["deleted", "doubled", "short", "long", "header", "second table"])
        if kind == "deleted":
            del rows[at]
        elif kind == "doubled":
            rows.insert(rng.randrange(1, len(rows)), row[:])
        elif kind == "short":
            rows[at] = row[: rng.randrange(1, len(row))]
        elif kind == "long":
            rows[at] = [*row, rng.choice(["x", "7"])]
        elif kind == "header":
            rows.insert(at + 1, self.head[:])
        else:
            rows += [[], ["Table 2: rates"], self.head[:], [*row[:-1], "3"]]
        own = self.areas[row[self.head.index(self.sample.area)]] | ({"metropolitan"} if self.sample.wide else set())

        def allowed(changed: set[Key], _: dict[Key, object]) -> str:
            if kind in ("header", "second table"):
                return "" if not changed else "a second header changes figures"
            if kind == "long":
                return "" if not changed or self.sample.name == "street" else "a row too long changes figures"
            if {key[1] for key in changed} - own:
                return "figures of other areas change"
            silent = kind == "deleted" or self.sample.name in ("home-office", "street") or kind == "short"
            return "" if changed or silent else "it changes nothing"

        return f"{self.sample.name} row {at} {kind}", {self.name: written(rows)}, allowed

    def file(self, rng: random.Random) -> tuple[str, dict[str, bytes], Callable[..., str]]:
        """A copy with another header, a column gone or twice, a stray quotation mark, other bytes."""
        rows = [row[:] for row in self.rows]
        at = rng.randrange(len(self.head))
        kind = rng.choice(["renamed", "gone", "twice", "quote", "nul", "only header", "no header", "cut", "flipped"])
        data = None
        if kind == "renamed":
            rows[0][at] = rng.choice(BAD)
        elif kind == "gone":
            rows = [row[:at] + row[at + 1 :] for row in rows]
        elif kind == "twice":
            rows = [
                [*row[: at + 1], row[at] if n == 0 else rng.choice(["3", "x", row[at]]), *row[at + 1 :]]
                for n, row in enumerate(rows)
            ]
        elif kind == "only header":
            rows = rows[:1]
        elif kind == "no header":
            rows = rows[1:]
        else:
            data = bytearray(written(rows))
            place = rng.randrange(len(data))
            if kind == "quote":
                data.insert(place, ord('"'))
            elif kind == "nul":
                data.insert(place, 0)
            elif kind == "cut":
                del data[place:]
            else:
                data[place] ^= 1 << rng.randrange(7)
        unused = self.head[at] in self.sample.unused

        def allowed(changed: set[Key], now: dict[Key, tuple[float | None, ...]]) -> str:
            if kind == "gone" and self.sample.name == "calls":  # each of its figures may be there or not
                return "" if all(key not in now for key in changed) else "figures change"
            if kind in ("renamed", "gone", "twice") and not unused:
                idle = not changed and (
                    self.sample.name in ("home-office", "calls") or self.head[at] in self.sample.kinds
                )
                return "" if idle or (not changed and kind == "renamed") else f"the column {self.head[at]!r} is {kind}"
            more = {key for key in changed if key not in self.figures or now.get(key, (None,))[0] is not None}
            lost_only = all(key not in now for key in changed)
            return "" if kind in ("flipped", "cut", "quote", "nul") or lost_only or not more else "figures change"

        return (
            f"{self.sample.name} file {kind} {self.head[at]!r}",
            {self.name: bytes(data) if data else written(rows)},
            allowed,
        )


def mutations(bench: Bench, rng: random.Random) -> Iterator[str]:
    """What is wrong with each of MUTATIONS copies, "" for those that are right."""
    for _ in range(MUTATIONS):
        pick = rng.random()
        if pick < 0.2:
            kind, files = bench.neutral(rng)
            yield bench.judge(
                f"{bench.sample.name} {kind}",
                files,
                lambda changed, _: "another form gives other figures" if changed else "",
            )
        else:
            make = bench.cell if pick < 0.7 else bench.row if pick < 0.85 else bench.file
            what, files, allowed = make(rng)
            yield bench.judge(what, files, allowed)


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("name", list(SHORT))
def test_a_broken_copy_gives_the_same_or_says_so_or_is_refused(name: str, chunk: int, tmp_path: Path) -> None:
    bench = Bench(SHORT[name], tmp_path)
    found = [trouble for trouble in mutations(bench, random.Random(f"{name}/{chunk}")) if trouble]
    assert not found, "\n".join(found)
