"""The real program in a real X window: one working day of a strategist, by mouse and keyboard, from open to reopen."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

ROOT = Path(__file__).parents[3]
TOOLS = {"xvfb-run": "xvfb", "xauth": "xauth", "herbstluftwm": "herbstluftwm", "xdotool": "xdotool"}
DESKTOP = (
    'herbstluftwm -c "$(command -v true)" >/dev/null 2>&1 & W=$!; sleep 1; herbstclient rule focus=on; '
    '"$@"; rc=$?; kill $W; exit $rc'
)
"""A window manager without key bindings that gives new windows the focus; then the command."""
PATIENCE_SECONDS = 150.0


def run_on_a_screen(*command: str) -> tuple[int, str, str]:
    """Run a command under Xvfb with a window manager; return exit code, output and errors. Leaves no process."""
    missing = [package for tool, package in TOOLS.items() if shutil.which(tool) is None]
    if missing:
        pytest.fail(f"{', '.join(missing)} missing; ./run xtest installs them, or: apt-get install {' '.join(missing)}")
    screen = ["xvfb-run", "-a", "-s", "-screen 0 1440x900x24", "sh", "-c", DESKTOP, "sh"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb"}
    pipe = subprocess.PIPE
    running = subprocess.Popen(
        [*screen, *command], stdout=pipe, stderr=pipe, text=True, cwd=ROOT, env=environment, start_new_session=True
    )
    try:
        said, errors = running.communicate(timeout=PATIENCE_SECONDS)
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
    return running.returncode, said, errors


def left_over(mark: str) -> list[str]:
    """Return the processes whose command or environment speaks of ``mark``."""
    given = [(process, process.info) for process in psutil.process_iter(["cmdline", "environ"])]
    return [
        str(process)
        for process, info in given
        if mark in " ".join(info["cmdline"] or []) or mark in (info["environ"] or {}).values()
    ]


def told_by_the_command_line(study: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "planner", "compare", str(study), "--jobs", "1", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return {plan["name"]: plan["outcomes"]["aov"]["mean"] for plan in json.loads(done.stdout)["plans"]}


@pytest.mark.slow
def test_a_working_day_in_a_real_window(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.setenv("FOOTFALL_TEST_DESK", str(folder))
    code, said, errors = run_on_a_screen(sys.executable, "-m", "tests.planner.gui.real_driver", str(small), str(folder))
    assert code == 0, f"{said}\n{errors}\nThe screen then: {folder / 'stuck.png'}"
    assert "Traceback" not in errors
    seen: dict[str, Any] = json.loads(said.splitlines()[-1])
    assert seen.pop("means") == told_by_the_command_line(small)
    assert seen == {
        "title": "Small shop (small.toml)[*]",
        "dirty after the edit": True,
        "page while running": True,
        "plans": ["Baseline", "Remind", "More"],
        "clean after undo": True,
        "clean after saving": True,
        "value after reopening": 3.0,
    }
    assert "# a day is best" in small.read_text(encoding="utf-8"), "saving keeps comments"
    assert {path.suffix for path in (folder / "results").rglob("*") if path.is_file()} >= {".png", ".csv", ".html"}
    assert left_over(str(folder)) == []
