"""What belongs beside a bridge: who is there already, what speaks against it, and what would refute it.

It promises counts that can be checked (documents and organisations by side and year, claims by how they are said,
documents with both terms in one sentence apart from the others) and the numbers at which a bridge would fall. It
refuses to weigh them: people do.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from silobridge.kg.ledger.store import Ledger
from silobridge.queries.bridges.characteristic import Rows, window
from silobridge.queries.bridges.existing import LEAST_LIFT as CONCEPT_LIFT
from silobridge.queries.bridges.record import Bridge, Side
from silobridge.queries.bridges.sides import at_home
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import credible_lift

NAMED = 5
"""So many organisations, and so many documents to read, are named."""

STRICT = 1.0
"""A link's or predicted link's lower bound of lift must stay above what chance gives."""


@dataclass(frozen=True, slots=True)
class Occupied:
    """One side: the documents that use its concept, by year, and the organisations behind most of them."""

    domain: str
    documents: int
    years: tuple[tuple[int, int], ...]
    organisations: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """Pieces of evidence that join a bridge's concepts (a shared concept: that are about it on its two sides).

    `failed` are sentences that tell of a failure, `hedged` affirmed ones that hedge or only plan; `ids` are the
    pieces of evidence against, `documents` where they stand.
    """

    affirmed: int = 0
    negated: int = 0
    hedged: int = 0
    failed: int = 0
    ids: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    @property
    def against(self) -> int:
        """Pieces of evidence that deny, doubt or tell of a failure."""
        return self.negated + self.hedged + self.failed


@dataclass(frozen=True, slots=True)
class Dossier:
    """What belongs beside one bridge.

    Of the `together` documents that use both ends of a hop (the pair of a link, the ways round of a predicted
    link), `same_sentence` have them in one sentence. `both_sides` names organisations with documents on each side.
    `refuted_by` says in words at which numbers the bridge would fall, and `read` names the documents to look at
    first.
    """

    sides: tuple[Occupied, Occupied]
    both_sides: tuple[str, ...]
    together: int
    same_sentence: int
    said: Said
    refuted_by: str
    read: tuple[str, ...]


def dossiers(
    ledger: Ledger,
    matrices: Matrices,
    bridges: Sequence[Bridge],
    since: int | None = None,
    until: int | None = None,
) -> Mapping[str, Dossier]:
    """Lay out, for each bridge, what belongs beside it; three statements for all of them.

    Returns
    -------
    Mapping
        By bridge identifier.
    """
    places = {bridge.id: _rows(matrices, bridge, since, until) for bridge in bridges}
    every = sorted({int(matrices.doc[row]) for sides in places.values() for rows in sides for row in rows})
    hops = {bridge.id: _hops(bridge) for bridge in bridges}
    agents = _agents(ledger, every)
    same = _same_sentence(ledger, matrices, sorted({hop for some in hops.values() for hop in some}))
    live = np.flatnonzero(window(matrices, since, until))
    said = _statements(ledger, bridges, {int(doc) for doc in matrices.doc[live]})
    told = {}
    for bridge in bridges:
        sides = [
            _occupied(matrices, domain.id, rows, agents)
            for domain, rows in zip(
                (bridge.source_domain, bridge.target_domain), places[bridge.id], strict=True
            )
        ]
        names = [
            {name for row in rows for name in agents.get(int(matrices.doc[row]), ())}
            for rows in places[bridge.id]
        ]
        met = [same[hop] for hop in hops[bridge.id]]
        told[bridge.id] = Dossier(
            (sides[0], sides[1]), tuple(sorted(names[0] & names[1])[:NAMED]), sum(n for n, _ in met),
            sum(n for _, n in met), said[bridge.id], refutation(bridge), _read(matrices, bridge, places[bridge.id]),
        )  # fmt: skip
    return told


def least_left(observed: int, expected: float, shape: float, limit: float) -> int:
    """Return the largest count at which the lower bound of lift no longer passes a limit; −1 where none does.

    Examples
    --------
    >>> least_left(12, 2.0, 1.0, 1.5)
    7
    """
    counts = np.arange(max(observed, 0) + 1)
    _, low, _ = credible_lift(counts, expected, shape)
    failing = np.flatnonzero(low < limit)
    return int(failing.max()) if len(failing) else -1


def refutation(bridge: Bridge) -> str:
    """Say at which numbers a bridge would fall."""
    if bridge.kind == "predicted":
        ratio = bridge.observed / max(bridge.expected, 1e-12)
        falls = least_left(bridge.common, bridge.common / max(ratio, 1e-12), 1.0, STRICT)
        return (
            "One earlier document that uses both refutes it: look outside this graph. It also falls if "
            f"{max(falls, 0)} or fewer of its {bridge.common} common concepts hold in their sentences."
        )
    if bridge.kind == "link":
        shape = _shape(bridge.observed, bridge.expected, bridge.lift)
        falls = least_left(int(bridge.observed), bridge.expected, shape, STRICT)
        return (
            f"It falls if {max(falls, 0)} or fewer of the {bridge.observed:.0f} documents with both mean these two "
            "things: then the lower bound of lift is under 1."
        )
    parts = []
    for side, domain in zip(bridge.sides, (bridge.source_domain, bridge.target_domain), strict=True):
        falls = least_left(side.observed, side.expected, _shape_of(side), CONCEPT_LIFT)
        parts.append(f"{max(falls, 0)} or fewer of the {side.observed} documents in {domain.label}")
    return f"It falls if {' or '.join(parts)} mean this concept: then the lower bound of lift is under {CONCEPT_LIFT}."


def _shape_of(side: Side) -> float:
    return _shape(side.observed, side.expected, side.lift)


def _shape(observed: float, expected: float, lift: float) -> float:
    """Return the prior's shape back from a shrunken lift = (shape + observed) ÷ (shape + expected)."""
    return max((observed - lift * expected) / (lift - 1), 1e-6) if abs(lift - 1) > 1e-9 else 1.0


def _rows(matrices: Matrices, bridge: Bridge, since: int | None, until: int | None) -> tuple[Rows, Rows]:
    """Return the documents of either domain that use that side's concept."""
    live = window(matrices, since, until)
    ends = (bridge.source_domain, bridge.target_domain)
    told = []
    for here, there, form in zip(ends, ends[::-1], (bridge.source.form, bridge.target.form), strict=True):
        rows = at_home(matrices, matrices.rows(here.id), here.layer, there.layer)
        using = matrices.rows_using(matrices.form.find(form))
        found = np.intersect1d(rows, using, assume_unique=True)
        told.append(found[live[found]].astype(np.int32))
    return told[0], told[1]


def _hops(bridge: Bridge) -> list[tuple[str, str]]:
    """Return the pairs of forms whose meeting a bridge rests on."""
    u, v = bridge.source.form, bridge.target.form
    if bridge.kind == "predicted":
        pairs = [pair for between in bridge.intermediates for pair in ((u, between.form), (between.form, v))]
    else:
        pairs = [(u, v)] if u != v else []
    return [(min(pair), max(pair)) for pair in pairs]


def _occupied(matrices: Matrices, domain: str, rows: Rows, agents: Mapping[int, tuple[str, ...]]) -> Occupied:
    years = Counter(int(matrices.year[row]) for row in rows if matrices.year[row])
    named = Counter(name for row in rows for name in agents.get(int(matrices.doc[row]), ()))
    most = sorted(named.items(), key=lambda one: (-one[1], one[0]))[:NAMED]
    return Occupied(domain, len(rows), tuple(sorted(years.items())), tuple(most))


def _agents(ledger: Ledger, documents: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """Return the organisations of each document, by name."""
    with ledger.reading() as connection:
        rows = connection.execute(
            "SELECT doc, list(DISTINCT name ORDER BY name) FROM contribution WHERE sort = 'organisation'"
            " AND doc IN (SELECT unnest(?::INTEGER[])) GROUP BY doc",
            [list(documents)],
        ).fetchall()
    return {doc: tuple(names) for doc, names in rows}


def _same_sentence(
    ledger: Ledger, matrices: Matrices, hops: Sequence[tuple[str, str]]
) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Count, for each pair of forms, the documents that use both, and those with both in one sentence."""
    if not hops:
        return {}
    docs = {}
    for one, other in hops:
        a, b = (matrices.rows_using(matrices.form.find(form)) for form in (one, other))
        docs[one, other] = len(np.intersect1d(a, b, assume_unique=True))
    with ledger.reading() as connection:
        connection.execute("CREATE TEMP TABLE hop (one VARCHAR, other VARCHAR)")
        connection.execute(
            "INSERT INTO hop SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
            [list(x) for x in zip(*hops, strict=True)],
        )
        rows = connection.execute(
            "WITH r AS (SELECT DISTINCT doc, sentence, form FROM reference"
            "           WHERE form IN (SELECT one FROM hop UNION SELECT other FROM hop)"
            "           AND doc IN (SELECT unnest(?::INTEGER[])))"
            " SELECT h.one, h.other, count(DISTINCT a.doc) FROM hop h JOIN r a ON a.form = h.one"
            " JOIN r b ON b.form = h.other AND b.doc = a.doc AND b.sentence = a.sentence GROUP BY ALL",
            [matrices.doc.tolist()],
        ).fetchall()
    found = {(one, other): count for one, other, count in rows}
    return {hop: (docs[hop], min(found.get(hop, 0), docs[hop])) for hop in hops}


def _statements(ledger: Ledger, bridges: Sequence[Bridge], live: set[int]) -> Mapping[str, Said]:
    """Count the evidence that joins the concepts of each bridge, or is about its one concept."""
    pairs = {pair for bridge in bridges for pair in _hops(bridge)}
    single = {bridge.source.form for bridge in bridges if bridge.kind == "concept"}
    forms = sorted({form for pair in pairs for form in pair} | single)
    with ledger.reading() as connection:
        rows = connection.execute(
            """
            SELECT x.doc, d.id, x.subject, x.object, x.polarity, x.hedged OR x.modality = 'planned', x.failure <> '',
                   'evidence:' || substr(md5(concat_ws(chr(31), d.id, x.start, x.stop, x.subject, x.predicate, x.object,
                                                       x.rule)), 1, 16)
            FROM statement x JOIN document d USING (doc)
            WHERE x.subject IN (SELECT unnest(?::VARCHAR[])) OR x.object IN (SELECT unnest(?::VARCHAR[]))
            ORDER BY ALL""",
            [forms, forms],
        ).fetchall()
    told = {}
    for bridge in bridges:
        wanted = set(_hops(bridge))
        if bridge.kind == "concept":
            own = [row for row in rows if bridge.source.form in (row[2], row[3]) and row[0] in live]
        else:
            own = [
                row for row in rows if (min(row[2], row[3]), max(row[2], row[3])) in wanted and row[0] in live
            ]
        told[bridge.id] = _counted(own)
    return told


def _counted(rows: Sequence[tuple[object, ...]]) -> Said:
    counts: Counter[str] = Counter()
    against = []
    for row in rows:
        sort = (
            "failed" if row[6] else "negated" if row[4] == "negated" else "hedged" if row[5] else "affirmed"
        )
        counts[sort] += 1
        if sort != "affirmed":
            against.append((str(row[7]), str(row[1])))
    return Said(
        counts["affirmed"], counts["negated"], counts["hedged"], counts["failed"],
        tuple(evidence for evidence, _ in against[: 4 * NAMED]),
        tuple(dict.fromkeys(document for _, document in against[: 4 * NAMED])),
    )  # fmt: skip


def _read(matrices: Matrices, bridge: Bridge, places: tuple[Rows, Rows]) -> tuple[str, ...]:
    """Name the documents to read first: of a link those with both, else those of the side with fewer."""
    u, v = (matrices.form.find(form) for form in (bridge.source.form, bridge.target.form))
    if bridge.kind == "link":
        rows = np.intersect1d(matrices.rows_using(u), matrices.rows_using(v), assume_unique=True)
    else:
        rows, u = min((places[0], u), (places[1], v), key=lambda one: (len(one[0]), one[1]))
    weight = np.asarray(matrices.uses[rows][:, u].toarray()).ravel() if len(rows) else np.zeros(0)
    return tuple(matrices.document[int(row)] for row in rows[np.lexsort((rows, -weight))][:NAMED])
