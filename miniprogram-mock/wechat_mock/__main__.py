"""``python -m wechat_mock --port N``: the mock as a process of its own."""

import argparse
import json
from pathlib import Path
from typing import Any

from sanic import Sanic

from wechat_mock import forms
from wechat_mock.app import create_app
from wechat_mock.control import add_templates
from wechat_mock.pay.accounts import Account, add_merchants
from wechat_mock.world import Callback, Settings


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="wechat_mock", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--appid", default=Settings.appid)
    parser.add_argument("--secret", default=Settings.secret)
    parser.add_argument("--templates", type=Path, help="JSON: [{id, title, fields, type?}]")
    parser.add_argument("--callback", help="JSON: {url, token, aes_key?, mode?, format?}")
    parser.add_argument("--pay", action="append", default=[], help="JSON: a merchant of Pay v3")
    parser.add_argument("--media-seconds", type=float, default=Settings.media_seconds)
    return parser.parse_args()


def build(asked: argparse.Namespace) -> Sanic[Any, Any]:
    """The configured application. Raises pydantic's ValidationError on a bad file."""
    app = create_app(Settings(asked.appid, asked.secret, media_seconds=asked.media_seconds))
    if asked.templates:
        given = json.loads(asked.templates.read_text(encoding="utf-8"))
        add_templates(app.ctx.world, forms.Templates(templates=given))
    if asked.callback:
        form = forms.CallbackForm.model_validate_json(asked.callback)
        app.ctx.world.callback = Callback(**form.model_dump(exclude={"verify"}))
    add_merchants(app.ctx.world.pay, [Account.model_validate_json(text) for text in asked.pay])
    return app


def main() -> None:
    """Serve until stopped. One process: the memory is here."""
    asked = _arguments()
    app = build(asked)
    app.run(host=asked.host, port=asked.port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
