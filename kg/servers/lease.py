"""One pusher at a time: a lease on the server, kept with the view's own node.

It promises that a batch is written only while its pusher holds the lease, checked in the batch's own
transaction, and that time is the server's, so clocks that differ do no harm. It refuses to wait for ever:
a pusher that died is overtaken when its lease ends.
"""

import os
import secrets
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from silobridge.kg.errors import GraphError

if TYPE_CHECKING:
    import neo4j

SECONDS = 30.0
"""How long a pusher that went silent keeps others out."""

_TAKE = """
MERGE (v:View {id: 'view'}) SET v.asked = timestamp()
// Further off than it was ever granted for: the server's clock was put back, and the lease is counted from now.
FOREACH (one IN CASE WHEN v.until > timestamp() + v.lasts THEN [v] ELSE [] END | SET one.until = timestamp() + v.lasts)
WITH v, coalesce(v.until, 0) < timestamp() OR v.holder = $me AS free, v.by AS by
FOREACH (one IN CASE WHEN free THEN [v] ELSE [] END |
    SET one.holder = $me, one.by = $by, one.until = timestamp() + $milliseconds, one.lasts = $milliseconds)
RETURN free, by"""

_HOLD = """
MATCH (v:View {id: 'view'}) WHERE v.holder = $me
SET v.until = timestamp() + $milliseconds RETURN count(v)"""

_LET_GO = "MATCH (v:View {id: 'view'}) WHERE v.holder = $me REMOVE v.holder, v.by, v.until, v.lasts, v.asked"


class Lease:
    """The right to write to one server's graph.

    Parameters
    ----------
    session
        A session on the server.
    url
        Where it is, for messages.
    seconds
        How long the lease lasts without a batch.
    """

    def __init__(self, session: "neo4j.Session", url: str, seconds: float = SECONDS) -> None:
        self.session = session
        self.url = url
        self.seconds = seconds
        self.me = secrets.token_hex(16)

    def take(self) -> None:
        """Become the only pusher, waiting a little longer than one lease for a silent one.

        Raises
        ------
        GraphError
            If another pusher is at work.
        """
        deadline = time.monotonic() + self.seconds + 5.0
        by = f"{socket.gethostname()}, process {os.getpid()}"
        while True:
            free, other = self.session.execute_write(
                lambda tx: tx.run(_TAKE, me=self.me, by=by, milliseconds=self._milliseconds()).single(
                    strict=True
                )
            )
            if free:
                return
            if time.monotonic() > deadline:
                raise GraphError(
                    f"another push is at work: {other}",
                    where=self.url,
                    hint="wait for it to end, then push again",
                )
            time.sleep(min(1.0, self.seconds / 10))

    def hold(self, tx: "neo4j.ManagedTransaction") -> None:
        """Renew the lease inside a batch's transaction, which falls if another pusher took it.

        Raises
        ------
        GraphError
            If another pusher took over.
        """
        held = tx.run(_HOLD, me=self.me, milliseconds=self._milliseconds()).single(strict=True)[0]
        if not held:
            raise GraphError(
                "another push took over while this one was silent",
                where=self.url,
                hint="nothing of this batch was written; push again when the other has ended",
            )

    def let_go(self) -> None:
        """Let others push."""
        self.session.execute_write(lambda tx: tx.run(_LET_GO, me=self.me).consume())

    def abandon(self) -> None:
        """Let others push after a failure, if the server still listens; else the lease ends by itself."""
        from neo4j import exceptions

        with suppress(exceptions.DriverError, exceptions.Neo4jError):
            self.session.run(_LET_GO, me=self.me).consume()

    def _milliseconds(self) -> int:
        return int(self.seconds * 1000)
