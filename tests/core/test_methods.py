"""A POST that means PATCH, for phones that cannot say it."""

import httpx
from sanic import HTTPResponse, Request, Sanic
from sanic.response import text

from backend.core import methods


async def _patch(_: Request) -> HTTPResponse:
    return text("patched")


async def test_a_post_may_mean_patch_and_only_that() -> None:
    app: Sanic = Sanic("methods", configure_logging=False, request_class=methods.MeantRequest)
    app.add_route(_patch, "/thing", methods=["PATCH"])
    app.asgi = True
    await app._startup()
    app.state.is_started = True
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        meant = await client.post("/thing", headers={methods.HEADER: "patch"})
        assert (meant.status_code, meant.text) == (200, "patched")
        assert (await client.post("/thing")).status_code == 405
        other = await client.post("/thing", headers={methods.HEADER: "DELETE"})
        assert other.status_code == 405
        from_get = await client.get("/thing", headers={methods.HEADER: "PATCH"})
        assert from_get.status_code == 405
