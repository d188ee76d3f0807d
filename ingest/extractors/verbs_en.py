"""English verb forms to the predicates they state.

It promises every regular inflection of the verbs in `verbs_en.tsv`, and the irregular ones listed
here. It refuses to guess for verbs that are not in the list.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from silobridge.ingest.extractors.lexicon import table

_IRREGULAR = {
    "suffer": ("suffers", "suffered", "suffering"),
    "stem": ("stems", "stemmed", "stemming"), "equip": ("equips", "equipped", "equipping"),
    "embed": ("embeds", "embedded", "embedding"), "cut": ("cuts", "cutting"), "plague": ("plagued", "plagues"),
    "overcome": ("overcame", "overcomes", "overcoming"), "lead": ("led", "leads", "leading"),
    "give": ("gave", "given", "gives", "giving"), "make": ("made", "makes", "making"),
    "emit": ("emitted", "emits", "emitting"), "combat": ("combats", "combated", "combating"),
    "boost": ("boosts", "boosted", "boosting"), "trigger": ("triggers", "triggered", "triggering"),
    "hinder": ("hinders", "hindered", "hindering"), "hamper": ("hampers", "hampered", "hampering"),
    "synthesize": ("synthesise", "synthesised", "synthesises", "synthesizes", "synthesized", "synthesizing"),
    "utilize": ("utilise", "utilised", "utilises", "utilising", "utilizes", "utilized", "utilizing"),
}  # fmt: skip


class Statement(NamedTuple):
    """What a verb states: its predicate, whether the object is the claim's subject, and its preposition.

    `guard` is harm or merit where the object's last word must be one, `passive` where only the passive says so.
    """

    predicate: str
    turned: bool
    preposition: str
    lemma: str
    guard: str = ""


@cache
def statements() -> Mapping[str, tuple[Statement, ...]]:
    """Give what each verb form may state.

    Examples
    --------
    >>> [s.predicate for s in statements()["improving"]], [s.preposition for s in statements()["led"]]
    (['improves'], ['to'])
    """
    found: dict[str, list[Statement]] = {}
    for entry, value in table("verbs_en").items():
        lemma, _, rest = entry.partition(" ")
        for one in value.split("; "):
            predicate, *marks = one.split(" ")
            guard = next((mark for mark in marks if mark != "reversed"), "")
            statement = Statement(predicate, "reversed" in marks, rest.rpartition(" ")[2], lemma, guard)
            for form in inflections(lemma):
                found.setdefault(form, []).append(statement)
    return {form: tuple(kept) for form, kept in found.items()}


def inflections(lemma: str) -> Iterator[str]:
    """Yield a verb's forms.

    Examples
    --------
    >>> sorted(inflections("remedy"))
    ['remedied', 'remedies', 'remedy', 'remedying']
    """
    yield lemma
    if lemma in _IRREGULAR:
        yield from _IRREGULAR[lemma]
    elif lemma.endswith("e"):
        yield from (lemma + "s", lemma + "d", lemma[:-1] + "ing")
    elif lemma.endswith("y") and lemma[-2] not in "aeiou":
        yield from (lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing")
    else:
        yield from (
            lemma + ("es" if lemma.endswith(("s", "x", "ch", "sh")) else "s"),
            lemma + "ed",
            lemma + "ing",
        )
