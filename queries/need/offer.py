"""From a result to who needs it: industries, patent classes and firms outside its own field.

It promises that a field is named only where its documents meet the result's concepts more than chance
explains, with the sentence that shows one meeting. It refuses to call a mention a demand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.errors import NothingFound
from silobridge.kg.ledger.store import Ledger
from silobridge.queries.evidence import Wanted, quotes
from silobridge.queries.lookup import concept_column
from silobridge.queries.matrices import Matrices
from silobridge.queries.need.fields import Own, levelled, own_field
from silobridge.queries.need.linking import Linked
from silobridge.queries.need.people import people
from silobridge.queries.need.ranking import best, ranked
from silobridge.queries.statistics import benjamini_hochberg, hypergeometric_tail
from silobridge.queries.table import Row, Table

WEIGHED = 200
FEWEST = 5
SHARE = 0.1
"""A tenth of the other documents is weighed, those the walk reaches most, at least 5 and at most 200."""

KINDS = ("industry", "patent", "need", "project", "case")


@dataclass(frozen=True)
class _Start:
    label: str
    rows: NDArray[np.int64]
    concepts: NDArray[np.int64]


def offer(ledger: Ledger, matrices: Matrices, text: str, top: int = 10, fields: Sequence[str] = ()) -> Table:
    """List industries, patent classes and firms that meet what a document or concept offers.

    Parameters
    ----------
    text
        A document's identifier, or a concept by identifier or name.
    fields
        The result's own field; inferred where empty.

    Raises
    ------
    UnknownName
        If it is neither a document nor a concept of the graph.
    NothingFound
        If nothing outside the result's field meets it.
    """
    start = _start(ledger, matrices, text)
    lexical = np.zeros(len(matrices.document))
    lexical[start.rows] = 1.0
    linked = tuple(Linked(matrices.label[int(c)], int(c), ()) for c in start.concepts)
    reached = ranked(matrices, lexical, linked, ()).reached
    own = own_field(matrices, lexical, fields)
    market = np.isin(matrices.kind, KINDS) & ~own.inside
    market[start.rows] = False
    weighed = max(FEWEST, min(WEIGHED, int(SHARE * market.sum())))
    rows = best(np.where(market, reached.tamed_documents, 0.0), weighed)
    if not len(rows):
        raise NothingFound(
            f"no patent or company document outside its own field meets {start.label}",
            hint="read in documents of industry, or name the own field with --field",
        )
    told = [*_domains(ledger, matrices, (start, own), rows, reached.tamed_documents, top)]
    scores = {
        int(matrices.doc[row]): (matrices.document[int(row)], float(reached.tamed_documents[row]))
        for row in rows
    }
    for agent in people(ledger, scores, 4 * top):
        if agent.sort == "organisation" and len([row for row in told if row[0] == "organisation"]) < top:
            told.append(("organisation", agent.id, agent.name, float(f"{agent.score:.3g}"), len(agent.documents), None,
                         None, None, agent.documents[0]))  # fmt: skip
    columns = ("what", "id", "name", "score", "documents", "expected", "q", "sentence", "document")
    names = ", ".join(f"{place.label} ({place.id})" for place in own.places) or "none inferred"
    return Table(
        columns, told, f"Who meets {start.label}", matrices.position, f"Own field left out: {names}."
    )


def _start(ledger: Ledger, matrices: Matrices, text: str) -> _Start:
    at = matrices.document.find(text)
    if at >= 0:
        columns = matrices.used[at].indices.astype(np.int64)
        rare = np.argsort(matrices.frequency[columns], kind="stable")
        columns = columns[rare][matrices.frequency[columns[rare]] > 1]
        return _Start(text, np.array([at], np.int64), columns[:20])
    concept = concept_column(ledger, matrices, text)
    rows = matrices.rows_using(concept).astype(np.int64)
    return _Start(matrices.label[concept], rows, np.array([concept], np.int64))


def _domains(
    ledger: Ledger,
    matrices: Matrices,
    known: tuple[_Start, Own],
    rows: NDArray[np.int64],
    scores: NDArray[np.float64],
    top: int,
) -> list[Row]:
    """Rank patent classes and industries by how many of the reached documents stand there beyond chance."""
    start, own = known
    market = np.flatnonzero(np.isin(matrices.kind, KINDS) & ~own.inside)
    usable = levelled(matrices) & np.isin(matrices.layer, ("industry", "patent"))
    for place in own.places:
        usable[matrices.column(place.id)] = False
    columns = np.flatnonzero(usable)
    stands = matrices.stands[:, columns] > 0
    seen = np.asarray(stands[rows].sum(0)).ravel()
    there = np.asarray(stands[market].sum(0)).ravel()
    p = hypergeometric_tail(seen, len(rows), there, len(market))
    q = benjamini_hochberg(p)
    expected = len(rows) * there / max(1, len(market))
    weight = np.asarray(scores[rows] @ stands[rows].toarray())
    lift = (seen + 0.5) / (expected + 0.5)
    order = np.lexsort((columns, -weight * np.log1p(lift)))
    chosen = [int(at) for at in order if seen[at] > 0][:top]
    wanted = [_wanted(matrices, start, rows, stands[rows][:, at].toarray().ravel() > 0, at) for at in chosen]
    answers = quotes(ledger, [one for one in wanted if one])
    listed: list[Row] = []
    for at in chosen:
        quote = next(iter(answers.get(str(at), ())), None)
        column = int(columns[at])
        listed.append((
            str(matrices.layer[column]), matrices.domain[column], matrices.domain_label[column],
            float(f"{weight[at]:.3g}"), int(seen[at]), round(float(expected[at]), 2), float(f"{q[at]:.2g}"),
            quote.text if quote else None, quote.document if quote else None,
        ))  # fmt: skip
    return listed


def _wanted(
    matrices: Matrices, start: _Start, rows: NDArray[np.int64], there: NDArray[np.bool_], key: int
) -> Wanted:
    inside = rows[there]
    counts = np.asarray(matrices.used[inside][:, start.concepts].sum(0)).ravel()
    if counts.any():
        concept = int(start.concepts[int(counts.argmax())])
    else:
        near = np.asarray(matrices.weighted[inside].sum(0)).ravel()
        concept = int(near.argmax())
    using = inside[np.asarray(matrices.used[inside][:, concept].todense()).ravel() > 0]
    return Wanted(str(key), matrices.form[concept], "", tuple(int(doc) for doc in matrices.doc[using][:12]))
