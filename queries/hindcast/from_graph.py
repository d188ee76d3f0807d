"""A graph's own documents as a hindcast's world, frozen at a year.

It promises that the vocabulary is chosen from documents up to the cut alone and that every document left
out is counted. It refuses, and says what the graph has, where its years or its domains cannot answer: all
documents in one year, nothing after the cut, nothing to learn from before it, one domain.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from silobridge.kg.errors import NothingFound, UnknownName, UsageError
from silobridge.queries.hindcast.corpus import Corpus, Flags, Ints, corpus
from silobridge.queries.matrices import Matrices
from silobridge.queries.silos import ancestors

LEVELS = ("openalex:field", "arxiv:group", "ford:group", "cpc:section", "cpc:class", "nace:section")
"""Levels whose domains can be bridged, the first that the graph has documents of is taken."""

LEAST = 30
"""Documents that a domain must have up to the cut."""

SHARE = 0.01
"""Part of the dated documents that a year must hold to be the graph's last one: strays are no horizon."""


@dataclass(frozen=True)
class World:
    """Hold the arrays and what the reader should know of them.

    Parameters
    ----------
    corpus
        The documents.
    year, horizon
        Last known year, and years after it.
    notes
        What was left out.
    """

    corpus: Corpus
    year: int
    horizon: int
    notes: tuple[str, ...]


def of_graph(
    matrices: Matrices,
    years: tuple[int | None, int],
    levels: Sequence[str] = (),
    least: int = 5,
    vocabulary: Sequence[str] = (),
    ahead: bool = False,
) -> World:
    """Turn a graph into arrays cut at a year. O(mentions).

    Parameters
    ----------
    matrices
        The graph.
    years
        Last known year, or None for the latest that leaves a horizon; and the horizon in years.
    levels
        ``scheme:level`` of the domains between which bridges are looked for.
    least
        Documents up to the cut that a concept needs to be in the vocabulary.
    vocabulary
        Forms of the concepts to use; all when empty.
    ahead
        Ask about the years after the graph's last one, of which no document is needed.

    Raises
    ------
    NothingFound
        The years or the domains do not suffice.
    """
    dated = matrices.year > 0
    year = _cut(matrices.year[dated].astype(np.int64), *years, ahead=ahead)
    chosen, level = _domains(matrices, levels, dated & (matrices.year <= year))
    place, finer = _places(matrices, chosen)
    keep = np.flatnonzero(dated & (place >= 0))
    known = np.flatnonzero(dated & (matrices.year <= year) & (place >= 0))
    columns = _vocabulary(matrices, known, least, vocabulary)
    months = matrices.year[keep].astype(np.int64) * 12 + 11
    names = [str(matrices.domain[int(column)]) for column in chosen]
    built = corpus(
        matrices.used[keep][:, columns], months, place[keep],
        (names, [matrices.form[int(column)] for column in columns]), matrices.stands[keep][:, finer] > 0,
    )  # fmt: skip
    notes = (
        f"{len(known):,} documents up to {year}, {len(keep) - len(known):,} later; "
        f"{int((~dated).sum()):,} without a year and {int((dated & (place < 0)).sum()):,} without one of "
        f"the {len(chosen)} domains ({level}) were left out.",
        f"{len(columns):,} concepts stand in at least {least} documents up to {year}.",
    )
    return World(built, year, years[1], notes)


def last_year(found: Ints) -> int:
    """Give the latest year that holds a hundredth of the documents: strays are no horizon.

    Examples
    --------
    >>> last_year(np.array([2010] * 150 + [2011] * 50 + [2040]))
    2011
    """
    at, many = np.unique(found, return_counts=True)
    return int(at[many >= min(SHARE * len(found), many.max())].max())


def _cut(found: Ints, asked: int | None, horizon: int, ahead: bool) -> int:
    """Check the years, and choose a cut where none was asked for."""
    if horizon < 1:
        raise UsageError(f"a horizon of {horizon} years", expected="1 or more")
    if not len(found):
        raise NothingFound(
            "no document has a year", hint="a hindcast needs dates: read sources that carry them"
        )
    at = np.unique(found)
    if len(at) == 1:
        raise NothingFound(
            f"all {len(found):,} dated documents are of {at[0]}",
            expected=f"documents of at least {2 * horizon + 1} years",
            hint="a hindcast stops the clock between documents: read in earlier and later ones",
        )
    last = last_year(found)
    latest = last if ahead else last - horizon
    year = latest if asked is None else asked
    after = int(((found > year) & (found <= year + horizon)).sum())
    before = int((found <= year - horizon).sum())
    if not after and not ahead:
        raise NothingFound(
            f"no document is dated {year + 1} to {year + horizon}",
            where=f"the graph's documents are of {at[0]} to {at[-1]}",
            hint=f"choose --as-of {latest} or earlier, or a shorter --horizon",
        )
    if not before:
        raise NothingFound(
            f"no document is dated up to {year - horizon}, from where the forecast would learn what came by {year}",
            where=f"the graph's documents are of {at[0]} to {at[-1]}",
            hint="choose a later --as-of, or a shorter --horizon",
        )
    return year


def _domains(matrices: Matrices, levels: Sequence[str], known: Flags) -> tuple[Ints, str]:
    """Choose the columns of domains with enough documents up to the cut."""
    have = {f"{scheme}:{level}" for scheme, level in zip(matrices.scheme, matrices.level, strict=True)}
    many = np.asarray((matrices.stands[np.flatnonzero(known)] > 0).sum(axis=0)).ravel()
    tried = [tuple(levels)] if levels else [(level,) for level in LEVELS if level in have]
    for group in tried:
        for name in group:
            if name not in have:
                raise UnknownName("level of domains in this graph", name, have)
        columns = np.array(
            [
                column
                for column in range(len(matrices.domain))
                if f"{matrices.scheme[column]}:{matrices.level[column]}" in group and many[column] >= LEAST
            ],
            dtype=np.int64,
        )
        if len(columns) >= 2:
            return columns, ", ".join(group)
    raise NothingFound(
        f"fewer than two domains have {LEAST} documents up to the cut",
        where=", ".join(" and ".join(group) for group in tried) or "no level of domains that is known",
        expected="documents that stand in at least two domains, such as two disciplines",
        hint="kg stats shows the domains; --level SCHEME:LEVEL chooses others; --as-of chooses a later cut",
    )


def _places(matrices: Matrices, chosen: Ints) -> tuple[Ints, Ints]:
    """Give each document's heaviest chosen domain (ties: the first), -1 for none; and the domains below them."""
    weights = matrices.stands[:, chosen].tocsr()
    best = np.asarray(weights.argmax(axis=1)).ravel().astype(np.int64)
    best[np.diff(weights.indptr) == 0] = -1
    names = {matrices.domain[int(column)] for column in chosen}
    finer = [
        column for column in range(len(matrices.domain)) if ancestors(matrices, column) & names
    ]  # a class under a chosen domain is finer than it
    return best, np.array(finer, dtype=np.int64)


def _vocabulary(matrices: Matrices, known: Ints, least: int, wanted: Sequence[str]) -> Ints:
    """Choose the concepts that enough documents up to the cut use."""
    many = np.asarray(matrices.used[known].sum(axis=0)).ravel()
    columns = np.flatnonzero(many >= least)
    if wanted:
        asked = {matrices.form.find(form) for form in wanted}
        columns = np.array([column for column in columns.tolist() if column in asked], dtype=np.int64)
    if len(columns) < 2:
        raise NothingFound(
            f"{len(columns)} concepts stand in {least} documents up to the cut",
            hint="choose a later --as-of or another vocabulary",
        )
    return columns
