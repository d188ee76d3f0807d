"""What a term names, by its last word or last two: task, method, material, device, product and so on.

It promises a type only where the head noun or its ending says one, else an empty string. It refuses
lists of names: whatever a gazetteer knows is resolved later, with a reason.
"""

from functools import lru_cache

from silobridge.ingest.extractors.lexicon import table

TYPES = frozenset(
    {
        "task",
        "method",
        "material",
        "device",
        "product",
        "property",
        "application",
        "organism",
        "organisation",
        "place",
    }
)

NONE = "none"
"""The table's word for a head that no type fits."""


@lru_cache(maxsize=1 << 16)
def type_of(form: str) -> str:
    """Give the type of a term in normal form, or an empty string.

    Examples
    --------
    >>> type_of("lithium ion battery"), type_of("atomic force microscopy"), type_of("wave")
    ('device', 'method', '')
    >>> type_of("state machine"), type_of("milling machine")
    ('method', 'device')
    """
    before, _, head = form.rpartition(" ")
    heads = table("types_en")
    found = heads.get(f"{before.rpartition(' ')[2]} {head}") or heads.get(head)
    if found is not None:
        return "" if found == NONE else found
    for length in range(min(7, len(head) - 3), 2, -1):
        found = heads.get("-" + head[-length:])
        if found is not None:
            return found
    return ""
