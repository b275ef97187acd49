"""Typical wrong answers to the exercises of chapters/09_train_it.ipynb: code, and words of the verdict that it must get."""

ADAM = """
def adam_moves(gradients, learning_rate, beta1, beta2):
    first = second = 0.0
    moves = []
    for t, gradient in enumerate(gradients, start={start}):
        first += (1 - beta1) * (gradient - first)
        second += (1 - beta2) * ({square} - second)
        moves.append({move})
    return {result}
"""
RIGHT_ADAM = {
    "start": "1",
    "square": "gradient**2",
    "move": "-learning_rate * first / (1 - beta1**t) / (second / (1 - beta2**t)) ** 0.5",
    "result": "moves",
}


def adam(**other):
    return ADAM.format(**RIGHT_ADAM | other)


MIX = """
def best_mixture(p, q):
    losses = {{w / 10: {loss} for w in range(11)}}
    best = {choose}(losses, key=losses.get)
    return {result}
"""
RIGHT_MIX = {"loss": "-np.log(w / 10 * p + (1 - w / 10) * q).mean()", "choose": "min", "result": "best, losses[best]"}


def mix(**other):
    return MIX.format(**RIGHT_MIX | other)


NEWEST = """
def newest_whole(paths):
    for path in {order}:
        try:
            return {result}
        except {errors}:
            continue
    {end}
"""
RIGHT_NEWEST = {
    "order": "paths[::-1]",
    "result": "read_arrays(path)",
    "errors": "(ValueError, OSError)",
    "end": "raise ValueError('want a whole file, got none')",
}


def newest(**other):
    return NEWEST.format(**RIGHT_NEWEST | other)


BAND = """
found = []
for seed in {seeds}:
    params = fresh(seed=seed)
    train(params, config, {ids}, Settings(n_steps={n_steps}, batch_size=32, seed=seed))
    found.append(evaluate(params, config, held_out_ids))
low, high, is_normal = min(found), max(found), {is_normal}
"""


def band(seeds="range(4)", ids="train_ids", n_steps=300, is_normal="False"):
    return BAND.format(seeds=seeds, ids=ids, n_steps=n_steps, is_normal=is_normal)


WRONG = {
    "which_run_has_which_fault": [
        ('faults = ["too few names", "too few names", "padding counts"]', "hardly left the blind guess"),
        ('faults = ["rate too small", "target off by one", "padding counts"]', "predicts what it sees"),
        ('faults = ["rate too small", "rate too large", "padding counts"]', "knows its own names"),
        ('faults = ["rate too small", "too few names", "target off by one"]', "Only what it reports"),
        ('faults = ["rate too small", "too few names"]', "You give 2"),
        ('faults = ["rate too small", "too few names", "gremlins"]', "no 'gremlins' among them"),
    ],
    "adam_for_one_knob": [
        (adam(move="learning_rate * first / (1 - beta1**t) / (second / (1 - beta2**t)) ** 0.5"), "uphill"),
        (adam(move="-learning_rate * first / second**0.5"), "both means begin at 0".replace("both", "Both")),
        (adam(start="2"), "at the first one, t is 1"),
        (adam(start="0"), "stopped with ZeroDivisionError"),
        (adam(move="-learning_rate * first / (1 - beta1**t) / (second / (1 - beta2**t))"), "Divide by its root"),
        (adam(square="abs(gradient)"), "takes the squares"),
        (adam(result="np.cumsum(moves)"), "the places after each step"),
        (adam(result="moves[:-1]"), "You give 3"),
        (adam(square="gradient"), "and yours are"),
    ],
    "is_it_normal": [
        ("low, high, is_normal = 2.6, 2.5, False", "lower end comes first"),
        ("low, high, is_normal = 2.5, 2.5, False", "One loss is no band"),
        (band(n_steps=100), "is not that of 300 steps"),
        (band(is_normal="True"), "lies above it"),
        ("low, high, is_normal = 2.5, 2.51, 'no'", "True or False"),
    ],
    "mix_a_table_and_a_gpt": [
        (mix(loss="-np.log((1 - w / 10) * p + w / 10 * q).mean()"), "you give that of the second"),
        (mix(loss="-(w / 10 * np.log(p) + (1 - w / 10) * np.log(q)).mean()"), "Did you mix the surprises?"),
        (mix(choose="max"), "one of the two models alone"),
        (mix(loss="-np.log(w / 10 * p + (1 - w / 10) * q).sum()"), "the sum of the surprises"),
        (mix(result="best"), "Two numbers are asked for"),
    ],
    "the_newest_file_that_is_whole": [
        (newest(order="paths"), "you give the older one"),
        (newest(order="paths[-1:]"), "go on to the one before"),
        (newest(order="paths[-2:][::-1]"), "go on until one can be read"),
        (newest(errors="ValueError"), "that, too, is no reason"),
        (newest(result="read_arrays(path)[0]"), "both things"),
        (newest(end="return {}, {}"), "so that nobody goes on with nothing"),
        (newest(end="raise KeyError('none')"), "stops with KeyError"),
    ],
}
