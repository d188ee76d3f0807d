"""The gold sets by name, and the running of one.

It promises the same lines for the same files and seeds. It refuses a set it does not know, and names
those it does.
"""

import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.understanding import (
    agents,
    bilingual,
    claims,
    claims_zh,
    csl,
    dblp,
    entities,
    gazetteer,
    relations,
    scierc,
    senses,
    sofc,
    termhood,
    tfh,
    types_en,
    types_zh,
)
from benchmarks.understanding.table import Options, Outcome, markdown
from silobridge.kg.errors import ReadError, UnknownName


class Known(NamedTuple):
    """A set: what it is, where it lies below the gold folder, and what evaluates it."""

    about: str
    folder: str
    run: Callable[[Options], Outcome]


SETS = {
    "tfh": Known("entities of thin-film-head patents, 3 folds", tfh.FOLDER, partial(entities.run, tfh)),
    "scierc": Known("entities of AI abstracts, train → dev", scierc.FOLDER, partial(entities.run, scierc)),
    "sofc": Known("entities of fuel-cell papers, 3 folds", sofc.FOLDER, partial(entities.run, sofc)),
    "inspec": Known("keyphrases of 500 abstracts", termhood.FOLDER, termhood.run),
    "csl-keywords": Known("keywords of Chinese abstracts", csl.FOLDER, csl.run),
    "types": Known("types of English mentions read one by one", "..", types_en.run),
    "csl-types": Known("types of Chinese terms in context", types_zh.FOLDER, types_zh.run),
    "csl-claims": Known("claims of Chinese abstracts: recall, precision", claims_zh.FOLDER, claims_zh.run),
    "scierc-relations": Known("relations of given pairs, train → dev", scierc.FOLDER, relations.run_scierc),
    "tfh-relations": Known("relations of given pairs, and claims end to end", tfh.FOLDER, relations.run_tfh),
    "bilingual": Known(
        "Chinese names of English terms, and where they begin", bilingual.FOLDER, bilingual.run
    ),
    "senses": Known("senses of 127 names, and of 105 fresh ones read blind", "..", senses.run),
    "dblp-acm": Known("records of one paper in two sources", dblp.FOLDER, dblp.run),
    "organisations": Known("which applicants are one", agents.ORGANISATIONS_FOLDER, agents.run_organisations),
    "people": Known("which authors are one", agents.PEOPLE_FOLDER, agents.run_people),
    "claims": Known("claims of the shipped extractor, read one by one", "..", claims.run),
}
INTRODUCTION = """# How well text is understood

Written by `kg evaluate SET --write docs/reference/understanding.md` (`kg evaluate` lists the sets, `all`
runs them; `--data FOLDER` tests a slice kept aside on what the development set taught; `--keep FOLDER`
makes a second run quick). Spans are right when both ends are
exact; averages are micro over spans; intervals resample documents, and gains are paired on the same
resamples. *our types* counts only labels that have a counterpart in our type system (task, method,
material, device, product, property, application, organism, organisation, place). *rare* are forms that
stand at most ten times in the set's gold. *shipped* is what `kg ingest` stores. Two sets
taught it types of their own field (TFH, SOFC-Exp): there it is scored as the other folds teach it, and with `--data`
as it ships. Its list of heads grew while misses on SciERC's development part and an eighth of TFH were read, so there
its figures flatter it. It stores nested terms on purpose, so *all mentions* trades precision for recall. Models trained
for a set are beside it as a measure, and do not ship. What is said to be read was read by language models, not by people.
"""


def evaluate(name: str, data: Path | None = None, keep: Path | None = None) -> Outcome:
    """Evaluate one set.

    Parameters
    ----------
    name
        A key of `SETS`.
    data
        A folder with the set's files of a slice kept aside, or a data folder that has them at the usual
        place below `gold`: they are tested, and the development set is trained on unless the slice brings
        its own training part.
    keep
        A folder for parses and models, so that a second run is quick.

    Raises
    ------
    UnknownName
        There is no such set.
    ReadError
        Its folder does not exist.
    """
    if name not in SETS:
        raise UnknownName("gold set", name, SETS, hint="`kg evaluate` lists them")
    known = SETS[name]
    home = Path(os.path.normpath(gazetteer.real() / "gold" / known.folder))
    place = _below(data, known.folder) if data else home
    if not place.is_dir():
        raise ReadError(
            "the gold set is not here", where=str(place), hint="set KG_REAL_DATA, or give --data FOLDER"
        )
    apart = place.resolve() != home.resolve()
    return known.run(Options(place, home, keep, apart))


def _below(data: Path, folder: str) -> Path:
    """Return a set's folder in a whole data folder, or the folder itself where it is the set's own."""
    return Path(os.path.normpath(data / "gold" / folder)) if (data / "gold").is_dir() else data


def page(outcomes: Iterable[Outcome], before: str = "") -> str:
    """Lay outcomes out as the reference page; sections of other sets that stood `before` are kept.

    Examples
    --------
    >>> old = page([Outcome("A", "MIT", ()), Outcome("B", "MIT", (), ("stale",))])
    >>> new = page([Outcome("B", "MIT", (), ("new",))], old)
    >>> "## A (MIT)" in new, "stale" in new, "- new" in new
    (True, False, True)
    """
    sections = {section.partition(" (")[0]: section for section in before.split("\n## ")[1:]}
    for outcome in outcomes:
        sections[outcome.title] = "\n".join(markdown(outcome)).removeprefix("## ")
    return "\n## ".join([INTRODUCTION, *(section.rstrip("\n") + "\n" for section in sections.values())])
