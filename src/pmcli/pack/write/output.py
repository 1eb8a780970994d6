"""The packs as files: where they go, how they are rendered, and that none is written unless all could be made."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Thread, current_thread, main_thread
from typing import Final

from pmcli.errors import PmError, UsageError
from pmcli.later import later
from pmcli.pack.model import Pack
from pmcli.pack.write import FORMATS, render
from pmcli.stopping import as_exception
from pmcli.views.language.words import long_month
from pmcli.windows import names_folder

_index = later("pmcli.pack.write.html:index")
KINDS: Final = tuple(FORMATS)
MANY: Final = 4
"""So many packs and more are rendered by several processes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the packs go: one file (`file`, whose suffix is in KINDS), or a folder with a file for each force."""

    folder: Path
    kinds: tuple[str, ...]
    file: Path | None = None

    def path(self, area: str, to: date, kind: str) -> Path:
        """The file of one force: essex-2023-09.html in the folder, or the one file that was named."""
        if self.file is not None:
            return self.file.with_suffix(f".{kind}")
        return self.folder / f"{area}-{to:%Y-%m}.{kind}"


def place(output: str, *, xlsx: bool, md: bool, forces: int, pptx: bool = False) -> Place:
    """What -o, --xlsx, --md and --pptx come to: a folder, or for one force a file by its suffix.

    The page is always made in a folder; a file named with another suffix is that kind alone, with what the flags add.
    Raises UsageError for one file and several forces, or a suffix that a pack does not have.
    """
    path = Path(output)
    suffix = path.suffix.lower().removeprefix(".")
    more = [kind for kind, wanted in (("xlsx", xlsx), ("md", md), ("pptx", pptx)) if wanted]
    if output == "-":
        raise UsageError("a pack does not go to standard output", "Name a folder, or a file that ends in .html.")
    if not suffix.isalpha() or path.is_dir() or names_folder(output):  # packs.2 and v2.0 are folders
        if path.exists() and not path.is_dir():
            raise UsageError(f"-o {output} is a file, not a folder", "Name a folder, or a file that ends in .html.")
        return Place(path, (KINDS[0], *more))
    if suffix not in KINDS:
        known = f".{', .'.join(KINDS[:-1])} or .{KINDS[-1]}"
        raise UsageError(
            f"-o {output}: a pack is {known}",
            "Or name a folder: its files are called force-month.html.",
        )
    if forces > 1:
        raise UsageError(f"-o {output} is one file for {forces} forces", "Name a folder: a file is made for each.")
    return Place(path.parent, tuple(dict.fromkeys([suffix, *more])), path)


def render_all(packs: Iterable[Pack], where: Place, areas: Mapping[str, str], to: date) -> Iterator[tuple[Path, bytes]]:
    """The files of the packs, one after the other; of several forces an index of them too.

    areas: id -> label of every force there is a pack for, so that a page can point to the others. Drawing is nearly all
    of the time it takes: of many packs it is shared out over the processors.
    """
    links = {area: where.path(area, to, "html").name for area in areas}
    heads = []
    jobs = ((pack, where.kinds, [(areas[area], link) for area, link in links.items() if area != pack.force])
            for pack in packs)  # fmt: skip
    for force, headline, made in _rendered(jobs, len(areas)):
        for kind, data in made.items():
            yield where.path(force, to, kind), data
        heads.append((areas[force], links[force], headline))
    if len(heads) > 1:
        yield where.folder / "index.html", _index(heads, f"12 months to {long_month(to)}").encode()


Job = tuple[Pack, tuple[str, ...], list[tuple[str, str]]]
Made = tuple[str, str, dict[str, bytes]]


def _rendered(jobs: Iterable[Job], many: int) -> Iterator[Made]:
    """The jobs done in order, in processes of their own where that pays for starting them.

    Raises PmError when one of those processes is gone: killed, or out of memory.
    """
    workers = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, many)
    if many < MANY or workers < 2:
        yield from map(_one, jobs)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # Polars does not survive a fork. Leaving the pool, by an error, a signal or Ctrl-C too, ends its processes; should
    # this one be killed, they notice and leave.
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin)
    with as_exception(), _a_broken_pipe_as_error():
        try:
            asked = [pool.submit(_one, job) for job in jobs]
            for answer in asked:
                yield answer.result()
        except BrokenProcessPool as error:
            raise PmError(
                "a process that draws packs was ended from outside; nothing was written",
                "It may have run out of memory: try again, or with fewer forces at a time.",
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _a_broken_pipe_as_error() -> Iterator[None]:
    """Let a pipe to a process that was killed be an error: for `| head` the program has SIGPIPE end it, silently."""
    if not hasattr(signal, "SIGPIPE") or current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGPIPE, before)


def _begin() -> None:
    """Leave Ctrl-C to the parent, and end with it: no queue tells of its end, for this process holds both sides."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _one(job: Job) -> Made:
    pack, kinds, others = job
    return pack.force, pack.headline, {kind: render(pack, kind, others) for kind in kinds}
