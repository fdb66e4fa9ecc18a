"""Believing devices, writing down what they saw, telling barriers what to do."""

import json
from datetime import datetime
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock, crypto, limits
from backend.core.actor import Actor
from backend.core.database import execute, is_duplicate, transaction
from backend.core.errors import Conflict, Invalid, LinliError, TooLarge
from backend.core.events import emit
from backend.engines.gates import queries, rules
from backend.engines.gates.events import GateSilent
from backend.engines.gates.models import SECRET, Correction, Gate, GateEvent, Nonce, Opening
from backend.engines.gates.permissions import P
from backend.engines.gates.rules import Action, Direction, EventKind, Signed
from backend.engines.gates.schemas import (
    Batch,
    BatchOut,
    Command,
    CorrectBody,
    Decision,
    EventOut,
    EventResult,
    GateChange,
    GateEventIn,
    GateNew,
    GateOut,
    GateSecret,
    OpenBody,
    OpeningOut,
)
from backend.engines.lots import queries as lots
from backend.engines.passes import queries as covers
from backend.engines.payments import queries as payments
from backend.engines.stays import queries as stays
from backend.engines.stays import service as stay_service
from backend.engines.vehicles import queries as vehicles
from backend.foundation.audit import service as audit
from backend.foundation.files import service as files

MOST_BYTES = 64 * 1024
PER_DEVICE = "600/minute"
BATCH = 500
_HEARD = (
    "UPDATE gates_gate SET seen_at = ?, skew_seconds = ?, is_told_silent = 0, "
    "last_sequence = CASE WHEN last_sequence > ? THEN last_sequence ELSE ? END WHERE id = ?"
)


class BadSignature(LinliError):
    """Unknown device, wrong signature, stale timestamp: the answer does not tell which."""

    status, code, title = 401, "bad_signature", "签名无效"


class Replayed(Conflict):
    code, title = "replayed", "请求已处理过，请重新签名"


# -- what devices say ----------------------------------------------------------------------------


async def receive(key: str, signed: Signed, body: Batch) -> BatchOut:
    """Take what a device saw and answer what to do. Events are known by (device, sequence): sent
    again, late or in another order they change nothing.

    Raises BadSignature, Replayed for a nonce heard before, TooLarge, TooMany.
    """
    gate = await _believed(key, signed)
    await limits.hit(PER_DEVICE, f"gate:{gate.id}")
    await _hear(gate, signed, body)
    gate.lot = await lots.held(gate.lot_id)
    passed: dict[str, datetime] = {}
    results = [await _take(gate, one, passed) for one in body.events]
    await _derive(gate.lot, passed)
    return BatchOut(results=results, commands=await _commands(gate), server_time=clock.now())


async def _believed(key: str, signed: Signed) -> Gate:
    if len(signed.body) > MOST_BYTES:
        raise TooLarge
    gate, now = await queries.by_key(key), clock.now()
    # A device that does not exist costs as much as a wrong signature.
    secrets_ = gate.secrets(now) if gate else [rules.new_secret()]
    is_signed = any(rules.is_signed_by(one, signed) for one in secrets_)
    at = rules.sent_at(signed.timestamp)
    if gate is None or not is_signed or at is None or abs(now - at) > rules.SKEW:
        raise BadSignature
    return gate


async def _hear(gate: Gate, signed: Signed, body: Batch) -> None:
    now = clock.now()
    if not 8 <= len(signed.nonce) <= 64:
        raise BadSignature
    try:
        async with transaction():
            await Nonce.create(gate_id=gate.id, nonce=signed.nonce, at=now)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Replayed from error
    skew = int(((rules.sent_at(signed.timestamp) or now) - now).total_seconds())
    last = max((one.sequence for one in body.events), default=0)
    await execute(_HEARD, now, skew, last, last, gate.id)


async def _take(gate: Gate, one: GateEventIn, passed: dict[str, datetime]) -> EventResult:
    """`passed`: plates whose stays have still to be derived, with the earliest new moment of each:
    a batch derives each plate once, and before a decision that rests on it."""
    digest = _digest(one)
    known = await GateEvent.get_or_none(gate_id=gate.id, sequence=one.sequence)
    if known is not None:
        outcome = "duplicate" if known.digest == digest else "reused"
        first = known.answer if outcome == "duplicate" else None
        return EventResult(
            sequence=one.sequence, outcome=outcome, decision=first and Decision(**first)
        )
    problem = rules.problem(one.kind, _aware(one.at), clock.now())
    if problem is not None:
        return EventResult(sequence=one.sequence, outcome=problem, decision=None)
    plate = vehicles.read_plate(one.plate)
    event = await _write(gate, one, digest, plate)
    decision = None
    if one.kind is EventKind.PASS and plate is not None:
        passed[plate.text] = min(event.at, passed.get(plate.text, event.at))
    elif one.kind is EventKind.ASK:
        await _derive(gate.lot, passed)
        decision = await _decide(gate, plate, event.at)
        answer = decision.model_dump(mode="json")
        await GateEvent.filter(id=event.id).update(answer=answer)
    return EventResult(sequence=one.sequence, outcome="accepted", decision=decision)


def _aware(at: datetime) -> datetime:
    """A device without a zone in its moments means Shanghai's."""
    return at if at.tzinfo is not None else at.replace(tzinfo=clock.SHANGHAI)


def _digest(one: GateEventIn) -> str:
    said = [str(one.kind), _aware(one.at).isoformat(), one.plate, one.is_offline]
    return crypto.blind_index(json.dumps(said), field="gate.event")


async def _write(
    gate: Gate, one: GateEventIn, digest: str, plate: vehicles.Plate | None
) -> GateEvent:
    seal = vehicles.new_seal()
    columns: dict[str, Any] = dict(vehicles.sealed(plate.text, seal)) if plate else {}
    return await GateEvent.create(
        gate=gate,
        lot_id=gate.lot_id,
        sequence=one.sequence,
        kind=one.kind,
        direction=gate.direction,
        at=_aware(one.at),
        received_at=clock.now(),
        is_offline=one.is_offline,
        digest=digest,
        seal=seal,
        **columns,
    )


async def _derive(lot: lots.Lot, passed: dict[str, datetime]) -> None:
    while passed:
        text, at = passed.popitem()
        since = await stays.anchor(lot.id, text, at)
        found = await queries.passings(lot.id, text, since)
        await stay_service.rebuild(lot, text, since, found)


async def _commands(gate: Gate) -> list[Command]:
    """Openings by hand that wait for this barrier; each is handed out once."""
    now = clock.now()
    waiting = Opening.filter(
        gate_id=gate.id, fetched_at=None, made_at__gt=now - rules.COMMAND
    ).order_by("id")
    return [
        Command(id=one.id)
        for one in await waiting
        if await Opening.filter(id=one.id, fetched_at=None).update(fetched_at=now)
    ]


# -- what barriers do ----------------------------------------------------------------------------


async def _decide(gate: Gate, plate: vehicles.Plate | None, at: datetime) -> Decision:
    if plate is None:
        return _say(Action.REFUSE, "unreadable", "未识别到车牌，请联系值班人员")
    if not gate.lot.is_active:
        return _say(Action.REFUSE, "closed", "停车场未开放")
    if gate.direction is Direction.IN:
        return await _let_in(gate, plate, at)
    return await _let_out(gate, plate, at)


def _say(action: Action, reason: str, words: str, amount: int = 0) -> Decision:
    return Decision(action=action, reason=reason, words=words, amount=amount)


async def _let_in(gate: Gate, plate: vehicles.Plate, at: datetime) -> Decision:
    cover = await covers.covering(gate.lot_id, plate.text, at, "")
    if cover is not None:
        words = "月卡车，请通行" if cover.kind == "pass" else "访客车辆，请通行"
        return _say(Action.OPEN, cover.kind, words)
    if not gate.lot.takes_strangers:
        return _say(Action.REFUSE, "strangers", "仅限登记车辆，访客请联系住户")
    if (await stays.occupancy([gate.lot]))[0].free == 0:
        return _say(Action.REFUSE, "full", "车位已满")
    return _say(Action.OPEN, "temporary", "临时停车，请通行")


async def _let_out(gate: Gate, plate: vehicles.Plate, at: datetime) -> Decision:
    stay = await stays.inside(gate.lot_id, plate.text)
    if stay is None:
        return _say(Action.REFUSE, "no_entry", "没有入场记录，请联系值班人员")
    amount = stays.due_at(stay, at)
    if amount == 0:
        reason = stay.cover or ("paid" if stay.paid else "free")
        return _say(Action.OPEN, reason, "一路平安")
    if await stay_service.charge(stay, at):
        words = f"已自动扣费 {payments.yuan(amount)} 元，一路平安"
        return _say(Action.OPEN, "agreement", words, amount)
    return _say(Action.PAY, "due", f"请扫码缴费 {payments.yuan(amount)} 元", amount)


async def open_by_hand(actor: Actor, gate_id: int, body: OpenBody) -> OpeningOut:
    """A guard opens a barrier, with grounds and a picture. Raises NotFound, Invalid."""
    gate = await queries.get(actor, gate_id, P.OPEN)
    opening = await Opening.create(
        gate=gate,
        made_by=actor.user_id,
        grounds=body.grounds,
        file_id=body.file_id,
        made_at=clock.now(),
    )
    attached = await files.attach(actor, [body.file_id], f"opening:{opening.id}")
    if any(str(one.kind) != "image" for one in attached):
        raise Invalid(fields={"file_id": "请上传照片"})
    path, said = gate.lot.area.path or "", {"grounds": body.grounds, "gate": gate.id}
    await audit.record(actor, "gates.opened", f"opening:{opening.id}", path, **said)
    return (await queries.openings_shown([opening]))[0]


async def correct(actor: Actor, event_id: int, body: CorrectBody) -> EventOut:
    """Put a wrong reading right: what it had been is kept, stays and fees are derived anew, and
    what was charged too much goes back. Raises NotFound, Invalid, Conflict for the same plate."""
    event = await queries.event(actor, event_id, P.CORRECT)
    lot = await lots.held(event.lot_id)
    plate = vehicles.plate_of(body.plate)
    before = vehicles.read_plate(vehicles.opened(event.plate, event.seal)) if event.plate else None
    if before == plate:
        raise Conflict("车牌没有变化")
    await Correction.create(
        event_id=event.id,
        seal=event.seal,
        plate=event.plate,
        reason=body.reason,
        made_by=actor.user_id,
        made_at=clock.now(),
    )
    event.update_from_dict(
        {**vehicles.sealed(plate.text, event.seal), "corrections": event.corrections + 1}
    )
    await event.save()
    if event.kind is EventKind.PASS:
        await _derive(lot, {plate.text: event.at})
        if before is not None:
            await _derive(lot, {before.text: event.at})
    path = lot.area.path or ""
    await audit.record(actor, "gates.corrected", f"event:{event.id}", path, reason=body.reason)
    return queries.event_shown(event)


# -- setting up ----------------------------------------------------------------------------------


async def create(actor: Actor, body: GateNew) -> GateSecret:
    """Set up a device; its secret is shown this once. Raises NotFound."""
    lot = await lots.managed(actor, body.lot_id, P.MANAGE)
    key, secret = rules.new_key(), rules.new_secret()
    gate = await Gate.create(
        lot=lot,
        name=body.name,
        direction=body.direction,
        key=key,
        secret=_sealed(secret, key),
        created_at=clock.now(),
    )
    await audit.record(actor, "gates.created", f"gate:{gate.id}", lot.area.path or "")
    return GateSecret(gate=queries.shown(gate), secret=secret)


def _sealed(secret: str, key: str) -> str:
    return crypto.encrypt(secret, field=SECRET, row=key)


async def rotate(actor: Actor, gate_id: int) -> GateSecret:
    """Give a device a new secret; the one before is good for a day more. Raises NotFound."""
    gate = await queries.get(actor, gate_id, P.MANAGE)
    secret = rules.new_secret()
    gate.old_secret, gate.old_until = gate.secret, clock.now() + rules.OLD_SECRET
    gate.secret = _sealed(secret, gate.key)
    await gate.save(update_fields=["secret", "old_secret", "old_until"])
    await audit.record(actor, "gates.rotated", f"gate:{gate.id}", gate.lot.area.path or "")
    return GateSecret(gate=queries.shown(gate), secret=secret)


async def change(actor: Actor, gate_id: int, body: GateChange) -> GateOut:
    """Rename a device, or take it out of use: it is not believed any more. Raises NotFound."""
    gate = await queries.get(actor, gate_id, P.MANAGE)
    given = body.model_dump(exclude_none=True)
    if given:
        await Gate.filter(id=gate.id).update(**given)
        gate.update_from_dict(given)
    path, fields = gate.lot.area.path or "", sorted(given)
    await audit.record(actor, "gates.changed", f"gate:{gate.id}", path, fields=fields)
    return queries.shown(gate)


# -- what the clock does -------------------------------------------------------------------------


async def watch() -> None:
    """Say once of each device that it has fallen silent."""
    silent = Gate.filter(
        is_active=True, is_told_silent=False, seen_at__lt=clock.now() - rules.SILENT
    )
    for gate in await silent.limit(BATCH):
        if await Gate.filter(id=gate.id, is_told_silent=False).update(is_told_silent=True):
            await emit(GateSilent(gate.id))


async def forget_old() -> None:
    """Nonces after their window; plates of events once no stay can be as old."""
    now = clock.now()
    await Nonce.filter(at__lt=now - rules.NONCES_KEPT).delete()
    old = GateEvent.filter(at__lt=now - rules.KEPT, plate__not_isnull=True)
    ids = [one.id for one in await old.limit(BATCH)]
    if ids:
        await GateEvent.filter(id__in=ids).update(plate=None, plate_index=None)
        await Correction.filter(event_id__in=ids).update(plate=None)
