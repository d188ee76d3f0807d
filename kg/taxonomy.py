"""Taxonomies: the domains that sort science, patents and industry, and where a raw code stands in them.

It promises that every domain has one identifier, that a code in any office's spelling is placed at the
nearest domain known, and that what comes out depends on nothing but `ontologies/`. It refuses to place
what it does not know.
"""

import gzip
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from silobridge.kg.codes import candidates
from silobridge.kg.crosswalk import Crosswalks, Membership, read_sssom
from silobridge.kg.model import Classification

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Domain", "Membership", "Taxonomy", "catalogue", "taxonomy"]

Row = tuple[str, str, str, str, str, str, str]
SCHEME, LEVEL, CODE, LABEL, PARENT = 1, 2, 3, 4, 5
LEVELS = (
    "country", "sector", "domain", "section", "division", "field", "class", "subclass", "subsector",
    "major group", "subfield", "archive", "group", "category", "industry", "subgroup", "topic",
)  # fmt: skip
"""From broad to narrow, for ranking what `Taxonomy.find` finds."""


@dataclass(frozen=True, slots=True)
class Domain:
    """One node of a taxonomy; `parent` is empty at the top."""

    id: str
    scheme: str
    level: str
    code: str
    label: str
    parent: str
    layer: str


class Taxonomy:
    """Every taxonomy and crosswalk, read once.

    Parameters
    ----------
    rows
        The domains' fields by identifier, in the order of `Domain`.
    crosswalks
        What leads from one taxonomy into another.

    Examples
    --------
    >>> taxonomy().place("cpc:B64C39/024"), taxonomy().label("nace:C26.1")
    ('cpc:B64C39', 'Manufacture of electronic components and boards')
    """

    def __init__(self, rows: Mapping[str, Row], crosswalks: Crosswalks) -> None:
        # Rows stay tuples until somebody asks: making 22,000 records takes as long as reading the files.
        self._rows = rows
        self.crosswalks = crosswalks
        self._placed: dict[str, str | None] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Domain]:
        return (Domain(*row) for row in self._rows.values())

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._rows

    def domain(self, identifier: str) -> Domain | None:
        """Give the domain of an identifier, or None where no taxonomy has it."""
        row = self._rows.get(identifier)
        return Domain(*row) if row else None

    def label(self, identifier: str) -> str:
        """Give a domain's label, or the identifier itself where no taxonomy has it."""
        row = self._rows.get(identifier)
        return row[LABEL] if row else identifier

    def children(self, identifier: str) -> list[str]:
        """Give the domains directly below one, sorted; those at the top for an empty identifier."""
        return list(self._children.get(identifier, ()))

    def ancestors(self, identifier: str) -> list[str]:
        """Give the domains above one, nearest first; none where no taxonomy has it.

        Examples
        --------
        >>> taxonomy().ancestors("cpc:B64C39")
        ['cpc:B64C', 'cpc:B64', 'cpc:B']
        """
        above: list[str] = []
        row = self._rows.get(identifier)
        while row and row[PARENT]:
            above.append(row[PARENT])
            row = self._rows[row[PARENT]]
        return above

    def place(self, code: str) -> str | None:
        """Give the nearest known domain of a raw code, or None.

        Examples
        --------
        >>> [taxonomy().place(c) for c in ("cpc:H01L 31/18", "nace:2611", "sic:3670", "cpc:nothing")]
        ['cpc:H01L31', 'nace:C26.11', 'sic:367', None]
        """
        if code in self._rows:
            return code
        if code not in self._placed:
            if len(self._placed) > 100_000:
                self._placed.clear()
            known = (found for found in candidates(code, self._divisions) if found in self._rows)
            self._placed[code] = next(known, None)
        return self._placed[code]

    def memberships(self, classifications: Iterable[Classification]) -> list[Membership]:
        """Give every domain a document with these classifications stands in, sorted by domain.

        A domain comes once: with the greatest weight, then by the shortest derivation, then by reason.
        `how` is the classification's own method (asserted, predicted), ``ancestor`` for what contains
        such a domain, or ``crosswalk`` for what a crosswalk leads to and what contains that.

        Examples
        --------
        >>> found = taxonomy().memberships([Classification("sic:3674")])
        >>> [(m.domain, m.how) for m in found if m.domain.startswith("nace:")][:2]
        [('nace:C', 'crosswalk'), ('nace:C26', 'crosswalk')]
        """
        facts: dict[tuple[str, float, str], str] = {}
        for given in classifications:
            placed = self.place(given.domain)
            if placed is None or not math.isfinite(given.weight):
                continue
            reason = given.reason or ("" if placed == given.domain else f"nearest known to {given.domain}")
            key = (placed, given.weight, given.method)
            # Many codes of a patent fall into one group: the first reason stands for them.
            facts[key] = min(facts.get(key, reason), reason)
        return list(self.crosswalks.memberships(tuple(sorted((*key, why) for key, why in facts.items()))))

    def find(self, text: str, limit: int = 50) -> list[Domain]:
        """Find domains by identifier, code, label or words of the label, best first.

        Ranked: exact identifier, exact code, exact label, all words in the label; then broad before
        narrow, then by identifier. A word matches its plural.

        Examples
        --------
        >>> [d.id for d in taxonomy().find("C26")], taxonomy().find("computer science")[0].id
        (['nace:C26'], 'oa-field:17')
        """
        wanted = text.strip()
        ranks: dict[str, int] = {}
        placed = self.place(wanted) if ":" in wanted else None
        if placed and _is_exact(wanted, placed):
            ranks[placed] = 0
        folded = wanted.casefold()
        code = re.sub(r"\s+|/00$", "", folded)
        for identifier in self._words.get(f"={code}", ()):
            ranks.setdefault(identifier, 1)
        hits = [set(self._words.get(word, ())) for word in _words(wanted)]
        for identifier in set.intersection(*hits) if hits else ():
            exact = self._rows[identifier][LABEL].casefold() == folded
            ranks.setdefault(identifier, 2 if exact else 3)
        order = sorted(ranks, key=lambda i: (ranks[i], LEVELS.index(self._rows[i][LEVEL]), i))
        return [Domain(*self._rows[identifier]) for identifier in order[:limit]]

    @cached_property
    def _divisions(self) -> Mapping[str, str]:
        codes = [
            row[CODE] for row in self._rows.values() if row[SCHEME] == "nace" and row[LEVEL] == "division"
        ]
        return {code[1:]: code[0] for code in codes}

    @cached_property
    def _children(self) -> Mapping[str, list[str]]:
        below: dict[str, list[str]] = defaultdict(list)
        for identifier, row in self._rows.items():
            below[row[PARENT]].append(identifier)
        return dict(below)

    @cached_property
    def _words(self) -> Mapping[str, list[str]]:
        index: dict[str, list[str]] = defaultdict(list)
        for identifier, row in self._rows.items():
            index[f"={row[CODE].casefold()}"].append(identifier)
            for word in set(_words(row[LABEL])):
                index[word].append(identifier)
        return dict(index)


def _is_exact(code: str, placed: str) -> bool:
    """Tell whether a domain is what a code names, and not merely the nearest above it.

    Examples
    --------
    >>> _is_exact("nace:26.1", "nace:C26.1"), _is_exact("cpc:B64C39/02", "cpc:B64C39")
    (True, False)
    """
    bare = [re.sub(r"/0+$|[^a-z0-9/]", "", text.partition(":")[2].casefold()) for text in (code, placed)]
    return bare[1].endswith(bare[0]) and bool(bare[0])


def _words(text: str) -> list[str]:
    return [_singular(word) for word in re.findall(r"\w+", text.casefold())]


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _folder(name: str) -> list[Traversable]:
    entries = (files("silobridge") / "ontologies" / name).iterdir()
    return sorted((entry for entry in entries if ".tsv" in entry.name), key=lambda entry: entry.name)


def _text(entry: Traversable) -> str:
    data = entry.read_bytes()
    return (gzip.decompress(data) if entry.name.endswith(".gz") else data).decode("utf-8")


def _read_rows() -> dict[str, Row]:
    rows: list[Row] = []
    for entry in _folder("taxonomies"):
        lines = _text(entry).splitlines()
        scheme, layer = (line.partition(": ")[2] for line in lines[:2])
        for line in lines[3:]:
            identifier, parent, level, label = line.split("\t")
            rows.append((identifier, scheme, level, identifier.partition(":")[2], label, parent, layer))
    rows.sort()
    return {row[0]: row for row in rows}


@lru_cache(maxsize=1)
def taxonomy() -> Taxonomy:
    """Read the taxonomies and crosswalks, once in a process."""
    rows = _read_rows()
    mappings = [row for entry in _folder("crosswalks") for row in read_sssom(_text(entry), entry.name)]
    return Taxonomy(rows, Crosswalks(mappings, {identifier: row[PARENT] for identifier, row in rows.items()}))


def catalogue() -> "dict[str, pa.Table]":
    """Give the tables `domain` and `crosswalk` as a ledger holds them, sorted."""
    known = taxonomy()
    domains = ["\t".join(row) for row in known._rows.values()]
    mappings = ["\t".join(map(str, row)) for row in known.crosswalks.mappings]
    return {"domain": _table("domain", domains), "crosswalk": _table("crosswalk", mappings)}


def _table(name: str, lines: list[str]) -> "pa.Table":
    # Arrow's own reader: making arrays from lists would import pandas, where that is installed.
    import pyarrow as pa
    from pyarrow import csv

    from silobridge.kg.ledger.schema import arrow_schema

    schema = arrow_schema(name)
    return csv.read_csv(
        pa.BufferReader("\n".join(lines).encode("utf-8")),
        read_options=csv.ReadOptions(column_names=schema.names, use_threads=False),
        parse_options=csv.ParseOptions(delimiter="\t", quote_char=False),
        convert_options=csv.ConvertOptions(column_types=schema),
    )
