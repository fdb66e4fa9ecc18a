"""WeChat's own servers, as far as Linli talks to them: for demos, tests and foreign SDKs."""

from wechat_mock.app import create_app

__all__ = ["create_app"]
