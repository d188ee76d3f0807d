"""Texts as vectors, by an encoder that somebody names; nothing here is used unless named.

It promises that every encoder stands behind one door: texts in, rows of length one out, from weights whose
hash was compared. It refuses to fetch weights, and to go on with none: a missing package is an error.
"""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from silobridge.kg.errors import UnknownName

if TYPE_CHECKING:
    import numpy as np

ENCODERS = {"minilm": "silobridge.kg.models.minilm:MiniLM", "use": "silobridge.kg.models.use:Use"}
"""Names that may be said, and who answers; what each can is in docs/howto/models.md."""


class Encoder(Protocol):
    """What turns texts into vectors whose cosine says how near they are in meaning.

    `version` is a hash of the weights, `languages` those it was trained for, `alike` and `across` the cosines
    from which half of the names are one concept, within a language and across two that were centred
    (`benchmarks/encoders/names.py`), `words` what words count beside it for a need (`benchmarks/encoders/need.py`).
    """

    name: str
    version: str
    languages: tuple[str, ...]
    size: int
    alike: float
    across: float
    words: float

    def encode(self, texts: Sequence[str]) -> "np.ndarray[Any, Any]":
        """Give a row of `size` single-precision numbers for each text, of length one."""
        ...


@cache
def encoder(name: str) -> Encoder:
    """Load an encoder, once.

    Raises
    ------
    UnknownName
        If there is none of that name.
    MissingExtra
        If the package that holds its weights is not installed.
    ModelAltered
        If its weights are not the published ones.
    """
    if name not in ENCODERS:
        raise UnknownName("encoder", name, sorted(ENCODERS))
    module, _, kind = ENCODERS[name].partition(":")
    made: Encoder = getattr(import_module(module), kind)()
    return made
