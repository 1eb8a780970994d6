"""Writing: a file is whole or not there, a full disk is said plainly, and nothing is left over."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from tests.conftest import PM, SAMPLES, environment, pm

from .conftest import complaint, fine


@pytest.fixture(params=["a full disk", "a size limit"])
def little_room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, dict[str, object], str]]:
    """(a folder with room for 16 kB only, what to give subprocess.run, why it then fails)."""
    if request.param == "a size limit":
        # Python ignores the signal of this limit, so that pm sees an error, as it does on a full disk.
        limit = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16384, 16384))}
        yield tmp_path, limit, "File too large"
        return
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield disk, {}, "the disk is full"
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_on_o_leaves_nothing_behind(little_room, monthly):
    folder, given, why = little_room
    before = sorted(folder.iterdir())
    result = subprocess.run(
        [*PM, "rolling", "-o", str(folder / "x.parquet")], input=monthly, capture_output=True, env=environment(),
        check=False, **given,
    )  # fmt: skip
    assert complaint(result, "rolling", 1) == f"-o {folder / 'x.parquet'}: {why}; nothing was written"
    assert sorted(folder.iterdir()) == before


def test_a_full_disk_on_o_keeps_the_file_that_was_there(little_room, monthly):
    folder, given, why = little_room
    target = folder / "x.parquet"
    target.write_bytes(b"last month's")
    result = subprocess.run(
        [*PM, "rolling", "-o", str(target)], input=monthly, capture_output=True, env=environment(), check=False,
        **given,
    )  # fmt: skip
    assert why in complaint(result, "rolling", 1)
    assert target.read_bytes() == b"last month's"
    assert [path.name for path in folder.iterdir() if path.name.startswith(".x")] == []


@pytest.mark.parametrize(
    "arguments", [["rolling"], ["compare", "-f", "csv"], ["forces"], ["--help"], ["rank", "--help"]]
)
def test_a_full_disk_on_standard_output(arguments, essex):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [*PM, *arguments], input=essex, stdout=full, stderr=subprocess.PIPE, env=environment(), check=False
        )
    command = "" if arguments[0] == "--help" else f" {arguments[0]}"
    assert result.returncode == 1
    assert result.stderr.decode() == f"pm{command}: standard output: the disk is full\n"


def test_a_failing_command_leaves_the_file_that_was_there(tmp_path, essex):
    (tmp_path / "x.csv").write_text("last month's")
    complaint(pm("compare", "homicide", "-o", "x.csv", stdin=essex, cwd=tmp_path), "compare", 1)
    complaint(pm("compare", "-o", "x.csv", stdin=essex[:500], cwd=tmp_path), "compare", 1)
    assert (tmp_path / "x.csv").read_text() == "last month's"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """pm rolling -o x.parquet, in the middle of reading its input, and the other end of that."""
    (tmp_path / "x.parquet").write_text("last month's")
    os.mkfifo(tmp_path / "slow")
    process = subprocess.Popen(
        [*PM, "rolling", "-i", "slow", "-o", "x.parquet"], stderr=subprocess.PIPE, cwd=tmp_path, env=environment(),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background would ignore it
    )  # fmt: skip
    until = time.monotonic() + 60
    while True:
        try:
            writing = os.open(tmp_path / "slow", os.O_WRONLY | os.O_NONBLOCK)  # refused until pm opens the other end
            break
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.01)
    with os.fdopen(writing, "wb", buffering=0) as pipe:
        pipe.write(b"PAR1")
        yield process, pipe
    process.kill()
    process.communicate()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_killed_command_leaves_the_file_that_was_there_and_says_nothing(number, code, waiting, tmp_path):
    process, pipe = waiting
    process.send_signal(number)
    try:
        process.wait(timeout=2)
    except subprocess.TimeoutExpired:  # the signal came just before Python began to read: it is seen when that ends
        pipe.close()
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (code, b"")
    assert (tmp_path / "x.parquet").read_text() == "last month's"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["slow", "x.parquet"]


def test_a_file_is_replaced_whole_with_its_mode_and_through_a_link(tmp_path, essex):
    (tmp_path / "real.csv").write_text("last month's")
    (tmp_path / "real.csv").chmod(0o640)
    (tmp_path / "link.csv").symlink_to("real.csv")
    fine(pm("compare", "-o", "link.csv", stdin=essex, cwd=tmp_path))
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("source,measure")
    assert stat.S_IMODE((tmp_path / "real.csv").stat().st_mode) == 0o640


def test_a_new_file_has_the_mode_that_the_umask_gives(tmp_path, essex):
    fine(pm("compare", "-o", "x.csv", stdin=essex, cwd=tmp_path))
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "x.csv").stat().st_mode) == 0o666 & ~mask


def test_a_file_is_not_made_anew_from_itself(tmp_path, essex):
    (tmp_path / "x.parquet").write_bytes(essex)
    said = complaint(pm("rolling", "-i", "x.parquet", "-o", "x.parquet", cwd=tmp_path), "rolling", 2)
    assert "nothing was written" in said
    assert (tmp_path / "x.parquet").read_bytes() == essex


@pytest.mark.parametrize("target", ["nosuch/x.csv", "real.csv/x.csv"])
def test_a_folder_that_is_not_there(target, tmp_path, essex):
    (tmp_path / "real.csv").touch()
    said = complaint(pm("compare", "-o", target, stdin=essex, cwd=tmp_path), "compare", 1)
    assert "nothing was written" in said


def test_a_named_pipe_and_a_device_are_written_to_not_replaced(tmp_path, essex):
    os.mkfifo(tmp_path / "x.csv")
    process = subprocess.Popen(["cat", "x.csv"], cwd=tmp_path, stdout=subprocess.PIPE)
    fine(pm("compare", "-o", "x.csv", stdin=essex, cwd=tmp_path))
    got, _ = process.communicate(timeout=60)
    assert got == fine(pm("compare", "-f", "csv", stdin=essex))
    assert stat.S_ISFIFO((tmp_path / "x.csv").stat().st_mode)


def test_load_writes_whole_files_too(tmp_path):
    fine(pm("load", SAMPLES / "home-office-quarters.csv", "-o", "x.parquet", cwd=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["x.parquet"]
    assert (tmp_path / "x.parquet").read_bytes()[-4:] == b"PAR1"


def test_of_several_files_none_is_written_unless_all_can_be(tmp_path):
    from pmcli.errors import PmError
    from pmcli.pipe import write_files

    (tmp_path / "old.txt").write_bytes(b"before")
    with pytest.raises(PmError, match="nothing was written"):
        write_files({tmp_path / "old.txt": b"after", tmp_path / "no folder" / "x.txt": b"x"})
    assert [path.name for path in tmp_path.iterdir()] == ["old.txt"]
    assert (tmp_path / "old.txt").read_bytes() == b"before"
    write_files({tmp_path / "old.txt": b"after", tmp_path / "new.txt": b"x"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"old.txt": b"after", "new.txt": b"x"}
