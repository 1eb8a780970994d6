"""pm's own first customer: the samples' pack, in every format that pm writes, holds nothing that contradicts itself."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import PM, environment
from tests.packs import EVERY_KIND, Packed


def audited(path: Path) -> list[dict[str, str]]:
    run = subprocess.run([*PM, "audit", str(path), "-f", "csv"], env=environment(), capture_output=True, check=False)
    assert run.returncode in {0, 1}, run.stderr.decode()
    return list(csv.DictReader(io.StringIO(run.stdout.decode())))


@pytest.mark.parametrize("suffix", ["html", "md", "xlsx", "pptx"])
def test_our_own_pack_contradicts_itself_nowhere(sample_pack: Callable[..., Packed], suffix: str) -> None:
    found = [(row["place"], row["sentence"], row["working"]) for row in audited(sample_pack(*EVERY_KIND).file(suffix))]
    assert found == []
