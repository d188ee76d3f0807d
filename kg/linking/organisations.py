"""Names of organisations: what is left without the legal form, and how two names compare.

It promises that "ACME Robotics, Inc." and "Acme Robotics GmbH" share a core and say so only as what it
is: one name. It refuses to take a subsidiary for its parent: words that a name adds keep it apart.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from silobridge.kg.linking import applicants, translated
from silobridge.kg.spelling import listed

LEGAL = listed(
    "ab ag aktiengesellschaft as asa bv bvba co companies company corp corporation cooperation cv doo gmbh gesellschaft"
    " inc incorporated incorporation jsc kabushiki kaisha kft kg kgaa kk limited llc llp lp ltd ltda"
    " mbh nv ohg oo ooo oy oyj pbc plc pte pty pvt private sa sarl sas sas sca se sl spa srl sro"
    " sp zoo yk yugen the"
)  # fmt: skip
"""Words that say only under which law an organisation is one."""

SHORT = {
    "academy": "acad", "academie": "acad", "aeronautics": "aero", "aerospace": "aero", "agency": "agency",
    "application": "appl", "applications": "appl", "associates": "assoc", "association": "assoc",
    "brothers": "bros", "center": "cent", "centre": "cent", "chemical": "chem", "chemicals": "chem",
    "communication": "comm", "communications": "comm", "department": "dept", "development": "dev",
    "electric": "elec", "electrical": "elec", "electronic": "elect", "electronics": "elect", "electron": "elect",
    "engineering": "eng", "enterprise": "ent", "enterprises": "ent", "foundation": "found",
    "government": "gov", "group": "grp", "holding": "hldg", "holdings": "hldg", "industrial": "ind",
    "industries": "ind", "industry": "ind", "information": "info", "innovation": "innov", "innovations": "innov",
    "institute": "inst", "institut": "inst", "institution": "inst", "instruments": "instr", "instrument": "instr",
    "intelligence": "intel", "intellectual": "ip", "international": "int", "internat": "int", "intl": "int",
    "laboratories": "lab", "laboratory": "lab", "labs": "lab", "management": "man", "manufacturing": "mfg",
    "national": "nat", "natl": "nat", "pharmaceutical": "pharm", "pharmaceuticals": "pharm",
    "polytechnic": "polytech", "product": "prod", "products": "prod", "research": "res", "sciences": "sci",
    "science": "sci", "service": "serv", "services": "serv", "society": "soc", "solution": "sol",
    "solutions": "sol", "system": "sys", "systems": "sys", "technical": "tech", "technologies": "tech",
    "technology": "tech", "technological": "tech", "technol": "tech", "univ": "univ", "university": "univ",
    "universitaet": "univ", "universitat": "univ", "universite": "univ", "universidad": "univ",
    "universidade": "univ", "universita": "univ", "universiteit": "univ",
}  # fmt: skip
"""How patent offices shorten what organisations call themselves (the DOCDB habit), word for word."""

_SHORTENED = frozenset(SHORT.values())
_BRACKET = re.compile(r"[(\[]([A-Za-z.&-]{2,12})[)\]]$")
_JOINING = listed("and at for in of on the")
_LITTLE = listed("and d de der des di du et for fur l la le les of und zur")

_CHINESE = re.compile(
    r"(?:[（(][^（）()]{1,12}[)）])|(?:股份|集团|控股)?(?:有限责任公司|股份有限公司|有限公司|公司)$|(?:股份|集团)$"
)
_INITIALS = re.compile(r"\b(?:[a-z]\.? ?){2,6}(?=\W|$)")
_ELISION = re.compile(r"\b([dl])['’](?=\w)")
_DOTTED = re.compile(r"\b((?:[A-Za-z]\.){2,})")
_HAS_CJK = re.compile("[\u3400-\u9fff]")


class Compared(NamedTuple):
    """How two names compare: same, translated, doubtful, part, or different; and why."""

    how: str
    reason: str


@lru_cache(maxsize=1 << 16)
def core(name: str) -> str:
    """Give what an organisation's name says besides its legal form, words shortened as patent offices do.

    Examples
    --------
    >>> core("SAMSUNG ELECTRONICS CO LTD"), core("Samsung Electronics Co., Ltd.")
    ('samsung elect', 'samsung elect')
    >>> core("Korea Advanced Institute of Science and Technology (KAIST)")
    'korea advanced inst sci tech'
    >>> core("The Univ. of Göttingen"), core("华为技术有限公司"), core("宁德时代新能源科技股份有限公司")
    ('univ gottingen', '华为技术', '宁德时代新能源科技')
    """
    text = unicodedata.normalize("NFKC", name).strip()
    if _HAS_CJK.search(text):
        return _chinese(text)
    text = _BRACKET.sub("", text) if acronym(text) else text
    text = _DOTTED.sub(lambda match: match.group().replace(".", ""), text)
    folded = unicodedata.normalize("NFKD", _ELISION.sub(r"\1 ", text.casefold()))
    folded = "".join(c for c in folded if not unicodedata.combining(c) and c not in "'’")
    said = re.findall(r"\w+", folded.replace("&", " and "))
    kept = [SHORT.get(word, word) for word in said if word not in LEGAL and word not in _LITTLE]
    return " ".join(kept or said)


@lru_cache(maxsize=1 << 16)
def acronym(name: str) -> str:
    """Give the short name that a name puts behind itself in brackets, if it is its initials, or nothing.

    Examples
    --------
    >>> acronym("Massachusetts Institute of Technology (MIT)"), acronym("Tencent Technology (Shenzhen)")
    ('mit', '')
    """
    match = _BRACKET.search(name.strip())
    if not match:
        return ""
    words = [
        word for word in re.findall(r"\w+", name.strip()[: match.start()].casefold()) if word not in _JOINING
    ]
    short = "".join(filter(str.isalnum, match.group(1).casefold()))
    return short if short == "".join(word[0] for word in words) else ""


def _chinese(text: str) -> str:
    text = re.sub(r"\s+", "", text)
    while True:
        cut = _CHINESE.sub("", text)
        if cut == text or len(cut) < 2:
            return text.casefold()
        text = cut


@lru_cache(maxsize=1 << 16)
def legal(name: str) -> str:
    """Give the country that a legal form points to, or nothing.

    Examples
    --------
    >>> legal("Siemens AG"), legal("Acme Inc"), legal("Acme")
    ('DE', 'US', '')
    """
    said = re.findall(r"\w+", name.casefold())
    return next((_LAW[word] for word in reversed(said) if word in _LAW), "")


_LAW = {
    "gmbh": "DE", "ag": "DE", "kg": "DE", "kgaa": "DE", "inc": "US", "llc": "US", "corp": "US", "corporation": "US",
    "plc": "GB", "bv": "NL", "nv": "NL", "sas": "FR", "sarl": "FR", "spa": "IT", "srl": "IT", "oy": "FI", "oyj": "FI",
    "asa": "NO", "kk": "JP", "pty": "AU", "pvt": "IN", "doo": "RS", "sro": "CZ", "kft": "HU", "ooo": "RU",
}  # fmt: skip


def compare(one: tuple[str, str], other: tuple[str, str]) -> Compared:
    """Compare two organisations by name and country (empty where unknown).

    Returns
    -------
    Compared
        ``same`` where the cores agree and neither country nor law speaks against it, or the names are of one
        person; ``translated`` where one is the other in Chinese; ``doubtful`` where they would be one but for
        country or law; ``part`` where one core goes on from the other; else ``different``.

    Examples
    --------
    >>> compare(("Acme Robotics Inc", "US"), ("ACME ROBOTICS", "US")).how
    'same'
    >>> compare(("Terahop Netowrks Inc", ""), ("Terahop Networks", "")).how
    'same'
    >>> compare(("Fox Stephen A", ""), ("Fox Stephen B", "")).how
    'different'
    >>> compare(("Kwansei Institute of Technology (KIT)", ""), ("KIT", "")).how
    'doubtful'
    >>> compare(("Siemens AG", ""), ("Siemens Inc", "")).how, compare(("Intel IP Corp", ""), ("Intel Corp", "")).how
    ('doubtful', 'part')
    """
    left, right = core(one[0]), core(other[0])
    if bool(_HAS_CJK.search(one[0])) != bool(_HAS_CJK.search(other[0])):
        return _translated(one, other)
    if left == right:
        if one[1] and other[1] and one[1] != other[1]:
            return Compared("doubtful", f"one name, {left!r}, but in {one[1]} and in {other[1]}")
        laws = {law for law in (legal(one[0]), legal(other[0])) if law}
        if len(laws) > 1:
            return Compared(
                "doubtful", f"one name, {left!r}, but under the law of {' and of '.join(sorted(laws))}"
            )
        return Compared("same", f"the same name, {left!r}, without the legal form")
    if _misspelt(left, right):
        return Compared("same", f"{left!r} and {right!r} differ by a letter or a space")
    if person(one[0]) and person(one[0]) == person(other[0]) and applicants.agree(one[0], other[0]):
        return Compared("same", f"{one[0]!r} and {other[0]!r} are one person's name")
    for name, short in ((one[0], right), (other[0], left)):
        if short and acronym(name) == short:
            return Compared("doubtful", f"{name!r} calls itself {short!r}, as others may")
    if _goes_on(left, right):
        return Compared("part", f"{max(left, right, key=len)!r} goes on from {min(left, right, key=len)!r}:"
                                " perhaps a subsidiary or a department")  # fmt: skip
    return Compared("different", "different names")


def _translated(one: tuple[str, str], other: tuple[str, str]) -> Compared:
    shared = sorted(set(translated.keys(one[0])) & set(translated.keys(other[0])))
    if not shared:
        return Compared("different", "different names")
    said = f"{one[0]!r} and {other[0]!r} are one name in two languages: {shared[-1]!r}"
    if one[1] and other[1] and one[1] != other[1]:
        return Compared("doubtful", f"{said}; but in {one[1]} and in {other[1]}")
    if shared[-1].startswith(translated.WEAK) and not (one[1] and other[1]):
        return Compared("doubtful", f"{said}; but it names no place, and not both countries are told")
    return Compared("translated", said)


@lru_cache(maxsize=1 << 16)
def person(name: str) -> str:
    """Give what an applicant's name shares with others of one person, or nothing where words say it is a firm's.

    Examples
    --------
    >>> person("LUDWIG LESTER F"), person("Lester Robotics Inc")
    ('ludwig lester', '')
    """
    said = re.findall(r"\w+", name.casefold())
    firm = any(word in LEGAL or word in SHORT or word in _SHORTENED or word.isdigit() for word in said)
    return "" if firm or _HAS_CJK.search(name) else applicants.key(name)


def initial(name: str) -> str:
    """Give the initial of the second given name of an applicant who may be a person, or nothing."""
    return applicants.initial(name) if person(name) else ""


def shortest(name: str) -> str:
    """Give an applicant's family name, first given name and initial, all that compatible names must share."""
    return f"{person(name)} {initial(name)}".strip()


def halves(name: str) -> list[str]:
    """Give the halves of a name's letters, of which names one letter apart share one; none of a short name.

    Examples
    --------
    >>> set(halves("Terahop Netowrks")) & set(halves("Terahop Networks Inc"))
    {'terahop<'}
    """
    letters = core(name).replace(" ", "")
    size = len(letters)
    if size < SHORTEST:
        return []
    cuts = sorted({size // 2, (size - 1) // 2})
    return [*(letters[:cut] + "<" for cut in cuts), *(">" + letters[size - cut :] for cut in cuts)]


def _misspelt(left: str, right: str) -> bool:
    """Tell whether two cores are one, misspelt: never where an initial, a number or a short word differs."""
    one, other = left.replace(" ", ""), right.replace(" ", "")
    if one == other:
        return True
    if min(len(one), len(other)) < SHORTEST or re.findall(r"\d", one) != re.findall(r"\d", other):
        return False
    words = left.split(), right.split()
    if len(words[0]) != len(words[1]):
        # A blank too many or a letter lost makes another word: only long names are known again so.
        if min(len(one), len(other)) < 2 * SHORTEST:
            return False
    elif any(a != b and min(len(a), len(b)) < SHORTEST_WORD for a, b in zip(*words, strict=True)):
        return False
    from rapidfuzz.distance import OSA

    most = 1 if min(len(one), len(other)) < 2 * SHORTEST else 2
    return bool(OSA.distance(one, other, score_cutoff=most) <= most)


SHORTEST = 12
"""Letters a name must have to be known again when one is wrong; twice as many for two."""

SHORTEST_WORD = 5
"""Letters a word must have to be taken as misspelt, not as another word."""


def _goes_on(left: str, right: str) -> bool:
    short, long = sorted((left, right), key=len)
    return long.startswith(short if _HAS_CJK.search(short) else short + " ") and len(short) > 2
