"""Puts the phones' H5 build into the wheel; builds it first where it is missing or stale."""

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's name for the hook of a project."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "scripts"))
        import prepare

        if shutil.which("node") is None:
            prepare.environment()  # where Node from PyPI is put
        build_data["force_include"][str(prepare.phones("h5"))] = "backend/_h5"
