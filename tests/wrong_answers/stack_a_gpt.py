"""Typical wrong answers to the exercises of chapters/08_stack_a_gpt.ipynb: code, and words of the verdict that it must get."""

GAIN = """
def rmsnorm_with_gain(x, gain):
    C = x.shape[-1]
    scale = 1 / np.sqrt((x.data**2).mean(axis=-1, keepdims=True) + 1e-5)
    normed = x.data * scale

    def to_x(grad):
        g = {g}
        return {to_x}

    def to_gain(grad):
        return {to_gain}

    return Tensor({result}, parents={parents})
"""
RIGHT_GAIN = {
    "g": "grad * gain.data",
    "to_x": "scale * (g - normed * (g * normed).mean(axis=-1, keepdims=True))",
    "to_gain": "(grad * normed).reshape(-1, C).sum(axis=0)",
    "result": "normed * gain.data",
    "parents": "[(x, to_x), (gain, to_gain)]",
}


def with_gain(**other):
    return GAIN.format(**RIGHT_GAIN | other)


SHAPES = "shapes_of_gpt2 = param_shapes(GPTConfig(50257, 1024, {n_layer}, 12, 768))\n"
SUM = "gpt2_parameters = sum(r * c for name, (r, c) in shapes_of_gpt2.items() if {which})"


def count(which='name != "lm_head"', n_layer=12):
    return SHAPES.format(n_layer=n_layer) + SUM.format(which=which)


LARGE = "large_loss = float(loss_of(gpt({params}, token_ids, config), batch).data)"

WRONG = {
    "count_gpt2": [
        (count("True"), "as a table of its own"),
        (count(n_layer=1), "with one block"),
        (count("True", n_layer=1), "with one block"),
        (count('"layer" in name'), "Those are the blocks"),
        (count('name not in ("wpe", "lm_head")'), "table of positions is missing"),
        ("gpt2_parameters = 124", "the exact number"),
        ("gpt2_parameters = 124_000_000", "the exact number"),
        ("gpt2_parameters = 4192", "Sum rows times columns"),
        ('gpt2_parameters = "124M"', "want a number"),
    ],
    "who_forgets_the_order": [
        ('forgetful = ["a"]', "nothing that attention finds"),
        ('forgetful = ["b"]', "without positions"),
        ('forgetful = "a, b and c"', "Not c"),
        ('forgetful = ["a", "d"]', "Not d"),
        ('forgetful = ["a", "e"]', "no e among them"),
        ("forgetful = []", "without positions"),
    ],
    "ten_times_larger": [
        (LARGE.format(params="fresh"), "as it is"),
        ("large_loss = math.log(vocab_size)", "the blind guess"),
        (LARGE.format(params='fresh | {"lm_head": Tensor(10 * fresh["lm_head"].data)}'), "Only `lm_head`"),
        ("large_loss = 1000", "Not the loss of these"),
        ('large_loss = "far above"', "want a number"),
    ],
    "the_slip_is_back": [
        ('right_one, slipped_one = "b", "a"', "reads the future"),
        ('right_one, slipped_one = "d", "c"', "only the reference knows"),
        ('right_one, slipped_one = "c", "b"', "is its stream a plain sum"),
        ('right_one, slipped_one = "b", "d"', "changes the stream itself"),
        ('right_one, slipped_one = "b", "b"', "changes the stream itself"),
        ('right_one, slipped_one = "z", "c"', "one letter each"),
        ('right_one, slipped_one = ["a", "b"], "c"', "one letter each"),
    ],
    "rmsnorm_with_a_gain": [
        (with_gain(result="normed"), "without its gain"),
        (with_gain(result="x.data * gain.data"), "not the scaled row times the gain"),
        (with_gain(parents="[(x, to_x)]"), "no gradient reaches gain"),
        (with_gain(to_gain="(grad * x.data).reshape(-1, C).sum(axis=0)"), "use the scaled row"),
        (with_gain(to_gain="grad * normed"), "want a gradient of shape"),
        (with_gain(to_x="scale * g"), "the part along the row is missing"),
        (with_gain(g="grad"), "the gain is missing"),
        (with_gain(g="grad", to_x=RIGHT_GAIN["to_x"] + " * gain.data"), "too late"),
        (with_gain(to_x=RIGHT_GAIN["to_x"].replace("scale * ", "")), "does not agree with nudging"),
        ("def rmsnorm_with_gain(x, gain):\n    return x.data * gain.data", "want a Tensor back"),
    ],
}
