"""The tour that `scripts/demo --check` makes."""

from backend.sample import tour
from tests.city import Demo


async def test_the_tour_holds_all_the_way(demo_city: Demo) -> None:
    said: list[str] = []
    assert await tour.drive(demo_city.api, demo_city.wechat, said.append) == 0, "\n".join(said)
    assert said[-1] == "✓ 全部通过"
