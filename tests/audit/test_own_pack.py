"""pm's own first customer: the samples' pack, in every format that pm writes, holds nothing that contradicts itself."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

import pytest

from tests.conftest import PM, SAMPLES, environment


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs")
    for suffix in ("html", "md", "xlsx", "pptx"):
        made = subprocess.run(
            [*PM, "pack", "--force", "essex", "-o", str(folder / f"pack.{suffix}")],
            cwd=SAMPLES, env=environment(), capture_output=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr.decode()
    return folder


def audited(path: Path) -> list[dict[str, str]]:
    run = subprocess.run([*PM, "audit", str(path), "-f", "csv"], env=environment(), capture_output=True, check=False)
    assert run.returncode in {0, 1}, run.stderr.decode()
    return list(csv.DictReader(io.StringIO(run.stdout.decode())))


@pytest.mark.parametrize("suffix", ["html", "md", "xlsx", "pptx"])
def test_our_own_pack_contradicts_itself_nowhere(packs, suffix):
    found = [(row["place"], row["sentence"], row["working"]) for row in audited(packs / f"pack.{suffix}")]
    assert found == []
