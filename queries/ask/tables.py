"""The tables behind `kg ask`: cue words, rules, filler words and names of domains.

It promises that a rule is read as it stands in its file, with the cues in braces put in. It refuses a
rule that names a cue or a query that is not there.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from silobridge.kg.errors import QueryError
from silobridge.kg.forms import normal_form
from silobridge.kg.taxonomy import Domain, taxonomy

COMMANDS = ("bridges", "paths", "show", "silos", "stats")
"""What a rule can choose besides the named questions."""

_SCHEMES = ("openalex", "nace", "wipo", "ford", "country")
_NARROW = ("topic",)
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Rule:
    """A question that is chosen when its slots are filled and every pattern is in the question."""

    query: str
    slots: str
    needs: tuple[re.Pattern[str], ...]
    bonus: float
    params: tuple[tuple[str, str], ...]


def _rows(name: str) -> list[list[str]]:
    text = (files("silobridge") / "queries" / "ask" / name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines()[1:] if line]


@cache
def cues() -> dict[str, str]:
    """Give each cue as one regular expression: English words whole, Chinese words anywhere."""
    return {name: rf"(?:\b(?:{english})\b|{chinese})" for name, english, chinese in _rows("cues.tsv")}


@cache
def rules() -> tuple[Rule, ...]:
    """Read the rules.

    Raises
    ------
    QueryError
        If a rule names a cue or a question that is not there.
    """
    from silobridge.queries.run import library

    made = []
    for query, slots, needs, bonus, params in _rows("rules.tsv"):
        if query not in COMMANDS and query not in library():
            raise QueryError(f"no question is called {query!r}", where="rules.tsv")
        pairs = tuple(
            (key, value) for key, _, value in (one.partition("=") for one in params.split(";") if one)
        )
        made.append(
            Rule(query, slots, tuple(_pattern(one) for one in needs.split(" & ")), float(bonus), pairs)
        )
    return tuple(made)


def _pattern(text: str) -> re.Pattern[str]:
    def cue(match: re.Match[str]) -> str:
        """Give the words of one cue."""
        try:
            return cues()[match.group(1)]
        except KeyError:
            raise QueryError(f"no cue is called {match.group(1)!r}", where="rules.tsv") from None

    return re.compile(re.sub(r"\{([a-z]+)\}", cue, text))


@cache
def filler() -> tuple[frozenset[str], re.Pattern[str]]:
    """Give the English words that carry no meaning here, and a pattern for the Chinese ones, longest first."""
    english, chinese = (row[1].split() for row in _rows("skip.tsv"))
    longest = sorted(chinese, key=len, reverse=True)
    return frozenset(english), re.compile("|".join(map(re.escape, longest)))


@cache
def cue_words() -> frozenset[str]:
    """Give every English word that stands in a cue, spelled out: what a typo may have meant."""
    words: set[str] = set()
    for _, english, _ in _rows("cues.tsv"):
        plain = re.sub(r"\(([^()]*)\|[^()]*\)", r"\1", re.sub(r"\[(.)[^]]*\]", r"\1", english))
        words.update(re.findall(r"[a-z]{4,}", re.sub(r"[()?|]", " ", plain.replace("y|ies", "y"))))
        words.update(match.expand(r"\1ies") for match in re.finditer(r"([a-z]+)\(y\|ies\)", english))
        words.update(match.expand(r"\1y") for match in re.finditer(r"([a-z]+)\(y\|ies\)", english))
    return frozenset(words | {word for word in filler()[0] if len(word) > 3})


@cache
def domain_names() -> dict[tuple[str, str], tuple[str, ...]]:
    """Give domains by kind ('plain', or 'industry' before such a word) and normal form, the best first."""
    names: dict[tuple[str, str], list[str]] = {}
    for phrase, kind, identifier in _rows("domains.tsv"):
        key = ("industry" if kind == "industry" else "plain", normal_form(phrase, language(phrase)))
        names.setdefault(key, []).append(identifier)
    known = sorted((d for d in taxonomy() if d.scheme in _SCHEMES and d.level not in _NARROW), key=_rank)
    for domain in known:
        found = names.setdefault(("plain", normal_form(domain.label)), [])
        if domain.id not in found:
            found.append(domain.id)
    return {key: tuple(found) for key, found in names.items()}


def _rank(domain: Domain) -> tuple[int, str]:
    return _SCHEMES.index(domain.scheme), domain.id


def language(text: str) -> str:
    """Tell Chinese from everything else.

    Examples
    --------
    >>> language("电池 pack"), language("battery")
    ('zh', 'en')
    """
    return "zh" if _HAN.search(text) else "en"
