"""The store as a strategy sees it: traffic sources are found by words in their names."""

import pytest

from tests.stores import lively, world_with


@pytest.mark.parametrize(
    ("words", "place"),
    [(("paid search", "search"), 1), (("search",), 0), (("Ads", "social"), 2), (("display",), 0), ((), 0)],
)
def test_a_source_is_found_by_the_first_word_that_any_name_holds(words: tuple[str, ...], place: int) -> None:
    names = ("Organic search", "Paid search", "Social media")
    world, _ = world_with(lively(source=[{"name": name, "share": 1} for name in names]), 1)
    assert world.shop.find_source(*words) == place
