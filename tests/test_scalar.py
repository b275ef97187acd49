"""Gradients of single numbers: against nudging, against PyTorch, and where a reader slips, a sentence."""

import gc
import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import required
from helpers.nudging import nudge_gradient
from helpers.scalar import Value, cross_entropy, dot, softmax, topological_order

# name -> step; each keeps its result between about -3 and 3, so that any sequence of them can be taken
SMOOTH_STEPS = {
    "add": lambda a, b: (a + b) * 0.5,
    "subtract": lambda a, b: (a - b) / 2,
    "multiply": lambda a, b: a.tanh() * b,
    "divide": lambda a, b: a / (b * b + 1),
    "power": lambda a, b: (a * a + 1) ** -0.5 + b.tanh() ** 3,
    "exp": lambda a, b: a.tanh().exp(),
    "log": lambda a, b: (1 + a * a).log(),
    "number on the left": lambda a, b: 0.3 + (0.5 - a) * 0.4 + 2 * b.tanh() + 1 / (1 + b**2),
    "minus": lambda a, b: -a,
}
STEPS = SMOOTH_STEPS | {"relu": lambda a, b: a.relu() - (b - 1).relu()}

leaves = st.lists(st.floats(-3, 3), min_size=2, max_size=4)
places = st.integers(0, 1000)


def programs(steps):
    return st.lists(st.tuples(st.sampled_from(sorted(steps)), places, places), min_size=1, max_size=15)


def run_program(program, pool):
    """Take step after step, each on two values made so far: many are used more than once, some never."""
    pool = list(pool)
    for name, first, second in program:
        pool.append(STEPS[name](pool[first % len(pool)], pool[second % len(pool)]))
    return pool[-1] + pool[-1] * pool[len(pool) // 2]


def gradients_of(function, numbers):
    knobs = [Value(x) for x in numbers]
    result = function(knobs)
    result.backward()
    return result.data, [knob.grad for knob in knobs]


def torch_gradients_of(function, numbers):
    torch = required("torch")
    knobs = [torch.tensor(float(x), dtype=torch.float64, requires_grad=True) for x in numbers]
    result = function(knobs)
    result.backward()
    return result.item(), [0.0 if knob.grad is None else knob.grad.item() for knob in knobs]


def assert_same_as_torch(function, numbers, torch_function=None):
    data, grads = gradients_of(function, numbers)
    torch_data, torch_grads = torch_gradients_of(torch_function or function, numbers)
    assert data == pytest.approx(torch_data, rel=1e-9, abs=1e-12)
    assert grads == pytest.approx(torch_grads, rel=1e-9, abs=1e-12)


@given(programs(STEPS), leaves)
def test_any_expression_has_the_gradients_of_torch(program, numbers):
    assert_same_as_torch(lambda knobs: run_program(program, knobs), numbers)


NUMBERS_OF_STEPS = {   # step on a Value, and the same on plain numbers, without what the step is built from
    "plus": (lambda x: x + 2.5, lambda x: math.fsum([x, 2.5])),
    "minus": (lambda x: x - 2.5, lambda x: math.fsum([x, -2.5])),
    "minus on the left": (lambda x: 2.5 - x, lambda x: math.fsum([2.5, -x])),
    "times": (lambda x: x * -3, lambda x: -math.fsum([x, x, x])),
    "divided": (lambda x: x / 4, lambda x: math.ldexp(x, -2)),
    "dividing": (lambda x: 4 / x, lambda x: math.ldexp(1, 2) / x),
    "power": (lambda x: x**3, lambda x: math.prod([x, x, x])),
    "power below 0": (lambda x: x**-2, lambda x: 1 / math.prod([x, x])),
    "exp": (lambda x: x.exp(), lambda x: math.pow(math.e, x)),
    "log": (lambda x: (x * x).log(), lambda x: 2 * math.log2(abs(x)) / math.log2(math.e)),
    "relu": (lambda x: x.relu(), lambda x: x if x > 0 else 0.0),
    "tanh": (lambda x: x.tanh(), lambda x: math.sinh(x) / math.cosh(x)),
    "turned round": (lambda x: -x, lambda x: math.fsum([0, -x])),
}


@pytest.mark.parametrize("step", NUMBERS_OF_STEPS)
@pytest.mark.parametrize("number", [-2.0, -0.3, 0.4, 1.0, 3.0])
def test_each_step_gives_the_number_of_school(step, number):
    with_values, plainly = NUMBERS_OF_STEPS[step]
    assert with_values(Value(number)).data == pytest.approx(plainly(number), rel=1e-12)


@given(programs(SMOOTH_STEPS), leaves)
def test_any_smooth_expression_has_the_gradients_that_nudging_finds(program, numbers):
    _, grads = gradients_of(lambda knobs: run_program(program, knobs), numbers)
    nudged = nudge_gradient(lambda moved: run_program(program, [Value(x) for x in moved]).data, numbers)
    assert grads == pytest.approx(nudged, rel=1e-5, abs=1e-5)


def test_a_value_used_twice_adds_up_its_shares():
    a = Value(3)
    b = 2 * a
    c = b * b + b
    c.backward()
    assert (c.data, a.grad) == (42, 26)
    assert nudge_gradient(lambda x: (2 * x) ** 2 + 2 * x, 3.0) == pytest.approx(26)


def test_every_value_stands_before_its_parents():
    a, b = Value(2), Value(5)
    c = a * b + a
    d = c * c - a / b
    order = topological_order(d)
    assert order[0] is d and {a, b} <= set(order) and len(order) == len(set(order))
    for place, value in enumerate(order):
        assert all(order.index(parent) > place for parent in value.parents)


@given(programs(STEPS), leaves)
def test_the_order_has_every_value_once_and_none_before_one_that_uses_it(program, numbers):
    root = run_program(program, [Value(x) for x in numbers])
    order = topological_order(root)
    place = {id(value): index for index, value in enumerate(order)}
    assert order[0] is root and len(place) == len(order)
    assert all(place[id(parent)] > place[id(value)] for value in order for parent in value.parents)


def test_a_chain_of_5000_has_the_gradients_of_torch():
    def chain(knobs):
        x, y = knobs
        for _ in range(2500):
            x = x * 0.999 + y
        return x

    assert_same_as_torch(chain, [0.5, -0.3])


def test_a_chain_far_deeper_than_the_recursion_limit_is_walked_and_freed():
    a = Value(1)
    x = a
    for _ in range(200_000):
        x = x + 1
    x.backward()
    assert a.grad == 1
    del x


def test_many_paths_cost_no_more_than_their_values():
    a = Value(1)
    x = a
    for _ in range(100):
        x = x + x   # 2 to the power of 100 paths
    x.backward()
    assert a.grad == 2.0**100


def test_backward_twice_doubles_the_leaves_exactly_and_leaves_the_rest_as_it_was():
    a, b = Value(3), Value(-2)
    middle = a * b
    loss = (middle * middle + a).tanh() + middle
    loss.backward()
    once = [a.grad, b.grad, middle.grad, loss.grad]
    loss.backward()
    assert [a.grad, b.grad, middle.grad, loss.grad] == [2 * once[0], 2 * once[1], once[2], 1]


def test_two_losses_over_one_middle_add_up_on_the_leaves():
    a = Value(3)
    middle = a * a
    (middle * 5).backward()
    (middle + middle).backward()
    assert a.grad == 5 * 6 + 2 * 6


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=6), places)
def test_softmax_and_cross_entropy_have_the_gradients_of_torch(numbers, place):
    torch = required("torch")
    target = place % len(numbers)
    assert_same_as_torch(
        lambda logits: cross_entropy(logits, target), numbers,
        lambda logits: torch.nn.functional.cross_entropy(torch.stack(logits), torch.tensor(target)),
    )
    assert_same_as_torch(
        lambda logits: softmax(logits)[target], numbers, lambda logits: torch.softmax(torch.stack(logits), 0)[target]
    )


def test_softmax_sums_to_1_and_takes_plain_numbers():
    probabilities = softmax([2.1, 0.3, -0.5])
    assert sum(probabilities).data == pytest.approx(1)
    assert [round(p.data, 3) for p in probabilities] == [0.807, 0.133, 0.060]


def test_softmax_and_cross_entropy_stay_finite_for_huge_scores():
    assert [p.data for p in softmax([Value(5000), Value(5000), Value(-5000)])] == [0.5, 0.5, 0]
    logits = [Value(5000), Value(0)]
    loss = cross_entropy(logits, 1)
    loss.backward()
    assert loss.data == 5000
    assert [x.grad for x in logits] == [1, -1]
    assert cross_entropy(logits, 0).data == 0


def test_cross_entropy_of_equal_scores_is_the_blind_guess():
    assert cross_entropy([0.0] * 27, 26).data == pytest.approx(math.log(27))


@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=1, max_size=20))
def test_dot_is_the_sum_of_products_in_one_node(pairs):
    numbers = [w for w, _ in pairs] + [x for _, x in pairs]
    n = len(pairs)
    data, grads = gradients_of(lambda knobs: dot(knobs[:n], knobs[n:]) * 2, numbers)
    slow_data, slow_grads = gradients_of(
        lambda knobs: sum(w * x for w, x in zip(knobs[:n], knobs[n:], strict=True)) * 2, numbers
    )
    assert data == pytest.approx(slow_data, rel=1e-9, abs=1e-12)
    assert grads == pytest.approx(slow_grads, rel=1e-9, abs=1e-12)


def test_dot_takes_plain_numbers_on_either_side_and_one_value_on_both():
    a, b = Value(3), Value(4)
    (dot([a, b], [10, 20]) + dot([1, 2], [a, b])).backward()
    assert (a.grad, b.grad) == (11, 22)
    c = Value(5)
    squares = dot([c, c], [c, 1])
    squares.backward()
    assert (squares.data, c.grad) == (30, 11)


@pytest.mark.parametrize("number", [np.float64(2), np.float32(2), np.int64(2), 2, 2.0])
def test_numbers_of_every_kind_work_on_either_side(number):
    x = Value(4)
    results = [
        number + x, x + number, number - x, x - number, number * x, x * number, number / x, x / number, x**number
    ]
    assert all(type(result) is Value and type(result.data) is float for result in results)
    assert [result.data for result in results] == [6, 6, -2, 2, 8, 8, 0.5, 2, 16]


def test_an_array_does_not_turn_into_an_array_of_values():
    with pytest.raises(ValueError, match="want a plain number, got array"):
        np.array([1.0, 2.0]) * Value(3)


NO_NUMBER = "want a plain number"
SLIPS = {
    "text as data": (lambda: Value("3"), ValueError, NO_NUMBER),
    "a list as data": (lambda: Value([3.0]), ValueError, NO_NUMBER),
    "nothing as data": (lambda: Value(None), ValueError, NO_NUMBER),
    "a Value as data": (lambda: Value(Value(3)), ValueError, NO_NUMBER),
    "a complex number": (lambda: Value(1j), ValueError, NO_NUMBER),
    "adding text": (lambda: Value(3) + "3", ValueError, NO_NUMBER),
    "a Value as exponent": (lambda: Value(3) ** Value(2), ValueError, NO_NUMBER),
    "log of 0": (lambda: Value(0).log(), ValueError, "above 0 for log, got 0.0"),
    "log of -1": (lambda: Value(-1).log(), ValueError, "above 0 for log, got -1.0"),
    "division by 0": (lambda: Value(3) / 0, ZeroDivisionError, None),
    "division by a Value of 0": (lambda: Value(3) / Value(0), ZeroDivisionError, None),
    "a number divided by a Value of 0": (lambda: 3 / Value(0), ZeroDivisionError, None),
    "0 to the power of -1": (lambda: Value(0) ** -1, ZeroDivisionError, None),
    "a root of 0, which has no slope": (lambda: Value(0) ** 0.5, ZeroDivisionError, None),
    "a root of -8": (lambda: Value(-8) ** 0.5, ValueError, NO_NUMBER),
    "exp of 710": (lambda: Value(710).exp(), OverflowError, None),
    "a target past the end": (lambda: cross_entropy([1, 2], 2), ValueError, "from 0 to 1, got 2"),
    "a target below 0": (lambda: cross_entropy([1, 2], -1), ValueError, "from 0 to 1, got -1"),
    "dot of unequal lists": (lambda: dot([1, 2], [1]), ValueError, "got 2 and 1"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_answered_with_what_was_wanted_and_got(slip):
    action, error, sentence = SLIPS[slip]
    with pytest.raises(error, match=sentence):
        action()


def test_powers_at_the_border_are_allowed():
    assert (Value(0) ** 2).data == 0 and (Value(0) ** 0).data == 1 and (Value(-2) ** 3).data == -8
    assert gradients_of(lambda knobs: knobs[0] ** 0 + knobs[0] ** 1, [0.0]) == (1, [1])
    assert Value(709.7).exp().data < math.inf
    assert Value(-1000).exp().data == 0


def test_relu_passes_nothing_back_below_0_and_at_0_and_hides_no_nan():
    results = [gradients_of(lambda knobs: knobs[0].relu(), [x]) for x in (-2.0, 0.0, 3.0)]
    assert results == [(0, [0]), (0, [0]), (3, [1])]
    assert math.isnan(Value(math.nan).relu().data)


def test_a_value_shows_its_data_and_its_gradient():
    x = Value(3)
    (x * 1.5).backward()
    assert repr(x) == "Value(data=3, grad=1.5)"


def test_code_in_the_style_of_micrograd_runs():
    rng = random.Random(0)

    class Neuron:
        def __init__(self, n_inputs, bent):
            self.w = [Value(rng.uniform(-1, 1)) for _ in range(n_inputs)]
            self.b = Value(0)
            self.bent = bent

        def __call__(self, x):
            act = sum((wi * xi for wi, xi in zip(self.w, x, strict=True)), self.b)
            return act.relu() if self.bent else act

        def parameters(self):
            return self.w + [self.b]

    layers = [[Neuron(2, True) for _ in range(8)], [Neuron(8, False)]]
    parameters = [p for layer in layers for neuron in layer for p in neuron.parameters()]
    losses = []
    for _ in range(60):
        total_loss = 0
        for x, wanted in [((0, 0), -1), ((0, 1), 1), ((1, 0), 1), ((1, 1), -1)]:
            for layer in layers:
                x = [neuron(x) for neuron in layer]
            total_loss += (1 + -wanted * x[0]).relu() / 4
        total_loss += 1e-4 * sum(p * p for p in parameters)
        for p in parameters:
            p.grad = 0
        total_loss.backward()
        for p in parameters:
            p.data -= 0.2 * p.grad
        losses.append(total_loss.data)
    assert losses[-1] < 0.1 * losses[0]


def test_dropping_the_result_frees_its_graph_without_the_garbage_collector():
    def values_alive():
        return sum(type(thing) is Value for thing in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        knobs = [Value(x) for x in (0.1, 0.2, 0.3)]
        before = values_alive()
        loss = cross_entropy([dot(knobs, softmax(knobs)) for _ in range(3)], 0).tanh()
        loss.backward()
        assert values_alive() > before + 30
        del loss
        assert values_alive() == before
    finally:
        gc.enable()


def test_nudging_keeps_the_shape_of_what_it_nudges():
    assert nudge_gradient(lambda numbers: numbers[0] * numbers[1], [3, 5]) == pytest.approx([5, 3])
    array = np.arange(6.0).reshape(1, 2, 3)
    slopes = nudge_gradient(lambda moved: (moved**2).sum(), array)
    assert slopes.shape == array.shape and slopes == pytest.approx(2 * array, abs=1e-6)
    assert nudge_gradient(lambda moved: moved.sum(), array.astype(np.float32)).dtype == np.float64
    assert np.array_equal(array, np.arange(6.0).reshape(1, 2, 3))


def test_nudging_wants_one_number_from_the_function_and_a_step_above_0():
    with pytest.raises(ValueError, match="want one plain number from the function, got Value"):
        nudge_gradient(lambda numbers: Value(numbers[0]), [3.0])
    with pytest.raises(ValueError, match="want one plain number from the function, got"):
        nudge_gradient(lambda numbers: numbers, [3.0, 4.0])
    with pytest.raises(ValueError, match="want a step above 0, got 0"):
        nudge_gradient(sum, [3.0], step=0)
