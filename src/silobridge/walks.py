"""Lazy answers of `Graph.paths` and `Graph.neighbourhood`.

It promises that nothing is computed before somebody looks, and that it is computed once. It refuses to change
the graph.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silobridge.handles import _Shown

if TYPE_CHECKING:
    from silobridge.kg.ledger.store import Ledger
    from silobridge.queries.lookup import Concept
    from silobridge.queries.paths import Path as EvidencePath
    from silobridge.queries.paths import Paths
    from silobridge.queries.table import Table


class PathList(_Shown):
    """Evidence paths between two concepts, domains or documents, with a sentence on every hop.

    Parameters
    ----------
    ledger
        Where they are found.
    start, end
        Identifiers or names.
    hops, top
        As in `Graph.paths`.
    """

    def __init__(self, ledger: "Ledger", start: str, end: str, hops: int, top: int) -> None:
        self.ledger = ledger
        self.ends = (start, end)
        self.hops = hops
        self.top = top

    def __len__(self) -> int:
        return len(self.answer.paths)

    def __iter__(self) -> "Iterator[EvidencePath]":
        return iter(self.answer.paths)

    @cached_property
    def answer(self) -> "Paths":
        """The paths, the least costly first."""
        from silobridge.queries.matrices import matrices
        from silobridge.queries.paths import PathAsk, paths

        ask = PathAsk(top=self.top, max_hops=self.hops)
        return paths(self.ledger, matrices(self.ledger), *self.ends, ask)

    def shown(self) -> list[tuple[str, str, float]]:
        """Return identifier, label and cost of each path, for verdicts to come."""
        return [(path.id, path.label, path.cost) for path in self.answer.paths]

    @cached_property
    def reviewers(self) -> "Mapping[str, str]":
        """By path id: what reviewers said of it, and what became of it."""
        from silobridge.queries.verdicts import beside

        return beside(self.ledger, [path.id for path in self.answer.paths])

    @cached_property
    def table(self) -> "Table":
        """One row for each hop, with its best sentence."""
        from silobridge.queries.table import Table

        columns = (
            "path",
            "hop",
            "from",
            "how",
            "to",
            "documents",
            "same sentence",
            "claims",
            "sentence",
            "document",
            "year",
            "reviewers",
            "id",
        )
        rows = []
        for number, path in enumerate(self.answer.paths, 1):
            for place, hop in enumerate(path.hops, 1):
                quote = hop.quotes[0] if hop.quotes else None
                told = (quote.text, quote.document, quote.year) if quote else (None, None, None)
                rows.append((number, place, hop.source.label, hop.how, hop.target.label, hop.documents,
                             hop.same_sentence, hop.claims, *told, self.reviewers.get(path.id), path.id))  # fmt: skip
        return Table(columns, rows)

    def report(self, out: "str | Path") -> Path:
        """Write a report: .md, .html (self-contained, with a picture) or .json."""
        from silobridge.queries.report.write import write

        return write(Path(out), "paths", self.answer, self.reviewers)


class Neighbourhood(_Shown):
    """What a concept is claimed and used together with.

    Parameters
    ----------
    ledger
        Where it is found.
    centre
        The concept in the middle.
    top
        How many neighbours at most.
    """

    def __init__(self, ledger: "Ledger", centre: "Concept", top: int) -> None:
        self.ledger = ledger
        self.centre = centre
        self.top = top

    @cached_property
    def table(self) -> "Table":
        """Neighbours with the documents shared and the claims between, the closest first."""
        from silobridge.queries.neighbours import neighbours

        with self.ledger.reading() as connection:
            return neighbours(connection, self.centre.form, self.top)

    def to_networkx(self) -> Any:
        """Return a networkx.Graph: nodes are concepts by id, edges carry documents and claims."""
        import networkx

        graph = networkx.Graph()
        graph.add_node(self.centre.id, label=self.centre.label, documents=self.centre.documents)
        for identifier, label, documents, together, claims in self.table.rows:
            graph.add_node(identifier, label=label, documents=documents)
            graph.add_edge(self.centre.id, identifier, documents=together, claims=claims)
        return graph
