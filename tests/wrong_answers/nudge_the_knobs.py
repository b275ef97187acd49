"""Typical wrong answers to the exercises of chapters/04_nudge_the_knobs.ipynb."""

BATCH_LOSS = """
def batch_loss(batch, table):
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


WRONG = {
    "read_a_softmax": [
        ("three_probabilities = [0, 0, 1]", "divides the logits"),
        ("three_probabilities = [1, 1, 2]", "divide by the total"),
        ("three_probabilities = softmax([0, 0, 2])", "not 2 but ln 2"),
        ("three_probabilities = [1 / 3, 1 / 3, 1 / 3]", "what are the three powers"),
        ("three_probabilities = [0.5, 0.5, 0.5]", "sum to 1.5"),
        ("three_probabilities = [0.25, 0.75]", "three probabilities, not 2"),
    ],
    "slopes_without_a_graph": [
        ("def slopes(logits, target_id):\n    return [(i == target_id) - p.data for i, p in enumerate(softmax(logits))]", "sign is turned"),
        ("def slopes(logits, target_id):\n    return [p.data for p in softmax(logits)]", "What is taken away"),
        ("def slopes(logits, target_id):\n    return [math.exp(x) - (i == target_id) for i, x in enumerate(logits)]", "Divide the powers"),
        ("def slopes(logits, target_id):\n    return [x - (i == target_id) for i, x in enumerate(logits)]", "through softmax first"),
        ("def slopes(logits, target_id):\n    return [softmax(logits)[target_id] - 1]", "one each"),
        ("def slopes(logits, target_id):\n    softmax(logits)", "gives back None"),
        ("def slopes(logits, target_id):\n    return [0.0 for x in logits]", "and you give"),
    ],
    "find_a_learning_rate": [
        ("learning_rate = 0.3", "Too small"),
        ("learning_rate = 100", "Too large"),
        ("learning_rate = 0", "above 0"),
        ("learning_rate = -1", "above 0"),
    ],
    "the_loss_of_several_names": [
        ("def batch_loss(batch, table):\n    return sum(mean_cross_entropy(name, table) for name in batch) / len(batch)", "names' means"),
        (BATCH_LOSS.format(cut="", data="", result="sum(losses)"), "That is the sum"),
        (BATCH_LOSS.format(cut="", data="", result="sum(losses) / len(batch)"), "number of names"),
        (BATCH_LOSS.format(cut="[:-1]", data="", result="sum(losses) / len(losses)"), "last question"),
        (BATCH_LOSS.format(cut="", data=".data", result="sum(losses) / len(losses)"), "want a Value"),
        ("def batch_loss(batch, table):\n    for name in batch:\n        return mean_cross_entropy(name, table)", "one name only"),
        ("def batch_loss(batch, table):\n    return Value(1.0)", "and you give 1.0"),
        (BATCH_LOSS.format(cut="", data=".data", result="Value(sum(losses) / len(losses))"), "no slope reaches the table"),
        (
            BATCH_LOSS.format(cut="", data="", result="losses[0] + (sum(losses).data / len(losses) - losses[0].data)"),
            "is every part of it a Value",
        ),
    ],
    "repair_a_walk": [
        (a_walk(before="loss = loss_of(knobs)", first="pass", second="pass", move=UPHILL), "uphill"),
        (a_walk(move=UPHILL), "uphill"),
        (a_walk(second="pass"), "old slopes are still there"),
        (a_walk(before="loss = loss_of(knobs)", first="pass"), "computed once"),
        (a_walk(before="loss = loss_of(knobs)", first="pass", second="pass"), "the loss is computed only once"),
        (a_walk(before="zero = True", second="zero_grad(knobs) if step else None"), "before the first step"),
        (a_walk(result="loss.data"), "before the last step"),
        (a_walk(move="pass"), "have not moved"),
    ],
}
