"""Typical wrong answers to the exercises of chapters/04_nudge_the_knobs.ipynb."""

BATCH_LOSS = """
def loss_of_batch(batch, table):
    losses = []
    for token_ids in batch:
        for before, after in zip(token_ids{cut}, token_ids[1:]{cut}):
            losses.append(cross_entropy(table[before], after){data})
    return {result}
"""

WALK = """
def walk(knobs, loss_of, learning_rate, n_steps):
    {before}
    for step in range(n_steps):
        {first}
        {second}
        loss.backward()
        {move}
    return {result}
"""
SOUND = {
    "before": "pass",
    "first": "loss = loss_of(knobs)",
    "second": "zero_grad(knobs)",
    "move": "gradient_step(knobs, learning_rate)",
    "result": "loss_of(knobs).data",
}
UPHILL = "[setattr(knob, 'data', knob.data + learning_rate * knob.grad) for knob in knobs]"


def a_walk(**changes):
    return WALK.format(**(SOUND | changes))


PULLED = """
def pulled_loss(table, pair_weights, strength):
    total = {loss}
    for row in table:
        for logit in row:
            total += {penalty}
    return {result}
"""


def a_pull(loss="table_loss(table, pair_weights)", penalty="strength * logit * logit", result="total"):
    return PULLED.format(loss=loss, penalty=penalty, result=result)


WRONG = {
    "read_a_softmax": [
        ("three_probabilities = [0, 0, 1]", "divides the logits"),
        ("three_probabilities = [1, 1, 2]", "divide by the total"),
        ("three_probabilities = softmax([0, 0, 2])", "not 2 but ln 2"),
        ("three_probabilities = [1 / 3, 1 / 3, 1 / 3]", "what are the three powers"),
        ("three_probabilities = [0.5, 0.5, 0.5]", "sum to 1.5"),
        ("three_probabilities = [0.25, 0.75]", "three probabilities, not 2"),
        ("three_probabilities = [25, 25, 50]", "divide by 100"),
    ],
    "sweep_the_learning_rate": [
        ("best_from_zero, best_from_six = 2, 1", "exchanged"),
        ("best_from_zero, best_from_six = 0.5, 2", "a larger rate of the list"),
        ("best_from_zero, best_from_six = 1, 8", "a smaller rate of the list"),
        ("best_from_zero, best_from_six = 3, 2", "one of the learning rates"),
        ("best_from_zero, best_from_six = 1, -2", "one of the learning rates"),
    ],
    "the_loss_of_several_names": [
        ("def loss_of_batch(batch, table):\n    return sum(mean_cross_entropy(name, table) for name in batch) / len(batch)", "names' means"),
        (BATCH_LOSS.format(cut="", data="", result="sum(losses)"), "That is the sum"),
        (BATCH_LOSS.format(cut="", data="", result="sum(losses) / len(batch)"), "number of names"),
        (BATCH_LOSS.format(cut="[:-1]", data="", result="sum(losses) / len(losses)"), "last question"),
        (BATCH_LOSS.format(cut="", data=".data", result="sum(losses) / len(losses)"), "want a Value"),
        ("def loss_of_batch(batch, table):\n    for name in batch:\n        return mean_cross_entropy(name, table)", "one name only"),
        ("def loss_of_batch(batch, table):\n    return Value(1.0)", "and you give 1.0"),
        (BATCH_LOSS.format(cut="", data=".data", result="Value(sum(losses) / len(losses))"), "no gradient reaches the table"),
        (
            BATCH_LOSS.format(cut="", data="", result="losses[0] + (sum(losses).data / len(losses) - losses[0].data)"),
            "is every part of it a Value",
        ),
    ],
    "pull_towards_the_blind_guess": [
        (a_pull(penalty="0"), "the table's loss alone"),
        (a_pull(loss="0"), "the penalty alone"),
        (a_pull(penalty="logit * logit"), "not multiplied by the strength"),
        (a_pull(penalty="-strength * logit * logit"), "is subtracted"),
        (a_pull(penalty="strength * logit"), "logits themselves"),
        (a_pull(penalty="strength * abs(logit.data)"), "without their signs"),
        (a_pull(penalty="strength * logit * logit / len(row) / len(table)"), "mean of the squares"),
        (a_pull(penalty="strength * logit * logit / len(table)"), "divided by the number of rows"),
        (a_pull(penalty="(strength * logit) ** 2"), "strength is squared too"),
        (a_pull(penalty="strength * (logit * logit if row is table[-1] else 0)"), "Only the last row"),
        (a_pull(penalty="strength * (logit * logit if row is table[0] else 0)"), "Only the first row"),
        (a_pull(penalty="strength * logit.data ** 2"), "the penalty sends no gradient back"),
        (a_pull(penalty="strength * logit * logit.data"), "is every part of it a Value"),
        (a_pull(penalty="0.3 * logit * logit"), "with strength 0"),
        (a_pull(result="total.data"), "want a Value"),
        (a_pull(penalty="strength * softmax(row)[0]"), "we want"),
    ],
    "repair_a_walk": [
        (a_walk(before="loss = loss_of(knobs)", first="pass", second="pass", move=UPHILL), "uphill"),
        (a_walk(move=UPHILL), "uphill"),
        (a_walk(second="pass"), "old gradients are still there"),
        (a_walk(before="loss = loss_of(knobs)", first="pass"), "computed once"),
        (a_walk(before="loss = loss_of(knobs)", first="pass", second="pass"), "the loss is computed only once"),
        (a_walk(before="zero = True", second="zero_grad(knobs) if step else None"), "before the first step"),
        (a_walk(result="loss.data"), "before the last step"),
        (a_walk(move="pass"), "have not moved"),
    ],
}
