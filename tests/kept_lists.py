"""Kept lists of findings about whatever a ledger holds, for tests of what follows them."""

import random

from silobridge.kg.ids import mint
from silobridge.kg.ledger import findings
from silobridge.kg.ledger.findings import Finding, Link, Saved
from silobridge.kg.ledger.store import Ledger


def made(ledger: Ledger, seed: int) -> list[Finding]:
    """Findings about what the ledger holds, each with a sentence and a piece of evidence."""
    rng = random.Random(seed)
    with ledger.reading() as connection:
        rows = connection.execute(
            "SELECT d.id, x.start, x.stop, x.subject, x.predicate, x.object, x.rule, m.domain"
            " FROM statement x JOIN document d USING (doc) JOIN membership m USING (doc) ORDER BY ALL"
        ).fetchall()
    some = []
    for number, row in enumerate(rng.sample(rows, 4)):
        document, start, stop, subject, predicate, target, rule, domain = row
        evidence = mint("evidence", document, str(start), str(stop), subject, predicate, target, rule)
        links = (
            Link("concept", "source", subject), Link("concept", "target", target),
            Link("domain", "source", domain), Link("domain", "target", "oa-field:17"),
            Link("document", "quoted", document, start, stop), Link("evidence", "against", evidence),
        )  # fmt: skip
        kind = "bridge" if number else "silo"
        some.append(
            Finding(f"{kind}:{number:016x}", "link", f"found {seed}", 3.0, 1e-05, 0.1 + 0.2, 1.0, 123456.75, 1e-12,
                    0.25, None if number % 2 else 0.002, 1.5, "{}", links)
        )  # fmt: skip
    return some


def keep(ledger: Ledger, name: str, seed: int) -> None:
    some = made(ledger, seed)
    with ledger.writing() as connection:
        findings.save(connection, Saved(name, "bridges", "T", "{}", "chance", 9), some, "0")
