"""One table per question, kept beside the command that made it.

It promises that results.md is written from results.json alone. It refuses to drop the other tables.
"""

import json
from pathlib import Path
from typing import Any


def lines(title: str, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> str:
    """Print rows as a Markdown table; a list is a value with its interval."""
    out = [f"### {title}", "", "| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    out += ["| " + " | ".join(_cell(row.get(name)) for name in columns) + " |" for row in rows]
    return "\n".join(out) + "\n"


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return f"{value[0]:.3f} [{value[1]:.3f}, {value[2]:.3f}]" if len(value) == 3 else f"{value[0]:.3f}"
    return f"{value:.4g}" if isinstance(value, float) else str("" if value is None else value)


def store(folder: Path, name: str, text: str, data: Any) -> None:
    """Keep a table under its name in results.json and write results.md anew from all tables."""
    path = folder / "results.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept[name] = {"text": text, "data": data}
    path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    head = "# Hindcast: results\n\nWritten by the commands named below; see docs/explanation/hindcast.md.\n\n"
    whole = head + "\n".join(kept[key]["text"] for key in sorted(kept))
    (folder / "results.md").write_text(whole, encoding="utf-8")
