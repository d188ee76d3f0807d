"""Understanding in other processes, so that one broken document costs that document only.

It promises results in the order of the work, a bounded number of parcels in flight, and that a worker
that crashes, hangs or is killed costs the one document it died of. It refuses `fork` and the start-up
of `multiprocessing`, which would run a caller's script or notebook a second time: a worker is a fresh
interpreter that imports the extractor and talks over two pipes.
"""

import os
import pickle
import queue
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from silobridge.kg import errors
from silobridge.kg.errors import SilobridgeError
from silobridge.kg.model import Document, Reject

if TYPE_CHECKING:
    import pyarrow as pa

    from silobridge.kg.ledger.append import Batch

EXTRACTOR = "silobridge.ingest.understand"
"""The module whose `VERSION` and `understand` make observations of documents."""

SECONDS_PER_PARCEL = 900.0
SECONDS_PER_DOCUMENT = 300.0
"""How long a worker may think before it counts as hung: far beyond any honest document."""

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")
_LENGTH = struct.Struct(">Q")


@dataclass
class Understood:
    """What became of a parcel's documents: their rows, and those that could not be understood."""

    batches: list["Batch"] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


class Parcel(Protocol):
    """Work that carries documents."""

    @property
    def documents(self) -> Sequence[Document]:
        """The documents to be understood, possibly none."""


P = TypeVar("P", bound=Parcel)


def version(extractor: str = EXTRACTOR) -> str:
    """Return the extractor's version, which every document it read is stamped with."""
    return str(import_module(extractor).VERSION)


def here(documents: Sequence[Document], extractor: str = EXTRACTOR) -> Understood:
    """Understand in this process; a document the extractor fails on is rejected, the others are kept.

    Parameters
    ----------
    documents
        At most a parcel of them.
    extractor
        The module that offers `understand(documents) -> Batch`.
    """
    understand: Callable[[Sequence[Document]], Batch] = import_module(extractor).understand
    if not documents:
        return Understood()
    try:
        return Understood([understand(documents)])
    except SilobridgeError:  # what is missing here is missing for every document
        raise
    # The one place where any fault of an extractor is caught: it becomes a named reject below.
    except Exception as error:
        if len(documents) == 1:
            return Understood(rejects=[_reject(documents[0], f"{type(error).__name__}: {error}")])
    return _join(here([document], extractor) for document in documents)


def _join(parts: Iterable[Understood]) -> Understood:
    whole = Understood()
    for part in parts:
        whole.batches += part.batches
        whole.rejects += part.rejects
    return whole


def _reject(document: Document, reason: str) -> Reject:
    return Reject(
        document.origin,
        f"the extractor failed on {document.id}: {' '.join(reason.split())[:300]}",
        "text that can be split into sentences",
        "report it with this record; the other documents were read",
        document.title[:120],
    )


@dataclass(frozen=True)
class _Missing:
    """What a worker lacks for every document, told over the pipe: an extra, a model that answers."""

    kind: str
    found: str
    where: str
    expected: str
    hint: str

    def error(self) -> SilobridgeError:
        """Make the error that the caller is told."""
        kind = getattr(errors, self.kind, SilobridgeError)
        told = kind if kind.__init__ is SilobridgeError.__init__ else SilobridgeError
        made: SilobridgeError = told(self.found, where=self.where, expected=self.expected, hint=self.hint)
        return made


class WorkerDied(Exception):  # noqa: N818
    """A worker ended, or was ended, before it answered."""


class Worker:
    """One interpreter that understands what it is sent."""

    def __init__(self, extractor: str) -> None:
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
        environment = os.environ | dict.fromkeys(_ONE_THREAD, "1")
        environment["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter, our own code
            [sys.executable, "-P", "-c", "from silobridge.ingest.workers import serve; serve()", extractor],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env=environment,
            # Its own process group: Ctrl-C is for the parent, which ends its workers in order.
            process_group=0,
        )

    @property
    def pid(self) -> int:
        """The worker's process number."""
        return self._process.pid

    def ask(self, documents: Sequence[Document], seconds: float) -> Understood:
        """Have documents understood.

        Raises
        ------
        WorkerDied
            If the process ended before it answered, or thought for longer than `seconds`.
        """
        late = threading.Event()

        def give_up() -> None:
            """End a worker that thinks for too long."""
            late.set()
            self._process.kill()

        alarm = threading.Timer(seconds, give_up)
        alarm.daemon = True
        alarm.start()
        try:
            assert self._process.stdin is not None and self._process.stdout is not None
            _send(self._process.stdin, tuple(documents))
            answer = _receive(self._process.stdout)
        except OSError:
            answer = None
        finally:
            alarm.cancel()
        if answer is None:
            raise WorkerDied(f"it took longer than {seconds:.0f} s" if late.is_set() else self._last_words())
        if isinstance(answer, _Missing):
            raise answer.error()
        batches, rejects = answer
        return Understood([_unpack(batch) for batch in batches], rejects)

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._complaints):
            with suppress(OSError):
                pipe.close() if pipe else None

    def _last_words(self) -> str:
        code = self._process.wait()
        self._complaints.seek(max(0, self._complaints.seek(0, os.SEEK_END) - 600))
        lines = self._complaints.read().decode(errors="replace").strip().splitlines()
        return f"the worker process ended with code {code}" + (f": {lines[-1].strip()}" if lines else "")


class Pool(Generic[P]):
    """Workers that take parcels and give them back understood, in the order they were given.

    Parameters
    ----------
    workers
        How many processes.
    extractor
        The module that offers `understand`.

    Attributes
    ----------
    waited
        Seconds the caller waited for answers.
    """

    def __init__(self, workers: int, extractor: str = EXTRACTOR) -> None:
        self.workers = workers
        self._extractor = extractor
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="silobridge-worker")
        self._idle: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        self._alive: set[Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._answered = False
        self._pending: deque[tuple[P, Future[Understood]]] = deque()
        self.waited = 0.0
        self._deaths = 0
        for _ in range(workers):
            self._idle.put(None)

    def run(self, parcels: Iterable[P]) -> Iterator[tuple[P, Understood]]:
        """Yield each parcel with what became of it, never holding more than four parcels a worker."""
        pending = self._pending
        for parcel in parcels:
            pending.append((parcel, self._threads.submit(self._understand, parcel.documents)))
            while pending and (len(pending) >= 4 * self.workers or pending[0][1].done()):
                yield self._next()
        while pending:
            yield self._next()

    def done(self) -> Iterator[tuple[P, Understood]]:
        """Yield the parcels that are understood already, in order, up to the first that is not."""
        while self._pending and self._pending[0][1].done():
            yield self._next()

    def _next(self) -> tuple[P, Understood]:
        parcel, future = self._pending[0]
        begun = time.perf_counter()
        answer = future.result()
        self.waited += time.perf_counter() - begun
        self._pending.popleft()
        return parcel, answer

    def close(self) -> None:
        """End every worker at once; what it was thinking about is dropped."""
        with self._lock:
            self._closed = True
            alive = list(self._alive)
        for worker in alive:
            worker.end()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _understand(self, documents: Sequence[Document]) -> Understood:
        if not documents:
            return Understood()
        try:
            return self._ask(documents, SECONDS_PER_PARCEL)
        except WorkerDied as death:
            if self._closed:
                return Understood()
            if len(documents) == 1:
                return Understood(rejects=[_reject(documents[0], str(death))])
        return _join(self._alone(document) for document in documents)

    def _alone(self, document: Document) -> Understood:
        try:
            return self._ask([document], SECONDS_PER_DOCUMENT)
        except WorkerDied as death:
            return Understood() if self._closed else Understood(rejects=[_reject(document, str(death))])

    def _ask(self, documents: Sequence[Document], seconds: float) -> Understood:
        worker = self._idle.get()
        fit: Worker | None = None
        try:
            worker = worker or self._start()
            answer = worker.ask(documents, seconds)
            fit = worker
        except WorkerDied as death:
            if worker:
                self._bury(worker, death)
            raise
        finally:
            # Whatever went wrong, the place is given back, or the next parcel would wait for ever.
            self._idle.put(fit)
        self._answered = True
        return answer

    def _bury(self, worker: Worker, death: WorkerDied) -> None:
        with self._lock:
            self._alive.discard(worker)
            self._deaths += 1
        worker.end()
        if not self._answered and not self._closed and self._deaths >= 4 + self.workers:
            raise SilobridgeError(
                "no worker process stays alive",
                where=self._extractor,
                expected="an extractor that can be imported",
                hint=f"the last one said: {death}",
            ) from death

    def _start(self) -> Worker:
        with self._lock:
            if self._closed:
                raise WorkerDied("the pool is closed")
            worker = Worker(self._extractor)
            self._alive.add(worker)
        return worker


def serve() -> None:
    """Answer parcels on standard input until it ends: the whole life of a worker."""
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not run into the answers.
    os.dup2(2, 1)
    while (documents := _receive(sys.stdin.buffer)) is not None:
        try:
            understood = here(documents, sys.argv[1])
        except SilobridgeError as error:
            words = (error.found, error.where, error.expected, error.hint)
            _send(answers, _Missing(type(error).__name__, *words))
            continue
        _send(answers, ([_pack(batch) for batch in understood.batches], understood.rejects))


def _send(pipe: IO[bytes], message: object) -> None:
    data = pickle.dumps(message, protocol=5)
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = pipe.read(length)
    # Both ends of the pipe are this program; nothing a stranger wrote is unpickled.
    return pickle.loads(data) if len(data) == length else None  # noqa: S301


def _pack(batch: "Batch") -> dict[str, bytes]:
    import pyarrow as pa

    packed = {}
    for name, table in batch.items():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        packed[name] = sink.getvalue().to_pybytes()
    return packed


def _unpack(packed: dict[str, bytes]) -> dict[str, "pa.Table"]:
    import pyarrow as pa

    return {name: pa.ipc.open_stream(data).read_all() for name, data in packed.items()}
