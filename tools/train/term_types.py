"""Learn what the permissively licensed gold sets teach about the types of terms, for the shipped pipeline.

It promises the same bytes for the same files: it counts, and draws nothing at random. It refuses every set whose
licence does not let what is learned be passed on: TFH (MIT) and SOFC-Exp (CC BY 4.0) teach, no other.

    python tools/train/term_types.py [--out ingest/models/types]
"""

import argparse
import json
import os
import sys
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.understanding import learned  # noqa: E402 - after the root is on the path

REAL = Path(os.environ.get("KG_REAL_DATA") or ROOT.parent / "shared" / "data")
OUT = ROOT / "ingest" / "models" / "types"


def trained(gold: Path) -> tuple[str, dict[str, object]]:
    """Give the table as text, and the manifest that belongs to it."""
    table: dict[str, object] = {}
    sources = {}
    for name, module in sorted(learned.SETS.items()):
        texts = module.load(gold / module.FOLDER).texts
        for field, known in learned.learn(name, texts).items():
            table[field] = {
                "patents": known.patents, "share": known.share, "telling": sorted(known.telling),
                "types": dict(known.types),
            }  # fmt: skip
        content = "\x00".join(f"{text.id}\x00{text.text}\x00{text.entities}" for text in texts)
        sources[name] = {
            "title": module.TITLE, "licence": module.LICENCE, "documents": len(texts),
            "entities": sum(len(text.entities) for text in texts), "sha256": sha256(content.encode()).hexdigest(),
        }  # fmt: skip
    said = json.dumps(table, indent=0, ensure_ascii=False, sort_keys=True) + "\n"
    manifest = {
        "made_by": "tools/train/term_types.py", "data": sources, "seed": None,
        "method": "counts; nothing is drawn at random", "sha256": sha256(said.encode()).hexdigest(),
        "licence": "as the sets that teach: MIT and CC BY 4.0",
    }  # fmt: skip
    return said, manifest


def main() -> None:
    """Write the table with its manifest and say its hash."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    out: Path = parser.parse_args().out
    said, manifest = trained(REAL / "gold")
    out.mkdir(parents=True, exist_ok=True)
    (out / "learned-en.json").write_text(said, "utf-8")
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    print(f"{len(said)} characters, sha256 {manifest['sha256']}")  # noqa: T201


if __name__ == "__main__":
    main()
