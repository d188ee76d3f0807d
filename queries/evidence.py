"""The sentences behind a finding, exactly as the documents say them.

It promises that every quoted sentence and every marked span equals the stored text, and that the choice
is the same whatever the order of rows: claims first, then sentences with both terms, then short readable
ones. It refuses one statement per question: many questions are answered by few statements.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.ledger.store import Ledger
from silobridge.queries.bridges.characteristic import Rows, window
from silobridge.queries.bridges.record import Bridge
from silobridge.queries.bridges.sides import at_home
from silobridge.queries.matrices import Matrices

DOCUMENTS_EACH = 12
"""So many documents are searched for each question: the ones that use the terms most."""

WAYS = 3
"""So many ways round are shown for a predicted link, each with a sentence on every hop."""

READABLE = 180
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Span:
    """A marked stretch of a sentence, in characters from the sentence's start."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a document, with what it is quoted for marked.

    `start` and `stop` are offsets into the document's stored text; `predicate` is empty unless the
    sentence states a claim about the two terms; `together` says that both terms stand in it.
    """

    document: str
    title: str
    year: int | None
    kind: str
    text: str
    start: int
    stop: int
    spans: tuple[Span, ...]
    together: bool = False
    predicate: str = ""
    polarity: str = ""
    hedged: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question for a sentence: a concept, perhaps with another, in one of some documents.

    `one` and `other` are forms; `documents` are the ledger's internal numbers, best first.
    """

    key: str
    one: str
    other: str
    documents: tuple[int, ...]


_HITS = """
    WITH hit AS (
        SELECT w.ask, w.doc, r.sentence, r.start, r.stop, r.form = w.one AS first, w.place
        FROM wanted w JOIN reference r ON r.doc = w.doc AND (r.form = w.one OR r.form = w.other)
        WHERE r.doc IN ({numbers})),
    said AS (
        SELECT w.ask, w.doc, e.sentence, min(e.predicate) AS predicate, min(e.polarity) AS polarity,
               bool_or(e.hedged) AS hedged
        FROM wanted w JOIN statement e ON e.doc = w.doc
             AND ((e.subject = w.one AND e.object = w.other) OR (e.subject = w.other AND e.object = w.one))
        WHERE e.doc IN ({numbers}) GROUP BY ALL),
    sentences AS (
        SELECT h.ask, h.doc, h.sentence, min(h.place) AS place,
               bool_or(h.first) AND bool_or(NOT h.first) AS both,
               list(struct_pack(start := h.start, stop := h.stop) ORDER BY h.start, h.stop) AS spans
        FROM hit h GROUP BY ALL),
    ranked AS (
        SELECT s.*, t.start, t.stop, coalesce(c.predicate, '') AS predicate,
               coalesce(c.polarity, '') AS polarity, coalesce(c.hedged, false) AS hedged,
               d.id, d.title, d.year, d.kind,
               row_number() OVER (PARTITION BY s.ask ORDER BY
                   c.predicate IS NULL, NOT s.both, t.stop - t.start > {longest},
                   abs(t.stop - t.start - {readable}) // 60, s.place, d.id, s.sentence) AS n
        FROM sentences s JOIN sentence t ON t.doc = s.doc AND t.sentence = s.sentence
        JOIN document d ON d.doc = s.doc
        LEFT JOIN said c ON c.ask = s.ask AND c.doc = s.doc AND c.sentence = s.sentence)
    SELECT r.ask, r.id, r.title, r.year, r.kind, substr(d.text, r.start + 1, r.stop - r.start), r.start,
           r.stop, r.spans, r.both, r.predicate, r.polarity, r.hedged
    FROM ranked r JOIN document d ON d.doc = r.doc WHERE r.n <= {most} ORDER BY r.ask, r.n"""


def quotes(ledger: Ledger, wanted: Sequence[Wanted], most: int = 1) -> Mapping[str, tuple[Quote, ...]]:
    """Find the best sentences for each question, in one statement for all of them.

    Parameters
    ----------
    wanted
        The questions; a key may stand for several, whose sentences are then told one after the other.
    most
        At most so many sentences a question, from different documents or not.

    Returns
    -------
    Mapping
        Quotes by key; a question without a sentence has an empty entry.
    """
    found: dict[str, tuple[Quote, ...]] = {ask.key: () for ask in wanted}
    rows = [
        (number, doc, ask.one, ask.other, place)
        for number, ask in enumerate(wanted)
        for place, doc in enumerate(ask.documents)
    ]
    if not rows:
        return found
    import pyarrow as pa

    names = ("ask", "doc", "one", "other", "place")
    table = pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)})
    numbers = ", ".join(str(doc) for doc in sorted({int(row[1]) for row in rows}))
    query = _HITS.format(numbers=numbers, longest=LONGEST, readable=READABLE, most=int(most))
    with ledger.reading() as connection:
        connection.register("wanted", table)
        answers = connection.execute(query).fetchall()
    for row in answers:
        key = wanted[row[0]].key
        found[key] = (*found[key], _quote(row))
    return found


def _quote(row: Sequence[object]) -> Quote:
    _, identifier, title, year, kind, text, start, stop, spans, together, predicate, polarity, hedged = row
    begin = int(str(start))
    # Mentions of a document nest; a mark covers the outermost ones.
    marks: list[Span] = []
    for span in spans:  # type: ignore[attr-defined]
        low, high = span["start"] - begin, span["stop"] - begin
        if marks and low < marks[-1].stop:
            marks[-1] = Span(marks[-1].start, max(high, marks[-1].stop))
        else:
            marks.append(Span(low, high))
    written = int(str(year)) if year else None
    where = (str(identifier), str(title), written, str(kind), str(text), begin, int(str(stop)))
    return Quote(*where, tuple(marks), bool(together), str(predicate), str(polarity), bool(hedged))


def documents_using(
    matrices: Matrices, concepts: Iterable[int], within: Rows | None = None
) -> tuple[int, ...]:
    """Choose documents that use all those concepts, the ones that use them most first (ties: by identifier).

    Parameters
    ----------
    within
        Only these rows; all where None.
    """
    rows: Rows | None = within
    columns = list(concepts)
    for column in columns:
        using = matrices.rows_using(column)
        rows = using if rows is None else np.intersect1d(rows, using, assume_unique=True)
    if rows is None or not len(rows):
        return ()
    weight = np.asarray(matrices.uses[rows][:, columns].sum(1)).ravel()
    order = np.lexsort((rows, -weight))[:DOCUMENTS_EACH]
    return tuple(int(doc) for doc in matrices.doc[rows[order]])


def bridge_quotes(
    ledger: Ledger,
    matrices: Matrices,
    bridges: Sequence[Bridge],
    since: int | None = None,
    until: int | None = None,
) -> Mapping[str, tuple[tuple[str, Quote], ...]]:
    """Find, for each bridge, sentences on both of its sides, each with the words that say what it shows.

    Returns
    -------
    Mapping
        By bridge identifier: (what it shows, the sentence), source side first.
    """
    live = window(matrices, since, until)
    wanted: list[Wanted] = []
    for bridge in bridges:
        wanted.extend(_asked(matrices, bridge, live))
    answers = quotes(ledger, wanted)
    told: dict[str, list[tuple[str, Quote]]] = {bridge.id: [] for bridge in bridges}
    seen: set[str] = set()
    for ask in wanted:
        if ask.key in seen:
            continue
        seen.add(ask.key)
        identifier, _, shows = ask.key.partition("\x1f")
        told[identifier].extend((shows, quote) for quote in answers[ask.key])
    for identifier, shows, quote in _apart(ledger, wanted, answers):
        at = next(n for n, one in enumerate(told[identifier]) if one[0] == shows)
        told[identifier].insert(at + 1, (f"{shows}, elsewhere in the document", quote))
    return {identifier: tuple(some) for identifier, some in told.items()}


def _apart(
    ledger: Ledger, wanted: Sequence[Wanted], answers: Mapping[str, Sequence[Quote]]
) -> list[tuple[str, str, Quote]]:
    """Find, where a document has two terms in different sentences, the sentence with the other one, too."""
    more: list[Wanted] = []
    numbers = {number for ask in wanted for number in ask.documents}
    with ledger.reading() as connection:
        named = dict(
            connection.execute(
                "SELECT id, doc FROM document WHERE doc IN (SELECT unnest(?::INTEGER[]))", [sorted(numbers)]
            ).fetchall()
        )
    seen = set()
    for ask in wanted:
        found = answers[ask.key]
        if ask.other and found and not found[0].together and ask.key not in seen:
            seen.add(ask.key)
            document = (named[found[0].document],)
            more += [Wanted(f"{ask.key}\x1f{form}", form, "", document) for form in (ask.one, ask.other)]
    others = quotes(ledger, more)
    told = []
    for ask in more:
        key, _, _ = ask.key.rpartition("\x1f")
        identifier, _, shows = key.partition("\x1f")
        first = answers[key][0]
        told += [(identifier, shows, quote) for quote in others[ask.key] if quote.start != first.start]
    return told


def _own(matrices: Matrices, concept: int, here: Rows, there: Rows) -> Rows:
    """Prefer documents of one side alone, where the concept has some."""
    alone = np.setdiff1d(here, there)
    return alone if documents_using(matrices, [concept], alone) else here


def _asked(matrices: Matrices, bridge: Bridge, live: NDArray[np.bool_]) -> list[Wanted]:
    """Say which sentences would show a bridge: what they show, the concepts, and the documents to look in."""
    u, v = matrices.form.find(bridge.source.form), matrices.form.find(bridge.target.form)
    everywhere = np.flatnonzero(live).astype(np.int32)
    ends = (bridge.source_domain, bridge.target_domain)
    side_a, side_b = (
        np.intersect1d(at_home(matrices, matrices.rows(here.id), here.layer, there.layer), everywhere)
        for here, there in (ends, ends[::-1])
    )
    asks: list[tuple[str, list[int], Rows]] = []
    if bridge.kind == "concept":
        asks.append((f"in {bridge.source_domain.label}", [u], _own(matrices, u, side_a, side_b)))
        asks.append((f"in {bridge.target_domain.label}", [v], _own(matrices, v, side_b, side_a)))
    elif bridge.kind == "link":
        asks.append(("both together", [u, v], everywhere))
        asks.append((f"{bridge.source.label} in {bridge.source_domain.label}", [u], side_a))
        asks.append((f"{bridge.target.label} in {bridge.target_domain.label}", [v], side_b))
    else:
        for between in bridge.intermediates[:WAYS]:
            b = matrices.form.find(between.form)
            asks.append((f"{bridge.source.label} with {between.label}", [u, b], side_a))
            asks.append((f"{between.label} with {bridge.target.label}", [v, b], side_b))
    # A pair that never meets on its own side is shown where it does; a single term is never shown elsewhere.
    asks = [
        (
            shows,
            columns,
            rows if len(columns) == 1 or documents_using(matrices, columns, rows) else everywhere,
        )
        for shows, columns, rows in asks
    ]
    return [
        Wanted(
            f"{bridge.id}\x1f{shows}",
            matrices.form[columns[0]],
            matrices.form[columns[1]] if len(columns) > 1 else "",
            documents_using(matrices, columns, rows),
        )
        for shows, columns, rows in asks
    ]
