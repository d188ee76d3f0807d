"""The documents cannot lie: reference pages match the code, and every command in a document runs."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
FENCE = re.compile(r"^```bash\n(.*?)^```", re.M | re.S)

pytestmark = pytest.mark.skipif(not DOCS.exists(), reason="not run from a checkout")


def test_reference_is_up_to_date():
    done = subprocess.run(
        [sys.executable, ROOT / "tools/reference.py", "--check"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr


def pages() -> list[Path]:
    return sorted([*DOCS.glob("tutorial.md"), *DOCS.glob("howto/*.md")]) if DOCS.exists() else []


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_command_runs(page: Path, tmp_path: Path, demo_folder: Path):
    """Each page's bash blocks run in order, in a folder that holds the demonstration graph as demo.kg."""
    shutil.copytree(demo_folder, tmp_path / "demo.kg")
    for name, text in (("note.md", "# A note on heat pipes\n\nHeat pipes cool battery packs well.\n"),):
        (tmp_path / name).write_text(text, "utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    blocks = FENCE.findall(page.read_text("utf-8"))
    assert blocks, "a tutorial or how-to without a command is not one"
    for block in blocks:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block], cwd=tmp_path, capture_output=True, text=True,
            env=os.environ | {"PATH": path},
        )  # fmt: skip
        assert done.returncode == 0, f"{block}\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}"


def test_every_link_leads_somewhere():
    broken = []
    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert not broken
