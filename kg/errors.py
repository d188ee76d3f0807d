"""Every error this project raises on purpose, in one tree.

It promises that each error says what was found, where, what was expected and what to do, and that
its type fixes the exit code of the command line. It refuses errors without a next step.

    SilobridgeError                      exit 1
    ├── UsageError                       exit 2   the call's own words are wrong
    │   ├── UnknownName                           no such reader, query, format, domain: lists what is known
    │   └── MissingExtra                          an optional package is not installed: gives the pip line
    ├── NothingFound                     exit 4   the question is sound, the answer is empty
    ├── ReadError                                 a file could not be read at all
    ├── GraphError                                the graph's folder or ledger
    │   ├── NoSuchGraph
    │   ├── LedgerBusy                            another process held the lock for longer than the wait
    │   ├── LedgerVersion                         written by a newer silobridge
    │   └── StorageFull                           the disk is full; what was acknowledged is kept
    ├── QueryError                                a query was refused or failed
    │   ├── QueryRejected                         it would write, or load from elsewhere
    │   └── QueryTimeout
    └── ModelError                                a language model that was asked for gave nothing usable
        ├── ModelUnreachable                      no answer: refused, silent, too slow, turned away
        ├── ModelAnswer                           an answer that is not what was asked for, also when asked again
        ├── ModelAltered                          weights on this machine that are not the published ones
        └── BudgetSpent                           the next call could cost more than was allowed
"""

from collections.abc import Iterable
from difflib import get_close_matches


class SilobridgeError(Exception):
    """Say what was found, where, what was expected and what to do next.

    Parameters
    ----------
    found
        What is wrong, as one sentence without a full stop.
    where
        File, record, line or identifier; empty when there is none.
    expected
        What would have been right.
    hint
        What to do next.

    Examples
    --------
    >>> print(SilobridgeError("no title", where="works.jsonl:118", hint="see `kg ingest sources`"))
    works.jsonl:118: no title
      hint      see `kg ingest sources`
    """

    exit_code = 1

    def __init__(self, found: str, *, where: str = "", expected: str = "", hint: str = "") -> None:
        super().__init__(found)
        self.found = found
        self.where = where
        self.expected = expected
        self.hint = hint

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.found}" if self.where else self.found]
        if self.expected:
            lines.append(f"  expected  {self.expected}")
        if self.hint:
            lines.append(f"  hint      {self.hint}")
        return "\n".join(lines)


class UsageError(SilobridgeError):
    """The call's own words are wrong."""

    exit_code = 2


class UnknownName(UsageError):
    """No thing of that kind has that name; lists the nearest ones, or all when they are few.

    Examples
    --------
    >>> print(UnknownName("reader", "nope", ["arxiv", "openalex"]))
    no reader named 'nope'
      expected  one of: arxiv, openalex
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], *, hint: str = "") -> None:
        self.kind = kind
        self.name = name
        self.known = sorted(known)
        near = get_close_matches(name, self.known, n=5, cutoff=0.5)
        shown = self.known if len(self.known) <= 24 else near
        expected = f"one of: {', '.join(shown)}" if shown else ""
        super().__init__(f"no {kind} named {name!r}", expected=expected, hint=hint)


class MissingExtra(UsageError):
    """An optional package is needed for what was asked.

    Examples
    --------
    >>> print(MissingExtra("pandas", "analyst"))
    pandas is not installed
      hint      pip install 'silobridge[analyst]'
    """

    def __init__(self, package: str, extra: str) -> None:
        self.package = package
        self.extra = extra
        super().__init__(f"{package} is not installed", hint=f"pip install 'silobridge[{extra}]'")


class NothingFound(SilobridgeError):
    """The question is sound and the answer is empty."""

    exit_code = 4


class ReadError(SilobridgeError):
    """A file could not be read at all."""


class GraphError(SilobridgeError):
    """Something about the graph's folder or its ledger."""


class NoSuchGraph(GraphError):
    """There is no graph at that place."""


class LedgerBusy(GraphError):
    """Another process held the ledger's lock for longer than this one may wait."""


class LedgerVersion(GraphError):
    """The ledger was written by a newer silobridge than this one."""


class StorageFull(GraphError):
    """The disk is full; everything acknowledged before stays."""


class QueryError(SilobridgeError):
    """A query was refused or failed."""


class QueryRejected(QueryError):
    """A query that would write, or load from elsewhere."""


class QueryTimeout(QueryError):
    """A query ran longer than its limit."""


class ModelError(SilobridgeError):
    """A language model that was asked for gave nothing usable; never an empty result."""


class ModelUnreachable(ModelError):
    """The model did not answer: refused, silent, too slow, or turned away."""


class ModelAnswer(ModelError):
    """The model answered, but not what was asked for, also when it was told so."""


class ModelAltered(ModelError):
    """The weights found on this machine are not the ones that were published."""


class BudgetSpent(ModelError):
    """The next call could cost more than was allowed; what was answered before is kept."""
