"""The control plane of payments' notifications: held back, repeated, reordered, forged."""

import asyncio
import random
from dataclasses import replace
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, response

from wechat_mock.control import order
from wechat_mock.edge import argument, world_of
from wechat_mock.pay import control_forms as forms
from wechat_mock.pay import notices, refunds
from wechat_mock.pay.books import Notice, Order, Refund
from wechat_mock.pay.control import last, lookup, merchant_of, refuse
from wechat_mock.world import World

notice_control = Blueprint("pay_notice_control", url_prefix="/control/pay/notifications")


def _notice_view(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "event_type": notice.event_type,
        "out_trade_no": notice.order.out_trade_no,
        "resource": notice.resource,
        "state": notice.state,
        "next_at": notice.next_at,
        "attempts": notice.attempts,
    }


@notice_control.get("/")
async def notification_list(request: Request) -> HTTPResponse:
    """Notifications, newest first; ``out_trade_no`` and ``state`` narrow it."""
    number, state = argument(request, "out_trade_no"), argument(request, "state")
    found = [
        notice
        for notice in world_of(request).pay.notices.values()
        if number in ("", notice.order.out_trade_no) and state in ("", notice.state)
    ]
    return response.json({"items": [_notice_view(notice) for notice in last(found, request)]})


@notice_control.post("/release")
@order(forms.Release)
async def release(request: Request, world: World, form: forms.Release) -> dict[str, Any]:
    """Held notifications go: the next one when the one before was tried once."""
    held = {n.id: n for n in world.pay.notices.values() if n.state == "held"}
    names = list(held) if form.ids is None else [name for name in form.ids if name in held]
    if form.order == "reversed":
        names.reverse()
    elif form.order == "shuffled":
        random.shuffle(names)
    for name in names:
        seen = await notices.attempt(request.app, held[name])
        if notices.is_taken(seen):
            held[name].state = "delivered"
        else:
            notices.release(request.app, held[name])
    return {"released": names}


@notice_control.post("/send")
@order(forms.Send)
async def send(request: Request, world: World, form: forms.Send) -> dict[str, Any]:
    """Send one now, perhaps many times, perhaps forged; answers how each was taken."""
    notice = _wanted(world, form)
    if form.has_new_id:
        notice = _again(notice, world.now())
    tries = (notices.attempt(request.app, notice, form.forge) for _ in range(form.times))
    results = await asyncio.gather(*tries) if form.is_parallel else [await each for each in tries]
    return {"id": notice.id, "results": results}


def _again(notice: Notice, now: float) -> Notice:
    """The same word as a notification of its own."""
    return replace(notice, id=notices.new_id(), made_at=now, body="", attempts=[])


def _wanted(world: World, form: forms.Send) -> Notice:
    books, now = world.pay, world.now()
    if form.id is not None:
        if form.id not in books.notices:
            raise refuse("no such notification")
        return books.notices[form.id]
    merchant, sub_mchid = merchant_of(books, form.mchid or ""), form.sub_mchid or ""
    if form.out_refund_no is not None:
        key = (merchant.mchid, sub_mchid, form.out_refund_no)
        refund: Refund = lookup(lambda: refunds.find(books, key))
        return refunds.notice(refund, now)
    number = form.out_trade_no or ""
    found: Order = lookup(lambda: books.find(merchant, sub_mchid, number, now))
    return notices.payment(found, now)
