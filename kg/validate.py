"""Checking a graph against its shapes.

It promises grouped findings (which shape, how often, a few examples) and says how much was checked. It
refuses to load a large graph whole: documents are checked in batches, each with everything its shapes
look at.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from silobridge.kg.export.handoff import rdflib_term
from silobridge.kg.ids import compress
from silobridge.kg.mapping.triples import iri

if TYPE_CHECKING:
    from pyoxigraph import Store
    from rdflib import Graph

    from silobridge.kg.views.facade import Views

BATCH = 50
"""Documents in one batch."""

EXAMPLES = 5
"""Examples that a finding shows."""

_INWARD = (
    "sb:usageDocument",
    "sb:membershipDocument",
    "prov:wasDerivedFrom",
    "sb:hasEvidence",
    "sb:crosswalkSource",
    "sb:quotationDocument",
    "sb:listingFinding",
)
_OUTWARD = (
    "sb:uses", "sb:inDomain", "sb:subject", "sb:object", "skos:broader", "sb:quotationFinding", "sb:listingSaved",
)  # fmt: skip


@dataclass(slots=True)
class Finding:
    """One way in which the graph breaks its shapes."""

    shape: str
    severity: str
    message: str
    count: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, and what was found.

    Parameters
    ----------
    findings
        The most frequent first.
    documents, of
        How many documents were checked, and how many there are.
    nodes
        How many things of any sort the shapes looked at.
    position
        The ledger position of the view that was checked.
    """

    findings: tuple[Finding, ...]
    documents: int
    of: int
    nodes: int
    position: int

    def as_dict(self) -> dict[str, Any]:
        """Give the report as plain values."""
        return {
            "documents_checked": self.documents,
            "documents": self.of,
            "nodes_checked": self.nodes,
            "position": self.position,
            "findings": [
                {
                    "shape": one.shape,
                    "severity": one.severity,
                    "message": one.message,
                    "count": one.count,
                    "examples": one.examples,
                }
                for one in self.findings
            ],
        }

    def lines(self) -> list[str]:
        """Give the report as lines to read."""
        head = f"checked {self.documents} of {self.of} documents, {self.nodes} nodes, at position {self.position}"
        if not self.findings:
            return [f"{head}: nothing breaks the shapes"]
        told = [
            f"  {one.count} x {one.shape} ({one.severity}): {one.message}\n      {', '.join(one.examples)}"
            for one in self.findings
        ]
        return [head, *told]


def validate(views: "Views", *, sample: int = 500) -> Report:
    """Check documents, with all that hangs on them, against `ontologies/shapes.ttl`.

    Parameters
    ----------
    views
        The views of the graph.
    sample
        The most documents to check; where there are more, evenly spaced ones in the order of their
        identifiers, so that the same graph gives the same sample.

    Raises
    ------
    GraphError
        If the RDF view has not been built.
    """
    reader = views.open_rdf()
    documents = sorted(_subjects(reader.store, "sb:Document"))
    step = max(1, -(-len(documents) // sample))
    chosen = documents[::step]
    shapes = _shapes()
    found: dict[tuple[str, str, str], Finding] = {}
    seen: set[str] = set()
    for start in range(0, len(chosen), BATCH):
        graph, nodes = _neighbourhood(reader.store, chosen[start : start + BATCH], seen)
        for shape, severity, message, node in _violations(graph, shapes, nodes):
            finding = found.setdefault((shape, severity, message), Finding(shape, severity, message))
            finding.count += 1
            finding.examples.append(compress(node))
        seen |= nodes
    for finding in found.values():
        finding.examples = sorted(finding.examples)[:EXAMPLES]
    ordered = sorted(found.values(), key=lambda one: (-one.count, one.shape, one.message))
    return Report(tuple(ordered), len(chosen), len(documents), len(seen), reader.position)


def _shapes() -> "Graph":
    from rdflib import Graph

    text = (files("silobridge") / "ontologies" / "shapes.ttl").read_text("utf-8")
    return Graph().parse(data=text, format="turtle")


def _subjects(store: "Store", kind: str) -> Iterator[str]:
    for quad in _quads(store, None, iri("rdf:type"), iri(kind)):
        yield quad.subject.value


def _neighbourhood(store: "Store", documents: Iterable[str], seen: set[str]) -> tuple["Graph", set[str]]:
    """Collect the triples of documents and of what hangs on them, and the nodes to check there.

    A node that an earlier batch checked is context now: its triples are there, its findings are not told twice.
    """
    from rdflib import Graph

    graph = Graph(bind_namespaces="none")
    nodes: set[str] = set()
    waiting = list(documents)
    while waiting:
        node = waiting.pop()
        if node in nodes:
            continue
        nodes.add(node)
        for quad in _quads(store, node, None, None):
            graph.add((rdflib_term(quad.subject), rdflib_term(quad.predicate), rdflib_term(quad.object)))
        waiting += _next(store, node)
    for node in list(nodes):
        _add_context(store, node, graph)
    return graph, {node for node in nodes if node not in seen}


def _next(store: "Store", node: str) -> list[str]:
    """Name what hangs on a node.

    Usages, memberships, evidence, claims and their ends, domains, crosswalks; kept findings that quote it, and
    the lists they are kept in.
    """
    found = [quad.subject.value for end in _INWARD for quad in _quads(store, None, iri(end), node)]
    for edge in _OUTWARD:
        found += [quad.object.value for quad in _quads(store, node, iri(edge), None)]
    return found


def _add_context(store: "Store", node: str, graph: "Graph") -> None:
    """Add the types of what a node points to, which `sh:class` asks for."""
    for quad in _quads(store, node, None, None):
        if quad.object.__class__.__name__ == "NamedNode" and quad.predicate.value != iri("rdf:type"):
            for kind in _quads(store, quad.object.value, iri("rdf:type"), None):
                graph.add((rdflib_term(kind.subject), rdflib_term(kind.predicate), rdflib_term(kind.object)))


def _violations(graph: "Graph", shapes: "Graph", nodes: set[str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield shape, severity, message and node of each result about one of the nodes."""
    from pyshacl import validate as shacl
    from rdflib import URIRef

    names = _owners(shapes)
    focus = [URIRef(node) for node in sorted(nodes)]
    _, results, _ = shacl(graph, shacl_graph=shapes, focus_nodes=focus, advanced=False, inference="none")
    sh = "http://www.w3.org/ns/shacl#"
    for result in sorted(results.subjects(URIRef(sh + "focusNode"), None)):
        node = str(results.value(result, URIRef(sh + "focusNode")))
        source = results.value(result, URIRef(sh + "sourceShape"))
        severity = str(results.value(result, URIRef(sh + "resultSeverity"))).removeprefix(sh).lower()
        message = str(results.value(result, URIRef(sh + "resultMessage")))
        yield names.get(str(source), compress(str(source))), severity, message, node


def _owners(shapes: "Graph") -> dict[str, str]:
    """Map a property shape, which has no name, to the name of the shape it belongs to."""
    from rdflib import URIRef

    prop = URIRef("http://www.w3.org/ns/shacl#property")
    return {str(inner): compress(str(outer)) for outer, inner in shapes.subject_objects(prop)}


def _quads(store: "Store", subject: str | None, predicate: str | None, value: str | None) -> Iterator[Any]:
    from pyoxigraph import DefaultGraph, NamedNode

    one, two, three = (NamedNode(name) if name is not None else None for name in (subject, predicate, value))
    return iter(store.quads_for_pattern(one, two, three, DefaultGraph()))
