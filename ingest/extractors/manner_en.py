"""How an English sentence says something: denied, doubted, planned or done, and whether it failed and why.

It promises one judgement per verb, read off the parse. It refuses to judge truth: a bold sentence and a
careful one both say what they say.
"""

import re
from typing import NamedTuple

from silobridge.ingest.extractors.arguments_en import Sentences
from silobridge.kg.spelling import listed

VERBS = frozenset({"VB", "VBZ", "VBP", "VBD", "VBN", "VBG"})
DENIALS = listed("fail fails failed failing cease ceases ceased unable")
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
_FUTURE = frozenset({"will", "shall", "'ll", "’ll"})
_PLANS = listed(
    "plan plans planned planning intend intends intended aim aims aimed aiming hope hopes hoped going"
    " scheduled seek seeks expect expects expected"
)
_PAST = frozenset({"had", "was", "were", "did"})
_WHY = frozenset({"due", "because", "owing"})
_FIRST = re.compile(
    r"\bfor\s+the\s+(?:very\s+)?first\s+time\b|\bnever\s+(?:before\s+)?been\s+(?:seen|reported|observed|described|demonstrated|shown)\b"
    r"|\b(?:not|yet)\s+been\s+(?:previously|hitherto)\s+(?:seen|reported|observed|described|demonstrated)\b"
    r"|\b(?:this|ours?|these)\s+(?:\w+\s+){0,2}(?:is|are)\s+(?:\w+\s+)?the\s+first\b|\bwe\s+are\s+(?:\w+\s+)?(?:the\s+)?first\b"
    r"|\b(?:is|are|provid\w+|report|reports|reporting|present|presents|presenting|demonstrat(?:e|es|ing)|constitutes?|represents?|giv(?:e|es|ing)"
    r"|propos(?:e|es|ing)|mark|marks|introduc(?:e|es|ing)|describ(?:e|es|ing)|establish(?:es)?|obtain|yields?|our|this)"
    r"\s+(?:the|our)\s+(?:very\s+)?first(?:-ever)?(?:\s+(?!-?order)[\w-]+){0,3}?\s+(?:demonstrations?|observations?|reports?|reali[sz]ations?"
    r"|evidences?|measurements?|methods?|algorithms?|stud(?:y|ies)|detections?|examples?|systems?|implementations?|works?|analys[ie]s"
    r"|constructions?|proofs?|results?|attempts?|models?|approach(?:es)?|frameworks?|simulations?|calculations?|experiments?|investigations?"
    r"|one|ones|bounds?|solutions?|descriptions?|characteri[sz]ations?|applications?|instances?|datasets?|surveys?|applications?)\b"
    r"|\bour\s+first\s+(?:demonstration|observation|report)s?\b",
    re.IGNORECASE,
)


class Manner(NamedTuple):
    """How one verb says it; `reason` are the units that say why it failed, half open."""

    negated: bool = False
    hedged: bool = False
    modality: str = "stated"
    failure: str = ""
    reason: tuple[int, int] = (0, 0)


PLAIN = Manner()


def first_of_its_kind(sentence: str) -> bool:
    """Tell whether a sentence calls what it says the first of its kind.

    Examples
    --------
    >>> first_of_its_kind("We observe this effect for the first time."), first_of_its_kind("The first layer is thin.")
    (True, False)
    """
    return _FIRST.search(sentence) is not None


def manner(sentences: Sentences, verb: int) -> Manner:
    """Judge how a verb, or the noun phrase that hangs on it, is said."""
    return Manner(negated(sentences, verb), hedged(sentences, verb), modality(sentences, verb))


def negated(sentences: Sentences, verb: int) -> bool:
    """Tell whether a verb is denied: "not", "fails to", "without", "no X improves"; "not only" denies nothing."""
    parse = sentences.parse
    for kid in sentences.children[verb]:
        word = parse.lower[kid]
        if parse.deps[kid] == "neg" and parse.lower[kid + 1 : kid + 2] not in (
            ["only"],
            ["just"],
            ["merely"],
        ):
            return True
        if word in ("hardly", "rarely", "never", "cannot"):
            return True
        if parse.deps[kid] in ("nsubj", "nsubjpass", "dobj") and any(
            parse.lower[det] in ("no", "neither", "little", "few") for det in sentences.children[kid]
        ):
            return True
    head, dep = parse.heads[verb], parse.deps[verb]
    if head == verb:
        return False
    if dep in ("xcomp", "ccomp") and (parse.lower[head] in DENIALS or negated(sentences, head)):
        return True
    if dep == "pcomp" and "instead" in parse.lower[max(0, head - 1) : head + 1]:
        return True
    if dep == "pcomp" and parse.lower[head] == "without":
        return True
    return dep == "conj" and not any(True for _ in sentences.kids(verb, "nsubj")) and negated(sentences, head)


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
        head, dep = parse.heads[unit], parse.deps[unit]
        if head == unit or dep not in ("ccomp", "xcomp", "conj", "advcl", "relcl", "acl", "pcomp", "prep"):
            return False
        # "Using X, we investigate Y": what is investigated is open, that X is used is not.
        if dep in ("ccomp", "xcomp", "acl") and parse.lower[head] in _SEEMING:
            return True
        if dep in ("relcl", "acl", "advcl", "prep"):
            return False
        unit = head
    return False


def modality(sentences: Sentences, verb: int) -> str:
    """Give stated, done (past or perfect) or planned (future, or under a verb of planning)."""
    parse, unit = sentences.parse, verb
    if parse.tags[verb] not in VERBS:
        return "stated"
    for _ in range(4):
        helpers = [
            parse.lower[kid] for kid in sentences.children[unit] if parse.deps[kid] in ("aux", "auxpass")
        ]
        if any(word in _FUTURE for word in helpers):
            return "stated" if _whenever(sentences, unit) else "planned"
        if parse.tags[unit] == "VBD" or any(word in _PAST for word in helpers):
            return "done"
        if parse.tags[unit] == "VBN" and any(word in ("have", "has", "having") for word in helpers):
            return "done"
        head, dep = parse.heads[unit], parse.deps[unit]
        if head == unit or (helpers and dep != "xcomp"):
            return "stated"
        if dep == "xcomp":
            if parse.lower[head] in _PLANS:
                return "planned"
        elif dep != "conj":
            return "stated"
        unit = head
    return "stated"


def _whenever(sentences: Sentences, verb: int) -> bool:
    """Tell whether "will" says what always holds: "any colouring will …", "it will … whenever …"."""
    parse = sentences.parse
    if any(
        parse.lower[mark] in ("whenever", "if", "when")
        for clause in sentences.kids(verb, "advcl")
        for mark in sentences.kids(clause, "mark", "advmod")
    ):
        return True
    return any(
        parse.lower[det] in ("any", "every", "each")
        for noun in sentences.kids(verb, "nsubj", "nsubjpass")
        for det in sentences.kids(noun, "det")
    )


def reason(sentences: Sentences, verb: int) -> tuple[int, int]:
    """Give the units behind a verb that say why: "due to …", "because …", "owing to …"; empty where none do."""
    parse = sentences.parse
    for kid in sentences.children[verb]:
        if parse.lower[kid] in _WHY and parse.deps[kid] in ("prep", "advmod", "acomp", "amod"):
            return _whole(sentences, kid)
        if parse.deps[kid] == "advcl" and any(
            parse.lower[mark] == "because" for mark in sentences.kids(kid, "mark")
        ):
            return _whole(sentences, kid)
    return (0, 0)


def _whole(sentences: Sentences, unit: int) -> tuple[int, int]:
    """Give the stretch of a unit and all that hangs on it, without a closing mark."""
    reached, place = [unit], 0
    while place < len(reached) and len(reached) < 200:
        reached.extend(sentences.children[reached[place]])
        place += 1
    first, last = min(reached), max(reached)
    while last > first and not sentences.parse.words[last][-1].isalnum():
        last -= 1
    return first, last + 1
