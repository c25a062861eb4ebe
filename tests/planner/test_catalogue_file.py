"""Product lists: columns by their names, numbers as shops write them, faults by line."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.catalogue_file import LARGEST_BYTES, categories_for, parse_catalogue, read_catalogue
from simulation.study import Category, Product

LIST = "Name,Category,Price,Cost\nRed dress,dresses,89.90,40\nBoots,shoes,120,\n"


def test_products_are_read() -> None:
    found = parse_catalogue(LIST)
    assert found.products == (
        {"name": "Red dress", "category": "dresses", "price": 89.9, "unit_cost": 40.0},
        {"name": "Boots", "category": "shoes", "price": 120.0},
    )
    assert found.columns == {"name": "Name", "category": "Category", "price": "Price", "unit_cost": "Cost"}
    assert not found.faults


def test_faults_are_told_by_line_and_the_rest_is_read() -> None:
    found = parse_catalogue(LIST + "\n,shoes,10\nHat,hats,cheap\nCap,hats,-5\nBoots,shoes,1\n")
    assert [product["name"] for product in found.products] == ["Red dress", "Boots"]
    assert [str(fault) for fault in found.faults] == [
        "line 5, Name: is required: name of the product",
        "line 6, Price: is no number (found 'cheap')",
        "line 7, Price: must be above 0.0 (currency) (found '-5.0')",
        "line 8, Name: stands twice, first in line 3 (found 'Boots')",
    ]


@pytest.mark.parametrize(
    ("delimiter", "text", "price"),
    [
        (",", '"1,299.00"', 1299.0),
        (",", "€12.50", 12.5),
        (";", "1.299,00", 1299.0),
        (";", "12,5 €", 12.5),
        (";", "12.50", 12.5),
        (";", "1.299", 1299.0),
        ("\t", "$ 7", 7.0),
    ],
)
def test_prices_as_shops_write_them(delimiter: str, text: str, price: float) -> None:
    lines = [["title", "product_type", "List-Price"], ["Hat", "hats", text]]
    found = parse_catalogue("\n".join(delimiter.join(line) for line in lines))
    assert found.products == ({"name": "Hat", "category": "hats", "price": price},)


def test_lines_are_those_of_the_file() -> None:
    found = parse_catalogue('name,category,price\n"Two\nlines",hats,5\nCap,hats,free\n')
    assert [fault.line for fault in found.faults] == [4]


def test_a_file_without_the_needed_columns_says_which() -> None:
    found = parse_catalogue("sku,colour\n1,red\n")
    assert [str(fault) for fault in found.faults] == [
        "line 1: no column for category, price in the header line (found 'sku, colour')"
    ]


@pytest.mark.parametrize("text", ["", "\n", "name,category,price\n", "name,category,price\n , ,\n"])
def test_a_file_without_products_says_so(text: str) -> None:
    assert len(parse_catalogue(text).faults) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_of_any_spreadsheet_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "products.csv"
    path.write_bytes("name;category;price\r\nÉlan;été;9,5\r\n".encode(encoding))
    assert read_catalogue(path).products == ({"name": "Élan", "category": "été", "price": 9.5},)


def test_what_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    assert "cannot be read" in read_catalogue(tmp_path / "missing.csv").faults[0].message
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    assert "larger than" in read_catalogue(large).faults[0].message


def test_missing_categories_are_made_of_their_products() -> None:
    known = [{"name": "shoes", "share": 10.0, "price": 99.0}, {"name": "hats", "share": 20.0, "price": 20.0}]
    products = [{"name": str(price), "category": "bags", "price": price} for price in (10.0, 30.0, 80.0)]
    made = categories_for([*products, {"name": "Boots", "category": "shoes", "price": 1.0}], known)
    assert made == ({"name": "bags", "share": 15.0, "products": 3, "price": 30.0},)
    assert Category.model_validate(made[0]).name == "bags"


CELLS = st.text(st.characters(codec="utf-8"), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=5), max_size=5))
def test_any_table_gives_sound_products_or_faults(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["name", "category", "price"], *rows])
    found = parse_catalogue(out.getvalue())
    assert all(Product.model_validate(product) for product in found.products)
    assert found.products or found.faults
