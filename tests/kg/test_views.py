"""Both views follow the ledger: following equals building anew, whatever happened and whoever died."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pytest
from builders import add, document_rows, small_batch, small_ledger
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from viewing import assert_followed, bare, rdf_content

from silobridge.kg.errors import GraphError, UnknownName
from silobridge.kg.ids import compress, expand
from silobridge.kg.ledger.aliases import replace_aliases
from silobridge.kg.ledger.forget import forget
from silobridge.kg.ledger.schema import arrow_schema
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.mapping.graph import PREDICATES
from silobridge.kg.mapping.triples import iri
from silobridge.kg.views.facade import Views
from silobridge.kg.views.protocol import ABSENT


def one_document(number: int, seed: str) -> dict[str, pa.Table]:
    """One made-up document with outside citations, shared identifiers and a person."""
    rng = random.Random(seed)
    rows = document_rows(0, rng, f"doi:10.5555/made.{number}")
    rows["document"][0]["content_hash"] = seed
    rows["citation"] = [
        {"doc": 0, "target": target, "kind": "paper", "text": ""}
        for target in (
            f"doi:10.5555/made.{rng.randrange(12)}",
            f"openalex:W{rng.randrange(6)}",
            "doi:10.1/out",
        )
    ]
    rows["identifier"] = [{"doc": 0, "id": f"openalex:W{number % 5}"}]
    rows["contribution"].append(
        {"doc": 0, "ordinal": 1, "agent": f"person:{number:016x}", "name": f"P {seed}", "sort": "person",
         "role": "author", "country": ""}
    )  # fmt: skip
    return {table: pa.Table.from_pylist(some, arrow_schema(table)) for table, some in rows.items()}


def alias(ledger: Ledger, pairs: dict[str, str]) -> None:
    rows = [
        {"form": max(a, b), "target": min(a, b), "score": 1.0, "how": "test", "reason": ""}
        for a, b in pairs.items() if a != b
    ]  # fmt: skip
    targets = {row["target"] for row in rows}
    rows = [row for row in rows if row["form"] not in targets]
    rows = list({row["form"]: row for row in rows}.values())
    with ledger.writing() as connection:
        replace_aliases(connection, pa.Table.from_pylist(rows, arrow_schema("alias")), 1)


def terms(ledger: Ledger) -> list[str]:
    with ledger.reading() as connection:
        return [
            row[0] for row in connection.execute("SELECT DISTINCT form FROM mention ORDER BY 1").fetchall()
        ]


def step(ledger: Ledger, kind: str, number: int, seed: int) -> None:
    if kind == "put":
        add(ledger, one_document(number, f"{number}:{seed}"))
    elif kind == "forget":
        with ledger.writing() as connection:
            forget(connection, [f"doi:10.5555/made.{number}"], 1)
    else:
        known = terms(ledger)
        rng = random.Random(seed)
        alias(ledger, {rng.choice(known): rng.choice(known) for _ in range(number % 4)} if known else {})


STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "put", "forget", "alias"]), st.integers(0, 9), st.integers(0, 3)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(rounds=st.lists(STEPS, min_size=1, max_size=2))
def test_following_equals_building_anew(rounds: list[list[tuple[str, int, int]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger.create(Path(folder) / "g")
        for number in range(4):
            add(ledger, one_document(number, f"{number}:0"))
        views = Views(ledger)
        views.rebuild()
        for steps in rounds:
            for kind, number, seed in steps:
                step(ledger, kind, number, seed)
            assert_followed(views)


def test_a_view_is_absent_then_built_then_current(tmp_path: Path) -> None:
    views = Views(small_ledger(tmp_path / "g", 5))
    assert [one.position for one in views.status()] == [ABSENT, ABSENT]
    with pytest.raises(GraphError, match="RDF view"):
        views.open_rdf()
    with pytest.raises(GraphError, match="property-graph view"):
        views.open_graph()
    assert [one.how for one in views.update()] == ["rebuilt", "rebuilt"]
    assert [one.how for one in views.update()] == ["current", "current"]
    assert [one.behind for one in views.status()] == [0, 0]
    assert views.open_rdf().position == views.open_graph().position == 5
    assert {path.name for path in (tmp_path / "g" / "views").glob(".*")} == {".lock", ".rdf.lock"}


def test_what_another_mapping_wrote_is_built_anew(tmp_path: Path) -> None:
    """Followed, it would go on lacking what the mapping says since."""
    views = Views(small_ledger(tmp_path / "g", 5))
    views.update()
    (tmp_path / "g" / "views" / "rdf.mapping").write_text("another")
    assert [(one.name, one.how) for one in views.update()] == [("graph", "current"), ("rdf", "rebuilt")]
    (tmp_path / "g" / "views" / "graph.mapping").unlink()
    assert [one.how for one in views.update()] == ["rebuilt", "current"]
    assert [one.how for one in views.update()] == ["current", "current"]


def test_an_unknown_view_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="graph"):
        Views(Ledger.create(tmp_path / "g")).rebuild("sql")


def test_a_concept_enters_every_document_when_it_is_admitted(tmp_path: Path) -> None:
    """A form used once is no concept; its second document brings the first one's edge too."""
    ledger = Ledger.create(tmp_path / "g")
    batches = [bare(f"doi:10.5555/bare.{number}", ["rare term"]) for number in range(2)]
    add(ledger, batches[0])
    views = Views(ledger)
    views.rebuild()
    assert not [line for line in rdf_content(views) if iri("sb:uses") in line]
    add(ledger, batches[1])
    assert_followed(views)
    assert len([line for line in rdf_content(views) if iri("sb:uses") in line]) == 2
    with ledger.writing() as connection:
        forget(connection, ["doi:10.5555/bare.0"], 1)
    assert_followed(views)
    assert not [line for line in rdf_content(views) if iri("sb:uses") in line]


@pytest.mark.parametrize(
    ("evidence", "stands"),
    [
        ([("affirmed", False)], True),
        ([("negated", False)], False),
        ([("affirmed", True)], False),
        ([("negated", False), ("affirmed", False)], True),
    ],
)
def test_the_direct_edge_stands_only_on_affirmed_unhedged_evidence(
    tmp_path: Path, evidence: list[tuple[str, bool]], stands: bool
) -> None:
    ledger = Ledger.create(tmp_path / "g")
    add(ledger, bare("doi:10.5555/bare.0", ["alpha", "beta"], tuple(evidence)))
    views = Views(ledger)
    views.rebuild()
    direct = [line for line in rdf_content(views) if f"> <{iri(PREDICATES['improves'])}> <" in line]
    edges = views.open_graph().session.cypher(
        "MATCH (:Concept)-[r:IMPROVES]->(:Concept) RETURN count(r) AS n"
    )
    assert (len(direct), edges.scalar()) == ((1, 1) if stands else (0, 0))
    assert any("Evidence" in line for line in rdf_content(views))


def test_the_direct_edge_falls_with_its_evidence(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "g")
    add(ledger, bare("doi:10.5555/bare.0", ["alpha", "beta"], (("affirmed", False),)))
    add(ledger, bare("doi:10.5555/bare.1", ["alpha", "beta"], (("negated", False),)))
    views = Views(ledger)
    views.rebuild()
    with ledger.writing() as connection:
        forget(connection, ["doi:10.5555/bare.0"], 1)
    assert_followed(views)
    assert not [line for line in rdf_content(views) if f"> <{iri('sb:improves')}> <" in line]
    assert any(iri("sb:Claim") in line for line in rdf_content(views))


KILLED = """
import sys
from pathlib import Path
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.views import property_graph
from silobridge.kg.views.facade import Views
print("ready", flush=True)
Views(Ledger.open(Path(sys.argv[1]))).update(sys.argv[2])
print("done", flush=True)
"""


@pytest.mark.parametrize("name", ["rdf", "graph"])
def test_a_killed_update_is_taken_up_again(tmp_path: Path, name: str) -> None:
    """Kill the follower at several moments; whatever it left, the next update ends where a build would."""
    ledger = small_ledger(tmp_path / "g", 60)
    views = Views(ledger)
    views.rebuild()
    for attempt, delay in enumerate((0.35, 0.5, 0.6, 0.7)):
        add(ledger, small_batch(40, seed=attempt + 1, first=100 * (attempt + 1)))
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(ledger.folder), name], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(delay)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    assert_followed(views)


def test_identifiers_are_spelled_alike_on_both_sides(tmp_path: Path) -> None:
    odd = 'doi:10.5555/a<b>(é%)|"x'
    ledger = Ledger.create(tmp_path / "g")
    add(ledger, bare(odd, ["alpha", "beta"]))
    views = Views(ledger)
    views.rebuild()
    subjects = {quad.subject.value for quad in views.open_rdf().store}  # type: ignore[union-attr]
    assert expand(odd) in subjects
    assert compress(expand(odd)) == odd
    assert views.open_graph().session.cypher("MATCH (d:Document) RETURN d.id").scalar() == odd


def test_text_that_looks_like_syntax_survives(tmp_path: Path) -> None:
    text = 'a \\u0041 "q" \\ tab\t line\nreturn\r {} . <x> \U0001f600'
    ledger = Ledger.create(tmp_path / "g")
    views = Views(ledger)
    views.rebuild()
    batch = bare("doi:10.5555/odd", ["alpha", "beta"])
    rows = batch["document"].to_pylist()
    rows[0]["title"] = text
    add(ledger, {**batch, "document": pa.Table.from_pylist(rows, arrow_schema("document"))})
    assert_followed(views)
    titles = [
        quad.object.value for quad in views.open_rdf().store if quad.predicate.value == iri("dcterms:title")
    ]
    assert titles == [text]
    assert views.open_graph().session.cypher("MATCH (d:Document) RETURN d.title").scalar() == text
