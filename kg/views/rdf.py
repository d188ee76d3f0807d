"""The RDF view: an Oxigraph store on disk.

It promises that a change is one SPARQL update, position included, so that a process that dies leaves the
store before it or after it. It refuses anything but the default graph for data; the position lies in a
graph of its own that no export shows.
"""

import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silobridge.kg.errors import GraphError
from silobridge.kg.ids import compress, expand
from silobridge.kg.mapping.graph import EDGES, PREDICATES, node_map
from silobridge.kg.mapping.triples import iri, named_iri, triple_queries, written_lines
from silobridge.kg.views.protocol import ABSENT, Change, Held
from silobridge.kg.views.snapshots import held

if TYPE_CHECKING:
    import duckdb
    from pyoxigraph import NamedNode, Quad, Store

POSITION = iri("sb:position")
VIEW = iri("sb:view")
WORDS = {iri(name): word for word, name in PREDICATES.items()}
"""From a claim property's IRI to the ledger's word."""

_FORM = iri("sb:form")
_AGENT_EDGES = tuple(
    sorted({iri(edge.predicate) for edge in EDGES if edge.target in ("Organisation", "Person")})
)


class RdfView:
    """The triples of one graph.

    Parameters
    ----------
    folder
        The graph's folder; the store lies in ``views/rdf`` below it.
    """

    name = "rdf"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "views" / "rdf"
        self._store: Store | None = None
        self._lock = ExitStack()

    def position(self) -> int:
        """Return the journal position the view stands at, or `ABSENT`."""
        if self._store is None and not self.path.exists():
            return ABSENT
        return read_position(self._writer() if self._store else open_read_only(self.path))

    def close(self) -> None:
        """Let go of the store."""
        self._store = None
        self._lock.close()

    def held(self, documents: Iterable[str], forms: Iterable[str]) -> Held:
        """Collect what the view holds around these documents and these concepts' claims."""
        found = Held()
        for document in documents:
            self._around_document(_node(expand(document)), found)
            found.targets.add(document)
        for concept in self._concepts(forms):
            for role in ("sb:subject", "sb:object"):
                found.claims.update(
                    self._claim(quad.subject) for quad in self._quads(None, iri(role), concept)
                )
        return found

    def admitted(self, forms: Iterable[str]) -> set[str]:
        """Return those of the forms whose concepts the view holds."""
        kind = _node(iri("sb:Concept"))
        return {
            form for form in forms if any(True for _ in self._quads(_concept(form), iri("rdf:type"), kind))
        }

    def domains(self, among: Iterable[str]) -> set[str]:
        """Return those of the domains that the view holds."""
        kind = _node(iri("sb:Domain"))
        return {
            one
            for one in among
            if any(True for _ in self._quads(_node(named_iri(one)), iri("rdf:type"), kind))
        }

    def apply(self, connection: "duckdb.DuckDBPyConnection", change: Change) -> None:
        """Take out what the change names and write the staged rows, in one update with the position."""
        gone = sorted({f"{quad.triple} ." for quad in self._removed(change)})
        lines = [line for mapped, rows in change.rows for line in written_lines(mapped, rows)]
        # Not flushed: the store's own log survives the process, and readers see it.
        self._writer().update(
            f"DELETE DATA {{ {' '.join(gone)} }} ;\n"
            f"DELETE WHERE {{ GRAPH <{VIEW}> {{ <{VIEW}> <{POSITION}> ?old }} }} ;\n"
            f"INSERT DATA {{ {' '.join(lines)} GRAPH <{VIEW}> {{ <{VIEW}> <{POSITION}> {change.position} }} }}"
        )

    def build(self, connection: "duckdb.DuckDBPyConnection", position: int) -> None:
        """Build anew from rows staged for everything, aside, and put it in place of the old."""
        from pyoxigraph import RdfFormat, Store

        self.close()
        aside = self.path.with_name(f".rdf-{os.getpid()}")
        shutil.rmtree(aside, ignore_errors=True)
        store = Store(str(aside))
        for lines in _line_files(connection, aside.with_suffix(".nt")):
            # Written by our own macros, so checking every IRI again would only cost time.
            store.bulk_load(path=str(lines), format=RdfFormat.N_TRIPLES, lenient=True)
        store.update(f"INSERT DATA {{ GRAPH <{VIEW}> {{ <{VIEW}> <{POSITION}> {position} }} }}")
        store.flush()
        del store
        old = self.path.with_name(f".rdf-old-{os.getpid()}")
        with held(self.path):
            if self.path.exists():
                self.path.rename(old)
            aside.rename(self.path)
        shutil.rmtree(old, ignore_errors=True)

    def _writer(self) -> "Store":
        if self._store is None:
            from pyoxigraph import Store

            self._lock.enter_context(held(self.path))
            self._store = Store(str(self.path))
        return self._store

    def _quads(self, subject: Any, predicate: str | None, value: Any) -> Iterator["Quad"]:
        from pyoxigraph import DefaultGraph

        name = _node(predicate) if predicate else None
        return iter(self._writer().quads_for_pattern(subject, name, value, DefaultGraph()))

    def _values(self, subject: Any, predicate: str) -> list[Any]:
        return [quad.object for quad in self._quads(subject, predicate, None)]

    def _concepts(self, forms: Iterable[str]) -> list["NamedNode"]:
        return [_concept(form) for form in forms]

    def _around_document(self, document: "NamedNode", found: Held) -> None:
        concepts = set(self._values(document, iri("sb:uses")))
        found.forms.update(form for one in concepts for form in self._forms(one))
        found.domains.update(compress(one.value) for one in self._values(document, iri("sb:inDomain")))
        found.targets.update(one.value for one in self._values(document, iri("dcterms:identifier")))
        for predicate in _AGENT_EDGES:
            found.agents.update(compress(one.value) for one in self._values(document, predicate))
        for evidence in self._quads(None, iri("prov:wasDerivedFrom"), document):
            for link in self._quads(None, iri("sb:hasEvidence"), evidence.subject):
                found.claims.add(self._claim(link.subject))

    def _forms(self, concept: Any) -> list[str]:
        return [value.value for value in self._values(concept, _FORM)]

    def _claim(self, claim: Any) -> tuple[str, str, str]:
        (subject,) = self._values(claim, iri("sb:subject"))
        (predicate,) = self._values(claim, iri("sb:predicate"))
        (target,) = self._values(claim, iri("sb:object"))
        return self._forms(subject)[0], WORDS[predicate.value], self._forms(target)[0]

    def _removed(self, change: Change) -> Iterator["Quad"]:
        for document in change.documents:
            yield from self._document_quads(_node(expand(document)))
        for target in change.targets:
            yield from self._quads(None, iri("cito:cites"), _node(expand(target)))
        for form in change.concepts:
            yield from self._concept_quads(_concept(form))
        for form in change.whole:
            yield from self._quads(None, iri("sb:uses"), _concept(form))
            yield from self._carriers("sb:usageConcept", _concept(form))
        for claim in change.claims:
            yield from self._claim_quads(claim)
        for domain in change.domains:
            yield from self._domain_quads(_node(expand(domain)))
        for agent in change.agents:
            yield from self._quads(_node(expand(agent)), None, None)
        for finding in change.findings:
            yield from self._finding_quads(_node(expand(finding)))

    def _finding_quads(self, finding: "NamedNode") -> Iterator["Quad"]:
        yield from self._quads(finding, None, None)
        yield from self._quads(None, iri("sb:lists"), finding)
        for end in ("sb:listingFinding", "sb:quotationFinding"):
            yield from self._carriers(end, finding)

    def _document_quads(self, document: "NamedNode") -> Iterator["Quad"]:
        yield from self._quads(document, None, None)
        yield from self._carriers("sb:usageDocument", document)
        yield from self._carriers("sb:membershipDocument", document)

    def _concept_quads(self, concept: "NamedNode") -> Iterator["Quad"]:
        # Its other triples are claims, which go by claim.
        for predicate in ("rdf:type", *(one.predicate for one in node_map("Concept").properties)):
            yield from self._quads(concept, iri(predicate), None)

    def _claim_quads(self, claim: tuple[str, str, str]) -> Iterator["Quad"]:
        from silobridge.kg.ids import mint

        node = _node(expand(mint("claim", *claim)))
        for evidence in self._values(node, iri("sb:hasEvidence")):
            yield from self._quads(evidence, None, None)
        yield from self._quads(node, None, None)
        yield from self._quads(_concept(claim[0]), iri(PREDICATES[claim[1]]), _concept(claim[2]))

    def _domain_quads(self, domain: "NamedNode") -> Iterator["Quad"]:
        yield from self._quads(domain, None, None)
        for end in ("sb:crosswalkSource", "sb:crosswalkTarget"):
            yield from self._carriers(end, domain)
        for edge in EDGES:
            if edge.via and edge.via.rdf_class == "sb:Crosswalk":
                yield from self._quads(None, iri(edge.predicate), domain)

    def _carriers(self, end: str, node: "NamedNode") -> Iterator["Quad"]:
        for quad in self._quads(None, iri(end), node):
            yield from self._quads(quad.subject, None, None)


def built(path: Path) -> None:
    """Make sure that a view has been built.

    Raises
    ------
    GraphError
        If there is none.
    """
    if not path.exists():
        raise GraphError("the RDF view has not been built", where=str(path), hint="kg views GRAPH update")


OPEN_TRIES = 20


def open_read_only(path: Path) -> "Store":
    """Open a store for reading, beside whoever writes it.

    Raises
    ------
    GraphError
        If there is no such view.
    """
    from pyoxigraph import Store

    built(path)
    for _ in range(OPEN_TRIES):
        try:
            return Store.read_only(str(path))
        except (OSError, RuntimeError) as error:
            # A writer was changing its list of files: what looks broken now is whole a moment later.
            failure = error
            time.sleep(0.05)
    raise GraphError(
        f"the RDF view could not be opened: {failure}", where=str(path), hint="kg views GRAPH rebuild"
    ) from failure


def read_position(store: "Store") -> int:
    """Read the journal position a store stands at, or `ABSENT` where it says none."""
    for quad in store.quads_for_pattern(_node(VIEW), _node(POSITION), None, _node(VIEW)):
        return int(str(getattr(quad.object, "value", ABSENT)))
    return ABSENT


def _line_files(connection: "duckdb.DuckDBPyConnection", path: Path) -> Iterator[Path]:
    raw = "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')"
    quoted = str(path).replace("'", "''")
    for query in triple_queries(connection):
        connection.execute(f"COPY ({query}) TO '{quoted}' {raw}")
        if path.stat().st_size:
            yield path
        path.unlink()


def _node(value: str) -> "NamedNode":
    from pyoxigraph import NamedNode

    return NamedNode(value)


def _concept(form: str) -> "NamedNode":
    from silobridge.kg.ids import mint

    return _node(expand(mint("concept", form)))
