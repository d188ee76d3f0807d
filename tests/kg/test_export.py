"""Exports: the same bytes for the same content, and the same graph in every format."""

import json
import random
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest
from builders import add, document_rows, small_batch, small_ledger

from silobridge.kg.errors import GraphError, UnknownName
from silobridge.kg.export import export, names
from silobridge.kg.export.handoff import to_networkx, to_rdflib
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.views import bulk
from silobridge.kg.views.facade import Views


def written(path: Path) -> dict[str, bytes]:
    if path.is_file():
        return {"": path.read_bytes()}
    return {one.name: one.read_bytes() for one in sorted(path.iterdir())}


def test_the_formats_are_found() -> None:
    assert set(names()) >= {"csv", "graphml", "jsonld", "nt", "parquet", "ttl"}


@pytest.mark.parametrize("to", names())
def test_order_and_threads_do_not_show(tmp_path: Path, to: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two ledgers, filled in other orders, on one thread and on four."""
    one = small_ledger(tmp_path / "one", 12)
    two = Ledger.create(tmp_path / "two")
    order = list(range(0, 12, 4))
    random.Random(1).shuffle(order)
    for number in order:
        add(two, small_batch(4, first=number))
    export(one, to, tmp_path / f"one.{to}")
    bound = bulk._bound
    monkeypatch.setattr(bulk, "_bound", lambda c, work: (bound(c, work), c.execute("SET threads = 4")))
    export(two, to, tmp_path / f"two.{to}")
    first, second = written(tmp_path / f"one.{to}"), written(tmp_path / f"two.{to}")
    # The bulk files for a server say which journal they continue, so that a later push can follow.
    first.pop("View.csv", None), second.pop("View.csv", None)
    assert first.keys() == second.keys()
    assert first == second
    assert not list(tmp_path.glob(".*"))


def test_every_rdf_format_says_the_same(tmp_path: Path) -> None:
    from rdflib import Graph
    from rdflib.compare import isomorphic

    ledger = small_ledger(tmp_path / "g", 8)
    views = Views(ledger)
    views.rebuild("rdf")
    held = to_rdflib(views.open_rdf())
    assert len(held) > 500
    for to, form in (("nt", "nt"), ("ttl", "turtle"), ("jsonld", "json-ld")):
        export(ledger, to, tmp_path / f"x.{to}")
        read = Graph().parse(tmp_path / f"x.{to}", format=form)
        assert isomorphic(read, held), to


def test_n_triples_are_sorted_and_once(tmp_path: Path) -> None:
    export(small_ledger(tmp_path / "g", 8), "nt", tmp_path / "x.nt")
    lines = (tmp_path / "x.nt").read_text("utf-8").splitlines()
    assert lines == sorted(set(lines))


def test_nothing_private_is_shown(tmp_path: Path) -> None:
    for to in ("nt", "csv"):
        export(small_ledger(tmp_path / "g", 3), to, tmp_path / f"x.{to}")
        text = b"".join(written(tmp_path / f"x.{to}").values()).decode()
        assert "made.jsonl" not in text
        assert "ns#position" not in text
        assert str(tmp_path) not in text


def test_graphml_and_networkx_agree(tmp_path: Path) -> None:
    import networkx as nx

    ledger = small_ledger(tmp_path / "g", 10)
    export(ledger, "graphml", tmp_path / "x.graphml")
    read = nx.read_graphml(tmp_path / "x.graphml", force_multigraph=True)
    graph = to_networkx(ledger)
    assert set(read) == set(graph)
    assert read.number_of_edges() == graph.number_of_edges() > 100
    assert read.nodes["doi:10.5555/made.1"]["year"] == graph.nodes["doi:10.5555/made.1"]["year"]


def test_odd_text_survives_every_format(tmp_path: Path) -> None:
    import pyarrow as pa

    from silobridge.kg.ledger.schema import arrow_schema

    title = 'a "b" \\ <c> & \t {d}\nnext, 电池 \x0b'
    rows = document_rows(0, random.Random(0), 'doi:10.5555/<odd>(1),"2"')
    rows["document"][0]["title"] = title
    ledger = Ledger.create(tmp_path / "g")
    add(ledger, {table: pa.Table.from_pylist(some, arrow_schema(table)) for table, some in rows.items()})
    for to in names():
        export(ledger, to, tmp_path / f"x.{to}")
    body = json.loads((tmp_path / "x.jsonld").read_text("utf-8"))
    assert title in [one["dcterms:title"][0] for one in body["@graph"] if "dcterms:title" in one]
    assert ElementTree.parse(tmp_path / "x.graphml").getroot() is not None
    with duckdb.connect() as connection:
        for to in ("csv", "parquet"):
            row = connection.execute(f"SELECT title FROM '{tmp_path}/x.{to}/nodes-Document.{to}'").fetchone()
            assert row == (title,)


def test_an_unknown_format_and_a_full_folder_are_refused(tmp_path: Path) -> None:
    ledger = small_ledger(tmp_path / "g", 1)
    with pytest.raises(UnknownName, match="ttl"):
        export(ledger, "docx", tmp_path / "x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("mine")
    with pytest.raises(GraphError, match="files in it"):
        export(ledger, "csv", tmp_path / "full")
    assert (tmp_path / "full" / "file").read_text() == "mine"
