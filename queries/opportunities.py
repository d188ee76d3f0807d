"""Opportunities: what one domain needs and another may solve, by four numbers that are shown, never hidden in one.

It promises the Pareto front of relevance, plausibility, room and feasibility, with the sentences that speak
against a solution beside it, and marks what content finds plausible though no people join it. It refuses a
probability: plausibility is a lift over equally frequent pairs, with its bounds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.ids import mint
from silobridge.kg.ledger.store import Ledger
from silobridge.queries.bridges.characteristic import Floats, Rows, window
from silobridge.queries.bridges.predicted import predicted
from silobridge.queries.bridges.record import Ask, Bridge, Place, Term
from silobridge.queries.bridges.sides import sides
from silobridge.queries.helix.uses import layer_of
from silobridge.queries.matrices import Matrices

WALKS = 2
APART = 1.0
FALSE = 0.05
LEAST_LIST = 5
WORDS = 2
LEADS = "No candidate passes the false discovery rate: these are leads to look at, no findings (see q)."

_FAILURES = """
    WITH wanted AS (SELECT unnest(?::VARCHAR[]) AS form),
    told AS (
        SELECT w.form, s.doc, s.sentence, s.start, s.stop,
               s.polarity = 'negated' OR s.predicate IN ('limited-by', 'degrades') AS against
        FROM wanted w JOIN statement s ON s.subject = w.form),
    ranked AS (
        SELECT t.*, row_number() OVER (PARTITION BY t.form, t.against ORDER BY d.id, t.sentence, t.start) AS n,
               d.id, d.text
        FROM told t JOIN document d USING (doc)),
    counted AS (SELECT form, count(DISTINCT doc) AS documents,
                       count(DISTINCT CASE WHEN against THEN doc END) AS against FROM told GROUP BY form)
    SELECT c.form, c.documents, c.against,
           list({'id': r.id, 'text': substr(r.text, r.start + 1, r.stop - r.start)} ORDER BY r.n)
               FILTER (WHERE r.against AND r.n <= ?)
    FROM counted c LEFT JOIN ranked r USING (form) GROUP BY ALL ORDER BY c.form"""


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A need of one domain and a concept of another that may solve it.

    `relevance` (0 to 1) is the lower bound of how much more the needing domain uses the need than its layer
    does, as low ÷ (1 + low). `plausibility` is the lift of the path weight over equally frequent pairs, `low`
    and `high` its bounds. `occupancy` (0 to 1) is the smoothed share of the solution's documents that already
    stand in the needing domain. `feasibility` (0 to 1) is the smoothed share of the solution's documents that
    are patents or of industry, times the share of documents with claims about it that speak not against it:
    `against` of `claimed` do, and `objections` quotes some. `apart` is how much more content joins the two than
    people do, in standard deviations over the list; `consensus` says what follows from it.
    """

    need: Term
    solution: Term
    relevance: float
    plausibility: float
    low: float
    high: float
    q: float
    occupancy: float
    feasibility: float
    score: float
    front: bool
    documents: tuple[int, int]
    claimed: int
    against: int
    objections: tuple[tuple[str, str], ...]
    apart: float
    consensus: str
    through: tuple[Term, ...] = ()
    id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", mint("opportunity", self.need.form, self.solution.form))


@dataclass(frozen=True, slots=True)
class Opportunities:
    """An answer: the Pareto front first, then the rest, each by lower bound of lift × relevance × room."""

    title: str
    opportunities: tuple[Opportunity, ...]
    tested: int
    position: int
    needing: Place
    solving: Place
    notes: tuple[str, ...] = ()


def opportunities(ledger: Ledger, matrices: Matrices, ask: Ask) -> Opportunities:
    """List what `ask.source` (the needing domain) could take from `ask.target` (the solving one).

    Candidates are the predicted bridges between them.

    Raises
    ------
    NothingFound, UnknownName, UsageError
        As `sides` does; an answer without opportunities is no error.
    """
    two, found = sides(matrices, ask), predicted(matrices, ask)
    leads: tuple[str, ...] = ()
    if not found.bridges:
        found = predicted(matrices, replace(ask, unproven=True))
        leads = (LEADS,) if found.bridges else ()
    live = window(matrices, ask.since, ask.until)
    forms = sorted({bridge.target.form for bridge in found.bridges})
    claims = _claims(ledger, forms)
    near = people(ledger, matrices, [(b.source.form, b.target.form) for b in found.bridges])
    beyond = apart(np.array([b.low for b in found.bridges]), near)
    listed = []
    for bridge, away in zip(found.bridges, beyond, strict=True):
        side = two.source_profile.side(matrices.form.find(bridge.source.form))
        solution = matrices.rows_using(matrices.form.find(bridge.target.form))
        solution = solution[live[solution]]
        listed.append(
            _opportunity(matrices, bridge, (side.low, float(away)), (solution, two.source_rows), claims)
        )
    values = np.array([[o.relevance, o.low, 1 - o.occupancy, o.feasibility] for o in listed]).reshape(-1, 4)
    front = pareto(values)
    told = [replace(one, front=bool(best)) for one, best in zip(listed, front, strict=True)]
    told.sort(key=lambda one: (not one.front, -one.score, one.id))
    notes = (
        *two.notes,
        *leads,
        "Front: no other candidate is as good in all four numbers and better in one. A score for order only: lower "
        "bound of lift × relevance × (1 − occupancy).",
        "No claim against a solution in this graph is no claim for it: authors seldom publish what failed.",
    )
    title = f"What {two.source.label} could take from {two.target.label}"
    return Opportunities(title, tuple(told), found.tested, matrices.position, two.source, two.target, notes)


def _opportunity(
    matrices: Matrices,
    bridge: Bridge,
    numbers: tuple[float, float],
    rows: tuple[Rows, Rows],
    claims: dict[str, Any],
) -> Opportunity:
    low, away = numbers
    solution, needing = rows
    here = len(np.intersect1d(solution, needing))
    # One document in two on nothing: a solution of one document is neither free nor taken for sure.
    occupancy = (here + 0.5) / (len(solution) + 1)
    applied = int((layer_of(matrices)[solution] > 0).sum())
    claimed, against, objections = claims.get(bridge.target.form, (0, 0, ()))
    feasibility = (applied + 0.5) / (len(solution) + 1) * (1 - against / (claimed + 1))
    relevance = low / (1 + low)
    # Far from the crowd is also what noise is: only what holds against chance can be called non-consensus.
    proven = bridge.q <= FALSE and min(bridge.source_documents, bridge.target_documents) >= 2
    if away >= APART and proven:
        consensus = "non-consensus: content joins them, people do not"
    elif away <= -APART:
        consensus = "crowd: people join them already"
    else:
        consensus = "undecided"
    return Opportunity(
        bridge.source, bridge.target, relevance, bridge.lift, bridge.low, bridge.high, bridge.q, occupancy, feasibility,
        bridge.low * relevance * (1 - occupancy), False, (bridge.source_documents, bridge.target_documents), claimed,
        against, objections, away, consensus, bridge.intermediates,
    )  # fmt: skip


def pareto(values: Floats) -> NDArray[np.bool_]:
    """Mark the rows that no other row equals or beats in every column and beats in one. O(n²).

    Examples
    --------
    >>> pareto(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [1.0, 0.0]])).tolist()
    [True, True, False, True]
    """
    at_least = (values[:, None] >= values[None]).all(2)
    better = at_least & (values[:, None] > values[None]).any(2)
    return np.asarray(~better.any(0), np.bool_)


def apart(plausible: Floats, near: Floats) -> Floats:
    """Return z(log plausible) − z(log near) over a list; all 0 where it is too short or has no people.

    After Sourati and Evans 2023: what content makes likely and the walk over people does not reach.
    """
    if len(plausible) < LEAST_LIST or not near.any():
        return np.zeros(len(plausible))
    floor = near[near > 0].min() / 2
    return _standard(np.log(plausible)) - _standard(np.log(np.maximum(near, floor)))


def _standard(values: Floats) -> Floats:
    spread = float(values.std())
    return np.asarray((values - values.mean()) / spread if spread > 0 else np.zeros(len(values)), np.float64)


def people(ledger: Ledger, matrices: Matrices, pairs: Sequence[tuple[str, str]]) -> Floats:
    """Return how likely a walk over documents and their people comes from one concept's to the other's documents.

    Two steps document → person or organisation → document, from a document of the first concept drawn evenly.
    """
    from scipy.sparse import csr_matrix, diags

    with ledger.reading() as connection:
        rows = connection.execute(
            "SELECT DISTINCT doc, agent FROM contributor WHERE agent <> '' ORDER BY ALL"
        ).fetchall()
    place = {int(doc): row for row, doc in enumerate(matrices.doc)}
    agents = {agent: column for column, agent in enumerate(sorted({row[1] for row in rows}))}
    known = [(place[doc], agents[agent]) for doc, agent in rows if doc in place]
    if not known or not pairs:
        return np.zeros(len(pairs))
    at, who = (np.array(column) for column in zip(*known, strict=True))
    shape = (len(matrices.doc), len(agents))
    link = csr_matrix((np.ones(len(at)), (at, who)), shape=shape)

    def even(table: Any) -> Any:
        """Make every row that holds anything sum to one."""
        return diags(1 / np.maximum(np.asarray(table.sum(1)).ravel(), 1)) @ table

    forth, back = even(link), even(link.T.tocsr())
    ends = [tuple(matrices.form.find(form) for form in pair) for pair in pairs]
    starts = sorted({u for u, _ in ends})
    line = {u: n for n, u in enumerate(starts)}
    walk = even(matrices.used_by[:, starts].T.tocsr().astype(np.float64))
    for _ in range(WALKS):
        walk = (walk @ forth) @ back
    walk = walk.tocsr()
    return np.array([float(walk[line[u]][:, matrices.rows_using(v)].sum()) for u, v in ends], np.float64)


def _claims(ledger: Ledger, forms: list[str]) -> dict[str, Any]:
    if not forms:
        return {}
    with ledger.reading() as connection:
        rows = connection.execute(_FAILURES, [forms, WORDS]).fetchall()
    return {
        form: (int(documents), int(against), tuple((one["id"], one["text"]) for one in said or ()))
        for form, documents, against, said in rows
    }
