"""How an ingest is asked for, and what it did.

It promises counts of everything that went in or stayed out, and the time each stage took. It refuses
counts that leave something out: what is skipped has its own number.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from silobridge.ingest.rejects import Group

Progress = Callable[["Tally", str], None]
"""Called with the running tally and the name of the file being read."""


@dataclass(frozen=True)
class Options:
    """How to ingest.

    Parameters
    ----------
    reader
        The reader for every file; empty to have each file's content choose.
    workers
        How many processes understand; a small input is understood in this one.
    fresh
        Read, understand and replace again what is already in the graph.
    domains
        Domains every document of this call is said to stand in, e.g. ``("nace:C26",)``.
    dry_run
        Read everything, understand and write nothing.
    progress
        Told after each file begins and each group of documents is kept.
    batch_documents
        How many documents a worker gets at a time.
    extractor
        The module that understands; another one only in tests and comparisons.
    """

    reader: str = ""
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    fresh: bool = False
    domains: tuple[str, ...] = ()
    dry_run: bool = False
    progress: Progress | None = None
    batch_documents: int = 50
    extractor: str = "silobridge.ingest.understand"


@dataclass
class Tally:
    """What an ingest did, in numbers.

    `unchanged` counts documents the graph already held, `outvoted` those that lost to another record
    with the same identifier in the same run, `finished` files that were read to their end before, and
    `hidden` files and folders left out because their names begin with a dot. `seconds` holds the time the
    main process spent in each stage; with several workers, `understand` is the time it waited for them.
    `groups` sorts the graph's rejects, those of earlier runs included, by what was found.
    """

    files: int = 0
    finished: int = 0
    hidden: int = 0
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    outvoted: int = 0
    rejects: int = 0
    sentences: int = 0
    mentions: int = 0
    evidence: int = 0
    bytes: int = 0
    interrupted: bool = False
    groups: list[Group] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("read", "understand", "append", "conclude"), 0.0)
    )

    @property
    def documents(self) -> int:
        """All documents met, whatever became of them."""
        return self.added + self.replaced + self.unchanged + self.outvoted

    @property
    def per_second(self) -> float:
        """Documents added or replaced for each second of work; 0 where nothing was.

        Examples
        --------
        >>> Tally(added=30, seconds={"understand": 2.0, "append": 1.0}).per_second
        10.0
        """
        spent = sum(self.seconds.values())
        return (self.added + self.replaced) / spent if spent > 0 else 0.0

    def as_dict(self) -> dict[str, object]:
        """Return every number by name, for machines."""
        return asdict(self) | {"documents": self.documents, "per_second": round(self.per_second, 1)}

    def lines(self) -> list[str]:
        """Say what was done in a few lines, for people.

        Examples
        --------
        >>> Tally(files=1, added=2, sentences=9, mentions=31).lines()[0]
        '1 file, 2 documents: 2 added'
        """
        kinds = ("added", "replaced", "unchanged", "outvoted")
        parts = [f"{getattr(self, kind):,} {kind}" for kind in kinds if getattr(self, kind)]
        said = [
            f"{_many(self.files, 'file')}, {_many(self.documents, 'document')}: {', '.join(parts) or 'none'}"
        ]
        if self.finished:
            said.append(f"{_many(self.finished, 'file')} had been read to the end before")
        if self.hidden:
            said.append(f"{self.hidden:,} left out because their names begin with a dot")
        if self.sentences:
            said.append(
                f"{self.sentences:,} sentences, {self.mentions:,} mentions, {self.evidence:,} pieces of evidence"
            )
        spent = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in self.seconds.items())
        said.append(f"{self.per_second:.1f} documents/s; seconds: {spent}")
        said += self.notes
        if self.rejects:
            said.append(f"{_many(self.rejects, 'reject')}; every one is in rejects.jsonl")
        said += [f"  {group.count:,} × {group.found} (first: {group.first})" for group in self.groups]
        if self.interrupted:
            said.append("stopped before the end; what is counted here is kept, and running again goes on")
        return said

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time spent inside to a stage."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - begun


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
