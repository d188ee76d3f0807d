"""Putting a report into a file, in the format its name asks for.

It promises whole files or none: the text is written aside and renamed. It refuses formats it does not
know, naming those it does.
"""

import os
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from silobridge.kg.errors import UnknownName

FORMATS = {".md": "markdown", ".html": "html", ".json": "json"}


def write(out: Path, kind: Literal["bridges", "silos", "paths"], *answer: Any) -> Path:
    """Write an answer as a report and return the file's path.

    Parameters
    ----------
    out
        A file whose name ends in .md, .html or .json.
    kind
        What the answer is.
    answer
        The answer, and for bridges its sentences.

    Raises
    ------
    UnknownName
        If the name ends in something else.
    """
    name = FORMATS.get(out.suffix.lower())
    if name is None:
        raise UnknownName(
            "report format", out.suffix or out.name, FORMATS, hint="name the file bridges.html, say"
        )
    text: str = getattr(import_module(f"silobridge.queries.report.{name}"), kind)(*answer)
    out.parent.mkdir(parents=True, exist_ok=True)
    aside = out.with_name(f".{out.name}.{os.getpid()}")
    aside.write_text(text, "utf-8")
    aside.replace(out)
    return out
