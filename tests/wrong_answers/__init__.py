"""Typical wrong answers, one module a chapter: exercise -> [(code in place of the stub, words of the hint it must get)]."""
