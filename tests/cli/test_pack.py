"""pm pack as a process: from the extracts to the files, and what it says when it cannot."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.conftest import SAMPLES, pm, shell
from tests.packs import EVERY_KIND, Packed

from .conftest import complaint


@pytest.fixture
def packs(sample_pack: Callable[..., Packed]) -> Path:
    """The pack of samples/, in every kind."""
    made = sample_pack(*EVERY_KIND)
    assert made.said.count("pm pack: wrote ") == 5
    return made.folder


def test_the_pack_of_the_samples_is_a_page_that_needs_no_network(packs: Path):
    kinds = ("html", "md", "parquet", "pptx", "xlsx")
    assert sorted(path.name for path in packs.iterdir()) == [f"essex-2023-07.{kind}" for kind in kinds]
    page = (packs / "essex-2023-07.html").read_text(encoding="utf-8")
    assert "17% fewer Robbery offences (-315) in the 12 months to July 2023" in page
    assert "<script src" not in page
    assert not re.search(r"""(?:src|href|url\()\s*=?\s*["']?(?:https?:)?//""", page)
    assert page.count("<h1") == 1
    markdown = (packs / "essex-2023-07.md").read_text(encoding="utf-8")
    assert markdown.startswith("# National Police and Crime Measures: Essex")
    assert (packs / "essex-2023-07.xlsx").read_bytes()[:2] == b"PK"
    assert (packs / "essex-2023-07.pptx").read_bytes()[:2] == b"PK"


def test_every_input_and_its_hash_is_on_the_page(packs: Path):
    import hashlib

    page = (packs / "essex-2023-07.html").read_text(encoding="utf-8")
    for name in ("iquanta-monthly.csv", "smsr-survey.csv", "calls-999.csv", "peers.csv", "population.csv"):
        assert hashlib.sha256((SAMPLES / name).read_bytes()).hexdigest() in page, name


def test_equal_inputs_give_equal_bytes_in_every_format(packs: Path, tmp_path: Path):
    """Later, in other folders, with another hash seed, time zone and number of threads, and over what was there."""
    shutil.copytree(SAMPLES, tmp_path / "elsewhere", ignore=shutil.ignore_patterns("pack"))
    out = tmp_path / "out"
    shutil.copytree(packs, out)
    threads = "1" if pl.thread_pool_size() > 1 else "2"
    otherwise = {"PYTHONHASHSEED": "7", "POLARS_MAX_THREADS": threads, "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    again = pm("pack", *EVERY_KIND, "-o", out, cwd=tmp_path / "elsewhere", cold=True, **otherwise)
    assert again.returncode == 0, again.stderr.decode()
    assert {path.name for path in out.iterdir()} == {path.name for path in packs.iterdir()}
    for path in packs.iterdir():
        assert (out / path.name).read_bytes() == path.read_bytes(), path.name


def test_from_a_pipe_for_two_forces_with_an_index(tmp_path: Path):
    quarters = SAMPLES / "home-office-quarters.csv"
    made = shell(
        f"pm load {quarters} | pm pack --force essex --force invented-force-01 --to 2023-09 -o packs", cwd=tmp_path
    )
    complain = made.stderr.decode()
    assert made.returncode == 0, complain
    names = sorted(path.name for path in (tmp_path / "packs").iterdir())
    each = [f"{area}-2023-09.{kind}" for area in ("essex", "invented-force-01") for kind in ("html", "parquet")]
    assert names == sorted([*each, "index.html"])
    page = (tmp_path / "packs" / "essex-2023-09.html").read_text(encoding="utf-8")
    assert 'href="invented-force-01-2023-09.html"' in page
    assert "home-office-quarters.csv" in page
    assert "pm load " in page


def test_a_name_from_the_data_s_owner_is_text_and_nothing_else(tmp_path: Path):
    evil = '<script>alert("x")</script>'
    (tmp_path / "forces.csv").write_text(f'id,name\nessex,"{evil.replace(chr(34), chr(34) * 2)}"\n', encoding="utf-8")
    (tmp_path / "measures.toml").write_text(f"[burglary]\nlabel = '{evil}'\ngroup = 'neighbourhood-crime'\n")
    (tmp_path / "pm.toml").write_text('forces = "forces.csv"\nmeasures = "measures.toml"\nforce = "essex"\n')
    script = f"pm load {SAMPLES / 'home-office-quarters.csv'} | pm pack --to 2023-09 -o x --md"
    made = shell(script, cwd=tmp_path)
    assert made.returncode == 0, made.stderr.decode()
    for kind in ("html", "md"):
        text = (tmp_path / "x" / f"essex-2023-09.{kind}").read_text(encoding="utf-8")
        assert not re.search(r"(?<!\\)<script>alert", text)  # in Markdown a backslash makes it text
        assert "alert" in text


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--to", "2023-07", "-o", "pack.pdf"], 2, "a pack is .html, .xlsx, .md or .pptx"),
        (["--force", "esex"], 2, "there is no force 'esex'"),
        (["--force", "kent"], 1, "no figures for kent"),
        (["--to", "2023-13"], 2, "--to '2023-13' is not a month"),
        (["--source", "prc"], 1, "no figures from the source 'prc'"),
        (["--force", "all", "-o", "one.html"], 2, "is one file for 42 forces"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_and_nothing_is_written(
    arguments: list[str], code: int, said: str, tmp_path: Path
):
    before = sorted(tmp_path.iterdir())
    where = [] if "-o" in arguments else ["-o", str(tmp_path / "out")]
    given = [str(tmp_path / item) if item.startswith(("pack.", "one.")) else item for item in arguments]
    assert said in complaint(pm("pack", *given, *where, cwd=SAMPLES), "pack", code)
    assert sorted(tmp_path.iterdir()) == before


def test_whose_pack_has_to_be_said(tmp_path: Path):
    said = complaint(pm("pack", stdin=b"", cwd=tmp_path), "pack", 2)
    assert "--force" in said


def test_without_the_report_extra_it_says_how_to_get_it(tmp_path: Path):
    (tmp_path / "jinja2.py").write_text("raise ImportError('not here')\n")
    given = pm("pack", "--to", "2023-07", "-o", tmp_path / "out", cwd=SAMPLES, PYTHONPATH=str(tmp_path))
    assert "report extra" in complaint(given, "pack", 1)
    assert not (tmp_path / "out").exists()


def test_a_measure_of_two_piped_sources_needs_an_order(tmp_path: Path):
    a, b = tmp_path / "a.parquet", tmp_path / "b.parquet"
    assert pm("load", SAMPLES / "home-office-quarters.csv", "-o", a).returncode == 0
    assert pm("load", SAMPLES / "iquanta-monthly.csv", "--map", "iquanta-monthly", "-o", b).returncode == 0
    asked = ("pack", "-i", a, "-i", b, "--force", "essex", "--to", "2023-06", "-o", tmp_path / "out")
    assert "which of them speaks" in complaint(pm(*asked), "pack", 1)
    assert not (tmp_path / "out").exists()
    assert pm(*asked, "--source", "iquanta", "--source", "home-office").returncode == 0
    page = (tmp_path / "out" / "essex-2023-06.html").read_text(encoding="utf-8")
    assert "Source: iquanta" in page


@pytest.mark.parametrize(
    ("stanza", "code", "said"),
    [
        ('path = "nope.csv"', 1, "nope.csv"),
        (
            'path = "smsr-survey.csv"\nmap = "smsr-survey"\nmeasures = ["confidense"]',
            2,
            "there is no measure 'confidense'",
        ),
        ('path = ""', 1, "names no path"),
    ],
)
def test_what_is_wrong_with_an_extract_of_pm_toml_names_pm_toml(stanza: str, code: int, said: str, tmp_path: Path):
    for name in ("smsr-survey.csv", "iquanta-monthly.csv"):
        (tmp_path / name).symlink_to(SAMPLES / name)
    head = 'data = "iquanta-monthly.csv"\nmap = "iquanta-monthly"\nforce = "essex"\n'
    (tmp_path / "pm.toml").write_text(f"{head}[[pack]]\n{stanza}\n", encoding="utf-8")
    told = complaint(pm("pack", "-o", "out", cwd=tmp_path), "pack", code)
    assert "pm.toml" in told
    assert "[[pack]]" in told
    assert said in told
    assert not (tmp_path / "out").exists()
