"""An output never destroys an input, and a signal, a damaged archive or a file made to do harm ends in one line."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from tests.conftest import PM, SAMPLES, environment, pm

from .conftest import complaint, fine

LOAD = ("load", "x.csv", "--map", "iquanta-monthly")
HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome"
)


@pytest.fixture
def project(tmp_path: Path, essex: bytes) -> Path:
    """A folder with an extract, a table, and every file that a pm.toml can name."""
    for name in ("peers.csv", "population.csv", "forces.csv"):
        shutil.copy(SAMPLES / name, tmp_path)
    shutil.copy(SAMPLES / "iquanta-monthly.csv", tmp_path / "x.csv")
    (tmp_path / "x.parquet").write_bytes(essex)
    (tmp_path / "measures.toml").write_text('[burglary]\nlabel = "Burglary"\n')
    (tmp_path / "events.toml").write_text("")
    (tmp_path / "pm.toml").write_text(
        'force = "essex"\nforces = "forces.csv"\nmeasures = "measures.toml"\nevents = "events.toml"\n'
        'peers = "peers.csv"\npopulation = "population.csv"\n'
    )
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "output"),
    [
        (LOAD, "x.csv"),
        (("rank", "burglary", "-i", "x.parquet"), "x.parquet"),
        *((("rank", "burglary", "-i", "x.parquet", "-f", "csv"), name) for name in
          ("peers.csv", "population.csv", "forces.csv", "measures.toml", "events.toml", "pm.toml")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("through", ["its name", "another path", "a symbolic link", "a hard link"])
def test_o_onto_a_file_that_the_command_reads_is_refused(project, arguments, output, through):
    before = (project / output).read_bytes()
    target = project / output
    if through == "another path":
        target = project / "." / ".." / project.name / output
    elif through != "its name":
        target = project / f"link{target.suffix}"
        (target.symlink_to if through == "a symbolic link" else target.hardlink_to)(project / output)
    said = complaint(pm(*arguments, "-o", target, cwd=project), arguments[0], 2)
    assert "this command reads that file; nothing was written" in said
    assert (project / output).read_bytes() == before


def test_o_onto_what_comes_on_standard_input_is_refused(project):
    with (project / "x.parquet").open("rb") as opened:
        done = subprocess.run(
            [*PM, "rolling", "-o", "x.parquet"], stdin=opened, capture_output=True, cwd=project, env=environment(),
            check=False,
        )  # fmt: skip
    assert "standard input" in complaint(done, "rolling", 2)


def test_o_onto_another_file_replaces_it(project):
    (project / "y.parquet").write_bytes(b"old")
    fine(pm("rolling", "-i", "x.parquet", "-o", "y.parquet", cwd=project))
    assert (project / "y.parquet").read_bytes()[:4] == b"PAR1"


# ---------------------------------------------------------------------------------------------------------- signals
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
@pytest.mark.parametrize("wait", [0.0, 0.05, 0.15, 0.3])
def test_a_signal_leaves_no_file_and_its_own_exit_code(project, number, code, wait):
    (project / "out.csv").write_bytes(b"last month's")
    before = sorted(path.name for path in project.iterdir())
    running = subprocess.Popen(
        [*PM, *LOAD, "-o", "out.csv"], cwd=project, env=environment(), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    time.sleep(wait)
    running.send_signal(number)
    said = running.communicate(timeout=60)[1].decode()
    # Before Python itself is up the signal ends it; afterwards pm does; a run may also have been faster than we.
    # Python that is told by Ctrl-C while it looks for its own modules leaves with 1 and says so.
    python = {1} if number == signal.SIGINT and "KeyboardInterrupt" in said and "pmcli/" not in said else set()
    assert running.returncode in {code, -number, 0, *python}, said
    assert "Traceback" not in said or "pmcli/cli" not in said  # Python may say so itself before it has come to pm
    assert sorted(path.name for path in project.iterdir()) == before
    if running.returncode:
        assert (project / "out.csv").read_bytes() == b"last month's"


def test_sigterm_while_it_waits_for_input_ends_it_at_once_with_143():
    running = subprocess.Popen([*PM, "rolling"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    time.sleep(1.5)
    running.terminate()
    assert running.wait(30) == 143
    assert running.stderr.read() == b""
    running.stdin.close()
    running.stderr.close()


# --------------------------------------------------------------------------------------------------------- archives
def test_a_file_that_unpacks_to_far_too_much_is_refused(tmp_path):
    blown = b"area,measure,period,value\n" + b"0" * (300 << 20)
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(blown))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", blown)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", blown)
    for name in ("bomb.csv.gz", "bomb.zip", "bomb.xlsx"):
        said = complaint(pm("load", name, cwd=tmp_path), "load", 1)
        assert "nothing was read" in said
        assert "--max-size" in said


def test_max_size_says_what_a_file_may_unpack_to(tmp_path):
    rows = "".join(f"essex,burglary,20{year:02d}-{month:02d},1\n" for year in range(10, 24) for month in range(1, 13))
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(f"area,measure,period,value\n{rows}".encode()))
    assert "unpacks to" in complaint(pm("load", "x.csv.gz", "--max-size", "1kB", cwd=tmp_path), "load", 1)
    fine(pm("load", "x.csv.gz", "--max-size", "1MB", cwd=tmp_path))
    assert "is no size" in complaint(pm("load", "x.csv.gz", "--max-size", "big", cwd=tmp_path), "load", 2)


def test_damaged_archives_are_called_damaged(tmp_path):
    month = f"{HEADER}\n" + "".join(
        f"{n},2023-05,Essex Police,Essex Police,,,,,,Burglary,{n * 7919 % 99991}\n" for n in range(3000)
    )
    packed = bytearray(gzip.compress(month.encode()))
    packed[len(packed) // 2 : len(packed) // 2 + 40] = b"\xff" * 40
    (tmp_path / "x.csv.gz").write_bytes(packed)
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2023-05/2023-05-essex-street.csv", month)
    whole = bytearray((tmp_path / "x.zip").read_bytes())
    whole[len(whole) // 2 : len(whole) // 2 + 40] = b"\xff" * 40
    (tmp_path / "x.zip").write_bytes(whole)
    for name in ("x.csv.gz", "x.zip"):
        assert "cannot be unpacked" in complaint(pm("load", name, cwd=tmp_path), "load", 1)


# ------------------------------------------------------------------------------------------------------ odd content
def test_a_street_month_that_cannot_be_is_left_out_and_said(tmp_path):
    rows = [f"{n},{month},Essex Police,Essex Police,,,,,,Burglary," for n, month in
            enumerate(["2023-05", "9999-12", "0000-01", "2023-05"])]  # fmt: skip
    (tmp_path / "x.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    done = pm("load", "x.csv", "-f", "csv", cwd=tmp_path)
    assert b"burglary,essex,all,all,2023-05-31,1,2.0" in fine(done)
    assert b"2 rows have no month" in done.stderr
    assert b"9999" not in done.stdout


def test_a_name_that_only_all_crime_counts_is_named_with_its_count(tmp_path):
    rows = [f"{n},2023-05,Essex Police,Essex Police,,,,,,{kind}," for n, kind in
            enumerate(["Burglary", "Burglery", "Burglery", "Other crime"])]  # fmt: skip
    (tmp_path / "x.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    done = pm("load", "x.csv", cwd=tmp_path)
    sentence = b"street: 1 kind that no measure but all-crime counts, perhaps a new or changed name: 'Burglery' 2"
    assert sentence in done.stderr
    assert sentence in pm("check", stdin=fine(done), cwd=tmp_path).stderr


@pytest.mark.parametrize("cell", ["1.892,5", "1892.5", "57", "1 892 500"])
def test_a_population_that_is_no_whole_number_of_people_is_refused(cell, essex, tmp_path):
    (tmp_path / "p.csv").write_text(f'force,year,population\nessex,2022,"{cell}"\n')
    said = complaint(pm("rank", "burglary", "--population", "p.csv", stdin=essex, cwd=tmp_path), "rank", 1)
    assert f"row 2: population {cell!r}" in said


def test_a_file_name_that_is_not_utf_8_is_a_name_like_any_other(tmp_path):
    named = os.fsencode(tmp_path) + b"/b\xffd.csv"
    shutil.copy(os.fsencode(SAMPLES / "iquanta-monthly.csv"), named)
    done = subprocess.run(
        [*PM, "load", named, "--map", "iquanta-monthly"], capture_output=True, env=environment(), check=False
    )
    said = fine(pm("history", stdin=fine(done))).decode()
    assert "b\\xffd.csv" in said


def test_the_version_to_a_full_disk_is_one_line():
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*PM, "--version"], stdout=full, stderr=subprocess.PIPE, env=environment(), check=False)
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1


def test_a_pm_toml_of_another_user_is_refused(essex, tmp_path):
    if os.name != "posix" or os.getuid() != 0:
        pytest.skip("only root can give a file away")
    (tmp_path / "pm.toml").write_text('force = "essex"\n')
    os.chown(tmp_path / "pm.toml", 12345, 12345)
    said = complaint(pm("rank", "burglary", stdin=essex, cwd=tmp_path), "rank", 1)
    assert "belongs to another user" in said
    fine(pm("rank", "burglary", stdin=essex, cwd=tmp_path, PM_TRUST=str(tmp_path)))


def test_a_header_of_ten_thousand_columns_is_told_off_like_any_other(tmp_path):
    (tmp_path / "x.csv").write_text(",".join(["area", "measure", *(f"col {n}" for n in range(10_000))]) + "\n1,2,3\n")
    assert "no layout fits" in complaint(pm("load", "x.csv", cwd=tmp_path), "load", 1)
    (tmp_path / "y.csv").write_text(f"Force,{'Apr 2022 to Mar 2023 ' * 2000},value\nessex,1,2\n")
    assert len(complaint(pm("load", "y.csv", cwd=tmp_path), "load", 1)) < 700


# ------------------------------------------------------------------------------------------- packs and their processes
def state(process: int) -> tuple[str, float]:
    """A process's state (a letter of proc(5); Z: ended or gone) and the seconds of CPU that it has used."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "Z", 0.0
    return fields[0], (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children(parent: int) -> list[int]:
    lists = [file.read_text() for file in Path(f"/proc/{parent}/task").glob("*/children")]
    return [int(child) for text in lists for child in text.split()]


def draws(process: int) -> bool:
    """Whether a process draws packs, and has done so for a while: what it imports takes less than this."""
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
    return b"spawn_main" in command and state(process)[1] > 0.6


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="it looks for processes in /proc")
@pytest.mark.parametrize(
    ("number", "whom", "code"),
    [
        (signal.SIGKILL, "worker", 1), (signal.SIGTERM, "pm", 143), (signal.SIGINT, "pm", 130),
        (signal.SIGKILL, "pm", -signal.SIGKILL),
    ],
)  # fmt: skip
def test_packs_whose_processes_are_told_to_stop_end_with_them_and_write_nothing(project, monthly, number, whom, code):
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("one processor draws them all")
    (project / "x.parquet").write_bytes(monthly)
    forces = [word for n in range(32) for word in ("--force", f"invented-force-{n + 1:02d}")]
    started, workers = [], []
    for _ in range(5):  # a machine that lets the test sleep may have pm draw them all meanwhile
        running = subprocess.Popen(
            [*PM, "pack", "--to", "2023-07", "-o", "packs/", "-i", "x.parquet", *forces],
            cwd=project, env=environment(), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        while running.poll() is None and len(workers) < 2:
            time.sleep(0.02)
            started = children(running.pid)
            workers = [process for process in started if draws(process)]
        if len(workers) == 2:
            break
        running.communicate()
        shutil.rmtree(project / "packs")
    assert len(workers) == 2, "pm was always done before two processes could be told"
    for process in workers:  # so that it cannot end before it is told to
        os.kill(process, signal.SIGSTOP)
    os.kill(workers[0] if whom == "worker" else running.pid, number)
    for process in workers:
        os.kill(process, signal.SIGCONT)
    said = running.communicate(timeout=60)[1].decode()
    assert running.returncode == code
    if code > 0:  # whose pm was killed may be told of their pipe before they notice
        assert "Traceback" not in said
        assert "leaked" not in said
    assert ("was ended from outside" in said) == (whom == "worker")
    assert not (project / "packs").exists()
    if code > 0:
        assert {state(process)[0] for process in workers} == {"Z"}, "pm ends after those that it started"
    for _ in range(400):  # those of a pm that was killed notice it by themselves, a moment later
        if not (living := [process for process in started if state(process)[0] != "Z"]):
            break
        time.sleep(0.05)
    assert not living, "processes of an ended run live on"
