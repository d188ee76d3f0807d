"""Names for senses: what a form is spelled out as, else what its documents stand in, else a word near it.

It promises that a sense which was known before keeps its name when it is learned again, so that its
concept keeps its identifier. It refuses two senses of one form under one name.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import log
from typing import TYPE_CHECKING

import numpy as np

from silobridge.ingest.senses.learn import Homonym, spelled
from silobridge.ingest.senses.model import Sense
from silobridge.ingest.senses.spelled import GIVEN

if TYPE_CHECKING:
    import duckdb

AGREE = 0.6
"""A group is what its documents spell an abbreviation out as, where that share of those who do agree."""

SAME = 0.8
"""Cosine from which a group is the sense that was known before."""

STANDING = 0.3
"""A domain names a sense only where that share of its documents stand in it."""

LONGEST = 40


class Namer:
    """Gives every group of a form the concept it means.

    Parameters
    ----------
    connection
        Any connection to the ledger.
    before
        What was learned last time.
    """

    def __init__(
        self, connection: "duckdb.DuckDBPyConnection", before: Mapping[str, Sequence[Sense]]
    ) -> None:
        self._connection = connection
        self._before = before
        rows = connection.execute("SELECT id, label FROM domain ORDER BY id").fetchall()
        self._label = {row[0]: row[1] for row in rows if row[1]}

    def senses(self, homonym: Homonym, telling: Sequence[tuple[str, ...]]) -> list[Sense]:
        """Name the groups of a form, the largest first; the largest that is not spelled out keeps the form.

        Where all groups come out as one concept there is nothing to tell apart, and the list is empty.
        """
        form, domains = homonym.form, self._domains(homonym)
        targets: dict[int, tuple[str, str]] = {}
        for number in range(len(homonym.centres)):
            long, times, said = spelled(homonym, number)
            if times >= GIVEN and times >= AGREE * said:
                targets[number] = long, f"{times} of {said} documents that spell it out say {long!r}"
        taken = {target for target, _ in targets.values()}
        main = self._main(homonym)
        for number in range(len(homonym.centres)):
            if number in targets:
                continue
            if number == main:
                targets[number] = form, "the most usual company"
                continue
            name = self._name(homonym, number, telling[number], domains, taken)
            taken.add(name)
            targets[number] = name, "other company"
        if len({target for target, _ in targets.values()}) < 2:
            return []
        sizes = np.bincount(homonym.group, minlength=len(homonym.centres)).tolist()
        return [
            Sense(form, target, sizes[number], homonym.centres[number],
                  self._reason(why, telling[number], domains[number], sizes[number]))
            for number, (target, why) in sorted(targets.items())
        ]  # fmt: skip

    def _main(self, homonym: Homonym) -> int:
        """Choose the group that keeps the form: the one that had it before, else the largest."""
        for old in self._before.get(homonym.form, ()):
            if old.target == homonym.form:
                near = [_alike(old, homonym, number) for number in range(len(homonym.centres))]
                if max(near) >= SAME:
                    return near.index(max(near))
        return 0

    def _name(
        self,
        homonym: Homonym,
        number: int,
        telling: tuple[str, ...],
        domains: Sequence[Counter[str]],
        taken: set[str],
    ) -> str:
        for old in self._before.get(homonym.form, ()):
            known = old.target.startswith(f"{homonym.form} (") and old.target not in taken
            if known and _alike(old, homonym, number) >= SAME:
                return old.target
        sizes = np.bincount(homonym.group, minlength=len(homonym.centres))
        inside, others = int(sizes[number]), max(1, int(sizes.sum() - sizes[number]))
        elsewhere: Counter[str] = Counter()
        for other, counted in enumerate(domains):
            if other != number:
                elsewhere += counted
        best = ("", 0.0)
        for domain in sorted(domains[number]):
            share = domains[number][domain] / max(1, inside)
            gain = share * log((share + 0.01) / (elsewhere[domain] / others + 0.01))
            label = self._label.get(domain, "")
            if share >= STANDING and gain > best[1] and label and len(label) <= LONGEST and ")" not in label:
                best = label.lower(), gain
        choices = [best[0], *telling, *(f"{best[0]}, {word}" for word in telling if best[0])]
        for choice in (*(c for c in choices if c), *(str(place) for place in range(2, 99))):
            if f"{homonym.form} ({choice})" not in taken:
                return f"{homonym.form} ({choice})"
        return f"{homonym.form} ({number})"

    def _domains(self, homonym: Homonym) -> list[Counter[str]]:
        """Count in which domains the documents of each group stand."""
        rows = self._connection.execute(
            "SELECT doc, domain FROM membership WHERE doc IN (SELECT unnest(?::INTEGER[])) GROUP BY ALL",
            [sorted(homonym.docs)],
        ).fetchall()
        stands: dict[int, list[str]] = defaultdict(list)
        for doc, domain in rows:
            stands[doc].append(domain)
        found: list[Counter[str]] = [Counter() for _ in homonym.centres]
        for doc, number in zip(homonym.docs, homonym.group.tolist(), strict=True):
            found[number].update(stands.get(doc, ()))
        return found

    def _reason(self, why: str, telling: tuple[str, ...], domains: Counter[str], size: int) -> str:
        often = sorted(domains.items(), key=lambda one: (-one[1], one[0]))[:3]
        parts = [why]
        if telling:
            parts.append("beside " + ", ".join(telling))
        if often:
            parts.append("in " + ", ".join(f"{self._label.get(d, d)} ({n} of {size})" for d, n in often))
        return "; ".join(parts)


def _alike(old: Sense, homonym: Homonym, number: int) -> float:
    centre = homonym.centres[number]
    length = float(np.linalg.norm(old.centre) * np.linalg.norm(centre))
    return round(float(old.centre @ centre) / length, 9) if length else 0.0
