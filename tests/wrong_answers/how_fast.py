"""Typical wrong answers to the exercises of chapters/14_how_fast.ipynb: code, and words of the verdict that it must get."""

STEP = """def step_operations(config, n_names, T):
    C, L = config.n_embd, config.n_layer
    knobs = {knobs}
    return {result}"""
RIGHT_STEP = {"knobs": "12 * L * C**2 + config.vocab_size * C", "result": "n_names * (6 * knobs * T + 12 * L * T * T * C)"}


def step(**other):
    return STEP.format(**RIGHT_STEP | other)


FIRST = "def first_size(predicted):\n    {}"
SCALED = "def mended(scores):\n    {}"

WRONG = {
    "tokens_a_second": [
        ("tokens_per_second = recorded.bytes_per_second / 124e6", "numbers of one byte"),
        ("tokens_per_second = recorded.bytes_per_second / 124e6 / 2", "numbers of two bytes"),
        ("tokens_per_second = recorded.bytes_per_second / (8 * 124e6)", "That is for float64"),
        ("tokens_per_second = 4 * 124e6 / recorded.bytes_per_second", "seconds for one token"),
        ("tokens_per_second = recorded.bytes_per_second / (4 * 124e3)", "124 million"),
        ("tokens_per_second = recorded.bytes_per_second / 124e6 * 4", "divide by them"),
        ("tokens_per_second = recorded.operations_per_second['float32'] / 124e6", "Divide the bytes"),
    ],
    "count_a_step": [
        (step(result="n_names * 6 * knobs * T"), "own products are missing"),
        (step(result="n_names * (2 * knobs * T + 4 * L * T * T * C)"), "the way forward alone"),
        (step(result="n_names * (2 * knobs * T + 12 * L * T * T * C)"), "two forward, four backward"),
        (step(result="n_names * (6 * knobs * T + 4 * L * T * T * C)"), "two more of their size"),
        (step(knobs="12 * L * C**2"), "`lm_head` takes part"),
        (step(result="n_names * (6 * knobs * T + 12 * L * T * C)"), "the square of `T`"),
        (step(result="6 * knobs * T + 12 * L * T * T * C"), "a single name"),
        (step(result="n_names * (3 * knobs * T + 6 * L * T * T * C)"), "are two operations"),
        (step(knobs="12 * L * C**2 + (2 * config.vocab_size + config.context_length) * C"), "tables of embeddings out"),
        ("def step_operations(config, n_names, T):\n    L = 1\n    C = config.n_embd\n    return n_names * (6 * (12 * L * C**2 + config.vocab_size * C) * T + 12 * L * T * T * C)", "`n_layer` blocks"),
        (step(result="1"), "and you find 1"),
    ],
    "gpt3_at_home": [
        ("years = 6 * 175e9 * 300e9 / recorded.operations_per_second['float32']", "Those are seconds"),
        ("years = 6 * 175e9 * 300e9 / recorded.operations_per_second['float32'] / 3600", "Those are hours"),
        ("years = 6 * 175e9 * 300e9 / recorded.operations_per_second['float32'] / 86400", "Those are days"),
        ("years = 175e9 * 300e9 / recorded.operations_per_second['float32'] / (365 * 24 * 3600)", "not one"),
        ("years = 2 * 175e9 * 300e9 / recorded.operations_per_second['float32'] / (365 * 24 * 3600)", "the way forward alone"),
        ("years = 6 * 175e9 / recorded.operations_per_second['float32'] / (365 * 24 * 3600)", "a single token"),
        ("years = 3", "gives seconds"),
    ],
    "arithmetic_passes_calls": [
        (FIRST.format("return min(n for n, parts in predicted.items() if parts['multiplying'] + parts['reading'] > 0.5 * parts['calls'])"), "16 names still take longer"),
        (FIRST.format("return min((n for n, parts in predicted.items() if max(parts['multiplying'], parts['reading']) > parts['calls']), default=None)"), "count together"),
        (FIRST.format("return next((n for n, parts in predicted.items() if parts['multiplying'] + parts['reading'] > parts['calls']), None)"), "count together"),
        (FIRST.format("return min(n for n, parts in predicted.items() if parts['multiplying'] + parts['reading'] > parts['calls'])"), "give None"),
        (FIRST.format("pass"), "gives back None"),
    ],
    "stays_float32": [
        (SCALED.format("return scores / np.sqrt(np.float64(scores.shape[-1]))"), "For float32 you give float64"),
        (SCALED.format("return (scores / np.sqrt(scores.shape[-1])).astype(np.float32)"), "For float64 you give float32"),
        (SCALED.format("return scores / scores.shape[-1]"), "the numbers may not"),
        (SCALED.format("scores /= scores.shape[-1] ** 0.5\n    return scores"), "changes the array"),
        (SCALED.format("return scores.tolist()"), "An array of the same shape"),
    ],
}
