"""Claims of an English parse: which term a sentence says does what to which other.

It promises that subject and object are mentions of the sentence, that a denied, doubted or merely planned
statement is marked so, and that each rule has a name and a confidence measured on real sentences
(`benchmarks/extraction.py`). It refuses to read cause into correlation: "X is associated with Y" says that
they go together, and no more.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from silobridge.ingest.extractors import failures_en, frames_en, uses_en
from silobridge.ingest.extractors.arguments_en import Frame, Sentences
from silobridge.ingest.extractors.failures_en import blocked, failures, falling_short
from silobridge.ingest.extractors.frames_en import frames
from silobridge.ingest.extractors.lexicon import words
from silobridge.ingest.extractors.manner_en import PLAIN, VERBS, Manner, hedged, manner
from silobridge.ingest.extractors.parse_en import Parse
from silobridge.ingest.extractors.terms_en import NOUNS, Term
from silobridge.ingest.extractors.types import type_of
from silobridge.ingest.extractors.uses_en import does, means, purposes, used
from silobridge.ingest.extractors.verbs_en import Statement, statements
from silobridge.kg.spelling import listed

_WORDS = frames_en.WORDS | uses_en.WORDS | failures_en.WORDS
"""What a claim may hang on, beside verbs and appositions: most words of a text are passed over at once."""
_TOOLS = ("by", "with", "using", "via", "through")
_WHO = listed("designer user engineer researcher operator customer author people physician manager investor")
_SHAPES = listed("pitch response configuration level basis capitalization")
_RULES = listed("law act regulation rule standard statute agreement policy covenant directive gaap contract")
_MADE = ("compose", "make", "form", "fabricate", "manufacture", "construct", "compare")

CONFIDENCE = {
    "improves": 0.65, "degrades": 0.85, "addresses": 0.75, "causes": 0.8, "requires": 0.7, "produces": 0.8,
    "part-of": 0.85, "made-of": 0.8, "measured-by": 0.65, "compared-with": 0.9, "limited-by": 0.8,
    "used-for": 0.8, "is-a": 0.8, "correlates-with": 0.8, "fails-at": 0.8,
}  # fmt: skip
"""By predicate, rounded down from the precision on hand-read claims (`kg evaluate claims`)."""


class Claim(NamedTuple):
    """Two terms of one sentence, what it says of them, and how."""

    subject: Term
    predicate: str
    object: Term
    manner: Manner
    rule: str


def claims(parse: Parse, terms: list[Term], patent: bool = False) -> Iterator[Claim]:
    """Yield the claims of a parse, in order of the words that state them; a patent names parts more freely."""
    if len(terms) < 2:
        return
    sentences = Sentences.of(parse, terms, patent)
    known = statements()
    for unit, word in enumerate(parse.lower):
        if word not in _WORDS and parse.tags[unit] not in VERBS and parse.deps[unit] != "appos":
            continue
        for claim in _claims(sentences, unit, known.get(word, ())):
            if not (_cut(parse, claim.subject) or _cut(parse, claim.object)):
                yield claim


def _claims(sentences: Sentences, unit: int, stated: Iterable[Statement]) -> Iterator[Claim]:
    if sentences.parse.tags[unit] in VERBS:
        for statement in stated:
            yield from _stated(sentences, unit, statement)
        yield from _framed(sentences, unit, does(sentences, unit))
    yield from _framed(sentences, unit, purposes(sentences, unit))
    yield from _framed(sentences, unit, frames(sentences, unit))
    yield from _framed(sentences, unit, failures(sentences, unit))


def _cut(parse: Parse, term: Term) -> bool:
    """Tell whether a term ends where no noun phrase does: before another noun, or before "based"."""
    if parse.tags[term.stop - 1] in ("JJ", "VBN") and not type_of(term.form):
        return True
    if term.stop >= len(parse.words) or parse.sentences[term.stop] != parse.sentences[term.head]:
        return False
    if parse.lower[term.stop] == "based":
        return parse.lower[term.stop + 1 : term.stop + 2] not in (["on"], ["upon"])
    return parse.tags[term.stop] in NOUNS and parse.words[term.stop].isalpha() and term.head == term.stop - 1


def _framed(sentences: Sentences, unit: int, found: Iterator[Frame]) -> Iterator[Claim]:
    """Say how each frame is said: by its verb, or by the verb its noun phrase hangs on."""
    for frame in found:
        if frame.verb >= 0:
            how = manner(sentences, frame.verb)
        else:
            how = PLAIN._replace(hedged=hedged(sentences, _governor(sentences.parse, unit)))
        # What fails is what the predicate itself says: it is not denied a second time.
        told = frame.predicate == "fails-at" or frame.rule == "fails-due-to"
        how = how._replace(negated=False) if told else how
        how = falling_short(sentences, frame.verb, frame.predicate, how)
        yield Claim(frame.subject, frame.predicate, frame.object, how, frame.rule)


def _stated(sentences: Sentences, verb: int, statement: Statement) -> Iterator[Claim]:
    if sentences.parse.deps[verb] == "amod" or _lists(sentences, verb):
        return
    # "prevents the layer from stripping": the layer is not what is prevented.
    if statement.lemma == "prevent" and any(
        sentences.parse.lower[n] == "from" for n in sentences.kids(verb, "prep")
    ):
        return
    pairs = _pairs(sentences, verb, statement)
    if not pairs:
        return
    how = falling_short(sentences, verb, statement.predicate, manner(sentences, verb))
    rule = " ".join(filter(None, ("verb", statement.lemma, statement.preposition)))
    if how.failure and how.negated:
        yield from _framed(sentences, verb, blocked(sentences, verb))
    for before, after in pairs:
        if statement.guard in ("harm", "merit") and not _worth(after, statement.guard):
            continue
        # "improves sensitivity and suppresses noise": what the parser joins to the sensitivity is not improved.
        if statement.predicate == "improves" and _worth(after, "harm"):
            continue
        subject, object_ = (after, before) if statement.turned else (before, after)
        if _empty(sentences, statement, subject, object_):
            continue
        yield Claim(subject, statement.predicate, object_, how, rule.replace(" ", "-"))


def _empty(sentences: Sentences, statement: Statement, subject: Term, object_: Term) -> bool:
    """Tell whether a claim would say too little: a law that requires, "leads to the suppression of Y"."""
    if statement.predicate == "requires":
        return subject.form.rpartition(" ")[2] in _RULES
    last = subject.form.rpartition(" ")[2]
    if statement.predicate in ("part-of", "made-of"):
        return type_of(subject.form) == "property" or last in _SHAPES
    if statement.predicate in ("addresses", "improves", "used-for") and last in _WHO:
        return True
    return statement.predicate == "causes" and sentences.half(object_)


def _worth(term: Term, guard: str) -> bool:
    return term.form.rpartition(" ")[2] in words("worth_en", guard)


def _lists(sentences: Sentences, verb: int) -> bool:
    """Tell whether "include" gives examples of what stands before it, in the plural, and not its parts."""
    parse = sentences.parse
    return parse.lower[verb] in ("include", "included", "includes") and any(
        parse.tags[n] == "NNS" or parse.lower[n] == "species" for n in sentences.subjects(verb)
    )


def _pairs(sentences: Sentences, verb: int, statement: Statement) -> list[tuple[Term, Term]]:
    """Pair what a statement says something of with what it says."""
    passive = sentences.passive(verb)
    if statement.predicate == "used-for":
        return used(sentences, verb, passive)
    if statement.predicate == "measured-by":
        return _measured(sentences, verb, passive)
    before: list[Term] = []
    strays: list[Term] = []
    for noun in sentences.subjects(verb):
        for term in sentences.terms(noun):
            # "an aircraft comprising a rotor, a battery": what the parser joins to the aircraft is its part.
            (before if noun > verb or term.start < verb else strays).append(term)
    if statement.preposition:
        if not _prepositional(sentences, verb, statement, passive):
            return []
        # "With the head described, a drive can be provided": what stands before the verb is not its part.
        behind = [noun for noun in sentences.behind(verb, statement.preposition) if noun > verb]
    elif passive:
        # "Y is improved by X": what suffers stands before, who does it behind "by".
        agents = [term for noun in sentences.behind(verb, "by") for term in sentences.terms(noun)]
        return [(agent, patient) for agent in agents for patient in before]
    else:
        behind = list(sentences.kids(verb, "dobj"))
        if not before and _ours(sentences, verb):
            before = means(sentences, verb)
    after = [term for noun in behind for term in sentences.terms(noun)]
    if statement.turned and after:
        after += strays
    return [(one, other) for one in before for other in after]


def _prepositional(sentences: Sentences, verb: int, statement: Statement, passive: bool) -> bool:
    """Tell whether a verb with its preposition says what the list says of it, in this voice."""
    if statement.lemma in _MADE and not passive:
        return False
    if statement.guard == "passive" and not passive:
        return False
    if statement.predicate == "correlates-with":
        # "memory associated with a port" is no correlation; a finite verb about two quantities is.
        return sentences.parse.deps[verb] not in ("acl", "amod") and not any(sentences.kids(verb, "dobj"))
    return True


def _ours(sentences: Sentences, verb: int) -> bool:
    """Tell whether nobody, or only "we", does it: then what it is done by is the claim's subject."""
    nouns = sentences.subjects(verb)
    return all(sentences.parse.lower[noun] in ("we", "i", "one", "paper", "authors") for noun in nouns)


def _measured(sentences: Sentences, verb: int, passive: bool) -> list[tuple[Term, Term]]:
    """Read "X is measured by Y" and "we measure X with Y": never "Y measures X" without its tool."""
    parse = sentences.parse
    nouns = sentences.subjects(verb) if passive else list(sentences.kids(verb, "dobj"))
    tools = sentences.behind(verb, *_TOOLS)
    for kid in sentences.kids(verb, "advcl", "xcomp", "prep"):
        if parse.lower[kid] == "using":
            tools.extend(sentences.kids(kid, "dobj", "pobj"))
    return [
        (what, tool)
        for noun in nouns
        for what in sentences.terms(noun)
        for t in tools
        for tool in sentences.terms(t)
        if type_of(tool.form) in ("method", "device")
    ]


def _governor(parse: Parse, unit: int) -> int:
    """Give the verb a noun phrase hangs on."""
    for _ in range(8):
        if parse.tags[unit] in VERBS or parse.heads[unit] == unit:
            return unit
        unit = parse.heads[unit]
    return unit
