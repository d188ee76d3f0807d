"""Chinese claims by longer patterns: what is done with what, to what, in what role, instead of what.

It promises that every word of a pattern is there, that arguments are whole terms at its edges, and that a tool
names a method, device, material or product. It refuses a deed whose tool or object the clause leaves out.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from silobridge.ingest.extractors.chinese_clauses import BRACKET, LOOSE, Clause, Said, tool
from silobridge.ingest.extractors.chinese_lexicon import HARMS
from silobridge.ingest.extractors.chinese_terms import Term

Found = Iterator[Said]
Sayer = Callable[[Clause, re.Match[str]], Found]


class Rule(NamedTuple):
    """A pattern, characters one of which it needs, and what it says where it stands."""

    name: str
    needs: frozenset[str]
    trigger: re.Pattern[str]
    say: Sayer


_MEASURE = r"测定|检测|测量|测试|表征|鉴定|监测|测得|检验|观测|测算|检查"
_MEASURED = re.compile(_MEASURE)
_REMOVES = re.compile("去除|消除|抑制|降解")
_MAKE = (
    "制备|合成|制得|制取|研制|构建|建立|构造|设计|实现|生成|开发|提取|分离|纯化|计算|求解|优化|预测|估计|识别|模拟|仿真|描述|分析|研究"
    "|评价|评估|处理|治疗|诊断|控制|去除|降解|提纯|推导|给出|确定|获得|得到|得出|绘制|求得|解释|讨论|验证|反演|重建|分割|跟踪|定位|筛选|培育|选育"
)
_DEED = rf"(?P<deed>{_MEASURE}|{_MAKE})(?:并且?(?:{_MEASURE}|{_MAKE}))?(?:了|出|得到?|成)?(?![及和与等以、,，。机仪器台])"
_WHAT = r"[^,，。;；对]{2,60}?"
_SHORT = r"[^,，。;；]{2,24}"
_USE = r"(?:应用|采用|利用|使用|运用|通过|借助|(?<![采应利运使作费通专信可])用(?![于来户途]))"


def _claimed(one: Term, predicate: str, other: Term, confidence: float = 0.75) -> Said:
    return Said(one, predicate, other, confidence)


def _done(tools: list[Term], objects: list[Term], deed: str) -> Found:
    """Say what a tool is for; what measures is named by what it measures."""
    for one in tools:
        for what in objects:
            if _MEASURED.match(deed) and one.type in ("method", "device", "") and what.type != "task":
                yield _claimed(what, "measured-by", one)
            else:
                yield _claimed(one, "addresses" if _REMOVES.match(deed) else "used-for", what)


_INNER = re.compile(
    r"(?:验证|优化|改进|控制|分析|研究|评价|处理|识别|检测|测试)的|(?:测试|检测|分析|处理)(?:机|仪|系统|装置|平台)"
)
"""A deed within a name: "逐级验证的通信算法", "材料测试机"."""


def _deed(clause: Clause, match: re.Match[str]) -> Found:
    """Read "采用 X 测定 Y"."""
    tools = clause.tools(match.start()) or [
        term
        for term in clause.before(match.start())
        if term.type in ("method", "device") or clause.text[term.stop] == "法"
    ]
    if not tools or _INNER.match(clause.text, match.start()):
        return
    what = clause.named(match.end())
    if what is None and not _MEASURED.match(match["deed"]):
        what = clause.owner(match.end())
    if what is not None:
        yield from _done(tools, clause.listed(what, clause.stop), match["deed"])


def _handled(clause: Clause, match: re.Match[str]) -> Found:
    """Read "采用 X 对 Y 进行 Z"."""
    tools = clause.tools(match.start())
    yield from _done(
        tools, clause.within(match.start("what"), match.end("what"), LOOSE) if tools else [], match["deed"]
    )


def _handled_with(clause: Clause, match: re.Match[str]) -> Found:
    """Read "对 Y 采用 X 进行 Z" and "Y 采用 X 测定"."""
    tools = [term for term in clause.within(match.start("means"), match.end("means")) if tool(term)]
    if tools:
        begin = match.start("what")
        yield from _done(tools, clause.within(begin, match.end("what")), match["deed"])


def _measured_with(clause: Clause, match: re.Match[str]) -> Found:
    tools = [term for term in clause.within(match.start("means"), match.end("means")) if tool(term)]
    yield from _done(tools, clause.before(match.start()) if tools else [], match["deed"])


def _applied(clause: Clause, match: re.Match[str]) -> Found:
    """Read "X 在 Y 中的应用"."""
    for what in clause.within(match.start("what"), match.end("what")):
        for subject in clause.before(match.start()):
            yield _claimed(subject, "used-for", what, 0.8)


def _for(clause: Clause, match: re.Match[str]) -> Found:
    """Read "用于 Y 的 X"."""
    said = clause.closing(match.end())
    if said is not None and tool(said):
        for what in clause.within(match.start("what"), match.end("what")):
            yield _claimed(said, "used-for", what)


def _acts(clause: Clause, match: re.Match[str]) -> Found:
    """Read "X 能 检测 Y", where X names what can."""
    what = clause.after(match.end())
    predicate = "addresses" if _REMOVES.search(match.group()) else "used-for"
    for subject in clause.before(match.start()) if what else ():
        if what is not None and subject.type in ("device", "method", "product", "material"):
            yield _claimed(subject, predicate, what, 0.7)


_TROUBLE = re.compile(
    rf"(?:针对|为了?(?:解决|克服|避免|消除|减少|降低)(?:了|目前)?)(?P<what>[^,，。;；]{{3,48}}?)"
    rf"(?:等|这一|的|\s|{BRACKET})*(?P<kind>问题|难题|缺点|不足|缺陷|困难|局限性?|弊端|矛盾)?[,，]"
)


def _proposed(clause: Clause, match: re.Match[str]) -> Found:
    """Read "针对 Y 问题, 提出 X": the clause before names the trouble."""
    trouble = _TROUBLE.match(clause.text, clause.earlier, clause.start)
    said = clause.closing(match.end()) if trouble else None
    if trouble is None or said is None or not tool(said):
        return
    for what in clause.within(trouble.start("what"), trouble.end("what")):
        if trouble["kind"] or HARMS.search(what.form):
            yield _claimed(said, "addresses", what)
        elif what.type in ("task", "application", "device", "product"):
            yield _claimed(said, "used-for", what, 0.7)


def _is_a(clause: Clause, match: re.Match[str]) -> Found:
    """Read "X 是一种 Y" and "X 是 Y 之一"."""
    if "what" in match.re.groupindex:
        kinds = clause.within(match.start("what"), match.end("what"))[:1]
    else:
        kinds = [kind] if (kind := clause.closing(match.end())) else []
    for kind in kinds:
        for subject in clause.before(match.start()):
            yield _claimed(subject, "is-a", kind, 0.8)


def _as(clause: Clause, match: re.Match[str]) -> Found:
    """Read "X 可作为 Y"."""
    role = clause.after(match.end())
    for subject in clause.before(match.start()) if role else ():
        if role is not None and role.type in ("material", "device", "method", "product"):
            yield _claimed(subject, "is-a", role, 0.7)


def _gauged(clause: Clause, match: re.Match[str]) -> Found:
    """Read "用 X 来度量 Y"."""
    what = clause.after(match.end())
    for one in clause.within(match.start("means"), match.end("means")) if what else ():
        if what is not None and one.type == "property":
            yield _claimed(what, "measured-by", one)


def _key_part(clause: Clause, match: re.Match[str]) -> Found:
    """Read "X 的主要成分是 Y"."""
    wholes = clause.before(match.start())
    for part in clause.listed(clause.after(match.end()), clause.stop):
        yield from (_claimed(part, "part-of", whole) for whole in wholes[:1])


_ROLE = re.compile(
    r"(?:剂|催化剂|载体|酶|抗原|抗体|引物|探针|填料|基质|培养基|碳源|氮源|电极|传感器|控制器|处理器|芯片|燃料|指标)\Z"
)


def _role(clause: Clause, match: re.Match[str]) -> Found:
    """Read "以 X 为稳定剂": what X is in this work."""
    roles = clause.within(match.start("role"), match.end("role"))[:1]
    for role in roles:
        for one in clause.within(match.start("what"), match.end("what")):
            if _ROLE.search(role.form) and one.type in ("material", "device", ""):
                yield _claimed(one, "is-a", role, 0.75)


_FROM = re.compile(
    r"以(?P<what>[^,，。;；以]{2,40}?)(?:作)?为(?:主要|初始|基本|起始)?(?:原料|原材料|基体|基材|前驱体|材料)[,，]?"
)


def _made(clause: Clause, match: re.Match[str]) -> Found:
    """Read "以 X 为原料, … 制备 Y" and "X 制备 Y" of two materials."""
    what = clause.named(match.end())
    if what is None or what.type not in ("material", "product", "device"):
        return
    if source := _FROM.search(clause.text, clause.earlier, match.start()):
        sources = clause.within(source.start("what"), source.end("what"))
    else:
        sources = [term for term in clause.before(match.start()) if term.type == "material"]
    yield from (_claimed(what, "made-of", one, 0.8) for one in sources)


_EFFECTS = {
    **dict.fromkeys(("促进", "改善", "保护", "增强", "提高", "增效", "修复", "催化"), "improves"),
    **dict.fromkeys(("治疗", "防治", "净化"), "used-for"),
    **dict.fromkeys(("破坏", "杀灭", "抑制", "阻碍", "损伤"), "degrades"),
    "去除": "addresses",
}


def _effect(clause: Clause, match: re.Match[str]) -> Found:
    """Read "X 对 Y 有抑制作用"."""
    for what in clause.within(match.start("what"), match.end("what")):
        predicate = _EFFECTS[match["deed"]]
        if predicate == "degrades" and HARMS.search(what.form):
            predicate = "addresses"
        for subject in clause.before(match.start()):
            yield _claimed(subject, predicate, what)


def _along(clause: Clause, match: re.Match[str]) -> Found:
    """Read "Y 随 X 的增加而降低": the two go together."""
    for one in clause.before(match.start()):
        for other in clause.within(match.start("what"), match.end("what"))[:1]:
            yield _claimed(one, "correlates-with", other)


def _within(predicate: str, reverse: bool = False, failure: str = "") -> Sayer:
    def state(clause: Clause, match: re.Match[str]) -> Found:
        """Say something of the subject and what the pattern encloses."""
        for what in clause.within(match.start("what"), match.end("what")):
            for subject in clause.before(match.start()):
                one, other = (what, subject) if reverse else (subject, what)
                yield Said(one, predicate, other, 0.75, failure)

    return state


def _behind(predicate: str) -> Sayer:
    def state(clause: Clause, match: re.Match[str]) -> Found:
        """Say something of what the pattern encloses and the term right behind it."""
        other = clause.after(match.end())
        for one in clause.within(match.start("what"), match.end("what")) if other else ():
            yield Said(one, predicate, other, 0.75)

    return state


def _compared(clause: Clause, match: re.Match[str]) -> Found:
    """Read "X 与 Y 相比"; in "与 X 和 Y 相比" what is compared stands elsewhere."""
    if not _JOINED.search(clause.text, clause.start, match.end()):
        yield from _within("compared-with")(clause, match)


_JOINED = re.compile("[与跟].*[与跟和]|、|从.*方面|对.*进行")


def _after(predicate: str, failure: str = "") -> Sayer:
    def state(clause: Clause, match: re.Match[str]) -> Found:
        """Say something of the subject and the term right behind the pattern."""
        other = clause.after(match.end())
        for subject in clause.before(match.start()) if other else ():
            yield Said(subject, predicate, other, 0.75, failure)

    return state


def _produces(clause: Clause, match: re.Match[str]) -> Found:
    what = clause.named(match.end())
    for subject in clause.before(match.start()) if what else ():
        yield Said(subject, "produces", what, 0.7)


_CHANGE = "增加|增大|升高|提高|增长|上升|降低|减小|减少|下降|减弱|增强|缩短|延长|变化"
_CLEARLY = r"[^,，。;；]{0,8}?"

_BEST = r"(?:一种|一个)?(?:重要|有效|主要|关键|根本|可行|最佳)*的?(?:途径|方法|手段|措施|技术|办法)"
_BASIS = r"(?:基础|前提|先决条件|必要条件|关键|重要条件|前提条件)"
_ACTS = (
    r"检测|识别|预测|测量|监测|控制|分离|去除|降解|吸附|生成|处理|定位|跟踪|治疗|防治"
    r"|诊断|模拟|计算|求解|估计|评价|消除|抑制"
)


def _rule(name: str, needs: str, say: Sayer, pattern: str) -> Rule:
    return Rule(name, frozenset(needs), re.compile(pattern), say)


DEEDS: tuple[Rule, ...] = (
    _rule("zh-with", "用过助法仪", _deed, _DEED),
    _rule("zh-done-to", "对", _handled,
          rf"对(?P<what>{_WHAT})(?:分别|同时|快速|实时)?(?:进行|加以|作|予以)了?(?P<deed>[一-鿿]{{2,8}})"),
    _rule("zh-to-with", "对", _handled_with,
          rf"对(?P<what>{_WHAT}){_USE}(?P<means>{_SHORT}?)(?:方法|技术|法)?进行了?(?P<deed>[一-鿿]{{2,8}})"),
    _rule("zh-by", "用过助", _measured_with,
          rf"(?:均|都|分别|可)?{_USE}(?P<means>{_SHORT}?)(?:方法|技术|法)?(?:进行)?(?P<deed>{_MEASURE})(?=[,，。;；.]|\Z)"),
    _rule("zh-applied-in", "在", _applied,
          r"在(?!作为)(?P<what>[^,，。;；在]{2,40}?)(?:领域|方面|过程|中|上|里)*的?(?:得到了?|有着?|具有)?"
          r"(?:广泛|重要|良好|初步|具体|成功|潜在|临床|实际)*的?(?:应用|运用)(?!于)"),
    _rule("zh-for", "于向", _for,
          r"(?<=[种个套类了款项])(?:用于|适用于|面向|应用于)(?P<what>[^,，。;；的]{2,24}?)的"),
    _rule("zh-acts", "能可用", _acts,
          rf"(?:能够?|可以?|用来|用以)(?:有效|快速|准确|实时|自动|同时|直接|很好|较好|方便)*地?(?:{_ACTS})"),
    _rule("zh-treats", "治", _acts, r"治疗(?!药物|方案|方法|技术|效果|组|前|后|中)"),
    _rule("zh-proposed", "针为", _proposed,
          r"(?:提出|设计|开发|研制|给出|构建|建立|引入|采用)(?:并实现)?了?(?:一种|一个|一套)?"),
    _rule("zh-kind", "是", _is_a, r"是(?:一种|一类|一项|一个)"),
    _rule("zh-one-of", "之", _is_a, r"(?:是|为)(?P<what>[^,，。;；是为]{2,30}?)的?之一"),
    _rule("zh-role", "为作", _role,
          r"(?:以|(?:选|采)?用)(?P<what>[^,，。;；以用]{2,30}?)(?:作为|为)(?P<role>[^,，。;；为]{2,10}?)(?=[,，。;；、合制]|\Z)"),
    _rule("zh-as", "作", _as, r"(?:可以?|能够?)?(?:用作|作为)(?:一种|一个)?"),
    _rule("zh-answers", "是", _within("addresses"),
          rf"是(?:一种)?(?:解决|克服|消除|避免)(?P<what>[^,，。;；]{{2,36}}?)(?:问题|难题|缺陷|不足)?的{_BEST}"),
    _rule("zh-way", "是", _within("improves"),
          rf"是(?:一种)?(?:提高|改善|增强|提升|促进)(?P<what>[^,，。;；]{{2,36}}?)的{_BEST}"),
    _rule("zh-caused", "引导造诱", _after("causes"), r"所?(?:引起|导致|造成|引发|诱发)的"),
    _rule("zh-cause-of", "由", _behind("causes"),
          rf"由(?:于)?(?P<what>{_SHORT}?)所?(?:引起|导致|造成|引发|诱发)的"),
    _rule("zh-gauged", "用", _gauged,
          r"用(?P<means>[^,，。;；用]{2,24}?)(?:等指标|指标|等)?来?(?P<deed>测度|度量|衡量|评价|评判|表示|反映|描述)(?=[^,，。;；])"),
    _rule("zh-key-part", "的", _key_part,
          r"的(?:关键|主要|核心|重要)(?:部件|组成部分|成分|元件|有效成分|活性成分)(?:是|为|包括|有)"),
    _rule("zh-part", "是", _within("part-of"),
          r"是(?P<what>[^,，。;；是]{2,20}?)的(?:一个|一项)?(?:重要|主要|关键|核心|基本|有机|必要)*(?:组成部分|部件|成分|组分|环节)"),
    _rule("zh-made", "制合生", _made, r"(?:制备|合成|制得|制取|制成|生产)(?:了|出|得到)?"),
    _rule("zh-effect", "对", _effect,
          rf"对(?P<what>{_WHAT})(?:(?P<no>没有|并?无)|具有|有|起到?|产生|显示出?|表现出)(?:了|着)?{_CLEARLY}"
          rf"(?P<deed>{'|'.join(_EFFECTS)})[^,，。;；]{{0,3}}?(?:作用|效果|活性|疗效|效应)"),
    _rule("zh-along", "随", _along,
          rf"随着?(?P<what>{_SHORT}?)的?(?:不断|逐渐|进一步)?(?:{_CHANGE})(?:而|呈|,|，)?{_CLEARLY}(?:{_CHANGE})"),
    _rule("zh-produces", "产释分生放形", _produces,
          r"(?:能|可|会)?(?:产生|释放|分泌|生成|放出)(?:了|出)?(?![的于物率])|(?:能够?|可以?|会)形成了?"),
    _rule("zh-basis", "是", _within("requires", reverse=True),
          rf"是(?P<what>[^,，。;；是]{{2,24}}?)的?(?:重要|主要|必要|根本|首要|先决)?{_BASIS}(?=[,，。;；.]|\Z)"),
    _rule("zh-compared", "比", _compared,
          r"(?:与|跟)(?P<what>[^,，。;；与和、]{2,24}?)(?:进行了?)?(?:相比较?|(?:比较|的?对比)(?=[,，。;；]|\Z|了|研究|分析|试验|实验))"),
    _rule("zh-more", "比", _within("compared-with"), r"比(?P<what>[^,，。;；比]{2,20}?)(?:具有)?(?:更加?|要)"),
    _rule("zh-obstacle", "是", _within("limited-by", reverse=True, failure="limited"),
          rf"是(?:制约|限制|阻碍|约束)(?P<what>{_SHORT}?)的?(?:主要|关键|重要|首要)?(?:因素|瓶颈|障碍|原因)"),
    _rule("zh-failed", "失", _after("limited-by", "failed"),
          r"失败(?:的(?:主要|重要|根本)?原因(?:是|在于|为)|(?:主要)?是由于?|(?:主要)?源于)"),
    _rule("zh-weak-at", "对", _within("fails-at", failure="failed"),
          rf"对(?P<what>{_WHAT})(?:不敏感|无效|不适用|失效|效果不佳|效果较差)"),
)  # fmt: skip
