"""Words of a text as the index counts them, English and Chinese.

It promises that a document and a need are cut the same way: lower case, accents off, plain suffixes off,
Chinese in words of two characters or more. It refuses words that say nothing.
"""

import re
import unicodedata
from functools import lru_cache

from silobridge.kg.forms import singular
from silobridge.kg.spelling import AMERICAN, listed

LATIN = "[a-z0-9]+"
CJK = "[\u3400-\u4dbf\u4e00-\u9fff]"
_LATIN = re.compile(LATIN)
_CJK_RUN = re.compile(f"{CJK}+")
SHORTEST = 2
LONGEST = 40

_STOP = listed(
    "a about above after again against all also am among an and any are as at be because been before being below"
    " between both but by can cannot could did do does doing done down during each either ever every few for from"
    " further get gets given had has have having he her here hers him his how however i if in into is it its itself"
    " just keep kept let like made make makes many may me might more most much must my neither no nor not of off on"
    " once one ones only or other others our ours out over own per said same she should since so some still such"
    " than that the their theirs them then there therefore these they this those through thus to too two under until"
    " up upon us use used uses using very was we well were what when where whether which while who whom whose why"
    " will with within without would yet you your yours need needs want wants looking find way ways help problem"
    " next et al de la fig eg ie our 我们 的 需要 如何 怎么 一个 以及 可以 进行 没有 问题 希望 为了 这个 那个 什么 使用"
)  # fmt: skip


def words(text: str) -> list[str]:
    """Cut a text into the words the index knows, in order, said as often as they stand there.

    Examples
    --------
    >>> words("Our battery packs are overheating")
    ['battery', 'pack', 'overheat']
    """
    folded = _folded(text)
    found = [stem(word) for word in _LATIN.findall(folded)]
    found += chinese_words(folded)
    return [word for word in found if word]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    if plain.isascii():
        return plain
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def chinese_words(text: str) -> list[str]:
    """Cut the Chinese stretches of a text into words of at least two characters."""
    runs = _CJK_RUN.findall(text)
    if not runs:
        return []
    import rjieba

    cut = [word for run in runs for word in rjieba.cut(run)]
    return [word for word in cut if SHORTEST <= len(word) <= LONGEST and word not in _STOP]


@lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """Take plural, -ing and -ed off a lower-case English word; an empty string for a word that says nothing.

    Examples
    --------
    >>> [stem(word) for word in ("batteries", "overheated", "running", "colour", "the", "red", "coating")]
    ['battery', 'overheat', 'run', 'color', '', 'red', 'coat']
    """
    if not SHORTEST <= len(word) <= LONGEST or word in _STOP or (word.isdigit() and len(word) > 4):
        return ""
    word = singular(AMERICAN.get(word, word))
    for suffix in ("ing", "ed"):
        base = word.removesuffix(suffix)
        if base != word and len(base) >= 3 and any(c in "aeiouy" for c in base):
            doubled = len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsz"
            word = base[:-1] if doubled else base
            break
    return word[:-1] if len(word) > 4 and word.endswith("e") else word
