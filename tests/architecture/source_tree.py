"""Reads the project's own source as syntax trees, for the tests of its shape. Must import nothing that it measures."""

import ast
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
PACKAGES = ("simulation", "strategies", "planner")

type_checking_names = frozenset({"TYPE_CHECKING", "typing.TYPE_CHECKING"})


class Function(NamedTuple):
    """One function or method: its name and its source lines less the docstring."""

    name: str
    length: int


class Import(NamedTuple):
    """One imported module; `name` is what `from module import name` takes, empty for `import module`."""

    module: str
    name: str
    line: int
    for_types_only: bool


def python_files(*rooms: str) -> list[Path]:
    """Python files below the rooms (folders relative to the project), sorted, paths relative to the project."""
    return sorted(path.relative_to(ROOT) for room in rooms for path in (ROOT / room).rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    """Syntax tree of a file given relative to the project."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def functions(tree: ast.AST) -> list[Function]:
    """Every function and method of a tree, nested ones too."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [Function(node.name, _lines(node)) for node in nodes]


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    last = node.end_lineno or node.lineno
    length = last - node.lineno + 1
    if ast.get_docstring(node) is None:
        return length
    docstring = node.body[0]
    return length - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


@cache
def imports(tree: ast.AST) -> list[Import]:
    """Every import of a tree, inside functions too; relative ones keep their dots."""
    return list(_imports(tree, for_types_only=False))


def _imports(node: ast.AST, *, for_types_only: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, "", child.lineno, for_types_only) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            module = "." * child.level + (child.module or "")
            yield from (Import(module, alias.name, child.lineno, for_types_only) for alias in child.names)
        else:
            typing_only = isinstance(child, ast.If) and ast.unparse(child.test) in type_checking_names
            yield from _imports(child, for_types_only=for_types_only or typing_only)


@cache
def dotted_names(tree: ast.AST) -> list[tuple[str, int]]:
    """Every name and attribute chain that is read, such as `np.random.normal`, with its line."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute))
    return [(ast.unparse(node), node.lineno) for node in nodes]


@cache
def project() -> dict[str, Any]:
    """The parsed pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def requirements(*extras: str) -> list[str]:
    """The project's requirement lines, and those of the named extras."""
    table = project()["project"]
    return [*table["dependencies"], *(line for extra in extras for line in table["optional-dependencies"][extra])]


def requirement_name(line: str) -> str:
    """Name in a requirement line, normalised: `PySide6-Essentials>=6.10` gives `pyside6-essentials`."""
    return re.split(r"[^\w.-]", line, maxsplit=1)[0].lower().replace("_", "-")


@cache
def project_files() -> tuple[str, ...]:
    """Files of the project relative to its root: those that git tracks, or all where git cannot say."""
    tracked = _tracked() or [str(path.relative_to(ROOT)) for path in sorted(ROOT.rglob("*")) if _is_ours(path)]
    return tuple(name for name in tracked if (ROOT / name).is_file())


def _tracked() -> list[str]:
    """Files that git tracks; none in an unpacked archive, without git, or in somebody else's checkout."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        return []
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    return [name for name in listed.stdout.split("\0") if name]


def _is_ours(path: Path) -> bool:
    caches = {"__pycache__", ".pytest_cache", ".hypothesis", ".mypy_cache", ".ruff_cache", ".import_linter_cache"}
    made = {".git", ".venv", "results", *caches}
    return path.is_file() and made.isdisjoint(path.relative_to(ROOT).parts)
