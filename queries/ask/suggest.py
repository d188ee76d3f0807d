"""What could have been meant, where a question does not fit.

It promises only questions that name what the graph holds. It refuses more than a handful.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from silobridge.queries.ask.choose import Choice
from silobridge.queries.ask.find import WORD
from silobridge.queries.ask.record import Found
from silobridge.queries.ask.tables import cue_words, filler, language
from silobridge.queries.lookup import search_concepts

if TYPE_CHECKING:
    import duckdb

SHOWN = 5

_ABOUT = {
    ("en", "C"): ("Which disciplines work with {}?", "What is claimed about {}?", "What helps against {}?"),
    ("zh", "C"): ("哪些学科研究{}？", "关于{}有哪些论断？", "什么可以防止{}？"),
    ("en", "D"): ("Which concepts does {} work with?", "Which organisations are active in {}?"),
    ("zh", "D"): ("{}使用哪些概念？", "哪些机构活跃在{}领域？"),
    ("en", "O"): ("Which documents come from {}?", "What does {} work on?"),
    ("zh", "O"): ("{}有哪些文献？", "{}做哪些研究？"),
}
_ALWAYS = {
    "en": ("Which disciplines are silos?", "Show the strongest bridges", "What are the most used concepts?"),
    "zh": ("哪些学科是孤岛？", "最大的行业有哪些？", "2019年以来新出现的概念"),
}


def suggestions(
    connection: "duckdb.DuckDBPyConnection", text: str, found: Sequence[Found], chosen: Sequence[Choice]
) -> tuple[str, ...]:
    """Give questions that could be meant: about what was found, or about concepts whose names hold a word of it."""
    tongue = language(text)
    names = [(one.slot, one.label or one.value) for one in found if (tongue, one.slot) in _ABOUT]
    if not names:
        words = [match.group().lower() for match in WORD.finditer(text)]
        for word in words:
            if len(word) > 3 and word not in filler()[0] and word not in cue_words():
                near = search_concepts(connection, word, 5)
                names += [("C", concept.label) for concept in near if concept.documents > 1][:2]
    made = [pattern.format(name) for slot, name in names for pattern in _ABOUT[tongue, slot]]
    return tuple(dict.fromkeys(made[:SHOWN] or _ALWAYS[tongue]))
