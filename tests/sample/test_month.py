"""The month of money that `scripts/demo --month` plays."""

from backend.sample import month


def test_every_episode_has_its_day() -> None:
    assert len(set(month.EPISODES)) == len(month.EPISODES) <= month.DAYS
