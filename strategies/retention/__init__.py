"""Strategies for customers after an order."""
