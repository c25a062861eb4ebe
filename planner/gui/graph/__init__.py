"""The funnel's graph on screen and on paper: geometry, items, scene, view, printing. Knows no page and no document."""
