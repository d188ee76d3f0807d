"""The sets on which field classification is measured: what is trained on what, and tested where.

It promises that a text never stands in training and test of one fold, and that the folds depend on the
texts and the seed alone. It refuses to train a model that ships on a set of licence B.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "train"))

import field_model as model
import field_texts as texts

from silobridge.ingest.classify.linear import Linear

Pair = tuple[str, str]
SEED = 20261122
ENOUGH = 1000
"""Texts to calibrate on: fewer, and the fit follows chance."""


@dataclass(frozen=True)
class Fold:
    """Training texts and test texts; `accepted` names all right labels of each.

    `turns` are pairs of training texts and texts kept aside, to calibrate by models of about the same size.
    """

    train: list[Pair]
    test: list[Pair]
    accepted: list[set[str]] | None = None
    turns: Sequence[tuple[list[Pair], list[Pair]]] = ()


@dataclass(frozen=True)
class Task:
    """A set under one condition: its folds, how a model is fitted on one, and when a label is rare."""

    name: str
    folds: Callable[[], Iterator[Fold]]
    fit: Callable[..., Linear]
    rare: int
    svm: bool = True
    note: str = ""


GRAMS = model.Recipe("set", cut="grams", features=40_000, strength=1, balance=0.2, rounds=35, loss="hinge")
WORDS = model.Recipe("set", cut="words", least=2, features=30_000, strength=20, balance=0.2, rounds=40)


def crossed(pairs: Sequence[Pair], count: int, always: Sequence[Pair] = ()) -> Iterator[Fold]:
    """Give folds for cross-validation; tenths of the training part stand aside for calibration, by turns."""
    parts = model.split(pairs, SEED, [1 / count] * count)
    for at in range(count):
        rest = [pair for other, part in enumerate(parts) if other != at for pair in part]
        yield Fold([*always, *rest], parts[at], turns=list(turned(rest, always)))


def turned(train: Sequence[Pair], always: Sequence[Pair] = ()) -> Iterator[tuple[list[Pair], list[Pair]]]:
    """Let tenths of the training texts stand aside in turn, until `ENOUGH` were aside once."""
    known = 0
    tenths = model.split(train, SEED + 1, [0.1] * 10)
    for at, part in enumerate(tenths):
        if known >= ENOUGH:
            return
        known += len(part)
        yield [*always, *(p for other, some in enumerate(tenths) if other != at for p in some)], part


def csl13(data: Path) -> list[Task]:
    """Chinese papers into 13 categories: by title, and by title and abstract."""
    train, dev = texts.csl(data, "cls_ctg", train=True), texts.csl(data, "cls_ctg")
    abstracts = {title: abstract for abstract, title in texts.csl(data, "ts.")}
    both = [(f"{title}\n\n{abstracts[title]}", label) for title, label in dev if title in abstracts]

    def titles() -> Iterator[Fold]:
        yield Fold(train, dev, turns=list(turned(train)))

    def untrained() -> Iterator[Fold]:
        yield Fold(train, both, turns=list(turned(train)))

    def full() -> Iterator[Fold]:
        yield from crossed(both, 2, train)

    fit = lambda pairs: model.train(pairs, GRAMS)  # noqa: E731
    return [
        Task("csl13 title", titles, fit, 150, note="official split: the training titles to the others"),
        Task(
            "csl13 title+abstract",
            full,
            fit,
            150,
            note="training titles and half of the others with abstracts; two folds",
        ),
        Task("csl13 title+abstract, trained on titles", untrained, fit, 150, note="no abstract in training"),
    ]


def csl67(data: Path) -> list[Task]:
    """Chinese abstracts into 67 disciplines: 1,000 texts in all, so fifteen for each."""
    dev = texts.csl(data, "cls_dcp")
    titles = {abstract: title for abstract, title in texts.csl(data, "ts.")}
    both = [(f"{titles.get(abstract, '')}\n\n{abstract}", label) for abstract, label in dev]
    fit = lambda pairs: model.centroids(pairs, GRAMS)  # noqa: E731
    return [Task("csl67 title+abstract", lambda: crossed(both, 3), fit, 8, note="three folds")]


def mag7(data: Path) -> list[Task]:
    """Paper titles into seven labels."""
    recipe = replace(WORDS, features=20_000, least=1, strength=4)
    fit = lambda pairs: model.train(pairs, recipe)  # noqa: E731
    return [
        Task("mag7 title", lambda: crossed(texts.mag(data), 5), fit, 0, note="five folds"),
    ]


def sic_index(data: Path) -> list[Task]:
    """Activity phrases into UK SIC 2007: the five-digit class, and the division."""
    phrases, titles = texts.sic_phrases(data), texts.sic_titles(data)

    def classes() -> Iterator[Fold]:
        train, test = model.split(phrases, SEED, [0.8, 0.2])
        yield Fold([*titles, *train], test, turns=list(turned(train, titles)))

    def divisions() -> Iterator[Fold]:
        fold = next(classes())
        cut = lambda pairs: [(text, label[:2]) for text, label in pairs]  # noqa: E731
        turns = [(cut(taught), cut(aside)) for taught, aside in fold.turns]
        yield Fold(cut(fold.train), cut(fold.test), turns=turns)

    recipe = replace(WORDS, least=1, features=30_000)
    return [
        Task(
            "sic-index class",
            classes,
            lambda p: model.centroids(p, recipe),
            5,
            svm=False,
            note="728 classes, one split; 728 SVMs take too long here",
        ),
        Task(
            "sic-index division",
            divisions,
            lambda p: model.train(p, recipe),
            60,
            note="88 divisions, same split",
        ),
    ]


def sec_10k(data: Path) -> list[Task]:
    """Twenty annual reports into NACE divisions by the model that ships: too few to prove anything."""
    from silobridge.ingest.classify import linear

    def folds() -> Iterator[Fold]:
        found = texts.tenk(data)
        accepted = [texts.reached(f"sic:{code}") for _, code in found]
        test = [(text, min(good, default="")) for (text, _), good in zip(found, accepted, strict=True)]
        yield Fold([], test, accepted)

    return [
        Task(
            "sec-10k", folds, lambda _: linear.load("industry-en"), 0, svm=False, note="the model that ships"
        )
    ]


def real(data: Path) -> list[Task]:
    """Documents without codes, by the models that ship: what the threshold is worth outside the corpora."""
    import real as documents

    from silobridge.ingest.classify import linear, predict

    def folds(cases: list[documents.Case]) -> Iterator[Fold]:
        test = [(case.text, min(case.accepted)) for case in cases]
        yield Fold([], test, [set(case.accepted) for case in cases])

    by: dict[tuple[str, str], list[documents.Case]] = {}
    for case in documents.cases(data):
        by.setdefault((case.source, predict.model_for(case.kind, case.language) or "patent-en"), []).append(
            case
        )
    return [
        Task(
            f"real {source}",
            lambda cases=cases: folds(cases),  # type: ignore[misc]
            lambda _, name=name: linear.load(name),  # type: ignore[misc]
            0,
            svm=False,
            note=f"{name}, threshold {linear.load(name).threshold}",
        )
        for (source, name), cases in by.items()
        if name
    ]


SETS: dict[str, Callable[[Path], list[Task]]] = {
    "csl13": csl13, "csl67": csl67, "mag7": mag7, "sic-index": sic_index, "sec-10k": sec_10k,
    "real": real,
}  # fmt: skip
