"""The look: readable texts, colours that mean one thing, plans that can be told apart."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.charts.spec import Hue, Role
from planner.charts.theme import CONTRAST, DARK, LIGHT, Theme, blend, contrast, readable

THEMES = [LIGHT, DARK]
hexes = st.from_regex(r"\A#[0-9a-f]{6}\Z")


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_can_be_read_on_a_card(theme: Theme) -> None:
    hues = [Hue(role) for role in theme.roles] + [Hue("plan", place) for place in range(10)]
    assert all(contrast(theme.text_colour(hue), theme.card) >= CONTRAST for hue in hues)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_plans_differ_from_each_other_and_from_the_baseline(theme: Theme) -> None:
    colours = [*theme.plans, theme.roles["baseline"]]
    assert len(set(colours)) == len(colours)
    assert len(theme.plans) == len(LIGHT.plans)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("role", ["better", "worse"])
def test_better_is_blue_and_worse_is_orange(theme: Theme, role: Role) -> None:
    colour = theme.roles[role]
    red, blue = int(colour[1:3], 16), int(colour[5:7], 16)
    assert (blue > red) == (role == "better")


def test_a_plan_keeps_its_colour_and_the_palette_starts_over_with_other_dashes() -> None:
    again = Hue("plan", 1 + len(LIGHT.plans))
    assert LIGHT.colour(again) == LIGHT.colour(Hue("plan", 1))
    assert (LIGHT.turn(Hue("plan", 1)), LIGHT.turn(again), LIGHT.turn(Hue("baseline", 9))) == (0, 1, 0)


@given(hexes, st.sampled_from(THEMES))
def test_any_colour_is_made_readable_by_as_little_ink_as_needed(colour: str, theme: Theme) -> None:
    ink = theme.roles["ink"]
    found = readable(colour, theme.card, ink)
    assert contrast(found, theme.card) >= CONTRAST
    if contrast(colour, theme.card) >= CONTRAST:
        assert found == colour


def test_blending_goes_from_one_colour_to_the_other() -> None:
    assert [blend("#000000", "#ffffff", share) for share in (0, 0.5, 1)] == ["#000000", "#808080", "#ffffff"]


def test_neighbouring_plans_differ_in_lightness_or_hue() -> None:
    distance = {
        pair: sum(abs(int(pair[0][i : i + 2], 16) - int(pair[1][i : i + 2], 16)) for i in (1, 3, 5))
        for pair in combinations(LIGHT.plans, 2)
    }
    assert min(distance.values()) > 60
