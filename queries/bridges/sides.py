"""The two sides of a question: their documents, their urns, their characteristic concepts.

It promises that a document standing in both domains is on neither side, and that this is said. It
refuses a question about a domain with itself, or one that leaves a side without documents.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.errors import NothingFound, UsageError
from silobridge.queries.bridges.characteristic import Profile, Rows, background, profile, window
from silobridge.queries.bridges.record import Ask, Place, Term
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import benjamini_hochberg

KINDS = {"science": ("paper",), "patent": ("patent",), "industry": ("industry", "need", "project", "case")}
"""The kinds of document that are a layer's own."""

HOME_FALSE = 0.05
HOME_MOST = 600
"""At most so many concepts are at home in a domain: the least explained by chance."""


@dataclass(frozen=True)
class Sides:
    """Two domains ready to be compared."""

    source: Place
    target: Place
    source_rows: Rows
    target_rows: Rows
    source_profile: Profile
    target_profile: Profile
    live: NDArray[np.bool_]
    notes: tuple[str, ...]


def place(matrices: Matrices, domain: str, documents: int) -> Place:
    """Name a domain with its label, layer and number of documents."""
    column = matrices.column(domain)
    return Place(domain, matrices.domain_label[column], str(matrices.layer[column]), documents)


def term(matrices: Matrices, concept: int) -> Term:
    """Name a concept with its identifier, form, label and type."""
    form = matrices.form[concept]
    return Term(matrices.identifier(concept), form, matrices.label[concept], str(matrices.type[concept]))


def at_home(matrices: Matrices, rows: Rows, layer: str, other: str) -> Rows:
    """Leave out documents of the other layer's kinds, which a crosswalk put here.

    A patent that stands in an industry through its patent class says nothing new about that class.
    """
    foreign = np.isin(matrices.kind[rows], KINDS.get(other, ()))
    return rows if layer == other else rows[~foreign]


def sides(matrices: Matrices, ask: Ask) -> Sides:
    """Lay out the two sides of a question.

    Raises
    ------
    UnknownName
        If no document of the graph stands in one of the domains.
    UsageError
        If both ends are the same domain.
    NothingFound
        If one side has no document of its own in the asked years.
    """
    if ask.source == ask.target:
        raise UsageError("a bridge needs two domains", where=ask.source, hint="name another --to")
    live = window(matrices, ask.since, ask.until)
    a, b = (rows[live[rows]] for rows in (matrices.rows(ask.source), matrices.rows(ask.target)))
    layers = [str(matrices.layer[matrices.column(name)]) for name in (ask.source, ask.target)]
    strict = at_home(matrices, a, layers[0], layers[1]), at_home(matrices, b, layers[1], layers[0])
    # Where a domain holds nothing but the other layer's documents, those that stand in it alone must do.
    a, b = (own if len(own) else whole for own, whole in zip(strict, (a, b), strict=True))
    shared = np.intersect1d(a, b, assume_unique=True)
    own_a, own_b = np.setdiff1d(a, shared), np.setdiff1d(b, shared)
    for name, whole, own in ((ask.source, a, own_a), (ask.target, b, own_b)):
        if not len(own):
            raise NothingFound(
                f"no document of its own: {len(whole)} in the asked years, all in the other domain too",
                where=name,
                hint="ask for a wider domain, other years, or two domains that do not contain each other",
            )
    urn_a = background(matrices, layers[0], live)
    urn_b = urn_a if layers[0] == layers[1] else background(matrices, layers[1], live)
    profiles = (
        profile(matrices, own_a, urn_a, urn_b, ask.minimum),
        profile(matrices, own_b, urn_b, urn_a, ask.minimum),
    )
    ends = place(matrices, ask.source, len(own_a)), place(matrices, ask.target, len(own_b))
    notes = _notes(matrices, ask, live, len(shared), (len(own_a), len(own_b)))
    return Sides(*ends, own_a, own_b, *profiles, live, notes)


def home(sides: Sides, which: str, most: int = HOME_MOST, sure: bool = True) -> NDArray[np.int64]:
    """Return the concepts at home on the side `source` or `target`, in order of column.

    They are characteristic of it (or, where that need not be sure, used there more than expected), and
    used by a larger share of its documents than of the other's.
    """
    here, there = sides.source_profile, sides.target_profile
    if which == "target":
        here, there = there, here
    marked = (benjamini_hochberg(here.p) <= HOME_FALSE) & (here.low > 1) if sure else here.lift > 1
    at = np.flatnonzero(marked)
    elsewhere = np.zeros(int(max(here.concept.max(initial=0), there.concept.max(initial=0))) + 1)
    elsewhere[there.concept] = there.observed / max(1, there.documents)
    at = at[here.observed[at] / max(1, here.documents) > elsewhere[here.concept[at]]]
    order = np.lexsort((here.concept[at], -here.low[at], here.p[at]))
    return np.sort(here.concept[at[order[:most]]])


def _notes(
    matrices: Matrices, ask: Ask, live: NDArray[np.bool_], shared: int, own: tuple[int, int]
) -> tuple[str, ...]:
    notes = []
    if shared:
        notes.append(f"{shared} documents stand in both domains and count for neither side.")
    undated = int((matrices.year == 0).sum())
    if undated and not live.all():
        notes.append(f"{undated} documents of the graph give no year and were left out.")
    if matrices.copies:
        notes.append(f"Documents that repeat the text of another count once ({matrices.copies} left out).")
    for domain, count in zip((ask.source, ask.target), own, strict=True):
        if count < 30:
            stand = "document stands" if count == 1 else "documents stand"
            notes.append(
                f"Only {count} {stand} in {domain} alone: what is found there is a hint, no finding."
            )
    return tuple(notes)
