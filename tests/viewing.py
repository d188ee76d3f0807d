"""What the tests of the views share: a view's content in full, and a document made to measure."""

import random

import pyarrow as pa
from builders import document_rows

from silobridge.kg.ledger.schema import OBSERVATIONS, arrow_schema
from silobridge.kg.views.facade import Views


def rdf_content(views: Views) -> list[str]:
    return sorted(
        str(quad.triple)
        for quad in views.open_rdf().store
        if quad.graph_name.__class__.__name__ == "DefaultGraph"
    )


def graph_content(views: Views) -> list[str]:
    session = views.open_graph().session
    nodes = session.cypher("MATCH (n) WHERE NOT n:View RETURN labels(n) AS l, properties(n) AS p").to_list()
    edges = session.cypher(
        "MATCH (a)-[r]->(b) RETURN a.id AS a, type(r) AS t, b.id AS b, properties(r) AS p"
    ).to_list()
    return sorted(repr((row["l"], sorted(row["p"].items()))) for row in nodes) + sorted(
        repr((row["a"], row["t"], row["b"], sorted(row["p"].items()))) for row in edges
    )


def content(views: Views) -> tuple[list[str], list[str]]:
    return rdf_content(views), graph_content(views)


def assert_followed(views: Views) -> None:
    """Follow, remember, build anew, compare."""
    outcomes = views.update()
    followed = content(views)
    positions = {one.position for one in outcomes}
    assert positions == {views.ledger.position()}
    views.rebuild()
    fresh = content(views)
    for mine, theirs in zip(followed, fresh, strict=True):
        assert set(mine) - set(theirs) == set()
        assert set(theirs) - set(mine) == set()
        assert mine == theirs


def bare(
    identifier: str, forms: list[str], evidence: tuple[tuple[str, bool], ...] = ()
) -> dict[str, pa.Table]:
    """A document that mentions forms, and states `first improves second` with each (polarity, hedged)."""
    rows = document_rows(0, random.Random(0), identifier)
    text = " ".join(forms) + "."
    rows["document"][0].update(text=text, content_hash=identifier + repr(evidence), title=text)
    rows["mention"] = [
        {"doc": 0, "sentence": 0, "start": 0, "stop": 1, "form": form, "surface": form, "type": "", "how": "t"}
        for form in forms
    ]  # fmt: skip
    rows["sentence"] = [{"doc": 0, "sentence": 0, "start": 0, "stop": len(text)}]
    rows["evidence"] = [
        {"doc": 0, "sentence": 0, "start": number, "stop": len(text), "subject": forms[0], "predicate": "improves",
         "object": forms[1], "polarity": polarity, "hedged": hedged, "confidence": 0.5, "rule": "t"}
        for number, (polarity, hedged) in enumerate(evidence)
    ]  # fmt: skip
    return {table: pa.Table.from_pylist(rows[table], arrow_schema(table)) for table in OBSERVATIONS}
