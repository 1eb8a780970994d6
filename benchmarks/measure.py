"""Whole processes, measured from outside: wall time, processor time and peak memory, as whoever starts them does."""

from __future__ import annotations

import ctypes
import os
import statistics
import subprocess
import sys
import tempfile
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


def run_with_engine(command: Command, environment: Mapping[str, str]) -> tuple[Run, float]:
    """Run a command that starts an engine in processes of its own (Spark in Java), to the end of them all.

    The processor time is that of all of them; the memory is that of the command's own process, and then, in MB, that of
    the largest of the others. Only on Linux, where whoever asks for it becomes the parent of what a process leaves.
    """
    if ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) != 0:  # PR_SET_CHILD_SUBREAPER
        raise SystemExit("the processes of an engine cannot be waited for here")
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=environment)
        _, status, own = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        if process.returncode != 0:
            text = said.read().decode(errors="replace")[-2000:]
            raise SystemExit(f"{' '.join(command)[:200]} failed with {process.returncode}:\n{text}")
    processor, largest = own.ru_utime + own.ru_stime, 0.0
    while True:
        try:
            _, _, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return Run(seconds, own.ru_maxrss / 1024, processor), largest
        processor += usage.ru_utime + usage.ru_stime
        largest = max(largest, usage.ru_maxrss / 1024)


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
