"""Needs that were read in as documents, matched with what has come since.

It promises that only documents which came into the ledger after a position are listed, each with the need
it fits. It refuses matches that share no telling word with the need, where no encoder was named.
"""

import numpy as np

from silobridge.kg.errors import NothingFound
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.models.vectors import encoder as load
from silobridge.queries.matrices import Matrices
from silobridge.queries.need.fields import own_field
from silobridge.queries.need.index import index
from silobridge.queries.need.linking import CHARACTERS
from silobridge.queries.need.meaning import meaning
from silobridge.queries.need.ranking import best, rank
from silobridge.queries.table import Row, Table

MOST_NEEDS = 1000
BAR = 0.15
"""A document matches when it scores this share of the best document of the whole graph for that need."""


def stored(ledger: Ledger, matrices: Matrices, since: int = 0, top: int = 10, encoder: str = "") -> Table:
    """List what matches each stored need among the documents that came after a journal position.

    With an encoder what is near in meaning counts beside shared words.

    Raises
    ------
    NothingFound
        If the graph holds no need.
    """
    with ledger.reading() as connection:
        needs = connection.execute(
            "SELECT doc, id, title, substr(text, 1, ?) FROM document WHERE kind = 'need' ORDER BY id LIMIT ?",
            [CHARACTERS, MOST_NEEDS],
        ).fetchall()
        arrived = connection.execute(
            "SELECT doc, max(position) FROM journal WHERE action <> 'forget' AND doc IS NOT NULL GROUP BY doc"
        ).fetchall()
    if not needs:
        raise NothingFound(
            "this graph holds no need", expected="a Markdown file with `kind: need` in its front matter",
            hint="kg ingest add need.md --into GRAPH",
        )  # fmt: skip
    came = dict(arrived)
    position = np.array([came.get(int(doc), 0) for doc in matrices.doc], np.int64)
    fresh = (position > since) & (matrices.kind != "need")
    found = index(ledger, matrices)
    near = meaning(ledger, matrices, load(encoder)) if encoder else None
    rows: list[Row] = []
    for _, identifier, title, text in needs:
        ranked = rank(ledger, matrices, text, found, near)
        others = np.where(matrices.kind == "need", 0.0, ranked.fused)
        own = own_field(matrices, np.where(matrices.kind == "need", 0.0, ranked.lexical), ())
        bar = BAR * others.max(initial=0.0)
        for row in best(np.where(fresh, others, 0.0), top):
            if others[row] >= bar and ranked.lexical[row] > 0:
                where = "own field" if own.inside[row] else "another field"
                rows.append((identifier, title, matrices.document[int(row)], str(matrices.kind[row]), where,
                             float(f"{others[row]:.3g}"), int(position[row])))  # fmt: skip
    titles = _titles(ledger, [str(row[2]) for row in rows])
    rows = [(*row[:3], titles.get(str(row[2])), *row[3:]) for row in rows]
    columns = ("need", "title", "document", "document title", "kind", "from", "score", "position")
    note = f"{len(needs)} needs; next time ask --since {matrices.position}"
    return Table(columns, rows, "Matches of stored needs", matrices.position, note)


def _titles(ledger: Ledger, identifiers: list[str]) -> dict[str, str]:
    with ledger.reading() as connection:
        rows = connection.execute(
            "SELECT id, title FROM document WHERE id IN (SELECT unnest(?::VARCHAR[]))",
            [sorted(set(identifiers))],
        ).fetchall()
    return dict(rows)
