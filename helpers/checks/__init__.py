"""Exercise checks: each answers in a sentence, what is right or which typical mistake an answer looks like."""
