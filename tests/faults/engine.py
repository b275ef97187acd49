"""Faults in what the chapters build and the helpers keep: names, tokenizer, counting, single numbers, arrays, training, nudging, ladder."""

from tests.faults import Fault

ONE, TWO, THREE, FOUR, FIVE = (
    f"chapters/0{number}_{slug}.ipynb"
    for number, slug in enumerate(("names_and_tokens", "guess_by_counting", "find_the_knob", "nudge_the_knobs", "whole_arrays"), 1)
)
NAMES, LADDER, NUDGING = "helpers/names.py", "helpers/ladder.py", "helpers/nudging.py"
TOKENIZER = (ONE, "helpers/tokenizer.py")
COUNTING = (TWO, "helpers/counting.py")
WALK, LOSSES = (THREE, "helpers/scalar.py"), (FOUR, "helpers/scalar.py")
TENSOR = (FIVE, "helpers/tensor.py")
TRAINING = (FOUR, "helpers/training.py")
OF_NAMES, OF_COUNTING, OF_SCALAR, OF_TENSOR = (
    f"tests/test_{name}.py -k " for name in ("names", "counting", "scalar", "tensor")
)
OF_TOKENIZER, OF_TRAINING, OF_CHECKS = "tests/test_tokenizer.py", "tests/test_training.py", "tests/test_checks.py -k "
FAULTS = [
    # names
    Fault(NAMES, '.replace("İ", "i")', "", OF_NAMES + "accent"),
    Fault(NAMES, """INSIDE_A_NAME = "-'’ \"""", """INSIDE_A_NAME = "-' \"""", OF_NAMES + "printed_apostrophe"),
    Fault(NAMES, '[0] in "LM"', '[0] in "L"', OF_NAMES + "printed_apostrophe"),
    Fault(NAMES, "abs(len(name) - len(wanted))", "len(name) - len(wanted)", OF_NAMES + "example"),
    Fault(NAMES, 'if set(wanted) <= set("".join(names))', "if wanted in names", OF_NAMES + "example"),
    Fault(NAMES, "return frozenset(names) == _our_names()", "return frozenset(names) >= _our_names()", OF_NAMES + "own_names"),
    Fault(NAMES, "(salt + name)", "(name + salt)", OF_NAMES + "fingerprint"),
    Fault(NAMES, "held = {min(place_of, key=place_of.get)}", "held = {max(place_of, key=place_of.get)}", OF_NAMES + "sides"),
    Fault(NAMES, "if place < held_out}", "if place > 1 - held_out}", OF_NAMES + "fingerprint"),
    Fault(NAMES, "if origin in (None, row_origin)", "if row_origin <= (origin or row_origin)", OF_NAMES + "origin"),
    # tokenizer
    Fault(TOKENIZER, 'return sorted(set("".join(names)))', 'return list(dict.fromkeys("".join(names)))', OF_TOKENIZER),
    Fault(TOKENIZER, "if not 0 <= token_id <= bos:", "if not 0 <= token_id:", OF_TOKENIZER),
    # counting
    Fault("helpers/counting.py", "counts[before, after] += 1", "counts[after, before] += 1", OF_COUNTING + "looking_for_each_pair"),
    Fault(COUNTING, "longest = min(n - 1, len(past))", "longest = min(n, len(past))", OF_COUNTING + "contexts_of"),
    Fault(COUNTING, "lent = strength * np.count_nonzero(followers)", "lent = strength * len(context)", OF_COUNTING + "back_off_by_hand"),
    Fault(COUNTING, "context = contexts_of(past, n)[-1]", "context = contexts_of(past, n)[0]", OF_COUNTING + "reads_the_last"),
    Fault(COUNTING, "for _ in range(max_length):", "for _ in range(max_length + 1):", OF_COUNTING + "gives_up"),
    Fault(COUNTING, "np.where(is_empty, 1, smoothed)", "np.where(is_empty, constant, smoothed)", OF_COUNTING + "empty_row"),
    # single numbers
    Fault(WALK, "return Value(self.data - other.data, (self, other), (1.0, -1.0))", "return Value(self.data - other.data, (self, other), (1.0, 1.0))", OF_SCALAR + "smooth"),
    Fault(WALK, "slope = exponent * self.data ** (exponent - 1) if exponent else 0.0", "slope = exponent * self.data ** (exponent - 1)", OF_SCALAR + "border"),
    Fault(WALK, "(float(self.data > 0),)", "(float(self.data >= 0),)", OF_SCALAR + "relu"),
    Fault(WALK, "return Value(max(self.data, 0.0)", "return Value(max(0.0, self.data)", OF_SCALAR + "relu"),
    Fault(WALK, "return self**-1 * other", "return self * other**-1", OF_SCALAR + "every_kind"),
    Fault(LOSSES, "slopes = (*input_data, *weight_data)", "slopes = (*weight_data, *input_data)", OF_SCALAR + "dot"),
    Fault(LOSSES, "return log_total - shifted[target_id]", "return log_total - logits[target_id]", OF_SCALAR + "cross_entropy"),
    # arrays
    Fault(
        TENSOR, "scores = logits.data - logits.data.max(axis=1, keepdims=True)",
        "scores = logits.data - logits.data.max()", OF_TENSOR + "huge_logits",
    ),
    Fault(TENSOR, "share = exps / totals[:, None] ", "share = np.divide(exps, totals[:, None], out=exps) ", OF_TENSOR + "same_share_each_time"),
    Fault(TENSOR, "return grad / n * share", "return grad / V * share", OF_TENSOR + "agree_with_nudging"),
    Fault(TENSOR, "if size == 1]", "if size == 0]", OF_TENSOR + "unbroadcast"),
    Fault(TENSOR, "return one_hot.T @ grad.reshape(-1, C)", "return (one_hot.T > 0) / 1 @ grad.reshape(-1, C)", OF_TENSOR + "float_type"),
    Fault(TENSOR, "if tensor.parents:\n            tensor.grad = None", "if not tensor.parents:\n            tensor.grad = None", OF_TENSOR + "leaves_add_up"),
    Fault(TENSOR, "tensor.grad = share if tensor.parents else np.array(share)", "tensor.grad = share", OF_TENSOR + "in_place"),
    Fault(TENSOR, 'if ids.dtype.kind not in "iu"', 'if ids.dtype.kind not in "iub"', OF_TENSOR + "mistake"),
    # training, nudging, ladder
    Fault(TRAINING, "parameter.grad = parameter.data - parameter.data ", "parameter.grad = 0.0 ", OF_TENSOR + "forgotten"),
    Fault(TRAINING, "parameter.data = parameter.data - float(learning_rate)", "parameter.data -= float(learning_rate)", OF_TRAINING),
    Fault(TRAINING, "float(learning_rate) * parameter.grad", "learning_rate * parameter.grad", OF_TRAINING),
    Fault(NUDGING, "        down[place] -= step\n", "", OF_SCALAR + "nudging"),
    Fault(LADDER, 'Rung("blind guess", 3.2958, "Turn names into numbers"', 'Rung("blind guess", 3.2958, "Turn names to numbers"', OF_CHECKS + "rung"),
    Fault(LADDER, '2.2851, "Do a whole array at once", "33,606 names"', '2.2851, "Do a whole array at once", "33,660 names"', OF_CHECKS + "rung"),
    Fault(LADDER, "RUNGS[: names.index(up_to) + 1]", "RUNGS[: names.index(up_to) + 2]", OF_CHECKS + "ladder"),
]
