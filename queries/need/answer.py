"""A need answered: from plain words to what other fields know.

It promises methods, fields, documents and people from outside the asker's field, a sentence for every step,
and that what was understood is said. It refuses to fill a list with what nothing explains.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.errors import NothingFound
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.models.vectors import encoder as load
from silobridge.queries.bridges.record import Place
from silobridge.queries.bridges.sides import term
from silobridge.queries.evidence import Quote, Wanted, quotes
from silobridge.queries.matrices import Matrices
from silobridge.queries.need.fields import Own, homes, levelled, own_field
from silobridge.queries.need.index import Index, index
from silobridge.queries.need.linking import CHARACTERS
from silobridge.queries.need.meaning import meaning
from silobridge.queries.need.methods import Candidate, candidates, profile, questions
from silobridge.queries.need.people import people
from silobridge.queries.need.ranking import Ranked, best, rank
from silobridge.queries.need.record import (
    Answer,
    FieldFound,
    Found,
    Method,
    NeedAsk,
    Step,
    spread,
)

LOOKED = 100
"""So many documents outside the field are weighed for fields, people and the list of documents."""

FAINT = 0.1
"""A document with less than this share of the best one's score is not told."""

SHARED = 3


def answer(ledger: Ledger, matrices: Matrices, ask: NeedAsk) -> Answer:
    """Find what other fields know about a need.

    O(uses) for the walk, then one statement for all sentences.

    Raises
    ------
    NothingFound
        If no word and no name of the need is in the graph, or nothing outside the field answers it; the
        error says what was understood.
    UnknownName
        If a stated field holds no document of the graph, or there is no such encoder.
    """
    found = index(ledger, matrices)
    near = meaning(ledger, matrices, load(ask.encoder)) if ask.encoder else None
    ranked = rank(ledger, matrices, ask.text[:CHARACTERS], found, near)
    unknown = tuple(dict.fromkeys(word for word in ranked.said if found.vocabulary.find(word) < 0))
    understood = tuple(term(matrices, one.concept) for one in ranked.linked)
    named = ", ".join(one.label for one in understood) or "no concept"
    if not ranked.fused.any():
        raise NothingFound(
            f"no document of this graph has a word of the need (understood: {named})",
            hint="say it in other words, English or Chinese, or read in documents about it",
        )  # fmt: skip
    own = own_field(matrices, ranked.lexical, ask.fields)
    rows = best(np.where(own.inside, 0.0, ranked.fused), LOOKED)
    chosen = candidates(matrices, found, ranked, own, max(1, (ask.top + 1) // 2))
    if not len(rows) and not chosen:
        raise NothingFound(
            f"nothing outside the asker's field answers the need (understood: {named})",
            expected="documents outside " + ", ".join(place.id for place in own.places),
            hint="name a narrower field with --field",
        )  # fmt: skip
    home = homes(matrices, rows, own)
    documents, asked = _documents(matrices, (ranked, own), rows, home, ask.top)
    asked = [*asked, *(one for candidate in chosen for one in questions(matrices, ranked, own, candidate))]
    told = quotes(ledger, asked)
    scores = {int(matrices.doc[row]): (matrices.document[int(row)], float(ranked.fused[row])) for row in rows}
    return Answer(
        ask.text[:CHARACTERS], understood, unknown[:20], own.places, own.stated,
        tuple(_method(matrices, ask, own, one, told) for one in chosen),
        _fields(matrices, ranked, rows, home)[: ask.top],
        _titled(ledger, [replace(one, quote=next(iter(told[f"document\x1f{one.id}"]), None)) for one in documents]),
        people(ledger, scores, ask.top), matrices.position, _notes(ask, own, found, unknown),
    )  # fmt: skip


def _documents(
    matrices: Matrices, known: tuple[Ranked, Own], rows: NDArray[np.int64], home: list[int], top: int
) -> tuple[list[Found], list[Wanted]]:
    """Choose documents from many fields, and ask for a sentence of each that shows what it shares."""
    if not len(rows):
        return [], []
    ranked, own = known
    scores = [float(ranked.fused[row]) for row in rows]
    strong = [at for at, score in enumerate(scores) if score >= FAINT * scores[0]]
    about = set(profile(matrices, ranked, own).tolist())
    listed, asked = [], []
    picked = spread([home[at] for at in strong], [scores[at] for at in strong], top)
    for at in sorted((strong[place] for place in picked), key=lambda at: -scores[at]):
        row = int(rows[at])
        columns = [c for c in matrices.used[row].indices.tolist() if c in about]
        columns.sort(key=lambda c: (-ranked.reached.tamed_concepts[c], c))
        place = _place(matrices, home[at]) if home[at] >= 0 else None
        shares = tuple(matrices.label[c] for c in columns[:SHARED])
        identifier, year = matrices.document[row], int(matrices.year[row]) or None
        listed.append(Found(identifier, "", str(matrices.kind[row]), year, scores[at], place, shares))
        forms = [matrices.form[c] for c in columns[:2]]
        if forms:
            other = forms[1] if len(forms) > 1 else ""
            asked.append(Wanted(f"document\x1f{identifier}", forms[0], other, (int(matrices.doc[row]),)))
        else:
            asked.append(Wanted(f"document\x1f{identifier}", "", "", ()))
    return listed, asked


def _titled(ledger: Ledger, documents: list[Found]) -> tuple[Found, ...]:
    with ledger.reading() as connection:
        titles = dict(
            connection.execute(
                "SELECT id, title FROM document WHERE id IN (SELECT unnest(?::VARCHAR[]))",
                [[one.id for one in documents]],
            ).fetchall()
        )
    return tuple(replace(one, title=titles.get(one.id, "")) for one in documents)


def _method(
    matrices: Matrices, ask: NeedAsk, own: Own, one: Candidate, told: Mapping[str, tuple[Quote, ...]]
) -> Method:
    key = f"{one.concept}\x1f"
    steps = tuple(
        Step(name[len(key) :], quote) for name in told if name.startswith(key) for quote in told[name]
    )
    using = matrices.rows_using(one.concept)
    using = using[~own.inside[using]]
    usable = levelled(matrices)
    counts = np.asarray((matrices.stands[using] > 0).sum(0)).ravel() * usable
    for place in own.places:
        counts[matrices.column(place.id)] = 0
    fields = tuple(_place(matrices, int(column)) for column in best(counts.astype(np.float64), 3))
    concept, through = term(matrices, one.concept), term(matrices, one.through)
    text = ask.text
    return Method(text, concept, one.sort, one.score, one.tried, one.elsewhere, fields, through, steps)


def _place(matrices: Matrices, column: int) -> Place:
    size = int(matrices.stands_by.indptr[column + 1] - matrices.stands_by.indptr[column])
    return Place(matrices.domain[column], matrices.domain_label[column], str(matrices.layer[column]), size)


def _fields(
    matrices: Matrices, ranked: Ranked, rows: NDArray[np.int64], home: list[int]
) -> tuple[FieldFound, ...]:
    """Add up, for each field, the scores of its three best documents: more would reward size alone."""
    scores: dict[int, list[float]] = {}
    for row, column in zip(rows, home, strict=True):
        if column >= 0:
            scores.setdefault(column, []).append(float(ranked.fused[row]))
    order = sorted(scores, key=lambda column: (-sum(scores[column][:3]), column))
    return tuple(
        FieldFound(_place(matrices, column), sum(scores[column][:3]), len(scores[column])) for column in order
    )


def _notes(ask: NeedAsk, own: Own, index: Index, unknown: tuple[str, ...]) -> tuple[str, ...]:
    names = ", ".join(f"{place.label} ({place.id})" for place in own.places)
    said = (
        "stated" if own.stated else "inferred from the documents closest to the need; --field states another"
    )
    notes = [
        f"Your own field: {names} ({said})."
        if names
        else "No field of your own could be inferred: all count."
    ]
    if unknown:
        notes.append("In no document: " + ", ".join(unknown[:20]) + ".")
    if ask.encoder:
        notes.append(f"Documents near in meaning count too, as the encoder {ask.encoder!r} sees them.")
    if len(ask.text) > CHARACTERS:
        notes.append(f"Only the first {CHARACTERS:,} characters of the need were read.")
    notes.append("An answer was used near something the need is about; that it helps is for you to judge.")
    return tuple(notes)
