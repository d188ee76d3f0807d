"""The Python door: open a graph, ask it, change it.

It promises one object per graph whose answers are lazy handles or frozen records, and the same words
(`since`, `until`, `top`, `hops`) as on the command line. It refuses to hold the ledger open between
calls, so several processes can work on one graph.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from silobridge.findings import Findings
from silobridge.hindcasting import Hindcasting
from silobridge.kg.errors import NoSuchGraph, NothingFound

if TYPE_CHECKING:
    from silobridge.ingest.tally import Progress, Tally
    from silobridge.kg.ledger.store import Ledger
    from silobridge.kg.taxonomy import Domain
    from silobridge.kg.validate import Report
    from silobridge.kg.views.facade import Views
    from silobridge.queries.lookup import Concept
    from silobridge.queries.table import Table
    from silobridge.walks import Neighbourhood


def open(graph: "str | Path") -> "Graph":
    """Open an existing graph.

    Parameters
    ----------
    graph
        The graph's folder.

    Raises
    ------
    NoSuchGraph
        If there is no graph at that place.
    """
    if "://" in str(graph):
        raise NoSuchGraph(
            "a graph is a folder here", where=str(graph), hint="to send one to a server, see kg push"
        )
    opened = Graph(Path(graph))
    _ = opened.ledger
    return opened


def demo(folder: "str | Path" = "demo.kg", progress: "Progress | None" = None) -> "Graph":
    """Build the demonstration graph from the documents that come with the package, and return it."""
    from silobridge.demo import documents

    graph = Graph(Path(folder))
    graph.ingest(documents(), progress=progress)
    return graph


class Graph(Findings, Hindcasting):
    """One graph: a folder with a ledger, two views, and caches that can be thrown away.

    Parameters
    ----------
    folder
        The graph's folder. It is made by the first `ingest`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept = False

    def __enter__(self) -> "Graph":
        """Keep the property graph in memory between the calls in the block, which makes each of them quick.

        No lock is held between calls: other processes read and write meanwhile, every call first takes in
        what they wrote, and two that write at the same moment wait for each other (`LedgerBusy` says for
        how long).
        """
        self._kept = True
        if "views" in self.__dict__:
            self.views.keep()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of what was kept; where many changes came, the property graph's file is rewritten."""
        self._kept = False
        if "views" in self.__dict__:
            self.views.let_go()

    def __repr__(self) -> str:
        return f"<silobridge.Graph {str(self.folder)!r}>"

    def _repr_html_(self) -> str:
        from silobridge.queries.table import Table

        counts = self.stats()
        return Table(("", str(self.folder)), tuple(counts.items()))._repr_html_()

    @cached_property
    def ledger(self) -> "Ledger":
        """The graph's ledger."""
        from silobridge.kg.ledger.store import Ledger

        return Ledger.open(self.folder)

    @cached_property
    def views(self) -> "Views":
        """The RDF view and the property-graph view."""
        from silobridge.kg.views.facade import Views

        made = Views(self.ledger)
        if self._kept:
            made.keep()
        return made

    def position(self) -> int:
        """Return the ledger's journal position: the version every answer is computed at."""
        return self.ledger.position()

    def ingest(
        self,
        *paths: "str | Path",
        reader: str = "",
        domains: Sequence[str] = (),
        workers: int = 0,
        fresh: bool = False,
        dry_run: bool = False,
        update_views: bool = True,
        predict_fields: bool = False,
        claims_model: str = "",
        claims_tokens: int = 0,
        progress: "Progress | None" = None,
    ) -> "Tally":
        """Read files and folders into the graph; running it again goes on where it stopped.

        Parameters
        ----------
        paths
            Files and folders.
        reader
            The reader for every file; empty to choose by content.
        domains
            Domains that every document read now stands in, by identifier or name.
        workers
            Processes that understand text; 0 for as many as the machine has cores.
        fresh, dry_run, update_views
            Read again what was read before; count and write nothing; bring both views up to date afterwards.
        predict_fields
            Predict disciplines, patent classes and industries for documents without any code; see
            docs/explanation/fields.md for how often that is right.
        claims_model, claims_tokens
            URL#NAME of a chat model that reads claims too, and the most tokens it may cost; 0: none set.
        progress
            Told how far the work is.

        Returns what became of every document and record.
        """
        import os

        from silobridge.ingest.claims_by_model import ingest_with
        from silobridge.ingest.pipeline import ingest
        from silobridge.ingest.tally import Options

        given = tuple(self.domain(text).id for text in domains)
        options = Options(
            reader=reader, workers=workers or os.cpu_count() or 1, fresh=fresh, domains=given, dry_run=dry_run,
            progress=progress,
        )  # fmt: skip
        if predict_fields:
            options = replace(options, extractor="silobridge.ingest.classify.understanding")
        work = [Path(path) for path in paths], self.folder
        asked = (claims_model, claims_tokens, (*work, options))
        tally = ingest_with(*asked) if claims_model else ingest(*work, options=options)
        if update_views and not dry_run:
            with tally.timed("views"):
                self.views.update()
        return tally

    def forget(self, *ids: str) -> list[str]:
        """Forget documents in the ledger and both views, and return those that were there."""
        from silobridge.ingest.keeping import forget

        gone = forget(self.ledger, ids)
        if gone:
            self.views.update()
        return gone

    def purge(self) -> tuple[int, int]:
        """Rewrite ledger and views so that forgotten text is off the disk; return bytes before and after."""
        from silobridge.ingest.keeping import purge
        from silobridge.kg.models.chat import clear

        sizes = purge(self.ledger)
        clear(self.folder / "models")
        for kept in (self.folder / "cache").glob("*.npz"):
            kept.unlink(missing_ok=True)
        self.views.rebuild()
        return sizes

    def find(self, text: str, top: int = 10) -> "list[Concept]":
        """List the concepts a text could mean, the most used first."""
        from silobridge.queries.lookup import search_concepts

        with self.ledger.reading() as connection:
            return search_concepts(connection, text, top)

    def concept(self, text: str) -> "Concept":
        """Return the concept with that id, label or alias.

        Raises
        ------
        NothingFound
            If there is none; the error lists the nearest.
        """
        from silobridge.queries.lookup import find_concept

        with self.ledger.reading() as connection:
            return find_concept(connection, text)

    def domain(self, text: str) -> "Domain":
        """Return the domain with that identifier, code or name.

        Raises
        ------
        NothingFound
            If there is none.
        """
        from silobridge.kg.taxonomy import taxonomy

        found = taxonomy().find(text)
        if not found:
            raise NothingFound(
                f"no domain is called {text!r}",
                expected="a discipline, patent class or industry, e.g. oa-field:17, cpc:H01M, nace:C26",
                hint="kg show GRAPH cpc:H01M shows one; names work too: 'computer science'",
            )
        # Several taxonomies use the same names: a discipline is meant, if the graph has documents of it.
        same = [domain for domain in found if domain.label.casefold() == text.strip().casefold()]
        return self._likeliest(same) if len(same) > 1 else found[0]

    def _likeliest(self, domains: "Sequence[Domain]") -> "Domain":
        if not (self.folder / "ledger.duckdb").exists():
            return domains[0]
        with self.ledger.reading() as connection:
            used = dict(
                connection.execute(
                    "SELECT domain, count(*) FROM membership WHERE domain IN (SELECT unnest(?::VARCHAR[])) GROUP BY 1",
                    [[domain.id for domain in domains]],
                ).fetchall()
            )
        order = ("science", "patent", "industry")
        held = [domain for domain in domains if domain.id in used] or list(domains)
        return min(held, key=lambda domain: order.index(domain.layer) if domain.layer in order else 3)

    def neighbourhood(self, text: str, *, top: int = 40) -> "Neighbourhood":
        """Return what a concept is claimed and used together with."""
        from silobridge.walks import Neighbourhood

        return Neighbourhood(self.ledger, self.concept(text), top)

    def query(
        self, name: str, *, engine: str = "sparql", limit: int = 1000, timeout: float = 30.0, **params: Any
    ) -> "Table":
        """Ask a named question of the query library."""
        from silobridge.queries import run

        return run.ask(self.views, name, params, engine=engine, limits=run.Limits(limit, timeout))

    def sparql(self, text: str, *, limit: int = 1000, timeout: float = 30.0) -> "Table":
        """Run a read-only SPARQL query over the RDF view."""
        from silobridge.queries import run

        return run.sparql(self.views, text, run.Limits(limit, timeout))

    def cypher(self, text: str, *, limit: int = 1000, timeout: float = 30.0, **params: Any) -> "Table":
        """Run a read-only Cypher query over the property-graph view."""
        from silobridge.queries import run

        return run.cypher(self.views, text, params, run.Limits(limit, timeout))

    def describe(self, identifier: str) -> dict[str, Any]:
        """Return what the graph holds of one document, domain or concept."""
        from silobridge.queries.describe import describe

        with self.ledger.reading() as connection:
            return describe(connection, identifier)

    def stats(self) -> dict[str, int]:
        """Count what the graph holds."""
        from silobridge.queries.describe import stats

        with self.ledger.reading() as connection:
            return stats(connection)

    def sources(self) -> "Table":
        """List the files the graph was read from."""
        from silobridge.queries.describe import sources

        with self.ledger.reading() as connection:
            return sources(connection)

    def views_table(self) -> "Table":
        """Say how far each view has followed the ledger."""
        from silobridge.queries.table import Table

        rows = [(one.name, one.position, one.ledger, one.behind) for one in self.views.status()]
        return Table(("view", "position", "ledger", "changes to follow"), rows)

    def resolutions(self, *, undecided_only: bool = False) -> "Table":
        """List which forms were joined and which were left apart, with the reasons."""
        from silobridge.queries.describe import resolutions

        with self.ledger.reading() as connection:
            return resolutions(connection, undecided_only)

    def decide(
        self, verdict: Literal["accept", "reject"], form: str, target: str, *, who: str = "", why: str = ""
    ) -> str:
        """Record that two names mean one thing, or two; return the decision's id."""
        from silobridge.ingest.keeping import decide

        decision = decide(self.ledger, verdict, form, target, who, why)
        self.views.update()
        return decision

    def propose(self, encoder: str) -> int:
        """Leave the names an encoder finds near in meaning for review, joining none; return how many pairs wait."""
        from silobridge.ingest.nearness import propose
        from silobridge.kg.models.vectors import encoder as load

        return propose(self.ledger, load(encoder))

    def learn_senses(self) -> int:
        """Learn anew which names mean several things, from the documents that are there; return how many senses."""
        from silobridge.ingest.senses.follow import learn_anew

        found = learn_anew(self.ledger)
        self.views.update()
        return found

    def undo(self, decision: str, *, who: str = "", why: str = "") -> None:
        """Take a decision back."""
        from silobridge.ingest.keeping import undo

        undo(self.ledger, decision, who, why)
        self.views.update()

    def to_rdflib(self) -> Any:
        """Return the RDF view as an rdflib.Graph, in memory; meant for small graphs."""
        from silobridge.kg.export.handoff import to_rdflib

        return to_rdflib(self.views.open_rdf())

    def to_networkx(self) -> Any:
        """Return the property graph as a networkx.MultiDiGraph, in memory; meant for small graphs."""
        from silobridge.kg.export.handoff import to_networkx

        return to_networkx(self.ledger)

    def validate(self, *, sample: int = 500) -> "Report":
        """Check the graph against its SHACL shapes."""
        from silobridge.kg.validate import validate

        return validate(self.views, sample=sample)

    def export(self, to: str, out: "str | Path") -> str:
        """Write the graph to files, sorted and byte-identical for equal content; return what was written."""
        from silobridge.kg.export import export

        return export(self.ledger, to, Path(out))
