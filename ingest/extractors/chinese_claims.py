"""Chinese claims by pattern: a trigger, what stands right before it and right behind it, within one clause.

It promises that subject and object are whole terms of the same sentence, that nothing but listed words
stands between them and the trigger, and that denial, doubt, plans and firsts are kept. It refuses to guess
an argument that the clause does not name, and a term that the segmenter seems to have cut.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from silobridge.ingest.extractors.chinese_clauses import OF, TRIGGERS, Clause, Said, clauses
from silobridge.ingest.extractors.chinese_deeds import DEEDS, Found, Rule
from silobridge.ingest.extractors.chinese_lexicon import FIRST, HARMS, HEDGE, MERITS, NEGATION, PLANNED
from silobridge.ingest.extractors.chinese_terms import Term

_SMALL = re.compile(
    r"(?:改进|优化|新型|模糊|动态|自适应|最优|非线性|二维|三维|不同|先进|现代|混合|分布式|快速|相对|平均|几何|多|双|三|单|全|两|的)*"
)
"""What stands before a noun without being part of what it names."""


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


def _verb(predicate: str, confidence: float, failure: str = "") -> Callable[[Clause, re.Match[str]], Found]:
    def state(clause: Clause, match: re.Match[str]) -> Found:
        """Enter one claim of this sentence."""
        what = clause.after(match.end())
        for subject in clause.does(match.start()) if what else ():
            yield Said(subject, predicate, what, confidence, failure)

    return state


def _lowers(clause: Clause, match: re.Match[str]) -> Found:
    what = clause.after(match.end())
    harm = what is not None and HARMS.search(what.form)
    if what is not None and (harm or MERITS.search(what.form)):
        for subject in clause.does(match.start()):
            yield Said(subject, "addresses" if harm else "degrades", what, 0.7)


def _raises(clause: Clause, match: re.Match[str]) -> Found:
    what = clause.after(match.end())
    if what is not None and not HARMS.search(what.form):
        for subject in clause.does(match.start()):
            yield Said(subject, "improves", what, 0.75)


def _comprises(clause: Clause, match: re.Match[str]) -> Found:
    wholes = clause.before(match.start())
    parts = clause.items(match.end(), clause.stop)
    for part in parts or clause.listed(clause.after(match.end()), clause.stop):
        yield from (Said(part, "part-of", whole, 0.75) for whole in wholes[:1])


def _composed(clause: Clause, match: re.Match[str]) -> Found:
    wholes = clause.before(match.start())
    for part in clause.items(match.start("parts"), match.end("parts")):
        yield from (Said(part, "part-of", whole, 0.8) for whole in wholes[:1])


def _based(clause: Clause, match: re.Match[str]) -> Found:
    begin = match.end()
    small = _SMALL.match(clause.text, begin, clause.stop)
    starts = {begin, small.end() if small else begin}
    for first in (t for t in clause.terms if t.start in starts):
        bases = clause.listed(first, clause.stop) if clause.ends(first) else [first]
        follows = OF.match(clause.text, bases[-1].stop, clause.stop)
        what = clause.named(follows.end()) if follows else None
        if what is not None:
            yield from (Said(basis, "used-for", what, 0.75) for basis in bases)


def _limited(clause: Clause, match: re.Match[str]) -> Found:
    """Read "X 受 Y 限制": what holds back stands between the two words."""
    limit = clause.after(match.start("limit"))
    if limit is not None and limit.stop <= match.end():
        for subject in clause.before(match.start()):
            yield Said(subject, "limited-by", limit, 0.75, "limited")


def _limits(clause: Clause, match: re.Match[str]) -> Found:
    what = clause.after(match.end())
    for subject in clause.before(match.start()) if what else ():
        yield Said(what, "limited-by", subject, 0.75, "limited")


def _together(clause: Clause, match: re.Match[str]) -> Found:
    """Read "X 与 Y 呈正相关": the two go together, and no more is said."""
    pair = clause.before(match.start())
    if len(pair) == 2:
        yield Said(pair[1], "correlates-with", pair[0], 0.75)


def _better(clause: Clause, match: re.Match[str]) -> Found:
    """Read "X 优于 Y" and "X 的 P 优于 Y", where it is X that is compared."""
    what = clause.after(match.end())
    for subject in clause.before(match.start()) if what else ():
        if subject.type != "property" or (what is not None and what.type == "property"):
            yield Said(subject, "compared-with", what, 0.75)
        else:
            owners = [t for t in clause.terms if t.stop + 1 == subject.start]
            if owners and clause.text[subject.start - 1] == "的":
                yield Said(max(owners, key=lambda term: term.stop - term.start), "compared-with", what, 0.7)


_RULES: dict[str, Callable[[Clause, re.Match[str]], Found]] = {
    "zh-used-for": _verb("used-for", 0.75),
    "zh-comprises": _comprises,
    "zh-composed-of": _composed,
    "zh-improves": _raises,
    "zh-lowers": _lowers,
    "zh-addresses": _verb("addresses", 0.75),
    "zh-causes": _verb("causes", 0.75),
    "zh-requires": _verb("requires", 0.7),
    "zh-based-on": _based,
    "zh-limited-by": _limited,
    "zh-restricted-to": _verb("limited-by", 0.75, "limited"),
    "zh-limits": _limits,
    "zh-fails-at": _verb("fails-at", 0.75, "failed"),
    "zh-lacks": _verb("fails-at", 0.7, "fell-short"),
    "zh-suffers-from": _verb("limited-by", 0.7, "limited"),
    "zh-correlates": _together,
    "zh-better-than": _better,
}
_NEEDS = {
    "zh-used-for": "用", "zh-comprises": "含括", "zh-composed-of": "由", "zh-improves": "提改增促加延",
    "zh-lowers": "降减削恶抑缓缩", "zh-addresses": "解克避消", "zh-causes": "导引造诱", "zh-requires": "赖取离",
    "zh-based-on": "基", "zh-limited-by": "受", "zh-restricted-to": "受", "zh-limits": "制碍", "zh-fails-at": "能法难足",
    "zh-lacks": "缺", "zh-suffers-from": "存", "zh-correlates": "相", "zh-better-than": "优好",
}  # fmt: skip
"""Characters one of which a trigger needs: most sentences have none, and then its pattern is not tried."""
_ALL = (
    *(Rule(name, frozenset(_NEEDS[name]), re.compile(TRIGGERS[name]), say) for name, say in _RULES.items()),
    *DEEDS,
)
_VAGUE = re.compile(r"\A[该其此本]|(?:对照|治疗|观察|试验|实验)组\Z")
"""What points at something else, and groups of a trial."""
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
    if len(terms) < 2:
        return
    characters = set(text[start:stop])
    rules = [rule for rule in _ALL if not rule.needs.isdisjoint(characters)]
    novel = FIRST.search(text, start, stop) is not None
    for clause in clauses(text, start, stop, terms):
        if len(clause.nearby) < 2:
            continue
        for rule in rules:
            for match in rule.trigger.finditer(text, clause.start, clause.stop):
                if any(t.start <= match.start() < t.stop for t in clause.terms):
                    continue
                for said in rule.say(clause, match):
                    if claim := _claim(clause, match, rule.name, said, (start, novel)):
                        yield claim


def _claim(
    clause: Clause, match: re.Match[str], rule: str, said: Said, sentence: tuple[int, bool]
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
    if _VAGUE.search(one.form) or _VAGUE.search(other.form):
        return None
    if said.predicate in ("causes", "addresses", "improves") and one.type in ("place", "organisation"):
        return None
    text = clause.text
    lead = text[max(clause.start, match.start() - 8) : match.start()]
    negated = rule not in _DENIED_HERE and (
        NEGATION.search(lead) is not None or bool(match.groupdict().get("no"))
    )
    failure = "" if negated else said.failure
    if negated and said.predicate in ("improves", "addresses"):
        failure = "fell-short"
    planned = PLANNED.search(text, clause.start, match.start()) is not None
    done = "了" in text[match.end() - 1 : match.end() + 1] or "已" in lead or "成功" in lead
    why = _WHY.search(text, sentence[0], clause.stop) if failure else None
    return Claim(
        one, said.predicate, other, negated, HEDGE.search(text, clause.start, clause.stop) is not None,
        said.confidence, rule, "planned" if planned else "done" if done else "stated", sentence[1],
        "" if planned else failure, _reason(clause, match, why),
    )  # fmt: skip


def _reason(clause: Clause, match: re.Match[str], why: re.Match[str] | None) -> tuple[int, int]:
    """Give the clause of "由于 …" that stands before what failed."""
    if why is None or why.start() >= match.start():
        return (0, 0)
    stop = min(why.end(), clause.start if why.start() < clause.start else match.start())
    while stop > why.start() and clause.text[stop - 1] in ",，;；:： ":
        stop -= 1
    return (why.start(), stop)
