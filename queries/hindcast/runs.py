"""The log of runs: what was asked, with which settings, and when the last slice was touched.

It promises one line of JSON per run, appended and never rewritten. It refuses clocks and machine names.
"""

import hashlib
import json
from pathlib import Path
from typing import Any


def settings_hash(settings: dict[str, Any]) -> str:
    """Name settings by their content.

    Examples
    --------
    >>> settings_hash({"cut": "2014-12", "seed": 0}) == settings_hash({"seed": 0, "cut": "2014-12"})
    True
    """
    text = json.dumps(settings, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def note(log: Path, what: str, settings: dict[str, Any], *, touched: str, result: dict[str, Any]) -> int:
    """Append a run to the log and give its number.

    Parameters
    ----------
    log
        The file; it is made with its folder where it is not there.
    what
        The command.
    settings
        Everything that decides the result.
    touched
        The slice whose future was looked at, as ``cut + years``.
    result
        The numbers that were reported.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    number = len(log.read_text(encoding="utf-8").splitlines()) + 1 if log.exists() else 1
    line = {
        "run": number,
        "what": what,
        "settings": settings,
        "hash": settings_hash(settings),
        "touched": touched,
        "result": result,
    }
    with log.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line, sort_keys=True, default=str) + "\n")
    return number
