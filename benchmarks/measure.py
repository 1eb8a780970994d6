"""Whole processes, measured from outside: wall time, processor time and peak memory, as whoever starts them does."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Command = Sequence[str]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command or of a pipe: seconds of wall time, the peak memory of its largest process in MB, and the
    seconds of processor time of all of them, the system's included."""

    seconds: float
    megabytes: float
    processor: float


@dataclass(frozen=True, slots=True)
class Result:
    """The median seconds of several runs, the fastest and the slowest, the highest peak memory, and the median and the
    least processor time."""

    seconds: float
    fastest: float
    slowest: float
    megabytes: float
    processor: float
    least_processor: float


def run(*pipe: Command, folder: Path | None = None) -> Run:
    """Run commands joined by a pipe, the last one's output thrown away. Raises SystemExit when one of them fails.

    folder: where they run.
    """
    started = time.perf_counter()
    processes: list[subprocess.Popen[bytes]] = []
    feed: int | None = subprocess.DEVNULL
    for place, command in enumerate(pipe):
        last = place == len(pipe) - 1
        out = subprocess.DEVNULL if last else subprocess.PIPE
        process = subprocess.Popen(command, stdin=feed, stdout=out, stderr=subprocess.PIPE, cwd=folder)
        if processes:
            processes[-1].stdout.close()  # type: ignore[union-attr]
        feed = process.stdout.fileno() if process.stdout else None
        processes.append(process)
    peak, processor, failed = 0.0, 0.0, []
    for command, process in zip(pipe, processes, strict=True):
        said = process.stderr.read().decode(errors="replace")  # type: ignore[union-attr]
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()  # type: ignore[union-attr]
        if process.returncode != 0:
            failed.append(f"{' '.join(command)[:200]} failed with {process.returncode}:\n{said[-2000:]}")
        unit = 1024 * 1024 if sys.platform == "darwin" else 1024
        peak = max(peak, usage.ru_maxrss / unit)
        processor += usage.ru_utime + usage.ru_stime
    if failed:  # the last one to fail is the one that took the others with it
        raise SystemExit(failed[-1])
    return Run(time.perf_counter() - started, peak, processor)


def side_by_side(jobs: Mapping[str, Callable[[], Run]], times: int) -> dict[str, Result]:
    """Run every job in turn, `times` rounds after one that is not counted, so that all meet the same machine."""
    runs: dict[str, list[Run]] = {name: [] for name in jobs}
    for place in range(times + 1):
        for name, job in jobs.items():
            one = job()
            if place:
                runs[name].append(one)
    return {
        name: Result(
            statistics.median(r.seconds for r in done),
            min(r.seconds for r in done),
            max(r.seconds for r in done),
            max(r.megabytes for r in done),
            statistics.median(r.processor for r in done),
            min(r.processor for r in done),
        )
        for name, done in runs.items()
    }
