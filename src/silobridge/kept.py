"""Answers about node bridges, and what was kept.

It promises the same table for a kept list whatever it holds, with reviewers' words and lost documents beside each
finding. It refuses to hide that the graph has moved on.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silobridge.handles import _level, _Shown

if TYPE_CHECKING:
    from silobridge.kg.ledger.findings import Finding, Saved
    from silobridge.kg.ledger.store import Ledger
    from silobridge.queries.bridges.nodes import NodeBridges
    from silobridge.queries.report.sheet import Sheet
    from silobridge.queries.table import Table


class NodeBridgeList(_Shown):
    """Concepts whose company comes from more domains than their home explains.

    Parameters
    ----------
    ledger
        Where they are found.
    levels
        ``scheme:level`` of the domains that count; empty for fields, patent classes and divisions.
    years, top
        First and last year that counts, and how many at most.
    """

    def __init__(
        self, ledger: "Ledger", levels: tuple[str, ...], years: tuple[int | None, int | None], top: int
    ) -> None:
        self.ledger = ledger
        self.levels = tuple(_level(text) for text in levels)
        self.years = years
        self.top = top

    def __len__(self) -> int:
        return len(self.answer.bridges)

    @cached_property
    def answer(self) -> "NodeBridges":
        """The node bridges, with how they were found."""
        from silobridge.queries.bridges.nodes import LEVELS, NodeAsk, node_bridges
        from silobridge.queries.matrices import matrices

        ask = NodeAsk(self.levels or LEVELS, top=self.top, since=self.years[0], until=self.years[1])
        return node_bridges(matrices(self.ledger), ask)

    @cached_property
    def sheet(self) -> "Sheet":
        """The answer laid out for a report, with reviewers' words."""
        from dataclasses import replace

        from silobridge.queries.report import findings
        from silobridge.queries.verdicts import beside

        sheet = findings.nodes(self.answer)
        said = beside(self.ledger, [one.id for one in self.answer.bridges])
        rows = tuple(
            (*row, said.get(one.id), one.id) for row, one in zip(sheet.rows, self.answer.bridges, strict=True)
        )
        return replace(sheet, columns=(*sheet.columns, "reviewers", "id"), rows=rows)

    @cached_property
    def table(self) -> "Table":
        """The node bridges as a table."""
        from silobridge.queries.table import Table

        return Table(self.sheet.columns, self.sheet.rows)

    def shown(self) -> list[tuple[str, str, float]]:
        """Return identifier, label and score of each, for verdicts to come."""
        return [(one.id, one.concept.label, one.z) for one in self.answer.bridges]

    def report(self, out: "str | Path") -> Path:
        """Write a report: .md, .html (self-contained) or .json."""
        from silobridge.queries.report.sheet import write_sheet

        return write_sheet(Path(out), self.sheet)

    def to_keep(self, name: str) -> "tuple[Saved, tuple[Finding, ...]]":
        """Return what keeping this answer under a name would write."""
        from silobridge.queries.keeping import keep_nodes

        asked: dict[str, Any] = {
            "kind": "node", "levels": [":".join(level) for level in self.levels], "since": self.years[0],
            "top": self.top, "until": self.years[1],
        }  # fmt: skip
        return keep_nodes(name, self.answer, asked)


def kept_lists(ledger: "Ledger") -> "Table":
    """List the kept lists: what they hold, how many of it is stale, and how far the graph has moved on."""
    from silobridge.kg.ledger.findings import kept, sets
    from silobridge.queries.table import Table

    with ledger.reading() as connection:
        rows = []
        documents = connection.execute("SELECT count(*) FROM document").fetchall()[0][0]
        for one in sets(connection):
            findings = kept(connection, one.name)
            stale = sum(finding.gone > 0 for finding in findings)
            rows.append(
                (one.name, one.sort, len(findings), stale, one.title, one.documents, documents, one.parameters,
                 one.null_model)
            )  # fmt: skip
    columns = (
        "list",
        "sort",
        "findings",
        "stale",
        "title",
        "documents then",
        "documents now",
        "asked",
        "null model",
    )
    return Table(columns, tuple(rows), "Kept lists")


def kept_findings(ledger: "Ledger", name: str) -> "Table":
    """List the findings of a kept list, with reviewers' words and the documents that have gone since."""
    from silobridge.kg.ledger.findings import kept
    from silobridge.queries.table import Table
    from silobridge.queries.verdicts import beside

    with ledger.reading() as connection:
        findings = kept(connection, name)
    said = beside(ledger, [one.id for one in findings])
    rows = tuple(
        (rank, one.kind, one.label, one.observed, one.expected, one.low, one.high, one.q, one.probability, one.score,
         f"stale: {one.gone} gone" if one.gone else None, said.get(one.id), one.id)
        for rank, one in enumerate(findings, 1)
    )  # fmt: skip
    columns = ("rank", "kind", "finding", "observed", "expected", "low", "high", "q", "probability", "score", "state",
               "reviewers", "id")  # fmt: skip
    return Table(columns, rows, f"Kept as {name}")
