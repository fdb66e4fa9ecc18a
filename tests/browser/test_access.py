"""axe-core over every main page, in light, dark and large type: nothing serious or critical."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import APP
from tests.browser.phones import Api, Booth, Person, Phone
from tests.browser.scenes import SCENES, Story, visit
from tests.conftest import left_out

AXE = APP / "node_modules" / "axe-core" / "axe.min.js"
BAD = ("serious", "critical")
ASK = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
  return axe.run(document, { resultTypes: ['violations'], elementRef: false })
}"""


@pytest.mark.parametrize("look", ["light", "dark", "large"])
def test_pages_are_accessible(
    booth: Booth, story: Story, call_as: Callable[[Person], Api], look: str
) -> None:
    if not AXE.is_file():
        left_out("axe-core is not installed (scripts/test installs it with the phones)")
    tour = visit(booth, story, look, call_as)
    found = [f"{scene.name}: {one}" for scene in SCENES for one in findings(tour.see(scene))]
    assert found == [], "\n".join(found)


def findings(phone: Phone) -> list[str]:
    """What axe holds against the page, a line each."""
    if not phone.page.evaluate("() => 'axe' in window"):
        phone.page.evaluate(AXE.read_text(encoding="utf-8") + "; null")
    result = phone.page.evaluate(ASK)
    return [_line(rule) for rule in result["violations"] if rule["impact"] in BAD]


def _line(rule: dict[str, Any]) -> str:
    nodes = [
        f"{node['html'][:150]} ({node['failureSummary'][-160:]})" for node in rule["nodes"][:2]
    ]
    return f"{rule['id']} ×{len(rule['nodes'])}: {' | '.join(nodes)}".replace("\n", " ")
