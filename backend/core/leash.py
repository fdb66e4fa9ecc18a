"""Children that end with their parent, however that ended: even `kill -9` leaves none behind.

On Linux the kernel sees to it; elsewhere the command is started as it is.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def leashed(*command: str) -> list[str]:
    """What to start instead of `command`: becomes it, under the same process id, and is killed
    when the thread that started it ends."""
    if sys.platform != "linux":
        return list(command)
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


def tie(parent: int) -> None:
    """Have this very process killed when the thread that started it ends; `parent` is whose child
    it is, and where that has ended already, so does this."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit


if __name__ == "__main__":
    tie(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606
