"""Learn which terms have several senses, from the company they keep in the documents of one graph.

It promises senses that depend on the documents, not on the order they came in, and a reason for each: the
words and domains that tell it. It refuses terms of several words, which seldom have two meanings, and those
of too few documents or of one field.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from silobridge.ingest.senses.contexts import Use, directions, texts_of, uses_of, weights
from silobridge.ingest.senses.group import groups, nearest
from silobridge.ingest.senses.model import coarse
from silobridge.ingest.senses.spelled import GIVEN, Longs
from silobridge.ingest.senses.words import table

if TYPE_CHECKING:
    import duckdb

DOCUMENTS = 10
"""A term of fewer documents is not looked at."""

LOOKED_AT = 300
"""Of a term of more documents so many are, chosen by a hash of their identifiers."""

STEP = 2000
"""So many documents are held in memory at a time."""

TELLING = 6


@dataclass(frozen=True, slots=True)
class Homonym:
    """A form whose documents fall into groups: what each document spells it out as, if it does."""

    form: str
    docs: tuple[int, ...]
    longs: tuple[str, ...]
    centres: NDArray[np.float64]
    group: NDArray[np.int64]


def homonyms(connection: "duckdb.DuckDBPyConnection", longs: Longs) -> list[Homonym]:
    """Find the forms that keep several companies, or that documents spell out as several things.

    O(documents looked at × their words).
    """
    _look(connection, longs)
    keys, docs, found = _directions(connection)
    identity = dict(connection.execute("SELECT doc, md5(id) FROM document").fetchall())
    order = np.lexsort((np.array([identity[doc] for doc in docs.tolist()], dtype="U32"), keys))
    keys, docs, found = keys[order], docs[order], found[order]
    homonyms: list[Homonym] = []
    for form in np.unique(keys).tolist():
        part = slice(int(np.searchsorted(keys, form)), int(np.searchsorted(keys, form, side="right")))
        if part.stop - part.start < DOCUMENTS:
            continue
        some = found[part].astype(np.float64)
        some /= np.linalg.norm(some, axis=1, keepdims=True)
        members = tuple(docs[part].tolist())
        said = tuple(longs.get((form, doc), "") for doc in members)
        centres = _spelled_centres(some, said)
        centres = groups(some)[0] if centres is None else centres
        if len(centres) > 1:
            centres = np.stack([coarse(centre) for centre in centres])
            homonyms.append(Homonym(form, members, said, centres, nearest(some, centres)[0]))
    return homonyms


def _spelled_centres(some: NDArray[np.float64], said: tuple[str, ...]) -> NDArray[np.float64] | None:
    """Give the middle of each thing a form is spelled out as, the most frequent first, where there are two."""
    times = Counter(long for long in said if long)
    longs = sorted((long for long in times if times[long] >= GIVEN), key=lambda long: (-times[long], long))
    if len(longs) < 2:
        return None
    which = np.array(said, dtype=object)
    return np.stack([some[which == long].mean(axis=0) for long in longs])


def telling(connection: "duckdb.DuckDBPyConnection", found: list[Homonym]) -> list[list[tuple[str, ...]]]:
    """Give for each group of each form the words that tell it from the others, each from two documents or more."""
    from scipy.sparse import csr_matrix

    first = np.cumsum([0, *(len(one.centres) for one in found)])
    place = {
        (one.form, doc): int(first[number]) + int(group)
        for number, one in enumerate(found)
        for doc, group in zip(one.docs, one.group.tolist(), strict=True)
    }
    total = csr_matrix((int(first[-1]), len(table().names)), dtype=np.float64)
    chosen = {one.form for one in found}
    for uses, texts in _batches(connection):
        some = [use for use in uses if use.key in chosen and (use.key, use.doc) in place]
        if some:
            rows = [place[use.key, use.doc] for use in some]
            sums = csr_matrix(
                (np.ones(len(some)), (rows, range(len(some)))), shape=(total.shape[0], len(some))
            )
            total = total + sums @ (weights(texts, some) > 0).astype(np.float64)
    return [
        _words(total[int(first[number]) : int(first[number + 1])].toarray(), one.group)
        for number, one in enumerate(found)
    ]


def _words(counted: NDArray[np.float64], group: NDArray[np.int64]) -> list[tuple[str, ...]]:
    names = table().names
    sizes = np.bincount(group, minlength=len(counted)).astype(np.float64)
    answer: list[tuple[str, ...]] = []
    for number, inside in enumerate(counted):
        elsewhere = (counted.sum(axis=0) - inside) / max(1.0, sizes.sum() - sizes[number])
        score = np.round((inside / max(1.0, sizes[number]) - elsewhere) * (inside >= 2), 9)
        order = np.lexsort((np.arange(len(score)), -score))[:TELLING]
        answer.append(tuple(names[at] for at in order.tolist() if score[at] > 0))
    return answer


def _look(connection: "duckdb.DuckDBPyConnection", longs: Longs) -> None:
    """Choose the terms to look at and their documents; a document that spells a short form out is one."""
    import pyarrow as pa

    keys = sorted(longs)
    connection.register(
        "spelled_out",
        pa.table({
            "doc": pa.array([doc for _, doc in keys], pa.int32()),
            "form": pa.array([form for form, _ in keys], pa.string()),
            "said": pa.array([longs[key] for key in keys], pa.string()),
        }),
    )  # fmt: skip
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE looked_at AS
        WITH plain AS (SELECT DISTINCT m.doc, m.form FROM mention m JOIN document d ON d.doc = m.doc
                       WHERE d.language <> 'zh' AND NOT contains(m.form, ' ')),
        used AS (SELECT doc, form, coalesce(s.said, form) AS said
                 FROM plain FULL JOIN (SELECT * FROM spelled_out WHERE form IN (SELECT form FROM plain)) s
                 USING (doc, form)),
        often AS (SELECT form FROM used GROUP BY form HAVING count(*) >= {DOCUMENTS}),
        root AS (SELECT DISTINCT m.doc, m.domain FROM membership m JOIN domain d ON d.id = m.domain
                 WHERE m.how IN ('asserted', 'ancestor') AND coalesce(d.parent, '') = ''),
        wide AS (SELECT u.form FROM used u JOIN often USING (form) LEFT JOIN root r ON r.doc = u.doc
                 GROUP BY u.form HAVING count(DISTINCT coalesce(r.domain, '')) >= 2),
        ranked AS (SELECT u.doc, u.form, u.said,
                          row_number() OVER (PARTITION BY u.form ORDER BY md5(d.id || u.form), d.id) AS place
                   FROM used u JOIN wide USING (form) JOIN document d ON d.doc = u.doc)
        SELECT doc, form AS key, said FROM ranked WHERE place <= {LOOKED_AT} ORDER BY doc, key"""
    )
    connection.unregister("spelled_out")


def _batches(connection: "duckdb.DuckDBPyConnection") -> Iterator[tuple[list[Use], dict[int, str]]]:
    """Yield the uses that are looked at with their texts, some documents at a time."""
    docs = [
        row[0] for row in connection.execute("SELECT DISTINCT doc FROM looked_at ORDER BY doc").fetchall()
    ]
    for first in range(0, len(docs), STEP):
        low, high = docs[first], docs[min(first + STEP, len(docs)) - 1]
        rows = connection.execute(
            "SELECT doc, key, said FROM looked_at WHERE doc BETWEEN ? AND ?", [low, high]
        ).fetchall()
        yield uses_of(connection, rows), texts_of(connection, docs[first : first + STEP])


def _directions(
    connection: "duckdb.DuckDBPyConnection",
) -> tuple[NDArray[Any], NDArray[np.int32], NDArray[np.int8]]:
    """Give key, document and coarse direction of every use that has known words around it."""
    keys: list[str] = []
    docs: list[int] = []
    parts: list[NDArray[np.int8]] = []
    for uses, texts in _batches(connection):
        found = directions(weights(texts, uses))
        kept = np.flatnonzero(found.any(axis=1))
        largest = np.abs(found[kept]).max(axis=1, keepdims=True) if len(kept) else found[kept]
        parts.append(np.round(found[kept] / largest * 127.0).astype(np.int8))
        keys += [uses[at].key for at in kept.tolist()]
        docs += [uses[at].doc for at in kept.tolist()]
    width = table().directions.shape[1]
    stacked = np.concatenate(parts) if parts else np.zeros((0, width), np.int8)
    return np.array(keys, dtype=object), np.array(docs, np.int32), stacked


def spelled(homonym: Homonym, number: int) -> tuple[str, int, int]:
    """Say what the documents of a group spell a form out as, how many do, and how many spell it out at all."""
    votes = Counter(
        long
        for long, group in zip(homonym.longs, homonym.group.tolist(), strict=True)
        if long and group == number
    )
    if not votes:
        return "", 0, 0
    long, times = min(votes.items(), key=lambda one: (-one[1], one[0]))
    return long, times, votes.total()
