"""Sends real demands through the public API of a throw-away city and counts where they end."""

import asyncio
import json
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from backend.sample.caller import Caller, Refused
from backend.sample.stage import say, throw_away_city

LONGEST, LONGEST_TITLE = 2000, 40
CROWD = 60
"""So many residents take turns: one alone would be slowed down."""
SIDE_BY_SIDE = 4
DISPATCHED = frozenset({"pooled", "assigned"})
BEFORE_A_DISPATCHER = frozenset({"accepted", "reported"})


def run(file: Path, limit: int = 0) -> int:
    """Replay `{title, text}` lines; 0 when each ended dispatched or before a dispatcher."""
    lines = file.read_text(encoding="utf-8").splitlines()
    demands = [json.loads(line) for line in lines if line.strip()]
    with throw_away_city() as stage:
        return asyncio.run(_replay(stage.api, stage.wechat, demands[: limit or None]))


async def _replay(api: str, wechat: str, demands: list[dict[str, Any]]) -> int:
    ended: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    refused: list[str] = []
    waiting = list(enumerate(demands))
    async with AsyncExitStack() as phones:
        crowd = [await phones.enter_async_context(Caller(api, wechat)) for _ in range(CROWD)]
        await _log_in(crowd)
        started = time.perf_counter()

        async def send_some() -> None:
            while waiting:
                line, one = waiting.pop()
                try:
                    order = await _send(crowd[line % CROWD], one)
                except Refused as error:
                    refused.append(f"line {line + 1}: {error}")
                    continue
                ended[order["status"]] += 1
                kinds[order["kind_name"]] += 1

        await asyncio.gather(*(send_some() for _ in range(SIDE_BY_SIDE)))
        seconds = time.perf_counter() - started
    return _report(ended, kinds, refused, len(demands), seconds)


async def _log_in(crowd: list[Caller]) -> None:
    people = await crowd[0].rows("/demo/people", side="resident", limit=CROWD)
    for caller, person in zip(crowd, people, strict=True):
        await caller.log_in(person["openid"])


async def _send(caller: Caller, one: dict[str, Any]) -> dict[str, Any]:
    text = str(one["text"]).strip()[:LONGEST] or str(one["title"])
    preview = await caller.post("/orders/preview", {"text": text})
    home = (await caller.rows("/me/dwellings"))[0]
    body = {
        "kind": preview["kind"],
        "title": str(one["title"]).strip()[:LONGEST_TITLE],
        "text": text,
        "answers": _answers(await caller.rows("/orders/kinds"), preview["kind"]),
        "place": {"dwelling_id": home["dwelling_id"]},
        "file_ids": [],
        "is_anonymous": False,
    }
    order: dict[str, Any] = await caller.post("/orders", body)
    return order


def _answers(kinds: list[dict[str, Any]], kind: str) -> dict[str, str]:
    """The first option of every question that must be answered."""
    questions = next(one["questions"] for one in kinds if one["key"] == kind)
    return {
        question["key"]: question["options"][0] if question["options"] else "见描述"
        for question in questions
        if question["required"]
    }


def _report(
    ended: Counter[str], kinds: Counter[str], refused: list[str], count: int, seconds: float
) -> int:
    dispatched = sum(ended[status] for status in DISPATCHED)
    before = sum(ended[status] for status in BEFORE_A_DISPATCHER)
    say(f"{count} demands in {seconds:.0f} s: {count / seconds:.0f} a second")
    say(f"kinds: {dict(kinds)}")
    say(f"dispatched by the house: {dispatched}, before a dispatcher: {before}")
    for line in refused[:20]:
        say(f"refused: {line}")
    lost = count - dispatched - before
    say("none refused, none lost" if lost == 0 else f"{lost} ended neither way")
    return 0 if lost == 0 else 1
