"""A product list in a CSV file, read into the products of a study; what is wrong is told line by line.

Knows the file's form (delimiter, encoding, names of columns); what a product may be is ``simulation``'s business.
"""

from __future__ import annotations

import csv
import io
import statistics
from typing import TYPE_CHECKING, Any, NamedTuple

from simulation.study import Product
from simulation.study.faults import model_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

Raw = dict[str, Any]

LARGEST_BYTES = 20_000_000
MOST_PRODUCTS = 5_000
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("name", "product", "product name", "title", "item", "sku"),
    "category": ("category", "product category", "group", "product type", "type", "department"),
    "price": ("price", "list price", "unit price", "sale price", "retail price"),
    "unit_cost": ("unit cost", "cost", "cost price", "cost of goods", "cogs", "purchase price"),
    "popularity": ("popularity", "units sold", "sold", "quantity", "sales", "orders"),
    "quality": ("quality",),
}
"""A product's field -> headers that are taken for it, the likeliest first; case, "_" and "-" make no difference."""
NEEDED = ("name", "category", "price")
_SYMBOLS = "€$£¥₹ \u00a0\u202f"


class LineFault(NamedTuple):
    """What is wrong in a line of the file (from 1; the header is line 1), in which column, and what was found."""

    line: int
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        """Return the fault as one line of text."""
        where = f"line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{where}: {self.message}" + (f" (found {self.value!r})" if self.value else "")


class CatalogueFile(NamedTuple):
    """What a file holds: products as a study states them, lines that cannot be used, and columns that were taken."""

    products: tuple[Raw, ...]
    faults: tuple[LineFault, ...]
    columns: dict[str, str]
    """A product's field -> header of the column that it is read from."""


def read_catalogue(path: Path) -> CatalogueFile:
    """Read a file of products; a file that cannot be read or has no products gives faults, never an exception."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            return _nothing(f"the file is larger than {LARGEST_BYTES // 1_000_000} MB")
        content = path.read_bytes()
    except OSError as error:
        return _nothing(f"the file cannot be read: {error}")
    return parse_catalogue(_decoded(content))


def parse_catalogue(text: str) -> CatalogueFile:
    """Read products from the text of a CSV file with a header line, parted by comma, semicolon, tab or bar."""
    delimiter = _delimiter(text)
    rows = csv.reader(io.StringIO(text.replace("\x00", "")), delimiter=delimiter)
    try:
        header = next(rows, [])
        columns = columns_of(header)
        missing = [field for field in NEEDED if field not in columns]
        if missing:
            return _nothing(f"no column for {', '.join(missing)} in the header line", ", ".join(header)[:80])
        numbered = ((rows.line_num, row) for row in rows)
        return _read_rows(numbered, header, columns, decimal_comma=delimiter == ";")
    except csv.Error as error:
        return _nothing(f"the file is not a table: {error}")


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Return product field -> place of the column that holds it, each column at most once."""
    names = [" ".join(name.strip().lower().replace("_", " ").replace("-", " ").split()) for name in header]
    found: dict[str, int] = {}
    for field, known in COLUMNS.items():
        place = next((names.index(name) for name in known if name in names), None)
        if place is not None and place not in found.values():
            found[field] = place
    return found


def categories_for(products: Sequence[Raw], known: Sequence[Raw]) -> tuple[Raw, ...]:
    """Return categories for those products that have none among ``known``: typical share, their products' median price.

    A new category is as much looked for as those there are on average; its products are the listed ones.
    """
    names = {category.get("name") for category in known}
    shares = [category["share"] for category in known if isinstance(category.get("share"), (int, float))]
    share = round(statistics.fmean(shares), 4) if shares else 1.0
    new = dict.fromkeys(product["category"] for product in products if product["category"] not in names)
    return tuple(_category(name, [p for p in products if p["category"] == name], share) for name in new)


def _category(name: str, products: Sequence[Raw], share: float) -> Raw:
    price = round(statistics.median(float(product["price"]) for product in products), 2)
    return {"name": name, "share": share, "products": len(products), "price": price}


def _read_rows(
    rows: Iterator[tuple[int, list[str]]], header: Sequence[str], columns: Mapping[str, int], *, decimal_comma: bool
) -> CatalogueFile:
    products: list[Raw] = []
    faults: list[LineFault] = []
    seen: dict[str, int] = {}
    titles = {field: header[place].strip() for field, place in columns.items()}
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        product = _product(row, columns, decimal_comma=decimal_comma)
        wrong = _faults(product, line, titles, seen)
        faults += wrong
        if not wrong:
            seen[product["name"]] = line
            products.append(product)
    if len(products) > MOST_PRODUCTS:
        return _nothing(f"{len(products):,} products are more than {MOST_PRODUCTS:,}: list those that sell")
    if not products and not faults:
        return _nothing("the file has a header but no products")
    return CatalogueFile(tuple(products), tuple(faults), titles)


def _product(row: Sequence[str], columns: Mapping[str, int], *, decimal_comma: bool) -> Raw:
    """Return a row's product, without what is empty; a number that cannot be read stays a text."""
    cells = {field: row[place].strip() if place < len(row) else "" for field, place in columns.items()}
    texts = {field: cell for field, cell in cells.items() if field in ("name", "category") and cell}
    numbers = {field: cell for field, cell in cells.items() if field not in ("name", "category") and cell}
    return {**texts, **{field: _number(cell, decimal_comma=decimal_comma) for field, cell in numbers.items()}}


def _number(text: str, *, decimal_comma: bool) -> float | str:
    """Return the number of a text such as ``1,299.00``, ``€ 12.50`` or, with a decimal comma, ``1.299,00``."""
    digits = text.strip(_SYMBOLS).replace("\u202f", "").replace("\u00a0", "").replace(" ", "")
    groups, point = (".", ",") if decimal_comma else (",", ".")
    if decimal_comma and point not in digits and digits.count(".") == 1 and len(digits.rpartition(".")[2]) != 3:
        groups, point = ",", "."
    try:
        return float(digits.replace(groups, "").replace(point, "."))
    except ValueError:
        return text


def _faults(product: Raw, line: int, titles: Mapping[str, str], seen: Mapping[str, int]) -> list[LineFault]:
    found = [
        LineFault(line, titles.get(fault.path, fault.path), str(product.get(fault.path, "")), _plain(fault.message))
        for fault in model_faults(Product, product, "")
    ]
    name = product.get("name", "")
    if name in seen:
        found.append(LineFault(line, titles["name"], name, f"stands twice, first in line {seen[name]}"))
    return found


def _plain(message: str) -> str:
    return "is no number" if "valid number" in message else message


def _decoded(content: bytes) -> str:
    """Return the text: UTF-8 or UTF-16 by its mark, else as spreadsheets on Windows write it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """Return the character that parts the header's columns most often."""
    header = text.lstrip().partition("\n")[0]
    return max(",;\t|", key=header.count)


def _nothing(message: str, value: str = "") -> CatalogueFile:
    return CatalogueFile((), (LineFault(1, "", value, message),), {})
