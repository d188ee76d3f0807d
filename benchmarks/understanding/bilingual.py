"""English and Chinese names of one thing: what the linker answers, beside counting and co-occurrence.

It promises precision at one with coverage on pairs that train nothing, step by step: names the texts give in
two languages, then the dictionary, then names composed of the dictionary's words that the texts use. It
refuses to count a term without an answer as wrong in precision, or as anything but missed in recall.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.understanding.metrics import Counts
from benchmarks.understanding.table import Options, Outcome, compared
from silobridge.ingest import dictionary
from silobridge.ingest.extractors import chinese
from silobridge.ingest.extractors.chinese_names import Word, begins
from silobridge.ingest.extractors.chinese_terms import terms, tokens
from silobridge.ingest.extractors.record import Item
from silobridge.ingest.pairs import Rules, translations
from silobridge.kg.forms import normal_form
from silobridge.kg.ledger import counts, schema
from silobridge.kg.model import Span

TITLE = "English–Chinese terms"
FOLDER = "../papers/chinese_csl"
LICENCE = "pairs of this project; texts CSL, Apache-2.0"
HERE = Path(__file__).parent
Answer = Callable[[str], str]
_LATIN = re.compile(r"[A-Za-z][A-Za-z -]+[A-Za-z]")


def run(options: Options) -> Outcome:
    """Evaluate the linker's steps on term pairs, and the boundary of names in texts."""
    texts = _texts(options.data)
    gold = {row[0]: row[1].split("|") for row in _rows("bilingual_pairs.tsv")}
    mentioned, defined = _read([text for lines in texts.values() for text in lines])
    systems = _systems(mentioned, defined)
    answers = {name: {term: answer(normal_form(term)) for term in gold} for name, answer in systems.items()}
    counted = [(name, _counts(gold, answers[name])) for name in systems]
    notes = [
        f"{len(gold)} English terms, read one by one; recall is of all terms; "
        f"corpus {sum(map(len, texts.values()))} abstracts"
    ]
    notes += [
        f"{name}: coverage {sum(map(bool, said.values())) / len(gold):.3f}" for name, said in answers.items()
    ]
    lines = compared("terms", counted, "dictionary, first entry")
    places = [row for row in _rows("bilingual_places.tsv") if row[0] in texts]
    if places:
        lines += compared("names in text", _boundaries(texts, places), "last run of nouns")
        notes.append(f"names in text: where the Chinese name begins, {len(places)} places read one by one; all were"
                     " looked at while the rule was made: a development figure")  # fmt: skip
    return Outcome(TITLE, LICENCE, tuple(lines), tuple(notes))


def _rows(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def _texts(folder: Path) -> dict[str, list[str]]:
    """Give the second column of each file: the abstracts, or titles where a file has only those."""
    return {
        path.name: [[*line.split("\t"), ""][1] for line in path.read_text("utf-8").splitlines()]
        for path in sorted(folder.glob("*.tsv"))
    }


def _read(texts: Sequence[str]) -> tuple[list[set[str]], list[tuple[int, str, str]]]:
    """Give each text's Chinese forms, and the pairs of names that the shipped extractor finds."""
    mentioned: list[set[str]] = []
    defined: list[tuple[int, str, str]] = []
    items = (Item(text, (Span("abstract", "", 0, len(text)),), "paper") for text in texts)
    for number, found in enumerate(chinese.extract_all(items)):
        mentioned.append({mention.form for mention in found.mentions})
        defined += [(number, row.short, row.long) for row in found.abbreviations if row.how == "translation"]
    return mentioned, defined


def _systems(mentioned: Sequence[set[str]], defined: Sequence[tuple[int, str, str]]) -> dict[str, Answer]:
    used = Counter(form for forms in mentioned for form in forms)
    told = _concluded(defined)
    raw: dict[str, Counter[str]] = defaultdict(Counter)
    for _, english, name in defined:
        raw[normal_form(english)][normal_form(name, "zh")] += 1

    def listed(english: str, how: tuple[str, ...], known: Mapping[str, int], least: int = 0) -> str:
        said = (each for each in dictionary.propose(english, known) if each.how in how)
        return next((each.chinese for each in said if known.get(each.chinese, 0) >= least), "")

    return {
        "exact pair count": lambda e: min(((-n, c) for c, n in raw[e].items()), default=(0, ""))[1],
        "co-occurrence, Dice": _dice(mentioned),
        "dictionary, first entry": lambda e: listed(e, ("dictionary",), {}),
        "linker: in-text": lambda e: told.get(e, ""),
        "linker: in-text, dictionary": lambda e: told.get(e, "") or listed(e, ("dictionary",), used),
        "linker: in-text, dictionary, composed": lambda e: told.get(e, "") or listed(e, ("dictionary", "composed"), used),
        "linker: the same, names in use only": lambda e: told.get(e, "") or listed(e, ("dictionary", "composed"), used, 1),
    }  # fmt: skip


def _concluded(defined: Sequence[tuple[int, str, str]]) -> dict[str, str]:
    """Judge the pairs as the pipeline does, and keep those it accepts."""
    import duckdb

    with duckdb.connect() as connection:
        schema.create(connection)
        for number in sorted({row[0] for row in defined}):
            connection.execute("INSERT INTO document (doc, language) VALUES (?, 'zh')", [number])
        connection.executemany(
            "INSERT INTO abbreviation VALUES (?, 0, ?, ?, 'translation')", [list(row) for row in defined]
        )
        counts.recount(connection)
        accepted, _ = translations(connection, None, Rules())
    return {pair.form: pair.target for pair in accepted}


def _dice(mentioned: Sequence[set[str]]) -> Answer:
    """Answer with the Chinese form whose documents overlap most with the English form's."""
    frequency = Counter(form for forms in mentioned for form in forms)
    holders: dict[str, list[int]] = defaultdict(list)
    for number, forms in enumerate(mentioned):
        for form in forms:
            if _LATIN.fullmatch(form):
                holders[form].append(number)

    def answer(english: str) -> str:
        beside = Counter(
            form for number in holders.get(english, ()) for form in mentioned[number] if not form.isascii()
        )
        rated = ((-2 * n / (len(holders[english]) + frequency[form]), form) for form, n in beside.items())
        return min(rated, default=(0.0, ""))[1]

    return answer


def _counts(gold: Mapping[str, list[str]], said: Mapping[str, str]) -> Counts:
    return np.array([(said[term] in names, bool(said[term]), 1) for term, names in gold.items()], np.int64)


def _boundaries(texts: Mapping[str, list[str]], places: Sequence[list[str]]) -> list[tuple[str, Counts]]:
    """Compare where a name begins: by the shipped rule, the last run of nouns, and the segmenter's last word."""
    rows: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for name, line, at, length in places:
        text, stop = texts[name][int(line)], int(at)
        sentence = next(
            s for s in chinese.sentences(text, [Span("", "", 0, len(text))]) if s.start <= stop < s.stop
        )
        words = tokens(text, sentence.start, sentence.stop)
        english = re.match(r"[A-Za-z '’-]+", text[stop + 1 :])
        runs = [term.start for term in terms(words) if term.stop == stop and term.how == "sequence"]
        lasts = [word.start for word in words if word.stop == stop]
        found = {
            "segmenter's last word": lasts[0] if lasts else -1,
            "last run of nouns": runs[0] if runs else -1,
            "shipped": begins(
                text, [Word(*word) for word in words], stop, english.group() if english else ""
            ),
        }
        for system, begin in found.items():
            rows[system].append((int(begin == stop - int(length)), int(begin >= 0), 1))
    return [(system, np.array(some, np.int64)) for system, some in rows.items()]
