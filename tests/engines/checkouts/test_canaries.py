"""Who pays, and with what, lies readable nowhere: at rest, in logs, in Redis."""

import io

import pytest
import structlog
import time_machine

from backend.core.actor import SYSTEM
from backend.core.database import rows
from backend.engines.quarantines.models import Quarantine
from backend.engines.refunds import service as refunds
from backend.engines.refunds.models import Refund
from backend.engines.refunds.service import RefundLine
from backend.foundation.identity import service as identity
from tests.canaries import Canaries, in_files, in_redis, in_tables
from tests.canaries import log as log
from tests.engines.checkouts.bank import STRANGERS, notification, signed
from tests.engines.checkouts.conftest import Desk

OPENID, PHONE, NAME = "openid-resident", "13854321098", "欧阳金丝雀"
CARD = {"bank_type": "ICBC_DEBIT", "account": "6222021234567890123", "name": "上官金丝雀"}
REDIRECT = {"target": "user_card", "reason": "用户换了银行卡"}


@pytest.fixture
def canaries() -> Canaries:
    return Canaries([PHONE, NAME, CARD["account"], CARD["name"]])


async def _look(canaries: Canaries, log: io.StringIO, db: str) -> None:
    """Nothing is found anywhere; who pays at WeChat is known to the account alone."""
    tables = await in_tables()
    assert "物业费" in tables  # control
    assert canaries.found_in(tables) == []
    assert canaries.found_in(in_files(db)) == []
    canaries_of_wechat = Canaries([*canaries.words, OPENID])
    assert OPENID in tables  # control
    assert canaries_of_wechat.found_in(await in_tables("identity_user")) == []
    assert canaries_of_wechat.found_in(await in_redis()) == []
    assert canaries_of_wechat.found_in(log.getvalue()) == []


async def _known(desk: Desk) -> int:
    """The payer has a telephone number and a name here."""
    user_id = desk.till.actors["resident"].user_id
    await identity.set_phone(user_id, PHONE)
    await identity.set_real_name(user_id, NAME)
    return user_id


async def _disagree(desk: Desk) -> None:
    """Genuine word about another amount, about nothing of ours, and words that are not WeChat's:
    sealed, and plain with a wrong signature."""
    opened = await desk.begun()
    word = desk.bank.pay(opened.number)
    person = {"openid": OPENID, "phone": PHONE, "name": NAME}
    wrong = word | {"amount": {"total": 1, "currency": "CNY", "payer_total": 1}}
    wrong |= {"payer": person, "attach": PHONE, "detail": {"name": NAME}, "bank_type": "OTHERS"}
    assert await desk.tell(wrong) == 204
    assert await desk.tell(wrong | {"out_trade_no": "LP-nobody", "transaction_id": "4299"}) == 204
    assert await Quarantine.all().count() == 2
    assert await desk.post(*notification(wrong, key=STRANGERS)) == 401
    plain = f'{{"payer": "{OPENID}", "phone": "{PHONE}", "card": "{CARD["account"]}"'.encode()
    assert await desk.post(signed(STRANGERS, plain), plain) >= 400
    assert await desk.post({}, plain) >= 400


async def test_who_pays_is_found_nowhere(
    desk: Desk,
    canaries: Canaries,
    log: io.StringIO,
    db: str,
) -> None:
    await _known(desk)
    paid = await desk.paid()
    assert OPENID in str(desk.bank.bodies)  # control: WeChat was told
    await _disagree(desk)
    counter = await desk.till.open("resident", 500)
    method = {"method": "cash", "receipt_no": "R-1"}
    await desk.till.call("cashier", f"/payments/{counter.id}/counter", method)
    path = f"/api/v1/payments/{paid.id}/receipt"
    drawn = await desk.till.client.get(path, headers=desk.till.headers["resident"])
    assert drawn.content.startswith(b"%PDF")
    assert await rows("SELECT id FROM receipts_receipt")
    await desk.beat()
    await _look(canaries, log, db)


async def test_a_card_is_found_nowhere(
    desk: Desk,
    frozen: time_machine.Traveller,
    canaries: Canaries,
    log: io.StringIO,
    db: str,
) -> None:
    """Refused, waiting for its way, refused by WeChat, gone: at no moment is it read here."""
    await _known(desk)
    paid = await desk.paid()
    lines = [RefundLine("bill:1", 4000)]
    made = await refunds.refund(SYSTEM, paid.id, key="back", lines=lines, reason="多收")
    await desk.beat()
    assert await desk.tell(desk.bank.refund_word(made.number, "ABNORMAL"), "refund") == 204
    path, good = f"/refunds/{made.id}/redirect", REDIRECT | {"card": CARD}
    for wrong in ({"target": "merchant_card"}, {"target": CARD["account"]}, {"x": CARD["name"]}):
        await desk.till.call("accountant", path, good | wrong, status=422)
    await desk.till.call("cashier", path, good, status=403)
    await desk.till.call("accountant", path, good)
    assert (await Refund.get(id=made.id)).card  # control: it waits here
    await _look(canaries, log, db)
    desk.bank.lose.add("apply-abnormal")
    await desk.ticks(frozen, 10)
    await _look(canaries, log, db)
    assert CARD["account"] in str(desk.bank.refunds)  # control: WeChat has it
    desk.bank.lose.clear()
    await desk.ticks(frozen, 120)
    assert (await Refund.get(id=made.id)).card is None
    await _look(canaries, log, db)


async def test_the_search_does_find(
    desk: Desk,
    canaries: Canaries,
    log: io.StringIO,
    db: str,
) -> None:
    """Negative control: WeChat's word kept as it came, a card unsealed, a careless line."""
    await desk.paid()
    await Quarantine.create(
        key="x",
        kind="payment",
        why="amount",
        status="open",
        number="1",
        facts={"payer": {"openid": OPENID}, "card": CARD},
        created_at="2026-11-24T00:00:00Z",
    )
    structlog.get_logger("x").warning("careless", error=f"called {PHONE}")
    with pytest.raises(AssertionError):
        await _look(canaries, log, db)
    assert Canaries([OPENID]).found_in(await in_tables("identity_user")) == [OPENID]
    assert canaries.found_in(await in_tables()) == [CARD["account"], CARD["name"]]
    assert canaries.found_in(log.getvalue()) == [PHONE]
