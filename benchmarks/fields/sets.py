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
    """Training texts, texts to calibrate on, and test texts; `accepted` names all right labels of each.

    `turns` are further pairs of training texts and texts kept aside, to calibrate by models of the same size.
    """

    train: list[Pair]
    aside: list[Pair]
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
    """Give folds for cross-validation; a tenth of the training part is kept aside for calibration, by turns."""
    parts = model.split(pairs, SEED, [1 / count] * count)
    for at in range(count):
        rest = [pair for other, part in enumerate(parts) if other != at for pair in part]
        train, aside = model.split(rest, SEED + 1, [0.9, 0.1])
        yield Fold([*always, *train], aside, parts[at], turns=list(turned(train, aside, always)))


def turned(
    train: Sequence[Pair], aside: list[Pair], always: Sequence[Pair] = ()
) -> Iterator[tuple[list[Pair], list[Pair]]]:
    """Let other ninths of the training texts change places with those aside, until `ENOUGH` were aside once."""
    known = len(aside)
    ninths = model.split(train, SEED + 1, [1 / 9] * 9)
    for at, part in enumerate(ninths):
        if known >= ENOUGH:
            return
        known += len(part)
        yield [*always, *aside, *(p for other, some in enumerate(ninths) if other != at for p in some)], part


def csl13(data: Path) -> list[Task]:
    """Chinese papers into 13 categories: by title, and by title and abstract."""
    folder = data / "papers/chinese_csl"
    train, dev = texts.csl(folder / "cls_ctg.train.tsv"), texts.csl(folder / "cls_ctg.dev.tsv")
    abstracts = {title: abstract for abstract, title in texts.csl(folder / "ts.dev.tsv")}
    both = [(f"{title}\n\n{abstracts[title]}", label) for title, label in dev]

    def titles() -> Iterator[Fold]:
        fitted, aside = model.split(train, SEED, [0.9, 0.1])
        yield Fold(fitted, aside, dev)

    def untrained() -> Iterator[Fold]:
        fitted, aside = model.split(train, SEED, [0.9, 0.1])
        yield Fold(fitted, aside, both)

    def full() -> Iterator[Fold]:
        yield from crossed(both, 2, train)

    fit = lambda pairs: model.train(pairs, GRAMS)  # noqa: E731
    return [
        Task("csl13 title", titles, fit, 150, note="8k titles to the 1k dev titles"),
        Task(
            "csl13 title+abstract", full, fit, 150, note="8k titles and half of dev with abstracts; two folds"
        ),
        Task("csl13 title+abstract, trained on titles", untrained, fit, 150, note="no abstract in training"),
    ]


def csl67(data: Path) -> list[Task]:
    """Chinese abstracts into 67 disciplines: 1,000 texts in all, so fifteen for each."""
    folder = data / "papers/chinese_csl"
    dev = texts.csl(folder / "cls_dcp.dev.tsv")
    titles = {abstract: title for abstract, title in texts.csl(folder / "ts.dev.tsv")}
    both = [(f"{titles.get(abstract, '')}\n\n{abstract}", label) for abstract, label in dev]
    fit = lambda pairs: model.centroids(pairs, GRAMS)  # noqa: E731
    return [Task("csl67 title+abstract", lambda: crossed(both, 3), fit, 8, note="three folds of 1,000")]


def mag7(data: Path) -> list[Task]:
    """Paper titles into seven labels."""
    recipe = replace(WORDS, features=20_000, least=1, strength=4)
    fit = lambda pairs: model.train(pairs, recipe)  # noqa: E731
    more = texts.topic_labels(data)
    return [
        Task(
            "mag7 title, taught by topics too",
            lambda: crossed(texts.mag(data), 5, more),
            fit,
            0,
            note="the same folds; 120 OpenAlex topics a label beside the titles",
        ),
        Task("mag7 title", lambda: crossed(texts.mag(data), 5), fit, 0, note="five folds of 2,799"),
    ]


def sic_index(data: Path) -> list[Task]:
    """Activity phrases into UK SIC 2007: the five-digit class, and the division."""
    phrases, titles = texts.sic_phrases(data), texts.sic_titles(data)

    def classes() -> Iterator[Fold]:
        train, aside, test = model.split(phrases, SEED, [0.7, 0.1, 0.2])
        yield Fold([*titles, *train], aside, test)

    def divisions() -> Iterator[Fold]:
        fold = next(classes())
        cut = lambda pairs: [(text, label[:2]) for text, label in pairs]  # noqa: E731
        yield Fold(cut(fold.train), cut(fold.aside), cut(fold.test))

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


def cpc(data: Path) -> list[Task]:
    """Patent titles into CPC, taught by nothing but the titles of CPC's own groups."""
    return [_cpc(data, level, size) for level, size in (("section", 1), ("class", 3), ("subclass", 4))]


def _cpc(data: Path, level: str, size: int) -> Task:
    def folds() -> Iterator[Fold]:
        found = list(texts.lens_titles(data))
        cut = lambda code: f"cpc:{code[:size]}"  # noqa: E731
        test = [(title, cut(codes[0])) for title, codes in found]
        accepted = [{cut(code) for code in codes} for _, codes in found]
        train, aside = model.split(texts.cpc_titles(level, groups=True), SEED, [0.9, 0.1])
        yield Fold([*texts.cpc_titles(level, groups=False), *train], aside, test[::3], accepted[::3])

    recipe = replace(WORDS, least=1, features=14_000, rounds=30)
    # Hundreds of labels with a dozen short texts each: a mean direction is as good and much cheaper.
    fit = lambda pairs: (model.centroids if size == 4 else model.train)(pairs, recipe)  # noqa: E731
    note = "drone patents, every third; right means any of the patent's own codes"
    return Task(f"cpc {level}", folds, fit, 20, svm=size == 1, note=note)


def sec_10k(data: Path) -> list[Task]:
    """Twenty annual reports into NACE divisions by the model that ships: too few to prove anything."""
    from silobridge.ingest.classify import linear

    def folds() -> Iterator[Fold]:
        found = texts.tenk(data)
        accepted = [texts.reached(f"sic:{code}") for _, code in found]
        test = [(text, min(good, default="")) for (text, _), good in zip(found, accepted, strict=True)]
        yield Fold([], [], test, accepted)

    return [Task("sec-10k", folds, lambda _: linear.load("industry-en"), 0, svm=False, note="20 texts only")]


def real(data: Path) -> list[Task]:
    """Documents without codes, by the models that ship: what the threshold is worth outside the corpora."""
    import real as documents

    from silobridge.ingest.classify import linear, predict

    def folds(cases: list[documents.Case]) -> Iterator[Fold]:
        test = [(case.text, min(case.accepted)) for case in cases]
        yield Fold([], [], test, [set(case.accepted) for case in cases])

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
    "csl13": csl13, "csl67": csl67, "mag7": mag7, "sic-index": sic_index, "sec-10k": sec_10k, "cpc": cpc,
    "real": real,
}  # fmt: skip
