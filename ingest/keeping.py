"""What people do to a graph besides reading into it: forget, purge, decide, with the conclusions kept right.

It promises that each call is one transaction with its conclusions inside, so that nobody sees one
without the other. It refuses to leave a purged graph with words that only forgotten documents used.
"""

from collections.abc import Callable, Iterable
from getpass import getuser
from typing import TYPE_CHECKING

from silobridge.ingest import naming, rejects
from silobridge.ingest.nearness import settle
from silobridge.ingest.resolve import conclude, follow
from silobridge.ingest.senses.follow import relearn
from silobridge.ingest.senses.model import learned
from silobridge.kg.ledger import decisions
from silobridge.kg.ledger import forget as forgetting
from silobridge.kg.ledger.append import begin_run
from silobridge.kg.ledger.store import Ledger

if TYPE_CHECKING:
    import duckdb


def forget(ledger: Ledger, identifiers: Iterable[str]) -> list[str]:
    """Forget documents, and return the identifiers of those that were there."""
    with ledger.writing() as connection:
        gone = forgetting.forget(connection, identifiers, begin_run(connection, "forget", _own_version()))
        follow(connection)
        settle(connection)
    return gone


def purge(ledger: Ledger) -> tuple[int, int]:
    """Rewrite the ledger without what was forgotten, and return its bytes before and after."""
    with ledger.writing() as connection:
        conclude(connection)
        settle(connection)
        # What forgotten documents taught about a word's senses goes with them.
        if learned(connection)[0]:
            relearn(connection)
            follow(connection)
        # Names of concepts that nothing uses any more; the last row stays, for it is the ledger's version.
        connection.execute(
            "DELETE FROM journal WHERE action = 'alias' AND position < (SELECT max(position) FROM journal)"
            " AND id NOT IN (SELECT form FROM mention UNION SELECT form FROM alias UNION SELECT target FROM alias)"
        )
    sizes = forgetting.purge(ledger)
    with ledger.reading() as connection:
        rejects.write_file(connection, ledger.folder)
    return sizes


def decide(ledger: Ledger, verdict: str, form: str, target: str, who: str = "", why: str = "") -> str:
    """Record that two names mean one concept (``accept``) or two (``reject``); return the decision's id.

    Parameters
    ----------
    ledger
        The graph's ledger.
    verdict
        ``accept`` or ``reject``.
    form, target
        The names, in any spelling; organisations by name or identifier, documents and people by identifier.
    who
        Who decides; empty for the name this process runs under.
    why
        The reason, shown wherever the merge is shown.
    """
    enter: Callable[..., decisions.Decision] = decisions.accept if verdict == "accept" else decisions.reject

    def _entered(connection: "duckdb.DuckDBPyConnection") -> decisions.Decision:
        one, other = naming.pair(connection, form, target)
        return enter(connection, one.name, other.name, who or getuser(), why)

    return _decided(ledger, _entered)


def unknown(ledger: Ledger, form: str, target: str) -> list[naming.Named]:
    """Return which of two names the graph does not know, each with what is near."""
    with ledger.reading() as connection:
        return [found for found in naming.pair(connection, form, target) if not found.sort]


def undo(ledger: Ledger, decision: str, who: str = "", why: str = "") -> str:
    """Take a decision back, and return the id of the decision that does."""
    return _decided(ledger, lambda connection: decisions.undo(connection, decision, who or getuser(), why))


def _decided(ledger: Ledger, enter: "Callable[[duckdb.DuckDBPyConnection], decisions.Decision]") -> str:
    with ledger.writing() as connection:
        taken = enter(connection)
        follow(connection)
        settle(connection)
    return taken.decision


def _own_version() -> str:
    from importlib.metadata import version

    return version("silobridge")
