"""Path scores: sums over the concepts that link two others.

It promises the classic scores of literature-based discovery and link prediction with their sources, and
the same sums over recent edges only and over linking concepts of each side. It refuses scores that need
more than the two edges of a path and the counts of its three concepts.
"""

import numpy as np

from silobridge.queries.hindcast.corpus import Floats, Ints
from silobridge.queries.hindcast.graph import Graph
from silobridge.queries.hindcast.paths import paths_of
from silobridge.queries.hindcast.slices import Slice
from silobridge.queries.hindcast.walks import association

THREE_YEARS, ONE_YEAR = 3, 1


class Edges:
    """Weights of every entry of a graph, from which path scores are put together.

    Parameters
    ----------
    slice_
        The cut.
    """

    def __init__(self, slice_: Slice) -> None:
        graph, used = slice_.graph, slice_.used
        rows, columns = graph.rows, graph.indices
        self.graph = graph
        self.home = slice_.home
        root = np.sqrt(np.maximum(used, 1.0))
        self.salton = graph.counts[:, 0] / (root[rows, 0] * root[columns, 0])
        self.salton_recent = graph.counts[:, THREE_YEARS] / (
            root[rows, THREE_YEARS] * root[columns, THREE_YEARS]
        )
        self.salton_last = graph.counts[:, ONE_YEAR] / (root[rows, ONE_YEAR] * root[columns, ONE_YEAR])
        self.surprise = association(graph, used[:, 0], slice_.known[0])
        self.recent = graph.counts[:, THREE_YEARS] > 0
        self.new = graph.counts[:, THREE_YEARS] == graph.counts[:, 0]
        self.solid = graph.counts[:, 0] >= 3
        degree = np.maximum(graph.degree, 1).astype(np.float64)
        self.share = 1.0 / degree
        self.log_share = 1.0 / np.log(np.maximum(degree, 2.0))
        self.log_degree = np.log(degree)
        strength = np.bincount(rows, weights=graph.counts[:, 0], minlength=graph.size)
        self.step = graph.counts[:, 0] / np.maximum(strength[rows], 1.0)
        self.through = 1.0 / np.maximum(np.bincount(rows, weights=self.salton, minlength=graph.size), 1e-12)
        recent = np.bincount(rows, weights=graph.counts[:, THREE_YEARS], minlength=graph.size)
        self.step_recent = graph.counts[:, THREE_YEARS] / np.maximum(recent[rows], 1.0)

    def terms(self, source: int, targets: Ints, path: tuple[Ints, Ints, Ints]) -> dict[str, Floats]:
        """Give the summands of every path score for the paths of one source."""
        place, first, second = path
        middle = self.graph.indices[first]
        share, low = self.share[middle], np.minimum(self.salton[first], self.salton[second])
        both = (self.recent[first] & self.recent[second]).astype(np.float64)
        own = (self.home[middle] == self.home[source]).astype(np.float64)
        other = (self.home[middle] == self.home[targets][place]).astype(np.float64)
        solid = (self.solid[first] & self.solid[second]).astype(np.float64)
        fresh = (self.new[first] | self.new[second]).astype(np.float64)
        mutual = self.surprise[first] * self.surprise[second]
        return {
            "CN": np.ones(len(first)),
            "AA": self.log_share[middle],
            "RA": share,
            "sumMW": low,
            "sumSqrt": np.sqrt(self.salton[first] * self.salton[second]),
            "RW2": self.salton[first] * self.salton[second] * self.through[middle] * self.through[source],
            "RW2counts": self.step[first] * self.step[second],
            "sumMWdamped": low * share,
            "PPMIdot": mutual,
            "PPMImin": np.minimum(self.surprise[first], self.surprise[second]),
            "PPMIdamped": mutual * share,
            "sumMW3": np.minimum(self.salton_recent[first], self.salton_recent[second]),
            "sumMW1": np.minimum(self.salton_last[first], self.salton_last[second]),
            "RW2recent": self.step_recent[first] * self.step_recent[second],
            "CN3": both,
            "RA3": both * share,
            "CNsolid": solid,
            "RAsolid": solid * share,
            "CNfresh": fresh,
            "RAfresh": fresh * share,
            "CNown": own,
            "RAown": own * share,
            "CNother": other,
            "RAother": other * share,
            "MWown": own * low,
            "MWother": other * low,
            "linkLog": self.log_degree[middle],
        }


def path_scores(slice_: Slice, source: Ints, target: Ints) -> dict[str, Floats]:
    """Give every path score of pairs that are ordered by source and target. O(Σ paths).

    RA: Zhou, Lü, Zhang (2009); AA: Adamic and Adar (2003); sums of minimum weights: after Swanson's
    linking terms, as in Yetisgen-Yildiz and Pratt (2009).
    """
    edges = Edges(slice_)
    norm = _norms(slice_.graph, edges.surprise)
    out: dict[str, Floats] = {}
    best = {name: np.zeros(len(source)) for name in ("maxMW", "maxPPMI", "maxMW3", "maxShare")}
    for run, *path in paths_of(slice_.graph, source, target):
        place, first, second = path
        size = run.stop - run.start
        terms = edges.terms(int(source[run.start]), target[run], (place, first, second))
        for name, values in terms.items():
            out.setdefault(name, np.zeros(len(source)))[run] = np.bincount(place, values, minlength=size)
        peaks = (terms["sumMW"], terms["PPMImin"], terms["sumMW3"], terms["RA"])
        for name, values in zip(best, peaks, strict=True):
            top = np.zeros(size)
            np.maximum.at(top, place, values)
            best[name][run] = top
    out.update(best)
    length = norm[source] * norm[target]
    out["PPMIcos"] = np.divide(out["PPMIdot"], length, out=np.zeros(len(source)), where=length > 0)
    return out


def _norms(graph: Graph, values: Floats) -> Floats:
    return np.sqrt(np.bincount(graph.rows, weights=values**2, minlength=graph.size))


def ratios(slice_: Slice, source: Ints, target: Ints, scores: dict[str, Floats]) -> dict[str, Floats]:
    """Give scores that follow from the sums and the degrees: Jaccard, Salton, true averages, z.

    ``z`` compares the common neighbours with a hypergeometric draw (Tumminello et al. 2011).
    """
    degree = slice_.graph.degree.astype(np.float64)
    k_u, k_v, nodes = degree[source], degree[target], float(slice_.graph.size)
    common = scores["CN"]
    at_least = np.maximum(common, 1.0)
    mean = k_u * k_v / nodes
    spread = np.sqrt(np.maximum(mean * (1 - k_u / nodes) * (1 - k_v / nodes), 1e-12))
    return {
        "PA": k_u * k_v,
        "Jaccard": common / np.maximum(k_u + k_v - common, 1.0),
        "Salton": common / np.sqrt(np.maximum(k_u * k_v, 1.0)),
        "AMW": scores["sumMW"] / at_least,
        "z": (common - mean) / spread,
        "linkLogMean": scores["linkLog"] / at_least,
        "CNofTarget": common / np.maximum(k_v, 1.0),
        "CN3share": scores["CN3"] / at_least,
        "CNownShare": scores["CNown"] / at_least,
        "RAmean": scores["RA"] / at_least,
    }
