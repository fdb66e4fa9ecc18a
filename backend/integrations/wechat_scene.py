"""The ``scene`` of a mini-program code: 32 characters that arrive plain, encoded, or twice so."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

ALLOWED = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}")
ENCODED_ADDRESS = re.compile(r"https?%3A%2F%2F", re.IGNORECASE)
MOST_RAW = 1024


class BadScene(ValueError):
    """What was scanned is no code of ours."""


def parse(raw: str) -> str:
    """The scene as it was made. ``%`` is never part of one, so it is decoded until none is left.

    Raises BadScene for anything that WeChat could not have carried.
    """
    scene = raw.strip()[:MOST_RAW]
    for _ in range(3):
        if "%" in scene:
            scene = unquote(scene)
    if not ALLOWED.fullmatch(scene):
        raise BadScene("not a scene")
    return scene


def parse_scanned(raw: str) -> str:
    """The scene of whatever a phone scanned: a bare scene, a page with ``?scene=``, or the address
    of an ordinary QR code (the page then receives it url-encoded as ``q``).

    Raises BadScene.
    """
    text = raw.strip()[:MOST_RAW]
    for _ in range(3):
        if ENCODED_ADDRESS.match(text):
            text = unquote(text)
        # A plus is a plus here: scenes may hold one, and never a blank.
        query = parse_qs(urlsplit(text).query.replace("+", "%2B"), keep_blank_values=True)
        if "scene" in query:
            return parse(query["scene"][0])
        if "q" not in query:
            break
        text = query["q"][0]
    return parse(text)
