"""Which records are compared at all: those that share a key.

It promises at most `MOST` keys a record, made of the record alone, and that comparing is linear in the
size of a block: up to `ALL_PAIRS` records each is compared with each, in a larger block (a title that comes
back every week) each with the first alone. It refuses to compare records of different kinds.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

from silobridge.kg.linking import people
from silobridge.kg.linking.organisations import core
from silobridge.kg.linking.records import Record, distinctive, letters, words

MOST = 64
ALL_PAIRS = 40
OWN_TITLE = 12.0
"""Bits from which a title alone makes a key."""


def keys(record: Record) -> list[int]:
    """Give a record's keys, as signed 64-bit numbers, sorted.

    A key joins records with an identifier in common; with one distinctive title; and with three words of
    the title (the first, the last or the longest) and either end of the alphabet of its people in common.
    """
    made: set[tuple[str, ...]] = {("id", identifier) for identifier in (*record.identifiers, record.id)}
    said = words(record.title)
    if said:
        whole = letters(record.title)
        if distinctive(record.title) >= OWN_TITLE and record.kind != "patent":
            made.add((record.kind, "title", whole))
        for name in _ends(record):
            made.add((record.kind, "title", whole, name))
            for some in (said[:3], said[-3:], sorted(said, key=lambda word: (-len(word), word))[:3]):
                made.add((record.kind, "words", *sorted(some), name))
    return sorted(_number(parts) for parts in sorted(made)[:MOST])


def _ends(record: Record) -> list[str]:
    names = sorted({people.key(name) for name in record.people} - {""})
    if not names or record.kind == "patent":
        names += sorted({core(name) for name in record.organisations} - {""})
    return list(dict.fromkeys(names[:2] + names[-2:]))


def _number(parts: Iterable[str]) -> int:
    digest = blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def pairs(members: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of a block that are compared, smaller identifier first.

    Examples
    --------
    >>> list(pairs(["b", "a", "c"])), len(list(pairs([f"{n:03}" for n in range(100)])))
    ([('a', 'b'), ('a', 'c'), ('b', 'c')], 99)
    """
    held = sorted(set(members))
    if len(held) > ALL_PAIRS:
        yield from ((held[0], other) for other in held[1:])
        return
    for place, one in enumerate(held):
        for other in held[place + 1 :]:
            yield one, other


def candidates(records: Iterable[Record]) -> set[tuple[str, str]]:
    """Give the pairs of identifiers to compare among some records, near-linear in their number."""
    blocks: dict[int, list[str]] = {}
    for record in records:
        for key in keys(record):
            blocks.setdefault(key, []).append(record.id)
    return {pair for members in blocks.values() if len(members) > 1 for pair in pairs(members)}
