"""All features of pairs at a cut, and which of them a rewired graph must refute.

It promises one row per pair whatever the order of the pairs, from one slice only. It refuses features
without a name.
"""

from dataclasses import dataclass

import numpy as np

from silobridge.queries.hindcast import attributes
from silobridge.queries.hindcast.corpus import Floats, Ints
from silobridge.queries.hindcast.pathscores import THREE_YEARS, path_scores, ratios
from silobridge.queries.hindcast.slices import Slice
from silobridge.queries.hindcast.walks import (
    association,
    cosine,
    neighbour_scores,
    spectral,
    unit,
    walk_scores,
)

DIMENSIONS = (32, 128)
SEED = 20141231


@dataclass(frozen=True)
class Table:
    """Hold features as named columns.

    Parameters
    ----------
    columns
        One array per feature, all of one length.
    """

    columns: dict[str, Floats]

    def __getitem__(self, name: str) -> Floats:
        return self.columns[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features, sorted."""
        return tuple(sorted(self.columns))

    def array(self, names: tuple[str, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        """Give these columns as one matrix."""
        return np.stack([self.columns[name] for name in names], axis=1).astype(np.float32)


def features(slice_: Slice, source: Ints, target: Ints) -> Table:
    """Compute every feature of every pair, from the slice alone.

    Parameters
    ----------
    slice_
        The cut.
    source, target
        Ends of the pairs, in any order, repeated or not.
    """
    size = slice_.graph.size
    key, back = np.unique(source * size + target, return_inverse=True)
    u, v = key // size, key % size
    paths = path_scores(slice_, u, v)
    paths.update(ratios(slice_, u, v, paths))
    paths.update(_spaces(slice_, u, v))
    paths.update(attributes.sizes(slice_, u, v))
    paths.update(attributes.leanings(slice_, u, v))
    paths.update(attributes.categories(slice_, u, v))
    paths.update(attributes.names(slice_, u, v))
    return Table({name: values[back] for name, values in paths.items()})


def _spaces(slice_: Slice, source: Ints, target: Ints) -> dict[str, Floats]:
    """Compare the ends in spaces that the graph spans, in all and over the last three years."""
    graph, pairs = slice_.graph, (source, target)
    out = walk_scores(graph, pairs)
    for window, name in ((0, ""), (THREE_YEARS, "3")):
        values = association(graph, slice_.used[:, window], slice_.known[window], window)
        vectors, weights = spectral(graph.matrix(values), max(DIMENSIONS), SEED)
        for dimensions in DIMENSIONS:
            lead = vectors[:, :dimensions] * np.sqrt(np.abs(weights[:dimensions]))
            signed = lead * np.sign(weights[:dimensions])
            out[f"svddot{dimensions}{name}"] = cosine(lead, signed, pairs)
            out[f"svdcos{dimensions}{name}"] = cosine(unit(lead), unit(lead), pairs)
        if window == 0:
            out.update(neighbour_scores(slice_, pairs, unit(vectors * np.sqrt(np.abs(weights)))))
    return out
