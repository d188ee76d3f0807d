"""Both views of one graph, behind one door.

It promises that the views follow the ledger one writer at a time, that a view that is missing, or that another
version's mapping wrote, is built,
and that every reader knows the ledger position it reads at. It refuses to open a view for writing for
anybody but itself.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silobridge.kg.errors import LedgerBusy, UnknownName
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.mapping.shape import shape
from silobridge.kg.views import sync
from silobridge.kg.views.property_graph import POSITION, PropertyGraphView
from silobridge.kg.views.protocol import ABSENT, View
from silobridge.kg.views.rdf import RdfView, built, open_read_only, read_position
from silobridge.kg.views.snapshots import Snapshots

if TYPE_CHECKING:
    from pyoxigraph import Store

NAMES = ("graph", "rdf")


@dataclass(frozen=True, slots=True)
class Status:
    """How far one view has followed: `position` is -1 before it is built."""

    name: str
    position: int
    ledger: int

    @property
    def behind(self) -> int:
        """How many journal rows the view has yet to follow."""
        return self.ledger - max(self.position, 0)


@dataclass(frozen=True, slots=True)
class RdfReader:
    """A read-only handle on the triples, and the ledger position they were written at."""

    store: "Store"
    position: int
    path: Path


@dataclass(frozen=True, slots=True)
class GraphReader:
    """A read-only handle on the property graph, and the ledger position it stands at.

    The handle answers `cypher`, stays as it is whatever is written afterwards, and refuses to write.
    """

    session: Any
    position: int


class Views:
    """The RDF view and the property-graph view of one ledger.

    Parameters
    ----------
    ledger
        The ledger they follow.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.folder = ledger.folder / "views"
        self._kept: PropertyGraphView | None = None
        self._snapshots: Snapshots | None = None

    def keep(self) -> None:
        """Keep the property graph in memory between calls, until `let_go`: loading it is most of a call.

        No lock is held meanwhile; every call first takes in what other processes wrote.
        """
        self._kept = self._kept or PropertyGraphView(self.ledger.folder)

    def let_go(self) -> None:
        """Let go of the graph that was kept, folding its log into its file where that has grown."""
        kept, self._kept = self._kept, None
        if kept and self.folder.exists():
            with _only_writer(self.folder / ".lock"):
                kept.close()

    def status(self) -> list[Status]:
        """Say where each view stands, and where the ledger stands."""
        now = self.ledger.position()
        return [Status(name, self._view(name).position(), now) for name in NAMES]

    def update(self, name: str = "") -> list[sync.Synced]:
        """Bring one view, or both, up to the ledger, in proportion to what changed.

        Raises
        ------
        UnknownName
            If there is no view of that name.
        LedgerBusy
            If another process has been writing the views for longer than a minute.
        """
        return self._each(name, sync.follow_all)

    def rebuild(self, name: str = "") -> list[sync.Synced]:
        """Build one view, or both, anew from the ledger, and put it in place of the old."""
        return self._each(name, sync.rebuild_all)

    def open_rdf(self) -> RdfReader:
        """Open the triples for reading.

        Raises
        ------
        GraphError
            If the view has not been built.
        """
        path = RdfView(self.ledger.folder).path
        store = open_read_only(path)
        return RdfReader(store, read_position(store), path)

    @contextmanager
    def borrow_rdf(self) -> Iterator[Path]:
        """Lend the path of a snapshot of the triples for other processes to read, whoever writes meanwhile.

        Raises
        ------
        GraphError
            If the view has not been built.
        LedgerBusy
            If one change has been written for longer than a minute.
        """
        path = RdfView(self.ledger.folder).path
        built(path)
        if not os.access(self.folder, os.W_OK):
            # Nobody who is allowed no more than we are writes here, and a snapshot has no place.
            yield path
            return
        self._snapshots = self._snapshots or Snapshots(path)
        with self._snapshots.borrow() as snapshot:
            yield snapshot

    def open_graph(self) -> GraphReader:
        """Open the property graph for reading.

        Raises
        ------
        GraphError
            If the view has not been built.
        """
        session = (self._kept or PropertyGraphView(self.ledger.folder)).graph().freeze()
        return GraphReader(session, int(session.cypher(POSITION).scalar()))

    def _each(
        self, name: str, step: Callable[[Ledger, Sequence[View]], list[sync.Synced]]
    ) -> list[sync.Synced]:
        if name and name not in NAMES:
            raise UnknownName("view", name, NAMES)
        self.folder.mkdir(parents=True, exist_ok=True)
        with _only_writer(self.folder / ".lock"):
            views = [self._view(one) for one in ((name,) if name else NAMES)]
            try:
                return self._done(views, step)
            finally:
                for view in views:
                    if view is not self._kept:
                        view.close()

    def _done(
        self, views: Sequence[View], step: Callable[[Ledger, Sequence[View]], list[sync.Synced]]
    ) -> list[sync.Synced]:
        """Take the step with the views that this mapping wrote, and build the others anew."""
        own = [view for view in views if self._written_by(view.name) == shape() or view.position() == ABSENT]
        others = [view for view in views if view not in own]
        done = {one.name: one for one in (*step(self.ledger, own), *sync.rebuild_all(self.ledger, others))}
        for one in done.values():
            if one.how == "rebuilt":
                (self.folder / f"{one.name}.mapping").write_text(shape(), "ascii")
        return [done[view.name] for view in views]

    def _written_by(self, name: str) -> str:
        note = self.folder / f"{name}.mapping"
        return note.read_text("ascii") if note.exists() else ""

    def _view(self, name: str) -> View:
        if name == "rdf":
            return RdfView(self.ledger.folder)
        return self._kept or PropertyGraphView(self.ledger.folder)


@contextmanager
def _only_writer(path: Path, wait: float = 60.0) -> Iterator[None]:
    """Hold the lock that lets one process at a time write the views; it dies with its process."""
    import fcntl

    deadline = time.monotonic() + wait
    with path.open("w") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise LedgerBusy(
                        f"another process has been writing the views for {wait:.0f} s",
                        where=str(path.parent),
                        hint="wait for it to end, or look for a process that hangs",
                    ) from error
                time.sleep(0.02)
        yield
