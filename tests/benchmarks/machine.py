"""What a measurement was made on, in words that name no host and no path."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path


def described() -> list[str]:
    """Return the machine and the software as lines of `name: value`."""
    return [
        f"Processor: {_first('/proc/cpuinfo', 'model name') or platform.machine()}, {os.cpu_count()} cores",
        f"Memory: {_memory()}",
        f"System: {platform.system()}, Python {platform.python_version()}",
        "Libraries: " + ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "simpy", "networkx")),
    ]


def _first(file: str, name: str) -> str:
    """Return the first value under a name in one of the kernel's tables; empty where there is none."""
    path = Path(file)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")


def _memory() -> str:
    total = _first("/proc/meminfo", "MemTotal").split()
    return f"{int(total[0]) / 1e6:.0f} GB" if total else "unknown"
