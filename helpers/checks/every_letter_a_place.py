"""Checks of the exercises of chapters/06_every_letter_a_place.ipynb."""

import operator

import numpy as np

from helpers.checks.verdicts import call, exercise, number_of, result_of, right, wrong


@exercise
def how_many_knobs(numbers):
    V, k, C, H = 50, 8, 10, 32
    want = [V * C + k * C + H * k * C + V * H, V * C + k * C + H * C + V * H, C + H * C, C]
    got = [number_of(number) for number in numbers]
    if len(got) != 4:
        return wrong(f"Four numbers are asked for. You give {len(got)}.")
    if got == [want[1], want[0], want[3], want[2]]:
        return wrong("The right numbers, but side by side comes first.")
    if got[0] == want[0] - k * C and got[1] == want[1] - k * C:
        return wrong("The positions are missing: `wpe` has a row of 10 numbers for each of the 8 letters.")
    if got[0] == want[0] + (k - 1) * V * C:
        return wrong("One table serves all places: count `wte` once, not for each letter.")
    if got[0] != want[0]:
        return wrong("The first number is not right. Side by side: wte is (50, 10), wpe (8, 10), hidden (32, 80), output (50, 32).")
    if got[1] != want[1]:
        return wrong("The second number is not right. For the sum only `hidden` is another: (32, 10), since all rows go through the same weights.")
    if got[2] == H * C or got[3] == 0:
        return wrong("For a ninth letter: each network also gets one more row of positions.")
    if got[2] != want[2]:
        return wrong("For a ninth letter, side by side: one more row of positions, and 10 more columns in each of the 32 rows of `hidden`.")
    if got[3] != want[3]:
        return wrong("For a ninth letter, summed: `hidden` stays as it is. Only a row of positions is new.")
    return right("All four. Side by side pays for each place, the sum hardly at all.")


@exercise
def too_short_a_table(shape):
    if isinstance(shape, np.ndarray) or hasattr(shape, "parents"):
        return wrong("This is an array. Give its shape instead: a tuple of whole numbers, such as (5, 24).")
    sizes = shape if isinstance(shape, list | tuple) else [shape]
    shape = tuple(map(operator.index, sizes))
    x = (3, 6, 24)
    try:
        out = np.broadcast_shapes(x, shape)
    except ValueError:
        return wrong(f"{x} + {shape} fails, and you would notice. Line the shapes up at the right: where may they differ?")
    if out != x:
        return wrong(f"That runs, but x grows to {out}: it would no longer have six rows of 24 for each question.")
    if shape[-2:-1] == (6,):
        return wrong(f"{shape} has a row for each of the six letters. Nothing is too short there.")
    if shape[-1:] != (24,):
        return wrong(f"{shape} runs, but it adds one number to all 24 of a row. We look for rows of 24.")
    return right("It is repeated for every place, without a word. Print shapes, or compare a letter's row in two places.")


@exercise
def who_is_near(nearest):
    rng = np.random.default_rng(3)
    for n_rows, width in [(8, 3), (12, 5)]:
        rows = rng.normal(size=(n_rows, width))
        rows[5] = rows[0] * 6.0 + 0.3   # the same direction, but far away
        for i, n in [(0, 3), (n_rows - 1, 2), (4, 1)]:
            distance = np.linalg.norm(rows - rows[i], axis=1)
            order = [int(j) for j in np.argsort(distance, kind="stable")]
            want = [j for j in order if j != i][:n]
            answer = result_of(nearest, rows.copy(), i, n)
            got = [operator.index(j) for j in np.atleast_1d(np.asarray(answer if isinstance(answer, np.ndarray) else list(answer)))]
            if got == want:
                continue
            if i in got:
                return wrong(f"Row {i} is nearest to itself, and you list it. Leave it out.")
            if len(got) != n:
                return wrong(f"{n} rows are asked for here, and you give {len(got)}.")
            if got == [j for j in order[::-1] if j != i][:n]:
                return wrong("Those are the rows that lie farthest away: `np.argsort` begins with the smallest.")
            if set(got) == set(want):
                return wrong("The right rows, in another order: the closest comes first.")
            by_dot = [int(j) for j in np.argsort(-(rows @ rows[i]), kind="stable") if j != i][:n]
            if got == by_dot:
                return wrong("You ordered by dot product, which grows with the length of a row. Take the distance between the rows.")
            return wrong(f"For {n_rows} rows, near row {i} the closest {n} are {want}, and you give {got}.")
    return right("Now compare: which of the three tables puts vowels beside a vowel?")


@exercise
def the_way_back_of_a_sum(table_gradient):
    rng = np.random.default_rng(4)
    for n, k, V, C in [(3, 2, 5, 4), (6, 4, 4, 3)]:
        ids, grad = rng.integers(V, size=(n, k)), rng.normal(size=(n, C))
        ids[0] = ids[0, 0]   # one row read twice in one question
        want, once = np.zeros((V, C)), np.zeros((V, C))
        np.add.at(want, ids, np.broadcast_to(grad[:, None], (n, k, C)))
        for row, share in zip(ids, grad, strict=True):
            once[row] += share   # numpy adds once where an id comes twice
        last = np.zeros((V, C))
        last[ids] = grad[:, None]
        answer = result_of(table_gradient, ids.copy(), grad.copy(), V)
        got = np.asarray(answer.data if hasattr(answer, "parents") else answer, dtype=float)
        if got.shape != want.shape:
            return wrong(f"The gradient has shape {got.shape}, and the table has {want.shape}: a gradient has the shape of its array.")
        if np.allclose(got, want, atol=1e-8):
            continue
        if np.allclose(got, last, atol=1e-8):
            return wrong("A row that is read several times must sum its shares. `out[ids] = ...` keeps only the last of them.")
        if np.allclose(got, once, atol=1e-8):
            return wrong("Nearly: a row that is read twice in *one* question got one share of that question. `out[ids] += ...` adds once where an id comes twice.")
        if np.allclose(got * k, want, atol=1e-8):
            return wrong("Each share is k times too small: a sum gives every part its whole gradient. Dividing belongs to a mean.")
        return wrong("The shape is right, the numbers are not. Each row that a question reads gets the gradient of that question's sum.")
    call(table_gradient, ids, grad, V)
    return right("The same numbers as the engine gives.")


@exercise
def shuffle_each_name(network_gathers, counts_gather):
    answers = []
    for answer in (network_gathers, counts_gather):
        if isinstance(answer, str) and answer.strip().lower() in ("true", "false", "yes", "no"):
            answer = answer.strip().lower() in ("true", "yes")
        if not isinstance(answer, bool | np.bool_):
            return wrong("Two answers are asked for, each True or False: does the network gather the vowels, do the counts?")
        answers.append(bool(answer))
    if answers == [True, True]:
        return right("Both. Shuffled, a name has lost its order but kept its letters, and that is enough. Compare this with the hat.")
    if answers == [False, False]:
        return wrong("Did you shuffle within each name? The letters of all names dealt anew is the chapter's hat, and loses more.")
    if not answers[0]:
        return wrong("The counts are as you say. Train the network for 2,000 steps, with embeddings that start at 0.1, and measure its table.")
    return wrong("The network is as you say. Count the pairs of the shuffled names, not of the true ones, and divide each row by its sum.")
