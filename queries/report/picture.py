"""Bridges drawn left to right, as one SVG that needs nothing else.

It promises readable labels (wrapped, the full text on hover) and the same picture for the same answer.
It refuses more nodes than fit a page: what is left out is said under the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from silobridge.queries.bridges.record import Bridge

MOST = 12
WIDE = {"domain": 190, "concept": 170}
LETTERS = {"domain": 25, "concept": 22}
LINE = 16
PAD = 9
GAP = 12
BETWEEN = 90
TEXT = "font-family='system-ui, sans-serif' font-size='13'"
FILL = {"domain": "#e8eef7", "concept": "#fff6dd", "between": "#f1f1ef"}
EDGE = {"domain": "#3d5a80", "concept": "#b98a00", "between": "#8a8a86"}


@dataclass(frozen=True)
class Node:
    """A box: its key, what it says, and what it is."""

    key: str
    label: str
    what: str


@dataclass(frozen=True)
class Edge:
    """A line between two boxes; the weight sets its width, dashes say that nobody has drawn it yet."""

    source: str
    target: str
    weight: float
    dashed: bool = False


def bridges_picture(bridges: Sequence[Bridge]) -> str:
    """Draw the first bridges as columns: domain, concept(s), domain.

    Returns
    -------
    str
        An ``<svg>`` element, or an empty string where there is nothing to draw.
    """
    shown = list(bridges[:MOST])
    if not shown:
        return ""
    columns: list[dict[str, Node]] = [{}, {}, {}, {}, {}]
    edges: list[Edge] = []
    for bridge in shown:
        _lay(bridge, columns, edges)
    return draw([list(column.values()) for column in columns if column], edges)


def _lay(bridge: Bridge, columns: list[dict[str, Node]], edges: list[Edge]) -> None:
    left = Node(f"<{bridge.source_domain.id}", bridge.source_domain.label, "domain")
    right = Node(f">{bridge.target_domain.id}", bridge.target_domain.label, "domain")
    columns[0].setdefault(left.key, left)
    columns[4].setdefault(right.key, right)
    u = Node(f"u{bridge.source.id}", bridge.source.label, "concept")
    columns[1].setdefault(u.key, u)
    edges.append(Edge(left.key, u.key, bridge.source_documents))
    if bridge.kind == "concept":
        edges.append(Edge(u.key, right.key, bridge.target_documents))
        return
    v = Node(f"v{bridge.target.id}", bridge.target.label, "concept")
    columns[3].setdefault(v.key, v)
    edges.append(Edge(v.key, right.key, bridge.target_documents))
    if bridge.kind == "link":
        edges.append(Edge(u.key, v.key, bridge.observed))
    for between in bridge.intermediates[:2]:
        b = Node(f"b{between.id}", between.label, "between")
        columns[2].setdefault(b.key, b)
        edges.append(Edge(u.key, b.key, 1, dashed=True))
        edges.append(Edge(b.key, v.key, 1, dashed=True))


def draw(columns: Sequence[Sequence[Node]], edges: Sequence[Edge]) -> str:
    """Draw columns of boxes and the lines between them."""
    heights = [[_height(node) for node in column] for column in columns]
    tall = max(sum(some) + GAP * (len(some) - 1) for some in heights) + 2 * GAP
    boxes: dict[str, tuple[float, float, float, float]] = {}
    shapes: list[str] = []
    x = 2.0
    for column, some in zip(columns, heights, strict=True):
        wide = max(_wide(node) for node in column)
        spare = (tall - 2 * GAP - sum(some)) / len(some)
        y = GAP + spare / 2
        for node, height in zip(column, some, strict=True):
            boxes[node.key] = (x, y, wide, height)
            shapes.append(_box(node, boxes[node.key]))
            y += height + (spare if spare > GAP else GAP)
        x += wide + BETWEEN
    most = max((edge.weight for edge in edges if not edge.dashed), default=1) or 1
    lines = [_line(edge, boxes, most) for edge in edges if edge.source in boxes and edge.target in boxes]
    width = x - BETWEEN + 2
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:.0f} {tall:.0f}' role='img' "
        f"aria-label='Bridges from left to right' style='max-width:{width:.0f}px;width:100%;height:auto'>"
        + "".join(lines) + "".join(shapes) + "</svg>"
    )  # fmt: skip


def _wide(node: Node) -> int:
    return WIDE["domain" if node.what == "domain" else "concept"]


def _lines(node: Node) -> list[str]:
    letters = LETTERS["domain" if node.what == "domain" else "concept"]
    # A Chinese character is as wide as two letters.
    if sum(ord(letter) > 0x2E80 for letter in node.label) * 2 > len(node.label):
        letters //= 2
    lines = wrap(node.label, letters) or [""]
    return lines if len(lines) <= 3 else [*lines[:2], lines[2][: letters - 1] + "…"]


def _height(node: Node) -> float:
    return len(_lines(node)) * LINE + 2 * PAD


def _box(node: Node, box: tuple[float, float, float, float]) -> str:
    x, y, wide, height = box
    rows = "".join(
        f"<tspan x='{x + wide / 2:.1f}' y='{y + PAD + LINE * (at + 0.8):.1f}'>{escape(line)}</tspan>"
        for at, line in enumerate(_lines(node))
    )
    corner = 2 if node.what == "domain" else 14
    return (
        f"<g><title>{escape(node.label)}</title><rect x='{x:.1f}' y='{y:.1f}' "
        f"width='{wide}' height='{height:.1f}' rx='{corner}' fill='{FILL[node.what]}' stroke='{EDGE[node.what]}'/>"
        f"<text text-anchor='middle' {TEXT}>{rows}</text></g>"
    )


def _line(edge: Edge, boxes: dict[str, tuple[float, float, float, float]], most: float) -> str:
    a, b = boxes[edge.source], boxes[edge.target]
    x1, y1, x2, y2 = a[0] + a[2], a[1] + a[3] / 2, b[0], b[1] + b[3] / 2
    half = (x1 + x2) / 2
    width = 1.5 if edge.dashed else 1 + 4 * (edge.weight / most) ** 0.5
    dash = " stroke-dasharray='5 4'" if edge.dashed else ""
    return (
        f"<path d='M{x1:.1f},{y1:.1f} C{half:.1f},{y1:.1f} {half:.1f},{y2:.1f} {x2:.1f},{y2:.1f}' "
        f"fill='none' stroke='#7a8ba3' stroke-opacity='0.75' stroke-width='{width:.1f}'{dash}/>"
    )
