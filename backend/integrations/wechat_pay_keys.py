"""The keys of a merchant's account: read from settings, or made for the demo."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PRIVATE, PUBLIC = "{}.key.pem", "{}.pub.pem"
SIDES = ("merchant", "wechat")


def read(value: str) -> str:
    """PEM from a setting: itself, or the file of that path. Raises OSError."""
    if not value or "-----BEGIN" in value:
        return value
    return Path(value).read_text()


def make(folder: Path) -> None:
    """Two pairs for the demo and its stand-in of WeChat, unless they are there already."""
    folder.mkdir(parents=True, exist_ok=True)
    for side in SIDES:
        private, public = folder / PRIVATE.format(side), folder / PUBLIC.format(side)
        if not public.exists():
            _pair(private, public)


def _pair(private: Path, public: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private.touch(mode=0o600)
    private.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    public.write_bytes(key.public_key().public_bytes(pem, spki))


def private(path: Path) -> rsa.RSAPrivateKey:
    """The private key of a file. Raises ValueError for one that is no RSA key."""
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("not an RSA key")  # noqa: TRY004 - a wrong value in a file
    return key
