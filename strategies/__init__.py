"""The strategy library: one file per strategy, in the room of the stage where it works.

Strategies use only the names that the package ``simulation`` exports; they read what a store could know and pull its
levers.
"""
