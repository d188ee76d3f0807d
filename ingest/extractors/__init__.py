"""Extractors, one language a file, found without a list.

It promises that a module dropped into this folder with `LANGUAGE`, `VERSION` and `extract_all` is used
for the documents of that language. It refuses to import a language model before it is needed.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from silobridge.ingest.extractors.record import Extractor


@cache
def languages() -> dict[str, str]:
    """Name the module that reads each language, by ISO 639-1 code.

    Examples
    --------
    >>> languages()["en"]
    'english'
    """
    names = sorted(module.name for module in iter_modules(__path__))
    found = ((getattr(import_module(f"{__name__}.{name}"), "LANGUAGE", ""), name) for name in names)
    return {language: name for language, name in found if language}


def load(language: str) -> "Extractor | None":
    """Give the extractor of a language, or None where there is none."""
    name = languages().get(language)
    return cast("Extractor", import_module(f"{__name__}.{name}")) if name else None
