"""What every test may use: the real data when it is there, small tables, and pm as a real process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import settings

from pmcli.periods import shift
from pmcli.tables import KEY, OBSERVATIONS, conform
from tests import warm

if TYPE_CHECKING:
    from tests.pack.browser import Tab
    from tests.packs import Packed

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
DATA = ROOT.parent / "shared" / "data"
GOLDEN = ROOT.parent / "shared" / "golden" / "published-numbers.json"
HOME_OFFICE = DATA / "home-office" / "prc-pfa-2012-13-to-2023-24.csv.gz"

settings.register_profile("pm", deadline=None)  # a shared machine pauses; the tests of speed are in benchmarks/
settings.load_profile("pm")

PM = [sys.executable, "-m", "pmcli"]
_SERVER = warm.Server()


def pytest_addoption(parser: pytest.Parser) -> None:
    """One switch to write the expected output of tests/cases/ anew."""
    parser.addoption("--refresh-cases", action="store_true", help="write what the commands of tests/cases/ print now")


def real(path: Path) -> Path:
    """The path of a real extract; skips the test when it is not on this machine."""
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    return path


_SET_BY_PEOPLE = {"PM_DEBUG", "PM_FORMAT", "NO_COLOR", "FORCE_COLOR", "PAGER", "PYTHONDONTWRITEBYTECODE"}
"""The last: without bytecode each of two thousand processes would compile pm anew."""


def environment(**more: str) -> dict[str, str]:
    """The environment of a pm process: no colour, no debugging, a plain terminal."""
    kept = {name: value for name, value in os.environ.items() if name not in _SET_BY_PEOPLE}
    return {**kept, "TERM": "xterm-256color", "COLUMNS": "80", **more}


def pm(
    *arguments: str | Path, stdin: bytes | None = None, cwd: Path | None = None, cold: bool = False, **env: str
) -> subprocess.CompletedProcess[bytes]:
    """Run pm as a process of its own. Without `stdin` nothing is piped in.

    cold: start Python anew, where a warm process (see warm.py) will not do.
    """
    wanted = environment(**env)
    if not (cold or sys.platform != "linux" or any(name.startswith(warm.AT_START) for name in env)):
        return _SERVER.run([str(item) for item in arguments], stdin, cwd, wanted, timeout=120)
    given = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    return subprocess.run([*PM, *map(str, arguments)], capture_output=True, cwd=cwd, env=wanted, timeout=120, **given)


def shell(script: str, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a shell pipeline in which `pm` is the pm under test."""
    defined = f'pm() {{ {sys.executable} -m pmcli "$@"; }}\nset -o pipefail\n{script}'
    return subprocess.run(
        ["bash", "-c", defined], capture_output=True, cwd=cwd, env=environment(), stdin=subprocess.DEVNULL, timeout=120
    )


def series(
    values: Sequence[float | None],
    *,
    end: date = date(2023, 7, 31),
    months: int = 1,
    measure: str = "burglary",
    area: str = "essex",
    source: str = "test",
    base: Sequence[float] | None = None,
) -> pl.DataFrame:
    """Observations of one series whose last period ends at `end`."""
    ends = [shift(end, -months * back) for back in range(len(values) - 1, -1, -1)]
    frame = pl.DataFrame({"period_end": ends, "value": values}, schema_overrides={"value": pl.Float64})
    frame = frame.with_columns(
        source=pl.lit(source), measure=pl.lit(measure), area=pl.lit(area),
        dimension=pl.lit("all"), category=pl.lit("all"),
        months=pl.lit(months), base=pl.Series(base, dtype=pl.Float64) if base else pl.lit(None, dtype=pl.Float64),
        effective=pl.lit(None, dtype=pl.Float64),
    )  # fmt: skip
    return conform(frame, OBSERVATIONS).sort(KEY)


@pytest.fixture(scope="session")
def home_office() -> pl.DataFrame:
    """The Home Office file as observations."""
    from pmcli.sources import load

    return load([real(HOME_OFFICE)]).observations


@pytest.fixture
def observations_file(tmp_path: Path) -> Callable[[pl.DataFrame], Path]:
    """Write a frame as a Parquet file and give its path."""

    def write(frame: pl.DataFrame, name: str = "observations.parquet") -> Path:
        path = tmp_path / name
        frame.write_parquet(path)
        return path

    return write


@pytest.fixture(scope="session")
def sample_pack(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Packed]:
    """`pm pack` run in samples/ with the arguments it is called with, once for all tests that ask for the same."""
    from tests.packs import packed_once

    return partial(packed_once, tmp_path_factory)


@pytest.fixture
def small_project(tmp_path: Path) -> Path:
    """A project to write in whose pack takes a third of the samples' time: see tests/packs.py."""
    from tests.packs import write_small_project

    write_small_project(tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    """A tab of a headless browser; skips the test where none is installed."""
    from tests.pack.browser import browser

    with browser() as opened:
        yield opened
