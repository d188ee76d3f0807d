"""What an English sentence says was tried and fell short, at what, and why.

It promises a claim for each pair the sentence names: what was tried fails at what it was for, or is
limited by the bottleneck. It refuses to guess either: "it failed" without a term says nothing here.
"""

from collections.abc import Iterator

from silobridge.ingest.extractors.arguments_en import Frame, Sentences
from silobridge.ingest.extractors.manner_en import DENIALS, VERBS, Manner, reason
from silobridge.ingest.extractors.types import type_of
from silobridge.ingest.extractors.verbs_en import statements

_FAIL = frozenset({"fail", "fails", "failed", "failing"})
_LACK = frozenset({"lack", "lacks", "lacked", "lacking"})
WORDS = _FAIL | _LACK | {"unsuccessful", "unable", "inadequate", "ineffective"}
"""What a failure hangs on."""
_HOPED_FOR = frozenset({"improves", "addresses", "produces", "used-for"})
"""What was meant to come about: denied, something fell short."""

_TRIED = frozenset({"done", "stated"})
_MADE = frozenset({"method", "device", "product", "material", "task"})


def falling_short(sentences: Sentences, verb: int, predicate: str, how: Manner) -> Manner:
    """Add to the manner whether this is a failure, of which sort, and the reason the sentence gives."""
    kind = ""
    if predicate == "limited-by":
        word = sentences.parse.lower[verb] if verb >= 0 else ""
        above = sentences.parse.lower[sentences.parse.heads[verb]] if verb >= 0 else ""
        kind = "" if how.negated else "failed" if word in _FAIL or above in DENIALS else "limited"
    elif predicate == "fails-at":
        kind = "fell-short" if verb >= 0 and sentences.parse.lower[verb] in _LACK else "failed"
    elif how.negated and predicate in _HOPED_FOR and how.modality in _TRIED and verb >= 0:
        if sentences.parse.lower[sentences.parse.heads[verb]] in DENIALS:
            kind = "failed"
        elif predicate in ("improves", "addresses"):
            kind = "fell-short"
    # What may fail has not failed.
    if not kind or how.hedged or how.modality == "planned":
        return how
    why = next(
        (found for place in _around(sentences, verb) if (found := reason(sentences, place)) != (0, 0)), (0, 0)
    )
    return how._replace(failure=kind, reason=why)


def _around(sentences: Sentences, verb: int) -> list[int]:
    """Give the verbs that a reason may hang on: the verb, what it governs, what it hangs on."""
    if verb < 0:
        return []
    above = [sentences.parse.heads[verb]] if sentences.parse.deps[verb] == "xcomp" else []
    return [verb, *sentences.kids(verb, "xcomp"), *above]


def failures(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Yield what hangs on a word of failing: "X fails to do Y", "X lacks Y", "X was unsuccessful in Y"."""
    parse = sentences.parse
    word = parse.lower[unit]
    if word in _FAIL and parse.tags[unit] in VERBS:
        yield from _fails(sentences, unit)
    elif word in _LACK and parse.tags[unit] in VERBS and parse.deps[unit] != "amod":
        yield from _lacks(sentences, unit)
    elif word in ("unsuccessful", "unable", "inadequate", "ineffective") and parse.deps[unit] == "acomp":
        verb = parse.heads[unit]
        goals = [
            n for place in (unit, verb) for n in sentences.behind(place, "in", "at", "for", "on", "against")
        ]
        goals += [noun for action in sentences.kids(unit, "xcomp") for noun in sentences.kids(action, "dobj")]
        yield from _at(sentences, verb, goals, f"is-{word}")


def _lacks(sentences: Sentences, verb: int) -> Iterator[Frame]:
    """Read "X lacks Y" of what is made or done; a state of nature, a tensor "lacking symmetry", falls short of nothing."""
    if sentences.parse.deps[verb] in ("acl", "relcl"):
        return
    for found in _at(sentences, verb, list(sentences.kids(verb, "dobj")), "verb-lack"):
        if type_of(found.subject.form) in _MADE:
            yield found


def _fails(sentences: Sentences, verb: int) -> Iterator[Frame]:
    parse = sentences.parse
    goals = sentences.behind(verb, "in", "at", "on", "for")
    for action in sentences.kids(verb, "xcomp"):
        # A verb of the list states its own, denied: "fails to improve Y".
        if parse.lower[action] not in statements():
            goals.extend(sentences.kids(action, "dobj"))
    for prep in sentences.kids(verb, "prep"):
        for gerund in sentences.kids(prep, "pcomp"):
            goals.extend(sentences.kids(gerund, "dobj"))
    yield from _at(sentences, verb, goals, "verb-fail")
    yield from blocked(sentences, verb)


def blocked(sentences: Sentences, verb: int) -> Iterator[Frame]:
    """Yield what was tried as limited by each term of the reason: "… failed due to Y"."""
    for cause in (noun for place in _around(sentences, verb) for noun in sentences.causes(place)):
        for noun in sentences.subjects(verb):
            yield from (
                Frame(one, "limited-by", why, verb, "fails-due-to")
                for one in sentences.terms(noun)
                for why in sentences.terms(cause)
            )


def _at(sentences: Sentences, verb: int, goals: list[int], rule: str) -> Iterator[Frame]:
    for noun in sentences.subjects(verb):
        for one in sentences.terms(noun):
            yield from (
                Frame(one, "fails-at", goal, verb, rule) for place in goals for goal in sentences.terms(place)
            )
