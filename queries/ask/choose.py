"""Choosing the query: rules over the question with its names taken out.

It promises that the rule with most of its patterns in the question wins, and that the filled parameters
come from the question alone. It refuses to choose between rules that fit alike, and to run a question
most of whose words it did not understand.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from silobridge.queries.ask.find import HAN
from silobridge.queries.ask.record import Found, Years
from silobridge.queries.ask.tables import Rule, cues, filler, rules
from silobridge.queries.run import library

SOFT = ("work", "show", "many", "both")
"""Cues that say nothing by themselves: not used is not worth a note."""

_SLOTS = {"C": "c", "D": "d", "O": "o", "X": "x", "R": "r"}
_LAYERS = {"science": "s", "patent": "p", "industry": "i"}
_COMMAND_PARAMS = {"bridges": ("source", "target"), "paths": ("start", "end"), "show": ("id",)}


@dataclass(frozen=True, slots=True)
class Choice:
    """A rule that fits, how well, and the words it leaves unexplained."""

    rule: Rule
    score: float
    unknown: tuple[str, ...]


def masked(text: str, found: Sequence[Found]) -> str:
    """Give the question in lower case with a capital letter for each name.

    Examples
    --------
    >>> masked("What causes Biofilm?", [Found(12, 19, "C", "biofilm")])
    'what causes C?'
    """
    parts, at = [], 0
    for one in found:
        parts += [text[at : one.start].lower(), one.slot]
        at = one.stop
    return re.sub(
        r"(?<=[CDOXRY])(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])(?=[CDOXRY])",
        " ",
        "".join([*parts, text[at:].lower()]),
    )


def choose(question: str, found: Sequence[Found]) -> list[Choice]:
    """Give the rules that fit a masked question, the best first; more than one where they fit alike."""
    slots = [one for one in found if one.slot != "Y"]
    fitting = [
        Choice(rule, len(rule.needs) + rule.bonus, _unknown(question, rule))
        for rule in rules()
        if _fills(rule.slots, slots) and all(need.search(question) for need in rule.needs)
    ]
    best = max((choice.score for choice in fitting), default=0)
    alike = {(one.rule.query, one.rule.params): one for one in fitting if one.score == best}
    return list(alike.values())


def _fills(slots: str, found: Sequence[Found]) -> bool:
    if len(slots) != len(found):
        return False
    general = Counter(_SLOTS[one.slot] for one in found)
    if any(one.layer == "place" for one in found):
        return False
    exact = Counter(_LAYERS.get(one.layer, "d") if one.slot == "D" else _SLOTS[one.slot] for one in found)
    return Counter(slots) in (general, exact)


def _unknown(question: str, rule: Rule) -> tuple[str, ...]:
    return _left(question, (*rule.needs, *(re.compile(cues()[name]) for name in SOFT)))


def unnamed(question: str) -> tuple[str, ...]:
    """Give the words of a masked question that are no cue and no filler: likely names not in the graph.

    Examples
    --------
    >>> unnamed("which industries use blockchain?")
    ('blockchain',)
    """
    return _left(question, tuple(map(re.compile, cues().values())))


def _left(question: str, patterns: Sequence[re.Pattern[str]]) -> tuple[str, ...]:
    rest = question
    for pattern in patterns:
        rest = pattern.sub(" ", rest)
    english, chinese = filler()
    words = [word for word in re.findall(r"[a-z0-9][\w'’-]*", rest) if word not in english]
    return tuple(dict.fromkeys([*words, *HAN.findall(chinese.sub(" ", rest))]))


def too_little(choice: Choice, found: Sequence[Found]) -> bool:
    """Tell whether more of the question is unexplained than explained."""
    names = [one for one in found if one.slot != "Y"]
    unexplained = sum(max(1, len(word) // 2) if HAN.match(word) else 1 for word in choice.unknown)
    if not names:
        # A question about the whole graph: an unknown word is likely what it is really about.
        return any(not _is_cue(word) for word in choice.unknown)
    return unexplained > len(choice.rule.needs) + len(names)


def _is_cue(word: str) -> bool:
    return any(re.fullmatch(cue, word) for cue in cues().values())


def fill(rule: Rule, found: Sequence[Found], years: Years) -> tuple[dict[str, str | int], list[str]]:
    """Give the parameters of a rule's query, and what could not be used."""
    values = [one.value for one in found if one.slot != "Y"]
    question = library().get(rule.query)
    fixed = dict(rule.params)
    if question:
        names = [param.name for param in question.params]
        takes = [name for name in names if name not in ("since", "minimum", "until") and name not in fixed]
    else:
        names = ["since", "until"] if rule.query == "bridges" else ["since"] if rule.query == "silos" else []
        takes = list(_COMMAND_PARAMS.get(rule.query, ()))
    params: dict[str, str | int] = {**fixed, **dict(zip(takes, values, strict=False))}
    notes = []
    for name, year in (("since", years.since), ("until", years.until)):
        if year is not None and name in names:
            params[name] = year
        elif year is not None:
            notes.append(f"the years were left out: {rule.query} has no “{name}”")
    return params, list(dict.fromkeys(notes))
