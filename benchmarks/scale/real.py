"""What a real graph says: the price of the hub limit, and of one document more."""

import shutil
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from silobridge.kg.errors import NothingFound
from silobridge.kg.ledger.store import LEDGER_FILE, Ledger
from silobridge.queries.bridges import predicted as module
from silobridge.queries.bridges.record import Ask
from silobridge.queries.bridges.sides import sides
from silobridge.queries.matrices import Matrices, matrices

SHARES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 1.0)
LEVELS = (("openalex", "field"), ("cpc", "class"))
PAIRS = 12
TOP = 100


def caps(folder: Path) -> list[dict[str, Any]]:
    """Rank the open pairs of the largest pairs of domains under several hub limits.

    Kept: how many of the first hundred without a limit are among the first hundred with it. Found: of the pairs that
    documents after the middle of the years join, how many are among the first hundred ranked on what was known before.
    """
    graph = matrices(Ledger.open(folder))
    years = graph.year[graph.year > 0]
    cut = int(np.median(years))
    asks = _asks(graph)
    if not asks:
        raise SystemExit("no two domains of different layers have ten documents each")
    whole = {ask: _first(graph, ask, 1.0)[0] for ask in asks}
    told = []
    print(
        "| hub limit (share of documents) | s | multiplications | kept of the first 100 | made later, in the first 100 |"
    )
    print("|---|---|---|---|---|")
    for share in SHARES:
        begun, work, kept, hits, later = time.process_time(), 0, [], 0, 0
        for ask in asks:
            first, cost = _first(graph, ask, share)
            work += cost
            kept.append(len(first & whole[ask]) / max(1, len(whole[ask])))
        spent = time.process_time() - begun
        for ask in asks:
            before = Ask(ask.source, ask.target, until=cut)
            found, made = _later(graph, before, share)
            hits, later = hits + found, later + made
        row = {
            "share": share, "seconds": round(spent, 2), "work": work, "kept": round(float(np.mean(kept)), 3),
            "hits": hits, "later": later, "cut": cut, "pairs": len(asks),
        }  # fmt: skip
        told.append(row)
        print(f"| {share} | {spent:.1f} | {work:.3g} | {row['kept']:.3f} | {hits} of {later} |", flush=True)
    return told


def _asks(graph: Matrices) -> list[Ask]:
    """Pair the largest domains of one layer with the largest of another."""
    size = np.diff(graph.stands_by.indptr)
    ends = []
    for scheme, level in LEVELS:
        some = np.flatnonzero((graph.scheme == scheme) & (graph.level == level) & (size >= 10))
        ends.append(some[np.lexsort((some, -size[some]))][:6])
    pairs = sorted((-int(min(size[a], size[b])), int(a), int(b)) for a in ends[0] for b in ends[1])[:PAIRS]
    return [Ask(graph.domain[a], graph.domain[b], top=TOP) for _, a, b in pairs]


def _table(graph: Matrices, ask: Ask, share: float) -> Any:
    """Lay the pairs out under another limit than the shipped one."""
    shipped = module.HUB_SHARE, module.HUB_LEAST
    module.HUB_SHARE, module.HUB_LEAST = share, min(shipped[1], share * len(graph.document))
    try:
        return module.pair_table(graph, ask)
    finally:
        module.HUB_SHARE, module.HUB_LEAST = shipped


def _ranked(pairs: Any) -> np.ndarray:
    low = pairs.bounds()[1]
    some = np.argwhere(pairs.open & (pairs.meeting >= 2))
    return some[np.lexsort((some[:, 1], some[:, 0], -low[some[:, 0], some[:, 1]]))]


def _first(graph: Matrices, ask: Ask, share: float) -> tuple[set[tuple[int, int]], int]:
    """Give the first hundred pairs of concepts, and the multiplications they took."""
    pairs = _table(graph, ask, share)
    found = {(int(pairs.left[i]), int(pairs.right[j])) for i, j in _ranked(pairs)[:TOP]}
    one, other = (np.bincount(half.indices, minlength=half.shape[1]) for half in pairs.evidence.halves)
    return found, int((one.astype(np.int64) * other).sum())


def _later(graph: Matrices, ask: Ask, share: float) -> tuple[int, int]:
    """Count the pairs open at the cut that later documents join: those among the first hundred, and all."""
    try:
        pairs = _table(graph, ask, share)
    except NothingFound:
        return 0, 0
    after = graph.used[np.flatnonzero(graph.year > (ask.until or 0))]
    joined = ((after[:, pairs.left].T @ after[:, pairs.right]).toarray() > 0) & pairs.open
    first = _ranked(pairs)[:TOP]
    return int(joined[tuple(first.T)].sum()), int(joined.sum())


def one_more(folder: Path) -> list[dict[str, Any]]:
    """Read one document into a copy of a graph and time what follows, beside a build from nothing."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        copy = Path(place) / "copy.kg"
        copy.mkdir()
        shutil.copy(folder / LEDGER_FILE, copy / LEDGER_FILE)
        return list(_steps(copy, Path(place)))


def _steps(folder: Path, place: Path) -> Any:
    from silobridge.facade import open as open_graph

    ledger = Ledger.open(folder)
    with ledger.writing():
        pass  # An older schema is brought up to date here, not inside a figure.
    spent, graph = _timed(lambda: matrices(ledger))
    yield _say("matrices from nothing", spent, f"{len(graph.document)} documents, {graph.used.nnz} uses")
    yield _say("matrices from the cache", _timed(lambda: matrices(ledger))[0], "")
    words = [graph.label[int(at)] for at in np.argsort(-graph.frequency, kind="stable")[200:900:100]]
    file = place / "one.txt"
    told = " ".join(f"The {a} improves the {b}." for a, b in pairwise(words))
    file.write_text(f"On {words[0]}\n\n{told}", encoding="utf-8")
    warm = place / "zero.txt"
    warm.write_text("A note\n\nThe tagger is loaded.")
    opened = open_graph(folder)
    opened.ingest(warm, update_views=False)
    matrices(ledger)
    spent, _ = _timed(lambda: opened.ingest(file, update_views=False))
    yield _say("one document read, understood, kept, merges followed", spent, "the tagger's start included")
    spent, graph = _timed(lambda: matrices(ledger))
    yield _say("matrices after it", spent, f"{len(graph.document)} documents")
    for file in (folder / "cache").glob("matrices-*.npz"):
        file.unlink()
    yield _say("the same from nothing", _timed(lambda: matrices(ledger))[0], "")
    ask = _asks(graph)[0]
    from benchmarks.scale.measures import silos, validated

    for name, work in (
        ("silos", lambda: silos(graph)),
        ("edge significance", lambda: validated(graph, np.ones(len(graph.year), bool))),
        ("the two sides of a question", lambda: sides(graph, ask)),
    ):
        yield _say(f"{name}, computed anew", _timed(work)[0], "")


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the processor seconds of all threads, and what the work gave."""
    begun = time.process_time()
    found = work()
    return time.process_time() - begun, found


def _say(what: str, seconds: float, note: str) -> dict[str, Any]:
    print(f"| {what} | {seconds:.2f} | {note} |", flush=True)
    return {"what": what, "seconds": round(seconds, 3), "note": note}
