"""Keys of both sides: what merchants sign with, what the platform signs and seals with."""

import base64
import binascii
import secrets
import string
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_LETTERS = string.ascii_letters + string.digits
CERTIFICATE_DAYS = 5 * 365
KeyMode = Literal["public_key", "certificate"]


def new_key() -> rsa.RSAPrivateKey:
    """An RSA key of the size that WeChat uses."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def read_private(pem: str) -> rsa.RSAPrivateKey:
    """A private key from PEM. Raises ValueError."""
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("not an RSA key")  # noqa: TRY004 - a wrong value in a file
    return key


def read_public(pem: str) -> rsa.RSAPublicKey:
    """A public key from PEM, be it bare or inside a certificate. Raises ValueError."""
    raw = pem.encode()
    if "BEGIN CERTIFICATE" in pem:
        key = x509.load_pem_x509_certificate(raw).public_key()
    else:
        key = serialization.load_pem_public_key(raw)  # type: ignore[assignment]
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("not an RSA key")  # noqa: TRY004 - a wrong value in a file
    return key


def nonce(length: int = 32) -> str:
    """Random letters and digits."""
    return "".join(secrets.choice(NONCE_LETTERS) for _ in range(length))


def sign(key: rsa.RSAPrivateKey, text: bytes) -> str:
    """SHA256-RSA2048, base64."""
    return base64.b64encode(key.sign(text, padding.PKCS1v15(), hashes.SHA256())).decode()


def is_signed(key: rsa.RSAPublicKey, text: bytes, signature: str) -> bool:
    """Whether the signature is that key's over exactly this text."""
    try:
        raw = base64.b64decode(signature, validate=True)
        key.verify(raw, text, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def seal(apiv3_key: str, text: str, associated_data: str) -> dict[str, str]:
    """AEAD_AES_256_GCM as notifications and certificates carry it."""
    once = nonce(12)
    raw = AESGCM(apiv3_key.encode()).encrypt(once.encode(), text.encode(), associated_data.encode())
    return {
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(raw).decode(),
        "associated_data": associated_data,
        "nonce": once,
    }


@dataclass(frozen=True)
class Merchant:
    """A merchant's account. ``sub_mchids`` {number: name} makes it a service provider.

    ``fee_rate`` is the share of each payment that WeChat keeps, ``balance`` what the account
    held at first, in fen.
    """

    mchid: str
    serial: str
    public_key: rsa.RSAPublicKey
    apiv3_key: str
    appids: frozenset[str]
    name: str = "商户"
    mode: KeyMode = "public_key"
    sub_mchids: dict[str, str] = field(default_factory=dict)
    fee_rate: Decimal = Decimal("0.006")

    def name_of(self, sub_mchid: str) -> str:
        """Whom the payer sees."""
        return self.sub_mchids.get(sub_mchid, self.name)


@dataclass(frozen=True)
class Signer:
    """A key of the platform's and the number that says which one signed."""

    serial: str
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate | None = None

    @property
    def public_pem(self) -> str:
        """The public half, as merchants download it."""
        kind = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(serialization.Encoding.PEM, kind).decode()

    @property
    def certificate_pem(self) -> str:
        """The certificate, for a signer that has one."""
        assert self.certificate is not None
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


def unsealed(key: rsa.RSAPrivateKey, text: str) -> str:
    """What a merchant sealed for the platform (RSA-OAEP, base64). Raises ValueError."""
    # SHA-1 is what WeChat's protocol asks for here.
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), label=None)  # noqa: S303
    return key.decrypt(base64.b64decode(text, validate=True), oaep).decode()


def new_public_key_id() -> str:
    """``PUB_KEY_ID_`` and 34 digits."""
    return "PUB_KEY_ID_" + "".join(secrets.choice(string.digits) for _ in range(34))


def certify(key: rsa.RSAPrivateKey) -> Signer:
    """A platform certificate for the key; its number is 40 hexadecimal digits."""
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Tenpay.com"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, "Tenpay.com sign (mock)"),
        ]
    )
    number = (1 << 158) | x509.random_serial_number() >> 2
    began = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), number)
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=CERTIFICATE_DAYS))
        .sign(key, hashes.SHA256())
    )
    return Signer(f"{number:040X}", key, certificate)


class Platform:
    """WeChat Pay's own keys: public keys with ids, and certificates. The last of each signs."""

    def __init__(self, key: rsa.RSAPrivateKey | None = None, public_key_id: str = "") -> None:
        first = key or new_key()
        self.public_keys = [Signer(public_key_id or new_public_key_id(), first)]
        self.certificates = [certify(first)]

    @property
    def public_key_id(self) -> str:
        """The number of the public key that signs now."""
        return self.public_keys[-1].serial

    @property
    def public_pem(self) -> str:
        """The public key that signs now."""
        return self.public_keys[-1].public_pem

    def rotate(self) -> None:
        """A new key signs from now on; the old ones stay known."""
        key = new_key()
        self.public_keys.append(Signer(new_public_key_id(), key))
        self.certificates.append(certify(key))

    def signer(self, mode: KeyMode, wanted: str = "") -> Signer:
        """The key that a request names by ``Wechatpay-Serial``, else the merchant's usual one."""
        for signer in (*self.public_keys, *self.certificates):
            if wanted and signer.serial == wanted:
                return signer
        return (self.public_keys if mode == "public_key" else self.certificates)[-1]

    def knows(self, serial: str) -> bool:
        """Whether a key has that number."""
        return any(s.serial == serial for s in (*self.public_keys, *self.certificates))
