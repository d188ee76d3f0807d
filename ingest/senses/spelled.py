"""What documents spell an abbreviation out as, where spellings differ only: "mean squared error", "mean-square error".

It promises that a spelling's family depends on the spellings of that abbreviation and on how many
documents use each, never on order. It refuses to fold two long forms of which any word differs in
the first 70 % of its letters: "general" is not "generalized".
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from silobridge.ingest.senses.model import Sense
from silobridge.ingest.senses.words import table
from silobridge.kg.forms import normal_form

if TYPE_CHECKING:
    import duckdb

GIVEN = 2
"""So many documents must spell a form out as one thing before anything follows from it."""

MOST = 0.8
"""From this share of the documents that spell it out, an abbreviation means one thing everywhere."""

STEM, SAME = 4, 0.7
"""Two words are one where they begin alike for so many letters, and that share of the longer."""

Longs = Mapping[tuple[str, int], str]
"""What a document spells a short form out as, by form and document."""


def spelled_out(connection: "duckdb.DuckDBPyConnection") -> dict[tuple[str, int], str]:
    """Say which documents spell which short form out, and as what form (the first in code-point order)."""
    rows = connection.execute(
        "SELECT DISTINCT a.doc, a.short, a.long FROM abbreviation a JOIN document d ON d.doc = a.doc"
        " WHERE a.how NOT IN ('translation', 'metadata') AND d.language <> 'zh'"
    ).fetchall()
    found: dict[tuple[str, int], str] = {}
    for doc, short, long in rows:
        key, value = normal_form(short or ""), normal_form(long or "")
        if key and value and key != value:
            found[key, doc] = min(value, found.get((key, doc), value))
    return found


def alike(one: str, other: str) -> bool:
    """Tell whether two long forms of one short form differ in spelling only.

    Examples
    --------
    >>> alike("mean square error", "mean squared error"), alike("anti parallel", "antiparallel")
    (True, True)
    >>> alike("monte carlo", "monte carlo method"), alike("hidden markov model", "hierarchical markov model")
    (True, False)
    """
    if one.replace(" ", "") == other.replace(" ", ""):
        return True
    short, long = sorted((one.split(), other.split()), key=len)
    if len(short) < len(long) and len(short) < 2:
        return False
    return all(_same(word, beside) for word, beside in zip(short, long, strict=False))


def _same(one: str, other: str) -> bool:
    begun = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return one == other or (begun >= STEM and begun >= SAME * max(len(one), len(other)))


def families(longs: Longs) -> dict[str, dict[str, str]]:
    """Give for every short form its long forms, each with the most used one of its family."""
    used: dict[str, Counter[str]] = defaultdict(Counter)
    for (short, _), long in longs.items():
        used[short][long] += 1
    found: dict[str, dict[str, str]] = {}
    for short in sorted(used):
        mains: list[str] = []
        found[short] = {}
        for long in sorted(used[short], key=lambda one: (-used[short][one], one)):
            main = next((main for main in mains if alike(main, long)), long)
            found[short][long] = main
            if main == long:
                mains.append(long)
    return found


def spellings(
    longs: Longs, known: Mapping[str, Mapping[str, str]], homonyms: Collection[str]
) -> Iterator[Sense]:
    """Yield what a form means whatever company it keeps: spellings, and abbreviations of one meaning.

    Parameters
    ----------
    longs
        What documents spell short forms out as, before families were folded.
    known
        The families of each short form.
    homonyms
        Short forms of which several senses were learned; company decides those.
    """
    used = Counter((short, long) for (short, _), long in longs.items())
    taken: set[str] = set()
    given: dict[str, Sense] = {}
    for short in sorted(known):
        sizes: Counter[str] = Counter()
        for long, main in known[short].items():
            sizes[main] += used[short, long]
        for long, main in sorted(known[short].items()):
            free = long not in given and long not in taken and main not in given
            if long != main and sizes[main] > GIVEN and free:
                given[long] = _sense(
                    long, main, used[short, long], f"another spelling of {main!r}, for {short!r}"
                )
                taken.add(main)
        main, size = min(sizes.items(), key=lambda one: (-one[1], one[0]))
        several = sum(one == main for one in known[short].values()) > 1
        clear = several and size >= max(GIVEN, MOST * sizes.total())
        # A word of the table is written small too, and then is no abbreviation.
        if clear and not {short} & {*homonyms, *taken, *given, *table().place} and main not in given:
            said = f"{size} of {sizes.total()} documents that spell it out say {main!r} or alike"
            given[short] = _sense(short, main, size, said)
            taken.add(main)
    yield from given.values()


def _sense(form: str, target: str, documents: int, reason: str) -> Sense:
    return Sense(form, target, documents, np.zeros(table().directions.shape[1]), reason)
