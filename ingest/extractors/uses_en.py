"""What an English sentence says a thing is used for: by verbs of use, of doing, of design, and by "based on".

It promises that the tool of an action is a term that names a method, device, material or product wherever
the words alone would not tell. It refuses "link A using B" and the like: only listed deeds have a tool.
"""

from collections.abc import Iterator

from silobridge.ingest.extractors.arguments_en import Frame, Sentences
from silobridge.ingest.extractors.manner_en import VERBS
from silobridge.ingest.extractors.terms_en import Term
from silobridge.ingest.extractors.types import type_of
from silobridge.ingest.extractors.verbs_en import statements
from silobridge.kg.spelling import listed

_DEEDS = tuple(
    sorted(
        listed(
            "detect measur estimat predict solv comput calculat determin identif classif recogni extract segment analy"
            " model simulat optimi reconstruct fabricat synthesi investigat stud characteri evaluat control locali track"
            " diagnos monitor treat remov separat encrypt watermark prepar manufactur produc deposit perform obtain achiev"
            " realiz realis deriv assess verif accomplish explor observ examin quantif grow grown clean bond weld"
        )
    )
)
"""How verbs begin whose object a tool is for; "we link A using B" says less."""

_ACTS = tuple(
    sorted(
        listed(
            "detect estimat predict comput calculat classif recogni segment simulat reconstruct control locali track"
            " diagnos monitor remov separat encrypt captur encod decod filter amplif harvest sens convert stor"
        )
    )
)
"""How verbs begin that a tool does by itself: "the sensor detects Y" says what it is for."""

_OFFERED = tuple(
    sorted(
        listed("present propos introduc develop describ design devis provid report implement construct buil")
    )
)
_DESIGNED = frozenset(
    {"configured", "adapted", "arranged", "designed", "operable", "intended", "suitable", "used"}
)
_TOOLS = frozenset({"method", "device", "material", "product"})
_BUILT = _TOOLS | {"task", "application"}
_MEANS = frozenset({"method", "device"})
_LOOSE = frozenset({"", "device", "product", "material"})
"""What "using X" is rarely said of, but of the verb before: "remove it from the servo elements using …"."""
_NOMINAL = (
    "ion",
    "ing",
    "ment",
    "sis",
    "ance",
    "ence",
    "ity",
    "ness",
    "search",
    "control",
    "design",
    "study",
)
WORDS = frozenset({"for", "based", "via"})
"""What a purpose hangs on, beside verbs."""
_HOLDS = ("includ", "compris", "ha", "contain", "us", "incorporat")
_ENABLES = frozenset(
    f"{verb}{ending}" for verb, endings in (("enabl", ("e", "es", "ed", "ing")), ("allow", ("", "s", "ed", "ing")),
                                            ("permit", ("", "s", "ted", "ting"))) for ending in endings
)  # fmt: skip


def tool(term: Term) -> bool:
    """Tell whether a term names what something is done with."""
    return type_of(term.form) in _TOOLS


def means(sentences: Sentences, verb: int) -> list[Term]:
    """Give what "we" do something with: "we improve X by Y", "we use Y to improve X"."""
    found = [
        term for noun in sentences.behind(verb, "by", "via", "through") for term in sentences.terms(noun)
    ]
    governor = sentences.parse.heads[verb]
    if _purpose(sentences, verb) and sentences.parse.lower[governor].startswith(
        ("us", "employ", "utili", "appl")
    ):
        found += [
            term for noun in sentences.kids(governor, "dobj", "nsubjpass") for term in sentences.terms(noun)
        ]
    return found


def _purpose(sentences: Sentences, verb: int) -> bool:
    """Tell whether a verb stands behind "to": "… to improve X"."""
    parse = sentences.parse
    return parse.deps[verb] in ("xcomp", "advcl") and any(
        parse.lower[kid] == "to" for kid in sentences.kids(verb, "aux")
    )


def used(sentences: Sentences, verb: int, passive: bool) -> list[tuple[Term, Term]]:
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
    if passive:
        goals.extend(sentences.behind(verb, "as"))
    for action in sentences.kids(verb, "xcomp", "advcl"):
        if any(parse.lower[kid] == "to" for kid in sentences.kids(action, "aux")):
            goals.extend(sentences.kids(action, "dobj"))
    if lemma.startswith("appl"):
        # A field, a voltage or a coat of paint is applied to a thing without being used for it.
        tools = [term for term in tools if type_of(term.form) == "method"]
    if lemma == "using" and not goals:
        goals = _done_using(sentences, verb)
    found = [(one, goal) for noun in goals for goal in sentences.terms(noun) for one in tools]
    if lemma == "using" and parse.deps[verb] == "acl":
        # "a head using the sensor, and a disk": what the parser joins behind is not made with it.
        return [(one, goal) for one, goal in found if goal.start < verb]
    return found


def _done_using(sentences: Sentences, verb: int) -> list[int]:
    """Give what is done with "using X": the noun it hangs on, or what a verb of finding or making acts on."""
    governor, dep = sentences.parse.heads[verb], sentences.parse.deps[verb]
    if dep == "acl":
        return [] if _astray(sentences, governor) else [governor]
    if not sentences.parse.lower[governor].startswith(_DEEDS):
        return []
    if dep in ("advcl", "xcomp", "prep", "pcomp") and sentences.parse.tags[governor] in VERBS:
        return _acted_on(sentences, governor)
    return []


def _astray(sentences: Sentences, noun: int) -> bool:
    """Tell whether "using X" behind a noun is likelier said of the verb before it: "port it to the processor using X"."""
    held = sentences.heading.get(noun)
    return (
        sentences.parse.deps[noun] in ("pobj", "conj")
        and held is not None
        and type_of(held.form) in _LOOSE
        and not held.form.endswith(_NOMINAL)
    )


def _acted_on(sentences: Sentences, verb: int) -> list[int]:
    return sentences.subjects(verb) if sentences.passive(verb) else list(sentences.kids(verb, "dobj"))


def does(sentences: Sentences, verb: int) -> Iterator[Frame]:
    """Read "the sensor detects Y", "a circuit configured to detect Y": what a tool does is what it is for."""
    parse = sentences.parse
    word = parse.lower[verb]
    head = parse.heads[verb]
    designed = _purpose(sentences, verb) and parse.lower[head] in _DESIGNED
    if word in _ENABLES and _own_subject(sentences, verb):
        if not sentences.passive(verb):
            yield from _each(
                sentences.subjects(verb), _enabled(sentences, verb), sentences, verb, "verb-enable"
            )
    elif designed and parse.lower[head] != "used" and word not in statements():
        yield from _each(
            sentences.subjects(head), list(sentences.kids(verb, "dobj")), sentences, verb, "designed-to"
        )
    elif word.startswith(_ACTS) and word not in statements() and _own_subject(sentences, verb):
        if not sentences.passive(verb):
            yield from _each(
                sentences.subjects(verb), list(sentences.kids(verb, "dobj")), sentences, verb, "verb-does"
            )
            return
        tools = sentences.behind(verb, "by", "with", "through")
        yield from _each(tools, sentences.subjects(verb), sentences, verb, "done-by")
    elif word.startswith(_DEEDS) and word not in statements() and parse.deps[verb] != "amod":
        tools = [
            *sentences.behind(verb, "by"),
            *_methods(sentences, sentences.behind(verb, "with", "through")),
        ]
        yield from _each(tools, _acted_on(sentences, verb), sentences, verb, "done-by")


def _methods(sentences: Sentences, nouns: list[int]) -> list[int]:
    """Give the nouns that name methods: "we study Y with X" where X is one; "a model with a sensor" has it."""
    held = [(noun, sentences.heading.get(noun)) for noun in nouns]
    return [noun for noun, term in held if term is not None and type_of(term.form) == "method"]


def _enabled(sentences: Sentences, verb: int) -> list[int]:
    """Give what "enables", "allows for" and "allows one to do" open: a thing, or what is done to it."""
    actions = [
        noun for action in sentences.kids(verb, "xcomp", "ccomp") for noun in sentences.kids(action, "dobj")
    ]
    if any(True for _ in sentences.kids(verb, "xcomp", "ccomp")):
        return actions
    return [*sentences.kids(verb, "dobj"), *sentences.behind(verb, "for")]


def _own_subject(sentences: Sentences, verb: int) -> bool:
    """Tell whether a verb has a subject of its own, or stands right behind it: what "and" adds is less sure."""
    return sentences.parse.deps[verb] in ("acl", "relcl") or any(sentences.kids(verb, "nsubj", "nsubjpass"))


def _each(tools: list[int], goals: list[int], sentences: Sentences, verb: int, rule: str) -> Iterator[Frame]:
    for noun in tools:
        for one in sentences.terms(noun):
            if type_of(one.form) in (_TOOLS if rule == "verb-enable" else _MEANS):
                yield from (
                    Frame(one, "used-for", goal, verb, rule)
                    for place in goals
                    for goal in sentences.terms(place)
                    if not (rule == "verb-enable" and sentences.half(goal))
                )


def purposes(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Yield the uses that hang on one word: "for", "based", "via"."""
    word = sentences.parse.lower[unit]
    if word == "for":
        yield from _for(sentences, unit)
    elif word == "based":
        yield from _based(sentences, unit)
    elif word == "via":
        yield from _via(sentences, unit)


def _for(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Read "a method for Y" and "we propose a method for Y": a tool, then what it is for."""
    parse = sentences.parse
    if parse.deps[unit] != "prep":
        return
    head = parse.heads[unit]
    verb = -1
    if parse.tags[head] in VERBS and parse.lower[head].startswith(_OFFERED):
        tools = [term for noun in _acted_on(sentences, head) for term in sentences.terms(noun)]
        verb = head
    else:
        tools = [sentences.heading[head]] if head in sentences.heading and _serves(sentences, head) else []
    goals = list(sentences.kids(unit, "pobj"))
    # "a layer is disposed on the substrate for storing signals": the layer stores them.
    if verb >= 0 or parse.deps[head] != "pobj":
        goals += [noun for gerund in sentences.kids(unit, "pcomp") for noun in sentences.kids(gerund, "dobj")]
    for noun in goals:
        # "a method for forming such a head" means the thing already named.
        if any(parse.lower[kid] in ("such", "said", "same") for kid in sentences.children[noun]):
            continue
        for goal in sentences.terms(noun):
            yield from (Frame(one, "used-for", goal, verb, "x-for-y") for one in tools if tool(one))


def _serves(sentences: Sentences, noun: int) -> bool:
    """Tell whether "for" behind a noun is said of it: of a thing that something is done to, "for" says why it is done."""
    kind, dep = type_of(sentences.heading[noun].form), sentences.parse.deps[noun]
    if kind == "device" and dep == "dobj":
        # "includes a magnet for applying a field": the magnet applies it.
        return sentences.parse.lower[sentences.parse.heads[noun]].startswith(_HOLDS)
    return kind not in ("material", "product", "device") or dep not in ("pobj", "dep", "dobj")


def _based(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Read "Y based on X", "Y is based on X": X is used for Y."""
    parse = sentences.parse
    grounds = sentences.behind(unit, "on", "upon")
    if not grounds:
        return
    head, dep = parse.heads[unit], parse.deps[unit]
    if own := list(sentences.kids(unit, "nsubjpass")):
        built, verb = own, unit
    elif parse.tags[head] in VERBS:
        built, verb = (
            (_acted_on(sentences, head) if parse.lower[head].startswith((*_OFFERED, *_DEEDS)) else []),
            head,
        )
    else:
        # "For schedulers, based on these bounds, we prove": what follows is based on them.
        apart = parse.words[unit - 1] == "," and parse.deps[head] == "pobj" and parse.heads[head] < head - 4
        built, verb = ([head] if dep in ("acl", "prep") and not apart else []), -1
    for noun in grounds:
        for ground in sentences.terms(noun):
            yield from (
                Frame(ground, "used-for", what, verb, "based-on")
                for place in built
                for what in sentences.terms(place)
                if type_of(what.form) in _BUILT and (verb >= 0 or what.start < unit)
            )


def _via(sentences: Sentences, unit: int) -> Iterator[Frame]:
    """Read "Y via X" of a title, and "we compute Y via X"."""
    parse = sentences.parse
    if parse.deps[unit] != "prep":
        return
    head = parse.heads[unit]
    verb = head if parse.tags[head] in VERBS else -1
    done = [head] if verb < 0 else _acted_on(sentences, head) if parse.lower[head].startswith(_DEEDS) else []
    for noun in sentences.kids(unit, "pobj"):
        for one in sentences.terms(noun):
            if type_of(one.form) in _MEANS:
                yield from (
                    Frame(one, "used-for", goal, verb, "y-via-x")
                    for place in done
                    for goal in sentences.terms(place)
                )
