"""The shipped functions that are measured, each with what it needs from the ones before."""

from collections.abc import Callable
from typing import Any

import numpy as np

from silobridge.queries.bridges.company import openness, validated
from silobridge.queries.bridges.existing import concept_bridges
from silobridge.queries.bridges.nodes import NodeAsk, node_bridges
from silobridge.queries.bridges.predicted import predicted
from silobridge.queries.bridges.record import Ask
from silobridge.queries.matrices import Matrices
from silobridge.queries.need.walk import walk
from silobridge.queries.silos import SiloAsk, silos

ENDS = ("openalex-field:003", "cpc-class:020")
NODES = NodeAsk(top=100)


def _edges(graph: Matrices, kept: dict[str, Any]) -> Any:
    kept["edges"], _ = validated(graph, np.ones(len(graph.year), bool))
    return kept["edges"]


def _rank(graph: Matrices, _: dict[str, Any]) -> Any:
    """PageRank of all documents and concepts: the walk that starts anywhere."""
    found = walk(graph, np.ones(len(graph.document)), np.ones(len(graph.form)))
    return found.documents, found.concepts


def _ask() -> Ask:
    return Ask(*ENDS, top=100, unproven=True)


MEASURES: dict[str, Callable[[Matrices, dict[str, Any]], Any]] = {
    "edge significance": _edges,
    "node bridges (edges, participation, nulls)": lambda graph, _: node_bridges(graph, NODES),
    "effective size of every concept": lambda graph, kept: openness(
        kept["edges"], np.arange(kept["edges"].shape[0])
    ),
    "PageRank of documents and concepts": _rank,
    "domain links and silos": lambda graph, _: silos(graph, SiloAsk()),
    "predicted bridges, cold": lambda graph, _: predicted(graph, _ask()),
    "predicted bridges, warm": lambda graph, _: predicted(graph, _ask()),
    "concept bridges": lambda graph, _: concept_bridges(graph, _ask()),
}
