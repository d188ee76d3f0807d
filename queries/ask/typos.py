"""Names that are merely near: misspelt words, and Chinese names with one character off or more around them.

It promises to be asked only about what nothing else explained, and a note for every correction. It
refuses a correction that is as good as another one.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from silobridge.kg.forms import normal_form
from silobridge.queries.ask.find import HAN, WORD
from silobridge.queries.ask.record import Found
from silobridge.queries.ask.tables import cue_words, domain_names, filler

if TYPE_CHECKING:
    import duckdb

SHORTEST = 5
"""Letters a word must have before a typo is looked for in it."""

NEAR = 88.0
"""How alike, of 100, a phrase must be to a name (rapidfuzz's ratio)."""

FORMS = """
    SELECT form FROM usage GROUP BY form HAVING count(*) >= 2
    UNION SELECT subject FROM statement UNION SELECT object FROM statement UNION SELECT form FROM alias"""


@dataclass(frozen=True)
class Names:
    """Every name the graph and the tables know, for comparing with."""

    forms: tuple[str, ...]
    words: frozenset[str]

    @classmethod
    def read(cls, connection: "duckdb.DuckDBPyConnection") -> "Names":
        """Read the graph's names; takes time in proportion to its concepts."""
        forms = tuple(sorted(row[0] for row in connection.execute(FORMS).fetchall()))
        words = {word for form in forms for word in form.split() if word.isascii()}
        words |= {word for _, form in domain_names() for word in form.split() if word.isascii()}
        return cls(forms, frozenset(words))


def respell(text: str, known: Sequence[Found], names: Names) -> tuple[str, list[str]]:
    """Correct words no table and no name holds, where one nearest word is within one or two slips.

    Returns
    -------
    tuple
        The question corrected, and a note for each correction.
    """
    notes, corrected = [], text
    for match in reversed(list(WORD.finditer(text))):
        word = match.group().casefold()
        if any(one.start < match.end() and match.start() < one.stop for one in known) or _is_known(
            word, names
        ):
            continue
        found = _nearest(word, cue_words()) or _nearest(word, names.words)
        if found:
            notes.append(f"“{match.group()}” was read as “{found}”")
            corrected = corrected[: match.start()] + found + corrected[match.end() :]
    return corrected, notes[::-1]


def _is_known(word: str, names: Names) -> bool:
    return (
        len(word) < SHORTEST
        or word in filler()[0]
        or word in cue_words()
        or bool({word, normal_form(word)} & names.words)
    )


def _nearest(word: str, words: Iterable[str]) -> str:
    from rapidfuzz.distance import OSA

    limit = 1 if len(word) < 8 else 2
    alike = (other for other in words if abs(len(other) - len(word)) <= limit)
    near = [(OSA.distance(word, other, score_cutoff=limit), other) for other in alike]
    near = sorted(pair for pair in near if pair[0] <= limit and len(pair[1]) >= SHORTEST - 1)
    if not near or (
        len(near) > 1 and near[1][0] == near[0][0] and normal_form(near[1][1]) != normal_form(near[0][1])
    ):
        return ""
    return near[0][1]


def near_concepts(
    text: str, known: Sequence[Found], names: Names, resolve: Callable[[str], str]
) -> list[Found]:
    """Find concepts whose name is nearly in the question, where nothing else was found.

    Parameters
    ----------
    text
        The question.
    known
        What was found already; it is left alone.
    names
        What to compare with.
    resolve
        Gives a form's concept.
    """
    named = any(one.slot in "CDOX" for one in known)
    english = [] if named else _near_english(text, known, names, resolve)
    return english or _near_chinese(text, known, names, resolve)


def _near_english(
    text: str, known: Sequence[Found], names: Names, resolve: Callable[[str], str]
) -> list[Found]:
    from rapidfuzz import fuzz, process

    words = [match for match in WORD.finditer(text) if not _covered(match.start(), match.end(), known)]
    best: tuple[float, Found] | None = None
    for first in range(len(words)):
        for last in range(first + 1, min(first + 4, len(words))):
            start, stop = words[first].start(), words[last].end()
            form = normal_form(text[start:stop])
            # A phrase of filler words alone is nobody's name.
            if any(one.group().casefold() in filler()[0] for one in (words[first], words[last])):
                continue
            hit = process.extractOne(form, names.forms, scorer=fuzz.ratio, score_cutoff=NEAR)
            if hit and (best is None or hit[1] > best[0]):
                note = f"“{text[start:stop]}” was read as “{hit[0]}”"
                best = hit[1], Found(start, stop, "C", resolve(hit[0]), hit[0], note)
    return [best[1]] if best else []


def _near_chinese(
    text: str, known: Sequence[Found], names: Names, resolve: Callable[[str], str]
) -> list[Found]:
    chinese = [form for form in names.forms if HAN.fullmatch(form)]
    for run in HAN.finditer(text):
        for size in (6, 5, 4, 3):
            for start in range(run.start(), run.end() - size + 1):
                piece = text[start : start + size]
                hits = {
                    resolve(form): form for form in chinese if len(form) == size and _slips(piece, form) == 1
                }
                if (
                    len(hits) == 1
                    and not _covered(start, start + size, known)
                    and filler()[1].sub("", piece) == piece
                ):
                    target, form = next(iter(hits.items()))
                    return [Found(start, start + size, "C", target, form, f"“{piece}” was read as “{form}”")]
    return _contained(text, known, chinese, resolve)


def _contained(
    text: str, known: Sequence[Found], chinese: Sequence[str], resolve: Callable[[str], str]
) -> list[Found]:
    """Take a piece that stands whole in the names of one concept only, as 热管 in 扁平热管."""
    for piece in unexplained(text, known):
        hits = {resolve(form) for form in chinese if form.endswith(piece.group())}
        if len(hits) == 1:
            target = hits.pop()
            note = f"“{piece.group()}” was taken as “{target}”, the only name here that ends so"
            return [Found(piece.start(), piece.end(), "C", target, target, note)]
    return []


def unexplained(text: str, known: Sequence[Found]) -> list[re.Match[str]]:
    """Give the Chinese pieces that no cue, filler or name accounts for."""
    from silobridge.queries.ask.tables import cues

    blanked = list(text)
    for pattern in (*map(re.compile, cues().values()), filler()[1]):
        for match in pattern.finditer(text):
            blanked[match.start() : match.end()] = " " * (match.end() - match.start())
    for one in known:
        blanked[one.start : one.stop] = " " * (one.stop - one.start)
    return [match for match in HAN.finditer("".join(blanked)) if len(match.group()) > 1]


def _slips(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _covered(start: int, stop: int, known: Sequence[Found]) -> bool:
    return any(one.start < stop and start < one.stop for one in known)
