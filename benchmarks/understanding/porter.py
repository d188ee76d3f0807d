"""Porter's stemmer (1980), as its author's later definition gives it: keys are compared by stems.

It promises lower-case stems of lower-case words. It refuses nothing: a word without letters is its own
stem.
"""

import re

_DOUBLE = re.compile(r"([^aeioulsz])\1$")
_SECOND = [
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"),
    ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
    ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
    ("iviti", "ive"), ("biliti", "ble"), ("logi", "log"),
]  # fmt: skip
_THIRD = [
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
]  # fmt: skip
_FOURTH = [
    "al",
    "ance",
    "ence",
    "er",
    "ic",
    "able",
    "ible",
    "ant",
    "ement",
    "ment",
    "ent",
    "ou",
    "ism",
    "ate",
    "iti",
    "ous",
    "ive",
    "ize",
]  # longest match is chosen


def stem(word: str) -> str:
    """Give a word's stem.

    Examples
    --------
    >>> [stem(word) for word in ("caresses", "ponies", "relational", "hopping", "networks", "adjustable")]
    ['caress', 'poni', 'relat', 'hop', 'network', 'adjust']
    """
    if len(word) < 3 or not word.isalpha():
        return word
    word = _first(word)
    if word.endswith("y") and _vowel(word[:-1]):
        word = word[:-1] + "i"
    for table in (_SECOND, _THIRD):
        for ending, other in sorted(table, key=lambda pair: -len(pair[0])):
            if word.endswith(ending):
                if _measure(word[: -len(ending)]) > 0:
                    word = word[: -len(ending)] + other
                break
    return _last(_fourth(word))


def _first(word: str) -> str:
    if word.endswith(("sses", "ies")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        base = word[: -len(ending)]
        if word.endswith(ending) and _vowel(base):
            if base.endswith(("at", "bl", "iz")) or (_measure(base) == 1 and _short(base)):
                return base + "e"
            return base[:-1] if _DOUBLE.search(base) else base
    return word


def _fourth(word: str) -> str:
    for ending in sorted(_FOURTH, key=lambda each: -len(each)):
        if word.endswith(ending):
            return word[: -len(ending)] if _measure(word[: -len(ending)]) > 1 else word
    if word.endswith(("sion", "tion")) and _measure(word[:-3]) > 1:
        return word[:-3]
    return word


def _last(word: str) -> str:
    if word.endswith("e"):
        base = word[:-1]
        if _measure(base) > 1 or (_measure(base) == 1 and not _short(base)):
            word = base
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word


def _kinds(word: str) -> str:
    kinds = ""
    for letter in word:
        vowel = letter in "aeiou" or (letter == "y" and kinds.endswith("c"))
        kinds += "v" if vowel else "c"
    return kinds


def _measure(word: str) -> int:
    return len(re.findall("v+c+", _kinds(word)))


def _vowel(word: str) -> bool:
    return "v" in _kinds(word)


def _short(word: str) -> bool:
    return _kinds(word)[-3:] == "cvc" and word[-1] not in "wxy"
