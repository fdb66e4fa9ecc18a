"""Quiet hours, patience, words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import clock
from backend.foundation.notify import messages, rules
from backend.foundation.notify.messages import Template
from backend.integrations import wechat_fields
from wechat_mock import fields as wechat

MOMENTS = st.integers(1_600_000_000, 2_100_000_000).map(
    lambda one: datetime.fromtimestamp(one, UTC)
)


@given(MOMENTS)
def test_waiting_ends_by_day_and_only_the_night_waits(now: datetime) -> None:
    delay = rules.wait(now, is_urgent=False)
    there, then = clock.local(now), clock.local(now + delay)
    assert 8 <= then.hour < 22
    assert timedelta() <= delay <= timedelta(hours=10)
    assert bool(delay) == (there.hour < 8 or there.hour >= 22)
    assert not rules.wait(now, is_urgent=True)


def test_patience_grows_to_an_hour() -> None:
    waits = [rules.back_off(attempts).total_seconds() for attempts in range(1, 12)]
    assert waits[0] == 30
    assert waits == sorted(waits)
    assert waits[-1] == 3600


def test_moments_are_written_for_people_and_for_wechat() -> None:
    due = {"due": datetime(2026, 11, 22, 16, 5, tzinfo=UTC)}
    assert rules.words("{due} 前", due) == "11月23日 00:05 前"
    assert rules.field_words("{due}", due) == "2026年11月23日 00:05"
    assert wechat.RULES["time"](rules.field_words("{due}", due))


@pytest.mark.parametrize("kind", ["thing", "phrase", "character_string", "name", "letter"])
@given(st.text(max_size=200))
def test_whatever_people_write_wechat_takes(kind: str, text: str) -> None:
    value = wechat_fields.fit(f"{kind}1", text)
    if kind != "name":
        assert wechat.RULES[kind](value)
    assert not wechat.CONTROL.search(value)


def test_braces_in_what_people_write_are_words() -> None:
    assert rules.words("「{title}」", {"title": "{who} {0} %s"}) == "「{who} {0} %s」"


def test_every_template_of_the_house_can_be_registered_with_wechat() -> None:
    for one in messages.known().values():
        assert len(one.called) <= 32
        assert "{" not in one.called
        assert all(wechat.kind_of(name) for name in one.wechat), one.key
        assert not one.wechat or one.scene, f"{one.key}: nobody is ever asked for consent"


def test_a_key_stands_for_one_template(monkeypatch: pytest.MonkeyPatch) -> None:
    class First:
        one = Template("same", "a", "b")

    class Second:
        other = Template("same", "c", "d")

    monkeypatch.setattr(messages.loader, "load", lambda _: [First, Second])
    with pytest.raises(RuntimeError, match="same"):
        messages.known()
