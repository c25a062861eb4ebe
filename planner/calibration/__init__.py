"""A shop's own data becomes a study: reading its logs, fitting how its customers buy, measuring the spread of orders.

Knows files and fits. It must not know the command line, charts or windows, and imports scipy, pandas and DuckDB only
inside the functions that use them.
"""
