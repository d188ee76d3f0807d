"""The demonstration corpus: about a hundred short documents written for this project.

It promises files in the formats that the readers read, found wherever the package is installed. It refuses
real publications, people and firms: every identifier comes from a test range (`README.md` beside this file).
"""

from importlib.resources import files
from pathlib import Path


def documents() -> Path:
    """Give the folder that holds the demonstration documents and nothing else.

    Returns
    -------
    Path
        A folder with ``papers``, ``patents`` and ``industry``, ready for ``kg ingest add``.

    Examples
    --------
    >>> sorted(path.name for path in documents().iterdir())
    ['industry', 'papers', 'patents']
    """
    return Path(str(files("silobridge.demo"))) / "documents"


def truth() -> Path:
    """Give the JSON file that says what was planted and should be found.

    Returns
    -------
    Path
        ``truth.json``: existing bridges, links left out on purpose, homonyms, near-duplicates, failures.

    Examples
    --------
    >>> truth().is_file()
    True
    """
    return Path(str(files("silobridge.demo"))) / "truth.json"
