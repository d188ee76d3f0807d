"""Measure the readers: records and megabytes a second, beside the plainest parse of the same file.

    python benchmarks/readers.py [--rounds 3] [FOLDER]

It promises the best of several rounds, and for each file a peer measured in the same run (``json.loads``
of each line, ``csv.reader``, an lxml parse, pdfium's text of each page), so that the ratio means something
on a busy machine. It refuses to compare readers with each other: their files differ.
"""

import argparse
import csv
import gzip
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from silobridge.ingest.readers import load
from silobridge.ingest.source import Source
from silobridge.kg.model import Document

Peer = Callable[[Path], object]


def unpacked(path: Path) -> bytes:
    """Give a file's bytes, unpacked."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def json_lines(path: Path) -> object:
    """Parse each line."""
    return [json.loads(line) for line in unpacked(path).splitlines() if line.strip()]


def json_whole(path: Path) -> object:
    """Parse the file."""
    return json.loads(unpacked(path))


def rows(path: Path) -> object:
    """Read each row."""
    return list(csv.reader(unpacked(path).decode().splitlines(keepends=True)))


def xml(path: Path) -> object:
    """Parse the tree, entities and network off."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(unpacked(path), parser)


def html(path: Path) -> object:
    """Parse the page."""
    from lxml import html as parser

    return parser.document_fromstring(unpacked(path))


def pages(path: Path) -> object:
    """Take the text of each page."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as file:
        return [page.get_textpage().get_text_bounded() for page in file]


FILES: list[tuple[str, str, Peer]] = [
    ("arxiv_metadata", "papers/arxiv_metadata/arxiv_metadata_43k.jsonl.gz", json_lines),
    ("arxiv_atom", "papers/arxiv/arxiv_atom_100.xml", xml),
    ("openalex", "papers/openalex/works_biodiversity_finance_60.jsonl", json_lines),
    ("crossref", "papers/crossref/works_20.json", json_whole),
    ("jats", "papers/jats/PMC7417471.nxml", xml),
    ("pdf", "papers/pdf/2020.acl-main.207.pdf", pages),
    ("cnki", "papers/cnki/mixed.net", Path.read_text),
    ("ris", "papers/ris/litstudy_example.ris", Path.read_text),
    ("bibtex", "papers/cnki/mixed.bib", Path.read_text),
    ("lens_csv", "patents/lens/lens_drones_compact_9071.csv.gz", rows),
    ("us_abstracts", "patents/us_abstracts/us_patent_abstracts_805.jsonl", json_lines),
    ("uspto", "patents/uspto_grant/v4-5-B1.xml", xml),
    ("uspto", "patents/uspto_grant/v2-5-B1.xml", xml),
    ("sec_10k", "industry/sec_10k/item1_business_sic.jsonl", json_lines),
    ("sec_10k", "industry/sec_10k/apple_10k_2023_item1.html", html),
    ("plain", "policy/002_3f1f626f1fe4dfda.txt", Path.read_text),
]


def best(rounds: int, work: Callable[[], object]) -> float:
    """Give the processor seconds of the fastest round."""
    seconds = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return max(min(seconds), 1e-6)


def main() -> None:
    """Print the table."""
    default = os.environ.get("KG_REAL_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data"
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path(default))
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print("| reader | file | MB | documents | documents/s | MB/s | peer | times the peer |")
    print("|---|---|---|---|---|---|---|---|")
    for name, part, peer in FILES:
        path = options.folder / part
        if not path.exists():
            print(f"| {name} | {path.name} | absent |  |  |  |  |  |")
            continue
        reader = load(name)
        found = sum(isinstance(entry, Document) for entry in reader.read(Source(path)))
        seconds = best(options.rounds, lambda r=reader, p=path: list(r.read(Source(p))))  # type: ignore[misc]
        plain = best(options.rounds, lambda q=peer, p=path: q(p))  # type: ignore[misc]
        size = len(unpacked(path)) / 1e6
        print(
            f"| {name} | {path.name} | {size:.2f} | {found} | {found / seconds:,.0f} | {size / seconds:.1f} "
            f"| {peer.__name__} | {seconds / plain:.1f} |"
        )


if __name__ == "__main__":
    main()
