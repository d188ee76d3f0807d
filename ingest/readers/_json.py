"""JSON records from lines, an array, one object, or a page of an API's answers.

It promises one dictionary a record with its origin, memory bounded by the record, and a reject for each
record that is no JSON object. It refuses values beyond the source's limits.
"""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from silobridge.ingest.source import Source, excerpt
from silobridge.kg.errors import ReadError
from silobridge.kg.model import Origin, Reject

Record = dict[str, Any]
_KEY = re.compile(rb'"([A-Za-z_][\w-]{0,40})"\s*:')
_BETWEEN_VALUES = " \t\r\n"
_BETWEEN_ITEMS = _BETWEEN_VALUES + ",]"


def keys(head: bytes) -> set[str]:
    """Give the keys that a JSON text begins with, at any depth; none where it is not JSON.

    Examples
    --------
    >>> sorted(keys(b'{"id": 1, "titles": [{"a": "cut o'))
    ['a', 'id', 'titles']
    """
    if head.lstrip()[:1] not in (b"{", b"["):
        return set()
    return {match.decode() for match in _KEY.findall(head)}


def records(source: Source, pages: tuple[str, ...] = ()) -> Iterator[tuple[Origin, Record] | Reject]:
    """Yield every record of a file, whichever of the usual shapes it has.

    Parameters
    ----------
    source
        The file.
    pages
        Where an object holds a list of records instead of being one, e.g. ``("results",)`` or
        ``("message", "items")``.
    """
    number = 0
    for place, value in _values(source):
        if isinstance(value, Reject):
            yield value
            continue
        for item in _unpaged(value, pages):
            number += 1
            origin = Origin(source.name, number, place)
            if isinstance(item, dict):
                yield origin, item
            else:
                found = f"a JSON {type(item).__name__}"
                yield reject(origin, found, item, expected="a JSON object for each record")


def reject(origin: Origin, found: str, record: object, *, expected: str, hint: str = "") -> Reject:
    """Name a record that cannot become a document."""
    shown = record if isinstance(record, str) else json.dumps(record, ensure_ascii=False, default=str)[:1000]
    return Reject(origin, found, expected, hint or "correct the record, or leave it out", excerpt(shown))


def text(record: Mapping[str, Any], key: str) -> str:
    """Give a record's text under a key, or an empty string where it is absent or of another type.

    Examples
    --------
    >>> text({"a": " x "}, "a"), text({"a": None}, "a"), text({"a": 7}, "a")
    (' x ', '', '7')
    """
    value = record.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def objects(value: object) -> list[Record]:
    """Give the objects of a list, or of nothing.

    Examples
    --------
    >>> objects([{"a": 1}, None, 3]), objects(None)
    ([{'a': 1}], [])
    """
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _unpaged(value: object, pages: tuple[str, ...]) -> list[object]:
    inner = value
    for key in pages:
        if not isinstance(inner, dict) or key not in inner:
            return [value]
        inner = inner[key]
    return inner if pages and isinstance(inner, list) else [inner]


def _values(source: Source) -> Iterator[tuple[int, object]]:
    beginning = source.head().lstrip()
    if not beginning:
        hint = "give a file with one JSON object a line"
        yield 0, Reject(Origin(source.name), "the file is empty", "JSON records", hint)
    elif beginning.startswith(b"[") or not _line_by_line(beginning):
        yield from ((0, value) for value in _stream(source, beginning.startswith(b"[")))
    else:
        yield from _lines(source)


def _line_by_line(beginning: bytes) -> bool:
    first, *rest = (line for line in islice(beginning.split(b"\n"), 50) if line.strip())
    if not rest or rest[0].startswith(b"{"):
        return True
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return False


def _lines(source: Source) -> Iterator[tuple[int, object]]:
    for entry in source.lines():
        if isinstance(entry, Reject):
            yield entry.origin.line, entry
            continue
        number, data = entry
        if not data.strip():
            continue
        line = source.decode(data, f"line {number} of {source.name}")
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError) as error:
            origin = Origin(source.name, line=number)
            yield number, reject(origin, f"not JSON: {error}", line, expected="one JSON object a line")


def _stream(source: Source, array: bool) -> Iterator[object]:
    """Yield values that may span lines; the first that is no JSON ends the reading, as nothing parts them."""
    decode = json.JSONDecoder().raw_decode
    between = _BETWEEN_ITEMS if array else _BETWEEN_VALUES
    buffer = ""
    failure: Exception | None = None
    try:
        for piece in _pieces(source):
            if array and not buffer.strip():
                piece = piece.lstrip().removeprefix("[")
                array = False
            buffer += piece
            position, failure = 0, None
            while (start := _skip(buffer, position, between)) < len(buffer):
                try:
                    value, position = decode(buffer, start)
                except (ValueError, RecursionError) as error:
                    failure = error
                    break
                yield value
            buffer = buffer[start:]
            if failure is not None and _hopeless(failure, len(buffer), source.limits.whole):
                break
    except ReadError as error:
        yield source.reject(error)
    if failure is not None:
        hint = "what came before was read; give one JSON object a line, and a bad one costs only itself"
        yield reject(Origin(source.name), f"not JSON: {failure}", buffer, expected="JSON records", hint=hint)


def _hopeless(failure: Exception, held: int, limit: int) -> bool:
    return isinstance(failure, RecursionError) or held > limit


def _skip(buffer: str, position: int, between: str) -> int:
    while position < len(buffer) and buffer[position] in between:
        position += 1
    return position


def _pieces(source: Source) -> Iterator[str]:
    """Yield the text in pieces that double, so that a long record is not scanned again and again."""
    held: list[str] = []
    size, wanted = 0, 1 << 16
    for entry in source.lines():
        if isinstance(entry, Reject):
            raise ReadError(entry.found, expected=entry.expected, hint=entry.hint)
        number, data = entry
        held.append(source.decode(data, f"line {number} of {source.name}"))
        size += len(data)
        if size >= wanted:
            yield "\n".join(held) + "\n"
            held, size, wanted = [], 0, min(2 * wanted, source.limits.line)
    if held:
        yield "\n".join(held)
