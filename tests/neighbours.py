"""A community with a row of every kind in it, for tests of who may see and touch what."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor, Role
from backend.core.actor import Post as ActorPost
from backend.core.database import rows
from backend.engines.billings import service as billings
from backend.engines.billings.queries import Ground
from backend.engines.billings.schemas import RunNew
from backend.engines.bills.models import Bill
from backend.engines.books.models import BookDay, DayStatus
from backend.engines.demands import service as demands
from backend.engines.demands.schemas import PlaceBody, ReportBody
from backend.engines.payments import service as payments
from backend.engines.payments.schemas import CounterBody
from backend.engines.quarantines import service as quarantines
from backend.engines.quarantines.states import Why
from backend.engines.refunds import service as refunds
from backend.engines.settlements.models import Difference, DifferenceStatus, Subject
from backend.engines.settlements.rules import Kind as Fault
from backend.engines.tariffs import service as tariffs
from backend.engines.tariffs.schemas import ReadingNew, TariffNew
from backend.engines.vehicles import service as vehicles
from backend.engines.vehicles.schemas import Decide, VehicleNew
from backend.engines.wechat_bills.models import BillKind, WechatBill, WechatBillStatus
from backend.features.handovers.models import Handover
from backend.features.handovers.models import Kind as HandoverKind
from backend.features.move_car import service as move_car
from backend.features.move_car.models import Block, Told
from backend.features.move_car.rules import Reason
from backend.features.move_car.schemas import Ask
from backend.features.waivers import service as waivers
from backend.features.waivers.schemas import WaiverNew
from backend.foundation.areas.models import Area, Dwelling
from backend.foundation.areas.rules import Level, sibling_key
from backend.foundation.codes import service as codes
from backend.foundation.codes.rules import CodeKind
from backend.foundation.codes.schemas import CodeNew
from backend.foundation.departments.models import Department, DepartmentKind
from backend.foundation.files.models import File, Kind, Purpose
from backend.foundation.identity import service as identity
from backend.foundation.identity.models import Post, User
from backend.foundation.notify.models import Message
from backend.foundation.residents import service as residents
from backend.foundation.residents.models import Relation
from backend.foundation.residents.schemas import BindingNew, Confirm
from tests.artisans import ARTISANS, know_crafts
from tests.banker import TIME_BANK, open_bank
from tests.bazaar import BAZAAR, hold_fair
from tests.carpark import CAR_PARK, open_car_park
from tests.gatherings import GATHERINGS, gather
from tests.shopkeeper import FINGERPRINTS, open_shop
from tests.voters import VOTERS, ask_neighbours
from tests.wellwishers import WELLWISHERS, wish_well

PHONE = "13854321098"
REAL_NAME = "欧阳秘密"
ID_NUMBER = "371302199003074617"
PLATE = "鲁Q70809"
SECRETS = (PHONE, REAL_NAME, ID_NUMBER, PLATE, "鲁Q·70809", "秘密社区里的话")
_PARAMETER = re.compile(r"<(\w+)(?::\w+)?>")


@dataclass
class Home:
    """Ids by the names that paths and bodies use for them, all of one community."""

    area_path: str
    elsewhere_path: str
    ids: dict[str, int] = field(default_factory=dict)
    secrets: tuple[str, ...] = SECRETS

    def path(self, template: str) -> str:
        """A route's path with the ids of this community filled in."""
        return _PARAMETER.sub(lambda one: str(self.ids.get(one.group(1), 1)), template)

    async def fingerprint(self) -> dict[str, Any]:
        """The rows that nobody from elsewhere may change."""
        found: dict[str, Any] = {}
        for table, where in (
            ("identity_user", f"id = {self.ids['user_id']}"),
            ("identity_post", f"user_id = {self.ids['user_id']}"),
            ("identity_session", f"user_id = {self.ids['user_id']}"),
            ("areas_area", f"path >= '{self.area_path}' AND path < '{self.area_path[:-1]}0'"),
            ("areas_dwelling", f"id = {self.ids['dwelling_id']}"),
            ("departments_department", f"id = {self.ids['department_id']}"),
            ("residents_resident", f"id = {self.ids['resident_id']}"),
            ("residents_binding", f"id = {self.ids['binding_id']}"),
            ("files_file", f"id = {self.ids['file_id']}"),
            ("notify_message", f"id = {self.ids['message_id']}"),
            ("codes_code", f"id = {self.ids['code_id']}"),
            ("orders_order", f"id = {self.ids['order_id']}"),
            ("order_event", f"order_id = {self.ids['order_id']}"),
            ("payments_payee", f"id = {self.ids['payee_id']}"),
            ("payments_payment", f"id = {self.ids['payment_id']}"),
            ("tariffs_tariff", f"id = {self.ids['tariff_id']}"),
            ("tariffs_version", f"tariff_id = {self.ids['tariff_id']}"),
            ("tariffs_reading", f"tariff_id = {self.ids['tariff_id']}"),
            ("billings_run", f"id = {self.ids['run_id']}"),
            ("bills_bill", f"id = {self.ids['bill_id']}"),
            ("bills_entry", f"bill_id = {self.ids['bill_id']}"),
            ("handovers_handover", f"id = {self.ids['handover_id']}"),
            ("waivers_waiver", f"id = {self.ids['waiver_id']}"),
            ("refunds_refund", f"id = {self.ids['refund_id']}"),
            ("vehicles_vehicle", f"id = {self.ids['vehicle_id']}"),
            ("vehicles_contact", f"vehicle_id = {self.ids['vehicle_id']}"),
            ("move_car_request", f"id = {self.ids['request_id']}"),
            ("move_car_block", f"id = {self.ids['block_id']}"),
            ("payments_quarantine", f"id = {self.ids['quarantine_id']}"),
            ("wechat_bills_bill", f"id = {self.ids['wechat_bill_id']}"),
            ("settlements_difference", f"id = {self.ids['difference_id']}"),
            ("books_day", f"id = {self.ids['day_id']}"),
            *((table, f"{by} = {self.ids[named]}") for table, by, named in FINGERPRINTS),
            *((table, f"{by} = {self.ids[named]}") for table, by, named in CAR_PARK),
            *((table, f"{by} = {self.ids[named]}") for table, by, named in VOTERS),
            *((table, f"{by} = {self.ids[named]}") for table, by, named in GATHERINGS),
            *((table, f"{by} = {self.ids[named]}") for table, by, named in WELLWISHERS),
            *((table, f"{by} = {self.ids[named]}") for table, by, named in ARTISANS),
            *((table, f"{by} = {self.ids[named]}") for table, by, named in TIME_BANK),
            *((table, f"{by} = {self.ids[named]}") for table, by, named in BAZAAR),
        ):
            found[f"{table} {where}"] = await rows(f"SELECT * FROM {table} WHERE {where}")
        return found


def substitute(example: Any, home: Home) -> Any:
    """The example with the ids of `home` wherever a field is called like one."""
    if isinstance(example, dict):
        return {
            key: home.ids[key]
            if key in home.ids
            else [home.ids[key[:-1]]]
            if key.endswith("_ids") and key[:-1] in home.ids
            else substitute(value, home)
            for key, value in example.items()
        }
    if isinstance(example, list):
        return [substitute(one, home) for one in example]
    return example


async def _area(level: Level, name: str, parent: Area | None = None) -> Area:
    one = await Area.create(
        parent_id=parent and parent.id,
        level=level,
        name=name,
        sibling_key=sibling_key(parent and parent.id, name),
    )
    one.path = f"{parent.path if parent else '/'}{one.id}/"
    await one.save()
    return one


async def build() -> Home:
    """The community, its neighbour in another street, and a stranger."""
    county = await _area(Level.COUNTY, "沂南县")
    street = await _area(Level.STREET, "望山街道", county)
    community = await _area(Level.COMMUNITY, "春晖社区", street)
    compound = await _area(Level.COMPOUND, "锦绣花园", community)
    building = await _area(Level.BUILDING, "1号楼", compound)
    other = await _area(Level.STREET, "临水街道", county)
    elsewhere = await _area(Level.COMMUNITY, "秋实社区", other)
    home = Home(community.path or "", elsewhere.path or "")
    dwelling = await Dwelling.create(area=building, number="101")
    home.ids |= {
        "area_id": community.id,
        "parent_id": compound.id,
        "compound_id": compound.id,
        "building_id": building.id,
        "elsewhere_id": elsewhere.id,
        "dwelling_id": dwelling.id,
    }
    await _people(home, community)
    await _belongings(home)
    await _demand(home)
    await open_shop(home, REAL_NAME, PHONE)
    await _money(home)
    await _books(home)
    await _fees(home)
    await _car(home)
    await open_car_park(home, PLATE)
    await ask_neighbours(home)
    await gather(home)
    await wish_well(home)
    await know_crafts(home, PHONE)
    await open_bank(home)
    await hold_fair(home)
    return home


async def _people(home: Home, community: Area) -> None:
    neighbour = await User.create(openid="openid-neighbour", nickname="秘密社区里的话")
    await identity.set_phone(neighbour.id, PHONE)
    await identity.set_real_name(neighbour.id, REAL_NAME)
    post = await Post.create(
        user=neighbour, role=Role.GRID_OFFICER, area=community, starts_at=clock.now()
    )
    signed_in = await identity.open_session(neighbour.id, "秘密社区里的话")
    stranger = await User.create(openid="openid-stranger", nickname="外人")
    unit = await Department.create(code="x-1", name="某物业", kind=DepartmentKind.PROPERTY)
    sessions = await rows("SELECT id FROM identity_session")
    assert signed_in.token
    home.ids |= {
        "user_id": neighbour.id,
        "handler_id": neighbour.id,
        "stranger_id": stranger.id,
        "post_id": post.id,
        "session_id": sessions[0]["id"],
        "department_id": unit.id,
        "unit_id": unit.id,
    }


async def _belongings(home: Home) -> None:
    """What the neighbour has: a dwelling, a picture, a demand."""
    neighbour = Actor(home.ids["user_id"])
    asked = BindingNew(
        dwelling_id=home.ids["dwelling_id"],
        relation=Relation.OWNER,
        name=REAL_NAME,
        id_number=ID_NUMBER,
    )
    mine = await residents.bind(neighbour, asked)
    binding = await residents.confirm(SYSTEM, mine.binding_id, Confirm())
    picture = await File.create(
        owner_id=neighbour.user_id,
        purpose=Purpose.ORDER,
        kind=Kind.IMAGE,
        media_type="image/webp",
        bytes=1,
        key="a-key",
        sha256="0" * 64,
        created_at=clock.now(),
        stored_at=clock.now(),
    )
    message = await Message.create(
        user_id=neighbour.user_id, template="x", words="sealed", created_at=clock.now()
    )
    label = "秘密社区里的话"
    code = await codes.create(
        SYSTEM, CodeNew(area_id=home.ids["area_id"], kind=CodeKind.COMMUNITY, label=label)
    )
    home.ids |= {
        "code_id": code.id,
        "message_id": message.id,
        "binding_id": binding.id,
        "resident_id": binding.resident_id,
        "file_id": picture.id,
    }


async def _demand(home: Home) -> None:
    place = PlaceBody(area_id=home.ids["building_id"])
    words = "秘密社区里的话：单元门的灯不亮了"
    body = ReportBody(kind="repair", text=words, answers={"where": "楼道"}, place=place)
    order = await demands.report(Actor(home.ids["user_id"]), body)
    home.ids |= {"order_id": order.id}


async def _money(home: Home) -> None:
    """A payment that waits, and one that was paid at the counter and waits for its refund."""
    payee = await payments.payee("firm", home.ids["unit_id"], "某物业")
    opened = [await _opened(home, payee, number) for number in (1, 2)]
    counter = CounterBody(method="cash", receipt_no="R-1")
    cashier = Actor(9, (ActorPost(1, Role.CASHIER, 1, home.area_path, payee.unit_id),))
    await payments.record_at_counter(cashier, opened[1].id, counter)
    line = [refunds.RefundLine("bill:2", 100)]
    refund = await refunds.refund(SYSTEM, opened[1].id, key="back", lines=line, reason="多收")
    said = quarantines.Said("payment", opened[0].number, "4200", "1900000001", 7, {"x": SECRETS[3]})
    kept = await quarantines.keep(said, Why.AMOUNT, opened[0])
    home.ids |= {"payee_id": payee.id, "payment_id": opened[0].id, "refund_id": refund.id}
    home.ids |= {"quarantine_id": kept.id}


async def _books(home: Home) -> None:
    """A bill of WeChat's that was refused, a difference of the firm's, a day of its books."""
    day, now = "2026-11-23", clock.now()
    firm = {"payee_id": home.ids["payee_id"], "payee_name": "某物业"}
    firm |= {"unit_id": home.ids["unit_id"]}
    whose = {"mchid": "1900000001", "day": day, "created_at": now}
    status = WechatBillStatus.REFUSED
    bill = await WechatBill.create(**whose, kind=BillKind.TRADE, status=status)
    facts = {"subject": Subject.PAYMENT, "kind": Fault.OURS_ONLY, "number": "LP-1", "ours": 100}
    facts |= {"key": "a-key", "status": DifferenceStatus.OPEN, "says": SECRETS[3]}
    difference = await Difference.create(**whose, **firm, **facts)
    figures = dict.fromkeys(("opening", "income", "refunds", "fees", "closing", "count"), 0)
    methods: dict[str, Any] = {"income": {}, "refunds": {}}
    book = await BookDay.create(
        **firm, **figures, day=day, status=DayStatus.OPEN, methods=methods, created_at=now
    )
    home.ids |= {"wechat_bill_id": bill.id, "difference_id": difference.id, "day_id": book.id}


async def _opened(home: Home, payee: payments.Payee, number: int) -> payments.Payment:
    title = "秘密社区里的话"
    return await payments.open_payment(
        Actor(home.ids["user_id"]),
        purpose="testing",
        payee_id=payee.id,
        title=title,
        lines=[payments.Line(f"bill:{number}", title, 100, payee.account)],
        area_path=home.area_path,
    )


async def _car(home: Home) -> None:
    """The neighbour's car, which somebody asked to be moved; and whoever asked was blocked."""
    neighbour = Actor(home.ids["user_id"])
    new = VehicleNew(plate=PLATE, dwelling_id=home.ids["dwelling_id"], description="白色轿车")
    car = await vehicles.register(neighbour, new)
    await vehicles.confirm(SYSTEM, car.id, Decide())
    place = PlaceBody(area_id=home.ids["building_id"])
    asked = await move_car.ask(neighbour, Ask(plate=PLATE, reason=Reason.BLOCKED, place=place))
    await Told.create(request_id=asked.id, user_id=neighbour.user_id, told_at=clock.now())
    now = clock.now()
    block = await Block.create(
        user_id=neighbour.user_id,
        request_id=asked.id,
        area_path=home.area_path,
        reason="秘密社区里的话",
        made_by=0,
        made_at=now,
        until=now + timedelta(days=1),
    )
    home.ids |= {"vehicle_id": car.id, "request_id": asked.id, "block_id": block.id}


async def _fees(home: Home) -> None:
    """A tariff by meter of the firm, a reading, a bill of the neighbour's, a waiver asked for."""
    manager = Actor(
        9, (ActorPost(1, Role.PROPERTY_MANAGER, 1, home.area_path, home.ids["unit_id"]),)
    )
    first = {"valid_from": "2020-01-01", "steps": [{"up_to": None, "price": 30_000}]}
    meter = {"basis": "meter", "period": "month", "meter_unit": "吨", "meter_digits": 5}
    body = {"area_id": home.ids["compound_id"], "name": "秘密社区里的话", "first": first}
    tariff = await tariffs.create(manager, TariffNew.model_validate(body | meter))
    today = clock.today()
    period = f"{today.year}-{today.month:02d}"
    read = {"dwelling_id": home.ids["dwelling_id"], "period": period, "read_on": today}
    reading = await tariffs.enter(manager, tariff.id, ReadingNew(**read, value=9000, previous=0))
    run = await billings.start(manager, RunNew(tariff_id=tariff.id, period=period))
    await billings.issue(run.id, 0)
    bill = await Bill.get(tariff_id=tariff.id)
    asked = WaiverNew(bill_id=bill.id, amount=1, ground=Ground.SERVICE, note="秘密社区里的话")
    cashier = Actor(10, (ActorPost(2, Role.CASHIER, 1, home.area_path, home.ids["unit_id"]),))
    waiver = await waivers.ask(cashier, asked)
    home.ids |= {
        "tariff_id": tariff.id,
        "reading_id": reading.id,
        "run_id": run.id,
        "bill_id": bill.id,
        "waiver_id": waiver.id,
    }
    settled = await Handover.create(
        dwelling_id=home.ids["dwelling_id"],
        area_id=home.ids["building_id"],
        former=0,
        tenure=1,
        kind=HandoverKind.BALANCE,
        amount=1,
        asked_by=home.ids["user_id"],
        asked_at=clock.now(),
    )
    home.ids |= {"handover_id": settled.id}
