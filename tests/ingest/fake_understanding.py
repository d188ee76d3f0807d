"""A stand-in for understanding: quick, pure, and able to fail in every way a real one can."""

import os
import re
import signal
import time
from collections.abc import Sequence

import pyarrow as pa

from silobridge.kg.ledger.schema import OBSERVATIONS, arrow_schema
from silobridge.kg.model import Document, stored_text

VERSION = "fake-1"


def understand(documents: Sequence[Document]) -> dict[str, pa.Table]:
    rows: dict[str, list[dict[str, object]]] = {table: [] for table in OBSERVATIONS}
    for doc, document in enumerate(documents):
        _misbehave(document)
        text, _ = stored_text(document)
        rows["document"].append(
            dict(doc=doc, id=document.id, kind=str(document.kind), title=document.title, language="en",
                 published=document.published, year=document.year, reader=document.reader,
                 source=document.origin.source, record=document.origin.record, line=document.origin.line,
                 licence="", content_hash=document.hash, text_hash="", extractor=VERSION, run=0, text=text)
        )  # fmt: skip
        for number, match in enumerate(re.finditer(r"\w+", text)):
            start, stop = match.span()
            rows["sentence"].append(dict(doc=doc, sentence=number, start=start, stop=stop))
            rows["mention"].append(
                dict(doc=doc, sentence=number, start=start, stop=stop, form=match.group().lower(),
                     surface=match.group(), type="", how="fake")
            )  # fmt: skip
        for short, long in re.findall(r"\b([A-Z]{2,})=([a-z ]+)", text):
            rows["abbreviation"].append(
                dict(doc=doc, sentence=0, short=short, long=long.strip(), how="definition")
            )
        for given in document.classifications:
            rows["classification"].append(
                dict(
                    doc=doc,
                    domain=given.domain,
                    weight=given.weight,
                    method=given.method,
                    reason=given.reason,
                )
            )
    return {table: pa.Table.from_pylist(found, arrow_schema(table)) for table, found in rows.items() if found}


def _misbehave(document: Document) -> None:
    time.sleep(float(os.environ.get("FAKE_SECONDS", "0")))
    if "RAISE" in document.title:
        raise ValueError("this title cannot be understood")
    if "DIE" in document.title:
        os.kill(os.getpid(), signal.SIGKILL)
    if "HANG" in document.title:
        time.sleep(3600)
    if "PRINT" in document.title:
        print("a library that talks")
