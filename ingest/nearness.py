"""Names that an encoder finds near in meaning, as proposals to somebody who decides.

It promises that each stands in the review as undecided, with its cosine and the encoder's name, and that the
same graph gives the same proposals. It refuses to join anything, to ask again what somebody decided or the
counts left open, and to propose names that differ in a number, or one that only adds words to the other:
that is a narrower thing.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from silobridge.ingest.pairs import Pair
from silobridge.kg.ledger import decisions
from silobridge.kg.ledger.schema import arrow_schema

if TYPE_CHECKING:
    import duckdb
    import numpy as np

    from silobridge.kg.ledger.store import Ledger
    from silobridge.kg.models.vectors import Encoder

    Array = np.ndarray[Any, Any]

HOW = "embedding"
DOCUMENTS = 2
"""A name is asked about from so many documents on: fewer make no concept."""
MOST = 3
"""Names of its own language proposed for one name."""
SHORTEST = 3
_OWN = "how = $how AND regexp_matches(reason, $said)"
_CHINESE = re.compile("[\u3400-\u9fff]")
_LETTERS = re.compile("[a-z]{2}")


def propose(ledger: "Ledger", encoder: "Encoder") -> int:
    """Put an encoder's proposals in place of its earlier ones, and return how many there are.

    Near-linear in the concepts that two documents use (`kg.linking.near`). They are encoded before the ledger is
    locked.
    """
    with ledger.reading() as connection:
        english, chinese = _names(connection)
    ours = encoder.encode(english)
    found = [*alike(english, ours, encoder)]
    if "zh" in encoder.languages:
        theirs = encoder.encode(chinese)
        found += [*alike(chinese, theirs, encoder), *across((english, ours), (chinese, theirs), encoder)]
    with ledger.writing() as connection:
        own = {"how": HOW, "said": f" of {encoder.name}(,|$)"}
        connection.execute(f"DELETE FROM undecided WHERE {_OWN}", own)
        _write(connection, found)
        settle(connection)
        rows = connection.execute(f"SELECT count(*) FROM undecided WHERE {_OWN}", own).fetchall()
    return int(rows[0][0])


def alike(names: Sequence[str], vectors: "Array", encoder: "Encoder") -> Iterator[Pair]:
    """Yield pairs of names of one language whose cosine is at least the encoder's bar, each pair once."""
    from silobridge.kg.linking.near import nearest

    seen = set()
    for one, other, cosine in zip(*nearest(vectors, vectors, MOST + 1, encoder.alike), strict=True):
        pair = names[max(one, other)], names[min(one, other)]
        if one != other and pair not in seen and not _apart(*pair):
            seen.add(pair)
            yield _pair(*pair, float(cosine), f"of {encoder.name}")


def across(
    english: "tuple[Sequence[str], Array]", chinese: "tuple[Sequence[str], Array]", encoder: "Encoder"
) -> Iterator[Pair]:
    """Yield pairs of an English and a Chinese name, each the nearest to the other, once each language is centred."""
    from silobridge.kg.linking.near import nearest

    (names, ours), (others, theirs) = english, chinese
    if not names or not others:
        return
    ours, theirs = _centred(ours), _centred(theirs)
    back = dict(zip(*nearest(theirs, ours, 1, encoder.across)[:2], strict=True))
    for one, other, cosine in zip(*nearest(ours, theirs, 1, encoder.across), strict=True):
        if back.get(other) == one and _numbers(names[one]) == _numbers(others[other]):
            how = f"of {encoder.name}, each language centred; each is the other's nearest"
            yield _pair(names[one], others[other], float(cosine), how)


def settle(connection: "duckdb.DuckDBPyConnection") -> None:
    """Take out proposals that were decided, joined otherwise, or whose names no document uses any more."""
    rows = connection.execute("SELECT form, target FROM undecided WHERE how = ?", [HOW]).fetchall()
    if not rows:
        return
    judged = decisions.standing(connection)
    done = [pair for pair in rows if (min(pair), max(pair)) in judged]
    connection.execute(
        """
        DELETE FROM undecided WHERE how = $how AND (
            form NOT IN (SELECT form FROM mention) OR target NOT IN (SELECT form FROM mention)
            OR form || chr(31) || target IN (SELECT unnest($done::VARCHAR[]))
            OR (form, target) IN (
                SELECT u.form, u.target FROM undecided u LEFT JOIN alias a ON a.form = u.form
                LEFT JOIN alias b ON b.form = u.target
                WHERE u.how = $how AND coalesce(a.target, u.form) = coalesce(b.target, u.target))
            OR (form, target) IN (SELECT form, target FROM undecided WHERE how <> $how)
            OR (form, target) IN (SELECT target, form FROM undecided WHERE how <> $how))""",
        {"how": HOW, "done": ["\x1f".join(pair) for pair in done]},
    )


def _names(connection: "duckdb.DuckDBPyConnection") -> tuple[list[str], list[str]]:
    rows = connection.execute(
        "SELECT form FROM reference WHERE length(form) > 1 AND form IN (SELECT form FROM mention)"
        " GROUP BY form HAVING count(DISTINCT doc) >= ? ORDER BY form",
        [DOCUMENTS],
    ).fetchall()
    names = [str(row[0]) for row in rows]
    latin = [name for name in names if len(name) >= SHORTEST and name.isascii() and _LETTERS.search(name)]
    return latin, [name for name in names if _CHINESE.search(name)]


def _apart(one: str, other: str) -> bool:
    if _numbers(one) != _numbers(other):
        return True
    if _CHINESE.search(one):
        return one in other or other in one
    first, second = set(one.split()), set(other.split())
    return first < second or second < first


def _numbers(name: str) -> list[str]:
    return sorted(re.findall(r"\d+", name))


def _centred(vectors: "Array") -> "Array":
    import numpy as np

    moved: Array = vectors - vectors.mean(axis=0)
    moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12)
    return moved


def _pair(form: str, target: str, cosine: float, said: str) -> Pair:
    return Pair(form, target, round(cosine, 2), HOW, f"cosine {cosine:.2f} {said}")


def _write(connection: "duckdb.DuckDBPyConnection", found: list[Pair]) -> None:
    import pyarrow as pa

    rows = sorted(found, key=lambda pair: (pair.form, pair.target))
    connection.register(
        "incoming", pa.Table.from_pylist([vars(pair) for pair in rows], arrow_schema("undecided"))
    )
    connection.execute("INSERT INTO undecided SELECT * FROM incoming ORDER BY form, target")
    connection.unregister("incoming")
