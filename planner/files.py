"""Writing files so that a reader sees the old one or the whole new one. Must not know what is in them."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_atomically(path: Path, content: bytes) -> Path:
    """Write ``content`` to ``path``, making its folder, and return the path.

    The bytes go to a hidden neighbour first, reach the disk, and take the name by a rename: a full disk, a crash or a
    kill leaves the old file as it was. OSError as the system raises it; the neighbour is then removed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path
