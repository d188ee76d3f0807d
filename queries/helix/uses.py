"""When the documents of each layer use each concept, and where in that layer's own time.

It promises dates that can be turned round without changing how much a layer was written in any year: a
use has a place between 0 and 1 in the time that runs with its layer's output, apart for rare and for
frequent concepts. Places follow from the concept's name alone, so the same rows in any order, and any
other concept beside it, give the same places. It refuses documents without a year, and counts them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import md5
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.errors import NothingFound
from silobridge.queries.bridges.characteristic import window
from silobridge.queries.bridges.sides import KINDS
from silobridge.queries.matrices import Matrices

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LAYERS = ("science", "patent", "industry")
CELLS = 8192
"""A layer's time is cut into so many equal shares of its output."""

BAND_LEAST = 30
"""A band of concepts about equally frequent holds at least so many, or is joined to the one below."""

_TURN = (0.8191725133961645, 0.6710436067037893, 0.5497004779019703)
"""Steps of an evenly spreading sequence on the three-dimensional torus (Roberts 2018): 1/g, 1/g², 1/g³."""

_GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class Uses:
    """The dated uses of the concepts under test, sorted by concept, layer and document.

    `start` bounds each concept's stretch; `year` counts from `first`; `cell` is the place in the layer's
    time; `table` says for each band and cell which year that is; `turn` is a concept's own first shift.
    """

    concept: Integers
    first: int
    years: int
    start: Integers
    layer: Integers
    year: Integers
    row: Integers
    cell: Integers
    band: Integers
    table: NDArray[np.int16]
    turn: Floats
    documents: NDArray[np.int64]
    undated: int

    def counts(self, chosen: Integers, shifts: Sequence[int] = (0,)) -> Floats:
        """Count uses by shift, concept, layer and year; shift 0 leaves the dates as they are.

        Every other shift turns each layer of each concept round by a share of its own, so that the order
        between layers is chance and all else stays. O(shifts × uses of the chosen concepts).
        """
        sizes = self.start[chosen + 1] - self.start[chosen]
        local = np.repeat(np.arange(len(chosen)), sizes)
        ends = np.cumsum(sizes)
        at = np.arange(int(sizes.sum())) - np.repeat(ends - sizes - self.start[chosen], sizes)
        layer, owner = self.layer[at], chosen[local]
        steps = np.asarray(_TURN)[layer]
        shape = (len(shifts), len(chosen), len(LAYERS), self.years)
        flat = (local * len(LAYERS) + layer) * self.years
        width = int(np.prod(shape[1:]))
        places = []
        for number, shift in enumerate(shifts):
            if shift:
                moved = (self.turn[owner] + shift * steps) % 1.0
                cell = (self.cell[at] + (moved * CELLS).astype(np.int64)) % CELLS
                year = self.table[self.band[at], cell].astype(np.int64)
            else:
                year = self.year[at]
            places.append(flat + year + number * width)
        found = np.bincount(np.concatenate(places), minlength=int(np.prod(shape))) if places else np.zeros(0)
        return found.reshape(shape).astype(np.float64)


def layer_of(matrices: Matrices) -> Integers:
    """Return the number of each document's layer, by its kind; -1 where its kind belongs to none."""
    layer = np.full(len(matrices.kind), -1, np.int64)
    for number, name in enumerate(LAYERS):
        layer[np.isin(matrices.kind, KINDS[name])] = number
    return layer


def uses(
    matrices: Matrices,
    minimum: int = 2,
    only: int | None = None,
    years: tuple[int | None, int | None] = (None, None),
) -> Uses:
    """Lay out the uses of every concept that papers and patents share.

    Parameters
    ----------
    minimum
        So many dated papers and so many dated patents must use a concept; 0 for every concept two layers use.
    only
        One concept's column; it alone is laid out, whatever its counts.
    years
        First and last year that counts.

    Raises
    ------
    NothingFound
        If no paper or no patent has a year, or all documents are of one year: there is no order in time.
    """
    layer = layer_of(matrices)
    dated = (layer >= 0) & (matrices.year > 0) & window(matrices, *years)
    _refuse(matrices, layer, dated)
    first = int(matrices.year[dated].min())
    span = int(matrices.year[dated].max()) - first + 1
    entries = matrices.used.tocoo()
    live = dated[entries.row]
    row, column = entries.row[live].astype(np.int64), entries.col[live].astype(np.int64)
    width = matrices.used.shape[1]
    frequency = np.bincount(layer[row] * width + column, minlength=3 * width).reshape(3, width)
    band, table = _bands(layer[row], column, matrices.year[row] - first, frequency, span)
    enough = frequency[:2].min(0) >= minimum if minimum else (frequency > 0).sum(0) > 1
    asked = np.flatnonzero(enough)
    concept = asked if only is None else np.array([only])
    place = np.full(width, -1)
    place[concept] = np.arange(len(concept))
    kept = np.flatnonzero(place[column] >= 0)
    kept = kept[np.lexsort((row[kept], layer[row[kept]], place[column[kept]]))]
    row, owner, band = row[kept], place[column[kept]], band[kept]
    turn = np.array([_hashed(matrices.form[int(c)]) for c in concept], np.float64)
    start = np.searchsorted(owner, np.arange(len(concept) + 1))
    year = (matrices.year[row] - first).astype(np.int64)
    cell = _cells(table, band, year, (turn[owner] + _GOLDEN * (np.arange(len(row)) - start[owner])) % 1.0)
    return Uses(
        concept, first, span, start, layer[row], year, row, cell, band, table, turn, frequency[:, concept],
        int(((layer >= 0) & (matrices.year == 0)).sum()),
    )  # fmt: skip


def _refuse(matrices: Matrices, layer: Integers, dated: NDArray[np.bool_]) -> None:
    for number, name in enumerate(LAYERS[:2]):
        if not (dated & (layer == number)).any():
            raise NothingFound(
                f"no dated document of the {name} layer",
                where=f"{int((layer == number).sum())} documents of it, in any year or none",
                hint="a loop needs papers and patents with their years: read them in, or ask for other years",
            )
    if len(np.unique(matrices.year[dated])) < 2:
        raise NothingFound(
            "all dated documents are of one year: nothing comes before anything",
            where=str(int(matrices.year[dated][0])),
            hint="read documents of other years in",
        )


def _bands(
    layer: Integers, column: Integers, year: Any, frequency: NDArray[np.int64], span: int
) -> tuple[Integers, NDArray[np.int16]]:
    """Sort uses into bands of layer and frequency; say for each band which year each cell of its time is.

    A concept of one document has no say: a copy of that document would give it one.
    """
    often = frequency.sum(0) > 1
    number = np.zeros(frequency.shape, np.int64)
    for one in range(3):
        size = np.floor(np.log2(np.maximum(frequency[one], 1))).astype(np.int64)
        held = np.bincount(size[often & (frequency[one] > 0)], minlength=int(size.max(initial=0)) + 1)
        lowest = _joined(held)
        number[one] = lowest[size] + one * 64
    names, number_of = np.unique(number[layer, column], return_inverse=True)
    flat, shape = number_of * span + year.astype(np.int64), (len(names), span)
    every = np.bincount(flat, minlength=len(names) * span).reshape(shape)
    output = np.bincount(flat[often[column]], minlength=len(names) * span).reshape(shape)
    output = np.where(output.any(1, keepdims=True), output, every)
    share = np.cumsum(output, 1).astype(np.float64)
    share /= np.maximum(share[:, -1:], 1)
    edges = np.round(share * CELLS).astype(np.int64)
    table = np.array([np.searchsorted(edge, np.arange(CELLS), side="right") for edge in edges], np.int16)
    return number_of.astype(np.int64), np.minimum(table, span - 1).reshape(len(names), CELLS)


def _joined(held: NDArray[np.int64]) -> Integers:
    """Join each thin band to the one below it; the lowest, if thin, to the next above."""
    name = np.zeros(len(held), np.int64)
    current, filled = 0, 0
    for at in range(len(held)):
        if held[at] >= BAND_LEAST and filled >= BAND_LEAST:
            current, filled = at, 0
        name[at] = current
        filled += int(held[at])
    return name


def _cells(table: NDArray[np.int16], band: Integers, year: Integers, jitter: Floats) -> Integers:
    """Give each use a cell of its year, spread over the year's cells."""
    cell = np.zeros(len(band), np.int64)
    for number in np.unique(band):
        here = band == number
        low = np.searchsorted(table[number], year[here], side="left")
        high = np.searchsorted(table[number], year[here], side="right")
        cell[here] = np.minimum(low + (jitter[here] * (high - low)).astype(np.int64), CELLS - 1)
    return cell


def _hashed(form: str) -> float:
    """Turn a form into a number between 0 and 1 that is the same everywhere."""
    return int(md5(form.encode(), usedforsecurity=False).hexdigest()[:8], 16) / 2.0**32
