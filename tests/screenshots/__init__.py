"""Pictures of the desktop app, to look at."""
