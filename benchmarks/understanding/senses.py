"""Senses: are homonyms told apart, on 127 forms and 105 fresh ones whose occurrences were read in context.

The 127 were chosen before any context was read: the words that the task names, words, terms and
abbreviations to which dictionaries of several sciences give several meanings, and others that look so but
were expected to have one; each had to stand in three fields (arXiv archive or source) and ten documents.
Contexts were drawn with a fixed hash, in turn from every field, one a document; where an occurrence was a
verb, a citation key or part of a formula it was left out. One reader (the language model that wrote this
software, 2026-11-22) named the senses of each form and labelled every context by its sentence, without the
field's name deciding. `senses_en.tsv` holds positions and labels only, `senses_inventory_en.tsv` what the
labels mean; which half a form belongs to is a hash of it.

The 105 fresh forms (`senses_fresh_en.tsv`) were drawn, not chosen, and labelled before any system was run on
them: all 36 abbreviations, 38 single words that are mentions and 42 heads of longer terms that are none, in the
order of a seeded hash among those that stand free in three distant fields (physics, mathematics, computing,
life, economy, patents) and twenty documents; of forms known already none, and eleven left out where most
occurrences were verbs or formulas. 45 of them have one sense.

It promises that what is measured is the code that ships: a throw-away ledger is made in which the given
occurrences stand as mentions, names are joined, senses are learned and assigned in it, and `reference` is
read. It refuses to count pairs across forms, which no system here joins.
"""

import csv
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.understanding.metrics import RESAMPLES, SEED, Score
from benchmarks.understanding.table import Line, Options, Outcome
from silobridge.ingest.extractors.abbreviations import pairs
from silobridge.ingest.readers import choose, load
from silobridge.ingest.resolve import conclude
from silobridge.ingest.senses.follow import relearn
from silobridge.ingest.source import Source
from silobridge.ingest.text.sentences import sentences
from silobridge.kg.forms import normal_form
from silobridge.kg.ledger.append import append, begin_run
from silobridge.kg.ledger.schema import OBSERVATIONS, arrow_schema
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.model import Document, stored_text
from silobridge.kg.taxonomy import taxonomy

HERE = Path(__file__).resolve().parent
PLACES = (
    "papers/arxiv_metadata", "papers/openalex/works_biodiversity_finance_60.jsonl",
    "papers/openalex/works_2023-05-16_part_000.jsonl", "papers/openalex/W2741809807.json", "papers/jats",
    "papers/pdf", "patents/us_abstracts", "patents/uspto_grant", "patents/uspto_application",
    "patents/lens/lens_drones_compact_9071.csv.gz", "industry/sec_10k",
)  # fmt: skip
LONGEST = 20_000
STEP = 2000
ENDINGS = {
    "matrix": "matri(?:x|ces)",
    "nucleus": "nucle(?:us|i)",
    "spectrum": "spectr(?:um|a)",
    "genus": "gen(?:us|era)",
    "modulus": "modul(?:us|i)",
    "momentum": "moment(?:um|a)",
}

Labels = dict[str, list[str]]


class Context(NamedTuple):
    """One labelled occurrence."""

    document: str
    start: int
    stop: int
    sense: str


FIRST, FRESH = "senses_en.tsv", "senses_fresh_en.tsv"


def gold(name: str) -> dict[str, list[Context]]:
    """Read the labelled occurrences of every form in one of the two lists."""
    found: dict[str, list[Context]] = defaultdict(list)
    with (HERE / name).open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            place = Context(row["document"], int(row["start"]), int(row["stop"]), row["sense"])
            found[row["form"]].append(place)
    return dict(found)


def half(form: str) -> str:
    """Say whether a form is for development or for testing.

    Examples
    --------
    >>> half("cell"), half("MAP")
    ('development', 'test')
    """
    return "test" if int(sha256(form.encode()).hexdigest(), 16) % 2 else "development"


def pattern(form: str) -> str:
    """Give the expression that finds a form: an abbreviation as it is, words in any case, one or many."""
    if form != form.lower():
        return rf"(?<![\w-]){form}s?(?![\w-])"
    *before, last = form.split()
    plural = f"{last[:-1]}(?:y|ies)" if last.endswith("y") else f"{last}(?:s|es)?"
    joined = r"[\s-]+".join([*before, ENDINGS.get(last, plural)])
    return rf"(?i:(?<![\w-]){joined}(?![\w-]))"


def documents(data: Path) -> Iterator[tuple[Document, str]]:
    """Yield the documents below a folder with their texts, each identifier once."""
    seen: set[str] = set()
    for place in PLACES:
        files = sorted((data / place).rglob("*")) if (data / place).is_dir() else [data / place]
        for file in files:
            if not file.is_file() or file.name.startswith("."):
                continue
            source = Source(file)
            for record in load(choose(source)).read(source):
                if isinstance(record, Document) and record.id not in seen:
                    seen.add(record.id)
                    yield record, stored_text(record)[0]


def fill(ledger: Ledger, data: Path, wanted: Mapping[str, Sequence[Context]]) -> None:
    """Put every document that holds one of the forms into a ledger, its occurrences as mentions."""
    given = {
        form: {one.document: (one.start, one.stop) for one in contexts} for form, contexts in wanted.items()
    }
    finders = {form: re.compile(pattern(form)) for form in wanted}
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in OBSERVATIONS}
    for document, text in documents(data):
        lower = text.lower()
        # A form's first letters are looked for before its pattern, which costs a hundred times as much.
        found = (
            (form, given[form].get(document.id) or _first(finder, text))
            for form, finder in finders.items()
            if form[:4].lower() in lower
        )
        places = {form: place for form, place in found if place}
        if not places:
            continue
        _rows(rows, document, text, places)
        if len(rows["document"]) >= STEP:
            _append(ledger, rows)
    _append(ledger, rows)


def _first(finder: re.Pattern[str], text: str) -> tuple[int, int] | None:
    match = finder.search(text, 0, LONGEST)
    return match.span() if match else None


def _rows(
    rows: dict[str, list[dict[str, Any]]],
    document: Document,
    text: str,
    places: Mapping[str, tuple[int, int]],
) -> None:
    doc = len(rows["document"])
    blank: dict[str, Any] = dict.fromkeys(OBSERVATIONS["document"])
    rows["document"].append({
        **blank, "doc": doc, "id": document.id, "kind": str(document.kind), "language": "en", "text": text,
        "title": document.title, "content_hash": document.hash, "text_hash": document.hash, "extractor": "given",
        "reader": document.reader, "published": document.published, "source": "given", "run": 0,
    })  # fmt: skip
    longs: dict[str, str] = {}
    short_forms = any(form != form.lower() for form in places)
    for sentence in sentences(text, stored_text(document)[1]) if short_forms else ():
        for pair in pairs(text, sentence.start, sentence.stop):
            short, long = text[pair.short_start : pair.short_stop], text[pair.long_start : pair.long_stop]
            rows["abbreviation"].append(
                {"doc": doc, "sentence": 0, "short": short, "long": long, "how": pair.how}
            )
            longs.setdefault(short.removesuffix("s"), normal_form(long))
    for form, place in places.items():
        rows["mention"].append({
            "doc": doc, "sentence": 0, "start": place[0], "stop": place[1], "type": "",
            "form": longs.get(form, normal_form(form)), "surface": text[slice(*place)], "how": "given",
        })  # fmt: skip
    for one in taxonomy().memberships(document.classifications):
        rows["membership"].append(
            {"doc": doc, "domain": one.domain, "weight": one.weight, "how": one.how, "reason": one.reason}
        )


def _append(ledger: Ledger, rows: dict[str, list[dict[str, Any]]]) -> None:
    import pyarrow as pa

    with ledger.writing() as connection:
        tables = {name: pa.Table.from_pylist(some, arrow_schema(name)) for name, some in rows.items()}
        append(connection, tables, begin_run(connection, "given", "0"))
    for some in rows.values():
        some.clear()


def read(ledger: Ledger, wanted: Mapping[str, Sequence[Context]]) -> tuple[Labels, dict[str, str]]:
    """Give what each labelled occurrence means in a ledger, and the field each document stands in."""
    with ledger.reading() as connection:
        meant = {
            (row[0], row[1], row[2]): row[3]
            for row in connection.execute(
                "SELECT d.id, r.start, r.stop, r.form FROM reference r JOIN document d USING (doc)"
            ).fetchall()
        }
        fields = dict(
            connection.execute(
                "SELECT d.id, coalesce(min(split_part(m.domain, '.', 1)) FILTER (m.how = 'asserted'"
                " AND m.domain LIKE 'arxiv-cat:%'), d.reader) FROM document d"
                " LEFT JOIN membership m USING (doc) GROUP BY d.id, d.reader"
            ).fetchall()
        )
    found = {
        form: [meant.get((one.document, one.start, one.stop), form) for one in contexts]
        for form, contexts in wanted.items()
    }
    return found, fields


def counts(senses: Sequence[str], found: Sequence[str]) -> tuple[float, ...]:
    """Count for one form: right, claimed and true pairs; B³ precision and recall.

    Examples
    --------
    >>> counts("aabb", "xxxx")
    (2.0, 6.0, 2.0, 0.5, 1.0)
    """
    true = np.array([[one == other for other in senses] for one in senses])
    said = np.array([[one == other for other in found] for one in found])
    both, size = true & said, len(senses)
    precision, recall = (float((both.sum(1) / part.sum(1)).mean()) for part in (said, true))
    return *(float(part.sum() - size) / 2 for part in (both, said, true)), precision, recall


def pairwise(totals: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Give F1 over pairs from summed counts."""
    return 2 * totals[..., 0] / np.maximum(totals[..., 1] + totals[..., 2], 1e-9)


def b_cubed(totals: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Give B³ F1 from summed precisions and recalls: the mean over forms, each form counting once."""
    return (
        2
        * totals[..., 3]
        * totals[..., 4]
        / (totals[..., 3] + totals[..., 4])
        / np.maximum(totals[..., 5], 1)
    )


MEASURES: tuple[tuple[str, Callable[..., Any]], ...] = (("pairs", pairwise), ("B³", b_cubed))
BASE = "exact name, one sense a form"


def run(options: Options) -> Outcome:
    """Measure senses on the gold set, from the documents below a folder or as a graph's ledger has them."""
    wanted = gold(FIRST) | gold(FRESH)
    with tempfile.TemporaryDirectory() as folder:
        kept = options.keep / "senses.kg" if options.keep else Path(folder) / "senses.kg"
        if not (kept / "ledger.duckdb").exists():
            fill(Ledger.create(kept), options.data, wanted)
        ledger = Ledger.open(kept)
        with ledger.writing() as connection:
            for table in ("sense", "meaning"):
                connection.execute(f"DELETE FROM {table}")
            conclude(connection)
        spelled, fields = read(ledger, wanted)
        there = {
            form: [one for one in contexts if one.document in fields] for form, contexts in wanted.items()
        }
        gone = sum(map(len, wanted.values())) - sum(map(len, there.values()))
        there = {form: contexts for form, contexts in there.items() if len(contexts) > 1}
        spelled, _ = read(ledger, there)
        with ledger.writing() as connection:
            learned = relearn(connection)
        shipped, _ = read(ledger, there)
    systems = {
        BASE: {form: ["" for _ in contexts] for form, contexts in there.items()},
        "one sense a form and field": {
            form: [fields[one.document] for one in contexts] for form, contexts in there.items()
        },
        "spelled out in the document": spelled,
        "shipped": shipped,
    }
    many = sum(len({one.sense for one in contexts}) > 1 for contexts in there.values())
    notes = (
        f"{len(there)} forms ({many} with several senses among their contexts), {sum(map(len, there.values()))} contexts;"
        f" {gone} contexts in documents that are not here; {learned} senses and spellings learned",
        "pairs: F1 over the pairs of contexts of a form; B³: each form counts once; P and R belong to the F1 beside"
        " them; `gold` counts forms; intervals resample forms",
        "the exact name and the form come to the same here: contexts were drawn by form, and a form is a name",
        "the first list taught: scores of all its forms, the test half too, were in sight while cuts were chosen; the"
        " fresh list was read before any system was run, and the present rules were measured on it once",
    )
    return Outcome("Senses of ambiguous forms", "labels CC0", tuple(_lines(there, systems)), notes)


def _lines(wanted: Mapping[str, Sequence[Context]], systems: Mapping[str, Labels]) -> Iterator[Line]:
    several = {form for form, contexts in wanted.items() if len({one.sense for one in contexts}) > 1}
    first = [form for form in wanted if form in gold(FIRST)]
    fresh = [form for form in wanted if form in gold(FRESH)]
    parts = {
        "development": [form for form in first if half(form) == "development"],
        "test, not blind": [form for form in first if half(form) == "test"],
        "first list, one sense": [form for form in first if form not in several],
        "fresh": fresh,
        "fresh, several senses": [form for form in fresh if form in several],
        "fresh, one sense": [form for form in fresh if form not in several],
        "fresh words": [form for form in fresh if form == form.lower()],
        "fresh abbreviations": [form for form in fresh if form != form.lower()],
    }
    for part, forms in parts.items():
        if not forms:
            continue
        rows = {
            name: np.array(
                [(*counts([one.sense for one in wanted[form]], found[form]), 1.0) for form in forms]
            )
            for name, found in systems.items()
        }
        for measure, statistic in MEASURES:
            for name, counted in rows.items():
                yield _line(f"{part}, {measure}", name, counted, rows[BASE], statistic)


def _line(
    part: str,
    name: str,
    rows: np.ndarray[Any, Any],
    base: np.ndarray[Any, Any],
    statistic: Callable[..., Any],
) -> Line:
    draws = np.random.default_rng(SEED).integers(0, len(rows), (RESAMPLES, len(rows)))
    sums, others = rows[draws].sum(axis=1), base[draws].sum(axis=1)
    low, high = np.quantile(statistic(sums), (0.025, 0.975))
    total = rows.sum(axis=0)
    if statistic is pairwise:
        precision, recall = total[0] / max(total[1], 1e-9), total[0] / max(total[2], 1e-9)
    else:
        precision, recall = total[3] / total[5], total[4] / total[5]
    value = float(statistic(total))
    score = Score(float(precision), float(recall), value, float(low), float(high), len(rows), len(rows))
    if name == BASE:
        return Line(part, name, score)
    apart = np.quantile(statistic(sums) - statistic(others), (0.025, 0.975))
    gain = (value - float(statistic(base.sum(axis=0))), float(apart[0]), float(apart[1]))
    return Line(part, name, score, gain, BASE)
