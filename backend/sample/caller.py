"""A person with a phone, for whatever drives the public API from outside."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any, Self

import httpx
from PIL import Image

API = "/api/v1"


class Refused(Exception):
    """The API said no; `code` is its stable name for why."""

    def __init__(self, response: httpx.Response) -> None:
        body = response.json() if "json" in response.headers.get("content-type", "") else {}
        self.status, self.code = response.status_code, str(body.get("code", ""))
        self.body = body
        super().__init__(f"{response.request.method} {response.url.path}: {self.status} {body}")


class Caller:
    """Calls the API as one person: bearer token, and an idempotency key on every write."""

    def __init__(self, api: str, wechat: str) -> None:
        self.http = httpx.AsyncClient(base_url=api + API, timeout=20, trust_env=False)
        self.wechat = httpx.AsyncClient(base_url=wechat, timeout=20, trust_env=False)
        self.openid = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()
        await self.wechat.aclose()

    async def log_in(self, openid: str) -> dict[str, Any]:
        """Log in as WeChat does it: its code, exchanged by our server. Gives `me`."""
        found = await self.wechat.post("/control/login-code", json={"openid": openid})
        body = {"code": found.json()["code"], "device": "tour"}
        session = await self.post("/auth/wechat", body)
        self.openid = openid
        self.http.headers["authorization"] = f"Bearer {session['token']}"
        me: dict[str, Any] = session["me"]
        return me

    async def get(self, path: str, **query: Any) -> Any:
        return _read(await self.http.get(path, params=query))

    async def rows(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """A list's rows, whether it comes whole or in pages."""
        answer = await self.get(path, **query)
        return list(answer if isinstance(answer, list) else answer["items"])

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return await self._write("POST", path, body or {})

    async def put(self, path: str, body: dict[str, Any]) -> Any:
        return await self._write("PUT", path, body)

    async def _write(self, method: str, path: str, body: dict[str, Any]) -> Any:
        headers = {"idempotency-key": secrets.token_hex(16)}
        return _read(await self.http.request(method, path, json=body, headers=headers))

    async def upload(self, colour: str) -> int:
        """Upload a picture and give its id."""
        picture = BytesIO()
        Image.new("RGB", (640, 480), colour).save(picture, "JPEG")
        file = {"file": ("photo.jpg", picture.getvalue(), "image/jpeg")}
        answer = await self.http.post("/files", files=file, data={"purpose": "order"})
        return int(_read(answer)["id"])

    async def delivered(self) -> list[dict[str, Any]]:
        """What WeChat delivered to this person."""
        found = await self.wechat.get("/control/messages", params={"openid": self.openid})
        body = found.json()
        return list(body if isinstance(body, list) else body["items"])


def _read(response: httpx.Response) -> Any:
    if response.status_code >= 400:
        raise Refused(response)
    return response.json() if response.content else None


async def eventually(
    ask: Callable[[], Awaitable[Any]], is_it: Callable[[Any], bool], seconds: float = 10
) -> Any:
    """Ask again until the answer is the wanted one. Raises TimeoutError with the last answer."""
    deadline = time.monotonic() + seconds
    while True:
        answer = await ask()
        if is_it(answer):
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"still {str(answer)[:300]}")
        await asyncio.sleep(0.1)
