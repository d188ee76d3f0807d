"""What a view of the ledger is.

It promises one small protocol that every view keeps, and the two records that pass between a view and
the code that makes it follow the ledger. It refuses to know how any view stores anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from silobridge.kg.mapping.rows import Written
from silobridge.kg.mapping.stage import Triple

if TYPE_CHECKING:
    import duckdb

ABSENT = -1
"""The position of a view that has not been built."""


@dataclass(slots=True)
class Held:
    """What a view holds around some documents and concepts, before a change."""

    forms: set[str] = field(default_factory=set)
    claims: set[Triple] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Change:
    """What a view takes out before it writes the staged rows: always at least what these hold.

    Parameters
    ----------
    position
        The journal position the view stands at afterwards.
    documents
        Identifiers of documents that go with everything of their own.
    concepts
        Forms of concepts whose own counts and label change.
    whole
        Forms among them that appear, vanish, or change their members: with all their usages.
    claims
        Claims that go with all their evidence.
    domains
        Domains that come into use or fall out of it.
    agents
        People and organisations whose labels may change, or who go with their last document.
    targets
        Identifiers: every citation of one of them goes.
    findings
        Kept findings, and lists of them, that go with all their edges.
    rows
        The staged rows, read once for every view that writes from memory.
    """

    position: int
    documents: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    claims: tuple[Triple, ...] = ()
    domains: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    rows: tuple[Written, ...] = ()


class View(Protocol):
    """A graph derived from the ledger: it can be thrown away, and it says how far it has followed."""

    name: str
    path: Path

    def position(self) -> int:
        """Return the journal position the view stands at, or `ABSENT`."""

    def held(self, documents: Iterable[str], forms: Iterable[str]) -> Held:
        """Collect what the view holds around these documents and these concepts' claims."""

    def admitted(self, forms: Iterable[str]) -> set[str]:
        """Return those of the forms whose concepts the view holds."""

    def domains(self, among: Iterable[str]) -> set[str]:
        """Return those of the domains that the view holds."""

    def apply(self, connection: "duckdb.DuckDBPyConnection", change: Change) -> None:
        """Take out what the change names and write the staged rows, in one transaction with the position."""

    def build(self, connection: "duckdb.DuckDBPyConnection", position: int) -> None:
        """Build anew from rows staged for everything, aside, and put it in place of the old."""

    def close(self) -> None:
        """Let go of the store."""
