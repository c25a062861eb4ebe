"""Digests of small runs, kept on file so that no outcome moves by accident."""
