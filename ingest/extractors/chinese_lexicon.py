"""Chinese words that decide: what is no term, what a term's ending says of its type, what a claim hangs on.

It promises the lists of `ontologies/lexicon/` as sets, read once. It refuses to be complete: a word
that is missing costs recall, not truth.
"""

import re
from functools import cache, lru_cache

from silobridge.ingest.extractors.formula import is_formula
from silobridge.ingest.extractors.lexicon import table
from silobridge.ingest.extractors.types import NONE
from silobridge.ingest.extractors.types import type_of as english

NOUN_LIKE = frozenset(("n", "nz", "nt", "nrt", "vn", "eng", "l", "j", "an", "ng"))
INSIDE = NOUN_LIKE | {"b", "vg", "ag", "k", "h", "ns"}
"""Parts of speech (as jieba tags them) that may end a term, and that may stand anywhere within."""

HARMS = re.compile(
    r"(?:误差|噪声|噪音|成本|损耗|能耗|污染|风险|故障|缺陷|干扰|延迟|时延|腐蚀|磨损|排放|损伤|阻力|复杂度|失真|泄漏|费用)\Z"
)
"""Endings of things one wants less of: to lower them is to address them, not to degrade them."""

MERITS = re.compile(
    r"(?:性能|效率|精度|稳定性|强度|质量|可靠性|准确率|准确性|能力|寿命|活性|产量|灵敏度|分辨率|韧性|硬度|安全性|鲁棒性|效果|水平|容量|速度)\Z"
)
"""Endings of things one wants more of: to lower them is to degrade them."""

NEGATION = re.compile(r"不(?![仅但只断同少过论管锈变])|未(?![来知])|没有|无法|难以|并非|尚无|无助于")
HEDGE = re.compile(r"可能|或许|有望|也许|似乎|预计|潜在|大概|推测|有待")
PLANNED = re.compile(
    r"(?<![模虚比])拟(?![合态定声人物])|计划|打算|今后|未来|旨在|下一步|将(?=会|能|有|进一步|成为|继续)"
)
FIRST = re.compile(r"首次|第一次|率先|首创|首例|前所未有|尚未见报道|未见报道|鲜见报道")


@cache
def playing(part: str) -> frozenset[str]:
    """Give the words that play a part: generic, trim-start, trim-end, verb-in-term, never or added.

    Examples
    --------
    >>> "方法" in playing("generic"), "石墨烯" in playing("added")
    (True, True)
    """
    return frozenset(word for word, parts in table("words_zh").items() if part in parts.split(","))


@cache
def _characters() -> dict[int, str]:
    return {ord(traditional): simple for traditional, simple in table("traditional").items()}


def simplified(text: str) -> str:
    """Give a text in simplified characters, one for one, so that every place in it stays where it was.

    Examples
    --------
    >>> simplified("石墨烯應用於氣體傳感器")
    '石墨烯应用于气体传感器'
    """
    return text.translate(_characters())


@cache
def _longest() -> int:
    return max(map(len, table("types_zh")))


@lru_cache(maxsize=1 << 16)
def type_of(form: str, surface: str = "") -> str:
    """Give a term's type by its ending, the longest known one first; empty where none is known.

    Parameters
    ----------
    form
        The normal form. A Latin one is typed as an English term is.
    surface
        The term as written, where that is known: a chemical formula tells by its capitals.

    Examples
    --------
    >>> type_of("锂离子电池"), type_of("循环稳定性"), type_of("李雅普诺夫"), type_of("食品安全")
    ('device', 'property', '', '')
    >>> type_of("fuel cell"), type_of("limn2o4", "LiMn2O4")
    ('device', 'material')
    """
    if form.isascii():
        return english(form) or ("material" if is_formula(surface) else "")
    endings = table("types_zh")
    for length in range(min(_longest(), len(form)), 0, -1):
        kind = endings.get(form[-length:])
        if kind is not None:
            return "" if kind == NONE else kind
    return ""
