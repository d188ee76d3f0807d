"""One clause of a Chinese sentence and its terms: what stands before a trigger, behind it, and what it is done with.

It promises that what it gives are whole terms, with nothing but listed words between them and the trigger. It
refuses a term that the segmenter seems to have cut, a subject far into its clause, and a clause too long to be one.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from silobridge.ingest.extractors.chinese_terms import Term

# A bracket belongs to its clause, whatever stands in it.
_CLAUSE = re.compile(
    r"[（(][^（()）]{0,90}[)）]|(?P<cut>[，。;；：!！?？\n]|(?<![A-Za-z0-9])[,:]|[,:](?![A-Za-z0-9])|(?<=[\u4e00-\u9fff])\.)"
)
_LONGEST = 600
_LIST = re.compile(r"\s*(?:、|和|与|及|以及|或)\s*\Z")
BRACKET = r"(?:\s*[（(][^（()）]{1,60}[)）])?"
OF = re.compile(BRACKET + "的")
_OF = re.compile("中?的")
# What may open a clause before its subject: reports, connectives, and what something is done with.
_LEAD = re.compile(
    r"(?:[^,，。;；]{0,20}?(?:表明|显示|证明|证实|发现|指出|认为|说明|探讨了?|介绍了?|讨论了?|综述了?|阐述了?|论述了?|总结了?|分析了?|研究了?))?"
    r"(?:[\s“\"《]|(?:实验|仿真|试验|研究|计算|测试|理论|数值|分析|应用|模拟|观察)*(?:结果)?(?:表明|显示|证明|证实|发现|指出|认为|说明)"
    r"|结果|因此|所以|因而|其中|但是?|然而|而且?|并且?|同时|此外|另外|首先|其次|然后|最后|目的|结论|方法|可见|目前|通常|一般"
    r"|该|此|本文|本|这种|这些|新型|新的?|一种|所|提出的?|设计的?|改进的?|传统的?|现有的?|所提的?|优化的?|典型的?|常规的?"
    r"|采用|通过|利用|使用|运用|应用|引入|加入|添加|掺杂|掺入|施用|增施|借助|依靠|经|将|把|以|用|首次|成功地?|由于|为了?|的|采取|一系列|一类|单一|[一二三四五六七八九十几两多数\d]+[个种类项组条台株])*"
    r"(?:[\u4e00-\u9fffA-Za-z0-9\-]{1,10}[的等]|[\u4e00-\u9fff]{2,4})?\s*"
)
_FILL = re.compile(
    BRACKET
    + r"(?:\s|的(?:使用|应用|加入|添加|引入|掺入|存在|方法|技术|算法|系统|处理|措施|改性)|处理|技术|方法|算法|法"
    r"|也|还|都|均|可以|可|能够|能|会|将|已经?|来|以|从而|有效地?|显著地?|明显地?|大大地?|大幅度?地?|极大地?|很好地?"
    r"|较好地?|更好地?|进一步|主要|成功地?|有助于|有利于|广泛|常|一般|被|直接|不仅|不但|并(?=不|未|无|非)|未能|未|不能|不会|不|没有"
    r"|无法|难以|可能|有望|或许|在?一定程度上|同时|更加?|极|甚至|强烈|密切|首次|通常|往往|容易|易)*"
)
_BEHIND = re.compile(
    r"(?:了|着|出|其|该|此|这一|这种|上述|整个|系统的|材料的|于|一定的|一种|多种|各种|新型|较高的?|良好的?|最佳的?|大量|\s"
    r"|[一二三四五六七八九十两几数\d]+[个种类项组条台株]|不同的?|各)*"
)
_END = re.compile(
    BRACKET + r"\s*(?:\Z|[,，。;；、:：!！?？.\]）)”\"]|和|与|及其?|以及|并|而"
    r"|等(?![级离效温])|时(?![间效变代滞延])|后(?![勤续期])|中(?![水风心国药毒医草老小期枢子间])|上(?![市海层述])|方面|能力|问题"
    r"|具有|是|可(?![靠行信逆持视再变调控编])|能(?![量力源耗])|进行|研究|设计|实现|开发|提供|有(?![机效限源])|为|从|以|在(?!线)|将|达到|较|显著|明显|\d|[一二两三四五六七八九十几]+[个种项类组例倍]"
    r"|组成|构成|部分|方法|模型|系统|技术|算法|策略|方案|过程|程度|的(?:问题|(?:临床|治疗|应用)?(?:疗效|效果)|(?:主要|重要|根本|直接|关键)?(?:原因|因素)"
    r"|目的|不足|缺陷|缺点|研究|分析|求解|作用|效果|要求|需求|识别|检测|控制|设计|制备|计算|预测|测量|评价|诊断|处理|治疗|优化"
    r"|估计|模拟|生产|开发|影响|限制|制约|约束|瓶颈|局限|方法|模型|系统|技术|算法|实现|应用|过程|程度|探讨|探索|建立|构建))"
)
_AND = re.compile("、|和|与|及|以及|的")
_ITEM_END = re.compile(BRACKET + r"(?:、|和|与|及|以及|等|[,，。;；.]|两|三|四|五|组成(?!的)|构成(?!的)|\Z)")
_SKIPPED = 8
_SHORT = frozenset(("效率", "精度", "准确率", "性能", "速度", "产量", "质量"))
"""What two characters name well enough when the words before it are no term."""
_PLAIN = re.compile(r"[A-Za-z0-9\-]*(?:(?![优于比较均为是不很应该都已在对将])[\u4e00-\u9fff]){0,7}?的?")
_MEANS = re.compile(
    r"(?:通过|采用|(?<!可)利用|使用|运用|应用|引入|加入|添加|掺入|掺杂|施用|借助|基于|经过|(?<![神曾已历])经(?![济常验典络营纬]))"
    r"(?:了|对|一种|改进的?|新型|的|\s)*"
)
_WITH = re.compile(
    r"(?<![所被的])(?:通过|采用|(?<!可)利用|使用|运用|应用|借助|经过|(?<![神曾已历])经(?![济常验典络营纬])|(?<![采应利运使作费通专信可])用(?![于来户途量水电药途作]))"
    r"(?:了|一种|一类|一个|改进的?|新型的?|新的|此|该|上述|所建立?的?|传统的?|经典的?|自制的?|现代|先进的?|成熟的|大型|商用|通用|多种|两种|三种|\s)*"
)
"""What something is done with follows."""
_TOOL_TAIL = re.compile(
    BRACKET
    + r"(?:[、和与及][^,，。;；对]{1,24}?)*(?:等[\u4e00-\u9fff]{0,6}(?:方法|技术|手段|仪器|软件|工具|算法|试验|实验))?"
    r"(?:\s|等|[一二三四五六两\d]种|的?(?:基本)?(?:方法|技术|手段|软件|算法|工具|方式|仪器|模型|理论|原理|策略|工艺|平台|功能|法|仪|数据|试验|实验))*"
    r"\s*[,，]?\s*(?:来|去|以|可以?|能够?|并|分别|首先|成功地?|有效地?|同时|系统地?|详细地?|进一步|从而|直接|快速|准确|定量|定性)*"
)
_DESCRIBED = re.compile(r"(?:较|更|很|大|小|高|低)")
_HARDLY = frozenset(("疗效", "临床症状", "临床疗效", "效果", "应用效果", "治疗效果", "临床价值", "诊断价值"))
"""Words that say how well something does, and name nothing that it does."""
_TRAIL = re.compile(BRACKET + r"(?:的|\s|分别|同时|等)*")
LOOSE = re.compile(BRACKET + r"(?:的[一-鿿]{1,6})?(?:\s|分别|同时|等)*")
_INTO = re.compile(
    r"(?:[^,，。;；]{0,48}?(?:的|、|和|与|及|以及|[)）]))?"
    r"(?:改进|优化|新型|不同|先进|现代|传统|大型|小型|复杂|实际|该|其|某|某型|各|各种|多种|所|上述|这些|这一|此|一种|两种|三种|一个|\d+|\s)*"
)
_LONGER = re.compile(r"(?:(?![于自由被将把])[\u4e00-\u9fffA-Za-z0-9\-,.·]){2,8}?|")
"""What may stand before a term of three characters or more that ends its phrase: it is named less closely, not wrongly."""
_CLOSE = re.compile(BRACKET + r"[,，。.;；:：!！\s”\"]*")
_WAYS = ("试验", "实验", "分析", "检验", "统计", "调查", "测试", "测定", "检测", "染色")
_TOOLS = frozenset({"method", "device", "material", "product"})
_GOES_ON = re.compile(
    r"(?:并且?|且|而且|同时|还|也|又|从而|进而|能够?|可以?|将|会|有效地?|显著地?|明显地?|大大地?|极大地?|较好地?|不仅|不但|\s)*"
)
_SUBJECT = re.compile(
    BRACKET + r"(?:方法|技术|法|处理|系统)*(?:具有|有着?|是|能够?|可以?|将|会|对|不仅|不但|既|均|都|也)"
)
"""What tells that the term before it is the subject of its clause."""
_FAR = 24
"""At most so many characters stand before a subject, within its clause."""
_NEAR = 60
"""At most so many characters lie between what something is done with and the deed."""

# What claims by itself: nothing of the kind may stand between a term and its trigger.
_VERB = r"(?:满足|实现|达到|获得|识别|检测|处理|适应|反映|描述|保证|预测|区分|捕捉|准确|有效)+"
TRIGGERS = {
    "zh-used-for": r"(?:应用|适用|用)于|用来",
    "zh-comprises": r"(?:主要)?(?:包括|包含|含有|富含)",
    "zh-composed-of": r"(?:主要)?由(?P<parts>[^,，。;；由]{2,40}?)(?:组成|构成)",
    "zh-improves": r"提高|改善|提升|增强|促进|加速|加快|延长",
    "zh-lowers": r"降低|减小|减少|削弱|恶化|抑制|减轻|缓解|延缓|缩短",
    "zh-addresses": r"解决|克服|避免|消除",
    "zh-causes": r"(?:是|会)?(?:导致|引起|造成|引发|诱发)",
    "zh-requires": r"依赖于?|取决于|离不开|有赖于",
    "zh-based-on": r"基于",
    "zh-limited-by": r"受到?(?P<limit>[^,，。;；受]{2,24}?)(?:的)?(?:限制|制约|约束)",
    "zh-restricted-to": r"受限于|受制于",
    "zh-limits": r"(?:限制|制约|阻碍)(?:了|着)",
    "zh-fails-at": rf"(?:未能|无法|不能|难以|不足以)(?:很好地?|有效地?|准确地?)?{_VERB}",
    "zh-lacks": r"缺乏|缺少",
    "zh-suffers-from": r"存在(?!的)(?:着)?(?=[^,，。;；]{2,24}(?:问题|不足|缺陷|缺点|瓶颈|局限))",
    "zh-correlates": r"(?:之间)?(?:的)?(?:变化)?(?:呈|存在|具有|有|成)?"
    r"(?:显著|明显|密切|高度|一定|良好|较强)?的?(?:线性)?(?:正|负)?相关",
    "zh-better-than": r"(?:明显|显著|远|均|都|略)*(?:优于|好于)",
}
BLOCK = re.compile("|".join(f"(?:{re.sub(r'[(][?]P<[a-z]+>', '(?:', each)})" for each in TRIGGERS.values()))


class Said(NamedTuple):
    """Two terms and what one clause says of them; `failure` says how it fell short, where it did."""

    subject: Term | None
    predicate: str
    object: Term | None
    confidence: float
    failure: str = ""


class Clause(NamedTuple):
    """A clause, its terms, and the clause before it."""

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
        found = self._listed_before(last, self.terms)
        first = found[-1].start
        opened = first - self.start <= _FAR and _LEAD.fullmatch(self.text, self.start, first)
        return found if opened and not BLOCK.search(self.text, self.start, first) else []

    def _listed_before(self, last: Term, terms: list[Term]) -> list[Term]:
        """Give a term and those joined to it by 、 and 和, backwards."""
        found = [last]
        for term in reversed(terms):
            joined = term.stop <= found[-1].start and _LIST.fullmatch(self.text, term.stop, found[-1].start)
            if joined and not any(o.start < term.start and o.stop == term.stop for o in terms):
                found.append(term)
        return found

    def does(self, at: int) -> list[Term]:
        """Give who does what stands at a place: its subject, else what it is done with."""
        return self.before(at) or self.means(at) or self.carried(at)

    def carried(self, at: int) -> list[Term]:
        """Give the subject of the clause before, where this one goes on with nothing but "and", "thus" or "can"."""
        if self.earlier == self.start or not _GOES_ON.fullmatch(self.text, self.start, at):
            return []
        for term in self.nearby:
            if term.start >= self.start or term.start - self.earlier > _FAR:
                break
            if term.how == "nested" or not _SUBJECT.match(self.text, term.stop, self.start):
                continue
            if _LEAD.fullmatch(self.text, self.earlier, term.start):
                return [term] if tool(term) or (not term.type and term.stop - term.start > 3) else []
        return []

    def means(self, at: int) -> list[Term]:
        """Give what something is done with, where the clause up to a place, or the one before it, says so.

        "采用 X …, 提高了 Y" and "采用 X … 提高 Y": the nearest means before the trigger.
        """
        begin = self.start if not _FILL.fullmatch(self.text, self.start, at) else self.earlier
        found = list(_MEANS.finditer(self.text, begin, at))
        if not found:
            return []
        term = self._head(found[-1].end())
        if term is None or not self.ends(term) or BLOCK.search(self.text, term.stop, at):
            return []
        return [term]

    def tools(self, at: int) -> list[Term]:
        """Give the methods, devices, materials and products right before a deed that it is done with.

        "采用 X 测定 Y", "利用 X 和 Z 等方法, 对 Y 进行 …": nothing but listed words between them and the place.
        """
        said = list(_WITH.finditer(self.text, max(self.earlier, at - _NEAR), at))
        found = said[-1] if said else None
        first = self._head(found.end()) if found else None
        if first is None and found and self.text[found.end()] != "对":
            first = self._near(found.end())
        if first is None:
            return []
        all_ = [first]
        for term in self.nearby:
            if term.start >= all_[-1].stop and term.stop <= at and term.how != "nested":
                if not _LIST.fullmatch(self.text, all_[-1].stop, term.start):
                    break
                all_.append(term)
        if not _TOOL_TAIL.fullmatch(self.text, all_[-1].stop, at):
            return []
        return [term for term in all_ if tool(term)]

    def after(self, at: int) -> Term | None:
        """Give the whole term that begins right behind a place; of 'X 的 Y', give Y."""
        begin = found.end() if (found := _BEHIND.match(self.text, at, self.stop)) else at
        term = self._from(begin)
        if term is None:
            term = self._near(begin)
        while term is not None and self.text[term.stop : term.stop + 1] == "的":
            following = self._from(term.stop + 1)
            if following is None or following.form in _HARDLY:
                break
            term = following
        return term if term is not None and self.ends(term) else None

    def named(self, at: int) -> Term | None:
        """Give the term right behind a place, else the one that ends the clause: "产生直径较大的射流"."""
        term = self.after(at)
        if term is not None and self.text[term.stop : term.stop + 1] in ("中", "内", "里"):
            return self.closing(at)
        if term is None or _DESCRIBED.match(self.text, term.stop, self.stop):
            return self.closing(at) or term
        return term

    def items(self, begin: int, stop: int) -> list[Term]:
        """Give the terms that fill an item of a list, whatever the other items are: "由隔栅、沉砂池和藕塘组成"."""
        edges = {begin, *(found.end() for found in _AND.finditer(self.text, begin, stop))}
        return [
            term
            for term in self.terms
            if term.start in edges and term.stop <= stop and _ITEM_END.match(self.text, term.stop, self.stop)
        ]

    def owner(self, at: int) -> Term | None:
        """Give the term of "X 的可行性": right behind a place, before a word that names nothing by itself."""
        begin = found.end() if (found := _BEHIND.match(self.text, at, self.stop)) else at
        term = self._from(begin)
        return term if term is not None and OF.match(self.text, term.stop, self.stop) else None

    def within(self, begin: int, at: int, trail: re.Pattern[str] = _TRAIL) -> list[Term]:
        """Give the terms that end a stretch of the clause or the one before it, the last first."""
        near = [
            t
            for t in self.nearby
            if begin <= t.start and t.stop <= at and trail.fullmatch(self.text, t.stop, at)
        ]
        last = max(near, key=lambda term: (term.stop, term.stop - term.start), default=None)
        if last is None or not self._opens(begin, last):
            return []
        return self._listed_before(last, [t for t in self.nearby if begin <= t.start])

    def closing(self, begin: int) -> Term | None:
        """Give the term that ends the clause, where only what belongs to it stands since a place."""
        near = [
            t
            for t in self.terms
            if begin <= t.start and t.form not in _HARDLY and _CLOSE.fullmatch(self.text, t.stop, self.stop)
        ]
        last = max(near, key=lambda term: (term.stop, term.stop - term.start), default=None)
        return last if last is not None and self._opens(begin, last) else None

    def _opens(self, begin: int, term: Term) -> bool:
        """Tell whether nothing but what belongs to its phrase stands between a place and a term."""
        if _INTO.fullmatch(self.text, begin, term.start):
            return True
        loose = _LONGER.fullmatch(self.text, begin, term.start) and term.stop - term.start > 2
        return bool(loose) and not BLOCK.search(self.text, begin, term.start)

    def _near(self, begin: int) -> Term | None:
        """Give the term a few plain characters on, behind words that belong to its phrase and are no terms here."""
        near = [
            t
            for t in self.nearby
            if begin < t.start <= begin + _SKIPPED and (t.stop - t.start > 2 or t.form in _SHORT)
        ]
        first = min(near, key=lambda term: (term.start, -term.stop), default=None)
        # One character alone is the head of a word that was cut: 自|适应控制.
        alone = first is not None and first.start - begin == 1 and not self.text[begin].isascii()
        if first is None or alone or not _PLAIN.fullmatch(self.text, begin, first.start):
            return None
        return None if BLOCK.search(self.text, begin, first.start) else first

    def ends(self, term: Term) -> bool:
        """Tell whether a term is whole: what follows is no further part of its word."""
        return _END.match(self.text, term.stop, self.stop) is not None

    def _head(self, begin: int) -> Term | None:
        """Give the longest term that begins at a place; of 'X 的 Y', give Y."""
        term = self._from(begin)
        while term is not None and (of := _OF.match(self.text, term.stop, term.stop + 2)):
            following = self._from(of.end())
            if following is None and tool(term):
                break
            term = following
        return term

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


def tool(term: Term) -> bool:
    """Tell whether a term names what something is done with; a Latin name most often does."""
    if not term.type:
        return term.form.isascii()
    return term.type in _TOOLS or term.form.endswith(_WAYS)


def clauses(text: str, start: int, stop: int, terms: list[Term]) -> Iterator[Clause]:
    """Yield the clauses of a sentence that hold terms; the whole in time proportional to its length."""
    cuts = [match.end() for match in _CLAUSE.finditer(text, start, stop) if match["cut"]]
    earlier = start
    before: list[Term] = []
    starts = [term.start for term in terms]
    for begin, end in zip([start, *cuts], [*cuts, stop], strict=True):
        # Terms stand in order, so that a sentence of many clauses is gone through once.
        these = (
            terms[bisect_left(starts, begin) : bisect_left(starts, end)] if end - begin <= _LONGEST else []
        )
        inside = [term for term in these if term.stop <= end]
        if inside:
            yield Clause(text, begin, end, inside, earlier, before + inside)
        earlier, before = begin, inside
