"""Chinese claims by pattern: a trigger, what stands right before it and right behind it, within one clause.

It promises that subject and object are whole terms of the same sentence, that nothing but listed words
stands between them and the trigger, and that denial, doubt, plans and firsts are kept. It refuses to guess
an argument that the clause does not name, and a term that the segmenter seems to have cut.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import NamedTuple

from silobridge.ingest.extractors.chinese_lexicon import FIRST, HARMS, HEDGE, MERITS, NEGATION, PLANNED
from silobridge.ingest.extractors.chinese_terms import Term

# A bracket belongs to its clause, whatever stands in it.
_CLAUSE = re.compile(r"[（(][^（()）]{0,90}[)）]|(?P<cut>[,，。;；:：!！?？\n]|(?<=[\u4e00-\u9fff])\.)")
_LIST = re.compile(r"\s*(?:、|和|与|及|以及|或)\s*\Z")
_BRACKET = r"(?:\s*[（(][^（()）]{1,60}[)）])?"
_OF = re.compile(_BRACKET + "的")
# What may open a clause before its subject: reports, connectives, and what something is done with.
_LEAD = re.compile(
    r"(?:[\s“\"《]|(?:实验|仿真|试验|研究|计算|测试|理论|数值|分析|应用|模拟|观察)*(?:结果)?(?:表明|显示|证明|证实|发现|指出|认为|说明)"
    r"|结果|因此|所以|因而|其中|但是?|然而|而且?|并且?|同时|此外|另外|首先|其次|然后|最后|目的|结论|方法|可见|目前|通常|一般"
    r"|该|此|本文|本|这种|这些|新型|新的?|一种|所|提出的?|设计的?|改进的?|传统的?|现有的?|所提的?|优化的?|典型的?|常规的?"
    r"|采用|通过|利用|使用|运用|应用|引入|加入|添加|掺杂|掺入|施用|增施|借助|依靠|经|将|把|以|用|首次|成功地?|由于|为了?|的)*"
    r"(?:[\u4e00-\u9fffA-Za-z0-9\-]{1,10}的|[\u4e00-\u9fff]{1,4})?\s*"
)
_FILL = re.compile(
    _BRACKET
    + r"(?:\s|的(?:使用|应用|加入|添加|引入|掺入|存在|方法|技术|算法|系统|处理|措施|改性)|处理|技术|方法|算法"
    r"|也|还|都|均|可以|可|能够|能|会|将|已经?|来|以|从而|有效地?|显著地?|明显地?|大大地?|大幅度?地?|极大地?|很好地?"
    r"|较好地?|更好地?|进一步|主要|成功地?|有助于|有利于|广泛|常|一般|被|直接|不仅|不但|并未|未能|未|不能|不会|不|没有"
    r"|无法|难以|可能|有望|或许|在?一定程度上|同时|强烈|密切|首次|通常|往往|容易|易)*"
)
_BEHIND = re.compile(
    r"(?:了|着|出|其|该|此|这一|这种|上述|整个|系统的|材料的|于|一定的|一种|多种|各种|新型|\s)*"
)
_END = re.compile(
    _BRACKET
    + r"\s*(?:\Z|[,，。;；、:：!！?？.\]）)”\"]|和|与|及其?|以及|或|并|而|等|时|后|中|上|方面|能力|问题"
    r"|具有|是|可|能|进行|研究|设计|实现|开发|提供|有|为|从|以|在|对|将|达到|较|显著|明显|[\d一二两三四五六七八九十几各]"
    r"|组成|构成|部分|方法|模型|系统|技术|算法|策略|方案|过程|程度|的(?:问题"
    r"|目的|不足|缺陷|缺点|研究|分析|求解|作用|效果|要求|需求|识别|检测|控制|设计|制备|计算|预测|测量|评价|诊断|处理|治疗|优化"
    r"|估计|模拟|生产|开发|影响|限制|制约|约束|瓶颈|局限|方法|模型|系统|技术|算法|实现|应用|过程|程度|探讨|探索|建立|构建))"
)
_SMALL = re.compile(
    r"(?:改进|优化|新型|模糊|动态|自适应|最优|非线性|二维|三维|不同|先进|现代|混合|分布式|快速|相对|平均|几何|多|双|三|单|全|两|的)*"
)
"""What stands before a noun without being part of what it names."""

_SKIPPED = 8
_SHORT = frozenset(("效率", "精度", "准确率", "性能", "速度", "产量", "质量"))
"""What two characters name well enough when the words before it are no term."""
_PLAIN = re.compile(r"[A-Za-z0-9\-]*(?:(?![优于比较均为是不很应该都已])[\u4e00-\u9fff]){0,7}?的?")
_MEANS = re.compile(
    r"(?:通过|采用|利用|使用|运用|应用|引入|加入|添加|掺入|掺杂|施用|借助|基于|经过?)"
    r"(?:了|对|一种|改进的?|新型|的|\s)*"
)
_FAR = 14
"""At most so many characters stand before a subject, within its clause."""


class Claim(NamedTuple):
    """Subject, predicate, object, and how it is said; `reason` is a place in the text, empty where none is."""

    subject: Term
    predicate: str
    object: Term
    negated: bool
    hedged: bool
    confidence: float
    rule: str
    modality: str = "stated"
    novel: bool = False
    failure: str = ""
    reason: tuple[int, int] = (0, 0)


class _Clause(NamedTuple):
    text: str
    start: int
    stop: int
    terms: list[Term]
    earlier: int
    nearby: list[Term]

    def before(self, at: int) -> list[Term]:
        """Give the terms that stand right before a place as its subject, and those listed with the last."""
        near = [t for t in self.terms if t.stop <= at and _FILL.fullmatch(self.text, t.stop, at)]
        last = max(near, key=lambda term: (term.stop, term.stop - term.start), default=None)
        if last is None:
            return []
        found = [last]
        for term in reversed(self.terms):
            joined = term.stop <= found[-1].start and _LIST.fullmatch(self.text, term.stop, found[-1].start)
            if joined and not any(o.start < term.start and o.stop == term.stop for o in self.terms):
                found.append(term)
        first = found[-1].start
        opened = first - self.start <= _FAR and _LEAD.fullmatch(self.text, self.start, first)
        return found if opened and not _TRIGGER.search(self.text, self.start, first) else []

    def does(self, at: int) -> list[Term]:
        """Give who does what stands at a place: its subject, else what it is done with."""
        return self.before(at) or self.means(at)

    def means(self, at: int) -> list[Term]:
        """Give what something is done with, where the clause up to a place, or the one before it, says so.

        "采用 X …, 提高了 Y" and "采用 X … 提高 Y": the nearest means before the trigger.
        """
        begin = self.start if not _FILL.fullmatch(self.text, self.start, at) else self.earlier
        found = list(_MEANS.finditer(self.text, begin, at))
        if not found:
            return []
        term = self._from(found[-1].end())
        while term is not None and self.text[term.stop : term.stop + 1] == "的":
            term = self._from(term.stop + 1)
        if term is None or not self.ends(term) or _TRIGGER.search(self.text, term.stop, at):
            return []
        return [term]

    def after(self, at: int) -> Term | None:
        """Give the whole term that begins right behind a place; of 'X 的 Y', give Y."""
        begin = found.end() if (found := _BEHIND.match(self.text, at, self.stop)) else at
        term = self._from(begin)
        if term is None:
            term = self._near(begin)
        while term is not None and self.text[term.stop : term.stop + 1] == "的":
            following = self._from(term.stop + 1)
            if following is None:
                break
            term = following
        return term if term is not None and self.ends(term) else None

    def _near(self, begin: int) -> Term | None:
        """Give the term a few plain characters on, behind words that belong to its phrase and are no terms here."""
        near = [
            t
            for t in self.terms
            if begin < t.start <= begin + _SKIPPED and (t.stop - t.start > 2 or t.form in _SHORT)
        ]
        first = min(near, key=lambda term: (term.start, -term.stop), default=None)
        plain = first is not None and _PLAIN.fullmatch(self.text, begin, first.start) is not None
        return (
            first
            if plain and first is not None and not _TRIGGER.search(self.text, begin, first.start)
            else None
        )

    def ends(self, term: Term) -> bool:
        """Tell whether a term is whole: what follows is no further part of its word."""
        return _END.match(self.text, term.stop, self.stop) is not None

    def _from(self, begin: int) -> Term | None:
        return max((t for t in self.nearby if t.start == begin), default=None, key=lambda term: term.stop)

    def listed(self, first: Term | None, stop: int) -> list[Term]:
        """Give a term and those joined to it by 、 and 和."""
        found = [first] if first else []
        for term in self.terms:
            if found and term.start >= found[-1].stop and term.stop <= stop:
                if not _LIST.fullmatch(self.text, found[-1].stop, term.start):
                    break
                if self.ends(term):
                    found.append(term)
        return found


class _Said(NamedTuple):
    subject: Term | None
    predicate: str
    object: Term | None
    confidence: float
    failure: str = ""


_Found = Iterator[_Said]


def _verb(predicate: str, confidence: float, failure: str = "") -> Callable[[_Clause, re.Match[str]], _Found]:
    def state(clause: _Clause, match: re.Match[str]) -> _Found:
        """Enter one claim of this sentence."""
        what = clause.after(match.end())
        for subject in clause.does(match.start()) if what else ():
            yield _Said(subject, predicate, what, confidence, failure)

    return state


def _lowers(clause: _Clause, match: re.Match[str]) -> _Found:
    what = clause.after(match.end())
    harm = what is not None and HARMS.search(what.form)
    if what is not None and (harm or MERITS.search(what.form)):
        for subject in clause.does(match.start()):
            yield _Said(subject, "addresses" if harm else "degrades", what, 0.7)


def _raises(clause: _Clause, match: re.Match[str]) -> _Found:
    what = clause.after(match.end())
    if what is not None and not HARMS.search(what.form):
        for subject in clause.does(match.start()):
            yield _Said(subject, "improves", what, 0.75)


def _comprises(clause: _Clause, match: re.Match[str]) -> _Found:
    wholes = clause.before(match.start())
    for part in clause.listed(clause.after(match.end()), clause.stop):
        yield from (_Said(part, "part-of", whole, 0.75) for whole in wholes[:1])


def _composed(clause: _Clause, match: re.Match[str]) -> _Found:
    wholes = clause.before(match.start())
    for part in clause.listed(clause.after(match.start("parts")), match.end()):
        yield from (_Said(part, "part-of", whole, 0.8) for whole in wholes[:1])


def _based(clause: _Clause, match: re.Match[str]) -> _Found:
    begin = match.end()
    small = _SMALL.match(clause.text, begin, clause.stop)
    starts = {begin, small.end() if small else begin}
    for basis in (t for t in clause.terms if t.start in starts):
        follows = _OF.match(clause.text, basis.stop, clause.stop)
        what = clause.after(follows.end()) if follows else None
        if what is not None:
            yield _Said(basis, "used-for", what, 0.75)


def _limited(clause: _Clause, match: re.Match[str]) -> _Found:
    """Read "X 受 Y 限制": what holds back stands between the two words."""
    limit = clause.after(match.start("limit"))
    if limit is not None and limit.stop <= match.end():
        for subject in clause.before(match.start()):
            yield _Said(subject, "limited-by", limit, 0.75, "limited")


def _limits(clause: _Clause, match: re.Match[str]) -> _Found:
    what = clause.after(match.end())
    for subject in clause.before(match.start()) if what else ():
        yield _Said(what, "limited-by", subject, 0.75, "limited")


def _together(clause: _Clause, match: re.Match[str]) -> _Found:
    """Read "X 与 Y 呈正相关": the two go together, and no more is said."""
    pair = clause.before(match.start())
    if len(pair) == 2:
        yield _Said(pair[1], "correlates-with", pair[0], 0.75)


_VERB = r"(?:满足|实现|达到|获得|识别|检测|处理|适应|反映|描述|保证|预测|区分|捕捉|准确|有效)+"

_RULES: tuple[tuple[str, re.Pattern[str], Callable[[_Clause, re.Match[str]], _Found]], ...] = (
    ("zh-used-for", re.compile(r"(?:应用|适用|用)于|用来"), _verb("used-for", 0.75)),
    ("zh-comprises", re.compile(r"(?:主要)?(?:包括|包含)"), _comprises),
    ("zh-composed-of", re.compile(r"(?:主要)?由(?P<parts>[^,，。;；由]{2,40}?)(?:组成|构成)"), _composed),
    ("zh-improves", re.compile(r"提高|改善|提升|增强"), _raises),
    ("zh-lowers", re.compile(r"降低|减小|减少|削弱|恶化|抑制"), _lowers),
    ("zh-addresses", re.compile(r"解决|克服|避免|消除"), _verb("addresses", 0.75)),
    ("zh-causes", re.compile(r"导致|引起|造成|引发"), _verb("causes", 0.75)),
    ("zh-requires", re.compile(r"依赖于?"), _verb("requires", 0.7)),
    ("zh-based-on", re.compile(r"基于"), _based),
    ("zh-limited-by", re.compile(r"受到?(?P<limit>[^,，。;；受]{2,24}?)(?:的)?(?:限制|制约|约束)"), _limited),
    ("zh-restricted-to", re.compile(r"受限于|受制于"), _verb("limited-by", 0.75, "limited")),
    ("zh-limits", re.compile(r"(?:限制|制约|阻碍)(?:了|着)"), _limits),
    ("zh-fails-at", re.compile(rf"(?:未能|无法|不能|难以|不足以)(?:很好地?|有效地?|准确地?)?{_VERB}"),
     _verb("fails-at", 0.75, "failed")),
    ("zh-lacks", re.compile(r"缺乏|缺少"), _verb("fails-at", 0.7, "fell-short")),
    ("zh-suffers-from", re.compile(r"存在(?!的)(?:着)?(?=[^,，。;；]{2,24}(?:问题|不足|缺陷|缺点|瓶颈|局限))"),
     _verb("limited-by", 0.7, "limited")),
    ("zh-correlates", re.compile(
        r"(?:之间)?(?:的)?(?:变化)?(?:呈|存在|具有|有|成)?(?:显著|明显|密切|高度|一定|良好|较强)?的?(?:线性)?(?:正|负)?相关"
    ), _together),
)  # fmt: skip
_TRIGGER = re.compile(
    "|".join(f"(?:{re.sub(r'[(][?]P<[a-z]+>', '(?:', trigger.pattern)})" for _, trigger, _ in _RULES)
)
_WHY = re.compile(r"由于[^。;；]{2,60}")
_DENIED_HERE = frozenset({"zh-fails-at", "zh-lacks"})


def claims(text: str, start: int, stop: int, terms: list[Term]) -> Iterator[Claim]:
    """Yield what a sentence claims about its terms, rule by rule within each clause.

    Parameters
    ----------
    text
        The stored text.
    start, stop
        The sentence.
    terms
        Its terms in order.
    """
    if len(terms) < 2 or not _TRIGGER.search(text, start, stop):
        return
    novel = FIRST.search(text, start, stop) is not None
    for clause in _clauses(text, start, stop, terms):
        if len(clause.nearby) < 2:
            continue
        for name, trigger, state in _RULES:
            for match in trigger.finditer(text, clause.start, clause.stop):
                if any(t.start < match.start() + 1 and match.start() < t.stop for t in clause.terms):
                    continue
                for said in state(clause, match):
                    if claim := _claim(clause, match, name, said, (start, novel)):
                        yield claim


def _claim(
    clause: _Clause, match: re.Match[str], rule: str, said: _Said, sentence: tuple[int, bool]
) -> Claim | None:
    """Put how it is said to what is said; None where it says nothing of two different terms."""
    one, other = said.subject, said.object
    if (
        one is None
        or other is None
        or one.form == other.form
        or (one.start < other.stop and other.start < one.stop)
    ):
        return None
    text = clause.text
    lead = text[max(clause.start, match.start() - 8) : match.start()]
    negated = rule not in _DENIED_HERE and NEGATION.search(lead) is not None
    failure = "" if negated else said.failure
    if negated and said.predicate in ("improves", "addresses"):
        failure = "fell-short"
    planned = PLANNED.search(text, clause.start, match.start()) is not None
    done = text[match.end() : match.end() + 1] == "了" or "已" in lead or "成功" in lead
    why = _WHY.search(text, sentence[0], clause.stop) if failure else None
    return Claim(
        one, said.predicate, other, negated, HEDGE.search(text, clause.start, clause.stop) is not None,
        said.confidence, rule, "planned" if planned else "done" if done else "stated", sentence[1],
        "" if planned else failure, _reason(clause, match, why),
    )  # fmt: skip


def _reason(clause: _Clause, match: re.Match[str], why: re.Match[str] | None) -> tuple[int, int]:
    """Give the clause of "由于 …" that stands before what failed."""
    if why is None or why.start() >= match.start():
        return (0, 0)
    stop = min(why.end(), clause.start if why.start() < clause.start else match.start())
    while stop > why.start() and clause.text[stop - 1] in ",，;；:： ":
        stop -= 1
    return (why.start(), stop)


def _clauses(text: str, start: int, stop: int, terms: list[Term]) -> Iterator[_Clause]:
    cuts = [match.end() for match in _CLAUSE.finditer(text, start, stop) if match["cut"]]
    earlier = start
    before: list[Term] = []
    starts = [term.start for term in terms]
    for begin, end in zip([start, *cuts], [*cuts, stop], strict=True):
        # Terms stand in order, so that a sentence of many clauses is gone through once.
        these = terms[bisect_left(starts, begin) : bisect_left(starts, end)]
        inside = [term for term in these if term.stop <= end]
        if inside:
            yield _Clause(text, begin, end, inside, earlier, before + inside)
        earlier, before = begin, inside
