"""Countries and languages as levels to compare, beside the taxonomies.

It promises that they can be named like any other level (`country:country`, `language:language`). It refuses to
guess either: what the files do not say is in neither.
"""

from dataclasses import replace

import numpy as np

from silobridge.kg.ledger.store import Ledger
from silobridge.queries.matrices import Matrices
from silobridge.queries.names import Names

SCHEMES = ("country", "language")


def with_places(ledger: Ledger, matrices: Matrices) -> Matrices:
    """Return the matrices with the documents' countries and languages among the domains, sorted as before."""
    from scipy.sparse import csr_matrix, hstack

    with ledger.reading() as connection:
        rows = connection.execute(
            """
            SELECT DISTINCT p.doc, 'country:' || p.country AS id, 'country' AS scheme,
                   coalesce(nullif(d.label, ''), p.country) AS label
            FROM place p LEFT JOIN domain d ON d.id = 'country:' || p.country WHERE p.country <> ''
            UNION SELECT doc, 'language:' || language, 'language', language FROM document
            WHERE coalesce(language, '') <> '' ORDER BY ALL"""
        ).fetchall()
    place = {int(doc): row for row, doc in enumerate(matrices.doc)}
    named = {row[1]: (row[2], row[3]) for row in rows if matrices.domain.find(row[1]) < 0}
    new = {name: column for column, name in enumerate(sorted(named))}
    entries = [(place[doc], new[name]) for doc, name, _, _ in rows if doc in place and name in new]
    at = np.array(entries, np.int64).reshape(-1, 2)
    more = csr_matrix(
        (np.ones(len(at), np.float32), (at[:, 0], at[:, 1])), shape=(len(matrices.doc), len(new))
    )
    order = np.argsort(np.array([*matrices.domain, *new], dtype=object), kind="stable")

    def merged(old: object, added: list[str]) -> list[str]:
        """Put old and added texts into the new order."""
        every = [*old, *added]  # type: ignore[misc]
        return [str(every[i]) for i in order]

    names = sorted(named)
    schemes = [named[name][0] for name in names]
    return replace(
        matrices,
        domain=Names.of(merged(matrices.domain, names)),
        domain_label=Names.of(merged(matrices.domain_label, [named[name][1] for name in names])),
        layer=np.array(merged(matrices.layer, ["place"] * len(names)), np.str_),
        level=np.array(merged(matrices.level, schemes), np.str_),
        scheme=np.array(merged(matrices.scheme, schemes), np.str_),
        parent=Names.of(merged(matrices.parent, [""] * len(names))),
        stands=hstack([matrices.stands, more]).tocsr()[:, order],
    )
