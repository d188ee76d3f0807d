"""A graph in which every named question has an answer, and the parameters with which it has."""

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from builders import add, small_batch, small_ledger

from silobridge.kg.ledger.findings import Finding, Link, Saved, save
from silobridge.kg.ledger.forget import forget
from silobridge.kg.ledger.schema import arrow_schema
from silobridge.kg.views.facade import Views
from silobridge.queries.run import library, sparql

if TYPE_CHECKING:
    import duckdb

CONCEPTS = {
    "methods-used-for": "?m sb:usedFor ?c",
    "methods-against": "?m sb:addresses ?c",
    "disciplines-of-methods-for": "?m sb:addresses ?c",
    "uses-of": "?c sb:addresses ?o",
    "causes-of": "?s sb:causes ?c",
    "parts-of": "?p sb:partOf ?c",
    "parameters-of": "?k sb:subject ?c ; sb:hasEvidence/sb:quantities ?q",
    "findings-about-concept": "?f sb:fromConcept ?c",
    "failures-about": '?k sb:subject ?c ; sb:hasEvidence/sb:polarity "negated"',
}
"""What a concept must be like for a question about it to have an answer."""


def twin_views(folder: Path) -> Views:
    """Make the graph, both its views built."""
    ledger = small_ledger(folder, 80)
    odd = {**small_batch(4, first=900)}
    odd["membership"] = arrow_schema("membership").empty_table()
    odd["citation"] = pa.Table.from_pylist(
        [{"doc": n, "target": f"doi:10.1/out.{n % 2}", "kind": "paper", "text": ""} for n in range(4)],
        arrow_schema("citation"),
    )
    add(ledger, odd)
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO crosswalk VALUES ('cpc:B64C', 'skos:closeMatch', 'nace:C30', 0.75, '', 'made for this test')"
        )
        # A claim that is affirmed and denied, beside those that chance made.
        connection.execute(
            "INSERT INTO evidence SELECT * REPLACE (CASE polarity WHEN 'negated' THEN 'affirmed' ELSE 'negated' END"
            " AS polarity, rule || '2' AS rule) FROM evidence WHERE doc < 3"
        )
        _say_how(connection)
        # A term that only papers use, and one that only industry documents use.
        connection.execute(
            "INSERT INTO mention SELECT m.* REPLACE ('only of ' || d.kind AS form)"
            " FROM mention m JOIN document d USING (doc) WHERE m.doc < 30 AND m.sentence = 0 AND d.kind <> 'patent'"
        )
        connection.execute(
            "INSERT INTO contribution SELECT * REPLACE ('person:' || agent AS agent, 'person' AS sort, 'author' AS role)"
            " FROM contribution UNION ALL SELECT * REPLACE ('registrant' AS role) FROM contribution"
        )
        _keep_findings(connection)
    made = Views(ledger)
    made.rebuild()
    return made


def _say_how(connection: "duckdb.DuckDBPyConnection") -> None:
    """Claims that fell short, were planned, were called the first, and that stand beside a number."""
    connection.execute(
        "UPDATE evidence SET novel = doc % 7 = 0, failure = CASE WHEN doc % 4 = 0 THEN 'limited' ELSE '' END,"
        " modality = CASE doc % 5 WHEN 0 THEN 'planned' WHEN 1 THEN 'done' ELSE 'stated' END,"
        " reason_start = CASE WHEN doc % 8 = 0 THEN start ELSE 0 END,"
        " reason_stop = CASE WHEN doc % 8 = 0 THEN start + 7 ELSE 0 END"
    )
    connection.execute(
        "INSERT INTO evidence SELECT e.* REPLACE ('limited-by' AS predicate, 'limited' AS failure, false AS hedged,"
        " 'affirmed' AS polarity, o.form AS object) FROM evidence e, (SELECT min(form) AS form FROM mention) o"
        " WHERE e.doc < 6 AND e.subject <> o.form"
    )
    connection.execute(
        "INSERT INTO quantity SELECT doc, sentence, start, start + 3 + doc % 2, '=', 3, 3, 'W', 'm2 kg s-3', 3, 3,"
        " '', 0, 0 FROM sentence WHERE doc < 40"
    )


FINDING = "bridge:00000000000000aa"


def _keep_findings(connection: "duckdb.DuckDBPyConnection") -> None:
    """A kept bridge and a kept silo, of which the bridge has lost a document."""
    document, start, stop = connection.execute(
        "SELECT d.id, s.start, s.stop FROM sentence s JOIN document d USING (doc) ORDER BY ALL"
    ).fetchall()[0]
    ends = (Link("domain", "source", "nace:C30"), Link("domain", "target", "oa-field:17"))
    quoted = (
        Link("document", "quoted", document, start, stop),
        Link("document", "quoted", "doi:10.5555/made.79", 0, 5),
    )
    terms = [row[0] for row in connection.execute(
        "SELECT form FROM usage GROUP BY form ORDER BY count(DISTINCT doc) DESC, form LIMIT 3").fetchall()]  # fmt: skip
    roles = ("source", "target", "between")
    about = tuple(Link("concept", role, form) for role, form in zip(roles, terms, strict=True))
    numbers = (3.0, 1.5, 2.0, 1.1, 3.0, 0.01, 0.02, None, 1.1, "{}")
    kept = [Finding(FINDING, "predicted", "a bridge", *numbers, (*ends, *quoted, *about)),
            Finding("silo:00000000000000bb", "concepts", "a silo", *numbers, ends)]  # fmt: skip
    save(connection, Saved("first list", "bridges", "Bridges", '{"top": 2}', "chance", 40), kept, "0")
    forget(connection, ["doi:10.5555/made.79"], 1)


def parameters(views: Views, name: str) -> dict[str, str]:
    """Give a question's parameters values for which it has an answer."""
    fixed = {
        "domain": "nace:C30",
        "one": "oa-field:17",
        "other": "nace:C30",
        "document": "doi:10.5555/made.2",
        "finding": FINDING,
    }
    if name in ("documents-of-domain", "papers-to-industries", "untapped-science"):
        fixed["domain"] = "oa-field:17"
    if name == "crosswalks-of-domain":
        fixed["domain"] = "cpc:B64C"
    if name == "concepts-emerging-since":
        fixed["since"] = "2005"
    if name == "domain-tree":
        fixed["domain"] = "nace:C"
    wanted = {param.name: param for param in library()[name].params}
    fixed["organisation"] = "maker 3"
    if "concept" in wanted:
        query = CONCEPTS.get(name, "?c a sb:Concept ; sb:documents ?n")
        fixed["concept"] = sparql(views, f"SELECT ?c WHERE {{ {query} }} ORDER BY DESC(?n) ?c")[0]["c"]
    if "claim" in wanted:
        fixed["claim"] = sparql(views, "SELECT ?c WHERE { ?c sb:evidence ?n } ORDER BY DESC(?n) ?c")[0]["c"]
    if name == "documents-citing":
        fixed["document"] = sparql(
            views, "SELECT ?b WHERE { ?a cito:cites ?b . ?b a sb:Document } ORDER BY ?b"
        )[0]["b"]
    return {key: value for key, value in fixed.items() if key in wanted}
