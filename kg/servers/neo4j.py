"""A view on a Neo4j server, over Bolt.

It promises that a change is one transaction, journal position included; that a first load is cut into
batches, each with its number in the same transaction, so that a load cut off at any point goes on there;
and that nothing is written without the lease. It refuses a database that holds nodes of the same labels
from somebody else, or another graph, unless told to replace them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from silobridge.kg.errors import GraphError
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.mapping.graph import NODES
from silobridge.kg.mapping.shape import shape
from silobridge.kg.servers.identity import fingerprint
from silobridge.kg.servers.lease import Lease
from silobridge.kg.servers.rows import BATCH, LABELS, Part, ahead, batches, parts
from silobridge.kg.views.property_graph import PropertyGraphView, _orphans, _removals
from silobridge.kg.views.protocol import ABSENT, Change

if TYPE_CHECKING:
    import duckdb
    import neo4j

_VIEW_CONSTRAINT = "CREATE CONSTRAINT silobridge_view IF NOT EXISTS FOR (n:View) REQUIRE n.id IS UNIQUE"
CONSTRAINTS = tuple(
    f"CREATE CONSTRAINT silobridge_{label.lower()} IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE"
    for label in (*LABELS, "View")
)
INDEXES = (
    *(
        f"CREATE INDEX silobridge_{label.lower()}_{name} IF NOT EXISTS FOR (n:{label}) ON (n.{name})"
        for label, name in (
            ("Document", "year"), ("Document", "kind"), ("Concept", "form"), ("Concept", "label"),
            ("Concept", "conceptType"), ("Claim", "predicate"), ("Domain", "layer"), ("Domain", "scheme"),
        )
    ),
    "CREATE FULLTEXT INDEX silobridge_names IF NOT EXISTS"
    " FOR (n:Concept|Domain|Organisation|Person) ON EACH [n.label, n.form]",
    "CREATE FULLTEXT INDEX silobridge_titles IF NOT EXISTS FOR (n:Document) ON EACH [n.title]",
    "CREATE FULLTEXT INDEX silobridge_sentences IF NOT EXISTS FOR (n:Evidence) ON EACH [n.sentence]",
)  # fmt: skip
"""What the server gets if it has it not: look-ups, and full-text search over names, titles and sentences."""

_VIEW = "MATCH (v:View {id: 'view'})"
_STATE = f"{_VIEW} RETURN properties(v) AS state"
_WIPE_ORDER = (
    "Bridge", "Silo", "Saved", "Evidence", "Claim", "Document", "Outside", "Person", "Organisation", "Concept", "Domain",
)  # fmt: skip


def _run(statement: str, tx: "neo4j.ManagedTransaction") -> None:
    tx.run(statement).consume()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a load is: rows sent in this call, and the sort of thing being sent."""

    rows: int
    part: str


class Neo4jView(PropertyGraphView):
    """One graph on a Neo4j server.

    Parameters
    ----------
    ledger
        The ledger it follows.
    session
        A session on the server, from `bolt.connect`.
    url
        Where the server is, for messages.
    lease
        The right to write; taken by `prepare`.
    on_progress
        Told after every batch of a load.
    size
        Rows in one batch of a load.
    """

    name = "neo4j"

    def __init__(
        self,
        ledger: Ledger,
        session: "neo4j.Session",
        url: str,
        lease: Lease | None = None,
        on_progress: Callable[[Progress], None] = lambda _: None,
        size: int = BATCH,
    ) -> None:
        super().__init__(ledger.folder)
        self.path = ledger.folder / "views" / "neo4j"
        self.ledger = ledger
        self.url = url
        self.lease = lease or Lease(session, url)
        self.rows = 0
        self.size = size
        self._on_progress = on_progress
        self._session = session

    def prepare(self, replace: bool = False) -> None:
        """Take the lease, make sure the graph there is this ledger's own, and create missing constraints.

        Parameters
        ----------
        replace
            Whether another graph that lies there is taken out first.

        Raises
        ------
        GraphError
            If another graph, or somebody else's nodes of the same labels, lie there.
        """
        self._check_foreign(replace)
        self._create((_VIEW_CONSTRAINT,))
        self.lease.take()
        state = self._state()
        stands = state.get("position", state.get("target"))
        if stands is None:
            return
        if state.get("fingerprint") == fingerprint(self.ledger, int(stands)):
            self._create((*CONSTRAINTS, *INDEXES) if "position" in state else ())
        elif replace:
            self._forget_position()
        else:
            raise GraphError(
                "another graph lies there, or one whose ledger was made anew since",
                where=self.url,
                hint="push to another database, or take out what lies there: kg push --replace",
            )

    def _check_foreign(self, replace: bool) -> None:
        if replace or {"position", "target", "wiping"} & set(self._state()):
            return
        found = self._single(f"MATCH (n:{'|'.join(LABELS)}) RETURN labels(n)[0] AS label LIMIT 1")
        if found is not None:
            raise GraphError(
                f"the database holds {found} nodes that were not pushed from here",
                where=self.url,
                hint="push to an empty database, or take those nodes out: kg push --replace",
            )

    def _create(self, statements: Iterable[str]) -> None:
        for statement in statements:
            # Managed, so repeated: two that create the same at once can lock each other out for a moment.
            self._session.execute_write(partial(_run, statement))

    def _forget_position(self) -> None:
        query = f"{_VIEW} REMOVE v.position, v.target SET v.wiping = true"
        self._write(lambda tx: tx.run(query).consume())

    def position(self) -> int:
        """Return the journal position the server stands at, or `ABSENT` before a first load of this mapping is complete."""
        state = self._state()
        return int(state.get("position", ABSENT)) if state.get("mapping") == shape() else ABSENT

    def close(self) -> None:
        """Let others push; the session belongs to the caller."""
        self.lease.let_go()

    def apply(self, connection: "duckdb.DuckDBPyConnection", change: Change) -> None:
        """Take out what the change names and write the staged rows, in one transaction with the position."""
        removals = [(query, rows) for query, rows in _removals(change) if rows]
        writes = [(part, rows) for part in parts() for rows in batches(connection, part)]
        merges = [(part.merge, part.sent(rows)) for part, rows in writes]
        mark = fingerprint(self.ledger, change.position, connection)

        def work(tx: "neo4j.ManagedTransaction") -> None:
            """Take out, write, and say where the server stands now."""
            for query, rows in (*removals, *merges, *_orphans(change)):
                tx.run(query, rows=rows).consume()
            tx.run(
                f"{_VIEW} SET v.position = $position, v.fingerprint = $mark",
                position=change.position, mark=mark,
            ).consume()  # fmt: skip

        self._write(work)
        self.rows += sum(len(rows) for _, rows in writes)

    def build(self, connection: "duckdb.DuckDBPyConnection", position: int) -> None:
        """Load everything in batches, or go on with the load of this same position that was cut off."""
        mark = fingerprint(self.ledger, position)
        state = self._state()
        done = (0, 0)
        begun = tuple(state.get(name) for name in ("target", "fingerprint", "size", "mapping"))
        if "position" not in state and begun == (position, mark, self.size, shape()):
            done = (int(state["part"]), int(state["batches"]))
        else:
            self._begin(position, mark)
        for number, part in enumerate(parts()):
            skip = done[1] if number == done[0] else 0
            if number < done[0]:
                continue
            if number == len(NODES):
                # Not before: one index built over all nodes costs half of what keeping it up row by row does.
                self._create(CONSTRAINTS)
            with ahead(batches(connection, part, skip, self.size)) as coming:
                for count, rows in enumerate(coming, skip + 1):
                    self._batch(part, rows, number, count)
                    self._on_progress(Progress(self.rows, part.name))
        self._create((*CONSTRAINTS, *INDEXES))
        self._session.run("CALL db.awaitIndexes(600)").consume()
        finish = f"{_VIEW} REMOVE v.target, v.part, v.batches, v.size SET v.position = $position"
        self._write(lambda tx: tx.run(finish, position=position).consume())

    def _begin(self, position: int, mark: str) -> None:
        """Take out what lies there, and note what is being loaded."""
        self._forget_position()
        for label in _WIPE_ORDER:
            while self._take_out(f"MATCH (n:{label}) WITH n LIMIT {BATCH} DETACH DELETE n RETURN count(*)"):
                pass
        note = (
            f"{_VIEW} REMOVE v.wiping"
            " SET v.target = $position, v.fingerprint = $mark, v.size = $size, v.mapping = $mapping,"
            " v.part = 0, v.batches = 0"
        )
        given = {"position": position, "mark": mark, "size": self.size, "mapping": shape()}
        self._write(lambda tx: tx.run(note, given).consume())

    def _take_out(self, query: str) -> int:
        return int(self._write(lambda tx: tx.run(query).single(strict=True)[0]))

    def _batch(self, kind: Part, rows: list[tuple[Any, ...]], part: int, count: int) -> None:
        sent = kind.sent(rows)

        def work(tx: "neo4j.ManagedTransaction") -> None:
            """Write one batch unless it stands there already."""
            # A commit whose acknowledgement was lost is not repeated: its number would already stand there.
            advanced = tx.run(
                f"{_VIEW} WHERE v.part < $part OR (v.part = $part AND v.batches < $count)"
                " SET v.part = $part, v.batches = $count RETURN count(v)",
                part=part, count=count,
            ).single(strict=True)[0]  # fmt: skip
            if advanced:
                tx.run(kind.create, rows=sent).consume()

        self._write(work)
        self.rows += len(rows)

    def _write(self, work: Callable[["neo4j.ManagedTransaction"], Any]) -> Any:
        """Do one piece of work in a managed transaction that holds the lease."""

        def held(tx: "neo4j.ManagedTransaction") -> Any:
            """Make sure of the lease, then do the work."""
            self.lease.hold(tx)
            return work(tx)

        return self._session.execute_write(held)

    def _rows(self, query: str, rows: list[str]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._session.execute_read(
            lambda tx: [tuple(record) for record in tx.run(query, rows=rows)]
        )
        return found

    def _state(self) -> dict[str, Any]:
        found = self._single(_STATE)
        return dict(found) if found else {}

    def _single(self, query: str) -> Any:
        record = self._session.execute_read(lambda tx: tx.run(query).single())
        return record[0] if record else None
