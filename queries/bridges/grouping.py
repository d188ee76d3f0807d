"""Near-duplicate terms told as one: "ion battery" under "lithium ion battery".

It promises that a group bears the longest of its names and that the others are named. It refuses to
merge terms that merely share a word: their documents must be the same ones, too.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from silobridge.queries.matrices import Matrices

SAME_DOCUMENTS = 0.5
"""Nested terms are one finding when this share of the rarer one's documents uses the other, too."""

STEM = 6
"""Words that begin with the same letters count as one word: filter, filters, filtering."""

WRITTEN = 8
"""Forms this long that stand in another one, blanks aside, are spellings of a part of it."""

PAIRS_PER_END = 3
"""One concept stands in at most so many of the pairs told."""

Item = TypeVar("Item")


NEARLY = 0.6
"""A longer name with this share of the uses of the most used one tells as much, and more exactly."""


def nested(one: str, other: str) -> bool:
    """Say whether the words of one form stand in a row inside the other.

    Examples
    --------
    >>> nested("ion battery", "lithium ion battery"), nested("ion", "ionic liquid")
    (True, False)
    """
    short, long = sorted((one, other), key=len)
    return f" {short} " in f" {long} "


def _stems(form: str) -> set[str]:
    return {word[:STEM] for word in form.split()}


def akin(one: str, other: str) -> bool:
    """Say whether two forms are too close for a link between them to be news.

    Examples
    --------
    >>> akin("neural network", "deep neural network"), akin("neural network", "sensor network")
    (True, False)
    >>> akin("lithium ion battery", "lithium ion cell"), akin("mobile adhoc network", "ad hoc network")
    (True, True)
    """
    a, b = _stems(one), _stems(other)
    if len(a & b) * 2 > min(len(a), len(b)):
        return True
    short, long = sorted((one.replace(" ", ""), other.replace(" ", "")), key=len)
    return len(short) >= WRITTEN and short in long


def akin_pairs(left: Sequence[str], right: Sequence[str]) -> NDArray[np.bool_]:
    """Mark pairs of two lists of forms that share most of their words, at once, in O(shared words).

    Examples
    --------
    >>> akin_pairs(["neural network"], ["deep neural network", "sensor network"]).tolist()
    [[True, False]]
    """
    from scipy.sparse import csr_matrix

    words = sorted({word for form in (*left, *right) for word in _stems(form)})
    column = {word: at for at, word in enumerate(words)}

    def incidence(forms: Sequence[str]) -> tuple[Any, NDArray[np.int64]]:
        """Mark which words each form has, and count them."""
        sets = [sorted(column[word] for word in _stems(form)) for form in forms]
        sizes = np.array([len(some) for some in sets], np.int64)
        indptr = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
        indices = np.array([at for some in sets for at in some], np.int32)
        shape = (len(forms), len(words))
        return csr_matrix((np.ones(len(indices), np.int32), indices, indptr), shape=shape), sizes

    (a, size_a), (b, size_b) = incidence(left), incidence(right)
    marked: NDArray[np.bool_] = (a @ b.T).toarray() * 2 > np.minimum.outer(size_a, size_b)
    return marked


def together(matrices: Matrices, one: int, other: int) -> bool:
    """Say whether the documents of the rarer of two concepts are mostly documents of the other."""
    a, b = matrices.rows_using(one), matrices.rows_using(other)
    common = len(np.intersect1d(a, b, assume_unique=True))
    return common >= SAME_DOCUMENTS * max(1, min(len(a), len(b)))


def group(
    items: Sequence[Item],
    same: Callable[[Item, Item], bool],
    length: Callable[[Item], int],
    uses: Callable[[Item], int],
    top: int,
) -> list[tuple[Item, list[Item]]]:
    """Fold items, best first, into at most `top` groups of (the member that names it, the other members).

    The longest name that is used nearly as much as the most used names the group: "unmanned aerial
    vehicle" for "aerial vehicle", but not "composite phase change material" for "phase change material".
    O(items × groups) calls of `same`.
    """
    groups: list[list[Item]] = []
    for item in items:
        home = next((members for members in groups if any(same(item, member) for member in members)), None)
        if home is not None:
            home.append(item)
        elif len(groups) < top:
            groups.append([item])
    told = []
    for members in groups:
        enough = NEARLY * max(uses(member) for member in members)
        usual = [at for at, member in enumerate(members) if uses(member) >= enough]
        # The first of the longest: the better placed.
        name = max(usual, key=lambda at: (length(members[at]), -at))
        told.append((members[name], members[:name] + members[name + 1 :]))
    return told


def spread(
    matrices: Matrices, pairs: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64], top: int
) -> list[tuple[int, int]]:
    """Take at most `top` pairs, best first: none between akin terms, few per end, one of nested ones.

    `pairs` number places in `left` and `right`, which hold concept columns.
    """
    chosen: list[tuple[int, int]] = []
    forms: list[tuple[str, str]] = []
    for i, j in pairs.tolist():
        u, v = matrices.form[int(left[i])], matrices.form[int(right[j])]
        if akin(u, v) or any(akin(u, x) and akin(v, y) for x, y in forms):
            continue
        if max(sum(x == u for x, _ in forms), sum(y == v for _, y in forms)) >= PAIRS_PER_END:
            continue
        chosen.append((i, j))
        forms.append((u, v))
        if len(chosen) == top:
            break
    return chosen
