"""Files to ledger: the only place where the order of the stages is written.

    read → skip what is known → understand (workers) → append in groups → conclude

It promises that what was acknowledged is never lost, that running again goes on where it stopped and
ends in the same content as a run that was never stopped, and that every record is kept or rejected by
name. It refuses to let one broken file, record or document stop the others.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from silobridge.ingest import rejects, workers
from silobridge.ingest.keeper import Keeper, held
from silobridge.ingest.reading import Parcel, Reading
from silobridge.ingest.tally import Options, Tally
from silobridge.ingest.walk import Found, walk
from silobridge.kg.errors import StorageFull
from silobridge.kg.ledger.append import begin_run
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.model import Document

if TYPE_CHECKING:
    import duckdb

SMALL_DOCUMENTS = 30
SMALL_CHARACTERS = 150_000
"""An input below both is understood in this process: starting workers would take longer."""

Understanding = Iterator[tuple[Parcel, workers.Understood]]


def ingest(paths: Sequence[Path], graph: Path, *, options: Options | None = None) -> Tally:
    """Read files and folders into a graph, and return what became of them.

    Parameters
    ----------
    paths
        Files and folders; ``-`` is standard input.
    graph
        The graph's folder, made if there is none.
    options
        How; see `Options`.

    Returns
    -------
    Tally
        Counts and times. After Ctrl-C, `interrupted` is set and the counts say what is kept.

    Raises
    ------
    UsageError
        If a path does not exist, or a reader or domain is unknown.
    StorageFull
        If the disk is full; what was acknowledged before stays.
    """
    options = options or Options()
    _check(options)
    tally = Tally()
    reading = Reading(paths, graph, options, tally)
    if options.dry_run:
        return _look(reading, graph, options, tally)
    call = _fingerprint(paths, graph, options)
    ledger = Ledger.create(graph)
    with ledger.writing() as connection:
        run = _run_number(connection, call)
        finished = _finished(connection, options)
    keeper = Keeper(ledger, run, options, tally)
    try:
        _feed(reading, (ledger, finished), keeper, options, tally)
        _finish(ledger, tally, call)
    except StorageFull as error:
        hint = f"{tally.added + tally.replaced} documents of this run are kept; {error.hint}"
        raise StorageFull(error.found, where=error.where, hint=hint) from error
    return tally


def _check(options: Options) -> None:
    from silobridge.ingest.readers import load

    if options.reader:
        load(options.reader)


def _feed(
    reading: Reading,
    there: tuple[Ledger, set[tuple[str, str]]],
    keeper: Keeper,
    options: Options,
    tally: Tally,
) -> None:
    """Run every stage up to the last append; Ctrl-C keeps what was understood so far."""
    ledger, finished = there
    extractor = workers.version(options.extractor)
    parcels = _timed(reading.parcels(finished, lambda d: held(ledger, d, extractor)
                                     if not options.fresh else set()), tally, "read")  # fmt: skip
    first, rest = _peek(parcels)
    pool: workers.Pool[Parcel] | None = None
    if rest is not None:
        pool = workers.Pool(options.workers, options.extractor)
    try:
        everything = chain(first, rest or ())
        results = pool.run(everything) if pool else _in_this_process(everything, options, tally)
        for parcel, understood in results:
            if keeper.take(parcel, understood) and options.progress:
                options.progress(tally, "")
    except KeyboardInterrupt:
        tally.interrupted = True
        if pool:
            for parcel, understood in pool.done():
                keeper.take(parcel, understood)
    finally:
        if pool:
            tally.seconds["understand"] += pool.waited
            pool.close()
    keeper.flush()


def _in_this_process(parcels: Iterable[Parcel], options: Options, tally: Tally) -> Understanding:
    for parcel in parcels:
        with tally.timed("understand"):
            understood = workers.here(parcel.documents, options.extractor)
        yield parcel, understood


T = TypeVar("T")


def _timed(items: Iterator[T], tally: Tally, stage: str) -> Iterator[T]:
    while True:
        with tally.timed(stage):
            item = next(items, None)
        if item is None:
            return
        yield item


def _peek(parcels: Iterator[Parcel]) -> tuple[list[Parcel], Iterator[Parcel] | None]:
    """Take the first parcels; the rest is None where the input turned out to be small."""
    first: list[Parcel] = []
    documents: list[Document] = []
    for parcel in parcels:
        first.append(parcel)
        documents += parcel.documents
        if len(documents) >= SMALL_DOCUMENTS or _characters(documents) >= SMALL_CHARACTERS:
            return first, parcels
    return first, None


def _characters(documents: Iterable[Document]) -> int:
    return sum(len(section.text) for document in documents for section in document.sections)


def _finished(connection: "duckdb.DuckDBPyConnection", options: Options) -> set[tuple[str, str]]:
    """Hash and reader of the files read to their end by this extractor; reader '' stands for any."""
    rows = connection.execute(
        "SELECT file_hash, reader FROM source WHERE extractor = ?", [workers.version(options.extractor)]
    ).fetchall()
    return {(row[0], row[1]) for row in rows} | {(row[0], "") for row in rows}


def _fingerprint(paths: Sequence[Path], graph: Path, options: Options) -> str:
    """Tell this call from others, so that one that was stopped is known when it comes again.

    It hashes names, sizes and times of the files: a file changed since makes it another call.
    """
    digest = blake2b(digest_size=16)
    for part in (workers.version(options.extractor), options.reader, *sorted(options.domains), options.fresh):
        digest.update(f"{part}\x1f".encode())
    for entry in walk(paths, graph):
        if isinstance(entry, Found) and entry.path.exists():
            state = entry.path.stat()
            digest.update(f"{entry.path.resolve()}\x1f{state.st_size}\x1f{state.st_mtime_ns}\x1f".encode())
    return digest.hexdigest()


def _run_number(connection: "duckdb.DuckDBPyConnection", call: str) -> int:
    """Go on with the run this call began before it was stopped, or begin a new one.

    Within one run the vote between two records with one identifier does not depend on their order; were
    the second half of a stopped run another run, its records would simply replace those of the first.
    """
    row = connection.execute("SELECT value FROM meta WHERE key = ?", [f"open_run:{call}"]).fetchone()
    if row:
        return int(row[0])
    run = begin_run(connection, "ingest", _own_version())
    connection.execute("INSERT INTO meta VALUES (?, ?)", [f"open_run:{call}", str(run)])
    return run


def _finish(ledger: Ledger, tally: Tally, call: str) -> None:
    """Conclude, close the run and write its rejects, in one transaction: opening the ledger costs time."""
    from silobridge.ingest.resolve import follow
    from silobridge.ingest.senses.follow import keep_up

    with tally.timed("conclude"), ledger.writing() as connection:
        if not tally.interrupted:
            keep_up(connection)
        follow(connection)
        if not tally.interrupted:
            connection.execute("DELETE FROM meta WHERE key = ?", [f"open_run:{call}"])
        rejects.write_file(connection, ledger.folder)
        tally.groups = rejects.groups(connection)


def _look(reading: Reading, graph: Path, options: Options, tally: Tally) -> Tally:
    """Count what an ingest would meet, and write nothing."""
    ledger = Ledger(graph)
    there = ledger.file.exists() and not options.fresh
    finished = set()
    if there:
        with ledger.reading(wait=120.0) as connection:
            finished = _finished(connection, options)
    extractor = workers.version(options.extractor)
    known: Callable[[Sequence[Document]], set[tuple[str, str]]] = (
        (lambda documents: held(ledger, documents, extractor)) if there else (lambda _: set())
    )
    for parcel in _timed(reading.parcels(finished, known), tally, "read"):
        tally.added += len(parcel.documents)
        tally.unchanged += len(parcel.skipped)
        tally.rejects += len(parcel.rejects)
    return tally


def _own_version() -> str:
    from importlib.metadata import version

    return version("silobridge")
