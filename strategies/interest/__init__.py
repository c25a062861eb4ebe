"""Strategies for shoppers who look around."""
