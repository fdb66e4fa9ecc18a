"""`/openapi.json`, and `/docs` to read it: Swagger UI from our own build, no foreign host."""

from pathlib import Path
from typing import Any

import msgspec
from sanic import HTTPResponse, Request, Sanic
from sanic.response import html, raw, redirect

from backend.core import openapi

PACKAGED = Path(__file__).parent.parent / "_h5"
"""Where a wheel carries the phones."""
_PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>Linli 邻里 API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/m/docs/swagger-ui.css"></head><body><div id="ui"></div>
<script src="/m/docs/swagger-ui-bundle.js"></script><script src="/m/docs/start.js"></script>
<noscript>openapi.json: <a href="/openapi.json">/openapi.json</a></noscript></body></html>"""


def attach(app: Sanic[Any, Any], version: str, h5_dir: Path | None) -> None:
    """Serve the document and its page, and the phones' H5 build under `/m/` when there is one."""
    made: dict[str, bytes] = {}

    async def document(_: Request) -> HTTPResponse:
        if "json" not in made:
            made["json"] = msgspec.json.encode(openapi.document(app, version))
        return raw(made["json"], content_type="application/json")

    async def docs(_: Request) -> HTTPResponse:
        return html(_PAGE)

    if h5_dir is None and PACKAGED.is_dir():
        h5_dir = PACKAGED

    async def front(_: Request) -> HTTPResponse:
        return redirect("/m/" if has_phones else "/docs")

    has_phones = h5_dir is not None and h5_dir.is_dir()
    app.add_route(front, "/", name="front")
    app.add_route(document, "/openapi.json", name="openapi")
    app.add_route(docs, "/docs", name="docs")
    if has_phones:
        app.static("/m/", str(h5_dir), name="phones", index="index.html")
