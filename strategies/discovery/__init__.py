"""Strategies for shoppers who have just found the store and have questions."""
