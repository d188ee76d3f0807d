"""Claims that no action verb states: "X is a Y", "X such as Y", "X for Y", "application of X to Y".

It promises the patterns of Hearst (1992) read off the parse, and the frames of titles. It refuses "of",
"with" and "have" between anything but things: "a system with symmetry" has no such part.
"""

from collections.abc import Iterator

from silobridge.ingest.extractors.arguments_en import Frame, Sentences
from silobridge.ingest.extractors.terms_en import Term
from silobridge.ingest.extractors.types import type_of
from silobridge.kg.spelling import listed

_BE = frozenset({"is", "are", "was", "were", "be"})
_THINGS = frozenset({"device", "product"})
_INNER = frozenset({"device", "product", "material"})
_VERBS = frozenset({"VB", "VBZ", "VBP", "VBD", "VBN"})
_HOLDERS = listed("container tank vessel bottle bath source supply chamber reservoir cylinder flow target")
"""What holds or gives a material, and is not made of it."""
WORDS = _BE | listed(
    "as including like other application applications use part component components due owing have has having with of"
)
"""What a frame hangs on; an apposition hangs on none."""
_MEASURES = listed(
    "configuration pitch composition constant ratio moment value shape width length angle size dimension distribution range"
    " product function effect noise output operation behaviour behavior state change"
)
_METHODICAL = listed(
    "simulation analysis estimation spectroscopy measurement modeling modelling inference microscopy imaging prediction"
    " classification regression calculation computation interferometry tomography sequencing reconstruction segmentation"
    " optimization optimisation clustering sampling synthesis fabrication deposition detection characterization"
)
_SORTS = listed(
    "explicit straight performance quantitative qualitative direct further new numerical theoretical experimental"
    " comparative detailed statistical preliminary systematic error"
)
"""What sorts a deed without saying how it is done."""
_PARTS = _INNER | {""}
"""What a patent calls a part: there also what no type is known of, such as "pedestal"."""
_RELATIONS = listed(
    "point manifestation challenge problem deformation consequence result part cause source reason step key function"
    " question issue topic task extension version copy limit case choice sign indicator factor feature object subject"
    " continuation property addition responsibility solution alternative candidate"
)
_ARTICLES = frozenset({"a", "an", "one"})


def frames(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Yield the claims that hang on one unit."""
    word = sentences.parse.lower[unit]
    if word in _BE:
        yield from _is_a(sentences, unit)
    elif word in ("as", "including", "like"):
        yield from _such_as(sentences, unit)
    elif word == "other":
        yield from _and_other(sentences, unit)
    elif word in ("application", "applications", "use"):
        yield from _application(sentences, unit)
    elif word in ("part", "component", "components"):
        yield from _part(sentences, unit)
    elif word in ("due", "owing"):
        yield from _due(sentences, unit)
    elif word in ("have", "has", "having", "with"):
        yield from _has(sentences, unit)
    elif word == "of":
        yield from _of(sentences, unit)
    if sentences.parse.deps[unit] == "appos":
        yield from _appos(sentences, unit)


def _is_a(sentences: Sentences, verb: int) -> Iterator[Frame]:
    """Read "X is a Y"; without an article it is too often a description."""
    parse = sentences.parse
    for attribute in sentences.kids(verb, "attr"):
        plural = parse.tags[attribute] in ("NNS", "NNPS")
        article = any(parse.lower[kid] in _ARTICLES for kid in sentences.kids(attribute, "det", "nummod"))
        kind = sentences.heading.get(attribute)
        if kind is None or not (article or plural) or _relational(sentences, attribute):
            continue
        for noun in sentences.kids(verb, "nsubj"):
            if (parse.tags[noun] in ("NNS", "NNPS")) != plural:
                continue
            # "the number of X is a Y" says nothing of X.
            if noun in sentences.heading or not sentences.transparent(noun):
                yield from (Frame(term, "is-a", kind, verb, "x-is-a-y") for term in sentences.terms(noun))


def _relational(sentences: Sentences, noun: int) -> bool:
    """Tell whether a noun says how its subject stands to something else, not what it is: "a manifestation of X"."""
    return sentences.parse.lower[noun].rstrip("s") in _RELATIONS


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
    """Tell whether examples are likelier those of another noun than the one the parser hangs them on.

    "Features in phones, such as …" and "nurses who provide care, including …": a comma, or a clause, stands between;
    "materials with holes such as …": of the materials.
    """
    parse = sentences.parse
    kind = parse.heads[unit]
    first = min([unit, *sentences.children[unit]])
    if any(
        parse.tags[n] in _VERBS or parse.words[n] in (",", "and", "or") for n in range(kind + 1, first - 1)
    ):
        return True
    if parse.deps[kind] != "pobj":
        return False
    governor = parse.heads[parse.heads[kind]]
    if parse.words[first - 1] != ",":
        return parse.lower[parse.heads[kind]] == "with" and parse.tags[governor] == "NNS"
    return not sentences.transparent(governor)


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


def _application(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Read "the application of X to Y", "the use of X for Y"."""
    tools = [term for noun in sentences.behind(unit, "of") for term in sentences.terms(noun)]
    goals = sentences.behind(unit, *(("for", "in") if sentences.parse.lower[unit] == "use" else ("to", "in")))
    for action in sentences.kids(unit, "acl"):
        goals += list(sentences.kids(action, "dobj")) if sentences.parse.tags[action] == "VB" else []
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


def _appos(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Read "X, a Y,": a kind behind an article, not a number and not a name."""
    parse = sentences.parse
    kind, named = sentences.heading.get(unit), sentences.heading.get(parse.heads[unit])
    if (
        kind is None
        or named is None
        or parse.tags[unit] != "NN"
        or kind.start <= named.stop
        or sentences.patent
    ):
        return
    listed = any(parse.deps[kid] in ("conj", "cc", "appos") for kid in sentences.children[unit])
    if parse.deps[parse.heads[unit]] not in ("nsubj", "nsubjpass") and parse.words[
        kind.stop : kind.stop + 1
    ] == [","]:
        return
    if listed or parse.words[kind.stop : kind.stop + 1] not in ([","], ["."], [")"], [";"]):
        return
    between = parse.words[named.stop : kind.start]
    if between[0] == "," and len(between) == 2 and between[1] in _ARTICLES:
        yield Frame(named, "is-a", kind, -1, "x-a-y")


def _due(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Read "degradation due to corrosion": what stands behind is the cause of the noun before."""
    parse = sentences.parse
    head = parse.heads[unit]
    effect = sentences.heading.get(head)
    # "a breakdown of the propagation due to noise": the noise breaks it down, it does not cause it.
    if (
        effect is None
        or parse.deps[unit] not in ("prep", "amod", "acl")
        or head > unit
        or parse.deps[head] == "pobj"
    ):
        return
    for noun in sentences.causes(head):
        yield from (Frame(cause, "causes", effect, -1, "due-to") for cause in sentences.terms(noun))


def _has(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Read "a head having a coil", "a head with a coil": a thing and its part."""
    parse = sentences.parse
    if parse.lower[unit] == "with":
        wholes = [parse.heads[unit]] if parse.deps[unit] == "prep" else []
        parts = list(sentences.kids(unit, "pobj"))
    else:
        wholes, parts = sentences.subjects(unit), list(sentences.kids(unit, "dobj"))
        # "a film having a high conductivity and a layer": what the parser joins to a property is no part.
        parts = [
            noun for noun in parts if noun in sentences.heading and not _measure(sentences.heading[noun])
        ]
    free = sentences.patent and parse.lower[unit] != "with"
    for whole in (term for noun in wholes for term in sentences.terms(noun)):
        # "a head having a pole, and a second pole": what is joined behind is another part.
        if whole.start > unit:
            continue
        if type_of(whole.form) in _THINGS or (free and type_of(whole.form) in _PARTS):
            verb = -1 if parse.lower[unit] == "with" else unit
            for part in (term for noun in parts for term in sentences.terms(noun)):
                if part.start > unit and (
                    type_of(part.form) in _INNER or (free and _counted(sentences, part))
                ):
                    yield Frame(part, "part-of", whole, verb, "x-has-y")


def _measure(term: Term) -> bool:
    return type_of(term.form) == "property" or term.form.rpartition(" ")[2] in _MEASURES


def _counted(sentences: Sentences, part: Term) -> bool:
    """Tell whether an untyped noun is one of a patent's parts: it stands behind an article or a number."""
    return type_of(part.form) == "" and not _measure(part) and any(sentences.kids(part.head, "det", "nummod"))


def _deed_of(sentences: Sentences, unit: int, first: Term) -> Iterator[Frame]:
    """Read "Monte Carlo simulation of Y": a deed that names how it is done is for what it is done to."""
    _, how, deed = ("", *first.form.rpartition(" ")[::2])
    if sentences.parse.deps[unit] != "prep" or deed not in _METHODICAL or not how or how in _SORTS:
        return
    for noun in sentences.kids(unit, "pobj"):
        yield from (Frame(first, "used-for", what, -1, "deed-of-y") for what in sentences.terms(noun))


def _of(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Read "the coil of the head": two things, the second known; and "a layer of nickel"."""
    parse = sentences.parse
    first = sentences.heading.get(parse.heads[unit])
    kind = None if first is None else type_of(first.form)
    if first is not None and kind == "method":
        yield from _deed_of(sentences, unit, first)
    if (
        first is None
        or parse.deps[unit] != "prep"
        or (kind not in _INNER and not (sentences.patent and kind == ""))
    ):
        return
    for noun in sentences.kids(unit, "pobj"):
        second = sentences.heading.get(noun)
        if second is None:
            continue
        known = any(
            parse.lower[kid] in ("the", "said", "a", "an") for kid in sentences.kids(noun, "det", "amod")
        )
        made = first.form.endswith(("ing", "ation")) or _measure(first)
        if known and kind != "material" and not made and type_of(second.form) == "device":
            yield Frame(first, "part-of", second, -1, "x-of-y")
        elif first.form.rpartition(" ")[2] in _HOLDERS:
            continue
        elif not known and kind in ("device", "material") and type_of(second.form) == "material":
            yield Frame(first, "made-of", second, -1, "x-of-material")
