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


CUT_OFF = """
def cut_off(params, longest):
    length = {length}
    if {when}:
        for tensor in params.values():
            tensor.grad = {cut}
    return {result}
"""
RIGHT_CUT_OFF = {
    "length": "math.sqrt(sum((tensor.grad**2).sum() for tensor in params.values()))",
    "when": "length > longest",
    "cut": "tensor.grad * (longest / length)",
    "result": "length",
}


def cut_off(**other):
    return CUT_OFF.format(**RIGHT_CUT_OFF | other)


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
    "cut_off_large_gradients": [
        (cut_off(cut="np.clip(tensor.grad, -longest, longest)"), "turns the direction"),
        (cut_off(when="True", cut="tensor.grad * min(1, longest / np.sqrt((tensor.grad**2).sum()))"), "each array by itself"),
        (cut_off(when="True"), "you made it longer"),
        (cut_off(cut="tensor.grad / length"), "as long as 1 now"),
        (cut_off(when="length < longest"), "nothing was changed"),
        (cut_off(length="sum((tensor.grad**2).sum() for tensor in params.values())"), "and yours are"),
        (cut_off(result="min(length, longest)"), "the length after the cut"),
        (cut_off(result="None"), "Give back the length"),
        (cut_off(result="length**2"), "and you give 30.000"),
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
