"""Typical wrong answers to the exercises of chapters/07_look_back.ipynb."""

ROW = "five_weights, taken_home = {weights}, {home}"
HEADS = """
first_query, first_key = {first_query}, np.eye(6)
two_back_query, two_back_key = {two_back_query}, {two_back_key}
"""
RIGHT_HEADS = {
    "first_query": "np.outer(20 * np.eye(6)[0], np.ones(6))",
    "two_back_query": "20 * np.eye(6, k=2)",
    "two_back_key": "np.eye(6)",
}
WINDOW = """
def weights_within(scores, width):
    T = scores.shape[-1]
    back = np.arange(T)[:, None] - np.arange(T)
    allowed = {allowed}
    return {result}
"""
MASKED = "softmax_of_rows(np.where(allowed, scores, -np.inf))"
COUNTS = """
def multiplications(T, C):
    return {counts}


more_from = {more_from}
"""
COUNTED = "3 * T * C * C, 2 * T * T * C"


def heads(**other):
    return HEADS.format(**RIGHT_HEADS | other)


WRONG = {
    "read_a_row_of_weights": [
        (ROW.format(weights="[2 / 13, 1 / 13, 3 / 13, 2 / 13, 5 / 13]", home="[3, 2]"), "has not been read yet"),
        (ROW.format(weights="[2 / 13, 1 / 13, 3 / 13, 2 / 13, 0]", home="[3, 2]"), "do not sum to 1"),
        (ROW.format(weights="[2, 1, 3, 2, 0]", home="[3, 2]"), "Those are the powers"),
        (ROW.format(weights="[0.25, 0.125, 0.375, 0.25]", home="[3, 2]"), "You give 4"),
        (ROW.format(weights="[0.7, 0, 1.1, 0.7, 0]", home="[3, 2]"), "Your weights sum to 2.5"),
        (ROW.format(weights="[0.25, 0.25, 0.25, 0.25, 0]", home="[3, 2]"), "2, 1, 3 and 2"),
        (ROW.format(weights="[0.25, 0.125, 0.375, 0.25, 0]", home="[3]"), "two numbers"),
        (ROW.format(weights="[0.25, 0.125, 0.375, 0.25, 0]", home="[2, 1]"), "sum 2/8 of 8"),
        (ROW.format(weights="'1/4'", home="[2, 1]"), "want a list of numbers"),
    ],
    "set_two_heads_by_hand": [
        (heads(first_query="20 * np.eye(6)"), "reads position 5 most. Every query must fit the key of position 0"),
        (heads(first_query="np.outer(np.eye(6)[0], np.ones(6))"), "The first head looks at the right place"),
        (heads(two_back_query="20 * np.eye(6, k=1)"), "one position before"),
        (heads(two_back_query="20 * np.eye(6, k=-2)"), "mind which way"),
        (heads(two_back_query="2 * np.eye(6, k=2)"), "The second head looks at the right place"),
        (heads(two_back_query="np.ones((6, 4))"), "takes rows of 6 numbers"),
        (heads(two_back_query="20 * np.eye(6, k=2)[:4]"), "must have one length"),
        (heads(two_back_query="'twenty'"), "want a matrix of numbers"),
    ],
    "which_ones_are_wrong": [
        ("leaking, silent = ['version_a', 'version_d'], []", "One is missing: version_b"),
        ("leaking, silent = ['version_d'], ['version_b']", "version_a reads later letters"),
        ("leaking, silent = ['version_a'], ['version_b']", "version_d reads later letters"),
        ("leaking, silent = ['version_a', 'version_b', 'version_d'], []", "reads nothing of the future"),
        ("leaking, silent = [version_a, version_d], [version_b, version_c]", "version_c is right"),
        ("leaking, silent = 'version_a, version_d', 'version_d and version_b'", "stands in both lists"),
        ("leaking, silent = ['version_a', 'version_e'], []", "There is no version_e"),
    ],
    "build_a_sliding_window": [
        (WINDOW.format(allowed="(back >= 0) & (back <= width)", result=MASKED), "Yours reads one more"),
        (WINDOW.format(allowed="abs(back) < width", result=MASKED), "reads the future"),
        (WINDOW.format(allowed="back >= 0", result=MASKED), "Yours reads one more"),
        (WINDOW.format(allowed="(back >= 0) & (back != width)", result=MASKED), "further back than that"),
        (WINDOW.format(allowed="(back >= 0) & (back < width)", result="softmax_of_rows(np.where(allowed, scores, np.nan))"), "There is a nan"),
        (WINDOW.format(allowed="(back >= 0) & (back < width)", result="np.where(allowed, softmax_of_rows(scores), 0)"), "do not sum to 1"),
        (WINDOW.format(allowed="(back >= 0) & (back < width)", result="allowed / allowed.sum(axis=-1, keepdims=True) + 0 * scores"), "not the softmax"),
        (WINDOW.format(allowed="(back >= 0) & (back < width)", result=MASKED + "[..., -1, :]"), "Each score becomes a weight"),
    ],
    "when_does_the_square_cost_most": [
        (COUNTS.format(counts="T * C * C, 2 * T * T * C", more_from=97), "That is one projection"),
        (COUNTS.format(counts="4 * T * C * C, 2 * T * T * C", more_from=97), "no fourth here"),
        (COUNTS.format(counts="3 * T * T * C, 2 * T * T * C", more_from=97), "there are three of them"),
        (COUNTS.format(counts="3 * T * C * C, T * T * C", more_from=97), "Together they are twice that"),
        (COUNTS.format(counts="3 * T * C * C, T * (T + 1) * C", more_from=97), "left the future squares out"),
        (COUNTS.format(counts="3 * T * C * C, 2 * T * C * C", more_from=97), "with H heads"),
        (COUNTS.format(counts="3 * T * C * C", more_from=97), "want a list of numbers"),
        (COUNTS.format(counts=COUNTED, more_from=96), "both take the same"),
        (COUNTS.format(counts=COUNTED, more_from=128), "divide both by T"),
    ],
}
