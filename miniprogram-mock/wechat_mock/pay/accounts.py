"""Merchants' accounts from the command line: numbers, and where the keys lie."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from wechat_mock.forms import Form
from wechat_mock.pay import keys
from wechat_mock.pay.books import Books


def _pem(value: str) -> str:
    """The PEM itself, or the text of the file that it names."""
    return value if value.lstrip().startswith("-----BEGIN") else Path(value).read_text("utf-8")


Number = Annotated[str, Field(pattern=r"^\d{6,32}$")]
Pem = Annotated[str, AfterValidator(_pem)]


class Account(Form):
    """A merchant. ``public_key`` (theirs) and ``private_key`` (the platform's, one for all) are
    PEM or paths; ``sub_mchids`` {number: name} makes it a service provider."""

    mchid: Number
    serial: Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{1,40}$")]
    public_key: Pem
    apiv3_key: Annotated[str, Field(pattern=r"^[\x21-\x7e]{32}$")]
    appid: str
    appids: tuple[str, ...] = ()
    name: Annotated[str, Field(min_length=1, max_length=64)] = "商户"
    mode: keys.KeyMode = "public_key"
    sub_mchids: dict[Number, str] = Field(default_factory=dict)
    fee_rate: Annotated[Decimal, Field(ge=0, lt=1)] = Decimal("0.006")
    private_key: Pem | None = None
    public_key_id: Annotated[str, Field(pattern=r"^PUB_KEY_ID_\w{10,64}$")] = ""


def add_merchants(books: Books, accounts: list[Account]) -> None:
    """Sign the accounts up. The first that brings a platform key decides the platform's."""
    for account in accounts:
        if account.private_key and "platform" not in vars(books):
            key = keys.read_private(account.private_key)
            books.platform = keys.Platform(key, account.public_key_id)
        books.add(
            keys.Merchant(
                account.mchid,
                account.serial.upper(),
                keys.read_public(account.public_key),
                account.apiv3_key,
                frozenset({account.appid, *account.appids}),
                name=account.name,
                mode=account.mode,
                sub_mchids=dict(account.sub_mchids),
                fee_rate=account.fee_rate,
            )
        )
