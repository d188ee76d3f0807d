"""Chemical formulas among terms: what is written as elements and numbers is a material.

It promises to read a term's last word as written, subscripts in LaTeX or not. It refuses single
elements but gases, words without a second element, and the short forms of technology that spell like a formula.
"""

import re
from functools import lru_cache

_ELEMENTS = (
    "He|Li|Be|Ne|Na|Mg|Al|Si|Cl|Ar|Ca|Sc|Ti|Cr|Mn|Fe|Co|Ni|Cu|Zn|Ga|Ge|As|Se|Br|Kr|Rb|Sr|Zr|Nb|Mo|Tc|Ru|Rh|Pd"
    "|Ag|Cd|In|Sn|Sb|Te|Xe|Cs|Ba|La|Ce|Pr|Nd|Pm|Sm|Eu|Gd|Tb|Dy|Ho|Er|Tm|Yb|Lu|Hf|Ta|Re|Os|Ir|Pt|Au|Hg|Tl|Pb|Bi"
    "|Th|Pa|H|B|C|N|O|F|P|S|K|V|Y|I|W|U"
)
_NUMBER = r"(?:\d+(?:\.\d+)?(?:[-+−–]?[xyzδ])?|[xyz])?"
_PART = re.compile(f"({_ELEMENTS}){_NUMBER}")
_WHOLE = re.compile(f"(?:\\(?(?:{_ELEMENTS}){_NUMBER}\\)?{_NUMBER}){{2,}}(?:[-+−–][xyzδ])?")
_MARKS = re.compile(r"\\(?:rm|mathrm|text|delta)\b|[$_{}\s]")
_PLURAL = re.compile(r"[A-Z]+s")
_BEFORE = re.compile(r".*[/–—-](?=[A-Z(])")
_NO_FORMULAS = frozenset({"B2C", "C2B", "HeLa", "I2C", "LiPo", "NoC", "PoS", "V2I", "W3C", "Y2K"})
GASES = frozenset({"H2", "N2", "O2", "O3", "F2", "Cl2"})
_NUMBERED = re.compile(r"(?:USB|ISO|PS|PC|HP|IP|BS|CP|CNN|USP|SVN)\d|H\d+N\d+$")


@lru_cache(maxsize=1 << 14)
def is_formula(surface: str) -> bool:
    """Tell whether the last word of a surface is a chemical formula: two elements or more, or a gas of one.

    Examples
    --------
    >>> [is_formula(word) for word in ("porous SrCo0.8Nb0.2O3−δ", "Li$_2$O", "GaAs", "CO2", "Y2O3-stabilized ZrO2")]
    [True, True, True, True, True]
    >>> is_formula("H2"), is_formula("wet O2")
    (True, True)
    >>> [is_formula(word) for word in ("PCs", "USB3", "H5N1", "COCO", "B2B", "NaN2 loss", "Co")]
    [False, False, False, False, False, False, False]
    """
    word = _BEFORE.sub("", _MARKS.sub("", surface.rpartition(" ")[2]))
    if word in GASES:
        return True
    if not 2 <= len(word) <= 60 or not word[0].isupper() or word in _NO_FORMULAS or _NUMBERED.match(word):
        return False
    if not _WHOLE.fullmatch(word) or len(set(_PART.findall(word))) < 2:
        return False
    if any(map(str.isdigit, word)):
        return True
    return any(map(str.islower, word)) and not _PLURAL.fullmatch(word)
