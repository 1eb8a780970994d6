"""Tables, settings and side files that were edited by a script or damaged on the way: an answer or one clear complaint.

Every mutation is seeded, so a failure comes again with the same number. pm runs in this process, as the command line
does, with its descriptors caught. What it is held to: exit code 0 (1 where a check finds something); else 1 or 2 with
one or two lines that name pm, nothing on standard output, no traceback, no panic, no "fault of pm" and no warning of a
library; and no number that is not finite is shown.
"""

from __future__ import annotations

import io
import random
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pmcli import cli

SAMPLES = Path(__file__).parents[1] / "samples"
EACH = 14
"""Mutations of each table and each of the other files."""
TABLES = {
    "observations": [],
    "comparison": ["compare"],
    "ranking": ["rank"],
    "trend": ["trend"],
    "outliers": ["outliers", "--force", "essex"],
    "spc": ["spc", "--force", "essex"],
    "rolling": ["rolling"],
}
FAULT = re.compile(r"Traceback|fault of pm|panicked|Warning|has no attribute|NoneType")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")
WORDS = ["", "x", "=1+1", "\x1b[2J", "\u202eabc", "x" * 5000, "all", "burglary", "１２", "1\n2", "essex/../x", None]
NUMBERS = [None, float("nan"), float("inf"), -float("inf"), 1e300, -1.0, 0.0, 5e-324, 1e15]

Run = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: Any, tmp_path: Path) -> Iterator[Run]:
    """Runs pm in tmp_path: exit code, what it sent, what it said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PM_DEBUG", raising=False)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGPIPE, signal.SIGTERM, signal.SIGHUP)}

    def pm(*arguments: str) -> tuple[int, bytes, str]:
        monkeypatch.setattr(sys, "argv", ["pm", *arguments])
        cli.app.registered_commands.clear()
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        sent, said = capfdbinary.readouterr()
        return int(left.value.code or 0), sent, said.decode()

    yield pm
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of each table, made by real processes from the monthly sample."""
    from tests.conftest import pm

    made = pm("load", "iquanta-monthly.csv", "--map", "iquanta-monthly", cwd=SAMPLES).stdout
    frame = pl.read_parquet(io.BytesIO(made))
    kept = frame.filter(pl.col("measure").is_in(["burglary", "robbery"]))
    buffer = io.BytesIO()
    kept.write_parquet(buffer)
    first = buffer.getvalue()
    found = {name: pm(*argv, stdin=first).stdout if argv else first for name, argv in TABLES.items()}
    assert all(data[:4] == b"PAR1" for data in found.values())
    return found


def hold(code: int, sent: bytes, said: str, what: str) -> None:
    """Holds one run to what the top of this file says."""
    assert not FAULT.search(said), f"{what}: {said}"
    assert not CONTROL.search(said.replace("\n", "")), f"{what}: {said!r}"
    assert code in (0, 1, 2), what
    if code:
        lines = [line for line in said.splitlines() if not re.match(r"pm \w+: note: ", line)]
        assert 1 <= len(lines) <= 2, f"{what}: {said}"
        assert lines[0].startswith("pm"), f"{what}: {said}"
        assert max(map(len, lines)) <= 700, f"{what}: {said}"
        assert not sent, f"{what}: {sent[:200]!r} beside {said}"
    else:
        assert not re.search(rb"\b(nan|inf)\b", sent), f"{what}: {sent[:300]!r}"


def edited(frame: pl.DataFrame, chance: random.Random) -> tuple[str, pl.DataFrame]:
    """The frame with a cell, a column or its rows changed, and what was done."""
    name = chance.choice(frame.columns)
    dtype = frame.schema[name]
    kind = chance.choice(["cell", "cell", "cell", "null", "dtype", "gone", "twice", "extra", "empty", "struct", "list"])
    if kind == "cell":
        at = chance.randrange(frame.height)
        value = chance.choice(WORDS if dtype == pl.String else NUMBERS if dtype.is_float() else [None])
        changed = pl.when(pl.int_range(pl.len()) == at).then(pl.lit(value, dtype=dtype)).otherwise(name).alias(name)
        return f"{name} of row {at} is {str(value)[:20]!r}", frame.with_columns(changed)
    if kind == "dtype":
        other = chance.choice([pl.String, pl.Int64, pl.Float32, pl.Boolean, pl.Date, pl.Binary, pl.Categorical])
        try:
            return f"{name} as {other}", frame.with_columns(pl.col(name).cast(other, strict=False))
        except pl.exceptions.PolarsError:
            kind = "null"
    made = {
        "null": lambda: frame.with_columns(pl.lit(None, dtype=dtype).alias(name)),
        "gone": lambda: frame.drop(name),
        "twice": lambda: pl.concat([frame, frame.head(2)]),
        "extra": lambda: frame.with_columns(pl.lit("\x1b[2J").alias("more")),
        "empty": lambda: frame.clear(),
        "struct": lambda: frame.with_columns(pl.struct(a=name).alias(name)),
        "list": lambda: frame.with_columns(pl.concat_list(name).alias(name)),
    }
    return f"{kind} {name}", made[kind]()


def damaged(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """The bytes cut, spoilt or with metadata that pm did not write, and what was done."""
    kind = chance.choice(["cut", "flip", "noise", "zero", "metadata"])
    at = chance.randrange(len(data))
    if kind == "cut":
        return f"cut at {at}", data[:at]
    if kind == "flip":
        return f"bit of byte {at}", data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
    if kind in ("noise", "zero"):
        spoilt = chance.randbytes(24) if kind == "noise" else bytes(24)
        return f"{kind} at {at}", (data[:at] + spoilt + data[at + 24 :])[: len(data)]
    text = chance.choice(
        ['{"stages": 7}', "[" * 5000, '{"stages": [{"notes": 3}]}', "not json", '{"stages": [null]}', ""]
    )
    key = chance.choice(["pm", "pm.periods"])
    buffer = io.BytesIO()
    pl.read_parquet(io.BytesIO(data)).write_parquet(buffer, metadata={key: text})
    return f"{key} is {text[:20]!r}", buffer.getvalue()


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_was_edited_or_damaged(run, tables, tmp_path, name):
    chance = random.Random(f"tables/{name}")
    frame = pl.read_parquet(io.BytesIO(tables[name]))
    reading = ["show", "say", "plot", "history"] + (["check", "trend", "outliers"] if name == "observations" else [])
    for number in range(EACH):
        if chance.random() < 0.6:
            what, changed = edited(frame, chance)
            changed.write_parquet(tmp_path / "x.parquet")
        else:
            what, data = damaged(tables[name], chance)
            (tmp_path / "x.parquet").write_bytes(data)
        command = chance.choice(reading)
        form = {"history": [], "plot": ["-f", "text"]}.get(command, ["-f", chance.choice(["csv", "table"])])
        argv = ["history", "x.parquet"] if command == "history" else [command, "-i", "x.parquet", *form]
        hold(*run(*argv), f"{name} {number}: {what}: pm {' '.join(argv)}")


VALUES = [
    "1",
    "-1",
    "1.5",
    '""',
    '"x"',
    "[]",
    "[1]",
    '["x"]',
    "{}",
    "{a = 1}",
    "true",
    "2024-01-01",
    "nan",
    '"\\u001b[2J"',
]
KEYS = [
    "force",
    "data",
    "map",
    "peers",
    "population",
    "measures",
    "events",
    "forces",
    "rules",
    "source",
    "baseline",
    "pack",
]


def test_a_pm_toml_of_wrong_types(run, tables, tmp_path):
    chance = random.Random("settings")
    (tmp_path / "x.parquet").write_bytes(tables["observations"])
    for number in range(3 * EACH):
        lines = [f"{key} = {chance.choice(VALUES)}" for key in chance.sample(KEYS, chance.randint(1, 3))]
        text = "\n".join(lines) + chance.choice(
            ["\n", "\n[[pack]]\npath = 3\n", "\n[", "\n\x00", "\na.b.c = {d = [[[[1]]]]}\n"]
        )
        (tmp_path / "pm.toml").write_text(text)
        command = chance.choice([["measures"], ["rank", "-i", "x.parquet"], ["outliers", "-i", "x.parquet"]])
        hold(*run(*command, "-f", "csv"), f"pm.toml {number}: {text!r}")


def test_a_mapping_of_wrong_types(run, tmp_path):
    chance = random.Random("mappings")
    from pmcli.sources.mapping import HERE

    (tmp_path / "x.csv").write_bytes((SAMPLES / "iquanta-monthly.csv").read_bytes()[:3000].rpartition(b"\n")[0] + b"\n")
    lines = (HERE / "iquanta-monthly.toml").read_text().splitlines()
    places = [place for place, line in enumerate(lines) if re.match(r"\w+ = ", line)]
    for number in range(2 * EACH):
        changed = lines[:]
        at = chance.choice(places)
        changed[at] = chance.choice(
            [f"{lines[at].split(' = ')[0]} = {chance.choice(VALUES)}", "", "[", lines[at] + "\n" + lines[at]]
        )
        (tmp_path / "m.toml").write_text("\n".join(changed))
        hold(*run("load", "x.csv", "--map", "m.toml", "-f", "csv"), f"mapping {number}: {changed[at]!r}")


@pytest.mark.parametrize("side", ["population", "peers"])
def test_a_side_file_that_was_edited(run, tables, tmp_path, side):
    chance = random.Random(f"side/{side}")
    (tmp_path / "x.parquet").write_bytes(tables["observations"])
    lines = (SAMPLES / f"{side}.csv").read_text().splitlines()
    for number in range(2 * EACH):
        changed = [line.split(",") for line in lines]
        row = chance.choice(changed)
        at = chance.randrange(len(row))
        row[at] = chance.choice(["", "1.892,5", "-5", "1e309", "x" * 5000, "\x1b[2J", '"', "0", "１２", "nan", "a\tb"])
        data = "\n".join(",".join(row) for row in changed).encode() + chance.choice(
            [b"\n", b"", b"\x00", b"\xff\xfe", b",,,\n"]
        )
        (tmp_path / "side.csv").write_bytes(data)
        argv = ["rank", "-i", "x.parquet", f"--{side}", "side.csv", "-f", "csv"]
        hold(*run(*argv), f"{side} {number}: {str(row)[:80]}")
