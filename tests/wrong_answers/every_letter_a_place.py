"""Typical wrong answers to the exercises of chapters/06_every_letter_a_place.ipynb: code, and words of the verdict that it must get."""

NEAREST = """
def nearest(rows, i, n):
    order = np.argsort({by}).tolist()
    return {result}
"""
DISTANCE = "np.linalg.norm(rows - rows[i], axis=1)"
OTHERS = "[j for j in order if j != i][:n]"

GRADIENT = """
def table_gradient(ids, grad, vocab_size):
    out = np.zeros((vocab_size, grad.shape[1]))
    {gather}
    return {result}
"""
ADD = "np.add.at(out, ids, np.repeat(grad[:, None], ids.shape[1], axis=1))"

WRONG = {
    "how_many_knobs": [
        ("four_numbers = [4660, 2420, 330, 10]", "The positions are missing"),
        ("four_numbers = [8240, 6000, 330, 10]", "One table serves all places"),
        ("four_numbers = [4740, 4740, 330, 330]", "The second number is not right"),
        ("four_numbers = [2500, 4740, 10, 330]", "side by side comes first"),
        ("four_numbers = [5000, 2500, 330, 10]", "The first number is not right"),
        ("four_numbers = [4740, 2500, 320, 0]", "one more row of positions"),
        ("four_numbers = [4740, 2500, 42, 10]", "10 more columns"),
        ("four_numbers = [4740, 2500, 330, 330]", "`hidden` stays as it is"),
        ("four_numbers = [4740, 2500]", "You give 2"),
    ],
    "too_short_a_table": [
        ("silent_shape = (5, 24)", "fails, and you would notice"),
        ("silent_shape = (6, 24)", "Nothing is too short"),
        ("silent_shape = (6, 1)", "Nothing is too short"),
        ("silent_shape = (1, 1)", "adds one number to all 24"),
        ("silent_shape = (2, 1, 1, 24)", "x grows to"),
        ("silent_shape = np.zeros((1, 24))", "Give its shape instead"),
    ],
    "who_is_near": [
        (NEAREST.format(by=DISTANCE, result="order[:n]"), "Leave it out"),
        (NEAREST.format(by=f"-{DISTANCE}", result=OTHERS), "farthest away"),
        (NEAREST.format(by="-rows @ rows[i]", result=OTHERS), "dot product"),
        (NEAREST.format(by=DISTANCE, result=f"{OTHERS}[::-1]"), "the closest comes first"),
        (NEAREST.format(by=DISTANCE, result="[j for j in order if j != i]"), "and you give 7"),
        (NEAREST.format(by="abs(rows - rows[i]).min(axis=1)", result=OTHERS), "the closest"),
        ("def nearest(rows, i, n):\n    return rows[i:n]", "does not know"),
    ],
    "the_way_back_of_a_sum": [
        (GRADIENT.format(gather="out[ids] = grad[:, None]", result="out"), "must sum its shares"),
        (GRADIENT.format(gather="for row, share in zip(ids, grad): out[row] += share", result="out"), "in *one* question"),
        (GRADIENT.format(gather=ADD, result="out / ids.shape[1]"), "k times too small"),
        (GRADIENT.format(gather=ADD, result="out.T"), "the shape of its array"),
        (GRADIENT.format(gather=ADD, result="-out"), "the numbers are not"),
        (GRADIENT.format(gather="np.add.at(out, ids, grad)", result="out"), "stopped with ValueError"),
    ],
    "shuffle_each_name": [
        ("network_gathers, counts_gather = False, False", "shuffle within each name"),
        ("network_gathers, counts_gather = False, True", "Train the network"),
        ("network_gathers, counts_gather = True, False", "Count the pairs"),
        ("network_gathers, counts_gather = 0.6, 0.4", "each True or False"),
    ],
}
