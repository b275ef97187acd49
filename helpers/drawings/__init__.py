"""Drawings of single chapters: each computed from what its chapter hands over, and described in words from the same data."""
