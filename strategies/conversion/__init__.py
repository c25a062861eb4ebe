"""Strategies for the way to the till."""
