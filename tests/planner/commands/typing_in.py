"""Types a command as a user does: in this process, which is quick, or in one of its own, as the shell starts it.

Both give exit code, stdout and stderr. Must not know what any command does.
"""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

from planner.cli import main

if TYPE_CHECKING:
    from pathlib import Path


class Answer(NamedTuple):
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def footfall(*arguments: str, folder: Path) -> Answer:
    """Run a command in this process, in a folder; an error that the command line does not explain is raised."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    typed = mock.patch.object(sys, "argv", ["footfall", *arguments])
    with typed, contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as left:
            code = int(left.code or 0)
    return Answer(code, out.getvalue(), err.getvalue())


def footfall_apart(*arguments: str, folder: Path) -> Answer:
    """Run a command in a process of its own."""
    command = [sys.executable, "-m", "planner", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=120)
    return Answer(done.returncode, done.stdout, done.stderr)


def document(*arguments: str, folder: Path) -> Any:  # noqa: ANN401 - any JSON document
    """Return the JSON document that a command prints."""
    return told(footfall(*arguments, "--json", folder=folder))


def told(done: Answer) -> Any:  # noqa: ANN401 - any JSON document
    """Return the JSON document of a command that went well."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
