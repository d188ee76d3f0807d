"""Matrices that take new documents in are those of a build from nothing, to the byte."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from builders import add
from planted import Made, _rows, build

from silobridge.ingest import resolve
from silobridge.kg.ledger.append import begin_run
from silobridge.kg.ledger.forget import forget
from silobridge.kg.ledger.schema import OBSERVATIONS, arrow_schema
from silobridge.kg.ledger.store import Ledger
from silobridge.queries import matrices as module
from silobridge.queries.matrices import matrices


def texts(count: int, first: int = 0, seed: int = 0) -> list[Made]:
    rng = random.Random(seed + first)
    domains = (("paper", "oa-field:17"), ("patent", "cpc:H01M"), ("industry", "nace:C27"))
    made = []
    for number in range(first, first + count):
        kind, domain = domains[number % 3]
        terms = [f"word {rng.choice('abcdefgh')}{rng.choice('klmnopqrst')}" for _ in range(6)]
        terms += [f"rare {number % 50}", "lithium ion batteries" if number % 2 else "lithium-ion battery"]
        cites = [f"doi:10.5555/{number - 7}"] if number > 7 else []
        made.append(Made(f"doi:10.5555/{number}", kind, [domain], list(dict.fromkeys(terms)), 2010, cites))
    return made


def batch(made: list[Made], content: str = "") -> dict[str, pa.Table]:
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in OBSERVATIONS}
    for doc, document in enumerate(made):
        _rows(doc, document, rows)
        rows["document"][-1]["content_hash"] += content
    return {table: pa.Table.from_pylist(held, arrow_schema(table)) for table, held in rows.items()}


def conclude(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        resolve.follow(connection)


def held(folder: Path) -> dict[str, Any]:
    (file,) = (folder / "cache").glob("matrices-*.npz")
    with np.load(file) as arrays:
        return dict(arrays)


def the_same(folder: Path, ledger: Ledger) -> None:
    """Compare what following gave with what a build from nothing gives."""
    matrices(ledger)
    followed = held(folder)
    for file in (folder / "cache").iterdir():
        file.unlink()
    matrices(ledger)
    anew = held(folder)
    assert followed.keys() == anew.keys()
    for name, array in anew.items():
        assert followed[name].dtype == array.dtype and followed[name].tobytes() == array.tobytes(), name


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Note for every build with an earlier version at hand whether it was followed."""
    told: list[bool] = []
    real: Callable[..., Any] = module.follow

    def follow(*arguments: Any) -> Any:
        found = real(*arguments)
        told.append(found is not None)
        return found

    monkeypatch.setattr(module, "follow", follow)
    return told


@pytest.mark.parametrize("seed", range(3))
def test_one_document_more(tmp_path: Path, watched: list[bool], seed: int):
    ledger = build(tmp_path / "g", texts(120, seed=seed))
    conclude(ledger)
    matrices(ledger)
    for number in range(120, 124):
        add(ledger, batch(texts(1, number, seed)))
        conclude(ledger)
        the_same(tmp_path / "g", ledger)
    assert watched == [True] * 4


def test_a_second_use_admits_a_concept(tmp_path: Path, watched: list[bool]):
    ledger = build(tmp_path / "g", [*texts(120), Made("doi:10.5555/x", "paper", [], ["lone wolf"])])
    assert matrices(ledger).form.find("lone wolf") == -1
    add(ledger, batch([Made("doi:10.5555/0y", "patent", ["cpc:B64C"], ["lone wolf", "own word"])]))
    assert matrices(ledger).form.find("lone wolf") >= 0 and watched == [True]
    the_same(tmp_path / "g", ledger)


def test_a_copy_of_a_known_text(tmp_path: Path, watched: list[bool]):
    made = texts(120)
    ledger = build(tmp_path / "g", made)
    matrices(ledger)
    add(ledger, batch([made[3]._replace(id="doi:10.5555/z")]))
    the_same(tmp_path / "g", ledger)
    # The same text under a smaller identifier takes the place of the first.
    add(ledger, batch([made[3]._replace(id="doi:10.5555/!")]))
    the_same(tmp_path / "g", ledger)
    assert watched == [True, False]


def test_what_is_not_only_added_is_built_anew(tmp_path: Path, watched: list[bool]):
    made = texts(120)
    ledger = build(tmp_path / "g", made)
    matrices(ledger)
    with ledger.writing() as connection:
        forget(connection, [made[5].id], begin_run(connection, "forget", "0"))
    the_same(tmp_path / "g", ledger)
    add(ledger, batch([made[6]._replace(terms=["word ak", "word bk"])], "changed"))
    the_same(tmp_path / "g", ledger)
    with ledger.writing() as connection:
        connection.execute("INSERT INTO alias VALUES ('word ak', 'word bk', 1, 'made', '')")
    the_same(tmp_path / "g", ledger)
    add(ledger, batch(texts(10, 200)))
    the_same(tmp_path / "g", ledger)
    assert watched == [False] * 4
