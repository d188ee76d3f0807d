"""What the keys of a run log mean: the run's name, how it ended, why, and the line as text.

It promises one spelling for records of any nesting (`params.lr: 0.1; status: failed`), each field in the order
of the record. It refuses values beyond a length: a stack trace keeps its end, where the reason stands.
"""

import math
import re
from collections.abc import Iterator, Mapping

NAMES = (
    "run_id",
    "run",
    "run_name",
    "trial_id",
    "trial",
    "experiment_id",
    "experiment",
    "exp_id",
    "job_id",
    "task_id",
    "number",
)
WEAK_NAMES = ("name", "id", "uuid", "job", "display_name")
"""Names of runs too where the record says how the run ended."""
STEPS = frozenset({"step", "epoch", "iteration", "iter", "global_step", "_step"})
OUTCOMES = ("status", "state", "outcome", "result_status", "exit_status", "termination", "exit_code")
REASONS = (
    "error",
    "reason",
    "failure_reason",
    "failure",
    "message",
    "exception",
    "error_message",
    "msg",
    "cause",
    "traceback",
)
MEASURED = frozenset({
    "metric", "metrics", "params", "parameters", "hyperparameters", "config", "hparams", "loss", "accuracy", "value",
    "objective", "epoch", "step", "score",
})  # fmt: skip
_LEARNT = frozenset(
    {"lr", "loss", "optimizer", "epoch", "epochs", "accuracy", "hparams", "batch", "rmse", "f1"}
)
DEEPEST = 4
MOST_FIELDS = 200
LONGEST = 400
_BREAK = re.compile(r"[;\s\x00-\x1f]+")


def fields(record: Mapping[str, object], before: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield a record's fields flat, as text: nested keys joined by dots; lists of plain values by commas.

    Examples
    --------
    >>> list(fields({"run": 3, "params": {"lr": 0.1}, "tags": ["a", "b"]}))
    [('run', '3'), ('params.lr', '0.1'), ('tags', 'a, b')]
    """
    for key, value in record.items():
        name = before + _folded(str(key))
        if isinstance(value, Mapping):
            if depth < DEEPEST:
                yield from fields(value, f"{name}.", depth + 1)
        elif isinstance(value, (list, tuple)):
            yield (
                name,
                _short(", ".join(str(one) for one in value[:20] if not isinstance(one, (Mapping, list)))),
            )
        elif value is not None and value != "":
            yield name, _short(_plain(value))


def line(record: Mapping[str, object]) -> str:
    """Lay a record out as the text that is stored: what the log's line says, field by field.

    Examples
    --------
    >>> line({"run_id": "r1", "status": "failed", "error": "CUDA out of memory"})
    'run_id: r1; status: failed; error: CUDA out of memory'
    """
    return "; ".join(f"{key}: {value}" for key, value in list(fields(record))[:MOST_FIELDS] if value)


def named(record: Mapping[str, object]) -> str:
    """Give the run's name, at the top or one level down (`info.run_id`), or an empty string.

    Examples
    --------
    >>> named({"info": {"run_id": "m1"}}), named({"Name": "sweep-1", "State": "crashed"}), named({"name": "x"})
    ('m1', 'sweep-1', '')
    """
    flat = {key.lower().replace(" ", "_"): value for key, value in record.items()}
    for value in record.values():
        if isinstance(value, Mapping):
            flat = {**{str(key).lower(): inner for key, inner in value.items()}, **flat}
    names = (*NAMES, *WEAK_NAMES) if flat.keys() & set(OUTCOMES) else NAMES
    found = (flat[name] for name in names if flat.get(name) not in (None, ""))
    return next((str(value) for value in found if not isinstance(value, (Mapping, list))), "")


def steps(record: Mapping[str, object]) -> bool:
    """Tell whether a record that names no run is a step of one: a count of steps and something measured."""
    flat = {str(key).lower() for key in record}
    return bool(flat & STEPS) and bool({part for key in flat for part in _parts(key)} & MEASURED - STEPS)


def _parts(key: str) -> list[str]:
    return re.split(r"[./_]", key)


def looks_like_runs(keys: set[str]) -> float:
    """Say how surely records with these keys are runs: a name, an outcome or reason, and something measured."""
    flat = {key.lower().rpartition(".")[2] for key in keys} | {key.lower().partition(".")[0] for key in keys}
    flat |= {key.lower().partition("/")[0] for key in keys} | {key.lower().partition("_")[0] for key in keys}
    outcome = flat & {*OUTCOMES, *REASONS}
    measured = flat & {*MEASURED, "param", "hparam"} - STEPS
    if flat & STEPS and {part for key in flat for part in _parts(key)} & MEASURED - STEPS:
        # A trainer's log: steps with a loss; the run may be named by the file alone.
        return 0.85 if flat & set(NAMES) and outcome else 0.55
    if not (flat & set(NAMES)):
        # "Name, State, lr, val_loss" of a sweep; "name, status" of anything else is no run.
        learnt = {part for key in flat for part in _parts(key)} & _LEARNT
        return 0.6 if flat & set(WEAK_NAMES) and flat & set(OUTCOMES) and learnt else 0.0
    if not outcome:
        return 0.0
    if measured:
        return 0.85
    return 0.5 if outcome & set(OUTCOMES) else 0.0


def _plain(value: object) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf"
    return str(value)


def _folded(key: str) -> str:
    return re.sub(r"[\s:;]+", "_", key.strip())


def _short(text: str) -> str:
    folded = _BREAK.sub(" ", text).strip()
    return folded if len(folded) <= LONGEST else "… " + folded[2 - LONGEST :]
