"""The arXiv concept network as arrays.

It promises the corpus that the frozen pairs were drawn from, its disciplines found by matching the file's
own rule. It refuses rows whose date or category is missing.
"""

import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy import sparse

from silobridge.kg.errors import ReadError
from silobridge.queries.hindcast.corpus import Corpus, Flags, corpus, month
from silobridge.queries.hindcast.negatives import Pairs

DISCIPLINE = {
    **dict.fromkeys(("alg-geom", "q-alg", "dg-ga", "funct-an", "math-ph"), "math"),
    **dict.fromkeys(("chao-dyn", "solv-int", "patt-sol", "adap-org", "comp-gas"), "nlin"),
    **dict.fromkeys(("mtrl-th", "supr-con"), "cond-mat"),
    **dict.fromkeys(("chem-ph", "atom-ph", "acc-phys", "plasm-ph", "ao-sci", "bayes-an"), "physics"),
    **dict.fromkeys(("hep-th", "hep-ph", "hep-lat", "hep-ex", "gr-qc", "nucl-th", "nucl-ex"), "hep"),
    "cmp-lg": "cs",
    "math.ST": "stat",
}
"""Archive or category → discipline; what is not named is its own archive."""


def discipline(category: str) -> str:
    """Give the discipline of an arXiv category.

    Examples
    --------
    >>> discipline("math.ST"), discipline("hep-th"), discipline("cs.LG")
    ('stat', 'hep', 'cs')
    """
    archive = category.split(".")[0]
    return DISCIPLINE.get(category) or DISCIPLINE.get(archive, archive)


def read(folder: Path) -> tuple[Corpus, list[str]]:
    """Read the network with its copies, and the identifiers by which copies are known.

    Parameters
    ----------
    folder
        The folder ``bridges``.

    Raises
    ------
    ReadError
        A file is missing.
    """
    needed = [
        folder / name for name in ("doc_concept.npz", "docs.npz", "concepts.tsv", "doc_categories.txt.gz")
    ]
    for path in needed:
        if not path.exists():
            raise ReadError("the file is missing", where=str(path), hint="name the folder with --data")
    use, docs = np.load(needed[0]), np.load(needed[1])
    matrix = sparse.csr_matrix((use["data"], use["indices"], use["indptr"]), shape=tuple(use["shape"]))
    months = np.array([month(str(date)) for date in docs["dates"]])
    places = [discipline(str(category)) for category in docs["cats"]]
    domains = sorted(set(places))
    at = {name: number for number, name in enumerate(domains)}
    labels = [line.split("\t")[1] for line in needed[2].read_text(encoding="utf-8").splitlines()]
    with gzip.open(needed[3], "rt", encoding="utf-8") as lines:
        finer = [line.split() for line in lines]
    built = corpus(
        matrix, months, np.array([at[place] for place in places]), (domains, labels), one_hot(finer)
    )
    return built, [str(name) for name in docs["ids"]]


def one_hot(rows: list[list[str]]) -> sparse.csr_matrix:
    """Turn lists of classes into a matrix, classes in alphabetical order."""
    known = {name: place for place, name in enumerate(sorted({name for row in rows for name in row}))}
    ends = np.cumsum([0] + [len(row) for row in rows])
    columns = [known[name] for row in rows for name in row]
    return sparse.csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(rows), len(known)))


def read_vocabulary(path: Path, corpus: Corpus) -> Corpus:
    """Keep the concepts that a file names, one a line; of a line with tabs, the first field that is a name.

    Raises
    ------
    ReadError
        The file names fewer than two concepts of the network.
    """
    at = {label: place for place, label in enumerate(corpus.labels)}
    lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    found = {at[cell] for cells in lines for cell in [next((c for c in cells if c in at), "")] if cell}
    if len(found) < 2:
        raise ReadError(
            f"{len(found)} of its lines name a concept of the network",
            where=str(path),
            hint="write one concept a line, as in concepts.tsv",
        )
    return corpus.concepts(np.array(sorted(found), dtype=np.int64))


def read_pairs(path: Path, labels: Sequence[str]) -> tuple[Pairs, Flags]:
    """Read pairs of concepts, plain or gzip: the columns group, source, target, label, in any order.

    Returns
    -------
    The pairs of the vocabulary, and which rows of the file they are.

    Raises
    ------
    ReadError
        A column is missing, or no pair lies in the vocabulary.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        header = next(lines).rstrip("\n").split("\t")
        rows = [line.rstrip("\n").split("\t") for line in lines]
    missing = {"group", "source", "target", "label"} - set(header)
    if missing:
        raise ReadError(f"no column {', '.join(sorted(missing))}", where=str(path), expected="named columns")
    at = {label: place for place, label in enumerate(labels)}
    source, target = ([at.get(row[header.index(end)], -1) for row in rows] for end in ("source", "target"))
    keep = (np.array(source) >= 0) & (np.array(target) >= 0)
    if not keep.any():
        raise ReadError("no pair lies in the vocabulary", where=str(path), hint="give pairs by their names")
    group = np.unique([row[header.index("group")] for row in rows], return_inverse=True)[1]
    label = np.array([int(row[header.index("label")]) for row in rows])
    kept = np.unique(group[keep], return_inverse=True)[1]
    return Pairs(kept, np.array(source)[keep], np.array(target)[keep], label[keep]), keep


def read_scores(path: Path, rows: int) -> dict[str, np.ndarray]:
    """Read per-pair scores of other methods; none where there is no file for these pairs."""
    if not path.exists():
        return {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        header = next(lines).rstrip("\n").split("\t")
        values = np.array([[float(cell) for cell in line.rstrip("\n").split("\t")] for line in lines])
    if len(values) != rows:
        return {}
    return {name: values[:, place] for place, name in enumerate(header) if place}
