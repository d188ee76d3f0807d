"""Claims that no action verb states: "X is a Y", "X such as Y", "X for Y", "application of X to Y".

It promises the patterns of Hearst (1992) read off the parse, and the frames of titles. It refuses
"for" after a term that is neither a method nor a thing: "bounds for", "evidence for" state no use.
"""

from collections.abc import Iterator
from typing import NamedTuple

from silobridge.ingest.extractors.arguments_en import Sentences
from silobridge.ingest.extractors.terms_en import Term
from silobridge.ingest.extractors.types import type_of

_BE = frozenset({"is", "are", "was", "were", "be"})
_TOOLS = frozenset({"method", "device", "material", "product"})
_ARTICLES = frozenset({"a", "an", "one"})


class Frame(NamedTuple):
    """A claim and the verb that may deny it, -1 where there is none."""

    subject: Term
    predicate: str
    object: Term
    verb: int
    rule: str


def frames(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Yield the claims that hang on one unit."""
    word = sentences.parse.lower[unit]
    if word in _BE:
        yield from _is_a(sentences, unit)
    elif word in ("as", "including", "like"):
        yield from _such_as(sentences, unit)
    elif word == "other":
        yield from _and_other(sentences, unit)
    elif word == "for":
        yield from _for(sentences, unit)
    elif word in ("application", "applications", "use"):
        yield from _application(sentences, unit)
    elif word in ("part", "component", "components"):
        yield from _part(sentences, unit)


def _is_a(sentences: Sentences, verb: int) -> Iterator[Frame]:
    """Read "X is a Y"; without an article it is too often a description."""
    parse = sentences.parse
    for attribute in sentences.kids(verb, "attr"):
        plural = parse.tags[attribute] in ("NNS", "NNPS")
        article = any(parse.lower[kid] in _ARTICLES for kid in sentences.kids(attribute, "det", "nummod"))
        kind = sentences.heading.get(attribute)
        if kind is None or not (article or plural):
            continue
        for noun in sentences.kids(verb, "nsubj"):
            if (parse.tags[noun] in ("NNS", "NNPS")) != plural:
                continue
            yield from (Frame(term, "is-a", kind, verb, "x-is-a-y") for term in sentences.terms(noun))


def _such_as(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Read "Y such as X", "Y, including X"."""
    parse = sentences.parse
    word = parse.lower[unit]
    if word == "as" and not any(parse.lower[kid] == "such" for kid in sentences.children[unit]):
        return
    if word == "like" or parse.deps[unit] != "prep":
        return
    kind = sentences.heading.get(parse.heads[unit])
    if kind is None or parse.tags[parse.heads[unit]] not in ("NNS", "NNPS") or _far(sentences, unit):
        return
    rule = "such-as" if word == "as" else word
    for noun in sentences.kids(unit, "pobj"):
        yield from (Frame(term, "is-a", kind, -1, rule) for term in sentences.terms(noun) if term != kind)


def _far(sentences: Sentences, unit: int) -> bool:
    """Tell whether a comma parts the examples from a noun that itself hangs on another: "features in phones, such as"."""
    parse = sentences.parse
    kind = parse.heads[unit]
    first = min([unit, *sentences.children[unit]])
    if parse.words[first - 1] != "," or parse.deps[kind] != "pobj":
        return False
    return not sentences.transparent(parse.heads[parse.heads[kind]])


def _and_other(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Read "X and other Y"."""
    parse = sentences.parse
    last = parse.heads[unit]
    kind = sentences.heading.get(last)
    if kind is None or parse.deps[last] != "conj" or parse.tags[last] != "NNS":
        return
    first = parse.heads[last]
    for _ in range(6):
        if first in sentences.heading:
            yield Frame(sentences.heading[first], "is-a", kind, -1, "and-other")
        if parse.deps[first] != "conj":
            return
        first = parse.heads[first]


def _for(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Read "a method for Y": a tool, then what it is for."""
    parse = sentences.parse
    if parse.deps[unit] != "prep":
        return
    tool = sentences.heading.get(parse.heads[unit])
    if tool is None or type_of(tool.form) not in _TOOLS:
        return
    goals = list(sentences.kids(unit, "pobj"))
    goals += [noun for gerund in sentences.kids(unit, "pcomp") for noun in sentences.kids(gerund, "dobj")]
    for noun in goals:
        # "a method for forming such a head" means the thing already named.
        if any(parse.lower[kid] in ("such", "said", "same") for kid in sentences.children[noun]):
            continue
        yield from (Frame(tool, "used-for", term, -1, "x-for-y") for term in sentences.terms(noun))


def _application(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Read "the application of X to Y", "the use of X for Y"."""
    tools = [term for noun in sentences.behind(unit, "of") for term in sentences.terms(noun)]
    goals = (
        sentences.behind(unit, "for")
        if sentences.parse.lower[unit] == "use"
        else sentences.behind(unit, "to", "in")
    )
    for noun in goals:
        yield from (
            Frame(tool, "used-for", goal, -1, "application-of")
            for tool in tools
            for goal in sentences.terms(noun)
        )


def _part(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Read "X is part of Y", "X is a component of Y"."""
    parse = sentences.parse
    verb = parse.heads[unit]
    if parse.deps[unit] != "attr" or parse.lower[verb] not in _BE:
        return
    wholes = [term for noun in sentences.behind(unit, "of") for term in sentences.terms(noun)]
    for noun in sentences.kids(verb, "nsubj"):
        yield from (
            Frame(part, "part-of", whole, verb, "is-part-of")
            for part in sentences.terms(noun)
            for whole in wholes
        )
