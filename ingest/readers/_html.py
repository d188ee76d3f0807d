"""HTML pages as blocks of text.

It promises the text of a page in reading order, headings told by their tags or by being bold or italic
throughout, table rows as lines. It refuses scripts, styles, hidden matter and the network.
"""

import re
from collections.abc import Iterator
from typing import Any

from silobridge.ingest.readers._clean import line
from silobridge.ingest.readers._prose import Block, looks_like_heading

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {
    "p", "div", "li", "ul", "ol", "table", "tr", "section", "article", "blockquote", "pre", "hr", "br",
    "body", "center", "dl", "dt", "dd", "header",
}  # fmt: skip
_SILENT = frozenset({"script", "style", "head", "noscript", "template", "svg", "object", "iframe"})
_EMPHASIS = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)|font-style\s*:\s*italic", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_PAGE = re.compile(r"^[-–]?\s*\d{1,4}\s*[-–]?$|^table of contents$", re.IGNORECASE)
_DEEPEST = 200


def blocks(page: str) -> Iterator[Block]:
    """Yield the blocks of a page.

    Examples
    --------
    >>> page = "<p><b>Our Products</b></p><p>We make <i>pumps</i>.</p><table><tr><td>A<td>1</table>"
    >>> [(b.text, b.heading, b.role) for b in blocks(page)]
    [('Our Products', True, 'body'), ('We make pumps.', False, 'body'), ('A 1', False, 'table')]
    """
    root = _parse(page)
    if root is None:
        return
    held: list[tuple[str, bool]] = []
    role = "body"
    for kind, text, emphasised in _walk(root, False, 0):
        if kind == "text":
            held.append((text, emphasised))
            continue
        if block := _block(held, role, kind == "heading"):
            yield block
        held = []
        role = {"row": "table", "unrow": "body"}.get(kind, role)
    if block := _block(held, role, False):
        yield block


def page_title(page: str) -> str:
    r"""Give the page's own title, or an empty string.

    Examples
    --------
    >>> page_title("<html><head><title> A\n page</title></head></html>")
    'A page'
    """
    root = _parse(page)
    return line(root.findtext(".//title") or "") if root is not None else ""


def _parse(page: str) -> Any:
    from lxml import etree, html

    parser = html.HTMLParser(
        no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    try:
        return html.document_fromstring(page.encode(errors="replace"), parser=parser)
    except etree.ParserError:  # nothing but white space and comments
        return None


def _walk(element: Any, emphasised: bool, depth: int) -> Iterator[tuple[str, str, bool]]:
    tag = element.tag if isinstance(element.tag, str) else ""
    style = element.get("style") or ""
    if tag in _SILENT or _HIDDEN.search(style) or depth > _DEEPEST:
        return
    inner = emphasised or tag in {"b", "strong", "i", "em", "u"} or bool(_EMPHASIS.search(style))
    opening = "row" if tag == "tr" else "break"
    closing = "heading" if tag in _HEADINGS else "unrow" if tag == "tr" else "break"
    if tag in _BLOCKS:
        yield opening, "", False
    if element.text:
        yield "text", element.text, inner
    for child in element:
        in_row = tag == "tr" and child.tag in {"td", "th"}
        yield from (part for part in _walk(child, inner, depth + 1) if not (in_row and part[0] == "break"))
        if in_row:
            yield "text", " ", False
        if child.tail:
            yield "text", child.tail, inner
    if tag in _BLOCKS:
        yield closing, "", False


def _block(held: list[tuple[str, bool]], role: str, heading: bool) -> Block | None:
    text = line("".join(part for part, _ in held))
    if not text or _PAGE.match(text):
        return None
    if role == "table":
        return Block(text, role="table")
    marked = all(emphasised for part, emphasised in held if part.strip())
    return Block(text, heading or (marked and len(text) <= 110) or _item(text))


def _item(text: str) -> bool:
    return text[:5].lower() == "item " and looks_like_heading(text)
