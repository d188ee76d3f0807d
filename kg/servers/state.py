"""What a SPARQL server notes about the graph pushed to it, in a named graph of its own.

It promises that who may write is decided by the server, in one update that takes effect once, by the
server's own clock. It refuses to wait for ever: a pusher that died is overtaken when its lease ends.
"""

import os
import secrets
import socket
import time
from datetime import datetime
from typing import Any

from silobridge.kg.errors import GraphError
from silobridge.kg.mapping.triples import iri
from silobridge.kg.servers.http import SparqlClient
from silobridge.kg.views.rdf import VIEW

NOTES = ("position", "fingerprint", "mapping", "target", "loaded", "holder", "by", "beat")
"""The properties noted: each `sb:` and its name, on `sb:view`, in the graph `sb:view`."""


class State:
    """The notes on one server, and the right to change them.

    Parameters
    ----------
    client
        The server.
    lease
        How many seconds a pusher that went silent keeps others out.
    """

    def __init__(self, client: SparqlClient, lease: float) -> None:
        self.client = client
        self.lease = lease
        self.me = secrets.token_hex(16)

    def read(self) -> dict[str, Any]:
        """Return every note by name, and the server's time as `now`."""
        rows = self.client.select(
            f"SELECT ?p ?o (NOW() AS ?now) {{ {{}} OPTIONAL {{ GRAPH <{VIEW}> {{ <{VIEW}> ?p ?o }} }} }}"
        )
        base = iri("sb:")
        found = {row["p"].value.removeprefix(base): row["o"].value for row in rows if row["p"] is not None}
        return {**found, "now": rows[0]["now"].value}

    def take(self) -> None:
        """Become the only pusher, waiting a little longer than one lease for a silent one.

        Raises
        ------
        GraphError
            If another pusher is at work.
        """
        deadline = time.monotonic() + self.lease + 5.0
        while True:
            notes = self.read()
            holder = notes.get("holder")
            if holder == self.me:
                return
            # A beat far in the future was written before the server's clock was put back.
            if holder is None or abs(_seconds(notes["beat"], notes["now"])) > self.lease:
                self._take_from(holder)
                continue
            if time.monotonic() > deadline:
                raise GraphError(
                    f"another push is at work: {notes.get('by', '')}",
                    where=self.client.url,
                    hint="wait for it to end, then push again",
                )
            time.sleep(min(1.0, self.lease / 10))

    def _take_from(self, holder: str | None) -> None:
        by = f"{socket.gethostname()}, process {os.getpid()}"
        still = f"?v {note('holder')} {quoted(holder)}" if holder else ""
        free = (
            "" if holder else f"FILTER NOT EXISTS {{ GRAPH <{VIEW}> {{ <{VIEW}> {note('holder')} ?other }} }}"
        )
        self.client.update(
            f"DELETE {{ GRAPH <{VIEW}> {{ ?v {note('holder')} ?h ; {note('by')} ?w ; {note('beat')} ?b }} }}"
            f" INSERT {{ GRAPH <{VIEW}> {{ <{VIEW}> {note('holder')} {quoted(self.me)} ;"
            f" {note('by')} {quoted(by)} ; {note('beat')} ?now }} }}"
            f" WHERE {{ BIND(NOW() AS ?now) {free}"
            f" OPTIONAL {{ GRAPH <{VIEW}> {{ ?v {note('holder')} ?h ; {note('by')} ?w ; {note('beat')} ?b }} }}"
            + (f" GRAPH <{VIEW}> {{ {still} }}" if still else "")
            + " }"
        )

    def change(self, values: dict[str, Any], *, gone: str = "", lines: str = "", only_at: str = "") -> None:
        """Set notes (None takes one out) and change triples, in one update, while this pusher holds the lease.

        Parameters
        ----------
        values
            Notes by name.
        gone
            Lines of N-Triples that go.
        lines
            Lines of N-Triples that come.
        only_at
            The position the server must still stand at, where it matters.

        Raises
        ------
        GraphError
            If another pusher took over.
        """
        names = (*values, "beat")
        old = "".join(f" <{VIEW}> {note(name)} ?{name} ." for name in names)
        new = "".join(
            f" {note(name)} {_term(value)} ;" for name, value in values.items() if value is not None
        )
        at = f" ; {note('position')} {only_at}" if only_at else ""
        # One operation: the ground lines stand in the template, so all of it takes effect or none; and the
        # pattern has one solution, so the template is written once.
        optional = "".join(
            f" OPTIONAL {{ GRAPH <{VIEW}> {{ <{VIEW}> {note(name)} ?{name} }} }}" for name in names
        )
        self.client.update(
            f"DELETE {{ {gone} GRAPH <{VIEW}> {{{old} }} }}"
            f" INSERT {{ {lines} GRAPH <{VIEW}> {{ <{VIEW}>{new} {note('beat')} ?now }} }}"
            f" WHERE {{ GRAPH <{VIEW}> {{ <{VIEW}> {note('holder')} {quoted(self.me)}{at} }}"
            f" BIND(NOW() AS ?now){optional} }}"
        )
        self.check()

    def check(self) -> None:
        """Make sure that this pusher still holds the lease.

        Raises
        ------
        GraphError
            If another took over.
        """
        holds = f"ASK {{ GRAPH <{VIEW}> {{ <{VIEW}> {note('holder')} {quoted(self.me)} }} }}"
        if not self.client.ask(holds):
            raise GraphError(
                "another push took over while this one was silent",
                where=self.client.url,
                hint="push again when the other has ended",
            )

    def let_go(self) -> None:
        """Let others push."""
        self.client.update(
            f"DELETE {{ GRAPH <{VIEW}> {{ <{VIEW}> ?p ?o }} }} WHERE {{ GRAPH <{VIEW}> {{"
            f" <{VIEW}> {note('holder')} {quoted(self.me)} . <{VIEW}> ?p ?o"
            f" VALUES ?p {{ {note('holder')} {note('by')} {note('beat')} }} }} }}"
        )


def note(name: str) -> str:
    """Write a note's property as SPARQL does."""
    return f"<{iri('sb:' + name)}>"


def quoted(text: str | None) -> str:
    """Write a text as a literal that can end nothing early.

    Examples
    --------
    >>> quoted("by two")
    '"by two"'
    """
    from pyoxigraph import Literal

    return str(Literal(text or ""))


def _term(value: Any) -> str:
    return str(value) if isinstance(value, int) else quoted(str(value))


def _seconds(then: str, now: str) -> float:
    return (datetime.fromisoformat(now) - datetime.fromisoformat(then)).total_seconds()
