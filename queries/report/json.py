"""Reports as JSON: the records as they are, with their sentences and what the numbers mean.

It promises keys in a fixed order and the same bytes for the same answer. It refuses to round: readers do.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from silobridge.queries.bridges.dossier import Dossier
from silobridge.queries.bridges.record import MEANING, Bridges
from silobridge.queries.paths import Paths
from silobridge.queries.report import words
from silobridge.queries.report.html import Told
from silobridge.queries.silos import Silos


def bridges(
    answer: Bridges, told: Told, dossiers: Mapping[str, Dossier] = {}, said: Mapping[str, str] = {}
) -> str:
    """Write bridges, each with its sentences under `evidence` and what belongs beside it under `dossier`."""
    listed = []
    for bridge in answer.bridges:
        evidence = [{"shows": shows, **asdict(quote)} for shows, quote in told.get(bridge.id, ())]
        held = dossiers.get(bridge.id)
        more = {"dossier": asdict(held)} if held else {}
        reviewed = {"reviewers": said[bridge.id]} if bridge.id in said else {}
        listed.append({"id": bridge.id, **asdict(bridge), **more, **reviewed, "evidence": evidence})
    kinds = sorted({bridge.kind for bridge in answer.bridges})
    limits = (words.PREDICTED_LIMITS if "predicted" in kinds else "") + words.BRIDGE_LIMITS
    return _write(
        {
            "title": answer.title, "position": answer.position, "tested": answer.tested,
            "notes": answer.notes, "meaning": {kind: MEANING[kind] for kind in kinds}, "limits": limits, "bridges": listed,
        }
    )  # fmt: skip


def silos(answer: Silos, said: Mapping[str, str] = {}) -> str:
    """Write silos."""
    return _write({**asdict(answer), "reviewers": dict(said), "limits": words.SILO_LIMITS})


def paths(answer: Paths, said: Mapping[str, str] = {}) -> str:
    """Write evidence paths."""
    return _write({**asdict(answer), "reviewers": dict(said), "limits": words.PATH_LIMITS})


def _write(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
