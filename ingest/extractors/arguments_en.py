"""Who does what in a parsed English sentence: walking from a verb to the terms it joins.

It promises terms that were found as mentions, and reads through nouns that only stand before another
("the use of X", "a class of X"). It refuses pronouns: what "it" or "we" means is not guessed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from silobridge.ingest.extractors.parse_en import Parse
from silobridge.ingest.extractors.terms_en import Term
from silobridge.kg.spelling import listed

_TRANSPARENT = listed(
    "use usage application introduction addition incorporation adoption combination type kind class family form"
    " series set variety number range pair plurality group array amount layer performance efficiency accuracy"
    " quality method technique process system approach presence development design mean"
)
_COUNTS = listed(
    "number numbers variety amount range pair plurality majority handful multitude collection sequence"
)
_EITHER = listed("media data series species means")
_NEGATIVE = frozenset({"no", "neither", "nor", "without"})
_SUBJECTS = ("nsubj", "csubj")
MOST_JOINED = 8
DEEPEST = 6


class Frame(NamedTuple):
    """A claim and the verb that says how it is said, -1 where there is none."""

    subject: Term
    predicate: str
    object: Term
    verb: int
    rule: str


@dataclass(frozen=True, slots=True)
class Sentences:
    """A parse with its children and the outermost term that each unit heads; `patent` says whose words they are."""

    parse: Parse
    children: list[list[int]]
    heading: dict[int, Term]
    patent: bool = False

    @classmethod
    def of(cls, parse: Parse, terms: list[Term], patent: bool = False) -> "Sentences":
        """Index a parse once, for every walk."""
        children: list[list[int]] = [[] for _ in parse.words]
        for unit, head in enumerate(parse.heads):
            if head != unit:
                children[head].append(unit)
        heading: dict[int, Term] = {}
        for term in terms:
            held = heading.get(term.head)
            if held is None or term.stop - term.start > held.stop - held.start:
                heading[term.head] = term
        return cls(parse, children, heading, patent)

    def kids(self, unit: int, *deps: str) -> Iterator[int]:
        """Yield a unit's children in one of some relations, in order."""
        return (kid for kid in self.children[unit] if self.parse.deps[kid] in deps)

    def terms(self, unit: int, depth: int = 0) -> list[Term]:
        """Give the terms a noun stands for: its own, what it stands before, and what is joined to it."""
        found: list[Term] = []
        for each in self._joined(unit):
            if self._denied(each):
                continue
            if each in self.heading and not self._counts(each):
                found.append(self.heading[each])
            elif depth < 2 and (self.transparent(each) or self._counts(each)):
                for place in self.behind(each, "of"):
                    found.extend(self.terms(place, depth + 1))
        return found

    def _counts(self, unit: int) -> bool:
        """Tell whether a term only counts what stands behind "of": "a manageable number of topics"."""
        return self.parse.lower[unit] in _COUNTS and bool(self.behind(unit, "of"))

    def transparent(self, unit: int) -> bool:
        """Tell whether a noun only stands before another: "a class of X"."""
        return self.parse.lower[unit].rstrip("s") in _TRANSPARENT

    def half(self, term: Term) -> bool:
        """Tell whether a single noun leaves what it is about behind "of": "the suppression of noise"."""
        return term.stop - term.start == 1 and any(
            self.parse.lower[prep] == "of" for prep in self.kids(term.head, "prep")
        )

    def behind(self, unit: int, *prepositions: str) -> list[int]:
        """Give the nouns behind a unit's prepositions."""
        return [
            noun
            for prep in self.kids(unit, "prep", "agent", "dative")
            if self.parse.lower[prep] in prepositions
            for noun in self.kids(prep, "pobj")
        ]

    def causes(self, unit: int) -> list[int]:
        """Give the nouns behind "due to", "because of" and "owing to" on a verb or noun."""
        found: list[int] = []
        for kid in self.children[unit]:
            if self.parse.lower[kid] in ("due", "because", "owing"):
                for place in (kid, *self.kids(kid, "pcomp", "prep")):
                    found.extend(self.kids(place, "pobj"))
        return found

    def subjects(self, verb: int, depth: int = 0) -> list[int]:
        """Give the nouns that a verb says something of; a participle says it of the noun it hangs on."""
        own = list(self.kids(verb, *_SUBJECTS, "nsubjpass"))
        if own:
            return self._relative(verb, own)
        head, dep = self.parse.heads[verb], self.parse.deps[verb]
        if dep in ("acl", "relcl"):
            return [head]
        if dep in ("conj", "xcomp") and depth < DEEPEST and head != verb:
            return self.subjects(head, depth + 1)
        return []

    def passive(self, verb: int) -> bool:
        """Tell whether what stands before a verb suffers it."""
        if self.parse.tags[verb] != "VBN":
            return False
        kids = self.children[verb]
        if any(self.parse.deps[kid] in ("auxpass", "nsubjpass") for kid in kids):
            return True
        if any(self.parse.deps[kid] in (*_SUBJECTS, "aux", "dobj") for kid in kids):
            return False
        if self.parse.deps[verb] == "conj" and self.parse.tags[self.parse.heads[verb]] == "VBN":
            return self.passive(self.parse.heads[verb])
        return self.parse.deps[verb] in ("acl", "relcl", "amod", "advcl", "ROOT")

    def _relative(self, verb: int, own: list[int]) -> list[int]:
        """Read "which" and "that" as the noun the clause hangs on."""
        if self.parse.deps[verb] == "relcl" and self.parse.tags[own[0]] in ("WDT", "WP"):
            return self._agreeing(verb, self.parse.heads[verb])
        return own

    def _agreeing(self, verb: int, noun: int) -> list[int]:
        """Give the noun a relative clause hangs on, or the one before it where the verb's number fits that alone."""
        tags = self.parse.tags
        finite = {tags[unit] for unit in (verb, *self.kids(verb, "aux", "auxpass"))} & {"VBZ", "VBP"}
        plural = {"VBZ": ("NN", "NNP"), "VBP": ("NNS", "NNPS")}.get(min(finite, default=""))
        if plural is None or tags[noun] in plural or tags[noun] not in ("NN", "NNS", "NNP", "NNPS"):
            return [noun]
        if (
            self.parse.deps[noun] == "conj"
            or self.parse.lower[noun] in _EITHER
            or any(self.kids(noun, "conj"))
        ):
            return [noun]
        above = self.parse.heads[self.parse.heads[noun]]
        return [above] if self.parse.deps[noun] == "pobj" and tags[above] in plural else []

    def _joined(self, unit: int) -> list[int]:
        """List a noun and those joined to it by commas and "and"."""
        found, place = [unit], 0
        while place < len(found) < MOST_JOINED:
            found.extend(self.kids(found[place], "conj"))
            place += 1
        return found

    def _denied(self, unit: int) -> bool:
        return any(self.parse.lower[kid] in _NEGATIVE for kid in self.children[unit])
