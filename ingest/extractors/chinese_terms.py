"""Chinese terms: runs of nouns, their parts, and the names a text gives in two languages.

It promises exact offsets and spans that end in a noun. It refuses single characters and words that
every text uses.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from silobridge.ingest.extractors.chinese_lexicon import INSIDE, NOUN_LIKE, playing, type_of
from silobridge.ingest.extractors.chinese_names import Word, begins
from silobridge.kg.forms import normal_form
from silobridge.kg.spelling import listed

GENERIC, NEVER_IN_TERMS = playing("generic"), playing("never")
TRIM_START, TRIM_END = playing("trim-start"), playing("trim-end")
VERBS_IN_TERMS = playing("verb-in-term")

MOST_TOKENS = 7
MOST_CHARACTERS = 40


class Token(NamedTuple):
    """A word with its place in the stored text and its part of speech."""

    start: int
    stop: int
    word: str
    tag: str


class Term(NamedTuple):
    """A term's place in the stored text."""

    start: int
    stop: int
    form: str
    type: str
    how: str


class Naming(NamedTuple):
    """A Chinese term with what stands for it in brackets: an English name, a short form, or both."""

    start: int
    stop: int
    english: str
    english_start: int
    short: str
    short_start: int


def tokens(text: str, start: int, stop: int) -> list[Token]:
    """Cut a stretch of text into tagged words."""
    found = []
    for word, tag in _tagger()(text[start:stop]):
        found.append(Token(start, start + len(word), word, tag))
        start += len(word)
    return found


@cache
def _tagger() -> Callable[[str], list[tuple[str, str]]]:
    import rjieba

    for word in sorted(playing("added")):
        rjieba.add_word(word, None, "n")
    tag: Callable[[str], list[tuple[str, str]]] = rjieba.tag
    return tag


def terms(words: list[Token]) -> Iterator[Term]:
    """Yield the terms of one sentence in order, each long one followed by the known parts it begins with."""
    run: list[Token] = []
    before: Token | None = None
    for place, token in enumerate(words):
        if (_belongs(token.word, token.tag) or (run and _closes(words, place))) and len(
            run
        ) < 3 * MOST_TOKENS:
            if not run:
                before = words[place - 1] if place else None
            run.append(token)
        elif run:
            yield from _parted(run, before)
            run, before = ([token] if _belongs(token.word, token.tag) else []), words[place - 1]
    if run:
        yield from _parted(run, before)


def _closes(words: list[Token], place: int) -> bool:
    """Tell whether a verb names a task: nouns stand before it, and nothing that it could be done to behind it."""
    if words[place].word not in _DEEDS or place + 1 == len(words):
        return words[place].word in _DEEDS
    following = words[place + 1]
    return following.word in _AFTER_NAMES


def _parted(run: list[Token], before: Token | None) -> Iterator[Term]:
    """Cut a run of words where "采用 X 计算 Y" shows that a verb stands between two terms."""
    while run and run[0].word in _WITH:
        before, run = run[0], run[1:]
    if not run:
        return
    if (
        before is not None
        and (before.tag in ("d", "ul") or before.word in _MODAL)
        and run[0].tag == "v"
        and len(run) > 1
    ):
        run = run[1:]
    if before is not None and before.word in _WITH:
        for place in range(1, len(run)):
            first = "".join(token.word for token in run[:place])
            if run[place].word in _DEEDS and (type_of(first) in _TOOLS or first.isascii()):
                rest = "".join(token.word for token in run[place + 1 :])
                if rest not in GENERIC and len(rest) != 2:
                    yield from _cut(run[:place])
                    yield from _cut(run[place + 1 :])
                    return
    yield from _cut(run)


_WITH = listed("采用 利用 使用 运用 应用 通过 借助 用 以及 和 与 经 作为")
_DEEDS = listed(
    "测定 检测 测量 测试 表征 鉴定 监测 检验 观测 计算 求解 优化 预测 估计 识别 模拟 仿真 描述 分析 研究 评价 评估"
    " 处理 治疗 诊断 控制 去除 降解 提取 分离 纯化 合成 制备 设计 建立 构建 实现 生成 重建 分割 跟踪 定位 解决"
    " 改善 提高"
)
"""Verbs that part two terms behind "采用", and that end a term where nothing follows that they could be done to."""
_ENDS = VERBS_IN_TERMS | _DEEDS
_MODAL = listed("无法 未能 不能 难以 来 能 能够 可 可以 进行 以 将 被 会 应 需 要 去")
_AFTER_NAMES = listed(
    "的 、 , ， . 。 ; ； : ： 和 与 及 等 中 方面 是 为 方法 技术 系统 模型 算法 问题 过程 领域 软件 装置 研究"
    " 效果 效率 精度 性能 ) ）"
)
_TOOLS = ("method", "device", "material", "product")


@lru_cache(maxsize=1 << 16)
def _belongs(word: str, tag: str) -> bool:
    if tag not in INSIDE:
        # The tagger takes rare nouns, and names that open a term, for names of people.
        return word in VERBS_IN_TERMS or tag == "nr"
    if tag == "eng":
        return not word[0].isdigit() and not _NO_NAMES.fullmatch(word)
    # The dictionary holds phrases such as "broadly applied" as if they were nouns.
    return word not in NEVER_IN_TERMS and not (
        len(word) == 4 and (word[2:] in NEVER_IN_TERMS or (word[:2] in NEVER_IN_TERMS and word[:2] != "应用"))
    )


def _cut(run: list[Token]) -> Iterator[Term]:
    begin, end = 0, len(run)
    while begin < end and (run[begin].word in TRIM_START or run[begin].tag in ("k", "ng", "vg", "ag")):
        begin += 1
    while begin < end and (run[end - 1].word in TRIM_END or not _may_end(run[end - 1])):
        end -= 1
    kept = run[max(begin, end - MOST_TOKENS) : end]
    whole = _term(kept, "sequence")
    if whole is None:
        return
    yield whole
    for length in range(len(kept) - 1, 0, -1):
        part = _term(kept[:length], "nested")
        if part is not None and part.type in ("device", "material", "product") and _may_end(kept[length - 1]):
            yield part
            return


def _may_end(token: Token) -> bool:
    if token.tag == "nr":
        return bool(type_of(token.word))
    return token.tag in NOUN_LIKE or token.tag in ("k", "vg", "ag") or token.word in _ENDS


def _term(run: list[Token], how: str) -> Term | None:
    named = (
        _named("".join([token.word for token in run]), run[0].tag if len(run) == 1 else "") if run else None
    )
    if named is None or (
        len(run) > 1 and all(len(token.word) == 1 or token.word in GENERIC for token in run)
    ):
        return None
    return Term(run[0].start, run[-1].stop, *named, how)


@lru_cache(maxsize=1 << 16)
def _named(surface: str, alone: str) -> tuple[str, str] | None:
    """Give form and type of what a run of words names; `alone` is the part of speech of a single word."""
    if not 2 <= len(surface) <= MOST_CHARACTERS or (alone and not _says_something(surface, alone)):
        return None
    form = normal_form(surface, "zh")
    return (form, type_of(form, surface)) if len(form) > 1 and form not in GENERIC else None


def _says_something(word: str, tag: str) -> bool:
    if tag == "eng":
        return len(word) >= 3 or (len(word) == 2 and word.isupper())
    # A lone two-character word is a term only where its ending names a kind of thing.
    known = bool(type_of(word))
    return (known and tag == "nr") or (tag in NOUN_LIKE and (len(word) >= 3 or known))


_BRACKET = re.compile(r"[（(]([^（()）]{2,90})[)）]")
_ENGLISH = re.compile(r"[A-Za-z][A-Za-z'-]*(?:[ -][A-Za-z][A-Za-z'-]*){0,7}\Z")
_SHORT = re.compile(r"(?:简称|缩写为?|以下简称)?[:：\"“]?\s*([A-Z][A-Za-z0-9-]{1,9})[\"”]?\Z")
_PARTS = re.compile(r"\s*[,，;；、:：]\s*")
_NO_NAMES = re.compile(
    r"(?:mm|cm|km|kg|mg|ml|min|rpm|[mg]pa|wt|vol|nm|mol|dpi|[mgk]hz|fig|table|et|al|the|and)\b", re.I
)


def namings(text: str, start: int, stop: int, found: list[Term]) -> Iterator[Naming]:
    """Yield the names of a sentence that are followed by their English name or short form in brackets.

    A short form needs a term before it; an English name tells by its length where the Chinese one begins.
    """
    ending = {term.stop: term.start for term in found if term.how == "sequence"}
    words: list[Word] = []
    for bracket in _BRACKET.finditer(text, start, stop):
        english, short = _bracketed(text, bracket)
        begin = ending.get(bracket.start(), -1)
        if english[0]:
            words = words or [Word(*token) for token in tokens(text, start, stop)]
            begin = begins(text, words, bracket.start(), english[0])
        if begin >= 0 and not text[begin].isascii() and (english[0] or short[0]):
            yield Naming(begin, bracket.start(), *english, *short)


def _bracketed(text: str, bracket: "re.Match[str]") -> tuple[tuple[str, int], tuple[str, int]]:
    """Give the English name and the short form in a bracket, with their places; empty where there is none."""
    english, short = ("", 0), ("", 0)
    at = bracket.start(1)
    for part in _PARTS.split(bracket.group(1)):
        place = text.find(part, at, bracket.end())
        at = max(at, place)
        match = _SHORT.match(part)
        if match and sum(c.isupper() for c in match.group(1)) >= 2 and not short[0]:
            short = match.group(1), place + match.start(1)
        elif not english[0] and _is_english(part):
            english = part, place
    return english, short


def _is_english(part: str) -> bool:
    words = part.split()
    if not _ENGLISH.match(part) or not words or _NO_NAMES.match(part):
        return False
    return len(part) >= 4 and sum(len(word) > 2 for word in words) * 2 >= len(words)
