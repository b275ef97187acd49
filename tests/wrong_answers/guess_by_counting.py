"""Typical wrong answers to the exercises of chapters/02_guess_by_counting.ipynb."""

BACKWARDS = """
backwards_table = {table}
backwards = to_probabilities(backwards_table)
backwards_loss = mean_surprise(lambda past: backwards[past[-1]], {names})
"""

WRONG = {
    "read_a_loss": [
        ("ada_loss, as_unsure_as_between = np.log(64), 2.83", "sum of the four"),
        ("ada_loss, as_unsure_as_between = -np.log(0.375), 2.67", "surprise at the mean probability"),
        ("ada_loss, as_unsure_as_between = 1.5, 2.83", "in bits"),
        ("ada_loss, as_unsure_as_between = np.log([0.5, 0.25, 0.25, 0.5]).mean(), 2.83", "wrong sign"),
        ("ada_loss, as_unsure_as_between = 0.375, 2.83", "not their mean"),
        ("ada_loss, as_unsure_as_between = 1.04, 3", "mean of 2, 4, 4 and 2"),
        ("ada_loss, as_unsure_as_between = 1.04, 2**1.04", "not 2."),
        ("ada_loss, as_unsure_as_between = 1.04, 4", "is not 4"),
    ],
    "read_backwards": [
        (BACKWARDS.format(table="table", names="train_ids"), "the table as it was"),
        (BACKWARDS.format(table="table[::-1]", names="train_ids"), "order of the ids"),
        (BACKWARDS.format(table="table.T", names="train_ids"), "about the turned names"),
        ("backwards_table, backwards_loss = table.T, 2.7", "is not 2.700"),
        ("backwards_table, backwards_loss = probabilities.T, 2.598", "row 0 should begin"),
        ("backwards_table, backwards_loss = to_probabilities(table.T), 2.598", "Give the counts"),
        ("backwards_table, backwards_loss = table[:2], 2.598", "(2, 27)"),
        ("backwards_table, backwards_loss = table + table.T, 2.598", "row 0 should begin"),
    ],
    "how_far_back": [
        ("best_ns = [4, 4, 4]", "learning by heart"),
        ("best_ns = [4, 3, 2]", "the smallest part comes first"),
        ("best_ns = [2, 2, 4]", "another n than 2"),
        ("best_ns = [2, 3]", "one for each part"),
        ("best_ns = [2.82, 2.54, 2.46]", "Each answer is an n"),
    ],
    "count_the_company": [
        ("def company(table):\n    return (table > 0).sum(axis=1)", "what comes *after*"),
        ("def company(table):\n    return table.sum(axis=0)", "how often each token"),
        ("def company(table):\n    return (table == 0).sum(axis=0)", "empty squares"),
        ("def company(table):\n    return (table > 0).sum()", "a single one"),
        ("def company(table):\n    return (table > 0).sum(axis=0, keepdims=True)", "get the shape (1, 3)"),
        ("def company(table):\n    return (table > 0).sum(axis=0)[:-1]", "3 in all, and get 2"),
        ("def company(table):\n    return (table > 1).sum(axis=0)", "we want"),
        ("def company(table):\n    return (table > 0).sum(axis=0)\n\nleast_company = ''", "Now try it"),
        ("def company(table):\n    return (table > 0).sum(axis=0)\n\nleast_company = 'qz'", "others keep less company"),
        ("def company(table):\n    return (table > 0).sum(axis=0)\n\nleast_company = [13, 19]", "two different letters"),
    ],
}
