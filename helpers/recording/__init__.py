"""Runs that take longer than a reader waits: named scripts with a seed each, and what they recorded.

Not taught in a chapter. A script's record lies in `helpers/data/`, under the script's name.
"""
