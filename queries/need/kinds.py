"""Which concepts can answer a need: something one can use.

It promises methods, materials and devices, by their type, by what sentences say of them, or by their last
word. It refuses properties, places and names of organisations, however close.
"""

import numpy as np
from numpy.typing import NDArray

from silobridge.queries.matrices import Matrices
from silobridge.queries.need.index import Index

USABLE = ("method", "material", "device", "product")
_NEVER = ("organisation", "place", "property", "organism", "task", "application")

_HEADS = {
    "method": "method algorithm technique interferometry spectroscopy microscopy tomography emission filtering filter"
    " network analysis learning model process treatment deposition sintering welding annealing inspection imaging"
    " optimization transform regression clustering estimation detection control simulation",
    "material": "material coating polymer composite alloy membrane film foam gel aerogel hydrogel ceramic glass fiber"
    " resin powder catalyst electrolyte adhesive primer fluid oil steel graphite blanket barrier insulation layer brush"
    " surface microtopography texture lubricant additive nanoparticle paint laminate",
    "device": "device pipe sensor actuator battery motor pump valve exchanger sink plate heater cooler circuit antenna"
    " laser detector camera robot turbine generator converter switch transistor chamber probe electrode array"
    " controller bearing damper spring nozzle lens",
}  # fmt: skip
_CHINESE = {"方法": "method", "算法": "method", "技术": "method", "网络": "method", "干涉": "method", "滤波": "method",
            "材料": "material", "涂层": "material", "涂料": "material", "薄膜": "material", "凝胶": "material",
            "聚合物": "material", "装置": "device", "传感器": "device", "热管": "device", "电极": "device"}  # fmt: skip
_TYPE = {word: kind for kind, heads in _HEADS.items() for word in heads.split()}


def sort_of(kind: str, form: str, solving: bool) -> str:
    """Return what sort of answer a concept is, or an empty string for none.

    Parameters
    ----------
    kind
        The concept's type.
    form
        Its form, whose last word tells where the type does not.
    solving
        Whether a sentence says that it is used for, addresses or improves something.

    Examples
    --------
    >>> sort_of("", "heat pipe", False), sort_of("", "hot climate", False), sort_of("property", "film", True)
    ('device', '', '')
    """
    if kind in USABLE or kind in _NEVER:
        return kind if kind in USABLE else ""
    chinese = next((sort for suffix, sort in _CHINESE.items() if form.endswith(suffix)), "")
    words = form.split()
    # A head word alone ("method", "layer") names a class of answers and none of them.
    head = _TYPE.get(words[-1], "") if len(words) > 1 else ""
    return chinese or head or ("method" if solving and len(form) > 3 else "")


def answers(matrices: Matrices, index: Index, columns: NDArray[np.int64]) -> list[str]:
    """Return the sort of each of some concepts."""
    return [
        sort_of(str(matrices.type[column]), matrices.form[int(column)], bool(index.solving[column]))
        for column in columns
    ]
