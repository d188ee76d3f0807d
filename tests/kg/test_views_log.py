"""The property graph's log of changes: nobody misses a line, whoever died, and it does not grow for ever."""

import subprocess
import sys
from pathlib import Path

import kglite
import pyarrow as pa
import pytest
from builders import add, small_batch, small_ledger
from viewing import assert_followed, bare, content

from silobridge.kg.ledger.forget import forget
from silobridge.kg.ledger.schema import arrow_schema
from silobridge.kg.views import property_graph
from silobridge.kg.views.facade import Views
from silobridge.kg.views.property_graph import PropertyGraphView

DIES = {
    "after the log": ("append", "saved(self, *given); os._exit(9)", 23),
    "half-way through a line": ("append", "self.path.open('ab').write(b'{\"pos'); os._exit(9)", 20),
    "between file and log": ("begin", "os._exit(9)", 23),
}


@pytest.mark.parametrize("moment", DIES)
def test_a_death_while_the_graph_is_written_loses_nothing(tmp_path: Path, moment: str) -> None:
    method, act, position = DIES[moment]
    ledger = small_ledger(tmp_path / "g", 20)
    views = Views(ledger)
    views.rebuild()
    add(ledger, small_batch(3, seed=9, first=200))
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom silobridge.kg.ledger.store import Ledger\n"
        "from silobridge.kg.views import changes, facade, property_graph\nproperty_graph.FOLD_CHANGES = 1\n"
        f"saved = changes.ChangeLog.{method}\ndef die(self, *given):\n    {act}\n"
        f"changes.ChangeLog.{method} = die\nfacade.Views(Ledger.open(Path(sys.argv[1]))).update('graph')\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(ledger.folder)]).returncode == 9
    assert PropertyGraphView(ledger.folder).position() == position
    assert views.open_graph().position == position
    assert_followed(views)


SECOND = """
import sys, time
from pathlib import Path
import silobridge
title = "A title nobody else has"
with silobridge.open(Path(sys.argv[1])) as graph:
    graph.views.open_graph()
    asked = f"PREFIX dcterms: <http://purl.org/dc/terms/> SELECT ?d {{ ?d dcterms:title '{title}' }}"
    for line in sys.stdin:
        wanted, began = int(line), time.monotonic()
        while len(graph.cypher(f"MATCH (d:Document {{title: '{title}'}}) RETURN d.id").rows) != wanted:
            assert time.monotonic() - began < 60
        while len(graph.sparql(asked, timeout=60).rows) != wanted:
            assert time.monotonic() - began < 60
        print(f"{graph.cypher('RETURN 1 AS one').position}", flush=True)
"""


def test_a_second_process_sees_each_change_while_the_first_keeps_its_graph(tmp_path: Path) -> None:
    """Neither closes anything between: what one adds or forgets, the other sees in both languages."""
    ledger = small_ledger(tmp_path / "g", 20)
    views = Views(ledger)
    views.rebuild()
    file = tmp_path / "g" / "views" / "graph.kgl"
    before = file.stat().st_mtime_ns
    views.keep()
    second = subprocess.Popen(
        [sys.executable, "-c", SECOND, str(ledger.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert second.stdin is not None
    assert second.stdout is not None
    batch = bare("doi:10.5555/second", ["alpha", "beta"])
    rows = batch["document"].to_pylist()
    rows[0]["title"] = "A title nobody else has"
    for wanted in (1, 0):
        if wanted:
            add(ledger, {**batch, "document": pa.Table.from_pylist(rows, arrow_schema("document"))})
        else:
            with ledger.writing() as connection:
                forget(connection, ["doi:10.5555/second"], 1)
        views.update()
        second.stdin.write(f"{wanted}\n")
        second.stdin.flush()
        assert second.stdout.readline() == f"{ledger.position()}\n"
    second.communicate(timeout=30)
    assert second.returncode == 0
    assert file.stat().st_mtime_ns == before
    views.let_go()
    assert_followed(views)


def test_a_kept_graph_takes_in_what_others_wrote_and_rebuilt(tmp_path: Path) -> None:
    ledger = small_ledger(tmp_path / "g", 10)
    kept, other = Views(ledger), Views(ledger)
    kept.rebuild()
    kept.keep()
    frozen = kept.open_graph()
    add(ledger, small_batch(3, seed=1, first=100))
    other.update()
    assert (frozen.position, kept.open_graph().position) == (10, 13)
    add(ledger, small_batch(3, seed=2, first=200))
    assert [one.how for one in kept.update()] == ["followed", "followed"]
    assert other.open_graph().position == 16
    other.rebuild()
    assert content(kept) == content(other)
    with pytest.raises(kglite.ReadOnlyError):
        kept.open_graph().session.cypher("CREATE (:Document {id: 'doi:10.5555/x'})")


def test_a_log_that_has_grown_is_folded_into_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(property_graph, "FOLD_CHANGES", 3)
    ledger = small_ledger(tmp_path / "g", 5)
    views = Views(ledger)
    views.rebuild()
    sizes = []
    for number in range(4):
        add(ledger, small_batch(1, seed=number, first=100 + number))
        views.update()
        sizes.append(PropertyGraphView(ledger.folder).log.size()[0])
    assert sizes == [1, 2, 0, 1]
    monkeypatch.setattr(property_graph, "FOLD_BYTES", 1)
    add(ledger, small_batch(1, seed=9, first=300))
    views.update()
    assert PropertyGraphView(ledger.folder).log.size()[0] == 0
    assert_followed(views)
