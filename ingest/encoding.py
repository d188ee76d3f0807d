"""What a text is written in, judged by its first bytes.

It promises UTF-8 wherever that is possible, UTF-16 by its byte-order mark, what an XML declaration
names, else GB18030 or Windows-1252, with a note that says so. It refuses to guess among the many other
eight-bit encodings.
"""

import codecs
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec's name, whether the bytes are text at all, and what to tell a person."""

    name: str
    binary: bool = False
    note: str = ""


_UTF8 = ("utf-8", "us-ascii", "ascii")
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,60}encoding=[\"'](utf-8|(?:us-)?ascii|iso-8859-\d\d?|windows-125\d|gb2312|gbk|gb18030|big5|"
    rb"shift_jis|euc-jp|euc-kr)[\"']",
    re.IGNORECASE,
)
_HIGH = re.compile(rb"[\x80-\xff]+")
_HANZI = re.compile(rb"(?:[\xa1-\xf7][\xa1-\xfe])+")


def detect(head: bytes) -> Encoding:
    """Judge what bytes are written in.

    Text that is UTF-8 but for a few bytes stays UTF-8. Where it is not, Chinese shows as runs of paired
    high bytes, Western text as single high bytes between letters.

    Examples
    --------
    >>> detect("电池 and batteries".encode()).name, detect("固态电池的界面".encode("gb18030")).name
    ('utf-8', 'gb18030')
    >>> detect("a café in Zürich".encode("cp1252")).name, detect("x".encode("utf-16")).name
    ('cp1252', 'utf-16')
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16", note="read as UTF-16, by its byte-order mark")
    if head.startswith((b"%PDF-", b"PK\x03\x04")) or b"\0" in head[:4096]:
        return Encoding("utf-8", binary=True)
    if declared := _DECLARED.match(head):
        name = declared.group(1).decode().lower()
        if name not in _UTF8:
            return Encoding(name, note=f"read as {name}, as its XML declaration says")
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(head)
    broken = text.count("�") - head.count("�".encode())
    if broken <= 0:
        return Encoding("utf-8")
    good = sum(1 for character in text if character > "\x7f") - broken
    if good >= 2 * broken:
        return Encoding("utf-8")
    return _legacy(head)


def _legacy(head: bytes) -> Encoding:
    high = sum(map(len, _HIGH.findall(head)))
    paired = sum(map(len, _HANZI.findall(head)))
    if paired >= 0.9 * high:
        try:
            codecs.getincrementaldecoder("gb18030")().decode(head)
        except UnicodeDecodeError:
            return Encoding("cp1252", note="neither UTF-8 nor GB18030; read as Windows-1252")
        return Encoding("gb18030", note="not UTF-8; read as GB18030")
    return Encoding("cp1252", note="not UTF-8; read as Windows-1252")
