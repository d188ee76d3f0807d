"""Crosswalks: explained, weighted mappings between taxonomies, and the memberships that follow from them.

It promises that each membership names the step that led to it, that a source's shares within one target
scheme never exceed 1, and that a mapping with a condition holds only where the document's other codes
meet it. It refuses chains: what a crosswalk leads to leads no further.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import NamedTuple

from silobridge.kg.errors import ReadError

_COLUMNS = ("subject_id", "predicate_id", "object_id", "weight", "condition", "comment")
_CONDITION = re.compile(r"not (\S+)(?: except (\S+))?")
_NONE: frozenset[str] = frozenset()
_EXACT = 3
"""Decimals kept of a sum of shares, so that three thirds are one."""

Fact = tuple[str, float, str, str]
"""A placed classification: domain, weight, method, reason."""
Step = tuple[str, float, int, str, str]
"""A domain reached: identifier, weight, number of steps, how, reason."""


class Correspondence(NamedTuple):
    """One row of a crosswalk; `condition` is empty or ``not X``, ``not X except Y``."""

    source: str
    predicate: str
    target: str
    weight: float
    condition: str
    reason: str


@dataclass(frozen=True, slots=True)
class Membership:
    """A document stands in a domain, with weight, by which way, and why."""

    domain: str
    weight: float
    how: str
    reason: str


def read_sssom(text: str, where: str) -> list[Correspondence]:
    r"""Read the rows of an SSSOM table.

    Raises
    ------
    ReadError
        If a column is missing.

    Examples
    --------
    >>> head = "subject_id\tpredicate_id\tobject_id\tweight\tcondition\tcomment"
    >>> read_sssom(head + "\ncpc:B64C\tskos:broadMatch\twipo:32\t1\t\tlisted", "t")[0].target
    'wipo:32'
    """
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    names = lines[0].split("\t") if lines else []
    missing = [name for name in _COLUMNS if name not in names]
    if missing:
        raise ReadError(
            f"no column {missing[0]!r}",
            where=where,
            expected=f"an SSSOM table with the columns {', '.join(_COLUMNS)}",
        )
    at = itemgetter(*(names.index(name) for name in _COLUMNS))
    cells = (at(line.split("\t")) for line in lines[1:])
    return [
        Correspondence(s, p, t, float(weight), condition, why) for s, p, t, weight, condition, why in cells
    ]


class Crosswalks:
    """Every mapping, by source, over one set of domains.

    Parameters
    ----------
    mappings
        The rows of all crosswalks.
    parents
        The parent of every domain, empty at the top.
    """

    def __init__(self, mappings: Iterable[Correspondence], parents: Mapping[str, str]) -> None:
        self.mappings = sorted(mappings)
        self._parents = parents
        self._closures: dict[str, tuple[str, ...]] = {}
        self.memberships = lru_cache(maxsize=16_384)(self._memberships)
        self._steps = lru_cache(maxsize=32_768)(self._all_steps)
        self._conditions = lru_cache(maxsize=32_768)(self._conditions_of)

    @cached_property
    def _by_source(self) -> Mapping[str, Mapping[str, list[Correspondence]]]:
        index: dict[str, dict[str, list[Correspondence]]] = defaultdict(lambda: defaultdict(list))
        for row in self.mappings:
            index[row.source][row.target.partition(":")[0]].append(row)
        return index

    def mappings_of(self, identifier: str) -> list[Correspondence]:
        """Give a domain's own mappings, else its nearest ancestor's, for each target scheme."""
        found: dict[str, list[Correspondence]] = {}
        for source in self._closure(identifier):
            for scheme, rows in self._by_source.get(source, {}).items():
                found.setdefault(scheme, rows)
        return [row for _, rows in sorted(found.items()) for row in rows]

    def _closure(self, identifier: str) -> tuple[str, ...]:
        if identifier not in self._closures:
            parent = self._parents[identifier]
            self._closures[identifier] = (identifier, *(self._closure(parent) if parent else ()))
        return self._closures[identifier]

    def _memberships(self, facts: tuple[Fact, ...]) -> tuple[Membership, ...]:
        # The innermost loop of reading a document: ranks are compared before anything is built.
        best: dict[str, tuple[float, int, str, str]] = {}
        placed = [self._closure(fact[0]) for fact in facts]
        for identifier, weight, method, reason in facts:
            own: Step = (identifier, 1.0, 0, method, reason)
            for domain, share, steps, how, why in (
                own,
                *self._steps(identifier, self._failed(identifier, placed)),
            ):
                value = share if weight == 1.0 else round(weight * share, _EXACT)
                prior = best.get(domain)
                if prior is None or value > prior[0] or (value == prior[0] and (steps, why, how) < prior[1:]):
                    best[domain] = (value, steps, why, how)
        return tuple(
            Membership(domain, best[domain][0], best[domain][3], best[domain][2]) for domain in sorted(best)
        )

    def _failed(self, identifier: str, placed: list[tuple[str, ...]]) -> frozenset[str]:
        conditions = self._conditions(identifier)
        return frozenset(c for c in conditions if not holds(c, placed)) if conditions else _NONE

    def _conditions_of(self, identifier: str) -> frozenset[str]:
        return frozenset(row.condition for row in self.mappings_of(identifier) if row.condition)

    def _all_steps(self, identifier: str, failed: frozenset[str]) -> tuple[Step, ...]:
        closure = self._closure(identifier)
        steps: list[Step] = [
            (domain, 1.0, distance, "ancestor", f"contains {identifier}")
            for distance, domain in enumerate(closure)
            if distance
        ]
        by_scheme: dict[str, list[Correspondence]] = defaultdict(list)
        for row in self.mappings_of(identifier):
            if row.condition not in failed:
                by_scheme[row.target.partition(":")[0]].append(row)
        for _, rows in sorted(by_scheme.items()):
            steps += self._targets(rows, closure)
        return tuple(steps)

    def _targets(self, rows: list[Correspondence], closure: tuple[str, ...]) -> list[Step]:
        # A target's ancestor holds the sum of the shares below it: two halves within C26 are all of C26.
        share: dict[str, float] = defaultdict(float)
        nearest: dict[str, tuple[int, str]] = {}
        for row in rows:
            climbed = closure.index(row.source) + 1
            why = f"{row.source} → {row.target}: {row.reason}"
            for distance, domain in enumerate(self._closure(row.target)):
                share[domain] += row.weight
                reason = f"contains {row.target}; {why}" if distance else why
                nearest[domain] = min(nearest.get(domain, (99, "")), (climbed + distance, reason))
        return [
            (d, round(share[d], _EXACT), *nearest[d][:1], "crosswalk", nearest[d][1]) for d in sorted(share)
        ]


def holds(condition: str, placed: Iterable[tuple[str, ...]]) -> bool:
    """Tell whether a document's codes meet a condition.

    Parameters
    ----------
    condition
        ``not X``: no code stands in X. ``not X except Y``: none stands in X outside Y.
    placed
        For each code its domain and that domain's ancestors.

    Raises
    ------
    ReadError
        If the condition is neither.

    Examples
    --------
    >>> holds("not cpc:A61K except cpc:A61K8", [("cpc:A61K8", "cpc:A61K")])
    True
    >>> holds("not cpc:A61K except cpc:A61K8", [("cpc:A61K31", "cpc:A61K")])
    False
    """
    match = _CONDITION.fullmatch(condition)
    if not match:
        raise ReadError(f"condition {condition!r}", expected="not X, or not X except Y")
    refused, spared = match.groups()
    return not any(refused in codes and spared not in codes for codes in placed)
