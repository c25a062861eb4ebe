"""``python -m planner``: the command line without an installed script. Knows only planner/cli.py."""

from planner.cli import main

if __name__ == "__main__":
    main()
