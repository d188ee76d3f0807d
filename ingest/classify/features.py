"""Text to the features that the classifiers weigh.

It promises that the same text gives the same features on every machine, in time linear in its length,
and that at most `LONGEST` characters are looked at. It refuses tools: no tagger, no dictionary.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

LONGEST = 6000
"""Characters read of one text: a title, an abstract and the first page say what a document is about."""
_WORD = re.compile(r"[^\W\d_]{2,40}")
_HAN = re.compile(r"[㐀-鿿]+|[a-z]{2,40}")
_STEM = 6
"""Letters that stand for a word's family: *immunology*, *immunologist* and *immunological* share six."""
_SAID_OF_ANYTHING = """
a an and are as at be been being but by can did do does for from had has have how if in into is it its
may more most no nor not of on one or other our such than that the their them then there these they
this those to two under was we were what when where which while who with within without would you
also between both during each here however thus through using used use based via paper study studies
results show shows cluster papers focuses explores covers
"""
_EMPTY = frozenset(_SAID_OF_ANYTHING.split())


def words(text: str) -> Iterator[str]:
    """Give a text's words, the families they belong to, and its pairs of neighbours.

    Examples
    --------
    >>> sorted(words("Gene editing in yeasts"))
    ['editing', 'editin~', 'gene', 'gene editing', 'yeast']
    """
    before = ""
    for word in _WORD.findall(text[:LONGEST].lower()):
        if word in _EMPTY:
            before = ""
            continue
        if word[-1] == "s" and len(word) > 3 and word[-2] not in "su":
            word = word[:-1]
        yield word
        if len(word) > _STEM:
            yield word[:_STEM] + "~"
        if before:
            yield f"{before} {word}"
        before = word


def grams(text: str) -> Iterator[str]:
    """Give a Chinese text's runs of one to three characters, and its Latin words.

    Examples
    --------
    >>> list(grams("神经网络"))[:4]
    ['神', '经', '网', '络']
    """
    for run in _HAN.findall(text[:LONGEST].lower()):
        if run[0] < "㐀":
            yield run
            continue
        yield from run
        for size in (2, 3):
            yield from (run[at : at + size] for at in range(len(run) - size + 1))


RECIPES: Mapping[str, Callable[[str], Iterator[str]]] = {"words": words, "grams": grams}
"""What a model's manifest may name as the way its text is cut."""


def counts(text: str, recipe: str) -> list[Counter[str]]:
    r"""Count the features of a title and of what follows it, apart: a title's few words weigh as much.

    Parameters
    ----------
    text
        A title, or a title, a blank line and the rest.
    recipe
        One of `RECIPES`.

    Examples
    --------
    >>> [sorted(part) for part in counts("Yeast\n\nGene drive", "words")]
    [['yeast'], ['drive', 'gene', 'gene drive']]
    """
    title, _, rest = text.strip().partition("\n\n")
    return [Counter(RECIPES[recipe](part)) for part in (title, rest) if part]
