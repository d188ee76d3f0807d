"""The house rules that a machine can hold: floors, room sizes, light doors, clean language."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("kg", "ingest", "queries", "src/silobridge/cli", "src/silobridge")
HEAVY = (
    "spacy", "rdflib", "networkx", "neo4j", "pandas", "polars", "pyarrow", "duckdb", "scipy", "numpy", "kglite",
    "pyoxigraph", "lxml", "sklearn",
)  # fmt: skip

in_checkout = pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="not run from a checkout")


def sources() -> list[Path]:
    found = [p for floor in ("kg", "ingest", "queries") for p in (ROOT / floor).rglob("*.py")]
    found += [
        p for p in (ROOT / "src/silobridge").rglob("*.py") if not any(q.is_symlink() for q in p.parents)
    ]
    return sorted(found)


@in_checkout
def test_rooms_are_small():
    large = [str(p) for p in sources() if len(p.read_text("utf-8").splitlines()) > 400]
    assert not large


@in_checkout
def test_functions_are_small():
    large = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > 60:
                large.append(f"{path.name}:{node.name}")
    assert not large


@in_checkout
def test_public_functions_are_documented():
    bare = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):
                bare.append(f"{path.name}:{node.name}")
    assert not bare


@in_checkout
def test_every_module_says_what_it_promises():
    silent = [
        str(p)
        for p in sources()
        if p.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(p.read_text("utf-8")))
    ]
    assert not silent


@in_checkout
@pytest.mark.parametrize("command", ["ruff check .", "ruff format --check .", "mypy", "lint-imports"])
def test_checkers_are_content(command: str):
    tool, *rest = command.split()
    program = Path(sys.executable).with_name(tool)
    if not program.exists():
        pytest.skip(f"{tool} is not installed; pip install -e '.[test]'")
    done = subprocess.run([program, *rest], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", ["silobridge", "silobridge.cli.app", "silobridge.ingest.readers"])
def test_doors_are_light(module: str):
    code = f"import sys, {module}; print(','.join(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_nothing_is_installed_beside_the_namespace(tmp_path: Path):
    code = "import importlib.util as u; print([n for n in ('kg','ingest','queries','ontologies') if u.find_spec(n)])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.strip() == "[]"
