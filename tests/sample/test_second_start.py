"""What the first start has made, the second one takes as it is."""

import importlib.util
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tortoise.migrations.executor import MigrationExecutor

from backend.core import migration_runner
from backend.foundation.areas.models import Area
from backend.sample import seed, stage
from backend.settings import Settings
from tests.conftest import KEYS

ROOT = Path(__file__).parents[2]


class Watched:
    """Which of the long works of a start were done."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        state = MigrationExecutor._project_state
        apply = migration_runner.Runner._apply_whole
        patch.setattr(MigrationExecutor, "_project_state", self._noting("state", state))
        patch.setattr(migration_runner.Runner, "_apply_whole", self._noting("migration", apply))
        patch.setattr(seed, "build", self._noting("seed", _one_place))

    def _noting(self, what: str, work: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        async def noting(*arguments: Any, **named: Any) -> Any:
            self.done.append(what)
            return await work(*arguments, **named)

        return noting


async def _one_place(**_: Any) -> None:
    await Area.create(path="/1/", level="county", name="小城", sibling_key="0:小城")


async def test_a_second_start_neither_migrates_nor_seeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database_url = f"sqlite://{tmp_path}/linli.sqlite3?synchronous=OFF"
    settings = Settings(
        environment="demo", database_url=database_url, data_dir=tmp_path, secret_keys=KEYS
    )
    watched = Watched(monkeypatch)
    await stage.prepare(settings)
    assert {*watched.done} == {"state", "migration", "seed"}
    watched.done.clear()
    await stage.prepare(settings)
    assert watched.done == []


@pytest.fixture
def prepare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """What the scripts set up, for a checkout with hardly any pages; `ran` are its commands."""
    spec = importlib.util.spec_from_file_location("prepare", ROOT / "scripts" / "prepare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    app = tmp_path / "app"
    for made in ("src", "node_modules", "dist"):
        (app / made).mkdir(parents=True)
    (app / "src" / "page.vue").write_text("<template/>")
    (app / "package-lock.json").write_text("{}")
    ran: list[str] = []

    def run(command: list[str], *_: Any) -> None:
        ran.append(" ".join(command[1:3]))
        (app / "dist" / "build" / "h5").mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "APP", app)
    monkeypatch.setattr(module, "run", run)
    monkeypatch.setattr(module, "_node", lambda: ("24", ["npm"], {}))
    vars(module)["ran"] = ran
    return module


def test_a_second_start_builds_no_phones(prepare: ModuleType) -> None:
    prepare.phones("h5")
    assert prepare.ran == ["ci --ignore-scripts", "run --silent"]
    prepare.phones("h5")
    assert len(prepare.ran) == 2
    (prepare.APP / "src" / "page.vue").write_text("<template>改了</template>")
    prepare.phones("h5")
    assert prepare.ran[2:] == ["run --silent"]
    shutil.rmtree(prepare.APP / "dist" / "build")
    prepare.phones("h5")
    assert prepare.ran[3:] == ["run --silent"]
