"""Plans times replications: running them, keeping them, and saying what they show. Knows no window and no chart."""
