"""Strategies that work along the whole journey, on what the others do or know."""
