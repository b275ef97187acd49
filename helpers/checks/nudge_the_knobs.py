"""Exercise checks of chapters/04_nudge_the_knobs.ipynb."""

import math

import numpy as np

from helpers.checks.verdicts import call, exercise, number_of, result_of, right, wrong
from helpers.scalar import Value, cross_entropy, softmax

RATES = [0.25, 0.5, 1, 2, 4, 8]


def numbers_of(answer):
    """An answer's numbers, in whatever form it lists them, as plain ones or as Values -> array"""
    if isinstance(answer, np.ndarray):
        answer = answer.ravel()   # a row or a column
    return np.array([number_of(x) for x in answer])


def neuron_losses(learning_rate, n_steps, inputs, goes_on, over):
    """The neuron's loss before each step of a walk from zero, and after the last -> list of n_steps + 1 numbers"""
    inputs, goes_on, over = np.array(inputs), np.array(goes_on), np.array(over)
    n_questions = (goes_on + over).sum()
    weight, bias, losses = 0.0, 0.0, []
    for _ in range(n_steps + 1):
        score = weight * inputs + bias
        losses.append((goes_on * np.logaddexp(0, score) + over * np.logaddexp(0, -score)).sum() / n_questions)
        blame = (goes_on + over) * np.exp(-np.logaddexp(0, -score)) - over   # probability minus target
        weight -= learning_rate * (blame * inputs).sum() / n_questions
        bias -= learning_rate * blame.sum() / n_questions
    return losses


def best_rates(n_steps, inputs, goes_on, over):
    """The learning rates that have the lowest loss after so many steps: one, or several where they tie -> list"""
    after = {rate: neuron_losses(rate, n_steps, inputs, goes_on, over)[-1] for rate in RATES}
    return [rate for rate in RATES if math.isclose(after[rate], min(after.values()), rel_tol=1e-9)]


@exercise
def read_a_softmax(probabilities):
    got = numbers_of(probabilities)
    if got.shape != (3,):
        return wrong(f"There are three logits, so three probabilities, not {len(got)}.")
    if np.allclose(got, [1 / 4, 1 / 4, 2 / 4], atol=0.005):
        return right("The powers are 1, 1 and 2: a logit larger by ln 2 means twice the probability.")
    if np.allclose(got, [25, 25, 50], atol=0.5):
        return wrong("Right in percent. A probability is a number from 0 to 1: divide by 100.")
    if np.allclose(got, [0, 0, 1], atol=0.005):
        return wrong("That divides the logits by their total. First raise e to the power of each: e to the power of 0 is not 0.")
    if np.allclose(got, [1, 1, 2], atol=0.005):
        return wrong("Those are the powers. Probabilities sum to 1: divide by the total.")
    if np.allclose(got, numbers_of(softmax([0, 0, 2])), atol=0.005):
        return wrong("The last logit is not 2 but ln 2, and e to the power of ln 2 is 2.")
    if not math.isclose(got.sum(), 1, abs_tol=0.01):
        return wrong(f"These sum to {got.sum():.3f}. Probabilities sum to 1.")
    return wrong("They sum to 1, and that is good. Now their sizes: what are the three powers of e?")


@exercise
def sweep_the_learning_rate(best_from_zero, best_from_six, goes_on, over):
    answers = {"letters so far": number_of(best_from_zero), "letters so far, minus 6": number_of(best_from_six)}
    for what, rate in answers.items():
        if not any(math.isclose(rate, listed) for listed in RATES):
            return wrong(f"For {what!r} we want one of the learning rates {', '.join(map(str, RATES))}, and you give {rate:g}.")
    inputs_of = {"letters so far": list(range(len(over))), "letters so far, minus 6": [n - 6 for n in range(len(over))]}
    best = {what: best_rates(10, inputs, goes_on, over) for what, inputs in inputs_of.items()}
    missed = [what for what, rate in answers.items() if not any(math.isclose(rate, listed) for listed in best[what])]
    if not missed:
        return right("And each has neighbours that do nearly as well, or much worse: a sweep shows which.")
    swapped = dict(zip(answers, reversed(answers.values()), strict=True))
    if all(any(math.isclose(rate, listed) for listed in best[what]) for what, rate in swapped.items()):
        return wrong("Those are the right two numbers, but exchanged: the first belongs to the input counted from zero.")
    what, rate = missed[0], answers[missed[0]]
    losses = neuron_losses(rate, 10, inputs_of[what], goes_on, over)
    other = neuron_losses(best[what][0], 10, inputs_of[what], goes_on, over)
    side = "smaller" if best[what][0] < rate else "larger"
    return wrong(f"For {what!r}, {rate:g} ends at {losses[-1]:.4f} after 10 steps, and a {side} rate of the list at {other[-1]:.4f}.")


@exercise
def the_loss_of_several_names(loss_of_batch):
    numbers = np.random.default_rng(4).normal(0, 1, size=(27, 27))
    table = [[Value(x) for x in row] for row in numbers]
    batch = [[26, 0, 11, 26], [26, 0, 11, 4, 23, 0, 13, 3, 4, 17, 26]]

    def costs(token_ids):
        return [cross_entropy(numbers[a].tolist(), b).data for a, b in zip(token_ids, token_ids[1:], strict=False)]

    each = [costs(token_ids) for token_ids in batch]
    result = result_of(loss_of_batch, batch, table)
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
    gradients_wanted = np.zeros(numbers.shape)
    for token_ids in batch:
        for a, b in zip(token_ids, token_ids[1:], strict=False):
            gradients_wanted[a] += numbers_of(softmax(numbers[a].tolist()))
            gradients_wanted[a, b] -= 1
    call(result.backward)
    gradients_got = np.array([[x.grad for x in row] for row in table])
    if not gradients_got.any():
        return wrong("The number is right. But no gradient reaches the table: compute the loss from its Values all the way, not from .data.")
    if not np.allclose(gradients_got, gradients_wanted / len(np.concatenate(each)), atol=1e-9):
        return wrong("The number is right. But the gradients that reach the table are not those of this loss: is every part of it a Value?")
    if not math.isclose(number_of(result_of(loss_of_batch, batch[:1], table)), np.mean(each[0]), rel_tol=1e-9):
        return wrong("Right for two names, but not for a batch of a single one.")
    return right("Every question weighs the same, and the gradient of the whole batch comes with one backward.")


@exercise
def pull_towards_the_blind_guess(pulled_loss):
    numbers = np.random.default_rng(5).normal(0, 1, size=(4, 4))
    weights = np.array([[4, 1, 0, 1], [2, 2, 3, 1], [0, 0, 0, 0], [1, 0, 0, 5]]) / 20
    table = [[Value(x) for x in row] for row in numbers]
    result = result_of(pulled_loss, table, weights.tolist(), 0.3)
    if not isinstance(result, Value):
        return wrong(f"We want a Value, so that it can go backward, and you give {type(result).__name__}.")
    surprises = np.log(np.exp(numbers).sum(axis=1, keepdims=True)) - numbers
    loss, squares = (weights * surprises).sum(), (numbers**2).sum()
    got = result.data
    slips = {
        loss: "That is the table's loss alone. Add the penalty: strength times the sum of the squares of all logits.",
        0.3 * squares: "That is the penalty alone. Add it to the table's loss.",
        loss + squares: "The penalty is not multiplied by the strength.",
        loss - 0.3 * squares: "The penalty is subtracted, so large logits would pay. Add it.",
        loss + 0.3 * numbers.sum(): "Those are the logits themselves. Their squares are wanted, or logits below 0 would lower the loss.",
        loss + 0.3 * abs(numbers).sum(): "Those are the logits without their signs. Their squares are wanted.",
        loss + 0.3 * squares / numbers.size: "That is the mean of the squares. The sum is wanted.",
        loss + 0.3 * squares / len(numbers): "That is the sum of the squares divided by the number of rows. The sum is wanted.",
        loss + 0.3 * (numbers[-1] ** 2).sum(): "Only the last row pays. Does your list or your total start anew inside the loop?",
        loss + 0.3 * (numbers[0] ** 2).sum(): "Only the first row pays. Does your function return inside the loop?",
        loss + 0.3**2 * squares: "The strength is squared too. Square the logits alone.",
    }
    if not math.isclose(got, loss + 0.3 * squares, rel_tol=1e-9):
        for slip, sentence in slips.items():
            if math.isclose(got, slip, rel_tol=1e-9):
                return wrong(sentence)
        return wrong(f"For our small table and strength 0.3 we want {loss + 0.3 * squares:.4f}, and you give {got:.4f}.")
    for row in table:
        for knob in row:
            knob.grad = 0.0
    call(result.backward)
    gradients = np.array([[knob.grad for knob in row] for row in table])
    probabilities = np.exp(-surprises)
    from_loss = weights.sum(axis=1, keepdims=True) * probabilities - weights
    if np.allclose(gradients, from_loss, atol=1e-9):
        return wrong("The number is right. But the penalty sends no gradient back: compute it from the Values, not from .data.")
    if not np.allclose(gradients, from_loss + 0.6 * numbers, atol=1e-9):
        return wrong("The number is right. But the gradients that reach the table are not those of this loss: is every part of it a Value?")
    unpulled = result_of(pulled_loss, table, weights.tolist(), 0)
    if not math.isclose(number_of(unpulled), loss, rel_tol=1e-9):
        return wrong("Right for strength 0.3, but with strength 0 the table's loss should remain.")
    return right("Each logit is pulled towards 0 by its own size, and the rows with few pairs yield first: smoothing, found by walking.")


@exercise
def repair_a_walk(walk):
    def bowl(knobs):
        return (knobs[0] - 1) ** 2 + 2 * (knobs[1] + 2) ** 2

    def expected(fresh=True, forget=True, direction=-1):
        """Where a walk with these properties ends, after `n_steps` steps from the same start."""
        knobs, totals, at = np.array([3.0, 1.0]), np.zeros(2), np.array([3.0, 1.0])
        for _ in range(n_steps):
            at = knobs if fresh else at
            gradient = np.array([2 * (at[0] - 1), 4 * (at[1] + 2)])
            totals = gradient if forget else totals + gradient
            knobs = knobs + direction * 0.1 * totals
        return knobs

    n_steps = 4
    knobs = [Value(3), Value(1)]
    knobs[0].grad = 5.0   # an old gradient, as a walk before this one leaves it
    result = result_of(walk, knobs, bowl, 0.1, n_steps)
    ended = numbers_of(knobs)
    # a forgotten old gradient of 5 shifts the first knob, so those walks are judged by the second one
    if np.allclose(ended, expected()):
        if isinstance(result, (list, tuple)):
            return wrong("The walk is right. Give back the last loss alone, as one number.")
        if not math.isclose(number_of(result), bowl(knobs).data, rel_tol=1e-9):
            return wrong("The walk is right. But the loss you give back is from before the last step: compute it once more.")
        return right("Compute the loss, forget the old gradients, go backward, step. In this order, every time.")
    if np.allclose(ended, [3, 1]):
        return wrong("The knobs have not moved. Which line changes their data?")
    if math.isclose(ended[1], expected(direction=1)[1]):
        return wrong("The walk goes uphill: a gradient says where the loss grows. Move against it.")
    if math.isclose(ended[1], expected(fresh=False)[1]):
        return wrong("The loss is computed once, before the loop, so the gradients stay those of the start. Compute it in each step.")
    if math.isclose(ended[1], expected(fresh=False, forget=False)[1]):
        return wrong("The gradients are added up, and all of them are of the start: no zero_grad, and the loss is computed only once.")
    if math.isclose(ended[1], expected(forget=False)[1]):
        return wrong("The old gradients are still there: each step acts on the sum of all so far. Which function forgets them?")
    if math.isclose(ended[1], expected()[1]):
        return wrong("Right, had the knobs started without gradients. They came with old ones: forget them before the first step, too.")
    if math.isclose(ended[1], expected(fresh=False, forget=False, direction=1)[1]) or ended[1] > 1:
        return wrong("The walk still goes uphill, away from the lowest point.")
    return wrong(f"After {n_steps} steps on a bowl we want the knobs at {expected().round(3).tolist()}, and yours are at {ended.round(3).tolist()}.")
