"""Exercise checks of chapters/04_nudge_the_knobs.ipynb."""

import math

import numpy as np

from helpers.checks.verdicts import call, exercise, number_of, result_of, right, wrong
from helpers.live.hill import losses, slopes
from helpers.names import load_names, split_names
from helpers.scalar import Value, cross_entropy, softmax


def numbers_of(answer):
    """An answer's numbers, whether they came as plain ones or as Values -> array"""
    return np.array([number_of(x) for x in answer])


@exercise
def read_a_softmax(probabilities):
    got = numbers_of(probabilities)
    if got.shape != (3,):
        return wrong(f"There are three logits, so three probabilities, not {len(got)}.")
    if np.allclose(got, [1 / 4, 1 / 4, 2 / 4], atol=0.005):
        return right("The powers are 1, 1 and 2: a logit larger by ln 2 means twice the probability.")
    if np.allclose(got, [0, 0, 1], atol=0.005):
        return wrong("That divides the logits by their total. First raise e to the power of each: e to the power of 0 is not 0.")
    if np.allclose(got, [1, 1, 2], atol=0.005):
        return wrong("Those are the powers. Probabilities sum to 1: divide by the total.")
    if np.allclose(got, numbers_of(softmax([0, 0, 2])), atol=0.005):
        return wrong("The last logit is not 2 but ln 2, and e to the power of ln 2 is 2.")
    if not math.isclose(got.sum(), 1, abs_tol=0.01):
        return wrong(f"These sum to {got.sum():.3f}. Probabilities sum to 1.")
    return wrong("They sum to 1, and that is good. Now the shares: what are the three powers of e?")


@exercise
def slopes_without_a_graph(slopes_of):
    for logits, target_id in [([2.1, 0.3, -0.5], 1), ([0.0, 0.0], 0), ([-1.0, 4.0, 2.0, 0.5], 3)]:
        probabilities = numbers_of(softmax(logits))
        want = probabilities - (np.arange(len(logits)) == target_id)
        got = numbers_of(result_of(slopes_of, list(logits), target_id))
        if got.shape != want.shape:
            return wrong(f"For {len(logits)} logits there are {len(logits)} slopes, one each, not {got.size}.")
        if np.allclose(got, want, atol=1e-6):
            continue
        if np.allclose(got, -want, atol=1e-6):
            return wrong("The sign is turned: that is target minus probability. The right token's slope must be below 0.")
        if np.allclose(got, probabilities, atol=1e-6):
            return wrong("Those are the probabilities. What is taken away at the target?")
        if np.allclose(got, np.exp(logits) - (np.arange(len(logits)) == target_id), atol=1e-6):
            return wrong("Those are powers of e minus the target. Divide the powers by their total first.")
        if np.allclose(got, np.array(logits) - (np.arange(len(logits)) == target_id), atol=1e-6):
            return wrong("Those are logits minus the target. The logits must go through softmax first.")
        return wrong(f"For logits {logits} and target {target_id} we want {want.round(3).tolist()}, and you give {got.round(3).tolist()}.")
    return right("Probability minus target, without a graph. Fast models use this rule as it stands.")


@exercise
def find_a_learning_rate(learning_rate):
    rate = number_of(learning_rate)
    if not 0 < rate < math.inf:
        return wrong(f"A learning rate is a number above 0. With {rate:g} the walk does not go downhill.")
    train, _ = split_names(load_names())
    lengths = np.array([len(name) for name in train])
    over = [int((lengths == n).sum()) for n in range(15)]
    goes_on = [int((lengths > n).sum()) for n in range(15)]
    inputs = [n - 6 for n in range(15)]
    weight, bias, walked = 0.0, 0.0, []
    for _ in range(11):
        walked.append(float(losses(np.array(weight), np.array(bias), inputs, goes_on, over)))
        along_weight, along_bias = slopes(weight, bias, inputs, goes_on, over)
        weight, bias = weight - rate * along_weight, bias - rate * along_bias
    if walked[-1] < 0.267:
        return right(f"After 10 steps the loss is {walked[-1]:.4f}. In a round valley many learning rates will do.")
    if max(walked[1:]) > walked[0] or walked[-1] > walked[-2]:
        return wrong(f"Too large: the loss goes up on the way, and is {walked[-1]:.4f} after 10 steps.")
    return wrong(f"Too small: always downhill, but only {walked[-1]:.4f} after 10 steps.")


@exercise
def the_loss_of_several_names(batch_loss):
    numbers = np.random.default_rng(4).normal(0, 1, size=(27, 27))
    table = [[Value(x) for x in row] for row in numbers]
    batch = [[26, 0, 11, 26], [26, 0, 11, 4, 23, 0, 13, 3, 4, 17, 26]]

    def costs(token_ids):
        return [cross_entropy(numbers[a].tolist(), b).data for a, b in zip(token_ids, token_ids[1:], strict=False)]

    each = [costs(token_ids) for token_ids in batch]
    result = result_of(batch_loss, batch, table)
    if not isinstance(result, Value):
        return wrong(f"We want a Value, so that it can go backward, and you give {type(result).__name__}.")
    got, want = result.data, np.concatenate(each).mean()
    if math.isclose(got, np.mean([np.mean(name) for name in each]), rel_tol=1e-9):
        return wrong("That is the mean of the names' means. Each question should weigh the same, whichever name it is from.")
    if math.isclose(got, np.concatenate(each).sum(), rel_tol=1e-9):
        return wrong("That is the sum. Divide it by the number of questions.")
    if math.isclose(got, np.concatenate(each).sum() / len(batch), rel_tol=1e-9):
        return wrong("That divides by the number of names. Divide by the number of questions.")
    if math.isclose(got, np.concatenate([name[:-1] for name in each]).mean(), rel_tol=1e-9):
        return wrong("The last question of each name is missing: is the name over?")
    if math.isclose(got, np.mean(each[-1]), rel_tol=1e-9) or math.isclose(got, np.mean(each[0]), rel_tol=1e-9):
        return wrong("That is the loss of one name only. Does your list start anew, or your function return, inside the loop?")
    if not math.isclose(got, want, rel_tol=1e-9):
        return wrong(f"For {batch} and our table we want {want:.4f}, and you give {got:.4f}.")
    slopes_wanted = np.zeros(numbers.shape)
    for token_ids in batch:
        for a, b in zip(token_ids, token_ids[1:], strict=False):
            slopes_wanted[a] += numbers_of(softmax(numbers[a].tolist()))
            slopes_wanted[a, b] -= 1
    call(result.backward)
    slopes_got = np.array([[x.grad for x in row] for row in table])
    if not slopes_got.any():
        return wrong("The number is right. But no slope reaches the table: compute the loss from its Values all the way, not from .data.")
    if not np.allclose(slopes_got, slopes_wanted / len(np.concatenate(each)), atol=1e-9):
        return wrong("The number is right. But the slopes that reach the table are not those of this loss: is every part of it a Value?")
    if not math.isclose(number_of(result_of(batch_loss, batch[:1], table)), np.mean(each[0]), rel_tol=1e-9):
        return wrong("Right for two names, but not for a batch of a single one.")
    return right("Every question weighs the same, and the gradient of the whole batch comes with one backward.")


@exercise
def repair_a_walk(walk):
    def bowl(knobs):
        return (knobs[0] - 1) ** 2 + 2 * (knobs[1] + 2) ** 2

    def expected(fresh=True, forget=True, direction=-1):
        """Where a walk with these properties ends, after `n_steps` steps from the same start."""
        knobs, totals, at = np.array([3.0, 1.0]), np.zeros(2), np.array([3.0, 1.0])
        for _ in range(n_steps):
            at = knobs if fresh else at
            slope = np.array([2 * (at[0] - 1), 4 * (at[1] + 2)])
            totals = slope if forget else totals + slope
            knobs = knobs + direction * 0.1 * totals
        return knobs

    n_steps = 4
    knobs = [Value(3), Value(1)]
    knobs[0].grad = 5.0   # an old slope, as a walk before this one leaves it
    result = result_of(walk, knobs, bowl, 0.1, n_steps)
    ended = numbers_of(knobs)
    # a forgotten old slope of 5 shifts the first knob, so those walks are judged by the second one
    if np.allclose(ended, expected()):
        if isinstance(result, (list, tuple)):
            return wrong("The walk is right. Give back the last loss alone, as one number.")
        if not math.isclose(number_of(result), bowl(knobs).data, rel_tol=1e-9):
            return wrong("The walk is right. But the loss you give back is from before the last step: compute it once more.")
        return right("Compute the loss, forget the old slopes, go backward, step. In this order, every time.")
    if np.allclose(ended, [3, 1]):
        return wrong("The knobs have not moved. Which line changes their data?")
    if math.isclose(ended[1], expected(direction=1)[1]):
        return wrong("The walk goes uphill: a slope says where the loss grows. Move against it.")
    if math.isclose(ended[1], expected(fresh=False)[1]):
        return wrong("The loss is computed once, before the loop, so the slopes stay those of the start. Compute it in each step.")
    if math.isclose(ended[1], expected(fresh=False, forget=False)[1]):
        return wrong("The slopes are added up, and all of them are of the start: no zero_grad, and the loss is computed only once.")
    if math.isclose(ended[1], expected(forget=False)[1]):
        return wrong("The old slopes are still there: each step acts on the sum of all so far. Which function forgets them?")
    if math.isclose(ended[1], expected()[1]):
        return wrong("Right, had the knobs started without slopes. They came with old ones: forget them before the first step, too.")
    if math.isclose(ended[1], expected(fresh=False, forget=False, direction=1)[1]) or ended[1] > 1:
        return wrong("The walk still goes uphill, away from the lowest point.")
    return wrong(f"After {n_steps} steps on a bowl we want the knobs at {expected().round(3).tolist()}, and yours are at {ended.round(3).tolist()}.")
