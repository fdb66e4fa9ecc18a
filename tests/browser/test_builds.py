"""What the phones weigh: the first load of H5, the main package of mp-weixin."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.conftest import APP, H5
from tests.browser.town import ROOT
from tests.conftest import left_out


def sizes() -> str:
    """What `npm run size` says; it fails when a build is over its limit."""
    node = shutil.which("node")
    if not node:
        left_out("Node is not on PATH: the sizes of the builds are not measured")
    done = subprocess.run(
        [str(node), "scripts/size.mjs"], cwd=APP, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def kilobytes(name: str, text: str) -> float:
    found = re.search(rf"{name}[^:]*: ([\d.]+) KB", text)
    assert found, text
    return float(found[1])


def test_the_first_load_of_h5_is_small() -> None:
    if H5 != APP / "dist" / "build" / "h5" or not (H5 / "index.html").is_file():
        left_out("the phones are not built here (scripts/test builds them)")
    assert 20 < kilobytes("H5 first load", sizes()) <= 250


def test_mp_weixin_builds_and_its_main_package_is_small(tmp_path: Path) -> None:
    if not (APP / "node_modules").is_dir():
        left_out("the packages of the phones are not installed (scripts/test installs them)")
    build = "import sys; sys.path.insert(0, 'scripts'); import prepare; prepare.phones('mp-weixin')"
    done = subprocess.run(
        [sys.executable, "-c", build], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    built = APP / "dist" / "build" / "mp-weixin"
    whole = sum(file.stat().st_size for file in built.rglob("*") if file.is_file()) / 1024
    assert 100 < kilobytes("mp-weixin main package", sizes()) <= min(1024, whole / 2)
    pages = (built / "app.json").read_text()
    assert "pages/resident/index" in pages
    demo = [file for file in built.rglob("*.js") if "wx-subscribe" in file.read_text()]
    if demo:
        pytest.fail(f"the demo's drawer is in the real mini-program: {demo}")
