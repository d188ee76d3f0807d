"""The shipped pipeline over annotated texts: what `kg ingest` would store of them.

It promises to call `ingest.understand` and nothing else, and, where a set taught what ships, to score what the
texts beside the tested ones teach. It refuses to tune anything to a set.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from unittest.mock import patch

from benchmarks.understanding import learned
from benchmarks.understanding.gold import Text
from silobridge.ingest.extractors import judge_en, learned_en
from silobridge.ingest.understand import VERSION, understand
from silobridge.kg.model import Document, Kind, Origin, Section


class Found(NamedTuple):
    """A mention of the shipped pipeline."""

    start: int
    stop: int
    type: str
    form: str
    how: str


class Said(NamedTuple):
    """A claim of the shipped pipeline: two spans and a predicate."""

    subject: tuple[int, int]
    object: tuple[int, int]
    predicate: str


def extract(
    texts: Sequence[Text], language: str = "en", kind: Kind = Kind.PAPER
) -> tuple[list[list[Found]], list[list[Said]]]:
    """Give each text's mentions and claims, at offsets of the text itself."""
    mentions: list[list[Found]] = [[] for _ in texts]
    claims: list[list[Said]] = [[] for _ in texts]
    step = 64
    for first in range(0, len(texts), step):
        some = texts[first : first + step]
        tables = understand([_document(text, language, kind) for text in some])
        for row in tables["mention"].to_pylist():
            mentions[first + row["doc"]].append(
                Found(row["start"], row["stop"], row["type"], row["form"], row["how"])
            )
        for row in tables["evidence"].to_pylist():
            claims[first + row["doc"]].append(
                Said(
                    (row["subject_start"], row["subject_stop"]),
                    (row["object_start"], row["object_stop"]),
                    row["predicate"],
                )
            )
    return mentions, claims


@contextmanager
def taught_by(name: str, training: Sequence[Text]) -> Iterator[None]:
    """Let the pipeline know of a set, while the block runs, what `training` teaches and no more.

    A set that teaches nothing that ships is left alone.
    """
    tables = dict(learned_en.taught())
    if name in learned.SETS:
        tables |= learned.learn(name, training)
    with patch.object(learned_en, "taught", lambda: tables):
        _forget()
        try:
            yield
        finally:
            _forget()


def notes(name: str, apart: bool) -> list[str]:
    """Say, of a set that teaches, from which texts the pipeline learned here."""
    if name not in learned.SETS or apart:
        return []
    return ["shipped: what ships as learned from this set is learned anew from the other folds"]


def _forget() -> None:
    """Drop the verdicts that were made on other grounds."""
    for verdict in (learned_en._type_in, learned_en.learned_end, judge_en.specific):
        verdict.cache_clear()


def longest(found: Sequence[Found]) -> list[Found]:
    """Keep the mentions that lie in no other.

    Examples
    --------
    >>> longest([Found(0, 9, "", "a", ""), Found(2, 9, "", "b", ""), Found(12, 15, "", "c", "")])
    [Found(start=0, stop=9, type='', form='a', how=''), Found(start=12, stop=15, type='', form='c', how='')]
    """
    kept: list[Found] = []
    for mention in sorted(found, key=lambda each: (each.start, -each.stop)):
        if not kept or mention.stop > kept[-1].stop:
            kept.append(mention)
    return kept


def version() -> str:
    """Say which pipeline this is."""
    return VERSION


def _document(text: Text, language: str, kind: Kind) -> Document:
    return Document(
        id=f"gold:{text.id}",
        kind=kind,
        title="",
        sections=(Section(role="abstract", text=text.text),),
        language=language,
        reader="gold",
        origin=Origin(text.id),
    )
