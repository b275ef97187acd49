"""Typical wrong answers to the exercises of chapters/02_guess_by_counting.ipynb."""

SURPRISES = """
def surprises(name, predict, letters):
    ids = encode(name, letters)
    return [{surprise} for t in range({steps})]
"""

CHOOSE = """
few_table = count_bigrams(few_ids, vocab_size)
few_losses = {{}}
for constant in (0.01, 0.1, 0.3, 1, 10):
    few_rows = to_probabilities(few_table, constant)
    few_losses[constant] = mean_surprise(lambda past: few_rows[past[-1]], {names})
few_constant = {constant}
few_loss = few_losses[few_constant]
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
    "choose_with_little_data": [
        (CHOOSE.format(names="few_ids", constant="min(few_losses, key=few_losses.get)"), "learning by heart"),
        (CHOOSE.format(names="validation_ids", constant="1"), "does better than 1"),
        (CHOOSE.format(names="validation_ids", constant="max(few_losses, key=few_losses.get)"), "better than 0.01"),
        (CHOOSE.format(names="few_ids", constant="0.3"), "on the counted names"),
        ("few_constant, few_loss = 0.5, 2.607", "with 30,205 names"),
        ("few_constant, few_loss = 0.3, 2.594", "is not 2.594"),
    ],
    "where_does_it_hurt": [
        (SURPRISES.format(surprise="-np.log(predict(ids[:t])[ids[t]])", steps="1, len(ids) - 1"), "one is missing"),
        (SURPRISES.format(surprise="-np.log(predict(ids[:t + 1])[ids[t]])", steps="1, len(ids)"), "before it guesses"),
        (SURPRISES.format(surprise="np.log(predict(ids[:t])[ids[t]])", steps="1, len(ids)"), "wrong sign"),
        (SURPRISES.format(surprise="predict(ids[:t])[ids[t]]", steps="1, len(ids)"), "are the probabilities"),
        (SURPRISES.format(surprise="-np.log2(predict(ids[:t])[ids[t]])", steps="1, len(ids)"), "are bits"),
        (SURPRISES.format(surprise="-np.log(predict([ids[t - 1]])[ids[t]])", steps="1, len(ids)"), "the last id only"),
        (
            "def surprises(name, predict, letters):\n    ids = [26] + [letters.index(character) for character in name] + [26]\n"
            "    return [-np.log(predict(ids[:t])[ids[t]]) for t in range(1, len(ids))]",
            "only when there are 26 letters",
        ),
        (SURPRISES.format(surprise="-np.log(predict(ids[:t][::-1])[ids[t]])", steps="1, len(ids)"), "we want"),
        ("def surprises(name, predict, letters):\n    return 2.5", "'float' object is not iterable"),
        ("def surprises(name, predict, letters):\n    return [0.0]", "we want"),
        ("def surprises(name, predict, letters):\n    print(name)", "gives back None"),
    ],
    "count_the_company": [
        ("def company(table):\n    return (table > 0).sum(axis=1)", "what comes *after*"),
        ("def company(table):\n    return table.sum(axis=0)", "how often each token"),
        ("def company(table):\n    return (table == 0).sum(axis=0)", "empty squares"),
        ("def company(table):\n    return (table > 0).sum()", "one number for each token"),
        ("def company(table):\n    return (table > 1).sum(axis=0)", "we want"),
    ],
}
