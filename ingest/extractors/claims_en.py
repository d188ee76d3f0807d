"""Claims of an English parse: which term a sentence says does what to which other.

It promises that subject and object are mentions of the sentence, that a denied or doubted statement
is marked so, and that each rule has a name and a confidence measured on real sentences
(`benchmarks/extraction.py`). It refuses correlation: "X is correlated with Y" states no claim here.
"""

from collections.abc import Iterator
from typing import NamedTuple

from silobridge.ingest.extractors.arguments_en import Sentences
from silobridge.ingest.extractors.frames_en import frames
from silobridge.ingest.extractors.parse_en import Parse
from silobridge.ingest.extractors.terms_en import Term
from silobridge.ingest.extractors.verbs_en import Statement, statements
from silobridge.kg.spelling import listed

_VERBS = frozenset({"VB", "VBZ", "VBP", "VBD", "VBN", "VBG"})
_DENIALS = listed("fail fails failed failing cease ceases ceased unable")
_MODALS = frozenset({"may", "might", "could", "should", "would"})
_DOUBTFUL = listed("possibly potentially perhaps presumably likely probably apparently conceivably")
_SEEMING = listed(
    "suggest suggests suggested suggesting hypothesize hypothesise hypothesized hypothesised speculate speculated"
    " believe believed believes suspect suspected expect expected assume assumed conjecture conjectured conjectures"
    " appear appears appeared seem seems seemed aim aims aimed aiming attempt attempts attempted try tries tried"
    " seek seeks sought intend intended intends hope hopes hoped propose investigate investigated examine study"
    " whether thought"
)
_CONDITIONS = frozenset({"if", "whether", "unless"})
_TOOLS = ("by", "with", "using", "via", "through")
_DEEDS = tuple(
    sorted(
        listed(
            "detect measur estimat predict solv comput calculat determin identif classif recogni extract segment analy"
            " model simulat optimi reconstruct fabricat synthesi investigat stud characteri evaluat control locali track"
            " diagnos monitor treat remov separat encrypt watermark prepar manufactur produc deposit perform"
        )
    )
)
"""How verbs begin whose object a tool is for; "we link A using B" says less."""

CONFIDENCE = {
    "improves": 0.85, "degrades": 0.85, "addresses": 0.8, "causes": 0.8, "requires": 0.7, "produces": 0.85,
    "part-of": 0.9, "made-of": 0.9, "measured-by": 0.65, "compared-with": 0.9, "limited-by": 0.8,
    "used-for": 0.75, "is-a": 0.8,
}  # fmt: skip
"""By predicate, rounded down from the precision on 202 hand-read claims (`benchmarks/extraction.py --labels`)."""


class Claim(NamedTuple):
    """Two terms of one sentence, and what it says of them."""

    subject: Term
    predicate: str
    object: Term
    negated: bool
    hedged: bool
    rule: str


def claims(parse: Parse, terms: list[Term]) -> Iterator[Claim]:
    """Yield the claims of a parse, in order of the words that state them."""
    if len(terms) < 2:
        return
    sentences = Sentences.of(parse, terms)
    known = statements()
    for unit, word in enumerate(parse.lower):
        if parse.tags[unit] in _VERBS:
            for statement in known.get(word, ()):
                yield from _stated(sentences, unit, statement)
        for frame in frames(sentences, unit):
            governor = _governor(parse, unit)
            yield Claim(
                frame.subject, frame.predicate, frame.object,
                negated(sentences, frame.verb) if frame.verb >= 0 else False,
                hedged(sentences, governor), frame.rule,
            )  # fmt: skip


def _stated(sentences: Sentences, verb: int, statement: Statement) -> Iterator[Claim]:
    if sentences.parse.deps[verb] == "amod" or _lists(sentences, verb):
        return
    pairs = _pairs(sentences, verb, statement)
    denied, doubted = negated(sentences, verb), hedged(sentences, verb)
    rule = " ".join(filter(None, ("verb", statement.lemma, statement.preposition)))
    for before, after in pairs:
        subject, object_ = (after, before) if statement.turned else (before, after)
        yield Claim(subject, statement.predicate, object_, denied, doubted, rule.replace(" ", "-"))


def _lists(sentences: Sentences, verb: int) -> bool:
    """Tell whether "include" gives examples of what stands before it, in the plural, and not its parts."""
    parse = sentences.parse
    return parse.lower[verb] == "include" and any(parse.tags[n] == "NNS" for n in sentences.subjects(verb))


def _pairs(sentences: Sentences, verb: int, statement: Statement) -> list[tuple[Term, Term]]:
    """Pair what a statement says something of with what it says."""
    passive = sentences.passive(verb)
    if statement.predicate == "used-for":
        return _used(sentences, verb, passive)
    if statement.predicate == "measured-by":
        return _measured(sentences, verb, passive)
    before: list[Term] = []
    strays: list[Term] = []
    for noun in sentences.subjects(verb):
        for term in sentences.terms(noun):
            # "an aircraft comprising a rotor, a battery": what the parser joins to the aircraft is its part.
            (before if noun > verb or term.start < verb else strays).append(term)
    if statement.preposition:
        if (
            statement.lemma in ("compose", "make", "form", "fabricate", "manufacture", "construct", "compare")
            and not passive
        ):
            return []
        behind = sentences.behind(verb, statement.preposition)
    elif passive:
        # "Y is improved by X": what suffers stands before, who does it behind "by".
        agents = [term for noun in sentences.behind(verb, "by") for term in sentences.terms(noun)]
        return [(agent, patient) for agent in agents for patient in before]
    else:
        behind = list(sentences.kids(verb, "dobj"))
        if not before and _ours(sentences, verb):
            before = _means(sentences, verb)
    after = [term for noun in behind for term in sentences.terms(noun)]
    if statement.turned and after:
        after += strays
    return [(one, other) for one in before for other in after]


def _ours(sentences: Sentences, verb: int) -> bool:
    """Tell whether nobody, or only "we", does it: then what it is done by is the claim's subject."""
    nouns = sentences.subjects(verb)
    return all(sentences.parse.lower[noun] in ("we", "i", "one", "paper", "authors") for noun in nouns)


def _means(sentences: Sentences, verb: int) -> list[Term]:
    """Give what "we" do something with: "we improve X by Y", "we use Y to improve X"."""
    found = [
        term for noun in sentences.behind(verb, "by", "via", "through") for term in sentences.terms(noun)
    ]
    governor = sentences.parse.heads[verb]
    purpose = sentences.parse.deps[verb] in ("xcomp", "advcl") and any(
        sentences.parse.lower[kid] == "to" for kid in sentences.kids(verb, "aux")
    )
    if purpose and sentences.parse.lower[governor].startswith(("us", "employ", "utili", "appl")):
        found += [
            term for noun in sentences.kids(governor, "dobj", "nsubjpass") for term in sentences.terms(noun)
        ]
    return found


def _used(sentences: Sentences, verb: int, passive: bool) -> list[tuple[Term, Term]]:
    """Read "X is used for Y", "X is used to do Y", "we use X for Y", "we do Y using X"."""
    parse = sentences.parse
    nouns = sentences.subjects(verb) if passive else list(sentences.kids(verb, "dobj"))
    tools = [term for noun in nouns for term in sentences.terms(noun)]
    if not tools:
        return []
    lemma = parse.lower[verb]
    goals = sentences.behind(verb, "for", "to") if lemma.startswith("appl") else sentences.behind(verb, "for")
    for prep in sentences.kids(verb, "prep"):
        if parse.lower[prep] == "for":
            goals.extend(
                noun for gerund in sentences.kids(prep, "pcomp") for noun in sentences.kids(gerund, "dobj")
            )
    for action in sentences.kids(verb, "xcomp", "advcl"):
        if any(parse.lower[kid] == "to" for kid in sentences.kids(action, "aux")):
            goals.extend(sentences.kids(action, "dobj"))
    if lemma == "using" and not goals:
        goals = _done_using(sentences, verb)
    return [(tool, goal) for noun in goals for goal in sentences.terms(noun) for tool in tools]


def _done_using(sentences: Sentences, verb: int) -> list[int]:
    """Give what is done with "using X": the noun it hangs on, or what a verb of finding or making acts on."""
    governor, dep = sentences.parse.heads[verb], sentences.parse.deps[verb]
    if dep == "acl":
        return [governor]
    if not sentences.parse.lower[governor].startswith(_DEEDS):
        return []
    if dep in ("advcl", "xcomp", "prep", "pcomp") and sentences.parse.tags[governor] in _VERBS:
        if sentences.passive(governor):
            return sentences.subjects(governor)
        return list(sentences.kids(governor, "dobj"))
    return []


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
    ]


def negated(sentences: Sentences, verb: int) -> bool:
    """Tell whether a verb is denied: "not", "fails to", "without", "no X improves"."""
    parse = sentences.parse
    for kid in sentences.children[verb]:
        if parse.deps[kid] == "neg" or parse.lower[kid] in ("hardly", "rarely", "never", "cannot"):
            return True
        if parse.deps[kid] in ("nsubj", "nsubjpass", "dobj") and any(
            parse.lower[det] in ("no", "neither", "little", "few") for det in sentences.children[kid]
        ):
            return True
    head, dep = parse.heads[verb], parse.deps[verb]
    if (
        dep in ("xcomp", "ccomp")
        and head != verb
        and (parse.lower[head] in _DENIALS or negated(sentences, head))
    ):
        return True
    if dep == "pcomp" and parse.lower[head] in ("without", "instead"):
        return True
    return (
        dep == "conj"
        and head != verb
        and not any(True for _ in sentences.kids(verb, "nsubj"))
        and negated(sentences, head)
    )


def hedged(sentences: Sentences, verb: int) -> bool:
    """Tell whether a verb is doubted: "may", "possibly", "we suggest that", "if", "aims to"."""
    parse, unit = sentences.parse, verb
    for _ in range(8):
        for kid in sentences.children[unit]:
            word = parse.lower[kid]
            if word in _DOUBTFUL or (parse.deps[kid] in ("aux", "auxpass") and word in _MODALS):
                return True
            if parse.deps[kid] == "mark" and word in _CONDITIONS:
                return True
        head = parse.heads[unit]
        if head == unit or parse.deps[unit] not in (
            "ccomp",
            "xcomp",
            "conj",
            "advcl",
            "relcl",
            "acl",
            "pcomp",
            "prep",
        ):
            return False
        if parse.deps[unit] in ("ccomp", "xcomp", "acl", "advcl") and parse.lower[head] in _SEEMING:
            return True
        if parse.deps[unit] in ("relcl", "acl", "advcl", "prep"):
            return False
        unit = head
    return False


def _governor(parse: Parse, unit: int) -> int:
    """Give the verb a noun phrase hangs on."""
    for _ in range(8):
        if parse.tags[unit] in _VERBS or parse.heads[unit] == unit:
            return unit
        unit = parse.heads[unit]
    return unit
