"""Lazy answers: what `Graph.bridges`, `Graph.silos`, `Graph.paths` and `Graph.neighbourhood` hand out.

It promises that nothing is computed before somebody looks, that it is computed once, and that each
answer shows itself in a notebook, becomes a data frame, and can be written as a report with its
sentences. It refuses to change the graph.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silobridge.kg.errors import UsageError

if TYPE_CHECKING:
    from silobridge.kg.ledger.store import Ledger
    from silobridge.queries.bridges.record import Bridge, Bridges
    from silobridge.queries.evidence import Quote
    from silobridge.queries.lookup import Concept
    from silobridge.queries.matrices import Matrices
    from silobridge.queries.paths import Path as EvidencePath
    from silobridge.queries.paths import Paths
    from silobridge.queries.silos import Silo, Silos
    from silobridge.queries.table import Table


class _Shown:
    """What every answer with a table can do."""

    if TYPE_CHECKING:

        @cached_property
        def table(self) -> "Table":
            """The answer as a table, the same columns in every format."""

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    def to_pandas(self) -> Any:
        """Return a pandas DataFrame (extra `analyst`)."""
        return self.table.to_pandas()

    def to_polars(self) -> Any:
        """Return a polars DataFrame (extra `analyst`)."""
        return self.table.to_polars()


class BridgeList(_Shown):
    """Bridges between two domains, or the strongest between all layers.

    Parameters
    ----------
    ledger
        Where they are found.
    ends
        Two domain identifiers, or None for all pairs of layers.
    kind, since, until, top, minimum
        As in `Graph.bridges`.
    """

    def __init__(
        self, ledger: "Ledger", ends: tuple[str, str] | None, kind: str, years: tuple[int | None, int | None],
        top: int, minimum: int,
    ) -> None:  # fmt: skip
        self.ledger = ledger
        self.ends = ends
        self.kind = kind
        self.years = years
        self.limits = (top, minimum)

    def __repr__(self) -> str:
        what = f"{self.ends[0]} ↔ {self.ends[1]}" if self.ends else "all layers"
        return f"<bridges {what}: {len(self) if 'answer' in self.__dict__ else 'not computed yet'}>"

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator["Bridge"]:
        return iter(self.records)

    def __getitem__(self, index: int) -> "Bridge":
        return self.records[index]

    @cached_property
    def matrices(self) -> "Matrices":
        """The matrices the bridges are found in."""
        from silobridge.queries.matrices import matrices

        return matrices(self.ledger)

    @cached_property
    def answer(self) -> "Bridges":
        """The bridges of every kind asked for, with what they were chosen from."""
        top, minimum = self.limits
        if self.ends is None:
            from silobridge.queries.bridges.strongest import strongest

            return strongest(self.matrices, top=top, minimum=minimum)
        from silobridge.queries.bridges.record import UNPROVEN, Ask

        ask = Ask(*self.ends, since=self.years[0], until=self.years[1], top=top, minimum=minimum)
        finders = [find for kind, find in _finders().items() if self.kind in ("", kind)]
        answer = _joined([find(self.matrices, ask) for find in finders])
        if answer.bridges:
            return answer
        closest = _joined([find(self.matrices, replace(ask, unproven=True)) for find in finders])
        return replace(closest, notes=(*closest.notes, UNPROVEN)) if closest.bridges else closest

    @cached_property
    def records(self) -> "Sequence[Bridge]":
        """The bridges themselves, in order."""
        return self.answer.bridges

    @cached_property
    def evidence(self) -> "Mapping[str, tuple[tuple[str, Quote], ...]]":
        """By bridge id: what a sentence shows, and the sentence; at least one on each side."""
        from silobridge.queries.evidence import bridge_quotes

        return bridge_quotes(self.ledger, self.matrices, self.records, *self.years)

    @cached_property
    def table(self) -> "Table":
        """The bridges as a table, the same columns in every format."""
        from silobridge.queries.table import Table

        columns = ("kind", "concept", "other concept", "from", "to", "observed", "expected", "lift", "low", "high",
                   "q", "documents from", "documents to", "id")  # fmt: skip
        rows = [
            (
                b.kind, b.source.label, b.target.label if b.target.form != b.source.form else None,
                f"{b.source_domain.id} {b.source_domain.label}", f"{b.target_domain.id} {b.target_domain.label}",
                round(b.observed, 2), round(b.expected, 3), round(b.lift, 2), round(b.low, 2), round(b.high, 2),
                float(f"{b.q:.2g}"), b.source_documents, b.target_documents, b.id,
            )
            for b in self.records
        ]  # fmt: skip
        return Table(columns, rows)

    def report(self, out: "str | Path") -> Path:
        """Write a report with the sentences: .md, .html (self-contained, with a picture) or .json."""
        from silobridge.queries.report.write import write

        return write(Path(out), "bridges", self.answer, self.evidence)


def _finders() -> "Mapping[str, Callable[[Matrices, Any], Bridges]]":
    from silobridge.queries.bridges.existing import concept_bridges, link_bridges
    from silobridge.queries.bridges.predicted import predicted

    return {"concept": concept_bridges, "link": link_bridges, "predicted": predicted}


def _joined(answers: "Sequence[Bridges]") -> "Bridges":
    """One answer out of one per kind; every bridge says its kind itself."""
    if len(answers) == 1:
        return answers[0]
    return replace(
        answers[0],
        bridges=tuple(bridge for answer in answers for bridge in answer.bridges),
        tested=sum(answer.tested for answer in answers),
        notes=tuple(dict.fromkeys(note for answer in answers for note in answer.notes)),
    )


class SiloList(_Shown):
    """Pairs of domains close in content whose links fall short of what size and closeness predict.

    Parameters
    ----------
    ledger
        Where they are found.
    levels
        ``scheme:level`` of the domains to compare; empty for the subfields of science.
    top, since
        As in `Graph.silos`.
    """

    def __init__(self, ledger: "Ledger", levels: tuple[str, ...], top: int, since: int | None) -> None:
        self.ledger = ledger
        self.levels = tuple(_level(text) for text in levels)
        self.top = top
        self.since = since

    def __len__(self) -> int:
        return len(self.answer.silos)

    def __iter__(self) -> "Iterator[Silo]":
        return iter(self.answer.silos)

    @cached_property
    def answer(self) -> "Silos":
        """The silos, with how they were found."""
        from silobridge.queries.matrices import matrices
        from silobridge.queries.silos import SiloAsk, silos

        ask = SiloAsk(top=self.top, since=self.since)
        return silos(matrices(self.ledger), replace(ask, levels=self.levels) if self.levels else ask)

    @cached_property
    def table(self) -> "Table":
        """The silos as a table, the same columns in every format."""
        from silobridge.queries.table import Table

        columns = ("domain", "other domain", "links by", "observed", "expected", "closeness", "shortfall", "low",
                   "high", "q", "could meet", "id")  # fmt: skip
        rows = [
            (
                f"{s.source.id} {s.source.label}", f"{s.target.id} {s.target.label}", s.relation, s.observed,
                round(s.expected, 1), round(s.similarity, 3), round(s.shortfall, 2), round(s.low, 2), round(s.high, 2),
                float(f"{s.q:.2g}"), "; ".join(f"{a.label} + {b.label}" for a, b in s.nearest[:2]), s.id,
            )
            for s in self.answer.silos
        ]  # fmt: skip
        return Table(columns, rows)

    def report(self, out: "str | Path") -> Path:
        """Write a report: .md, .html (self-contained) or .json."""
        from silobridge.queries.report.write import write

        return write(Path(out), "silos", self.answer)


def _level(text: str) -> tuple[str, str]:
    scheme, separator, level = text.partition(":")
    if not separator:
        raise UsageError(
            f"{text!r} is not a level of a taxonomy",
            expected="SCHEME:LEVEL, e.g. openalex:field, cpc:subclass, nace:division",
        )
    return scheme, level


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
        )
        rows = []
        for number, path in enumerate(self.answer.paths, 1):
            for place, hop in enumerate(path.hops, 1):
                quote = hop.quotes[0] if hop.quotes else None
                told = (quote.text, quote.document, quote.year) if quote else (None, None, None)
                rows.append((number, place, hop.source.label, hop.how, hop.target.label, hop.documents,
                             hop.same_sentence, hop.claims, *told))  # fmt: skip
        return Table(columns, rows)

    def report(self, out: "str | Path") -> Path:
        """Write a report: .md, .html (self-contained, with a picture) or .json."""
        from silobridge.queries.report.write import write

        return write(Path(out), "paths", self.answer)


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
