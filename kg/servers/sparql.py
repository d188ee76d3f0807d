"""A view on a SPARQL 1.1 server, over HTTP.

It promises that a change is one update, journal position included; that a first load comes in bounded
chunks and goes on where it was cut off; and that the triples are those of the embedded view. It refuses a
server whose default graph holds triples from somebody else, or another graph, unless told to replace them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from silobridge.kg.errors import GraphError
from silobridge.kg.ids import expand, mint
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.mapping.graph import EDGES, PREDICATES, node_map
from silobridge.kg.mapping.shape import shape
from silobridge.kg.mapping.triples import iri, triple_queries
from silobridge.kg.servers.identity import fingerprint
from silobridge.kg.servers.state import State
from silobridge.kg.views.protocol import ABSENT, Change, Held
from silobridge.kg.views.rdf import RdfView

if TYPE_CHECKING:
    import duckdb
    from pyoxigraph import Store

CHUNK = 4_000_000
"""Bytes in one upload; docs/decisions/0006-servers.md has the measurement."""

NAMED_AT_ONCE = 400
"""How many things one query asks about."""

_CLAIM = (
    "?k <{has}> ?e . ?k <{subject}> ?s . ?k <{object}> ?o . ?k <{predicate}> ?p . ?s <{form}> ?sf . ?o <{form}> ?of"
).format(
    has=iri("sb:hasEvidence"), subject=iri("sb:subject"), object=iri("sb:object"), predicate=iri("sb:predicate"),
    form=iri("sb:form"),
)  # fmt: skip
_ALL = "?x ?p ?o"


class SparqlView(RdfView):
    """One graph on a SPARQL server.

    What a change touches is fetched into a small store here, so that the embedded view's own rules say what
    goes; what comes is what the embedded view writes.

    Parameters
    ----------
    ledger
        The ledger it follows.
    state
        The server's notes, and the right to change them.
    on_progress
        Told how many triples were sent.
    chunk
        Bytes in one upload.
    """

    name = "sparql"

    def __init__(
        self,
        ledger: Ledger,
        state: State,
        on_progress: Callable[[int], None] = lambda _: None,
        chunk: int = CHUNK,
    ) -> None:
        super().__init__(ledger.folder)
        self.path = ledger.folder / "views" / "sparql"
        self.ledger = ledger
        self.state = state
        self.client = state.client
        self.chunk = chunk
        self.rows = 0
        self._on_progress = on_progress

    def prepare(self, replace: bool = False) -> None:
        """Take the lease and make sure that the graph there is this ledger's own.

        Parameters
        ----------
        replace
            Whether what lies in the default graph is taken out first, if it is not.

        Raises
        ------
        GraphError
            If another graph, or somebody else's triples, lie there.
        """
        notes = self.state.read()
        stands = notes.get("position", notes.get("target"))
        if stands is None and not replace and self.client.ask("ASK { ?s ?p ?o }"):
            raise GraphError(
                "the default graph holds triples that were not pushed from here",
                where=self.client.url,
                hint="push to an empty dataset, or take them out: kg push --replace",
            )
        self.state.take()
        if stands is None or notes.get("fingerprint") == fingerprint(self.ledger, int(stands)):
            return
        if not replace:
            raise GraphError(
                "another graph lies there, or one whose ledger was made anew since",
                where=self.client.url,
                hint="push to another dataset, or take out what lies there: kg push --replace",
            )
        self.state.change({"position": None, "target": None})

    def position(self) -> int:
        """Return the journal position the server stands at, or `ABSENT` before a first load of this mapping is complete."""
        notes = self.state.read()
        return int(notes.get("position", ABSENT)) if notes.get("mapping") == shape() else ABSENT

    def close(self) -> None:
        """Let others push, and let go of the connection."""
        self.state.let_go()
        self.client.close()

    def held(self, documents: Iterable[str], forms: Iterable[str]) -> Held:
        """Collect what the server holds around these documents and these concepts' claims."""
        ids, named = list(documents), list(forms)
        around = [f"<{expand(one)}>" for one in ids]
        self._fetch(around, _ALL)
        self._fetch(around, f"?x <{iri('sb:uses')}> ?c . ?c <{iri('sb:form')}> ?f")
        self._fetch(around, f"?e <{iri('prov:wasDerivedFrom')}> ?x . {_CLAIM}")
        for role in ("sb:subject", "sb:object"):
            self._fetch(_concepts(named), f"?k <{iri(role)}> ?x . {_CLAIM}")
        return super().held(ids, named)

    def admitted(self, forms: Iterable[str]) -> set[str]:
        """Return those of the forms whose concepts the server holds."""
        named = list(forms)
        self._fetch(_concepts(named), f"?x a <{iri('sb:Concept')}>")
        return super().admitted(named)

    def domains(self, among: Iterable[str]) -> set[str]:
        """Return those of the domains that the server holds."""
        self._keep(f"CONSTRUCT WHERE {{ ?x a <{iri('sb:Domain')}> }}")
        return super().domains(among)

    def apply(self, connection: "duckdb.DuckDBPyConnection", change: Change) -> None:
        """Take out what the change names and write the staged rows, in one update with the position."""
        self._fetch_doomed(change)
        gone = sorted({f"{quad.triple} ." for quad in self._removed(change)})
        lines = [
            row[0] for query in triple_queries(connection) for row in connection.execute(query).fetchall()
        ]
        mark = fingerprint(self.ledger, change.position, connection)
        before = self.position()
        self.state.change(
            {"position": change.position, "fingerprint": mark},
            gone=" ".join(gone), lines=" ".join(lines), only_at=str(before),
        )  # fmt: skip
        self.rows += len(lines)

    def build(self, connection: "duckdb.DuckDBPyConnection", position: int) -> None:
        """Load everything in chunks, or go on with the load of this same position that was cut off."""
        mark = fingerprint(self.ledger, position)
        notes = self.state.read()
        done = 0
        begun = tuple(notes.get(name) for name in ("target", "fingerprint", "mapping"))
        if "position" not in notes and begun == (str(position), mark, shape()):
            done = int(notes.get("loaded", 0))
        else:
            self.state.change(
                {"position": None, "target": position, "fingerprint": mark, "mapping": shape(), "loaded": 0}
            )
            self.client.update("CLEAR DEFAULT")
        for number, query in enumerate(islice(triple_queries(connection), done, None), done + 1):
            for lines in _chunks(connection, query, self.chunk):
                self.state.check()
                self.client.upload("\n".join((*lines, "")).encode())
                self.rows += len(lines)
                self._on_progress(self.rows)
            self.state.change({"loaded": number})
        self.state.change({"position": position, "target": None, "loaded": None})

    def _writer(self) -> "Store":
        if self._store is None:
            from pyoxigraph import Store

            self._store = Store()
        return self._store

    def _fetch(self, things: Sequence[str], pattern: str, *, where: str = "") -> None:
        for first in range(0, len(things), NAMED_AT_ONCE):
            some = " ".join(things[first : first + NAMED_AT_ONCE])
            self._keep(f"CONSTRUCT {{ {pattern} }} WHERE {{ VALUES ?x {{ {some} }} {where} {pattern} }}")

    def _keep(self, query: str) -> None:
        from pyoxigraph import Quad

        self._writer().extend(Quad(*triple) for triple in self.client.construct(query))

    def _fetch_doomed(self, change: Change) -> None:
        concept_parts = " ".join(f"<{iri(one)}>" for one in _CONCEPT_PARTS)
        documents, targets, domains, agents, findings = (
            [f"<{expand(one)}>" for one in some]
            for some in (change.documents, change.targets, change.domains, change.agents, change.findings)
        )
        for things, ends in (
            (documents, ("sb:usageDocument", "sb:membershipDocument")),
            (_concepts(change.whole), ("sb:usageConcept",)),
            (domains, ("sb:crosswalkSource", "sb:crosswalkTarget")),
            (findings, ("sb:listingFinding", "sb:quotationFinding")),
        ):
            for end in ends:
                self._fetch(things, f"?n <{iri(end)}> ?x . ?n ?p ?o")
        for things in (documents, domains, agents, findings):
            self._fetch(things, _ALL)
        self._fetch(findings, f"?d <{iri('sb:lists')}> ?x")
        self._fetch(targets, f"?d <{iri('cito:cites')}> ?x")
        self._fetch(_concepts(change.whole), f"?d <{iri('sb:uses')}> ?x")
        self._fetch(_concepts(change.concepts), _ALL, where=f"VALUES ?p {{ {concept_parts} }}")
        for predicate in sorted({iri(one.predicate) for one in EDGES if one.via and one.target == "Domain"}):
            self._fetch(domains, f"?y <{predicate}> ?x . ?x a <{iri('sb:Domain')}>")
        claims = [f"<{expand(mint('claim', *claim))}>" for claim in change.claims]
        self._fetch(claims, _ALL)
        self._fetch(claims, f"?x <{iri('sb:hasEvidence')}> ?e . ?e ?p ?o")
        for word in sorted({claim[1] for claim in change.claims}):
            subjects = _concepts(claim[0] for claim in change.claims if claim[1] == word)
            self._fetch(sorted(set(subjects)), f"?x <{iri(PREDICATES[word])}> ?o")


_CONCEPT_PARTS = ("rdf:type", *(one.predicate for one in node_map("Concept").properties))


def _concepts(forms: Iterable[str]) -> list[str]:
    return [f"<{expand(mint('concept', form))}>" for form in forms]


def _chunks(connection: "duckdb.DuckDBPyConnection", query: str, size: int) -> Iterator[list[str]]:
    """Yield a query's lines in chunks of at most so many bytes, one line at least."""
    cursor: Any = connection.execute(query)
    lines: list[str] = []
    held = 0
    while rows := cursor.fetchmany(5000):
        for (line,) in rows:
            if lines and held + len(line) > size:
                yield lines
                lines, held = [], 0
            lines.append(line)
            held += len(line.encode()) + 1
    if lines:
        yield lines
