"""A graph of a few sentences whose answer is known: batteries at home, coatings and pipes abroad."""

from pathlib import Path

import pyarrow as pa
from builders import add

from silobridge.kg.ledger.schema import OBSERVATIONS, arrow_schema
from silobridge.kg.ledger.store import Ledger

TERMS = {
    "battery pack": "device", "thermal runaway": "", "thermal barrier": "", "heat pipe": "", "spacecraft": "",
    "intumescent coating": "material", "building facade": "", "catheter": "device", "biofilm": "organism",
}  # fmt: skip
BATTERY, PAINT, SPACE, BODY = ("cpc:H01M", "nace:C27"), ("cpc:C09D", "nace:C20"), ("cpc:B64G",), ("cpc:A61M",)
TEXTS = (
    ("patent", BATTERY, "The battery pack overheats when thermal runaway spreads."),
    ("patent", BATTERY, "A battery pack has a thermal barrier against thermal runaway."),
    ("industry", BATTERY, "Our battery pack overheats and needs a thermal barrier."),
    ("patent", BATTERY, "A battery pack with a heat pipe stays cool."),
    ("patent", SPACE, "A heat pipe keeps the spacecraft and its battery pack cool."),
    ("patent", SPACE, "A heat pipe for the spacecraft."),
    ("patent", PAINT, "The intumescent coating is a thermal barrier for the building facade."),
    ("industry", PAINT, "We sell an intumescent coating as thermal barrier."),
    ("patent", PAINT, "An intumescent coating for the building facade."),
    ("patent", BODY, "The catheter carries a biofilm."),
    ("paper", BODY, "A biofilm grows on the catheter and sets off infection in one cell."),
    ("paper", BODY, "The catheter without biofilm."),
)


def batch(texts=TEXTS, first: int = 0, ids: tuple[int, ...] = ()) -> dict[str, pa.Table]:
    """Rows of every observation table, offsets exact."""
    rows: dict[str, list[dict]] = {table: [] for table in OBSERVATIONS}
    for doc, (kind, domains, sentence) in enumerate(texts):
        name = f"doi:10.5555/need.{ids[doc] if ids else first + doc}"
        title = "A note"
        text = f"{title}\n\n{sentence}"
        rows["document"].append(dict(
            doc=doc, id=name, kind=kind, title=title, language="en", published="2020", year=2020, reader="made",
            source="made", record=doc, line=0, licence="", content_hash=name + sentence, text_hash=sentence, extractor="x",
            run=0, text=text))  # fmt: skip
        start = len(title) + 2
        rows["sentence"] += [dict(doc=doc, sentence=0, start=0, stop=len(title)),
                             dict(doc=doc, sentence=1, start=start, stop=len(text))]  # fmt: skip
        for term, sort in TERMS.items():
            at = text.find(term)
            if at >= 0:
                rows["mention"].append(dict(doc=doc, sentence=1, start=at, stop=at + len(term), form=term,
                                            surface=term, type=sort, how="made"))  # fmt: skip
        for domain in domains:
            rows["membership"].append(dict(doc=doc, domain=domain, weight=1.0, how="asserted", reason="made"))
        rows["contribution"].append(dict(doc=doc, ordinal=0, agent=f"org:{first + doc:016x}", name=f"Maker {first + doc}",
                                         sort="organisation", role="assignee", country="DE"))  # fmt: skip
    return {table: pa.Table.from_pylist(some, arrow_schema(table)) for table, some in rows.items()}


def make(folder: Path, texts=TEXTS, ids: tuple[int, ...] = ()) -> Ledger:
    ledger = Ledger.create(folder)
    add(ledger, batch(texts, ids=ids))
    with ledger.writing() as connection:
        connection.execute("INSERT INTO alias VALUES ('相变热管', 'heat pipe', 1, 'translation', 'made')")
        connection.execute("INSERT INTO alias VALUES ('电池包', 'battery pack', 1, 'translation', 'made')")
    return ledger
