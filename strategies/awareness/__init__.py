"""Strategies for the first contact."""
