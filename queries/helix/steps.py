"""The legs of one concept: pairs, citations along them, and how many years lie between.

It promises the citations of this graph beside the order of dates, never mixed into it. It refuses a lag
where one end was never seen.
"""

import numpy as np

from silobridge.queries.helix.chains import LEGS
from silobridge.queries.helix.record import HelixAsk, Leg
from silobridge.queries.helix.uses import LAYERS, Floats, Integers, Uses
from silobridge.queries.matrices import Matrices


def legs(
    matrices: Matrices, laid: Uses, at: int, numbers: tuple[Floats, Floats, Floats], lag: int
) -> tuple[Leg, ...]:
    """Describe the legs of one concept; `numbers` are its pairs, expected pairs and strengths."""
    part = slice(int(laid.start[at]), int(laid.start[at + 1]))
    rows, layer, year = laid.row[part], laid.layer[part], laid.year[part]
    told = []
    for number, (a, b) in enumerate(LEGS):
        early, late = year[layer == a], year[layer == b]
        seen = bool(len(early) and len(late))
        told.append(
            Leg(
                LAYERS[a], LAYERS[b], int(numbers[0][number]), float(numbers[1][number]), float(numbers[2][number]),
                cited(matrices, rows[layer == a], rows[layer == b], lag),
                int(late.min() - early.min()) if seen else None,
                float(np.median(late) - np.median(early)) if seen else None,
            )
        )  # fmt: skip
    return tuple(told)


def cited(matrices: Matrices, early: Integers, late: Integers, lag: int) -> int:
    """Count citations from the later documents to the earlier ones, one to `lag` years back."""
    if not len(early) or not len(late):
        return 0
    found = matrices.cites[late][:, early].tocoo()
    years = matrices.year[late[found.row]].astype(np.int64) - matrices.year[early[found.col]]
    return int(((years >= 1) & (years <= lag)).sum())


def notes(matrices: Matrices, laid: Uses, ask: HelixAsk) -> tuple[str, ...]:
    """Say what the answer rests on and where it is thin."""
    told = [
        f"Steps take 1 to {ask.lag} years, between {laid.first} and {laid.first + laid.years - 1}. A use in the "
        "same year is no step.",
        "Chance: each layer's uses of a concept are turned round in that layer's own time, within concepts about "
        "as frequent; what is tested is the order between the layers.",
    ]
    count = {
        name: int(rows.max()) if len(rows) else 0 for name, rows in zip(LAYERS, laid.documents, strict=True)
    }
    if laid.undated:
        told.append(f"{laid.undated} documents of the graph give no year and were left out.")
    if matrices.copies:
        told.append(f"{matrices.copies} documents repeat the text of another and were not counted.")
    if not count["industry"]:
        told.append("No dated industry document uses any of these concepts: no way can be half or closed.")
    return tuple(told)
