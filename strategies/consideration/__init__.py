"""Strategies for shoppers who compare and leave."""
