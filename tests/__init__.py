"""Footfall's tests; a package so that `python -m tests.benchmarks` runs. Must hold no fixtures and no imports."""
