"""The rules of the house that no linter knows."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ("foundation", "engines", "features", "oversight")
FILES = {"__init__", "permissions", "states", "events", "rules", "models", "schemas", "messages"}
FILES |= {"queries", "service", "routes", "reactions", "jobs"}
DOORS = {"service", "queries", "events"}
SOURCES = sorted(path for floor in FLOORS for path in (ROOT / "backend" / floor).glob("*/*.py"))
ALL = sorted(
    [*(ROOT / "backend").rglob("*.py"), *(ROOT / "miniprogram-mock/wechat_mock").rglob("*.py")]
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", ALL, ids=name)
def test_a_file_is_short_and_has_a_docstring(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 400, "split the feature, not the file"
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), "say the file's job in a line or two"


@pytest.mark.parametrize("path", ALL, ids=name)
def test_a_function_is_short(path: Path) -> None:
    """What it does, that is: its docstring may take the room it needs."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if ast.get_docstring(node):
                lines -= (node.body[0].end_lineno or 0) - node.body[0].lineno + 1
            assert lines <= 30, f"{node.name} has {lines} lines: name what its parts do"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_room_has_the_houses_files(path: Path) -> None:
    assert path.stem in FILES, "a file name outside the house's vocabulary"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_room_is_entered_by_its_doors(path: Path) -> None:
    floor, room = path.parts[-3], path.parts[-2]
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("backend."):
            continue
        parts = (node.module or "").split(".")
        if parts[1] not in FLOORS or len(parts) < 3 or parts[1:3] == [floor, room]:
            continue
        wanted = set(parts[3:4]) or {alias.name for alias in node.names}
        doors = DOORS | ({"models"} if path.stem == "models" else set())
        doors |= {"messages"} if path.stem == "messages" else set()
        assert wanted <= doors, f"{'.'.join(parts)} {wanted} is private to its room"


@pytest.mark.parametrize("path", [one for one in SOURCES if one.stem == "routes"], ids=name)
def test_a_handler_is_one_line_of_work(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.AsyncFunctionDef) and node.decorator_list:
            branches = [
                one for one in ast.walk(node) if isinstance(one, ast.If | ast.For | ast.Try)
            ]
            assert not branches, f"{node.name} decides; that is the service's work"


@pytest.mark.parametrize("path", ALL, ids=name)
def test_nobody_sets_a_status_by_hand(path: Path) -> None:
    if path.parts[-2] == "core":
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                is_status = isinstance(target, ast.Attribute) and target.attr == "status"
                is_own = is_status and getattr(target.value, "id", "") == "self"
                assert not is_status or is_own, "core.states.make is the only way"


def test_no_two_models_have_one_name() -> None:
    """Tortoise knows models by the bare name: of two the second takes the first's place."""
    found = [
        node.name
        for path in (ROOT / "backend").rglob("models.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and any(getattr(b, "id", "") == "Row" for b in node.bases)
    ]
    assert sorted(found) == sorted(set(found))


def test_every_room_is_listed_once() -> None:
    """A room that stands twice would open its routes twice, and none at all."""
    for floor in FLOORS:
        rooms = import_module(f"backend.{floor}").ROOMS
        folders = {path.parent.name for path in SOURCES if path.parts[-3] == floor}
        assert sorted(rooms) == sorted(folders)


def test_a_worker_knows_every_job() -> None:
    """In a process of its own: here everything is imported already, by tests."""
    script = "from backend.core import jobs, loader; loader.load_work(); print(*jobs.declared)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True)
    assert set(done.stdout.decode().split()) >= {
        f"{path.parts[-3]}.{path.parts[-2]}.{path.stem}.{node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.AsyncFunctionDef) and any(map(_is_job, node.decorator_list))
    }


def _is_job(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id in ("job", "every")


def test_no_two_models_bear_one_name() -> None:
    """Tortoise keeps models by name: the second of a name would be left without a database."""
    names = [
        node.name
        for path in ALL
        if path.stem == "models"
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
    ]
    assert sorted(names) == sorted(set(names))
