"""Evidence paths: how one thing reaches another, with a sentence on every hop.

It promises that each hop says how it is made (a claim, one sentence, one document, or standing in a
domain) and by how many documents, and that paths differ in what they pass through. It refuses hops
between spellings of one thing, and paths longer than asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.errors import NothingFound, UsageError
from silobridge.kg.ids import mint
from silobridge.kg.ledger.store import Ledger
from silobridge.queries.bridges.characteristic import Floats, Rows, window
from silobridge.queries.bridges.grouping import akin_pairs
from silobridge.queries.evidence import Quote, Wanted, documents_using, quotes
from silobridge.queries.lookup import concept_column
from silobridge.queries.matrices import Matrices

How = Literal["claim", "sentence", "document", "stands in"]

BALL = 120
"""So many neighbours of each end are looked through: the most specific company it keeps."""

ELSEWHERE = 0.25
"""What a document that uses both terms in different sentences counts, beside one sentence with both."""

PER_HOP = 0.3
AGAIN = 1.5
QUOTES = 2


@dataclass(frozen=True, slots=True)
class PathAsk:
    """What is asked: how many paths, how long, in which years."""

    top: int = 3
    max_hops: int = 4
    since: int | None = None
    until: int | None = None

    def __post_init__(self) -> None:
        if self.top < 1 or not 1 <= self.max_hops <= 6:
            raise UsageError("top counts from 1, max_hops from 1 to 6", where=f"{self.top}, {self.max_hops}")


@dataclass(frozen=True, slots=True)
class End:
    """One end of a path, or a stop on it: a concept with its form, a domain or a document."""

    id: str
    label: str
    what: Literal["concept", "domain", "document"]
    form: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """One step: `documents` use both ends, `same_sentence` of them in one sentence."""

    source: End
    target: End
    how: How
    documents: int
    same_sentence: int
    claims: int
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """Hops in order; `weakest` is the fewest documents behind any of them, `cost` what the order is by."""

    hops: tuple[Hop, ...]
    weakest: int
    cost: float

    @property
    def id(self) -> str:
        """An identifier that depends on what the path passes through alone."""
        return mint("path", self.hops[0].source.id, *(hop.target.id for hop in self.hops))

    @property
    def label(self) -> str:
        """The path's stops, in order."""
        return " → ".join([self.hops[0].source.label, *(hop.target.label for hop in self.hops)])


@dataclass(frozen=True, slots=True)
class Paths:
    """An answer: paths, the least costly first."""

    title: str
    paths: tuple[Path, ...]
    position: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Start:
    """An end laid out: what it is, its documents, and the concepts a path may leave by."""

    end: End
    rows: Rows | None
    concepts: NDArray[np.int64]


@dataclass(frozen=True)
class _Ground:
    """The concepts looked through and what joins them; the two ends stand behind the concepts."""

    concept: NDArray[np.int64]
    documents: Floats
    same: Floats
    claims: Floats
    cost: Floats


def paths(ledger: Ledger, matrices: Matrices, source: str, target: str, ask: PathAsk | None = None) -> Paths:
    """Find diverse paths between two concepts, domains or documents, each named by identifier or words.

    The cost of a hop is −log(n ÷ (n + 2)), n the documents with both terms in one sentence or in a claim
    plus a quarter of the others; a concept passed through costs the log of its frequency, so hubs are
    dear; each hop costs a little. After a path is taken, its concepts cost more. O(neighbours of the ends).

    Raises
    ------
    UnknownName
        If an end is no concept, domain or document of the graph.
    NothingFound
        If no path of at most that many hops joins them.
    """
    ask = ask or PathAsk()
    live = window(matrices, ask.since, ask.until)
    a, b = _start(ledger, matrices, source, live), _start(ledger, matrices, target, live)
    if a.end.id == b.end.id:
        raise UsageError("a path needs two ends", where=a.end.id)
    ground = _ground(ledger, matrices, a, b, live)
    found = _search(ground, ask)
    if not found:
        raise NothingFound(
            f"no path of at most {ask.max_hops} hops from {a.end.label} to {b.end.label}",
            hint="allow more hops, or other years",
        )
    told = [_tell(matrices, ground, (a, b), nodes, cost) for nodes, cost in found]
    told = _quote(ledger, matrices, (a, b), told, live)
    notes = (
        "A hop says that documents name both things, not that one causes the other; read the sentences.",
        f"Only the {BALL} most specific neighbours of each end were looked through.",
    )
    return Paths(f"From {a.end.label} to {b.end.label}", tuple(told), matrices.position, notes)


def _start(ledger: Ledger, matrices: Matrices, text: str, live: NDArray[np.bool_]) -> _Start:
    if matrices.domain.find(text) >= 0:
        rows = matrices.rows(text)
        rows = rows[live[rows]]
        label = matrices.domain_label[matrices.column(text)]
        return _Start(End(text, label, "domain"), rows, _specific(matrices, rows))
    at = matrices.document.find(text)
    if at >= 0:
        rows = np.array([at], np.int32)
        return _Start(End(text, text, "document"), rows, _specific(matrices, rows))
    concept = concept_column(ledger, matrices, text)
    return _Start(_concept_end(matrices, concept), None, np.array([concept], np.int64))


def _concept_end(matrices: Matrices, concept: int) -> End:
    return End(matrices.identifier(concept), matrices.label[concept], "concept", matrices.form[concept])


def _specific(matrices: Matrices, rows: Rows) -> NDArray[np.int64]:
    """Choose the concepts those documents use most beyond what their frequency explains."""
    counts = np.bincount(matrices.used[rows].indices, minlength=matrices.used.shape[1])
    return _foremost(matrices, counts.astype(np.float64), rows)


def _foremost(matrices: Matrices, counts: Floats, rows: Rows) -> NDArray[np.int64]:
    """Choose what those documents use more than their number of terms lets expect, specific things first."""
    share = matrices.used[rows].nnz / max(1, matrices.used.nnz)
    # A single meeting counts little: almost anything has met anything rare once.
    beyond = counts - share * matrices.frequency - (0.9 if len(rows) > 1 else 0.0)
    score = np.maximum(beyond, 0) / np.sqrt(np.maximum(matrices.frequency, 1))
    some = np.flatnonzero(score)
    return np.asarray(some[np.lexsort((some, -score[some]))][:BALL], np.int64)


def _ground(ledger: Ledger, matrices: Matrices, a: _Start, b: _Start, live: NDArray[np.bool_]) -> _Ground:
    used = matrices.used if live.all() else matrices.used[np.flatnonzero(live)]
    near = [start.concepts for start in (a, b)]
    for start in (a, b):
        if start.rows is None:
            rows = matrices.rows_using(int(start.concepts[0]))
            near.append(_specific(matrices, rows[live[rows]]))
    concept = np.unique(np.concatenate(near))
    size = len(concept)
    part = used[:, concept]
    documents, same, claims = (np.zeros((size + 2, size + 2)) for _ in range(3))
    documents[:size, :size] = (part.T @ part).toarray()
    same[:size, :size] = _same_sentence(ledger, matrices, concept, live)
    said = matrices.claims[concept][:, concept].toarray()
    claims[:size, :size] = said + said.T
    for node, start in ((size, a), (size + 1, b)):
        row = np.isin(concept, start.concepts).astype(np.float64)
        if start.rows is not None:
            row *= np.asarray(matrices.used[start.rows][:, concept].sum(0), np.float64).ravel()
        documents[node, :size] = documents[:size, node] = row
    cost = _cost(matrices, concept, (documents, same, claims), (a, b))
    return _Ground(concept, documents, same, claims, cost)


def _cost(
    matrices: Matrices,
    concept: NDArray[np.int64],
    counts: tuple[Floats, Floats, Floats],
    ends: tuple[_Start, _Start],
) -> Floats:
    documents, same, claims = counts
    size = len(concept)
    close = np.maximum(same, claims)
    support = close + ELSEWHERE * np.maximum(documents - close, 0)
    length = np.diff(matrices.used.indptr).astype(np.float64)
    crowding = float((length**2).sum()) / max(1.0, float(length.sum()) ** 2)
    chance = np.outer(matrices.frequency[concept], matrices.frequency[concept]) * crowding
    # What chance alone brings together supports nothing.
    support[:size, :size] *= np.maximum(1 - chance / np.maximum(documents[:size, :size], 1), 0)
    with np.errstate(divide="ignore"):
        cost = np.where(support > 0, -np.log(support / (support + 2)) + PER_HOP, np.inf)
    # A concept joined to its own end is the end: that step is free and adds no hop.
    forms = [matrices.form[int(c)] for c in concept]
    inner = cost[:size, :size]
    inner[akin_pairs(forms, forms)] = np.inf
    passing = np.log(np.log(2 + matrices.frequency[concept]) / np.log(3))
    cost[:, :size] += np.maximum(passing, 0)
    for node, start in ((size, ends[0]), (size + 1, ends[1])):
        if start.rows is None:
            cost[node, :size] = np.where(np.isfinite(cost[node, :size]), 0.0, np.inf)
            cost[:size, node] = np.where(np.isfinite(cost[:size, node]), 0.0, np.inf)
    np.fill_diagonal(cost, np.inf)
    return cost


def _same_sentence(
    ledger: Ledger, matrices: Matrices, concept: NDArray[np.int64], live: NDArray[np.bool_]
) -> Floats:
    """Count, for each pair of those concepts, the documents that name both in one sentence."""
    import pyarrow as pa

    counts = np.zeros((len(concept), len(concept)))
    forms = pa.table({"form": [matrices.form[int(c)] for c in concept], "at": np.arange(len(concept))})
    with ledger.reading() as connection:
        connection.register("looked", forms)
        connection.register("counted", pa.table({"doc": matrices.doc[live]}))
        answer = connection.execute(
            """
            WITH r AS (
                SELECT DISTINCT m.doc, m.sentence, l.at
                FROM reference m JOIN looked l USING (form) JOIN counted USING (doc))
            SELECT a.at AS one, b.at AS other, count(DISTINCT a.doc) AS n
            FROM r a JOIN r b ON a.doc = b.doc AND a.sentence = b.sentence AND a.at < b.at GROUP BY ALL"""
        ).to_arrow_table()
    one, other = answer["one"].to_numpy(), answer["other"].to_numpy()
    counts[one, other] = counts[other, one] = answer["n"].to_numpy()
    return counts


def _search(ground: _Ground, ask: PathAsk) -> list[tuple[list[int], float]]:
    """Take the cheapest path, make its concepts dearer, and search again."""
    size = len(ground.concept)
    cost = ground.cost.copy()
    found: list[tuple[list[int], float]] = []
    seen: set[tuple[int, ...]] = set()
    for _ in range(4 * ask.top):
        nodes = _cheapest(cost, size, size + 1, ask.max_hops + _free(ground, size) + _free(ground, size + 1))
        if nodes is None or len(found) == ask.top:
            break
        if tuple(nodes) not in seen:
            seen.add(tuple(nodes))
            steps = pairwise(nodes)
            found.append((nodes, float(sum(ground.cost[i, j] for i, j in steps))))
        inner = [node for node in nodes if node < size and not _is_end(ground, node, size)]
        if inner:
            cost[:, inner] += AGAIN
        else:
            # A direct hop has nothing to pass through: the hop itself is told once.
            ends = [node for node in nodes if node < size]
            cost[ends[0], ends[-1]] = cost[ends[-1], ends[0]] = np.inf
    return sorted(found, key=lambda one: (one[1], one[0]))


def _free(ground: _Ground, node: int) -> int:
    finite = ground.cost[node][np.isfinite(ground.cost[node])]
    return int(len(finite) > 0 and float(finite.max()) == 0.0)


def _is_end(ground: _Ground, node: int, size: int) -> bool:
    return bool(ground.cost[size, node] == 0.0 or ground.cost[size + 1, node] == 0.0)


def _cheapest(cost: Floats, start: int, stop: int, steps: int) -> list[int] | None:
    """Return the cheapest walk of at most that many steps (Bellman–Ford by number of steps)."""
    best = np.full((steps + 1, len(cost)), np.inf)
    before = np.zeros((steps + 1, len(cost)), np.int64)
    best[0, start] = 0.0
    for step in range(1, steps + 1):
        reached = best[step - 1][:, None] + cost
        before[step] = reached.argmin(0)
        best[step] = reached.min(0)
    step = int(best[:, stop].argmin())
    if not np.isfinite(best[step, stop]):
        return None
    nodes = [stop]
    for at in range(step, 0, -1):
        nodes.append(int(before[at, nodes[-1]]))
    return nodes[::-1]


def _tell(
    matrices: Matrices, ground: _Ground, starts: tuple[_Start, _Start], nodes: list[int], cost: float
) -> Path:
    size = len(ground.concept)
    hops = []
    for i, j in pairwise(nodes):
        outer = next((node for node in (i, j) if node >= size), None)
        if outer is not None and starts[outer - size].rows is None:
            continue
        ends = [_end(matrices, ground, starts, node) for node in (i, j)]
        counts = [int(table[i, j]) for table in (ground.documents, ground.same, ground.claims)]
        how: How = "stands in" if outer is not None else _how(counts)
        hops.append(Hop(ends[0], ends[1], how, counts[0], counts[1], counts[2]))
    return Path(tuple(hops), min(hop.documents for hop in hops), cost)


def _how(counts: Sequence[int]) -> How:
    if counts[2]:
        return "claim"
    return "sentence" if counts[1] else "document"


def _end(matrices: Matrices, ground: _Ground, starts: tuple[_Start, _Start], node: int) -> End:
    size = len(ground.concept)
    if node >= size:
        return starts[node - size].end
    return _concept_end(matrices, int(ground.concept[node]))


def _quote(
    ledger: Ledger,
    matrices: Matrices,
    starts: tuple[_Start, _Start],
    told: list[Path],
    live: NDArray[np.bool_],
) -> list[Path]:
    """Fetch the sentences of all hops of all paths at once."""
    rows = {start.end.id: start.rows for start in starts}
    within = np.flatnonzero(live).astype(np.int32)
    wanted: list[Wanted] = []
    for at, path in enumerate(told):
        for step, hop in enumerate(path.hops):
            concepts = [
                matrices.form.find(end.form) for end in (hop.source, hop.target) if end.what == "concept"
            ]
            outer = next((end for end in (hop.source, hop.target) if end.what != "concept"), None)
            inside = within if outer is None else rows[outer.id]
            documents = documents_using(matrices, concepts, inside)
            forms = [matrices.form[concept] for concept in concepts]
            wanted.append(Wanted(f"{at}\x1f{step}", forms[0], forms[1] if len(forms) > 1 else "", documents))
    answers = quotes(ledger, wanted, QUOTES)
    return [
        replace(
            path,
            hops=tuple(replace(hop, quotes=answers[f"{at}\x1f{step}"]) for step, hop in enumerate(path.hops)),
        )
        for at, path in enumerate(told)
    ]
