"""A city of its own: what is thrown at it ends bindings, retires codes and renames streets."""

from collections.abc import Iterator

import pytest

from tests.city import Demo, running


@pytest.fixture(scope="session")
def demo_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running(tmp_path_factory.mktemp("fuzzed") / "log") as demo:
        yield demo
