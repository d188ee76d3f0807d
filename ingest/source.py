"""A file, or standard input, as bounded and decoded bytes, lines or text.

It promises streaming with a known upper bound: gzip is recognised by its first bytes, text comes out
as UTF-8 whatever it was written in, and every byte that could not be decoded is counted and named. It
refuses lines, files and archives beyond `Limits`, and names a file by its place below the given root,
never by an absolute path.
"""

import codecs
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from silobridge.ingest.encoding import Encoding, detect
from silobridge.kg.errors import ReadError
from silobridge.kg.model import Origin, Reject

CHUNK = 1 << 18
EXCERPT = 120


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a hostile input is read before it is refused.

    `line` and `whole` bound what is held at once, `total` what a stream may unpack to, and `ratio` how
    many times larger than the file that may be (counted from 64 MiB on; text packs 3 to 20 times).
    """

    line: int = 32 << 20
    whole: int = 256 << 20
    total: int = 1 << 40
    ratio: int = 200


def excerpt(text: str) -> str:
    r"""Give the beginning of a text on one line, at most 120 characters.

    Examples
    --------
    >>> excerpt("a\n  b"), len(excerpt("x" * 500))
    ('a b', 120)
    """
    folded = " ".join(text[: 4 * EXCERPT].split())
    clean = "".join(c if c.isprintable() else "�" for c in folded)
    return clean if len(clean) <= EXCERPT else clean[: EXCERPT - 1] + "…"


class Source:
    """Give one file's content as often as it is asked for; standard input once.

    Parameters
    ----------
    path
        The file, or ``-`` for standard input.
    root
        The folder the file's name is given relative to; the file's own folder where it is not below it.
    limits
        What is refused.

    Raises
    ------
    ReadError
        If there is no such file, or it is a folder.
    """

    def __init__(self, path: Path | str, root: Path | None = None, limits: Limits | None = None) -> None:
        self.path = None if str(path) == "-" else Path(path)
        self.name = _name(self.path, root)
        self.limits = limits or Limits()
        self.bytes_read = 0
        self.undecodable = 0
        self._first_undecodable = ""
        self._encoding: Encoding | None = None
        self._peeked: list[bytes] = []
        self._consumed = False
        if self.path is not None and not self.path.is_file():
            found = "is a folder, not a file" if self.path.is_dir() else "no such file"
            raise ReadError(found, where=self.name, hint="give a file's path, or - for standard input")

    @property
    def size(self) -> int:
        """The file's size on disk, against which `bytes_read` runs; 0 for standard input."""
        return 0 if self.path is None else self.path.stat().st_size

    @property
    def encoding(self) -> Encoding:
        """What the text is written in, judged by its first 256 KiB."""
        if self._encoding is None:
            self._encoding = detect(self._raw_head(CHUNK))
        return self._encoding

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about how the bytes became text."""
        notes = [self._encoding.note] if self._encoding and self._encoding.note else []
        if self.undecodable:
            found = f"{self.undecodable} byte(s) are not {self.encoding.name} and became U+FFFD"
            notes.append(f"{found}; the first in {self._first_undecodable}")
        return tuple(notes)

    def head(self, size: int = 1 << 16) -> bytes:
        """Give the first bytes, unpacked, in UTF-8 where they are text; none where unreadable."""
        raw = self._raw_head(size)
        if self.encoding.binary or self.encoding.name == "utf-8":
            return raw.removeprefix(codecs.BOM_UTF8)
        return codecs.getincrementaldecoder(self.encoding.name)("replace").decode(raw).encode()

    def chunks(self) -> Iterator[bytes]:
        """Yield the unpacked bytes as they stand.

        Raises
        ------
        ReadError
            Where a gzip file breaks off or is damaged, after everything before that place, and where
            a limit is passed.
        """
        raw = self._raw()
        first = next(raw, b"")
        whole = chain((first,), raw)
        produced = 0
        for chunk in self._inflate(whole) if first.startswith(b"\x1f\x8b") else whole:
            produced += len(chunk)
            self._bound(produced)
            yield chunk

    def data(self) -> bytes:
        """Give all unpacked bytes at once.

        Raises
        ------
        ReadError
            If there are more than `Limits.whole`, or the file is damaged.
        """
        parts: list[bytes] = []
        held = 0
        for chunk in self.chunks():
            held += len(chunk)
            if held > self.limits.whole:
                raise ReadError(
                    f"more than {self.limits.whole:,} bytes in one document", where=self.name,
                    hint="split the file, or give it in a line-based form, which is streamed",
                )  # fmt: skip
            parts.append(chunk)
        return b"".join(parts)

    def text(self) -> str:
        """Give the whole text, with lines ended by a line feed.

        Raises
        ------
        ReadError
            As `data`.
        """
        encoding, data = self.encoding, self.data()
        if encoding.name == "utf-8":
            text = self.decode(data.removeprefix(codecs.BOM_UTF8), self.name)
        else:
            text = self._transcode(codecs.getincrementaldecoder(encoding.name)("replace"), data, True)
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def text_lines(self, rejects: list[Reject]) -> Iterator[str]:
        """Yield each line as text with its end, as a CSV reader wants it; what broke is put on `rejects`."""
        for entry in self.lines():
            if isinstance(entry, Reject):
                rejects.append(entry)
            else:
                number, data = entry
                yield self.decode(data, f"line {number} of {self.name}").replace("\0", "") + "\n"

    def lines(self) -> Iterator[tuple[int, bytes] | Reject]:
        """Yield each line with its number, in UTF-8 and without its end, and a reject for what broke.

        A line longer than `Limits.line` costs that line; a file that breaks off costs what follows.
        """
        number, held = 1, b""
        skipping = False
        try:
            for chunk in self._utf8():
                *complete, rest = chunk.split(b"\n")
                for part in complete:
                    if not skipping:
                        yield number, (held + part).removesuffix(b"\r")
                    number, held, skipping = number + 1, b"", False
                held = b"" if skipping else held + rest
                if len(held) > self.limits.line:
                    yield self._too_long(number, held)
                    held, skipping = b"", True
        except ReadError as error:
            yield self.reject(error, number, held)
        else:
            if held:
                yield number, held.removesuffix(b"\r")

    def decode(self, data: bytes, place: str) -> str:
        """Give UTF-8 bytes as text; what is not UTF-8 is replaced, counted and named in `notes`."""
        try:
            return data.decode()
        except UnicodeDecodeError:
            text = data.decode(errors="replace")
            self._count(text.count("�") - data.count("�".encode()), place)
            return text

    def reject(self, error: ReadError, line: int = 0, held: bytes = b"") -> Reject:
        """Turn what stopped the reading into a reject that says where."""
        return Reject(
            Origin(self.name, line=line), error.found, error.expected, error.hint,
            excerpt(held[:EXCERPT].decode(errors="replace")),
        )  # fmt: skip

    def _raw(self, peek: bool = False) -> Iterator[bytes]:
        self.bytes_read = 0
        if self.path is None:
            yield from self._standard_input(peek)
            return
        try:
            with self.path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    self.bytes_read += len(chunk)
                    yield chunk
        except OSError as error:
            raise ReadError(f"cannot be read: {error.strerror}", where=self.name) from error

    def _standard_input(self, peek: bool) -> Iterator[bytes]:
        if self._consumed:
            found = "standard input can be read only once"
            raise ReadError(found, where=self.name, hint="save it to a file first")
        self._consumed = not peek
        for chunk in tuple(self._peeked):
            self.bytes_read += len(chunk)
            yield chunk
        while chunk := sys.stdin.buffer.read(CHUNK):
            self.bytes_read += len(chunk)
            if peek:
                self._peeked.append(chunk)
            yield chunk
        self._peeked.clear() if not peek else None

    def _raw_head(self, size: int) -> bytes:
        parts: list[bytes] = []
        raw = self._raw(peek=True)
        first = next(raw, b"")
        whole = chain((first,), raw)
        try:
            for chunk in self._inflate(whole) if first.startswith(b"\x1f\x8b") else whole:
                parts.append(chunk)
                if sum(map(len, parts)) >= size:
                    break
        except ReadError:  # the reading itself meets the same damage, and names it
            pass
        return b"".join(parts)[:size]

    def _inflate(self, raw: Iterator[bytes]) -> Iterator[bytes]:
        engine, produced = zlib.decompressobj(wbits=31), 0
        try:
            for chunk in raw:
                while chunk:
                    if engine.eof:
                        if not chunk.strip(b"\0"):
                            break
                        engine = zlib.decompressobj(wbits=31)
                    if out := engine.decompress(chunk, CHUNK):
                        produced += len(out)
                        yield out
                    chunk = engine.unused_data if engine.eof else engine.unconsumed_tail
            if not engine.eof and (out := engine.flush()):
                produced += len(out)
                yield out
        except zlib.error as error:
            raise self._broken("is damaged", produced) from error
        if not engine.eof:
            raise self._broken("breaks off", produced)

    def _broken(self, how: str, produced: int) -> ReadError:
        return ReadError(
            f"the gzip file {how} near byte {self.bytes_read:,} ({produced:,} bytes unpacked)",
            where=self.name, expected="a complete gzip file",
            hint="fetch it again; what came before this place was read",
        )  # fmt: skip

    def _bound(self, produced: int) -> None:
        bomb = produced > max(64 << 20, self.limits.ratio * self.bytes_read)
        if bomb or produced > self.limits.total:
            raise ReadError(
                f"{self.bytes_read:,} bytes unpack to more than {produced:,}", where=self.name,
                expected=f"at most {self.limits.ratio} times the size, {self.limits.total:,} bytes in all",
                hint="unpack it yourself if you trust it",
            )  # fmt: skip

    def _utf8(self) -> Iterator[bytes]:
        encoding = self.encoding.name
        chunks = self.chunks()
        if encoding == "utf-8":
            first = next(chunks, b"")
            yield first.removeprefix(codecs.BOM_UTF8)
            yield from chunks
            return
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        for chunk in chunks:
            yield self._transcode(decoder, chunk).encode()
        yield self._transcode(decoder, b"", True).encode()

    def _transcode(self, decoder: codecs.IncrementalDecoder, data: bytes, final: bool = False) -> str:
        text = decoder.decode(data, final)
        self._count(text.count("�"), f"the {len(data):,} bytes up to byte {self.bytes_read:,} of {self.name}")
        return text

    def _count(self, undecodable: int, place: str) -> None:
        if undecodable > 0:
            self._first_undecodable = self._first_undecodable or place
            self.undecodable += undecodable

    def _too_long(self, number: int, held: bytes) -> Reject:
        found = f"a line of more than {self.limits.line:,} bytes"
        hint = "write one record a line"
        return self.reject(ReadError(found, expected="shorter lines", hint=hint), number, held)


def _name(path: Path | None, root: Path | None) -> str:
    if path is None:
        return "stdin"
    if root is not None:
        try:
            return path.resolve().relative_to(root.resolve()).as_posix()
        except ValueError:  # outside the root: only its own name is told
            return path.name
    return path.name
