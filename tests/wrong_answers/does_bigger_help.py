"""What a reader may hand in at chapters/16_does_bigger_help.ipynb, and words of the verdict that it must get."""

WRONG = {
    "same_budget": [
        ("knobs = 300e9 / 20", "Spend as many"),
        ("knobs = 51.2", "not in knobs one by one"),
        ("knobs = 51_235", "not in knobs one by one"),
        ("knobs = 20 * np.sqrt(operations(175e9, 300e9) / (6 * 20))", "the tokens that it reads"),
        ("knobs = operations(175e9, 300e9) / (6 * 20)", "the square of it"),
        ("knobs = np.sqrt(operations(175e9, 300e9) / 20)", "needs them as well"),
        ("knobs = np.sqrt(operations(175e9, 300e9) / 6)", "It reads 20"),
        ("knobs = 175e9", "Try your number"),
    ],
    "price_of_a_tenth": [
        ("factor = 0.1 ** (1 / -0.05)", "down to a tenth"),
        ("factor = 0.9 ** (1 / 0.05)", "other way around"),
        ("factor = -math.log(0.9) / 0.05", "the logarithm of the factor"),
        ("factor = 0.1 / 0.05", "they do not divide"),
        ("factor = 50", "Take logarithms"),
    ],
    "counting_surprises": [
        ("def counting_surprises(token_ids, vocab_size):\n    counts = np.zeros(vocab_size)\n    found = []\n    for t, i in enumerate(token_ids):\n        counts[i] += 1\n        found.append(-np.log((counts[i] + 1) / (t + 1 + vocab_size)))\n    return found", "reads its own answer"),
        ("def counting_surprises(token_ids, vocab_size):\n    counts = np.bincount(token_ids, minlength=vocab_size) + 1\n    return -np.log(counts[token_ids] / counts.sum())", "a future that it has not seen"),
        ("def counting_surprises(token_ids, vocab_size):\n    n = len(token_ids)\n    return (Groups(token_ids).earlier(np.ones(n)) + 1) / (np.arange(n) + vocab_size)", "Those are probabilities"),
        ("def counting_surprises(token_ids, vocab_size):\n    n = len(token_ids)\n    return -np.log2((Groups(token_ids).earlier(np.ones(n)) + 1) / (np.arange(n) + vocab_size))", "Those are bits"),
        ("def counting_surprises(token_ids, vocab_size):\n    n = len(token_ids)\n    return np.log((Groups(token_ids).earlier(np.ones(n)) + 1) / (np.arange(n) + vocab_size))", "below 0"),
        ("def counting_surprises(token_ids, vocab_size):\n    return np.zeros(len(token_ids))", "the probabilities are"),
        ("def counting_surprises(token_ids, vocab_size):\n    return 0.0", "5 surprises"),
    ],
    "leave_one_out": [
        ("def leave_one_out(xs, ys):\n    return fit_power_law(xs, ys).misses", "fitted to all points"),
        ("def leave_one_out(xs, ys):\n    return [100 * (ys[i] / fit_power_law(np.delete(xs, i), np.delete(ys, i)).at(xs[i]) - 1) for i in range(len(xs))]", "percents"),
        ("def leave_one_out(xs, ys):\n    return [ys[i] / fit_power_law(np.delete(xs, i), np.delete(ys, i)).at(xs[i]) for i in range(len(xs))]", "take 1 off"),
        ("def leave_one_out(xs, ys):\n    return [fit_power_law(np.delete(xs, i), np.delete(ys, i)).at(xs[i]) / ys[i] - 1 for i in range(len(xs))]", "Turned around"),
        ("def leave_one_out(xs, ys):\n    return [ys[i] - fit_power_law(np.delete(xs, i), np.delete(ys, i)).at(xs[i]) for i in range(len(xs))]", "Those are nats"),
        ("def leave_one_out(xs, ys):\n    return [abs(ys[i] / fit_power_law(np.delete(xs, i), np.delete(ys, i)).at(xs[i]) - 1) for i in range(len(xs))]", "Keep the sign"),
        ("def leave_one_out(xs, ys):\n    return np.zeros(3)", "numbers, got shape"),
        ("def leave_one_out(xs, ys):\n    return np.zeros(len(xs))", "fit a law to all others"),
    ],
}
