"""Text as the ledger stores it: clean, folded and in one Unicode form.

It promises NFC, no control characters, no markup, one space between words and a blank line between
paragraphs, so that offsets stay simple. It refuses to touch what an author wrote: LaTeX stays as it is.
"""

import re
from html import unescape
from unicodedata import normalize

_BREAKS = str.maketrans(
    {"\r": "\n", "\x0b": "\n", "\x0c": "\n\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n\n"}
)
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b\u2060\ufeff\ufffe\uffff\ufdd0-\ufdef]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_PARTING = re.compile(r"\n[^\S\n]*\n\s*")
_BLOCK_TAG = re.compile(r"<\s*/?\s*(?:jats:)?(?:p|br|div|sec|li|ul|ol|h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
_TITLE_ELEMENT = re.compile(r"<jats:title>([^<]{0,200})</jats:title>", re.IGNORECASE)
_INLINE_TAG = re.compile(
    r"<\s*/?\s*(?:(?:jats|mml|m):[\w-]+|sub|sup|inf|i|b|u|em|strong|small|scp|sc|tt|font|span|a|title|"
    r"italic|bold|abstract|math|mrow|msub|msup|msubsup|mi|mn|mo|mtext|mover|munder|mspace|mfrac|msqrt|mrow|"
    r"mstyle|inline-formula|alternatives|tex-math|named-content|underline|ext-link|xref)(?:\s[^<>]{0,400})?/?>",
    re.IGNORECASE,
)


def paragraphs(text: str) -> str:
    r"""Fold a text: one space between words, one blank line between paragraphs.

    Examples
    --------
    >>> paragraphs("  One\n  two.\n\n\n Three\x00 four. ")
    'One two.\n\nThree four.'
    """
    folded = (" ".join(part.split()) for part in _PARTING.split(_plain(text)))
    return "\n\n".join(part for part in folded if part)


def line(text: str) -> str:
    r"""Fold a text on one line.

    Examples
    --------
    >>> line("A title\n  in two lines")
    'A title in two lines'
    """
    return " ".join(_plain(text).split())


def unmark(text: str) -> str:
    """Resolve HTML entities and take known tags out; a bare less-than sign stays.

    Examples
    --------
    >>> unmark("CO<sub>2</sub> &amp; H&lt;sub&gt;2&lt;/sub&gt;O, p < 0.05")
    'CO2 & H2O, p < 0.05'
    """
    if "&" in text:
        text = unescape(text)
    if "<" in text:
        text = _TITLE_ELEMENT.sub(r"\n\n\1\n\n", text)
        text = _INLINE_TAG.sub("", _BLOCK_TAG.sub("\n\n", text))
    return unescape(text) if "&" in text else text


def _plain(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    clean = _UNWANTED.sub("", text.translate(_BREAKS))
    return clean if clean.isascii() else normalize("NFC", _SURROGATES.sub("\ufffd", clean))
