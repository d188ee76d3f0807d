"""Readers: one source of documents a file, found by looking into this folder.

It promises that a new file here is a new reader, that nothing is imported before it is used, and that a
file's content decides which reader it gets. It refuses to guess: a file that no reader knows is an error
that names what is known.

A reader has ``TITLE``, ``RIGHTS``, ``KIND``, ``GLOBS``, ``sniff(head, name)``, which gives how surely the
beginning of a file is its own (0 to 1), and ``read(source)``, which yields documents and rejects.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from silobridge.ingest.source import Source, excerpt
from silobridge.kg.errors import ReadError, UnknownName
from silobridge.kg.model import Document, Kind, Reject

SURE_ENOUGH = 0.3


class Reader(Protocol):
    """What a module in this folder offers."""

    TITLE: str
    RIGHTS: str
    KIND: Kind
    GLOBS: tuple[str, ...]

    def sniff(self, head: bytes, name: str) -> float:
        """Say how surely a file that begins so, and has this name, is this reader's (0 to 1)."""

    def read(self, source: Source) -> Iterator[Document | Reject]:
        """Yield a document, or a reject, for every record."""


def names() -> list[str]:
    """Give every reader's name, sorted, without importing one.

    Examples
    --------
    >>> "arxiv_metadata" in names()
    True
    """
    return sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))


def load(name: str) -> Reader:
    """Import one reader.

    Raises
    ------
    UnknownName
        If there is no reader of that name; lists those there are.
    """
    if name not in names():
        raise UnknownName("reader", name, names(), hint="see `kg ingest sources`")
    return cast(Reader, import_module(f"{__name__}.{name}"))


def choose(source: Source) -> str:
    """Give the name of the reader that is surest of a file; of equally sure ones the first by name.

    Raises
    ------
    ReadError
        If none is sure enough; says how the file begins and lists the readers.
    """
    head = source.head()
    scores = [(load(name).sniff(head, source.name), name) for name in names()]
    best, name = max(scores, key=lambda score: (score[0], [-ord(c) for c in score[1]]), default=(0.0, ""))
    if best >= SURE_ENOUGH:
        return name
    begins = excerpt(head[:400].decode(errors="replace"))
    raise ReadError(
        f"no reader knows this file; it begins {begins!r}" if head.strip() else "the file is empty",
        where=source.name,
        expected=f"something one of these reads: {', '.join(names())}",
        hint="name the reader with --as, see `kg ingest sources`",
    )
