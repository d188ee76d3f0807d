"""A graph as files.

It promises that equal content gives equal bytes, whatever the thread count or the order of input, and that
a large graph is streamed. It refuses to show the journal, the clock, paths or internal numbers, and to
leave half a file: what is written goes aside and is renamed.
"""

import os
import shutil
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from silobridge.kg.errors import GraphError, UnknownName

if TYPE_CHECKING:
    from silobridge.kg.ledger.store import Ledger


def names() -> list[str]:
    """List the formats: every module in `kg/export/formats` is one.

    Examples
    --------
    >>> "ttl" in names()
    True
    """
    return sorted(
        module.name.replace("_", "-") for module in iter_modules([str(Path(__file__).parent / "formats")])
    )


def export(ledger: "Ledger", to: str, out: Path) -> str:
    """Write a graph to a file, or to a folder for the formats that have many files.

    Parameters
    ----------
    ledger
        The ledger to write out.
    to
        One of `names()`.
    out
        Where to. An existing file is replaced; an existing folder has to be empty.

    Returns
    -------
    str
        What was written.

    Raises
    ------
    UnknownName
        If there is no such format.
    GraphError
        If the folder to write into is not empty.
    """
    if to not in names():
        raise UnknownName("format", to, names())
    from silobridge.kg.servers.identity import fingerprint
    from silobridge.kg.views.bulk import staged

    form = import_module(f"silobridge.kg.export.formats.{to.replace('-', '_')}")
    if out.is_dir() and (not form.FOLDER or any(out.iterdir())):
        raise GraphError(
            "the place to write to is a folder with files in it", where=str(out), hint="name a new one"
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    aside = out.with_name(f".{out.name}-{os.getpid()}")
    try:
        if form.FOLDER:
            aside.mkdir()
        with staged(ledger, ledger.folder / "views") as (connection, position):
            connection.execute("SET preserve_insertion_order = true")
            # For the one format that a server follows on from.
            connection.execute(f"SET VARIABLE sb_position = {position}")
            connection.execute(f"SET VARIABLE sb_fingerprint = '{fingerprint(ledger, position)}'")
            form.write(connection, aside)
        if out.is_dir():
            out.rmdir()
        aside.replace(out)
    finally:
        if aside.is_dir():
            shutil.rmtree(aside)
        aside.unlink(missing_ok=True)
    return f"{form.TITLE} in {out}"
