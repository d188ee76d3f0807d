"""Pairs to groups: the connected parts of a graph of accepted pairs, none of which a person kept apart.

It promises the same groups whatever the order of the pairs, each named by its smallest member, each member
with the reason of its own strongest pair. It refuses a pair that would bring together what a person keeps
apart, or two entries of one register.
"""

from collections.abc import Callable, Iterable, Mapping

from silobridge.ingest.pairs import Pair

_STRENGTH = {"accepted": 0, "abbreviation": 1, "translation": 2, "metadata": 3, "spelling": 4}


def joined(
    pairs: Iterable[Pair],
    apart: Iterable[tuple[str, str]],
    marks: Mapping[str, Mapping[str, str]] | None = None,
    rank: Callable[[str], tuple[int, str]] = lambda name: (0, name),
) -> tuple[list[Pair], list[Pair]]:
    """Join pairs into groups, strongest first, and return the aliases and the pairs kept apart.

    Parameters
    ----------
    pairs
        Pairs that were accepted.
    apart
        Pairs a person keeps apart.
    marks
        What a member is marked with, by sort of mark: a group never holds two marks of one sort, unless a
        person said so.
    rank
        What the member that names its group is the smallest by.

    Returns
    -------
    tuple
        One alias a member, naming the smallest of its group, with the reason of the member's own
        strongest pair; and the pairs a person's verdict or a mark stood against.
    """
    groups = _Groups(apart, marks or {})
    best: dict[str, Pair] = {}
    refused: list[Pair] = []
    for pair in sorted(pairs, key=order):
        obstacle = groups.join(pair)
        if obstacle:
            said = f"{obstacle}; otherwise: {pair.reason}"
            refused.append(Pair(pair.form, pair.target, pair.score, "rejected", said))
            continue
        best.setdefault(pair.form, pair)
        best.setdefault(pair.target, pair)
    aliases = []
    for name in sorted(groups.home):
        group = groups.home[name]
        smallest = min(group, key=rank) if len(group) > 1 else name
        if smallest != name:
            pair = best[name]
            aliases.append(Pair(name, smallest, pair.score, pair.how, pair.reason))
    return aliases, refused


class _Groups:
    """Groups that grow pair by pair; each member is moved O(log n) times, for the smaller group moves."""

    def __init__(self, apart: Iterable[tuple[str, str]], marks: Mapping[str, Mapping[str, str]]) -> None:
        self.home: dict[str, set[str]] = {}
        self._marks = marks
        self._worn: dict[int, dict[str, str]] = {}
        self._enemies: dict[str, set[str]] = {}
        for one, other in apart:
            self._enemies.setdefault(one, set()).add(other)
            self._enemies.setdefault(other, set()).add(one)

    def join(self, pair: Pair) -> str:
        """Bring two members' groups together, or say what stands against it."""
        left, right = self._group(pair.form), self._group(pair.target)
        if left is right:
            return ""
        small, large = sorted((left, right), key=len)
        if any(self._enemies[name] & large for name in small if name in self._enemies):
            return "kept apart by a person"
        worn, other = self._worn[id(large)], self._worn[id(small)]
        clash = sorted(sort for sort in worn if other.get(sort, worn[sort]) != worn[sort])
        if clash and pair.how != "accepted":
            first, second = sorted((worn[clash[0]], other[clash[0]]))
            return f"{first} and {second} are two ({clash[0]})"
        worn.update(other)
        large |= small
        self.home.update(dict.fromkeys(small, large))
        return ""

    def _group(self, name: str) -> set[str]:
        if name not in self.home:
            self.home[name] = {name}
            self._worn[id(self.home[name])] = dict(self._marks.get(name, {}))
        return self.home[name]


def order(pair: Pair) -> tuple[int, float, str, str, str]:
    """Give the key that puts the strongest pair first."""
    return _STRENGTH.get(pair.how, 1), -pair.score, pair.form, pair.target, pair.reason
