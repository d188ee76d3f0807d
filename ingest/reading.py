"""Files to parcels of documents: choosing readers, skipping what is known, bounding what is too long.

It promises that files are taken in a fixed order, that a finished file costs one hash of its bytes,
that a document the ledger holds is never understood again, and that memory holds a few parcels
whatever the size of the file. It refuses to stop for one bad file: the fault becomes a reject.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from silobridge.ingest.readers import choose, load
from silobridge.ingest.source import Source
from silobridge.ingest.tally import Options, Tally
from silobridge.ingest.walk import Found, Hidden, fingerprint, walk
from silobridge.kg.errors import ReadError
from silobridge.kg.model import Classification, Document, Origin, Reject, Section

PARCEL_CHARACTERS = 200_000
"""A parcel ends here even where it holds fewer documents, so that workers are evenly loaded."""

DOCUMENT_CHARACTERS = 2_000_000
"""What is kept of one document: about a thousand pages. What lies beyond is cut, and a reject says so."""

LOOKUP_DOCUMENTS = 500
LOOKUP_CHARACTERS = 2_000_000

Known = Callable[[Sequence[Document]], set[tuple[str, str]]]
"""Which of these documents the ledger holds as they are, by identifier and content hash."""


@dataclass
class File:
    """A file on its way through: what it is called, and what came out of it."""

    name: str
    hash: str = ""
    reader: str = ""
    bytes: int = 0
    records: int = 0
    rejects: int = 0


@dataclass
class Parcel:
    """Work for one worker, and what the books must say once it is kept."""

    documents: list[Document] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    opened: list[File] = field(default_factory=list)
    closed: list[File] = field(default_factory=list)
    skipped: list[Document] = field(default_factory=list)


@dataclass(frozen=True)
class _Opened:
    file: File


@dataclass(frozen=True)
class _Closed:
    file: File


_Entry = _Opened | _Closed | Document | Reject


class Reading:
    """One call's files as a stream of parcels.

    Parameters
    ----------
    paths
        Files and folders, as given.
    graph
        The graph's folder, which is never read.
    options
        Reader, domains, parcel size.
    tally
        Where files, bytes and what was left out are counted.
    """

    def __init__(self, paths: Sequence[Path], graph: Path, options: Options, tally: Tally) -> None:
        self._paths = paths
        self._graph = graph
        self._options = options
        self._tally = tally
        self._names: set[str] = set()
        self._given = tuple(Classification(domain, 1.0, "given", "said of every document of the call")
                            for domain in sorted(set(options.domains)))  # fmt: skip

    def parcels(self, finished: set[tuple[str, str]], known: Known) -> Iterator[Parcel]:
        """Yield parcels of documents that are not yet in the ledger.

        Parameters
        ----------
        finished
            Hash and reader of the files that were read to their end.
        known
            Looks documents up in the ledger.
        """
        reach = self._options.batch_documents
        for chunk in self._chunks(self._entries(finished), reach):
            documents = [entry for entry in chunk if isinstance(entry, Document)]
            held = known(documents) if documents else set()
            yield from self._cut(chunk, held)

    def _chunks(self, entries: Iterable[_Entry], first: int) -> Iterator[list[_Entry]]:
        """Group entries for one look into the ledger: few at first, so that work starts at once."""
        chunk: list[_Entry] = []
        documents = characters = 0
        reach = first
        for entry in entries:
            chunk.append(entry)
            if isinstance(entry, Document):
                documents += 1
                characters += _length(entry)
            if documents >= reach or characters >= LOOKUP_CHARACTERS or len(chunk) >= 4 * LOOKUP_DOCUMENTS:
                yield chunk
                chunk, documents, characters = [], 0, 0
                reach = min(2 * reach, LOOKUP_DOCUMENTS)
        yield chunk

    def _cut(self, chunk: Iterable[_Entry], held: set[tuple[str, str]]) -> Iterator[Parcel]:
        parcel, characters = Parcel(), 0
        for entry in chunk:
            if isinstance(entry, Reject):
                parcel.rejects.append(entry)
            elif isinstance(entry, _Opened):
                parcel.opened.append(entry.file)
            elif isinstance(entry, _Closed):
                parcel.closed.append(entry.file)
            elif held and (entry.id, entry.hash) in held:
                parcel.skipped.append(entry)
            else:
                parcel.documents.append(entry)
                characters += _length(entry)
            if len(parcel.documents) >= self._options.batch_documents or characters >= PARCEL_CHARACTERS:
                yield parcel
                parcel, characters = Parcel(), 0
        yield parcel

    def _entries(self, finished: set[tuple[str, str]]) -> Iterator[_Entry]:
        for entry in walk(self._paths, self._graph):
            if isinstance(entry, Hidden):
                self._tally.hidden += 1
            elif isinstance(entry, Reject):
                yield _Opened(File(entry.origin.source))
                yield entry
            else:
                yield from self._file(entry, finished)

    def _file(self, found: Found, finished: set[tuple[str, str]]) -> Iterator[_Entry]:
        try:
            source = self._source(found)
            file = File(source.name)
            self._tally.files += 1
            if self._options.progress:
                self._options.progress(self._tally, file.name)
            if source.path is not None:
                file.hash, file.bytes = fingerprint(source.path, self._options.domains), source.size
            if self._is_finished(file.hash, finished):
                self._tally.finished += 1
                return
            file.reader = self._options.reader or choose(source)
        except (ReadError, OSError) as error:
            reject = _rejected(found.path.name, error)
            yield _Opened(File(reject.origin.source))
            yield reject
            return
        yield _Opened(file)
        if (yield from self._records(file, source)):
            yield _Closed(file)
        self._tally.bytes += source.bytes_read
        self._tally.notes += [f"{file.name}: {note}" for note in source.notes]

    def _source(self, found: Found) -> Source:
        """Open a file under a name no other file of this call has."""
        root = found.root
        source = Source(found.path, root)
        while source.path is not None and source.name in self._names and root != root.parent:
            root = root.resolve().parent
            source = Source(found.path, root)
        self._names.add(source.name)
        return source

    def _is_finished(self, hashed: str, finished: set[tuple[str, str]]) -> bool:
        if self._options.fresh or not hashed:
            return False
        return (hashed, self._options.reader) in finished

    def _records(self, file: File, source: Source) -> Generator[_Entry, None, bool]:
        """Yield a file's documents and rejects; return whether it was read to its end."""
        reader = load(file.reader)
        try:
            for entry in reader.read(source):
                file.records += 1
                if isinstance(entry, Reject):
                    file.rejects += 1
                    yield entry
                    continue
                document, reject = _bounded(self._with_domains(entry))
                if reject is not None:
                    file.rejects += 1
                    yield reject
                yield document
        except ReadError as error:
            file.rejects += 1
            yield _rejected(file.name, error)
        except OSError as error:
            file.rejects += 1
            yield _rejected(file.name, error)
            return False
        # A reader's own fault must not cost the other files: it is named, and the file stays unfinished.
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
            file.rejects += 1
            yield _rejected(file.name, error)
            return False
        return True

    def _with_domains(self, document: Document) -> Document:
        held = {classification.domain for classification in document.classifications}
        more = tuple(given for given in self._given if given.domain not in held)
        return replace(document, classifications=document.classifications + more) if more else document


def _rejected(name: str, error: Exception) -> Reject:
    if isinstance(error, ReadError):
        return Reject(Origin(error.where or name), error.found, error.expected, error.hint)
    if isinstance(error, OSError):
        return Reject(
            Origin(name), f"cannot be read: {error.strerror or error}", "", "check the file and run again"
        )
    return Reject(
        Origin(name),
        f"the reader failed after what was kept so far: {type(error).__name__}: {error}"[:400],
        "a file of the reader's kind",
        "report it with this file, or name another reader with --as",
    )


def _length(document: Document) -> int:
    return len(document.title) + sum(len(section.text) for section in document.sections)


def _bounded(document: Document) -> tuple[Document, Reject | None]:
    """Cut a document that is too long, at a space, and say what was cut."""
    length = _length(document)
    if length <= DOCUMENT_CHARACTERS:
        return document, None
    room = DOCUMENT_CHARACTERS
    title = document.title[:room]
    room -= len(title)
    sections: list[Section] = []
    for section in document.sections:
        text = section.text
        if len(text) > room:
            text = text[: max(text.rfind(" ", 0, room), text.rfind("\n", 0, room), 0) or room]
        if text:
            sections.append(replace(section, text=text))
        room -= len(section.text)
        if room <= 0:
            break
    reject = Reject(
        document.origin,
        f"{document.id} has {length:,} characters; only the first {DOCUMENT_CHARACTERS:,} were read",
        f"at most {DOCUMENT_CHARACTERS:,} characters a document",
        "split it into chapters and ingest those",
        document.title[:120],
    )
    return replace(document, title=title, sections=tuple(sections)), reject
