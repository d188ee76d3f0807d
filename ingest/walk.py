"""Which files a call means: given paths, and folders walked in a fixed order.

It promises the same files in the same order on every machine. It refuses to follow a link out of the
folder that was given, and to read the graph's own folder; what it leaves out is counted or named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from silobridge.kg.errors import UsageError
from silobridge.kg.model import Origin, Reject


@dataclass(frozen=True)
class Found:
    """A file to be read, with the folder its name is given relative to."""

    path: Path
    root: Path


@dataclass(frozen=True)
class Hidden:
    """A file or folder left out because its name begins with a dot."""

    path: Path


def walk(paths: Sequence[Path], graph: Path) -> Iterator[Found | Hidden | Reject]:
    """Yield every file the paths mean, each once, folders in sorted order.

    Raises
    ------
    UsageError
        If a path does not exist, before anything is yielded from it.
    """
    seen: set[Path] = set()
    for path in paths:
        if str(path) == "-":
            yield Found(path, Path())
            continue
        if not path.exists():
            raise UsageError("no such file or folder", where=str(path), hint="check the path's spelling")
        entries = _folder(path, path, graph.resolve()) if path.is_dir() else iter([Found(path, path.parent)])
        for entry in entries:
            if isinstance(entry, Found):
                real = entry.path.resolve()
                if real in seen:
                    continue
                seen.add(real)
            yield entry


def _folder(folder: Path, root: Path, graph: Path) -> Iterator[Found | Hidden | Reject]:
    if folder.resolve() == graph:
        return
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        yield _left_out(folder, root, f"the folder cannot be read: {error.strerror}", "check its permissions")
        return
    for path in entries:
        if path.name.startswith("."):
            yield Hidden(path)
        elif path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
            yield _left_out(
                path, root, "a link that leaves the folder", "give the link's target as a path of its own"
            )
        elif path.is_symlink() and path.is_dir():
            continue  # its target lies below the same folder and is met there
        elif path.is_dir():
            yield from _folder(path, root, graph)
        elif path.is_file():
            yield Found(path, root)
        else:
            yield _left_out(path, root, "neither a file nor a folder", "give ordinary files")


def _left_out(path: Path, root: Path, found: str, hint: str) -> Reject:
    return Reject(Origin(path.relative_to(root).as_posix()), found, "a file inside the folder", hint)


def fingerprint(path: Path, given: Sequence[str] = ()) -> str:
    """Hash a file's bytes, and what the call adds to its documents.

    Parameters
    ----------
    path
        The file.
    given
        The domains the call asserts: the same file with other domains says something else.
    """
    digest = blake2b("\x1f".join(given).encode(), digest_size=16)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
