"""Where a Chinese name begins that an English name in brackets follows: 膨胀型防火涂料(intumescent coating).

It promises a span that ends at the bracket and begins at a word's edge, chosen by what the text shows: where
the clause, a preposition or a particle ends, how long the English name is, and whether the same characters
stand elsewhere in the text. It refuses to look a word up: a name is most often one that no list has.
"""

from collections.abc import Sequence
from typing import NamedTuple

from silobridge.ingest.extractors.chinese_lexicon import playing
from silobridge.kg.spelling import listed

RATIO = 0.33
"""Chinese characters for a letter of the English name, about: eight for "extracorporeal membrane oxygenation"."""

LONGEST = 20
MOST_TOKENS = 12


class Word(NamedTuple):
    """A word with its place in the text and its part of speech."""

    start: int
    stop: int
    word: str
    tag: str


def begins(text: str, words: Sequence[Word], stop: int, english: str) -> int:
    """Give where the Chinese name that ends at `stop` begins, or -1 where nothing there can be one.

    Parameters
    ----------
    text
        The whole text, in which the name may stand again.
    words
        The words of the sentence, in order.
    stop
        Where the name ends: the bracket.
    english
        The name in brackets.
    """
    run = _run([word for word in words if word.stop <= stop], stop)
    if not run:
        return -1
    expected = max(2.0, RATIO * sum(map(str.isalpha, english)))
    best, begin = 0.0, -1
    for place, word in enumerate(run):
        start = word.start + (len(word.word) > 2 and word.word[0] in "即除对")
        length = stop - start
        if (
            length < 2
            or word.tag[:1] == "x"
            or word.tag[:1] in ("k", "f")
            or word.word in _NEVER_FIRST
            or word.word in playing("trim-start")
        ):
            continue
        score = 3.0 - abs(length - expected) / expected
        score += 0.5 if place == 0 else 0.0
        score += _alone(text, start, stop)
        # A noun before it most often belongs to it, a verb seldom.
        score -= 0.4 * (word.tag[:1] in ("v", "d", "p") and word.tag != "vn")
        if score > best:
            best, begin = score, start
    return begin


def _alone(text: str, start: int, stop: int) -> float:
    """Weigh whether the characters stand elsewhere on their own, or always after the same one."""
    seen = text.count(text[start:stop])
    if seen < 2 or start == 0:
        return 0.0
    return 0.5 if text.count(text[start - 1 : stop]) < seen else -0.5


_NEVER_FIRST = listed("性 度 化 率 型 式 法 体 物 器 机 力 量 层 膜")
_ENDS = listed(
    "是 为 即 称为 叫做 简称 又称 亦称 一种 和 与 及 或 等 在 于 对 由 从 向 将 把 被 了 的 地 得 其"
    " 该 此 这 那 有 以 用 经 按"
)
_SAYING = listed(
    "应用 采用 利用 使用 运用 引入 提出 探讨 研究 调查 考察 检测 检验 分析 建立 结合 基于 包括 属于 比如说"
    " 例如 如 选用 合成 制备 进行 测定 观察 评价 比较 表明 称作 名为 译者 成为 作为 通过 发现 得到 获得 来自"
    " 以及 并 而 也 又 可 能"
)
_MEASURES = listed("种 个 次 项 例 名 组 只 条 套 株 类型 规格")
"""Words that end what comes before a name."""


def _run(words: Sequence[Word], stop: int) -> list[Word]:
    """Collect the words before the bracket back to the clause's edge, without a gap."""
    run: list[Word] = []
    edge = stop
    for word in reversed(words):
        if word.stop != edge or stop - word.start > LONGEST or len(run) == MOST_TOKENS:
            break
        if word.tag[:1] == "p" and word.word != "自":
            break
        if _parts(word) or (run and word.word in _SAYING) or (run and word.word in playing("never")):
            break
        run.insert(0, word)
        edge = word.start
    return run


def _parts(word: Word) -> bool:
    """Tell whether a word parts a name from what stands before it."""
    if word.word in _ENDS:
        return True
    if word.tag[:1] in ("x", "w"):
        return word.word not in ("-", "－", "·")
    if word.tag[:1] == "f":
        return word.word != "间"
    # Numbers with their measure words part; a rare noun is often taken for a measure word.
    return word.tag[:1] in ("c", "u", "r", "y", "e", "m", "t") or word.word in _MEASURES
