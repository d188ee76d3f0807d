"""Which documents stand in which fold: near-duplicates together, the same whatever the order of input.

It promises that two documents whose shingles overlap by `ALIKE` of the smaller's never stand in two
folds. It refuses randomness without a seed.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from benchmarks.understanding.gold import Text

ALIKE = 0.4
"""Share of the shorter document's shingles that the other holds too."""

SHINGLE = 4
"""Words in a shingle."""


def groups(texts: Sequence[Text]) -> list[list[int]]:
    """Group near-duplicates, transitively, by single link over shared shingles.

    Returns
    -------
    list
        Positions in `texts`; every text is in one group.

    Examples
    --------
    >>> said = ["one two three four five six", "ONE two three four five", "quite another text stands here"]
    >>> groups([Text(str(n), text, ()) for n, text in enumerate(said)])
    [[0, 1], [2]]
    """
    shingles = [_shingles(text.text) for text in texts]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, some in enumerate(shingles):
        for shingle in some:
            holders[shingle].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for found in holders.values():
        for place, first in enumerate(found):
            for second in found[place + 1 :]:
                shared[first, second] += 1
    parent = list(range(len(texts)))
    for (first, second), count in sorted(shared.items()):
        if count >= ALIKE * min(len(shingles[first]), len(shingles[second])):
            parent[_root(parent, second)] = _root(parent, first)
    made: dict[int, list[int]] = defaultdict(list)
    for number in range(len(texts)):
        made[_root(parent, number)].append(number)
    return sorted(made.values())


def folds(texts: Sequence[Text], count: int = 5, seed: int = 0) -> list[list[int]]:
    """Deal groups of near-duplicates into folds of about equal size, largest groups first."""
    found = groups(texts)
    found.sort(key=lambda group: min(texts[number].id for number in group))
    random.Random(seed).shuffle(found)
    found.sort(key=len, reverse=True)
    dealt: list[list[int]] = [[] for _ in range(count)]
    for group in found:
        min(dealt, key=len).extend(group)
    return [sorted(fold) for fold in dealt]


def unlike(training: Sequence[Text], testing: Sequence[Text]) -> list[Text]:
    """Give the training texts that are no near-duplicate of a text to test."""
    together = [*testing, *training]
    tainted = {
        number
        for group in groups(together)
        if any(place < len(testing) for place in group)
        for number in group
    }
    return [text for number, text in enumerate(training, len(testing)) if number not in tainted]


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[n : n + SHINGLE]) for n in range(max(1, len(words) - SHINGLE + 1))}


def _root(parent: list[int], number: int) -> int:
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number
