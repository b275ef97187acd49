"""Typical wrong answers to the exercises of chapters/10_make_it_better.ipynb: code, and words of the verdict that it must get."""

SEEDS = """
def seeds_needed(gain, spread):
    n = {first}
    while gain {sign} {times} * spread / {root}:
        n += 1
    return {result}
"""
RIGHT_SEEDS = {"first": "2", "sign": "<=", "times": "2", "root": "math.sqrt(n)", "result": "n"}


def seeds(**other):
    return SEEDS.format(**RIGHT_SEEDS | other)


STOP = """
def stop_early(losses, patience):
    best = bad = 0
    for look, loss in enumerate(losses):
        {before}
        if loss < losses[best]:
            {news}
        elif look:
            bad += 1
        if {stops}:
            break
    return {result}
"""
RIGHT_STOP = {"before": "pass", "news": "best, bad = look, 0", "stops": "bad == patience", "result": "look, best"}


def stop(**other):
    return STOP.format(**RIGHT_STOP | other)


MIX = """
def best_mixture(p, q):
    losses = {{w / 10: {loss} for w in range(11)}}
    best = {choose}(losses, key=losses.get)
    return {result}
"""
RIGHT_MIX = {"loss": "-np.log(w / 10 * p + (1 - w / 10) * q).mean()", "choose": "min", "result": "best, losses[best]"}


def mix(**other):
    return MIX.format(**RIGHT_MIX | other)


WRONG = {
    "how_many_seeds": [
        (seeds(times="1"), "larger than twice its error"),
        (seeds(root="n"), "the root of the number of seeds"),
        (seeds(first="1"), "it has no spread"),
        (seeds(result="n - 1"), "One more is needed"),
        (seeds(result="max(2, (2 * spread / gain) ** 2)"), "whole numbers"),
        (seeds(result="n + 5"), "it takes 39 seeds"),
    ],
    "stop_early": [
        (stop(result="best, look"), "comes first"),
        (stop(result="look + 1, best + 1"), "from 0"),
        (stop(result="look, losses.index(min(losses))"), "never comes to look 9"),
        (stop(stops="bad == patience - 1"), "count the looks since the lowest"),
        (stop(news="best = look"), "its whole patience back"),
        (stop(result="look"), "Two numbers are asked for"),
        (stop(stops="bad > patience"), "never comes to look 9"),
        (stop(result="look, 0"), "and keeps look 5"),
    ],
    "mix_a_table_and_a_gpt": [
        (mix(loss="-np.log((1 - w / 10) * p + w / 10 * q).mean()"), "you give that of the second"),
        (mix(loss="-(w / 10 * np.log(p) + (1 - w / 10) * np.log(q)).mean()"), "Did you mix the surprises?"),
        (mix(choose="max"), "one of the two models alone"),
        (mix(loss="-np.log(w / 10 * p + (1 - w / 10) * q).sum()"), "the sum of the surprises"),
        (mix(result="best"), "Two numbers are asked for"),
    ],
}
