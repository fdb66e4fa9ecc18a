"""Changing who lives where, sealing what is personal, and reading it in plain with a purpose."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from backend.core import clock, limits
from backend.core.actor import SYSTEM, Actor
from backend.core.database import duplicate_is
from backend.core.errors import Conflict, Invalid, NotFound, StaleVersion
from backend.core.events import emit
from backend.core.states import make
from backend.foundation.areas import queries as areas
from backend.foundation.areas.queries import Dwelling
from backend.foundation.audit import service as audit
from backend.foundation.identity import queries as identity
from backend.foundation.residents import queries, rules, schemas
from backend.foundation.residents.events import BindingAsked, BindingDecided, BindingEnded
from backend.foundation.residents.models import (
    Binding,
    BindingStatus,
    PlainReading,
    Resident,
    ResidentTag,
    indexes,
    live_key,
    new_seal,
    plain,
    sealed,
)
from backend.foundation.residents.permissions import P
from backend.foundation.residents.rules import Relation, Tag
from backend.foundation.residents.rules import Secret as Secret
from backend.foundation.residents.states import LIVE, MOVES, WERE_CONFIRMED
from backend.foundation.tenures import service as tenures

MOST_BINDINGS = 10
REVEALS = "100/day"
KEPT_DAYS = 90
BATCH = 500


# -- people for themselves -----------------------------------------------------------------------


async def bind(actor: Actor, body: schemas.BindingNew) -> schemas.MyDwelling:
    """Say that one belongs to a dwelling; the staff of the place confirm it.

    Raises NotFound, Invalid, Conflict when it was said already.
    """
    home = await areas.dwelling(body.dwelling_id)
    if body.id_number and clock.today().year - rules.birth_year_of(body.id_number) < 14:
        raise Invalid(fields={"id_number": "不满 14 周岁请由监护人联系社区登记"})
    resident = await _myself(actor, body)
    live = await Binding.filter(resident_id=resident.id, status__in=list(LIVE)).count()
    if live >= MOST_BINDINGS:
        raise Conflict(f"最多绑定 {MOST_BINDINGS} 户，请先解除不用的")
    binding = await _attach(resident, home, body.relation)
    path = home.area.path or ""
    await audit.record(actor, "residents.binding_asked", f"binding:{binding.id}", path)
    await emit(BindingAsked(binding.id, actor.user_id, home.id, path))
    mine = (await queries.my_dwellings(actor)).items
    return next(one for one in mine if one.binding_id == binding.id)


async def _myself(actor: Actor, body: schemas.BindingNew) -> Resident:
    """The person's own row. A name that was confirmed once is changed by the staff only."""
    found = await Resident.get_or_none(user_id=actor.user_id)
    given: dict[str, str | None] = {"name": body.name}
    if body.id_number:
        given["id_number"] = body.id_number
    if found is None:
        given["phone"] = await identity.phone_of(actor.user_id)
        seal = new_seal()
        columns = sealed(seal, **given) | rules.derived(body.id_number)
        with duplicate_is(Conflict()):
            return await Resident.create(user_id=actor.user_id, seal=seal, **columns)
    known = {name: plain(found, Secret(name)) for name in given}
    changed = {name: text for name, text in given.items() if known[name] != text}
    fixed = [name for name in changed if known[name] is not None]
    if fixed and await _is_confirmed(found):
        words = "与已登记的不一致，请联系社区工作人员更正"
        raise Invalid(fields=dict.fromkeys(fixed, words))
    if changed:
        await _write(found, sealed(found.seal, **changed) | rules.derived(body.id_number))
    return found


async def _is_confirmed(resident: Resident) -> bool:
    status = BindingStatus.CONFIRMED
    return await Binding.filter(resident_id=resident.id, status=status).exists()


async def _write(resident: Resident, columns: dict[str, Any], version: int | None = None) -> None:
    """Change the row if nobody else has meanwhile. Raises StaleVersion."""
    seen = resident.version if version is None else version
    columns |= {"version": seen + 1, "updated_at": clock.now()}
    if await Resident.filter(id=resident.id, version=seen).update(**columns) != 1:
        raise StaleVersion
    resident.update_from_dict(columns)


async def _attach(
    resident: Resident, home: Dwelling, relation: Relation, **decided: Any
) -> Binding:
    with duplicate_is(Conflict("已经绑定或正在等待确认")):
        return await Binding.create(
            resident_id=resident.id,
            dwelling_id=home.id,
            relation=relation,
            live_key=live_key(resident.id, home.id),
            created_at=clock.now(),
            **decided,
        )


async def _shown(actor: Actor, binding_id: int) -> schemas.BindingOut:
    binding = await queries.binding(actor, binding_id)
    return (await queries.bindings_shown(actor, [binding]))[0]


# -- bindings decided ----------------------------------------------------------------------------


async def confirm(actor: Actor, binding_id: int, body: schemas.Confirm) -> schemas.BindingOut:
    """schemas.Confirm a binding; what the staff had registered of the same person becomes theirs.

    Raises NotFound, Forbidden, WrongState, StaleVersion.
    """
    binding = await queries.binding(actor, binding_id)
    decided = _decision(actor) | {"tenure": await _tenure(binding)}
    await make(binding, MOVES["confirm"], actor, version=body.version, **decided)
    await _absorb_twin(binding)
    await _decided(actor, binding, is_confirmed=True)
    return await _shown(actor, binding.id)


async def refuse(actor: Actor, binding_id: int, body: schemas.Refuse) -> schemas.BindingOut:
    """schemas.Refuse a binding with a reason that the person reads."""
    binding = await queries.binding(actor, binding_id)
    decided = _decision(actor) | {"reason": body.reason}
    await make(binding, MOVES["refuse"], actor, version=body.version, live_key=None, **decided)
    await _decided(actor, binding, is_confirmed=False)
    return await _shown(actor, binding.id)


async def _tenure(binding: Binding) -> int:
    """The tenure of the dwelling that a binding is confirmed into."""
    runs = await tenures.current(binding.dwelling_id)
    if binding.relation is not Relation.OWNER:
        return runs
    owners = Binding.filter(dwelling_id=binding.dwelling_id, relation=Relation.OWNER, tenure=runs)
    known = await owners.exclude(id=binding.id).filter(status__in=list(WERE_CONFIRMED))
    goes_on = any(one.status in LIVE or one.resident_id == binding.resident_id for one in known)
    return await tenures.enter(binding.dwelling_id, goes_on=goes_on, was_owned=bool(known))


def _decision(actor: Actor) -> dict[str, Any]:
    return {"decided_by": actor.user_id, "decided_at": clock.now()}


async def _decided(actor: Actor, binding: Binding, *, is_confirmed: bool) -> None:
    user_id, path = binding.resident.user_id or 0, binding.dwelling.area.path or ""
    verb = "confirmed" if is_confirmed else "refused"
    await audit.record(actor, f"residents.binding_{verb}", f"binding:{binding.id}", path)
    await emit(
        BindingDecided(binding.id, user_id, binding.dwelling_id, is_confirmed, binding.reason)
    )


async def end(actor: Actor, binding_id: int, body: schemas.End) -> schemas.BindingOut:
    """End a binding: one's own, or one of the place. Raises NotFound, WrongState, StaleVersion."""
    binding = await queries.binding(actor, binding_id)
    await _end(actor, binding, version=body.version, reason=body.reason)
    return (await queries.bindings_shown(actor, [binding]))[0]


async def _end(
    actor: Actor, binding: Binding, *, version: int | None = None, reason: str = ""
) -> None:
    ended: dict[str, Any] = {"live_key": None, "ended_at": clock.now(), "reason": reason}
    await make(binding, MOVES["end"], actor, version=version, **ended)
    await Resident.filter(id=binding.resident_id).update(updated_at=clock.now())
    path = binding.dwelling.area.path or ""
    await audit.record(actor, "residents.binding_ended", f"binding:{binding.id}", path)
    await emit(BindingEnded(binding.id, binding.resident.user_id or 0, binding.dwelling_id))


async def carry_over(dwelling_id: int, tenure: int) -> int:
    """Take those who are bound today over into another tenure; say how many."""
    live = Binding.filter(dwelling_id=dwelling_id, status=BindingStatus.CONFIRMED)
    return await live.update(tenure=tenure)


async def _absorb_twin(binding: Binding) -> None:
    """The person may stand in the register already, entered by the staff without an account."""
    person = binding.resident
    if person.user_id is None:
        return
    name = plain(person, Secret.NAME) or ""
    twin = (
        await Resident.filter(
            user_id=None,
            name_index__in=indexes(name, Secret.NAME),
            bindings__dwelling_id=binding.dwelling_id,
            bindings__status=BindingStatus.CONFIRMED,
        )
        .exclude(id=person.id)
        .first()
    )
    if twin is not None and not _contradict(person, twin):
        await _absorb(person, twin, binding.dwelling_id)


def _contradict(one: Resident, other: Resident) -> bool:
    """Two people of one name live in one dwelling when their ID numbers differ."""
    mine, theirs = (plain(row, Secret.ID_NUMBER) for row in (one, other))
    return bool(mine and theirs and mine != theirs)


async def _absorb(person: Resident, twin: Resident, dwelling_id: int) -> None:
    taken = {
        secret.value: plain(twin, secret)
        for secret in Secret
        if getattr(person, secret.value) is None
    }
    columns: dict[str, Any] = dict(sealed(person.seal, **taken))
    for name in ("birth_year", "gender", "education"):
        columns[name] = getattr(person, name) or getattr(twin, name)
    await _write(person, columns)
    await _set_tags(person.id, await _tags_of(twin.id) | await _tags_of(person.id))
    whose = {"resident_id": person.id, "user_id": person.user_id}
    await PlainReading.filter(resident_id=twin.id).update(**whose)
    held = await Binding.filter(resident_id=person.id, status__in=list(LIVE))
    mine = {one.dwelling_id for one in held} | {dwelling_id}
    for one in await Binding.filter(resident_id=twin.id).exclude(dwelling_id__in=list(mine)):
        key = live_key(person.id, one.dwelling_id) if one.live_key else None
        await Binding.filter(id=one.id).update(resident_id=person.id, live_key=key)
    await twin.delete()


# -- the staff's register ------------------------------------------------------------------------


async def register(actor: Actor, body: schemas.ResidentNew) -> schemas.ResidentOut:
    """Enter a person of whom the staff know that they live there.

    Raises NotFound for a dwelling beyond the actor's, Conflict with the resident's id when the
    person is known already.
    """
    home = await _home(actor, body.dwelling_id)
    await _refuse_twin(actor, body)
    seal = new_seal()
    given = {"name": body.name, "phone": body.phone, "id_number": body.id_number}
    said = body.model_dump(include={"birth_year", "gender", "education"}, exclude_none=True)
    columns = sealed(seal, **given) | rules.derived(body.id_number) | said
    resident = await Resident.create(seal=seal, **columns)
    await _set_tags(resident.id, set(body.tags))
    await _settle(actor, resident, home, body.relation)
    return (await queries.shown([resident]))[0]


async def _home(actor: Actor, dwelling_id: int) -> Dwelling:
    home = await areas.dwelling(dwelling_id)
    if not actor.may(P.WRITE, home.area.path or ""):
        raise NotFound("没有这户")
    return home


async def _refuse_twin(actor: Actor, body: schemas.ResidentNew) -> None:
    known = queries.visible_to(actor, P.WRITE)
    if body.id_number:
        known = known.filter(id_index__in=indexes(body.id_number, Secret.ID_NUMBER))
    else:
        names = indexes(body.name, Secret.NAME)
        known = known.filter(name_index__in=names, bindings__dwelling_id=body.dwelling_id)
    found = await known.first()
    if found is not None:
        raise Conflict("这位居民已经登记", resident_id=found.id)


async def _settle(actor: Actor, resident: Resident, home: Dwelling, relation: Relation) -> None:
    status = BindingStatus.CONFIRMED
    binding = await _attach(resident, home, relation, status=status, **_decision(actor))
    await Binding.filter(id=binding.id).update(tenure=await _tenure(binding))
    path = home.area.path or ""
    await audit.record(actor, "residents.registered", f"binding:{binding.id}", path)
    await emit(BindingDecided(binding.id, resident.user_id or 0, home.id, True, ""))  # noqa: FBT003


async def settle(
    actor: Actor, resident_id: int, body: schemas.BindingByStaff
) -> schemas.ResidentOut:
    """Bind a known resident to one more dwelling. Raises NotFound, Conflict."""
    resident = await queries.get(actor, resident_id, P.WRITE)
    await _settle(actor, resident, await _home(actor, body.dwelling_id), body.relation)
    return (await queries.shown([resident]))[0]


async def change(
    actor: Actor, resident_id: int, body: schemas.ResidentChange
) -> schemas.ResidentOut:
    """Correct what is known. Raises NotFound, Invalid, StaleVersion."""
    resident = await queries.get(actor, resident_id, P.WRITE)
    given = body.model_dump(exclude_unset=True, exclude={"version", "tags"})
    if given.get("name", "") is None:
        raise Invalid(fields={"name": "必填"})
    personal = {name: given.pop(name) for name in list(given) if name in set(Secret)}
    columns = sealed(resident.seal, **personal) | rules.derived(personal.get("id_number")) | given
    await _write(resident, columns, body.version)
    if body.tags is not None:
        await _set_tags(resident.id, set(body.tags))
    fields = sorted(body.model_fields_set - {"version"})
    path = await _path_of(actor, resident)
    await audit.record(actor, "residents.changed", f"resident:{resident.id}", path, fields=fields)
    return (await queries.shown([resident]))[0]


async def _tags_of(resident_id: int) -> set[Tag]:
    return {row.tag for row in await ResidentTag.filter(resident_id=resident_id)}


async def _set_tags(resident_id: int, tags: set[Tag]) -> None:
    had = await _tags_of(resident_id)
    await ResidentTag.filter(resident_id=resident_id, tag__in=list(had - tags)).delete()
    new = sorted(tags - had)
    await ResidentTag.bulk_create([ResidentTag(resident_id=resident_id, tag=tag) for tag in new])


async def _path_of(actor: Actor, resident: Resident) -> str:
    """The place by which the actor has to do with the resident."""
    found = await Binding.filter(resident_id=resident.id, status__in=list(LIVE)).prefetch_related(
        "dwelling__area"
    )
    paths = [one.dwelling.area.path or "" for one in found]
    return next((path for path in paths if actor.may(P.READ, path)), paths[0] if paths else "/")


# -- in plain ------------------------------------------------------------------------------------


async def reveal(actor: Actor, resident_id: int, body: schemas.Reveal) -> schemas.Revealed:
    """Fields in plain, for a purpose that the resident can read. Raises NotFound, TooMany."""
    resident = await queries.get(actor, resident_id, P.REVEAL)
    await limits.hit(REVEALS, f"residents.reveal:{actor.user_id}")
    wanted = [secret for secret in Secret if secret in body.fields]
    whose = {"resident_id": resident.id, "user_id": resident.user_id}
    await note_reading(actor, wanted, body.purpose, **whose)
    path = await _path_of(actor, resident)
    said = {"fields": [str(one) for one in wanted], "purpose": body.purpose}
    await audit.record(actor, "residents.revealed", f"resident:{resident.id}", path, **said)
    return schemas.Revealed(**{secret.value: plain(resident, secret) for secret in wanted})


async def note_reading(
    reader: Actor,
    wanted: Sequence[Secret],
    purpose: str,
    *,
    user_id: int | None,
    resident_id: int | None = None,
) -> None:
    """Write down, in the transaction at hand, what was read in plain of whom, and what for: here,
    and in rooms above that show a person's fields themselves. The person reads it."""
    await PlainReading.create(
        user_id=user_id,
        resident_id=resident_id,
        reader_id=reader.user_id,
        fields_read=",".join(wanted),
        purpose=purpose,
        read_at=clock.now(),
    )


async def erase(user_id: int) -> None:
    """The account is gone: its bindings end, and nothing of the person stays."""
    await PlainReading.filter(user_id=user_id).delete()
    found = await Resident.get_or_none(user_id=user_id)
    if found is None:
        return
    live = Binding.filter(resident_id=found.id, status__in=list(LIVE))
    for binding in await live.prefetch_related("resident", "dwelling__area"):
        await _end(SYSTEM, binding)
    await found.delete()


async def forget_strangers() -> int:
    """Delete residents who belonged nowhere for 90 days; say how many."""
    ids = await queries.strangers(clock.now() - timedelta(days=KEPT_DAYS), BATCH)
    if ids:
        await Resident.filter(id__in=ids).delete()
    return len(ids)
