"""Sizes of files and functions, and a docstring on every module. Knows no module by name."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source_tree import PACKAGES, ROOT, Function, functions, python_files, tree_of

FILE_CAP = 500
FUNCTION_CAP = 60
USUAL_FUNCTION = 30
USUAL_SHARE = 0.9


def share_of_usual_length(measured: list[Function]) -> float:
    return sum(function.length <= USUAL_FUNCTION for function in measured) / len(measured)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_holds_code(package: str) -> None:
    assert any(functions(tree_of(path)) for path in python_files(package)), "the other tests here would check nothing"


@pytest.mark.parametrize("path", python_files(*PACKAGES), ids=str)
def test_no_file_outgrows_the_cap(path: Path) -> None:
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= FILE_CAP


@pytest.mark.parametrize("path", python_files(*PACKAGES), ids=str)
def test_no_function_outgrows_the_cap(path: Path) -> None:
    assert [function for function in functions(tree_of(path)) if function.length > FUNCTION_CAP] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_nine_functions_in_ten_are_short(package: str) -> None:
    measured = [function for path in python_files(package) for function in functions(tree_of(path))]
    assert share_of_usual_length(measured) >= USUAL_SHARE


@pytest.mark.parametrize("path", python_files(*PACKAGES, "tests"), ids=str)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree_of(path)), "starts with what it is for and what it must not know"


def test_the_measure_counts_lines_less_the_docstring() -> None:
    source = 'def shop():\n    """One.\n\n    More.\n    """\n    a = 1\n    def inner(): return a\n    return inner\n'
    assert functions(ast.parse(source)) == [Function("shop", 4), Function("inner", 1)]


def test_one_long_function_in_five_is_too_many() -> None:
    measured = [Function("short", USUAL_FUNCTION)] * 4 + [Function("long", USUAL_FUNCTION + 1)]
    assert share_of_usual_length(measured) < USUAL_SHARE
