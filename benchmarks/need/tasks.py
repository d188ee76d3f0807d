"""Needs whose answers somebody else named: cross-listed records and citations.

It promises relevance that no ranking sees: the second field an author gave a record, and the documents an
author cited. It refuses to let a query find itself: its own uses and words are taken out of what is searched.
"""

import zlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import diags

from silobridge.kg.ledger.store import Ledger
from silobridge.queries.matrices import Matrices

SENTENCES = 2


@dataclass(frozen=True)
class Query:
    """A need: the row it was taken from, its words, and what is relevant in and outside its field."""

    row: int
    text: str
    own: int
    other: int
    cited_in: tuple[int, ...] = ()
    cited_out: tuple[int, ...] = ()


def crosslisted(ledger: Ledger, matrices: Matrices, most: int) -> list[Query]:
    """Take records with two categories of different archives: the first is the asker's, the other the answer."""
    with ledger.reading() as connection:
        listed = connection.execute(
            """
            SELECT doc, list(domain ORDER BY rowid) FROM classification WHERE domain LIKE 'arxiv-cat:%'
            GROUP BY doc HAVING count(*) = 2 ORDER BY doc"""
        ).fetchall()
    row_of = {int(doc): row for row, doc in enumerate(matrices.doc)}
    usable = (matrices.scheme == "arxiv") & (matrices.level == "category")
    column_of = {name: column for column, name in enumerate(matrices.domain) if usable[column]}
    pairs = [
        (row_of[doc], one, other)
        for doc, (one, other) in listed
        if doc in row_of
        and one.split(".")[0] != other.split(".")[0]
        and one in column_of
        and other in column_of
    ]
    # By hash, so that the choice does not follow the order of reading.
    pairs.sort(key=lambda pair: zlib.crc32(matrices.document[pair[0]].encode()))
    chosen = pairs[:most]
    texts = first_sentences(ledger, matrices, [row for row, _, _ in chosen])
    return [
        Query(row, texts[row], column_of[one], column_of[other]) for row, one, other in chosen if row in texts
    ]


def citing(ledger: Ledger, matrices: Matrices, levels: NDArray[np.bool_]) -> list[Query]:
    """Documents that cite others of the graph: relevant inside where they share a field, else outside."""
    stands = matrices.stands > 0
    kept = stands[:, np.flatnonzero(levels)].astype(np.int32)
    queries = []
    rows = np.flatnonzero(np.diff(matrices.cites.indptr))
    texts = first_sentences(ledger, matrices, rows.tolist())
    for row in rows:
        targets = matrices.cites[row].indices
        shared = np.asarray((kept[targets] @ kept[row].T).todense()).ravel() > 0
        inside = tuple(int(t) for t in targets[shared])
        outside = tuple(int(t) for t in targets[~shared])
        if row in texts:
            queries.append(Query(int(row), texts[row], -1, -1, inside, outside))
    return queries


def first_sentences(ledger: Ledger, matrices: Matrices, rows: list[int]) -> dict[int, str]:
    """Take the first sentences after the title, which is no part of a need."""
    with ledger.reading() as connection:
        found = connection.execute(
            """
            SELECT doc, string_agg(text, ' ' ORDER BY sentence) FROM (
                SELECT s.doc, s.sentence, substr(d.text, s.start + 1, s.stop - s.start) AS text,
                       row_number() OVER (PARTITION BY s.doc ORDER BY s.sentence) AS n
                FROM sentence s JOIN document d USING (doc)
                WHERE s.doc IN (SELECT unnest(?::INTEGER[])) AND s.start >= length(d.title))
            WHERE n <= ? GROUP BY doc""",
            [[int(matrices.doc[row]) for row in rows], SENTENCES],
        ).fetchall()
    row_of = {int(matrices.doc[row]): row for row in rows}
    return {row_of[doc]: text for doc, text in found}


def without(matrices: Matrices, rows: list[int]) -> Matrices:
    """Return the matrices with those documents' uses gone, so that no walk passes through a query."""
    kept = np.ones(len(matrices.document))
    kept[rows] = 0
    uses = (diags(kept) @ matrices.uses).tocsr()
    uses.eliminate_zeros()
    return replace(matrices, uses=uses.astype(np.int32))
