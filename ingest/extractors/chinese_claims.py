"""Chinese claims by pattern: a trigger, the term before it and the term after it, within one clause.

It promises that subject and object are terms of the same sentence, and that negation and hedging
before the trigger are kept. It refuses to guess an argument that the clause does not name.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from silobridge.ingest.extractors.chinese_lexicon import HARMS, HEDGE, NEGATION
from silobridge.ingest.extractors.chinese_terms import Term

# A bracket belongs to its clause, whatever stands in it.
_CLAUSE = re.compile(r"[（(][^（()）]{0,90}[)）]|(?P<cut>[,，。;；:：!！?？\n]|(?<=[\u4e00-\u9fff])\.)")
_LIST = re.compile(r"\s*(?:、|和|与|及|以及|或)\s*\Z")
_OF = re.compile(r"(?:\s*[（(][^（()）]{1,90}[)）])?的")
_GAP = 12
"""At most so many characters may stand between a trigger and its argument."""


class Claim(NamedTuple):
    """Subject, predicate, object, and how it is said."""

    subject: Term
    predicate: str
    object: Term
    negated: bool
    hedged: bool
    confidence: float
    rule: str


class _Clause(NamedTuple):
    text: str
    start: int
    stop: int
    terms: list[Term]

    def before(self, at: int) -> Term | None:
        """Give the term that ends nearest before a place."""
        near = [term for term in self.terms if term.stop <= at and at - term.stop <= _GAP]
        return max(near, key=lambda term: (term.stop, -term.start), default=None)

    def after(self, at: int, gap: int = _GAP) -> Term | None:
        """Give the term that begins nearest after a place; of 'X 的 Y', give Y."""
        near = [term for term in self.terms if term.start >= at and term.start - at <= gap]
        first = min(near, key=lambda term: (term.start, -term.stop), default=None)
        while first is not None and self.text[first.stop : first.stop + 1] == "的":
            following = [term for term in self.terms if term.start == first.stop + 1]
            if not following:
                break
            first = max(following, key=lambda term: term.stop)
        return first

    def listed(self, first: Term | None, stop: int) -> list[Term]:
        """Give a term and those joined to it by 、 and 和."""
        found = [first] if first else []
        for term in self.terms:
            if found and term.start >= found[-1].stop and term.stop <= stop:
                if not _LIST.match(self.text[found[-1].stop : term.start]):
                    break
                found.append(term)
        return found


_Found = Iterator[tuple[Term | None, str, Term | None, float]]


def _verb(predicate: str, confidence: float) -> Callable[[_Clause, re.Match[str]], _Found]:
    def state(clause: _Clause, match: re.Match[str]) -> _Found:
        """Enter one claim of this sentence."""
        yield clause.before(match.start()), predicate, clause.after(match.end()), confidence

    return state


def _lowers(clause: _Clause, match: re.Match[str]) -> _Found:
    what = clause.after(match.end())
    harm = what is not None and HARMS.search(what.form)
    yield clause.before(match.start()), "addresses" if harm else "degrades", what, 0.6


def _comprises(clause: _Clause, match: re.Match[str]) -> _Found:
    whole = clause.before(match.start())
    for part in clause.listed(clause.after(match.end()), clause.stop):
        yield part, "part-of", whole, 0.6


def _composed(clause: _Clause, match: re.Match[str]) -> _Found:
    whole = clause.before(match.start())
    for part in clause.listed(clause.after(match.start() + 1), match.end()):
        yield part, "part-of", whole, 0.7


def _based(clause: _Clause, match: re.Match[str]) -> _Found:
    basis = min((t for t in clause.terms if 0 <= t.start - match.end() <= 4), default=None,
                key=lambda term: (term.start, -term.stop))  # fmt: skip
    follows = _OF.match(clause.text, basis.stop, clause.stop) if basis is not None else None
    if follows:
        yield basis, "used-for", clause.after(follows.end(), 4), 0.6


_RULES: tuple[tuple[str, re.Pattern[str], Callable[[_Clause, re.Match[str]], _Found]], ...] = (
    ("zh-used-for", re.compile(r"应用于|适用于|用于|用来"), _verb("used-for", 0.7)),
    ("zh-comprises", re.compile(r"包括|包含"), _comprises),
    ("zh-composed-of", re.compile(r"由[^,，。;；由]{2,40}?(?:组成|构成)"), _composed),
    ("zh-improves", re.compile(r"提高|改善|提升|增强"), _verb("improves", 0.65)),
    ("zh-lowers", re.compile(r"降低|减小|减少|削弱|恶化"), _lowers),
    ("zh-addresses", re.compile(r"解决|克服"), _verb("addresses", 0.65)),
    ("zh-causes", re.compile(r"导致|引起|造成|引发"), _verb("causes", 0.65)),
    ("zh-requires", re.compile(r"依赖于|取决于"), _verb("requires", 0.55)),
    ("zh-based-on", re.compile(r"基于"), _based),
)


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
    for clause in _clauses(text, start, stop, terms):
        if len(clause.terms) < 2:
            continue
        for name, trigger, state in _RULES:
            for match in trigger.finditer(text, clause.start, clause.stop):
                if any(t.start < match.start() + 1 and match.start() < t.stop for t in clause.terms):
                    continue
                lead = text[max(clause.start, match.start() - 6) : match.start()]
                said = bool(NEGATION.search(lead)), bool(HEDGE.search(text, clause.start, clause.stop))
                for subject, predicate, object_, confidence in state(clause, match):
                    if (
                        subject
                        and object_
                        and subject.form != object_.form
                        and not _overlap(subject, object_)
                    ):
                        yield Claim(subject, predicate, object_, *said, confidence, name)


def _overlap(one: Term, other: Term) -> bool:
    return one.start < other.stop and other.start < one.stop


def _clauses(text: str, start: int, stop: int, terms: list[Term]) -> Iterator[_Clause]:
    cuts = [match.end() for match in _CLAUSE.finditer(text, start, stop) if match["cut"]]
    for begin, end in zip([start, *cuts], [*cuts, stop], strict=True):
        inside = [term for term in terms if begin <= term.start and term.stop <= end]
        if inside:
            yield _Clause(text, begin, end, inside)
