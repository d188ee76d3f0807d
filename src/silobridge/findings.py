"""What a graph can be asked for: bridges, silos and paths, and keeping what was found.

It promises lazy answers with the same words as on the command line, and that keeping writes findings into the
ledger and both views. It refuses to keep anything under a name without being told so.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from silobridge.kg.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from functools import cached_property

    from silobridge.handles import BridgeList, SiloList
    from silobridge.kept import NodeBridgeList
    from silobridge.kg.ledger.store import Ledger
    from silobridge.kg.taxonomy import Domain
    from silobridge.kg.views.facade import Views
    from silobridge.queries.report.sheet import Sheet
    from silobridge.queries.table import Table
    from silobridge.walks import PathList

KINDS = ("concept", "link", "node", "predicted")
"""The kinds of bridge."""


class Findings:
    """The part of a graph that finds things."""

    if TYPE_CHECKING:

        @cached_property
        def ledger(self) -> Ledger:
            """The graph's ledger."""

        @cached_property
        def views(self) -> Views:
            """The graph's two views."""

        def domain(self, text: str) -> Domain:
            """Return the domain with that identifier, code or name."""

    def bridges(
        self,
        source: str = "",
        target: str = "",
        *,
        kind: str = "",
        since: int | None = None,
        until: int | None = None,
        top: int = 20,
        minimum: int = 2,
        rank: Literal["discovery", "forecast"] = "discovery",
    ) -> "BridgeList":
        """Return the bridges between two domains, or the strongest between all layers; computed when looked at.

        Parameters
        ----------
        source, target
            Domains by identifier or name; both empty for the strongest over all pairs of layers, which are
            shared concepts of all years.
        kind
            concept (used on both sides), link (two concepts used together), predicted (never together
            yet), or empty for all three. Node bridges are `node_bridges`.
        since, until
            First and last year that counts.
        top, minimum
            How many at most, and the documents each side must have.
        rank
            How predicted links are ordered: discovery by the lower bound of lift, forecast by calibrated chance.
        """
        from silobridge.handles import BridgeList

        if kind == "node":
            raise UsageError("node bridges have no two ends", hint="graph.node_bridges() finds them")
        if kind and kind not in KINDS:
            raise UnknownName("kind of bridge", kind, KINDS)
        if rank not in ("discovery", "forecast"):
            raise UnknownName("ranking", rank, ("discovery", "forecast"))
        if bool(source) != bool(target):
            raise UsageError("a bridge has two ends", expected="both --from and --to, or neither")
        if not source and (kind in ("link", "predicted") or since or until or rank != "discovery"):
            raise UsageError(
                "the list over all layers holds shared concepts of all years",
                expected="--from and --to beside --kind link or predicted, --since, --until and --rank forecast",
            )
        ends = (self.domain(source).id, self.domain(target).id) if source else None
        return BridgeList(self.ledger, ends, kind, (since, until), top, minimum, rank)

    def node_bridges(
        self,
        *,
        levels: Sequence[str] = (),
        since: int | None = None,
        until: int | None = None,
        top: int = 20,
    ) -> "NodeBridgeList":
        """Return the concepts whose company comes from more domains than their home explains; lazily."""
        from silobridge.kept import NodeBridgeList

        return NodeBridgeList(self.ledger, tuple(levels), (since, until), top)

    def silos(
        self,
        *,
        levels: Sequence[str] = (),
        against: Sequence[str] = (),
        links: str = "",
        top: int = 20,
        since: int | None = None,
        until: int | None = None,
    ) -> "SiloList":
        """Return pairs of domains close in content whose links fall short; computed when looked at.

        Parameters
        ----------
        levels
            ``scheme:level`` of the domains, e.g. openalex:field, cpc:class, country:country, language:language.
        against
            Where given, only pairs of one of `levels` with one of these.
        links
            What counts as a link: documents, citations or concepts; empty for what the graph has enough of.
        top, since, until
            How many at most, first and last year that counts.
        """
        from silobridge.handles import SiloList

        return SiloList(self.ledger, tuple(levels), top, (since, until), tuple(against), links)

    def paths(self, start: str, end: str, *, hops: int = 4, top: int = 3) -> "PathList":
        """Return evidence paths between two concepts, domains or documents, a sentence on every hop."""
        from silobridge.walks import PathList

        return PathList(self.ledger, start, end, hops, top)

    def trend(self, concept: str) -> "Sheet":
        """Follow a concept through the years of each layer, with intervals and change points."""
        from silobridge.queries.lookup import concept_column
        from silobridge.queries.matrices import matrices
        from silobridge.queries.report import findings
        from silobridge.queries.trends import trend

        held = matrices(self.ledger)
        return findings.trend(trend(held, concept_column(self.ledger, held, concept)))

    def moving(self, source: str, target: str, *, recent: int = 3, top: int = 20) -> "Sheet":
        """List the concepts that come up or fade on both sides of two domains."""
        from silobridge.queries.bridges.record import Ask
        from silobridge.queries.matrices import matrices
        from silobridge.queries.report import findings
        from silobridge.queries.trends import moving

        ask = Ask(self.domain(source).id, self.domain(target).id, top=top)
        return findings.moving(moving(matrices(self.ledger), ask, recent))

    def keep(self, name: str, found: "BridgeList | NodeBridgeList | SiloList") -> bool:
        """Keep an answer under a name, in the ledger and both views; say whether anything changed.

        The same answer again changes nothing; another one under the name takes the first one's place.
        """
        from silobridge import __version__
        from silobridge.kg.ledger.findings import save

        saved, findings = found.to_keep(name)
        with self.ledger.writing() as connection:
            changed = save(connection, saved, findings, __version__)
        if changed:
            self.views.update()
        return changed

    def kept(self, name: str = "") -> "Table":
        """List what is kept: every list, or one list's findings with what reviewers said and what has gone."""
        from silobridge.kept import kept_findings, kept_lists

        return kept_findings(self.ledger, name) if name else kept_lists(self.ledger)

    def let_go(self, name: str) -> int:
        """Take a kept list out of the ledger and both views; return how many findings it held."""
        from silobridge.kg.ledger.findings import remove

        with self.ledger.writing() as connection:
            count = remove(connection, name)
        self.views.update()
        return count

    def import_said(self, lines: Iterable[str]) -> dict[str, int]:
        """Take in decisions, verdicts and outcomes exported elsewhere; return how many of each were new."""
        from silobridge.ingest.resolve import follow
        from silobridge.kg.ledger.said import import_lines

        with self.ledger.writing() as connection:
            counts = import_lines(connection, lines)
            follow(connection)
        self.views.update()
        return counts
