"""Typical wrong answers to the exercises of chapters/17_two_workers.ipynb: code, and words of the verdict that it must get."""

TURNS = """
def accumulated(params, parts, config):
    total, n_all = 0, 0
    for part in parts:
        gradients(params, part, config)
        n = {count}
        total = {add}
        n_all = n_all + n
    return {result}
"""
RIGHT_TURNS = {"count": "np.count_nonzero(part[2])", "add": 'total + n * flat(params, "grad")', "result": "total / n_all"}


def turns(**other):
    return TURNS.format(**RIGHT_TURNS | other)


WRONG = {
    "what_gpt2_sends": [
        ("bytes_sent = 2 * 7 / 8 * 124_439_808", "Each has 4 bytes"),
        ("bytes_sent = 2 * 7 / 8 * 124_439_808 * 8", "not 8"),
        ("bytes_sent = 7 / 8 * 124_439_808 * 4", "one half of the way"),
        ("bytes_sent = 2 * 124_439_808 * 4", "seven times"),
        ("bytes_sent = 124_439_808 * 4", "the whole row once"),
        ("bytes_sent = 2 * 7 * 124_439_808 * 4", "all eight send together"),
        ("bytes_sent = 7 * 124_439_808 * 4", "in the plain way"),
        ("bytes_sent = 871", "in bytes, not in millions"),
        ("bytes_sent = 1", "Count the pieces"),
        ("bytes_sent = 'many'", "a form that the check does not know"),
    ],
    "turns_that_equal_one_batch": [
        (turns(count="1"), "mean of the means"),
        (turns(count="1", result="total"), "sum of the means"),
        (turns(result="total"), "Divide it by their number"),
        (turns(result="total / len(parts)"), "not by the number of parts"),
        (turns(result="total / sum(len(part[0]) for part in parts)"), "not by that of all names"),
        (turns(count="len(part[0])"), "by their tokens, not by their names"),
        (turns(count="part[2].size"), "Padding is counted"),
        (turns(result='flat(params, "grad")'), "the last part alone"),
        ("def accumulated(params, parts, config):\n    gradients(params, parts[0], config)\n    return flat(params, 'grad')", "the first part alone"),
        ("def accumulated(params, parts, config):\n    s = sum(sums_of(params, part, config) for part in parts)\n    return s / s[-1]", "Give back the gradient alone"),
        (turns(result="total[:5]"), "You give 5"),
        (turns(result="2 * total / n_all"), "It is off by 100%"),
    ],
    "which_history": [
        ('faults_found = ["same part twice", "no all-reduce", "same part twice"]', "the last column of A"),
        ('faults_found = ["different starts", "not divided", "same part twice"]', "Look at B again"),
        ('faults_found = ["different starts", "no all-reduce", "not divided"]', "Not C"),
        ('faults_found = ["different starts", "no all-reduce", "different starts"]', "Look at C again"),
        ('faults_found = ["different starts"]', "You give 1"),
        ('faults_found = ["different starts", "no all-reduce", "gremlins"]', "no 'gremlins' among them"),
    ],
    "twice_the_batch": [
        ("n_steps, learning_rate = 40, 0.05", "twice as many names"),
        ("n_steps, learning_rate = 80, 0.05", "fewer steps, not more"),
        ("n_steps, learning_rate = 10, 0.05", "How many steps of 32 names"),
        ("n_steps, learning_rate = 20, 0.05", "half as far"),
        ("n_steps, learning_rate = 20, 0.025", "a mean, not a sum"),
        ("n_steps, learning_rate = 20, 0.0707", "a rule for noise"),
        ("n_steps, learning_rate = 20, 0.4", "How far do two small steps go"),
    ],
    "a_ring_of_three": [
        ("rows_after_two_steps = [[1, 2, 303], [11, 20, 30], [100, 220, 300]]", "after the first step"),
        ("rows_after_two_steps = [[111, 222, 303], [11, 222, 333], [111, 220, 333]]", "one step too far"),
        ("rows_after_two_steps = [[111, 222, 333]] * 3", "That is the end"),
        ("rows_after_two_steps = [[1, 222, 3], [10, 20, 333], [111, 200, 300]]", "keeps its 11"),
        ("rows_after_two_steps = [[111, 2, 303], [11, 222, 30], [100, 220, 333]]", "not what it sent before"),
        ("rows_after_two_steps = [[11, 2, 330], [110, 220, 30], [101, 200, 303]]", "0 to 1, 1 to 2"),
        ("rows_after_two_steps = [[1, 2, 303], [11, 20, 333], [111, 220, 300]]", "Piece 1 is missing"),
        ("rows_after_two_steps = [[1, 222, 3], [11, 20, 333], [111, 220, 30]]", "finished sums are right"),
        ("rows_after_two_steps = [[1, 222, 333], [11, 20, 333], [111, 220, 300]]", "and no other"),
        ("rows_after_two_steps = [1, 2, 3]", "a form that the check does not know"),
    ],
}
