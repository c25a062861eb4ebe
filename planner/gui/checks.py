"""What must be there before a window can be: PySide6 that suits this Python, its system libraries, a screen.

Asked before Qt is imported, because Qt itself ends the program with three lines that do not name what is missing.
Imports no Qt.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

PACKAGES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
}
"""System library -> Debian package: needed to import QtWidgets."""
SCREEN_PACKAGES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""Needed besides for a window on an X screen."""
_SCREENLESS = ("offscreen", "minimal", "vnc")


def obstacles(
    environment: Mapping[str, str] | None = None, load: Callable[[str], object] = ctypes.CDLL
) -> tuple[str, ...]:
    """Return what keeps a window from opening here, in plain sentences with what to do; empty if nothing does."""
    environment = os.environ if environment is None else environment
    return (*_pyside(), *(_libraries(environment, load) if sys.platform == "linux" else ()))


def _pyside() -> tuple[str, ...]:
    missing = [name for name in ("PySide6", "pyqtgraph") if find_spec(name) is None]
    if missing:
        names = " and ".join(missing)
        return (f"The desktop app needs {names}, which is not installed: pip install 'footfall[gui]', or ./run gui.",)
    try:
        found = version("PySide6-Essentials")
    except PackageNotFoundError:
        return ()
    return (broken_pair(found, sys.version_info[:2]),) if broken_pair(found, sys.version_info[:2]) else ()


def broken_pair(pyside: str, python: tuple[int, int]) -> str:
    """Return the sentence about a PySide6 that aborts this Python (it loses references); empty if it is fine."""
    major, minor = (int(part) for part in pyside.split(".")[:2])
    if python >= (3, 12) or (major, minor) < (6, 12):
        return ""
    return (
        f"PySide6 {pyside} ends Python {python[0]}.{python[1]} without a message after some hundred clicks. "
        "Install an older one: pip install 'PySide6-Essentials<6.12'; or use Python 3.12 or newer."
    )


def _libraries(environment: Mapping[str, str], load: Callable[[str], object]) -> tuple[str, ...]:
    platform = environment.get("QT_QPA_PLATFORM", "").partition(":")[0]
    screen = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    wanted = PACKAGES if platform in _SCREENLESS else {**PACKAGES, **SCREEN_PACKAGES}
    missing = [package for name, package in wanted.items() if not _loads(name, load)]
    found = []
    if missing:
        install = f"sudo apt-get install -y {' '.join(missing)}"
        found.append(f"System libraries are missing. On Debian or Ubuntu: {install}")
    if not screen and platform not in _SCREENLESS:
        found.append(
            "There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set). Use the other commands, such as "
            "footfall compare, which need none; or xvfb-run -a footfall gui."
        )
    return tuple(found)


def _loads(name: str, load: Callable[[str], object]) -> bool:
    try:
        load(name)
    except OSError:
        return False
    return True
