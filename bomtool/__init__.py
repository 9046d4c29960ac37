"""Reads electronics BOMs, matches them to parts, plans the purchase and writes the report."""

__version__ = "0.1.0"
