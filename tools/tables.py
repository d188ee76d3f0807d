"""Small helpers the two build scripts share: reading sources, shortening titles, writing sorted tables.

It promises the same bytes for the same rows on every machine. It refuses to run as part of the package:
`ontologies/` is built by hand from the sources that `ontologies/SOURCES.md` names, and committed.
"""

import csv
import gzip
import io
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ONTOLOGIES = HERE.parent / "ontologies"
SOURCES = Path(os.environ.get("KG_REAL_DATA", HERE.parent.parent / "shared" / "data"))
LABEL_LIMIT = 72

Domain = tuple[str, str, str, str]
"""Identifier, parent's identifier, level, label."""

_ACRONYMS = {
    "ICT", "ICTS", "USPC", "IPC", "CPC", "CAD", "CNC", "DNA", "RNA", "HVAC", "LED", "OLED", "MRI", "UAV",
    "UV", "US", "TV", "AI", "PDES", "NACA", "MEMS", "IC", "ATM", "GSM", "PCB", "III-V", "X-RAY", "USSR", "EC",
}  # fmt: skip
_NAMES = {
    "GERMAN": "German",
    "UNITED": "United",
    "STATES": "States",
    "JAVA": "Java",
    "MENDELEEV": "Mendeleev",
}


def source_rows(*parts: str) -> list[dict[str, str]]:
    """Read a source's CSV, whatever marks the start of its bytes."""
    with open(SOURCES.joinpath(*parts), encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def source_cells(*parts: str) -> list[list[str]]:
    """Read a source's CSV whose columns have no names of their own, or share one."""
    with open(SOURCES.joinpath(*parts), encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def curated(name: str) -> Iterator[list[str]]:
    """Read a hand-kept table beside the scripts, without its comment line."""
    for line in (HERE / "curated" / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def sentence_case(title: str) -> str:
    """Turn a title in capitals into a sentence; leave other titles alone.

    Examples
    --------
    >>> sentence_case("TECHNICAL SUBJECTS COVERED BY FORMER USPC"), sentence_case("Antenna for RF")
    ('Technical subjects covered by former USPC', 'Antenna for RF')
    """
    letters = [c for c in title if c.isalpha()]
    if sum(c.isupper() for c in letters) < 0.7 * len(letters):
        return title
    title = re.sub(
        r"\bnot elsewhere$", "not elsewhere classified", title.replace(" - ", "-"), flags=re.IGNORECASE
    )
    words = [_cased(word) for word in re.split(r"(\s+|[(\[{;,/:-])", title)]
    text = "".join(words)
    return text[:1].upper() + text[1:]


def _cased(word: str) -> str:
    bare = word.strip(".,;:()[]{}'")
    symbol = re.fullmatch(r"[A-HY](\d\d[A-Z]?)?", bare)
    if bare in _ACRONYMS or (symbol and bare != "A"):
        return word
    return word.replace(bare, _NAMES.get(bare, bare.lower())) if bare else word


def shorten(title: str, limit: int = LABEL_LIMIT) -> str:
    """Keep a title's first parts, without cross-references, within about `limit` characters.

    Examples
    --------
    >>> shorten("Hand tools (edge trimmers for lawns A01G3/06  {; machines A01B35/00})")
    'Hand tools'
    """
    text = title
    while True:
        reduced = re.sub(r"\s*\([^()]*\)", "", text)
        if reduced == text:
            break
        text = reduced
    text = re.sub(r"[{}()]", " ", text).replace("\xa0", " ")
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,;.])", r"\1", text).strip(" ,;.")
    parts = [part.strip(" ,") for part in text.split(";") if part.strip(" ,")]
    kept = parts[0] if parts else title.strip()
    for part in parts[1:]:
        if len(kept) + 2 + len(part) > limit:
            break
        kept += "; " + part
    return _cut(kept, limit)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit + 12:
        return text
    for mark in (", e.g.", ", i.e."):
        head = text.split(mark)[0]
        if limit / 2 < len(head) <= limit + 12:
            return head
    head = text[:limit].rsplit(" ", 1)[0].rstrip(" ,;-")
    return re.sub(r"(\s+(of|or|and|for|in|the|a|to|by|with|from|other|than|not|on|at))+$", "", head) + " …"


def write(path: Path, lines: Iterable[str]) -> None:
    """Write lines as UTF-8, or as gzip whose bytes carry no time and no name."""
    data = "".join(line + "\n" for line in lines).encode("utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        buffer = io.BytesIO()
        with gzip.GzipFile("", "wb", 9, buffer, mtime=0) as stream:
            stream.write(data)
        data = buffer.getvalue()
    path.write_bytes(data)


def write_taxonomy(name: str, layer: str, rows: Iterable[Domain]) -> None:
    """Write one taxonomy's table, sorted by identifier, refusing a domain that is named twice."""
    ordered = sorted((code, parent, level, " ".join(label.split())) for code, parent, level, label in rows)
    identifiers = [row[0] for row in ordered]
    if len(set(identifiers)) != len(identifiers):
        raise SystemExit(f"{name}: an identifier occurs twice")
    scheme = name.split(".")[0]
    head = [f"# scheme: {scheme}", f"# layer: {layer}", "id\tparent\tlevel\tlabel"]
    write(ONTOLOGIES / "taxonomies" / name, head + ["\t".join(row) for row in ordered])
