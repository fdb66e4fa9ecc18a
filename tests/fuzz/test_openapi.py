"""Every operation of `/openapi.json`, as the document allows and as it does not: no 5xx, and only
answers that the document describes."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi import checks

from tests.city import Demo

SEED = 20261122
EXAMPLES = {GenerationMode.POSITIVE: 5, GenerationMode.NEGATIVE: 4}
ROLES = {"resident": ("resident", 11), "worker": ("worker", 0), "county": ("dispatcher", 3)}
WOULD_END_IT = {
    "/api/v1/me/erase",
    "/api/v1/auth/logout",
    "/api/v1/me/sessions/{session_id}",
    "/api/v1/posts/{post_id}/end",
}
"""Operations that would take away what the fuzzing itself stands on; tested elsewhere."""
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture(scope="module")
def document(demo_city: Demo) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{demo_city.api}/openapi.json", trust_env=False).json()
    return found


@pytest.fixture(params=ROLES)
def person(request: pytest.FixtureRequest, demo_city: Demo) -> Iterator[httpx.Client]:
    """A client of somebody of the role."""
    side, number = ROLES[request.param]
    api = f"{demo_city.api}/api/v1"
    with httpx.Client(base_url=api, trust_env=False, timeout=30) as client:
        people = client.get("/demo/people", params={"side": side, "limit": 20}).json()
        user = people[number]["user_id"]
        token = client.post("/demo/login", json={"user_id": user}).json()["token"]
        client.headers["authorization"] = f"Bearer {token}"
        yield client


def _real_ids(client: httpx.Client) -> dict[str, list[int]]:
    """Ids that exist, by the parameters' names: random ones would mostly end in a 404."""
    found: dict[str, list[int]] = {}
    listed = {
        "order_id": ["/orders/mine", "/orders/pool", "/orders/doing", "/orders/desk"],
        "area_id": ["/areas"],
        "message_id": ["/inbox"],
        "department_id": ["/departments"],
        "resident_id": ["/residents"],
    }
    for name, paths in listed.items():
        for path in paths:
            answer = client.get(path)
            items = answer.json().get("items", []) if answer.status_code == 200 else []
            found.setdefault(name, []).extend(one["id"] for one in items)
    return found


@pytest.mark.parametrize("mode", EXAMPLES, ids=lambda mode: mode.value)
def test_no_operation_breaks(
    document: dict[str, Any], demo_city: Demo, person: httpx.Client, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_dict(document)
    ids, chance = _real_ids(person), random.Random(SEED)
    broken: dict[str, str] = {}
    answered: Counter[int] = Counter()
    headers = {"authorization": person.headers["authorization"]}

    def call(case: Case) -> None:
        for name, known in ids.items():
            if known and name in (case.path_parameters or {}) and chance.random() < 0.7:
                case.path_parameters[name] = chance.choice(known)
        response = case.call(base_url=demo_city.api, headers=headers)
        answered[response.status_code // 100] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except (Failure, FailureGroup) as failure:
            for one in getattr(failure, "exceptions", [failure]):
                broken.setdefault(f"{case.operation.label}: {type(one).__name__}", str(failure))

    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path not in WOULD_END_IT:
            # Some operations take nothing that could be wrong.
            with suppress(Unsatisfiable):
                _bounded(operation.as_strategy(generation_mode=mode), EXAMPLES[mode], call)()
    assert answered[4] > 50
    assert mode is GenerationMode.NEGATIVE or answered[2] > 50, "nothing was let in: a hollow test"
    assert not broken, "\n\n".join(f"{what}\n{how}" for what, how in broken.items())


def _bounded(strategy: Any, examples: int, call: Any) -> Any:
    """The same few examples every time, without shrinking: each costs a request."""

    @seed(SEED)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def run(case: Case) -> None:
        call(case)

    return run
