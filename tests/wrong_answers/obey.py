"""Typical wrong answers to the exercises of chapters/19_obey.ipynb: code, and words of the verdict that it must get."""

BEST = """
def expected_best(values, probabilities, n):
    return {}
"""
OTHERS = """
def advantages(rewards):
    n, rest = len(rewards), rewards.sum() - rewards
    return {}
"""
REWARD = """
def reward(name):
    return {}
"""

WRONG = {
    "how_many_draws": [
        ("n_draws = 20", "a little too much"),
        ("n_draws = math.log(0.01) / math.log(0.8)", "How many whole draws"),
        ("n_draws = 5", "a third of all cases"),
        ("n_draws = 495", "One is enough"),
        ("n_draws = 3", "at least one is asked for"),
        ("n_draws = 30", "more than it takes"),
        ("n_draws = 10", "all n draws fail"),
        ("n_draws = 'many'", "a form that the check does not know"),
    ],
    "the_best_of_n": [
        (BEST.format("np.dot(values, probabilities)"), "the mean of one draw"),
        (BEST.format("n * np.dot(values, probabilities)"), "the sum of n draws"),
        (BEST.format("max(values)"), "Does it always come"),
        (BEST.format("np.cumsum(probabilities) ** n @ np.array(values)"), "subtract the chance that it is smaller"),
        (BEST.format("np.diff(np.cumsum(probabilities) ** n, prepend=0) @ np.array(values)"), "sort them, with their probabilities"),
        (BEST.format("0.5"), "By going through all cases"),
        (BEST.format("values[9]"), "stopped with IndexError"),
    ],
    "a_baseline_from_the_others": [
        (OTHERS.format("rewards - rewards.mean()"), "the old one"),
        (OTHERS.format("rest / (n - 1)"), "the baseline itself"),
        (OTHERS.format("rest / (n - 1) - rewards"), "turned around"),
        (OTHERS.format("rewards - rest"), "You subtract the sum"),
        (OTHERS.format("rewards - rest / n"), "divide by `n - 1`"),
        (OTHERS.format("rewards.mean()"), "One number for each reward"),
        (OTHERS.format("rewards"), "for each the mean of the others"),
    ],
    "choose_the_price": [
        ("price_of_a_nat = math.log(81)", "That is the power"),
        ("price_of_a_nat = 1 / math.log(9)", "up to 1 to 1: half"),
        ("price_of_a_nat = math.log(9)", "That is a power"),
        ("price_of_a_nat = 1 / 81", "Take the logarithm first"),
        ("price_of_a_nat = -1 / math.log(0.1)", "by the distance of a full reward"),
        ("price_of_a_nat = 0", "At a price of 0"),
        ("price_of_a_nat = 0.1", "100.0 % good names"),
    ],
    "a_reward_that_is_hard_to_cheat": [
        (REWARD.format("min(len(name), 9) / 9"), "Here is a cheat"),
        (REWARD.format("float(len(name) >= 7 and len(set(name)) >= 5)"), "Here is a cheat"),
        (REWARD.format("len(name) / 4"), "A reward from 0 to 1"),
        (REWARD.format("0.0"), "Real long names get 0.00"),
        (REWARD.format("1.0"), "Long names are wanted"),
        (REWARD.format("'much'"), "a form that the check does not know"),
    ],
}
