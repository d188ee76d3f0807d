"""Who is behind the documents that answer a need.

It promises persons and organisations by identifier, with the documents that name them. It refuses to join
two people by their names alone: the ledger's identifiers decide.
"""

from collections.abc import Mapping

from silobridge.kg.ledger.store import Ledger
from silobridge.queries.need.record import AgentFound


def people(ledger: Ledger, scores: Mapping[int, tuple[str, float]], top: int) -> tuple[AgentFound, ...]:
    """List the agents of some documents, those with the highest scores together first.

    Parameters
    ----------
    scores
        By internal document number: identifier and score.
    """
    with ledger.reading() as connection:
        rows = connection.execute(
            """
            SELECT agent, first(name ORDER BY name), first(sort ORDER BY sort), max(country),
                   list(DISTINCT doc ORDER BY doc)
            FROM contributor WHERE doc IN (SELECT unnest(?::INTEGER[])) AND agent <> '' GROUP BY agent""",
            [sorted(scores)],
        ).fetchall()
    found = []
    for agent, name, sort, country, docs in rows:
        known = sorted((-scores[doc][1], scores[doc][0]) for doc in docs)
        total = -sum(score for score, _ in known)
        found.append(AgentFound(agent, name, sort, country or "", total, tuple(who for _, who in known)))
    # An organisation first where all else is equal: it can be written to.
    found.sort(key=lambda one: (-one.score, one.sort, one.id))
    return tuple(found[:top])
