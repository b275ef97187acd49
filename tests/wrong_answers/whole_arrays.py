"""Typical wrong answers to the exercises of chapters/05_whole_arrays.ipynb."""

SQUARED_ERROR = """
def squared_error(guesses, targets):
    {check}
    difference = guesses.data - targets
    n = difference.size
    return Tensor({result}, parents=[(guesses, lambda grad: {back})])
"""
CHECK = "if guesses.shape != np.shape(targets): raise ValueError(f'want {guesses.shape}, got {np.shape(targets)}')"
MEAN, BACK = "(difference**2).mean()", "grad * 2 * difference / n"

BY_HAND = """
def gradients_by_hand(two_back, one_back, output, before, targets):
    n = len(targets)
    hidden = np.tanh(two_back[before[:, 0]] + one_back[before[:, 1]])
    powers = np.exp(hidden @ output)
    to_logits = powers / powers.sum(axis=1, keepdims=True)
    to_logits[np.arange(n), targets] -= 1
    to_logits = {to_logits}
    to_sum = {to_sum}
    tables = []
    for place in {places}:
        table = np.zeros_like(two_back)
        {gather}
        tables.append(table)
    return {result}
"""
RIGHT_BY_HAND = {
    "to_logits": "to_logits / n",
    "to_sum": "to_logits @ output.T * (1 - hidden**2)",
    "places": "(0, 1)",
    "gather": "np.add.at(table, before[:, place], to_sum)",
    "result": "*tables, hidden.T @ to_logits",
}


def by_hand(**other):
    return BY_HAND.format(**RIGHT_BY_HAND | other)


WRONG = {
    "what_shape_comes_out": [
        ("five_shapes = [(4, 1), (2, 4, 3), (2, 3, 5), (4, 6), (3,)]", "repeated 3 times"),
        ("five_shapes = [(4, 3), (4, 3), (2, 3, 5), (4, 6), (3,)]", "lines up with the last two axes"),
        ("five_shapes = [(4, 3), (2, 4, 3), (2, 5), (4, 6), (3,)]", "the shape of the ids comes first"),
        ("five_shapes = [(4, 3), (2, 4, 3), (2, 3, 5), (4, 2, 6), (3,)]", "the inner size disappears"),
        ("five_shapes = [(4, 3), (2, 4, 3), (2, 3, 5), (4, 6), (2, 4, 3)]", "the shape of its array"),
        ("five_shapes = [(4, 3)]", "Five shapes"),
        ("five_shapes = [(4.5, 3), (2, 4, 3), (2, 3, 5), (4, 6), (3,)]", "cannot be interpreted as an integer"),
        ("five_shapes = [Tensor(np.zeros((4, 3))), (2, 4, 3), (2, 3, 5), (4, 6), (3,)]", "Give its shape instead"),
    ],
    "where_does_it_fail": [
        ("from_shape, to_shape = (3,), (4, 3)", "comes out right"),
        ("from_shape, to_shape = (4, 3), (4, 3)", "nothing is repeated"),
        ("from_shape, to_shape = (4,), (4, 3)", "does not broadcast"),
        ("from_shape, to_shape = (4, 3), (4, 1)", "does not broadcast"),
        ("from_shape, to_shape = np.ones((4, 1)), np.ones((4, 3))", "Give its shape instead"),
    ],
    "who_gets_caught": [
        ('wrong_ones = ["product", "rows_of"]', "product is innocent"),
        ('wrong_ones = ["surprise", "quotient"]', "no id comes twice"),
        ('wrong_ones = ["rows_of", "quotient"]', "with a single question"),
        ('wrong_ones = "rows_of, surprise and tanh"', "There is no tanh among them"),
        ("wrong_ones = [rows_of, surprise]", "two arrays of one shape"),
        ("wrong_ones = []", "no id comes twice"),
    ],
    "build_the_squared_error": [
        (SQUARED_ERROR.format(check="", result=MEAN, back=BACK), "run without a word"),
        (SQUARED_ERROR.format(check=CHECK.replace("ValueError", "TypeError"), result=MEAN, back=BACK), "stops with TypeError"),
        (SQUARED_ERROR.format(check=CHECK, result="difference**2", back="grad * 2 * difference"), "one for each entry"),
        (SQUARED_ERROR.format(check=CHECK, result="(difference**2).sum()", back="grad * 2 * difference"), "the sum of the squares"),
        (SQUARED_ERROR.format(check=CHECK, result=MEAN, back="2 * difference / n"), "must be multiplied in"),
        (SQUARED_ERROR.format(check=CHECK, result=MEAN, back="grad * difference / n"), "two times what was squared"),
        (SQUARED_ERROR.format(check=CHECK, result=MEAN, back="grad * 2 * difference"), "divide by n on the way back"),
        (SQUARED_ERROR.format(check=CHECK, result=MEAN, back="-grad * 2 * difference / n"), "The sign is turned"),
        (SQUARED_ERROR.format(check=CHECK, result=MEAN, back="grad * difference**2"), "does not agree with nudging"),
        (SQUARED_ERROR.format(check=CHECK, result="abs(difference).mean()", back=BACK), "the mean of the squares is"),
        (f"def squared_error(guesses, targets):\n    {CHECK}\n    return Tensor(((guesses.data - targets) ** 2).mean())", "no gradient reaches"),
        ("def squared_error(guesses, targets):\n    return ((guesses.data - targets) ** 2).mean()", "want a Tensor back"),
    ],
    "the_whole_way_back": [
        (by_hand(to_logits="to_logits"), "n times too large"),
        (by_hand(to_logits="-to_logits / n"), "wrong sign"),
        (by_hand(to_sum="to_logits @ output.T"), "the slope of tanh is missing"),
        (by_hand(gather="table[before[:, place]] = to_sum"), "must sum its shares"),
        (by_hand(places="(1, 0)"), "exchanged"),
        (by_hand(result="*tables, (hidden.T @ to_logits).T"), "has the shape of its array"),
        (by_hand(result="*tables, hidden.T @ powers"), "gradient of output is not right"),
        (by_hand(result="tables[0], hidden.T @ to_logits"), "You give 2"),
        (by_hand(to_sum="to_logits @ output.T * (1 - hidden)"), "those of the tables are not"),
        (by_hand(to_sum="to_logits @ output"), "stopped with ValueError"),
    ],
}
