"""Which field asks, and which documents lie outside it.

It promises that a field is stated or inferred openly, one for each layer where the need's best documents
crowd in one. It refuses to call a document foreign that stands in the asker's field by crosswalk.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.errors import UnknownName
from silobridge.queries.bridges.record import Place
from silobridge.queries.matrices import Matrices
from silobridge.queries.need.ranking import best

Floats = NDArray[np.float64]

LEVELS = (
    ("openalex", "subfield"), ("arxiv", "category"), ("cpc", "subclass"), ("nace", "division"), ("sic", "industry"),
)  # fmt: skip
"""The levels at which somebody has a field of their own: finer than a science, coarser than a topic."""

CLOSEST = 12
"""The asker's field is inferred from so many documents, the ones whose words fit the need best."""

CROWD = 0.35
"""A domain is the asker's own when it holds this share of what its layer scores."""


@dataclass(frozen=True)
class Own:
    """The asker's field: its domains, whether somebody stated it, and the documents in it."""

    places: tuple[Place, ...]
    stated: bool
    inside: NDArray[np.bool_]


def levelled(matrices: Matrices) -> NDArray[np.bool_]:
    """Mark the domains that can be somebody's field; where a graph has none of the usual levels, all of them."""
    chosen = np.zeros(len(matrices.domain), np.bool_)
    for scheme, level in LEVELS:
        chosen |= (matrices.scheme == scheme) & (matrices.level == level)
    return chosen if chosen.any() else np.ones(len(matrices.domain), np.bool_)


def own_field(matrices: Matrices, lexical: Floats, stated: Sequence[str]) -> Own:
    """Return the asker's field, as stated or as the need's best documents suggest.

    Raises
    ------
    UnknownName
        If a stated domain holds no document of this graph.
    """
    columns = [matrices.column(text) for text in stated] if stated else _crowded(matrices, lexical)
    inside = np.zeros(len(lexical), np.bool_)
    places = []
    for column in columns:
        rows = matrices.rows(matrices.domain[column])
        inside[rows] = True
        label, layer = matrices.domain_label[column], str(matrices.layer[column])
        places.append(Place(matrices.domain[column], label, layer, len(rows)))
    if stated and inside.all():
        raise UnknownName(
            "field with documents outside it", ", ".join(stated), (), hint="name a narrower field"
        )
    return Own(tuple(places), bool(stated), inside)


def _crowded(matrices: Matrices, lexical: Floats) -> list[int]:
    rows = best(lexical, CLOSEST)
    columns = np.flatnonzero(levelled(matrices))
    found = []
    for layer in sorted(set(matrices.layer[columns])):
        these = columns[matrices.layer[columns] == layer]
        part = matrices.stands[rows][:, these].toarray() > 0
        weight = lexical[rows] * part.any(1)
        share = (weight @ part) / max(float(weight.sum()), 1e-12)
        usual = np.diff(matrices.stands_by.indptr)[these] / max(1, len(lexical))
        gain = share - usual
        if part.any() and share[gain.argmax()] >= CROWD:
            found.append(int(these[gain.argmax()]))
    return found


def homes(matrices: Matrices, rows: NDArray[np.int64], own: Own) -> list[int]:
    """Name each document's field: the domain at a usual level in which it stands most; -1 where it has none.

    Ties go to the smaller domain, which says more, then to the identifier.
    """
    usable = levelled(matrices)
    for place in own.places:
        usable[matrices.column(place.id)] = False
    size = np.diff(matrices.stands_by.indptr)
    found = []
    for row in rows:
        part = slice(matrices.stands.indptr[row], matrices.stands.indptr[row + 1])
        columns, weight = matrices.stands.indices[part], matrices.stands.data[part]
        some = usable[columns]
        columns, weight = columns[some], weight[some]
        order = np.lexsort((columns, size[columns], -weight))
        found.append(int(columns[order[0]]) if len(columns) else -1)
    return found
