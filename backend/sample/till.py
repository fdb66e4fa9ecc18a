"""A payment to try out, owed for nothing: for whoever wants to see the pay sheet at once."""

import secrets

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.engines.payments import queries as payments
from backend.engines.payments import service as paying
from backend.engines.payments.queries import PaymentOut
from backend.sample import cast
from backend.sample.schemas import SamplePayment

PAYEE = "示例收款方"


async def open_payment(actor: Actor, body: SamplePayment) -> PaymentOut:
    """Open a payment of the actor's. Raises NotFound outside the demo."""
    compound = await cast.first_compound()
    if not compound:
        raise NotFound
    payee = await paying.payee("sample", 1, PAYEE)
    tag = secrets.token_hex(6)
    lines = [
        paying.Line(f"sample:{tag}:{number}", one.title, one.amount, payee.account)
        for number, one in enumerate(body.lines, start=1)
    ]
    payment = await paying.open_payment(
        actor,
        purpose="sample",
        payee_id=payee.id,
        title=body.title,
        lines=lines,
        area_path=compound,
    )
    return await payments.shown(actor, payment)
