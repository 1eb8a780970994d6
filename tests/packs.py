"""Packs for the tests: those of samples/ made once in a whole run, and a project that is small enough to change.

`pm pack` on the samples takes three seconds. A test that only reads a pack asks for `sample_pack(...)`, which makes the
pack of these arguments once for all workers; a test that changes something works in `small_project`, a third as dear.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import SAMPLES, pm

EVERY_KIND = ("--to", "2023-07", "--xlsx", "--md", "--pptx")
"""The pack that most tests share: to the month that the samples end in, in every kind."""


@dataclass(frozen=True)
class Packed:
    """What a command made: its folder, to be read and not written, and what it said on standard error."""

    folder: Path
    said: str

    def file(self, kind: str) -> Path:
        """The one file of a kind (a suffix without its dot)."""
        (found,) = self.folder.glob(f"*.{kind}")
        return found


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder of the whole run, whichever worker comes first fills it; the others wait. What failed is tried again."""
    root = factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root  # each worker has a folder of its own in it
    folder = root / "made-once" / name
    folder.parent.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = folder.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder


def packed_once(factory: pytest.TempPathFactory, *arguments: str) -> Packed:
    """`pm pack` run in samples/ with these arguments, unless some test had the same made already."""

    def make(folder: Path) -> None:
        run = pm("pack", "-o", folder / "pack", *arguments, cwd=SAMPLES)
        assert (run.returncode, run.stdout) == (0, b""), run.stderr.decode()
        (folder / "said").write_bytes(run.stderr)
        for file in (folder / "pack").iterdir():
            file.chmod(0o444)

    key = hashlib.sha256("\0".join(arguments).encode()).hexdigest()[:16]
    place = made_once(factory, f"pack-{key}", make)
    return Packed(place / "pack", (place / "said").read_text(encoding="utf-8"))


_MEASURES = ("Burglary", "Homicide", "Offences involving firearms", "Offences involving knives", "Robbery",
             "Vehicle offences")  # fmt: skip
_FORCES = ("Essex", *(f"Invented Force {number:02d}" for number in range(1, 8)))


def write_small_project(folder: Path) -> None:
    """A project to write in: Essex and its peers, six measures by month, and firearms by weapon from the records."""
    (folder / "commentary").mkdir(parents=True)
    for name in ("forces.csv", "peers.csv", "population.csv"):
        shutil.copy(SAMPLES / name, folder)
    _some_rows("iquanta-monthly.csv", folder, lambda row: row[0] in _FORCES and row[1] in _MEASURES)
    _some_rows("athena-records.csv", folder, lambda row: row[9] != "")
    (folder / "pm.toml").write_text(
        'data = ["iquanta-monthly.csv"]\nmap = "iquanta-monthly"\nforce = "essex"\nforces = "forces.csv"\n'
        'peers = "peers.csv"\npopulation = "population.csv"\nbaseline = "2019-12"\n\n'
        '[publish]\nowner = "pm\'s samples"\n\n'
        '[[pack]]\npath = "athena-records.csv"\nmap = "athena-records"\nby = ["weapon"]\nmeasures = ["firearms"]\n',
        encoding="utf-8",
    )


def _some_rows(name: str, folder: Path, wanted: Callable[[list[str]], bool]) -> None:
    """Copy a sample with its header and the rows that are wanted."""
    with (SAMPLES / name).open(newline="", encoding="utf-8-sig") as file:
        header, *rows = csv.reader(file)
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *filter(wanted, rows)])
