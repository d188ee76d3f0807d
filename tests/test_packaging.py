"""A wheel built directly and one built through the sdist list the same files, under one namespace."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def build(out: Path, *targets: str) -> list[str]:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), *targets, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    wheel = next(out.glob("*.whl"))
    return sorted(zipfile.ZipFile(wheel).namelist())


@pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="not run from a checkout")
def test_both_ways_of_building_agree(tmp_path: Path):
    pytest.importorskip("build")
    direct = build(tmp_path / "direct", "--wheel")
    through_sdist = build(tmp_path / "sdist")
    assert direct == through_sdist
    tops = {name.split("/")[0] for name in direct}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"silobridge"}
    for needed in (
        "kg/ids.py",
        "ingest/readers/__init__.py",
        "queries/table.py",
        "ontologies/core.ttl",
        "py.typed",
    ):
        assert f"silobridge/{needed}" in direct
