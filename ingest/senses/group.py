"""Groups of documents in which one term keeps like company.

It promises the same groups whatever order the documents come in. It refuses small groups, for what two
documents say is no sense, and groups much alike: a word drifts from topic to topic without changing sense.
"""

import numpy as np
from numpy.typing import NDArray

CUT = 0.65
"""Mean cosine distance from which two groups are kept apart."""

ALIKE = 0.35
"""Groups whose middles point more alike (cosine) than this are one: chosen so that 1 % of a term of one sense is
lost, for most terms have one (docs/decisions/0010-senses.md)."""

LEAST, SHARE = 3, 0.02
"""A sense has at least so many documents of those looked at, and that share of them."""

ROUNDS = 3

Floats = NDArray[np.float64]


def groups(directions: Floats, cut: float = CUT) -> tuple[Floats, NDArray[np.int64]]:
    """Group directions by average linkage, then let every direction choose its nearest group.

    O(n²) in the directions given, which the caller bounds.

    Returns
    -------
    tuple
        The middle of each group, the largest first, and the group of each direction.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import pdist

    size = len(directions)
    alone = np.zeros((1, directions.shape[1])), np.zeros(size, np.int64)
    if size < 2 * LEAST:
        return alone
    # Rounded, so that the last bits of a sum decide no tie.
    apart = np.round(np.maximum(pdist(directions, "cosine"), 0.0), 9)
    found = fcluster(linkage(apart, "average"), cut, "distance")
    sizes = np.bincount(found)
    kept = [
        number for number in np.argsort(-sizes, kind="stable") if sizes[number] >= max(LEAST, SHARE * size)
    ]
    if len(kept) < 2:
        return alone
    centres = np.stack([directions[found == number].mean(axis=0) for number in kept])
    for _ in range(ROUNDS):
        chosen = nearest(directions, centres)[0]
        centres = np.stack([
            directions[chosen == number].mean(axis=0) if (chosen == number).any() else centres[number]
            for number in range(len(centres))
        ])  # fmt: skip
    centres = _joined(directions, nearest(directions, centres)[0], centres)
    chosen = nearest(directions, centres)[0]
    present = sorted(set(chosen.tolist()), key=lambda number: (-int((chosen == number).sum()), number))
    order = {number: place for place, number in enumerate(present)}
    return centres[present], np.array([order[number] for number in chosen.tolist()], np.int64)


def _joined(directions: Floats, chosen: NDArray[np.int64], centres: Floats) -> Floats:
    """Make one of the two groups most alike, until no two are too much alike to be two senses."""
    while len(centres) > 1:
        length = np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-12)
        near = np.round(
            np.tril((centres / length) @ (centres / length).T, -1) - np.triu(np.ones((len(centres),) * 2)), 9
        )
        second, first = divmod(int(near.argmax()), len(centres))
        if near[second, first] <= ALIKE:
            break
        chosen = np.where(chosen == second, first, chosen)
        chosen = np.where(chosen > second, chosen - 1, chosen)
        centres = np.stack([
            directions[chosen == number].mean(axis=0) if (chosen == number).any() else centres[number]
            for number in range(len(centres) - 1)
        ])  # fmt: skip
    return centres


def nearest(directions: Floats, centres: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Give each direction's nearest centre by cosine, how near it is, and by how much it is the nearest."""
    length = np.maximum(np.linalg.norm(centres, axis=1), 1e-12)
    near = np.round(directions @ (centres / length[:, None]).T, 9)
    chosen = near.argmax(axis=1)
    ranked = np.sort(near, axis=1)
    ahead = ranked[:, -1] - ranked[:, -2] if near.shape[1] > 1 else np.ones(len(near))
    return chosen.astype(np.int64), ranked[:, -1], ahead
