"""The set-up script `run` on machines made of small fake commands. Installs nothing and reaches no network."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.architecture.source_tree import ROOT

# Stands for Python and for the Python of the virtual environment: notes what it is asked, fails where FAILS matches.
PYTHON = """#!/bin/sh
case "$*" in *" venv "*) mkdir -p .venv/bin; cp "$0" .venv/bin/python ;; esac
case "$1" in -m) echo "python $*" >>"$LOG" ;; esac
case "$*" in ${FAILS:-none}) exit 1 ;; esac
"""
TOO_OLD = "#!/bin/sh\nexit 1\n"
PYTHONS = ("python3.13", "python3.12", "python3.11", "python3")
# Installs a working python3.13 unless its package list is out of date.
APT_GET = """#!/bin/sh
echo "apt-get $*" >>"$LOG"
case $1 in
    update) touch updated ;;
    install) [ -z "${STALE:-}" ] || [ -e updated ] || exit 100; cp python bin/python3.13 ;;
esac
"""


class Machine(NamedTuple):
    """A fake machine: its folder, in which the checkout lies too."""

    folder: Path

    def command(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run the script with the fake commands in front of the real ones."""
        log = self.folder / "log"
        log.write_text("", encoding="utf-8")
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        environment = {**settings, "PATH": path, "LOG": str(log)}
        command = ["sh", str(self.folder / "run"), *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def asked(self) -> list[str]:
        """The commands that the last run gave to Python, pip and apt-get."""
        return (self.folder / "log").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with a working Python and root's rights."""
    (tmp_path / "bin").mkdir()
    for name in ("run", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    made = Machine(tmp_path)
    made.command("../python", PYTHON)
    for name in PYTHONS:
        made.command(name, PYTHON)
    made.command("apt-get", APT_GET)
    made.command("dpkg-query", "#!/bin/sh\n[ $4 = python3 ] && echo 'install ok installed'\n")
    made.command("id", "#!/bin/sh\necho 0\n")
    return made


def without_python(machine: Machine) -> None:
    for name in PYTHONS:
        machine.command(name, TOO_OLD)


def installs(asked: list[str]) -> list[str]:
    return [line for line in asked if " pip install " in line]


def test_set_up_is_done_once(machine: Machine) -> None:
    assert machine.run("setup").returncode == 0
    assert len(installs(machine.asked())) == 1
    assert machine.run("setup").returncode == 0
    assert machine.asked() == []


def test_who_is_set_up_to_test_can_run_but_not_the_other_way_round(machine: Machine) -> None:
    machine.run("setup")
    machine.run("test")
    assert len(installs(machine.asked())) == 1
    machine.run("setup")
    assert machine.asked() == []


def test_set_up_is_done_again_when_the_versions_change(machine: Machine) -> None:
    machine.run("setup")
    soon = (machine.folder / ".venv/.ok-run").stat().st_mtime + 2
    os.utime(machine.folder / "constraints.txt", (soon, soon))
    machine.run("setup")
    assert len(installs(machine.asked())) == 1


def test_set_up_is_done_again_in_a_moved_checkout(machine: Machine) -> None:
    machine.run("setup")
    moved = Machine(machine.folder.with_name("moved"))
    machine.folder.rename(moved.folder)
    moved.run("setup")
    assert len(installs(moved.asked())) == 1


def test_tests_get_their_tools_and_their_arguments(machine: Machine) -> None:
    assert machine.run("test", "-m", "slow", "-k", "one or two").returncode == 0
    assert installs(machine.asked())[0].endswith("-c constraints.txt -e .[gui,test]")
    assert machine.asked()[-1] == "python -m pytest -n 2 --dist loadfile -m slow -k one or two"


@pytest.mark.parametrize("command", ["demo", "test", "bench", "setup"])
def test_a_failed_install_ends_the_run(machine: Machine, command: str) -> None:
    done = machine.run(command, FAILS="* install *")
    assert done.returncode != 0
    assert " pip install " in machine.asked()[-1]
    assert not list(machine.folder.glob(".venv/.ok-*"))


def test_no_system_package_is_touched_where_python_is_good(machine: Machine) -> None:
    machine.run("setup")
    assert not any(line.startswith("apt-get") for line in machine.asked())


def test_only_missing_system_packages_are_installed(machine: Machine) -> None:
    without_python(machine)
    assert machine.run("setup").returncode == 0
    assert machine.asked()[0] == "apt-get install -y --no-install-recommends python3-venv"


def test_a_stale_package_list_is_refreshed_once(machine: Machine) -> None:
    without_python(machine)
    assert machine.run("setup", STALE="yes").returncode == 0
    assert [line.split()[1] for line in machine.asked() if line.startswith("apt-get")] == [
        "install",
        "update",
        "install",
    ]


def test_without_rights_the_command_to_type_is_named(machine: Machine) -> None:
    without_python(machine)
    machine.command("id", "#!/bin/sh\necho 1000\n")
    machine.command("sudo", "#!/bin/sh\nexit 1\n")
    done = machine.run("setup")
    assert done.returncode == 1
    assert "sudo apt-get install -y python3-venv" in done.stderr
    assert "Python 3.11 or newer" in done.stderr


def test_an_old_python_gets_a_newer_one_beside_it(machine: Machine) -> None:
    without_python(machine)
    machine.command("python3", "#!/bin/sh\ncase $2 in *ensurepip*) exit 1 ;; esac\n")
    machine.run("setup")
    assert machine.asked()[0] == "apt-get install -y --no-install-recommends python3.11 python3.11-venv"


def test_the_desktop_app_gets_qts_libraries(machine: Machine) -> None:
    machine.run("gui", "fashion")
    asked = machine.asked()
    assert "libxcb-cursor0" in next(line for line in asked if line.startswith("apt-get install"))
    assert installs(asked)[0].endswith("-e .[gui]")


def test_an_unknown_command_shows_the_known_ones(machine: Machine) -> None:
    done = machine.run("dance")
    assert done.returncode == 2
    assert all(f"./run {command}" in done.stderr for command in ("gui", "test", "xtest", "bench", "doctor", "setup"))
