"""The server for assistants, through the official client over standard input and output."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from silobridge.facade import open as open_graph
from silobridge.kg.errors import UsageError
from silobridge.mcp import Caps, Tools, cut_record, page, tokens
from silobridge.queries.table import Table

pytest.importorskip("mcp")

KG = """
import sys
from silobridge.cli import app, mcp
if not any(command.callback is mcp.mcp for command in app.app.registered_commands):
    mcp.register(app.app)
app.run(sys.argv[1:])
"""


def with_client(graph: Path, work: Callable[[Any], Any], *options: str) -> Any:
    import anyio
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    async def session() -> Any:
        server = StdioServerParameters(command=sys.executable, args=["-c", KG, "mcp", str(graph), *options])
        async with stdio_client(server) as (read, write), ClientSession(read, write) as client:
            await client.initialize()
            return await work(client)

    return anyio.run(session)


def body(result: Any) -> dict[str, Any]:
    assert not result.isError, result.content
    return json.loads(result.content[0].text)


def test_a_client_lists_and_calls_every_tool(demo_folder: Path):
    async def work(client: Any) -> dict[str, Any]:
        listed = await client.list_tools()
        found = body(await client.call_tool("find", {"text": "heat pipe"}))
        concept = found["rows"][0][1]
        calls = {
            "describe": {"id": concept},
            "neighbours": {"concept": concept},
            "paths": {"start": "intumescent coating", "end": "thermal runaway"},
            "bridges": {"source": "Engineering", "target": "nace:C27"},
            "evidence": {"about": "heat pipe", "other": "thermal runaway"},
            "query": {"name": "domains-of-concept", "params": {"concept": "热失控"}},
        }
        answers = {name: body(await client.call_tool(name, given)) for name, given in calls.items()}
        return {"tools": listed.tools, "find": found, **answers}

    got = with_client(demo_folder, work)
    assert {tool.name for tool in got["tools"]} == {
        "find",
        "describe",
        "neighbours",
        "paths",
        "bridges",
        "evidence",
        "query",
    }
    assert all(tool.annotations.readOnlyHint and tool.description for tool in got["tools"])
    assert got["find"]["rows"][0][0] == "concept"
    assert got["describe"]["what"] == "concept"
    assert got["query"]["columns"] == ["domain", "label", "layer", "documents"]
    assert len(got["query"]["rows"]) == 20
    assert any("did not prevent thermal runaway" in row[4] for row in got["evidence"]["rows"])


def test_a_cursor_goes_on_and_errors_come_with_a_hint(demo_folder: Path):
    async def work(client: Any) -> Any:
        given = {"name": "domains-of-concept", "params": {"concept": "thermal runaway"}}
        rows, cursor, pages = [], "", 0
        while True:
            got = body(await client.call_tool("query", {**given, "cursor": cursor}))
            rows += got["rows"]
            cursor, pages = got.get("next_cursor", ""), pages + 1
            if not cursor:
                break
            last = cursor
        wrong = await client.call_tool("query", {"name": "documents-by-year", "cursor": last})
        writes = await client.call_tool("query", {"cypher": "MATCH (n) DETACH DELETE n"})
        missing = await client.call_tool("describe", {"id": "no such thing at all"})
        alive = body(await client.call_tool("query", {"cypher": "MATCH (d:Document) RETURN count(d) AS n"}))
        return rows, pages, got["found"], wrong, writes, missing, alive

    rows, pages, found, wrong, writes, missing, alive = with_client(demo_folder, work, "--rows", "9")
    assert len(rows) == found > 9
    assert pages == -(-found // 9)
    assert len({tuple(row) for row in rows}) == found
    for result, words in ((wrong, "another question"), (writes, "would write"), (missing, "answers to")):
        assert result.isError
        assert words in result.content[0].text
    assert "hint" in wrong.content[0].text
    assert alive["rows"] == [[100]]


def test_pages_hold_to_the_token_cap_and_lose_nothing():
    table = Table(("n", "text"), [(n, "word " * n) for n in range(60)], position=7)
    caps, cursor, seen = Caps(rows=50, tokens=300), "", []
    while True:
        got = page(table, "q", cursor, caps)
        assert tokens(json.dumps(got["rows"], ensure_ascii=False)) <= caps.tokens + 150
        seen += [row[0] for row in got["rows"]]
        cursor = got.get("next_cursor", "")
        if not cursor:
            break
    assert seen == list(range(60))


@pytest.mark.parametrize("cursor", ["x", "5", "5.abc", "-1.zz", "９.q"])
def test_a_strange_cursor_is_refused(cursor: str):
    with pytest.raises(UsageError):
        page(Table(("n",), [(1,)], position=1), "q", cursor, Caps())


def test_a_long_record_is_cut_and_says_so():
    got = cut_record({"what": "x", "claims": ["word " * 50] * 100}, Caps(rows=50, tokens=500))
    assert tokens(json.dumps(got)) <= 520
    assert got["claims left out"] + len(got["claims"]) == 100


def test_names_with_quotes_are_only_names(demo_folder: Path):
    found = json.loads(Tools(open_graph(demo_folder)).find("'; DROP TABLE document; --"))
    assert found["rows"] == []


def test_a_claim_leads_to_its_sentences(demo_folder: Path):
    tools = Tools(open_graph(demo_folder))
    claim = json.loads(tools.query("claims-about", {"concept": "expandable graphite"}))["rows"][0][0]
    found = json.loads(tools.evidence(claim))
    assert "expandable graphite" in " ".join(str(row).lower() for row in found["rows"])
