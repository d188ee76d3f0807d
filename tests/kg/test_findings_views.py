"""Kept findings in both views: following equals building anew, whatever was kept, forgotten, joined or let go."""

from pathlib import Path

import pytest
from builders import add, small_batch, small_ledger
from kept_lists import keep
from viewing import assert_followed, graph_content, rdf_content

from silobridge.kg.ledger import findings
from silobridge.kg.ledger.aliases import replace_aliases
from silobridge.kg.ledger.forget import forget
from silobridge.kg.ledger.schema import arrow_schema
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.validate import validate
from silobridge.kg.views.facade import Views


def alias(ledger: Ledger, form: str, target: str) -> None:
    row = {"form": form, "target": target, "score": 1.0, "how": "test", "reason": ""}
    with ledger.writing() as connection:
        replace_aliases(connection, pa_table(row), 1)


def pa_table(row: dict[str, object]):
    import pyarrow as pa

    return pa.Table.from_pylist([row], arrow_schema("alias"))


@pytest.fixture
def kept(tmp_path: Path) -> Views:
    ledger = small_ledger(tmp_path / "g", 24)
    views = Views(ledger)
    views.rebuild()
    keep(ledger, "one", 1)
    return views


def test_a_kept_list_stands_in_both_views(kept: Views):
    assert_followed(kept)
    text = "\n".join(rdf_content(kept))
    for name in ("Saved", "Bridge", "Silo", "Listing", "Quotation"):
        assert f"<https://w3id.org/silobridge/ns#{name}>" in text
    session = kept.open_graph().session
    found = session.cypher(
        "MATCH (s:Saved)-[l:LISTS]->(b:Bridge)-[q:QUOTES]->(d:Document) MATCH (b)-[:FROM_CONCEPT]->(c:Concept)"
        " MATCH (b)-[:TO_DOMAIN]->(x:Domain) MATCH (b)-[:CONTRADICTED_BY]->(e:Evidence)"
        " RETURN b.id AS b, q.sentence AS quoted, e.sentence AS said, l.q AS q ORDER BY b"
    ).to_list()
    assert len(found) == 3 and all(row["quoted"] in row["said"] and row["q"] == 0.25 for row in found)


def test_following_equals_building_anew(kept: Views):
    ledger = kept.ledger
    kept.update()
    with ledger.reading() as connection:
        quoted = [one.links[4].target for one in findings.kept(connection, "one")]
        forms = [one.links[0].target for one in findings.kept(connection, "one")]
    keep(ledger, "two", 2)
    with ledger.writing() as connection:
        forget(connection, quoted[:1], 1)
    assert_followed(kept)
    assert any("'gone', 1" in line for line in graph_content(kept))
    alias(ledger, max(forms[1], "aaa"), "aaa")
    assert_followed(kept)
    add(ledger, small_batch(2, seed=5, first=20))
    assert_followed(kept)
    keep(ledger, "one", 7)
    assert_followed(kept)
    with ledger.writing() as connection:
        findings.remove(connection, "two")
        findings.remove(connection, "one")
    assert_followed(kept)
    assert not any("ns#Bridge" in line or "ns#Listing" in line for line in rdf_content(kept))


def test_the_same_list_again_gives_the_same_bytes(kept: Views, tmp_path: Path):
    from silobridge.kg.export import export

    kept.update()
    export(kept.ledger, "nt", tmp_path / "1.nt")
    position = kept.ledger.position()
    keep(kept.ledger, "one", 1)
    export(kept.ledger, "nt", tmp_path / "2.nt")
    assert kept.ledger.position() == position
    assert (tmp_path / "1.nt").read_bytes() == (tmp_path / "2.nt").read_bytes()


def test_kept_findings_keep_their_shapes_and_a_broken_one_is_told(tmp_path: Path) -> None:
    ledger = small_ledger(tmp_path / "g", 12)
    keep(ledger, "mine", 1)
    views = Views(ledger)
    views.rebuild("rdf")
    assert validate(views).findings == ()
    with ledger.writing() as connection:
        connection.execute("UPDATE finding SET rank = 0, q = 2, low = high + 1")
    views.rebuild("rdf")
    told = {(one.shape, one.count) for one in validate(views).findings}
    assert told == {("sb:ListingShape", 4)}
