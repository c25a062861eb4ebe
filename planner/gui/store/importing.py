"""The products: their list, and importing them from a CSV file after a look at what it holds.

Reading the file is ``catalogue_file``'s business and is done by a worker; here is what is then asked and done.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from planner.catalogue_file import CatalogueFile, categories_for, read_catalogue
from planner.charts.screen_label import WrappedLabel
from planner.gui.cards import Card, IconButton
from planner.gui.store.rows_view import RowsView
from planner.gui.theme import GAP
from planner.study_tree import adopted, at, with_value

if TYPE_CHECKING:
    from planner.gui.desk import Desk
    from planner.gui.dialogs import Dialogs
    from planner.gui.jobs import Trouble
    from planner.gui.store.origins import Origins
    from planner.store_sections import Section
    from planner.study_tree import Tree

KINDS = "Tables (*.csv *.tsv *.txt);;All files (*)"
FAULTS_SHOWN = 12
PRODUCTS, CATEGORIES = ("catalogue", "product"), ("catalogue", "category")


class ProductsView(RowsView):
    """The list of products with an import."""

    def __init__(self, desk: Desk, origins: Origins, section: Section, dialogs: Dialogs) -> None:
        super().__init__(desk, origins, section)
        self._dialogs = dialogs
        self._name = ""
        self.found: CatalogueFile | None = None
        self.import_tool = IconButton(desk.look, "open", "Import…", self._on_import, labelled=True)
        self.import_tool.setToolTip("Import products from a CSV file with columns for name, category and price")
        self.card.tools.insertWidget(0, self.import_tool)
        self.preview = ImportCard()
        self.preview.replace.clicked.connect(self._on_replace)
        self.preview.append.clicked.connect(self._on_append)
        self.preview.cancel.clicked.connect(self._on_cancel)
        self.preview.hide()
        self.card.body.insertWidget(0, self.preview)

    @Slot()
    def _on_import(self) -> None:
        path = self._dialogs.existing_file("Import products", Path.home(), KINDS)
        if path is not None:
            self._name = path.name
            self.import_tool.setEnabled(False)
            self._desk.tasks.run(partial(read_catalogue, path), self.show_found, self._on_failed)

    def show_found(self, found: CatalogueFile) -> None:
        """Show what a file holds, and ask what is to become of it."""
        self.found = found
        self.import_tool.setEnabled(True)
        new = categories_for(found.products, self._categories())
        self.preview.say_found(self._name, found, [str(category["name"]) for category in new], bool(self.model.rows))
        self.preview.show()
        (self.preview.replace if found.products else self.preview.cancel).setFocus()

    def _on_failed(self, trouble: Trouble) -> None:
        self.import_tool.setEnabled(True)
        self._desk.troubled.emit(trouble._replace(text=f"{self._name} could not be read. {trouble.text}"))

    def _categories(self) -> list[dict[str, object]]:
        found = self._desk.document.value(CATEGORIES)
        return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []

    @Slot()
    def _on_replace(self) -> None:
        self._take(keep=False)

    @Slot()
    def _on_append(self) -> None:
        self._take(keep=True)

    @Slot()
    def _on_cancel(self) -> None:
        self.found = None
        self.preview.hide()

    def _take(self, *, keep: bool) -> None:
        """Put the products that were read into the study, with categories for those that have none: one edit."""
        if self.found is None:
            return
        products = [dict(product) for product in self.found.products]
        new = [dict(category) for category in categories_for(products, self._categories())]
        names = {product["name"] for product in products}
        whole = self._desk.document.reading.whole

        def change(own: Tree) -> Tree:
            base = adopted(adopted(own, whole, (*PRODUCTS, 0)), whole, (*CATEGORIES, 0))
            old = [row for row in at(base, PRODUCTS) or [] if keep and row.get("name") not in names]
            with_products: Tree = with_value(base, PRODUCTS, [*old, *products])
            made: Tree = with_value(with_products, CATEGORIES, [*(at(base, CATEGORIES) or []), *new])
            return made

        self._desk.document.edit(f"Import {len(products)} products", change)
        self._desk.noticed.emit(f"{len(products):,} products imported from {self._name}")
        self._on_cancel()
        self.refresh()


class ImportCard(Card):
    """What a file holds, with what can be done about it."""

    def __init__(self) -> None:
        super().__init__("Import")
        self.text, self.faults = WrappedLabel(), WrappedLabel(name="fault")
        self.replace = QPushButton("Replace the list")
        self.replace.setProperty("primary", "true")
        self.append = QPushButton("Add to the list")
        self.cancel = QPushButton("Cancel")
        line = QHBoxLayout()
        line.setSpacing(GAP)
        for button in (self.replace, self.append, self.cancel):
            line.addWidget(button)
        line.addStretch(1)
        self.body.addWidget(self.text)
        self.body.addWidget(self.faults)
        self.body.addLayout(line)

    def say_found(self, name: str, found: CatalogueFile, new: list[str], has_rows: bool) -> None:
        """Tell what a file holds: products, columns, new categories, lines that cannot be used."""
        count = len(found.products)
        self.title.setText(f"Import {name}")
        columns = ", ".join(f"{field.replace('_', ' ')} from “{title}”" for field, title in found.columns.items())
        parts = [f"{count:,} products can be imported." if count else "Nothing can be imported."]
        parts += [f"Read: {columns}."] if columns else []
        parts += [f"New categories, with typical shares to be looked at: {', '.join(new)}."] if new else []
        self.text.setText(" ".join(parts))
        lines = [str(fault) for fault in found.faults[:FAULTS_SHOWN]]
        more = len(found.faults) - len(lines)
        self.faults.setText("\n".join([*lines, *([f"and {more:,} more lines"] if more else [])]))
        self.faults.setVisible(bool(lines))
        self.replace.setText("Replace the list" if has_rows else "Import")
        self.replace.setVisible(bool(count))
        self.append.setVisible(bool(count) and has_rows)
