"""An encoder proposes and joins nothing; what was decided is not asked again."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from silobridge.ingest.keeping import decide, forget, undo
from silobridge.ingest.nearness import propose
from silobridge.kg.ledger.append import append, begin_run
from silobridge.kg.ledger.schema import OBSERVATIONS, arrow_schema
from silobridge.kg.ledger.store import Ledger

MEANINGS = {
    "heat pipe": (0, 0.0), "thermal pipe": (0, 0.2), "heat pipe array": (0, 0.1), "iphone 11": (1, 0.0),
    "iphone 12": (1, 0.01), "neural network": (2, 0.0), "神经网络": (2, 0.3), "sea water": (3, 0.0), "海水": (3, 0.3),
    "太平天国": (1, 1.6),
}  # fmt: skip
"""Of each name, which thing, and how far from its middle."""
PAIRS = {("neural network", "神经网络"), ("sea water", "海水")}


class Angles:
    """Made-up meanings: things at right angles, names a little beside them."""

    name, version, languages, size, alike, across, words = "angles", "1", ("en", "zh"), 8, 0.95, 0.5, 0.5

    def encode(self, texts):
        found = np.zeros((len(texts), self.size), np.float32)
        for row, text in enumerate(texts):
            thing, angle = MEANINGS[text]
            found[row, 2 * thing : 2 * thing + 2] = np.cos(angle), np.sin(angle)
        return found


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Every name in two documents, one of them in a document of its own too."""
    made = Ledger.create(tmp_path / "g")
    rows = {
        "document": [
            dict.fromkeys(OBSERVATIONS["document"]) | {"doc": n, "id": f"doi:10.5555/{n}", "content_hash": str(n),
                                                       "language": "en", "extractor": "x"}
            for n in range(3)
        ],
        "mention": [
            dict.fromkeys(OBSERVATIONS["mention"]) | {"doc": n, "form": form, "type": ""}
            for form in MEANINGS for n in ((1, 2) if form == "thermal pipe" else (0, 1))
        ],
    }  # fmt: skip
    with made.writing() as con:
        batch = {table: pa.Table.from_pylist(found, arrow_schema(table)) for table, found in rows.items()}
        append(con, batch, begin_run(con, "test", "x"))
    return made


def waiting(ledger: Ledger) -> set[tuple[str, str]]:
    with ledger.reading() as con:
        return set(con.execute("SELECT form, target FROM undecided WHERE how = 'embedding'").fetchall())


def test_what_is_near_waits_undecided_and_nothing_is_joined(ledger):
    assert propose(ledger, Angles()) == 4
    pipes = {("thermal pipe", "heat pipe"), ("thermal pipe", "heat pipe array")}
    assert waiting(ledger) == {*pipes, *PAIRS}
    with ledger.reading() as con:
        assert con.execute("SELECT count(*) FROM alias").fetchall() == [(0,)]
        said = con.execute("SELECT reason, score FROM undecided WHERE target = 'heat pipe'").fetchall()
    assert said[0][0] == "cosine 0.98 of angles" and said[0][1] == pytest.approx(0.98)
    assert propose(ledger, Angles()) == 4
    other = Angles()
    other.name = "others"
    assert propose(ledger, other) == propose(ledger, Angles()) == 4
    with ledger.reading() as con:
        assert con.execute("SELECT count(*) FROM undecided").fetchall() == [(8,)]


def test_what_somebody_decided_is_not_asked_again(ledger):
    propose(ledger, Angles())
    taken = decide(ledger, "reject", "thermal pipe", "heat pipe", who="me")
    assert ("thermal pipe", "heat pipe") not in waiting(ledger)
    assert waiting(ledger) == {("thermal pipe", "heat pipe array"), *PAIRS}
    decide(ledger, "accept", "神经网络", "neural network", who="me")
    assert waiting(ledger) == {("thermal pipe", "heat pipe array"), ("sea water", "海水")}
    assert propose(ledger, Angles()) == 2
    undo(ledger, taken, who="me")
    assert propose(ledger, Angles()) == 3


def test_names_of_forgotten_documents_are_not_kept(ledger):
    propose(ledger, Angles())
    forget(ledger, ["doi:10.5555/1", "doi:10.5555/2"])
    assert waiting(ledger) == PAIRS


def test_a_small_or_empty_graph_has_nothing_to_propose(tmp_path):
    assert propose(Ledger.create(tmp_path / "g"), Angles()) == 0
