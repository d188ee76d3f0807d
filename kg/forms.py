"""The normal form of a term: what two spellings of one name have in common.

It promises one string for "Lithium-Ion Batteries", "lithium ion battery" and "lithium–ion battery",
that normalising twice changes nothing, and that no form depends on anything but the term. It refuses
to guess at meaning: synonyms, abbreviations and translations are decided elsewhere, with a reason.
"""

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

from silobridge.kg.spelling import AMERICAN, INVARIANT, IRREGULAR, listed

_PLAIN = re.compile(r"[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*\Z")
_DASHES = re.compile(r"[-\u00ad\u058a\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d\ufffe]")
_POSSESSIVE = re.compile(r"'s?(?=[\s-]|$)")
_MARKUP = re.compile(r"\\(?:emph|text[a-z]*|math[a-z]*|mbox|rm|it|bf|em)\b\s*")
_COMMAND = re.compile(r"\\([A-Za-z]+)|\\.|[${}^_~]", re.DOTALL)
_GREEK = "[\u0370-\u03ff\u1f00-\u1fff]"
_LONE_GREEK = re.compile(f"(?<!{_GREEK}){_GREEK}(?!{_GREEK})")
_CJK = "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]"
_HAS_CJK = re.compile(_CJK)
_CJK_GAP = re.compile(rf"(?<={_CJK})\s+(?={_CJK})")
_ACCENT = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_TRIM = " \t\n\r\v\f.,;:!?'\"`´()[]{}<>|*/\\&=~_“”‘’„‚«»‹›…·•†‡§¶、。，；：！？（）【】《》「」『』〈〉〔〕"
_GREEK_NAMES = listed(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau"
    " upsilon phi chi psi omega"
)
_ROUNDS = 8


def normal_form(text: str, language: str = "en") -> str:
    r"""Give the normal form of a term; the same for the same term, however it is written.

    Unicode compatibility form and case folding; dashes to spaces; quotes, brackets and LaTeX remnants
    off; accents of Latin letters off; lone Greek letters to their names; American spelling; the last
    word in the singular. Chinese terms lose the spaces between their characters instead, and their
    traditional characters become simplified ones.

    Parameters
    ----------
    text
        The term as written.
    language
        ISO 639-1 code. ``zh`` keeps Chinese terms whole; a Latin term in a Chinese text is English.

    Returns
    -------
    str
        The form; empty where the term holds nothing but punctuation.

    Examples
    --------
    >>> normal_form("Lithium-Ion Batteries"), normal_form("$\\alpha$-Fe$_2$O$_3$ lenses")
    ('lithium ion battery', 'alpha fe2o3 lens')
    >>> normal_form("卷积 神经网络", "zh"), normal_form("behaviour of analyses")
    ('卷积神经网络', 'behavior of analysis')
    """
    return _chinese(text) if language == "zh" else _english(text)


@lru_cache(maxsize=1 << 18)
def _english(text: str) -> str:
    if not _PLAIN.match(text):
        text = _settled(text)
    words = text.lower().replace("-", " ").split()
    if not words:
        return ""
    words = [AMERICAN.get(word, word) for word in words]
    words[-1] = singular(words[-1])
    return " ".join(words)


@lru_cache(maxsize=1 << 16)
def _chinese(text: str) -> str:
    if not _HAS_CJK.search(text):
        return _english(text)
    for _ in range(_ROUNDS):
        before = text
        text = unicodedata.normalize("NFKC", text).translate(_simplified()).casefold().strip(_TRIM)
        text = _CJK_GAP.sub("", " ".join(text.split()))
        if text == before:
            break
    return text


@cache
def _simplified() -> dict[int, str]:
    """Give the simplified character of each traditional one that has just one; none is a key itself."""
    text = (files("silobridge") / "ontologies" / "lexicon" / "traditional.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {ord(traditional): simplified for traditional, simplified in rows}


def _settled(text: str) -> str:
    """Wash until nothing changes: folding case can undo a compatibility form, and trimming can bare more."""
    for _ in range(_ROUNDS):
        before = text
        text = _washed(text)
        if text == before:
            break
    return text


def _washed(text: str) -> str:
    if "\\" in text or "$" in text or "{" in text or "_" in text or "^" in text or "~" in text:
        text = _COMMAND.sub(_command, _MARKUP.sub("", text))
    text = unicodedata.normalize("NFKC", text).casefold()
    if not text.isascii():
        text = _LONE_GREEK.sub(_letter_name, text)
        text = _ACCENT.sub("", unicodedata.normalize("NFKD", text))
        text = unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'")
    text = _POSSESSIVE.sub("", _DASHES.sub(" ", text))
    return " ".join(word for word in (part.strip(_TRIM) for part in text.split()) if word)


def _command(match: re.Match[str]) -> str:
    name = match.group(1)
    if name is None:
        # A sub- or superscript belongs to its word (Fe$_2$O$_3$), a tilde or an escape parts words.
        return " " if match.group() == "~" else ""
    return f" {name.lower()} " if name.lower() in _GREEK_NAMES else " "


def _letter_name(match: re.Match[str]) -> str:
    words = unicodedata.name(match.group(), "").split(" WITH ")[0].split()
    name = words[-1].lower() if words else ""
    name = {"lamda": "lambda", "symbol": words[-2].lower() if len(words) > 1 else ""}.get(name, name)
    return f" {name} " if name in _GREEK_NAMES else match.group()


@lru_cache(maxsize=1 << 17)
def singular(word: str) -> str:
    """Give the singular of a lower-case English noun, by a table and a few rules.

    Examples
    --------
    >>> [singular(word) for word in ("analyses", "batteries", "lens", "matrices", "boxes", "cnns")]
    ['analysis', 'battery', 'lens', 'matrix', 'box', 'cnn']
    """
    found = IRREGULAR.get(word)
    if found:
        return found
    if len(word) < 4 or word[-1] != "s" or word[-2] in "sui'" or word in INVARIANT or word.endswith("ics"):
        return word
    if not word[-2].isalnum():
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(("sses", "xes", "ches", "shes", "zzes", "oes")):
        return word[:-2]
    if word.endswith(("yses", "theses", "ocytoses")):
        return word[:-2] + "is"
    return word[:-1]
