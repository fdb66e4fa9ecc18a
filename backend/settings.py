"""Every setting of the product, read once from the environment (prefix `LINLI_`)."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator can set. Defaults run the demo with nothing installed.

    `database_url` is `sqlite://PATH` or `mysql://user:password@host:port/name`; an empty
    `redis_url` means an in-process stand-in, which is right for one process only.
    """

    model_config = SettingsConfigDict(env_prefix="LINLI_", env_file=".env", extra="ignore")

    environment: Literal["demo", "test", "production"] = "demo"
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = Field(default=1, ge=1, le=64)
    public_url: str = "http://127.0.0.1:8000"
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    data_dir: Path = Path(".linli")
    h5_dir: Path | None = None

    database_url: str = "sqlite://.linli/linli.sqlite3"
    database_driver: Literal["asyncmy", "aiomysql"] = "asyncmy"
    database_pool: int = Field(default=10, ge=1, le=200)
    redis_url: str = ""

    secret_keys: SecretStr = SecretStr("")
    """`id:base64-of-32-bytes`, comma separated; the first encrypts, the rest still decrypt."""

    wechat_url: str = "http://127.0.0.1:8001"
    wechat_appid: str = "wx0000000000demo01"
    wechat_secret: SecretStr = SecretStr("demo-secret")
    wechat_push_token: SecretStr = SecretStr("demo-push-token")
    wechat_push_aes_key: SecretStr = SecretStr("ZGVtby1kZW1vLWRlbW8tZGVtby1kZW1vLWRlbW8xMjM")
    wechat_env_version: Literal["release", "trial", "develop"] = "release"
    wechat_template_ids: dict[str, str] = {}
    """Our template key → the id that WeChat gave it; the mock needs none."""

    wechat_pay_mchid: str = "1900000001"
    wechat_pay_serial: str = "5A3D1E0000000000000000000000000000DE0001"
    """Of the merchant's certificate."""
    wechat_pay_private_key: SecretStr = SecretStr("")
    """PEM, or the path of a file with it; empty: no payments (the demo makes keys of its own)."""
    wechat_pay_apiv3_key: SecretStr = SecretStr("linli-demo-apiv3-key-32-bytes-ok")
    wechat_pay_public_key: str = ""
    """WeChat's public key, PEM or path; empty: its certificates are fetched."""
    wechat_pay_public_key_id: str = "PUB_KEY_ID_0119000000012026112400DEMO01"
    wechat_pay_mode: Literal["direct", "partner"] = "direct"
    """`partner`: a service provider; every payee has an account (`sub_mchid`) of its own."""
    wechat_pay_url: str = ""
    """Empty: the same as `wechat_url`, as the mock has it; else https://api.mch.weixin.qq.com."""

    request_deadline: float = Field(default=10.0, gt=0, le=60)
    upload_limit: int = 15 * 1024 * 1024
    session_days: int = 30
    close_after_days: int = 7
    staff_names: Literal["full", "surname", "role"] = "surname"
    """How residents see who handled their demand: 王小明, 王师傅 or 社工."""
    quiet_hours: bool = True
    """WeChat messages that are not urgent wait from ten at night until eight in the morning."""
    log_format: Literal["json", "console"] = "json"

    @property
    def is_demo(self) -> bool:
        return self.environment == "demo"


@lru_cache(maxsize=1)
def settings() -> Settings:
    return Settings()
