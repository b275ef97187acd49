"""Typical wrong answers to the exercises of chapters/13_one_page.ipynb: code, and words of the verdict that it must get."""

CLIP = """
def clip(knobs, most):
    size = {size}
    if {when}:
        for knob in knobs:
            {cut}
    return {result}
"""
RIGHT_CLIP = {
    "size": "math.sqrt(sum(knob.grad**2 for knob in knobs))",
    "when": "size > most",
    "cut": "knob.grad *= most / size",
    "result": "size",
}


def clip(**other):
    return CLIP.format(**RIGHT_CLIP | other)


TRAINED = """
tables = {{name: [[Value(x) for x in row] for row in tensor.data.tolist()] for name, tensor in {params}.items()}}
trained_loss = {loss}
"""
EVALUATED = "evaluate(tables, GPTConfig(27, 16), {ids})"

WRONG = {
    "one_more_token": [
        ("more_numbers = 5", "That is one head"),
        ("more_numbers = 4", "What is done with the score after that"),
        ("more_numbers = 16", "a step is missing"),
        ("more_numbers = 0", "one more key"),
        ("more_numbers = 417", "what a whole token costs"),
        ("more_numbers = 24", "is still one step"),
        ('more_numbers = "twenty"', "want a number"),
    ],
    "the_tape_that_was_not_cleared": [
        ('second_step = "a"', "Not a"),
        ('second_step = "c"', "Not c"),
        ('second_step = "d"', "Not d"),
        ('second_step = "gradients"', "one letter"),
        ('second_step = ["a", "b"]', "one letter"),
    ],
    "cut_large_gradients": [
        (clip(cut="knob.grad = max(-most, min(most, knob.grad))"), "by itself"),
        (clip(when="False"), "left as they are"),
        (clip(when="size < most"), "nothing to divide by"),
        (clip(when="size > 0"), "must stay as they are"),
        (clip(when="True"), "nothing to divide by"),
        (clip(cut="knob.grad /= size"), "The factor is `most / size`"),
        (clip(size="sum(knob.grad**2 for knob in knobs)"), "should be"),
        (clip(cut="knob.data *= most / size"), "The knobs themselves"),
        (clip(result="min(size, most)"), "the size after the cut"),
        (clip(result="size**2"), "not the size before"),
        (clip(result="None"), "do not forget `return`"),
    ],
    "the_trained_knobs_go_in": [
        (TRAINED.format(params="trained", loss=EVALUATED.format(ids="some_ids[:7]")), "In the right region"),
        ("trained_loss = evaluate(init_params(GPTConfig(27, 16), random.Random(0)), GPTConfig(27, 16), [[26, 0, 26]])", "near the blind guess"),
        ("trained_loss = 9", "Worse than a blind guess"),
        ("trained_loss = 0.5", "Make tables of Values"),
    ],
}
