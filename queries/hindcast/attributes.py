"""What is known of two concepts without asking who links them: sizes, growth, fields, names.

It promises numbers from the documents up to the cut. It refuses any meaning learned elsewhere: names are
compared letter by letter and word by word, not by an encoder that has read the future.
"""

import numpy as np
from scipy import sparse

from silobridge.queries.hindcast.corpus import Floats, Ints
from silobridge.queries.hindcast.slices import Slice
from silobridge.queries.hindcast.walks import cosine, unit


def sizes(slice_: Slice, source: Ints, target: Ints) -> dict[str, Floats]:
    """Give documents, degrees and growth of both ends."""
    used, degree = slice_.used, slice_.graph.degree.astype(np.float64)
    scale = np.maximum(used.sum(axis=0) / max(used[:, 0].sum(), 1.0), 1e-12)
    growth = np.log((used[:, 1:] + 1.0) / (used[:, :1] * scale[1:] + 1.0))
    new = slice_.reach_new.sum(axis=1)
    out: dict[str, Floats] = {}
    for end, node in (("u", source), ("v", target)):
        out[f"n_{end}"] = np.log1p(used[node, 0])
        out[f"n3_{end}"] = np.log1p(used[node, 3])
        out[f"n1_{end}"] = np.log1p(used[node, 1])
        out[f"k_{end}"] = np.log1p(degree[node])
        out[f"knew_{end}"] = np.log1p(new[node])
        out[f"spread_{end}"] = np.log1p(degree[node]) - np.log1p(used[node, 0])
        for column, years in enumerate((1, 2, 3, 5)):
            out[f"growth{years}_{end}"] = growth[node, column]
    out["PArecent"] = used[source, 3] * used[target, 3]
    return out


def leanings(slice_: Slice, source: Ints, target: Ints) -> dict[str, Floats]:
    """Give how far each end already reaches into the other's domain, and how its fields compare."""
    reach, new, home = slice_.reach, slice_.reach_new, slice_.home
    profile = slice_.profile / np.maximum(slice_.profile.sum(axis=1, keepdims=True), 1.0)
    share = reach / np.maximum(reach.sum(axis=1, keepdims=True), 1.0)
    expected = share / np.maximum(np.bincount(home[home >= 0], minlength=reach.shape[1]), 1.0)
    out = {
        "k_v_into_u": np.log1p(reach[target, home[source]]),
        "k_u_into_v": np.log1p(reach[source, home[target]]),
        "knew_v_into_u": np.log1p(new[target, home[source]]),
        "knew_u_into_v": np.log1p(new[source, home[target]]),
        "n_v_in_u": np.log1p(slice_.profile[target, home[source]]),
        "n_u_in_v": np.log1p(slice_.profile[source, home[target]]),
        "share_v_in_u": profile[target, home[source]],
        "share_u_in_v": profile[source, home[target]],
        "kshare_v_into_u": share[target, home[source]],
        "kshare_u_into_v": share[source, home[target]],
        "domaincos": slice_.closeness(source, target),
        "reachcos": cosine(unit(share), unit(share), (source, target)),
        "leaning": cosine(reach, expected, (source, target)),
        "breadth_u": 1.0 - (profile[source] ** 2).sum(axis=1),
        "breadth_v": 1.0 - (profile[target] ** 2).sum(axis=1),
        "home_u": home[source].astype(np.float64),
        "home_v": home[target].astype(np.float64),
    }
    return out


def categories(slice_: Slice, source: Ints, target: Ints) -> dict[str, Floats]:
    """Compare the ends over finer classes, in all and in the last three years; empty where none are known.

    ``meeting`` is the number of documents expected to use both if, within each class, concepts were dealt
    independently: Σ n_uc n_vc / N_c.
    """
    if not slice_.category.shape[1]:
        return {}
    out: dict[str, Floats] = {}
    for column, (name, counts) in enumerate((("", slice_.category), ("3", slice_.category_recent))):
        size = np.maximum(slice_.category_size[:, column], 1.0)
        out[f"meeting{name}"] = np.log1p(cosine(counts, counts / size, (source, target)))
        lift = unit(np.sqrt(counts / np.sqrt(size)))
        out[f"catcos{name}"] = cosine(unit(counts), unit(counts), (source, target))
        out[f"catlift{name}"] = cosine(lift, lift, (source, target))
    return out


def names(slice_: Slice, source: Ints, target: Ints) -> dict[str, Floats]:
    """Compare names: shared words weighted by rarity, same head word, letter trigrams."""
    words = _table([label.replace("-", " ").split() for label in slice_.labels])
    heads = [label.replace("-", " ").split()[-1:] or [""] for label in slice_.labels]
    head = np.unique([part[0] for part in heads], return_inverse=True)[1]
    grams = _table([_trigrams(label) for label in slice_.labels])
    out: dict[str, Floats] = {}
    for name, table in (("words", words), ("letters", grams)):
        out[name] = _rowwise(table, source, target)
    out["samehead"] = (head[source] == head[target]).astype(np.float64)
    return out


def _trigrams(label: str) -> list[str]:
    padded = f"  {label} "
    return [padded[start : start + 3] for start in range(len(padded) - 2)]


def _table(parts: list[list[str]]) -> sparse.csr_matrix:
    known = {part: place for place, part in enumerate(sorted({part for row in parts for part in row}))}
    rows = np.repeat(np.arange(len(parts)), [len(row) for row in parts])
    columns = np.array([known[part] for row in parts for part in row], dtype=np.int64)
    table = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(parts), max(len(known), 1)))
    table.data[:] = 1.0
    often = np.asarray(table.sum(axis=0)).ravel()
    rare = sparse.csr_matrix(table @ sparse.diags(np.log(len(parts) / np.maximum(often, 1.0)) + 1e-9))
    length = np.sqrt(np.asarray(rare.multiply(rare).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1.0 / np.maximum(length, 1e-12)) @ rare)


def _rowwise(table: sparse.csr_matrix, source: Ints, target: Ints) -> Floats:
    out = np.empty(len(source))
    for start in range(0, len(out), 65536):
        part = slice(start, start + 65536)
        out[part] = np.asarray(table[source[part]].multiply(table[target[part]]).sum(axis=1)).ravel()
    return out
