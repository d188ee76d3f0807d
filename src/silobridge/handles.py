"""Lazy answers: what `Graph.bridges` and `Graph.silos` hand out.

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
    from silobridge.kg.ledger.findings import Finding, Saved
    from silobridge.kg.ledger.store import Ledger
    from silobridge.queries.bridges.dossier import Dossier
    from silobridge.queries.bridges.record import Bridge, Bridges
    from silobridge.queries.evidence import Quote
    from silobridge.queries.matrices import Matrices
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
    kind, years, top, minimum, rank
        As in `Graph.bridges`.
    """

    def __init__(
        self, ledger: "Ledger", ends: tuple[str, str] | None, kind: str, years: tuple[int | None, int | None],
        top: int, minimum: int, rank: str = "discovery",
    ) -> None:  # fmt: skip
        self.ledger = ledger
        self.ends = ends
        self.kind = kind
        self.years = years
        self.limits = (top, minimum)
        self.rank = rank

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

        rank: Any = self.rank
        ask = Ask(*self.ends, since=self.years[0], until=self.years[1], top=top, minimum=minimum, rank=rank)
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
    def dossiers(self) -> "Mapping[str, Dossier]":
        """By bridge id: who is there already, what speaks against it, and what would refute it."""
        from silobridge.queries.bridges.dossier import dossiers

        return dossiers(self.ledger, self.matrices, self.records, *self.years)

    @cached_property
    def reviewers(self) -> "Mapping[str, str]":
        """By bridge id: what reviewers said of it, and what became of it."""
        from silobridge.queries.verdicts import beside

        return beside(self.ledger, [bridge.id for bridge in self.records])

    @cached_property
    def table(self) -> "Table":
        """The bridges as a table, the same columns in every format."""
        from silobridge.queries.table import Table

        columns = ("kind", "concept", "other concept", "from", "to", "observed", "expected", "lift", "low", "high",
                   "q", "probability", "times prior", "in one sentence", "of documents", "evidence against",
                   "documents from", "documents to", "reviewers", "id")  # fmt: skip
        return Table(columns, [self._row(bridge) for bridge in self.records])

    def _row(self, b: "Bridge") -> tuple[Any, ...]:
        held = self.dossiers[b.id]
        odds = None if b.probability is None else float(f"{b.probability:.2g}")
        over = round(b.probability / b.prior, 1) if b.probability and b.prior else None
        return (
            b.kind, b.source.label, b.target.label if b.target.form != b.source.form else None,
            f"{b.source_domain.id} {b.source_domain.label}", f"{b.target_domain.id} {b.target_domain.label}",
            round(b.observed, 2), round(b.expected, 3), round(b.lift, 2), round(b.low, 2), round(b.high, 2),
            float(f"{b.q:.2g}"), odds, over, held.same_sentence, held.together, held.said.against,
            b.source_documents, b.target_documents, self.reviewers.get(b.id), b.id,
        )  # fmt: skip

    def shown(self) -> list[tuple[str, str, float]]:
        """Return identifier, label and score of each, for verdicts to come."""
        from silobridge.queries.report.words import headline

        return [(b.id, headline(b), b.score) for b in self.records]

    def report(self, out: "str | Path") -> Path:
        """Write a report with the sentences: .md, .html (self-contained, with a picture) or .json."""
        from silobridge.queries.report.write import write

        return write(Path(out), "bridges", self.answer, self.evidence, self.dossiers, self.reviewers)

    def to_keep(self, name: str) -> "tuple[Saved, tuple[Finding, ...]]":
        """Return what keeping this answer under a name would write."""
        from silobridge.queries.keeping import keep_bridges

        asked = {
            "from": self.ends[0] if self.ends else "", "kind": self.kind, "minimum": self.limits[1],
            "rank": self.rank, "since": self.years[0], "to": self.ends[1] if self.ends else "",
            "top": self.limits[0], "until": self.years[1],
        }  # fmt: skip
        return keep_bridges(name, self.answer, self.evidence, self.dossiers, asked)


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
    top, years, against, links
        As in `Graph.silos`.
    """

    def __init__(
        self, ledger: "Ledger", levels: tuple[str, ...], top: int, years: tuple[int | None, int | None],
        against: tuple[str, ...] = (), links: str = "",
    ) -> None:  # fmt: skip
        self.ledger = ledger
        self.levels = tuple(_level(text) for text in levels)
        self.against = tuple(_level(text) for text in against)
        self.links = links
        self.top = top
        self.years = years

    def __len__(self) -> int:
        return len(self.answer.silos)

    def __iter__(self) -> "Iterator[Silo]":
        return iter(self.answer.silos)

    @cached_property
    def answer(self) -> "Silos":
        """The silos, with how they were found."""
        from silobridge.queries.matrices import matrices
        from silobridge.queries.silo.places import SCHEMES, with_places
        from silobridge.queries.silos import SiloAsk, silos

        links: Any = self.links or None
        ask = SiloAsk(
            relation=links, top=self.top, since=self.years[0], until=self.years[1], against=self.against
        )
        held = matrices(self.ledger)
        if any(scheme in SCHEMES for scheme, _ in (*self.levels, *self.against)):
            held = with_places(self.ledger, held)
        return silos(held, replace(ask, levels=self.levels) if self.levels else ask)

    @cached_property
    def reviewers(self) -> "Mapping[str, str]":
        """By silo id: what reviewers said of it, and what became of it."""
        from silobridge.queries.verdicts import beside

        return beside(self.ledger, [silo.id for silo in self.answer.silos])

    @cached_property
    def table(self) -> "Table":
        """The silos as a table, the same columns in every format."""
        from silobridge.queries.table import Table

        columns = ("verdict", "domain", "other domain", "links by", "observed", "expected", "closeness", "shortfall",
                   "low", "high", "q", "takes", "gives", "could meet", "reviewers", "id")  # fmt: skip
        rows = [
            (
                s.verdict, f"{s.source.id} {s.source.label}", f"{s.target.id} {s.target.label}", s.relation, s.observed,
                round(s.expected, 1), round(s.similarity, 3), round(s.shortfall, 2), round(s.low, 2), round(s.high, 2),
                float(f"{s.q:.2g}"), *(f"{w.observed} of {w.expected:.0f}" if w else None for w in (s.takes, s.gives)),
                "; ".join(f"{m.source.label} + {m.target.label}" for m in s.meetings[:2]), self.reviewers.get(s.id),
                s.id,
            )
            for s in self.answer.silos
        ]  # fmt: skip
        return Table(columns, rows)

    def shown(self) -> list[tuple[str, str, float]]:
        """Return identifier, label and score of each, for verdicts to come."""
        return [(s.id, f"{s.source.label} | {s.target.label}", s.shortfall) for s in self.answer.silos]

    def report(self, out: "str | Path") -> Path:
        """Write a report: .md, .html (self-contained) or .json."""
        from silobridge.queries.report.write import write

        return write(Path(out), "silos", self.answer, self.reviewers)

    def to_keep(self, name: str) -> "tuple[Saved, tuple[Finding, ...]]":
        """Return what keeping this answer under a name would write."""
        from silobridge.queries.keeping import keep_silos

        asked = {
            "against": [":".join(level) for level in self.against], "levels": [":".join(level) for level in self.levels],
            "links": self.links, "since": self.years[0], "top": self.top, "until": self.years[1],
        }  # fmt: skip
        return keep_silos(name, self.answer, asked)


def _level(text: str) -> tuple[str, str]:
    scheme, separator, level = text.partition(":")
    if not separator:
        raise UsageError(
            f"{text!r} is not a level of a taxonomy",
            expected="SCHEME:LEVEL, e.g. openalex:field, cpc:subclass, nace:division",
        )
    return scheme, level
