"""`kg evaluate`: how well text is understood, measured on public gold sets beside baselines.

It promises the same numbers for the same files. It refuses to guess where the benchmarks are: they
stand in the source checkout, not in the installed package.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from silobridge.cli.output import JsonOption, out, say
from silobridge.kg.errors import ReadError, UsageError


def register(app: typer.Typer) -> None:
    """Add `kg evaluate` to the application."""
    app.command()(evaluate)


def evaluate(
    name: Annotated[str, typer.Argument(metavar="[SET]", help="A gold set, or `all`; none lists them.")] = "",
    data: Annotated[
        Path | None,
        typer.Option("--data", help="A set's folder kept aside, or a data folder holding it, to test on."),
    ] = None,
    keep: Annotated[
        Path | None, typer.Option("--keep", help="Keep parses and models here, for a quick second run.")
    ] = None,
    write: Annotated[Path | None, typer.Option("--write", help="Write the results into this page.")] = None,
    json_: JsonOption = False,
) -> None:
    """Measure the shipped extractor, and models trained for a set, on public gold sets."""
    kit = _kit("run")
    if not name:
        out("\n".join(f"{key:18} {known.about}" for key, known in kit.SETS.items()))
        return
    outcomes, skipped = [], []
    for key in list(kit.SETS) if name == "all" else [name]:
        say(f"evaluating {key}")
        try:
            outcome = kit.evaluate(key, data, keep)
        except ReadError as error:
            if name != "all":
                raise
            say(f"skipped {key}: {error}")
            skipped.append(key)
            continue
        outcomes.append(outcome)
        if not json_:
            out("\n".join([*_kit("table").text(outcome), ""]))
    if name == "all":
        say(
            f"{len(outcomes)} sets evaluated, {len(skipped)} skipped{': ' if skipped else ''}{', '.join(skipped)}"
        )
    if json_:
        _json([record for outcome in outcomes for record in _kit("table").records(outcome)])
    if write:
        write.parent.mkdir(parents=True, exist_ok=True)
        before = write.read_text("utf-8") if write.exists() else ""
        write.write_text(kit.page(outcomes, before), "utf-8")


def _json(records: list[dict[str, Any]]) -> None:
    import json

    out(json.dumps(records, ensure_ascii=False, indent=2))


def _kit(module: str) -> Any:
    """Load a module of the evaluation kit from the checkout this package runs in."""
    root = next(
        (folder for folder in Path(__file__).parents if (folder / "benchmarks" / "understanding").is_dir()),
        None,
    )
    if root is None:
        raise UsageError(
            "the evaluation kit is not installed",
            expected="a source checkout with benchmarks/understanding",
            hint="clone the repository and run `pip install -e '.[evaluate]'` in it",
        )
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return import_module(f"benchmarks.understanding.{module}")
