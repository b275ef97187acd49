"""One step of learning, for single numbers and for arrays alike; Adam, and a whole run."""

import itertools
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from conftest import required
from helpers.batching import batches, make_batch
from helpers.model import GPTConfig, init_params
from helpers.scalar import Value
from helpers.tensor import Tensor
from helpers.training import (
    Adam,
    Settings,
    batch_loss,
    drop_at,
    evaluate,
    gradient_step,
    gradients,
    gradients_by_workers,
    learning_rate_at,
    take,
    train,
    zero_grad,
)


def test_a_step_goes_against_the_gradient_by_learning_rate_times_gradient():
    parameters = [Value(3), Value(-1)]
    (parameters[0] * parameters[0] + 4 * parameters[1]).backward()
    gradient_step(parameters, 0.1)
    assert [p.data for p in parameters] == pytest.approx([3 - 0.1 * 6, -1 - 0.1 * 4])


@pytest.mark.parametrize("learning_rate", [0.25, np.float64(0.25)])
def test_a_step_moves_arrays_and_keeps_their_kind(learning_rate):
    parameter = Tensor(np.ones((2, 3), dtype=np.float32))
    (parameter * 2).backward(np.ones((2, 3)))
    gradient_step([parameter], learning_rate)
    assert parameter.data.dtype == np.float32
    assert np.array_equal(parameter.data, np.full((2, 3), 0.5))


def test_a_step_leaves_arrays_that_others_hold_alone():
    given = np.ones(2)
    parameter = Tensor(given)
    earlier = parameter * parameter
    earlier.backward(np.ones(2))
    saved = parameter.data
    gradient_step([parameter], 0.1)
    assert np.array_equal(given, [1, 1]) and np.array_equal(saved, [1, 1])
    zero_grad([parameter])
    earlier.backward(np.ones(2))   # the graph was made before the step, and still stands for the numbers of then
    assert np.array_equal(parameter.grad, [2, 2])


def test_after_zero_grad_the_same_backward_gives_the_same_gradient():
    x = Value(3)
    loss = x * x
    loss.backward()
    zero_grad([x])
    assert x.grad == 0
    loss.backward()
    assert x.grad == 6


def test_small_steps_reach_the_bottom_of_a_bowl():
    x, y = Value(5), Value(-4)
    for _ in range(100):
        loss = (x - 1) ** 2 + (y + 2) ** 2
        zero_grad([x, y])
        loss.backward()
        gradient_step([x, y], 0.1)
    assert (x.data, y.data) == pytest.approx((1, -2))


@pytest.mark.parametrize("learning_rate", [0, -0.1, math.inf, math.nan])
def test_a_learning_rate_that_cannot_work_is_refused(learning_rate):
    x = Value(3)
    with pytest.raises(ValueError, match="want a learning rate above 0 and finite, got"):
        gradient_step([x], learning_rate)
    assert x.data == 3


# Adam against PyTorch

SHAPES = {"table": (3, 4), "row": (5,), "number": ()}


def some_params(seed, kind=np.float64):
    rng = np.random.default_rng(seed)
    return {name: Tensor(np.asarray(rng.normal(size=shape), kind)) for name, shape in SHAPES.items()}


def give_gradients(params, rng):
    for tensor in params.values():
        tensor.grad = np.asarray(rng.normal(size=tensor.shape) * 10.0 ** rng.integers(-9, 3), tensor.data.dtype)


OPTIONS = [{}, {"beta1": 0.9, "beta2": 0.999}, {"eps": 1e-3}, {"weight_decay": 0.1}, {"beta1": 0.0, "weight_decay": 0.5}]


@pytest.mark.parametrize("options", OPTIONS)
def test_adam_steps_as_in_torch(options):
    torch = required("torch")
    params, rng = some_params(0), np.random.default_rng(1)
    theirs = {name: torch.tensor(tensor.data.copy(), requires_grad=True) for name, tensor in params.items()}
    ours = Adam(params, **options)
    wanted = {"beta1": 0.85, "beta2": 0.99, "eps": 1e-8, "weight_decay": 0.0} | options
    kind = torch.optim.AdamW if wanted["weight_decay"] else torch.optim.Adam
    other = kind(theirs.values(), betas=(wanted["beta1"], wanted["beta2"]), eps=wanted["eps"], weight_decay=wanted["weight_decay"])
    for step in range(20):
        give_gradients(params, rng)
        for name, tensor in params.items():
            theirs[name].grad = torch.tensor(tensor.grad)
        rate = 0.05 / (step + 1)
        other.param_groups[0]["lr"] = rate
        other.step()
        ours.step(rate)
        for name, tensor in params.items():
            np.testing.assert_allclose(tensor.data, theirs[name].detach().numpy(), rtol=1e-10, atol=1e-12)


def test_adams_first_step_moves_each_knob_by_the_learning_rate():
    params = some_params(0)
    before = {name: tensor.data.copy() for name, tensor in params.items()}
    optimizer = Adam(params)
    for tensor in params.values():
        tensor.grad = np.where(tensor.data > 0, 1e-3, -1e3)   # large or small, only its sign counts
    optimizer.step(0.01)
    for name, tensor in params.items():
        np.testing.assert_allclose(np.abs(tensor.data - before[name]), 0.01, rtol=1e-4)
        assert np.all((tensor.data < before[name]) == (before[name] > 0))


def test_adam_keeps_shapes_float_type_and_the_arrays_it_was_given():
    params = some_params(0, np.float32)
    given = {name: (tensor.data, tensor.data.copy()) for name, tensor in params.items()}
    optimizer = Adam(params)
    give_gradients(params, np.random.default_rng(0))
    optimizer.step(0.01)
    for name, tensor in params.items():
        assert tensor.data.dtype == np.float32 and tensor.shape == SHAPES[name]
        np.testing.assert_array_equal(*given[name])   # what the caller holds stays
        assert not np.array_equal(tensor.data, given[name][1])
    assert optimizer.first_moment.dtype == optimizer.second_moment.dtype == np.float32


# The schedule

def test_the_learning_rate_falls_in_a_straight_line_to_0():
    rates = [learning_rate_at(step, 1000, 0.01) for step in range(1000)]
    assert rates[0] == 0.01 and rates[500] == pytest.approx(0.005) and rates[-1] == pytest.approx(0.01 / 1000)
    np.testing.assert_allclose(np.diff(rates), -0.01 / 1000)


def test_the_learning_rate_climbs_in_equal_steps_first():
    rates = [learning_rate_at(step, 100, 0.02, warmup=10) for step in range(100)]
    np.testing.assert_allclose(rates[:10], 0.002 * np.arange(1, 11))
    assert rates[10] == 0.02 == max(rates) and rates[55] == pytest.approx(0.01) and rates[-1] > 0
    assert [learning_rate_at(step, 2, 0.02, warmup=4) for step in range(2)] == pytest.approx([0.005, 0.01])


# The loss of a batch

CONFIG = GPTConfig(vocab_size=8, context_length=6, n_layer=2, n_head=2, n_embd=8)
NAMES = [[7, *np.random.default_rng(i).integers(0, 7, i % 6).tolist(), 7] for i in range(40)]


def fresh(seed=0, kind=np.float64):
    return init_params(CONFIG, np.random.default_rng(seed), kind)


def test_take_leaves_out_padding_and_sends_it_nothing():
    logits = Tensor(np.arange(12.0).reshape(2, 3, 2))
    taken = take(logits, np.array([[True, True, False], [True, False, False]]))
    np.testing.assert_array_equal(taken.data, [[0, 1], [2, 3], [6, 7]])
    taken.backward(np.ones((3, 2)))
    np.testing.assert_array_equal(logits.grad, [[[1, 1], [1, 1], [0, 0]], [[1, 1], [0, 0], [0, 0]]])


def test_evaluate_is_the_mean_over_tokens_whatever_the_batch_size():
    params = fresh()
    alone = [(float(batch_loss(params, make_batch([name]), CONFIG).data), len(name) - 1) for name in NAMES]
    mean = sum(loss * n for loss, n in alone) / sum(n for _, n in alone)
    for batch_size in (1, 7, 256):
        assert evaluate(params, CONFIG, NAMES, batch_size) == pytest.approx(mean, abs=1e-12)
    assert all(tensor.grad is None for tensor in params.values())


def test_gradients_forgets_those_of_before():
    params, batch = fresh(), make_batch(NAMES[:8])
    gradients(params, batch, CONFIG)
    once = {name: tensor.grad for name, tensor in params.items()}
    gradients(params, batch, CONFIG)
    for name, tensor in params.items():
        np.testing.assert_array_equal(tensor.grad, once[name])


@pytest.mark.parametrize("n_workers", [1, 2, 3, 5])
@pytest.mark.parametrize("kind, tolerance", [(np.float64, 1e-13), (np.float32, 1e-6)])
def test_workers_find_the_gradients_of_one(n_workers, kind, tolerance):
    """Five names of different lengths: no two workers have as many tokens."""
    params, batch = fresh(kind=kind), make_batch([NAMES[i] for i in (5, 0, 4, 1, 2)])
    loss = float(gradients(params, batch, CONFIG).data)
    alone = {name: tensor.grad for name, tensor in params.items()}
    with ThreadPoolExecutor(n_workers) as pool:
        found = gradients_by_workers(params, batch, CONFIG, [None] * n_workers, pool)
    assert found == pytest.approx(loss, abs=tolerance)
    for name, tensor in params.items():
        assert tensor.grad.dtype == kind
        np.testing.assert_allclose(tensor.grad, alone[name], rtol=0, atol=tolerance, err_msg=name)


def test_what_is_dropped_follows_from_seed_step_and_worker():
    settings, x = Settings(dropout=0.5, seed=3), Tensor(np.ones((20, 20)))
    kept = {(step, worker): drop_at(step, worker, settings)(x).data for step in (0, 1) for worker in (0, 1)}
    kept["another seed"] = drop_at(0, 0, Settings(dropout=0.5, seed=4))(x).data
    np.testing.assert_array_equal(drop_at(1, 1, settings)(x).data, kept[1, 1])
    for one, other in itertools.combinations(kept.values(), 2):
        assert not np.array_equal(one, other)
    drop = drop_at(0, 0, settings)
    assert not np.array_equal(drop(x).data, drop(x).data)   # each call within a step drops others
    assert drop_at(0, 0, Settings()) is None


# A whole run

def run(settings, kind=np.float64, seed=0, **options):
    params = fresh(seed, kind)
    return train(params, CONFIG, NAMES, settings, **options), params


@pytest.mark.parametrize("settings", [
    Settings(n_steps=12, batch_size=5, learning_rate=0.01, warmup=3, weight_decay=0.2),
    Settings(n_steps=12, batch_size=5, learning_rate=0.01, dropout=0.3, seed=2),
])
def test_a_run_is_batches_gradients_and_steps_and_nothing_else(settings):
    losses, params = run(settings)
    others = fresh()
    optimizer = Adam(others, weight_decay=settings.weight_decay)
    for step, batch in enumerate(itertools.islice(batches(NAMES, 5, settings.seed), 12)):
        loss = gradients(others, batch, CONFIG, drop_at(step, 0, settings))
        optimizer.step(learning_rate_at(step, 12, 0.01, settings.warmup))
        assert losses[step] == float(loss.data)
    for name, tensor in params.items():
        np.testing.assert_array_equal(tensor.data, others[name].data)


@pytest.mark.parametrize("n_workers", [1, 2])
def test_the_same_seed_gives_the_same_run_and_another_seed_another(n_workers):
    settings = Settings(n_steps=15, batch_size=6, dropout=0.2, n_workers=n_workers, seed=1)
    losses, params = run(settings, np.float32)
    again, same = run(settings, np.float32)
    assert losses == again and all(isinstance(loss, float) for loss in losses)
    for name, tensor in params.items():
        np.testing.assert_array_equal(tensor.data, same[name].data)
    other, _ = run(Settings(n_steps=15, batch_size=6, dropout=0.2, n_workers=n_workers, seed=2), np.float32)
    assert losses != other


def test_workers_train_as_one_does_where_a_batch_has_fewer_names_than_workers():
    """40 names by 13: the last batch of an epoch has a single one."""
    alone, _ = run(Settings(n_steps=8, batch_size=13))
    together, _ = run(Settings(n_steps=8, batch_size=13, n_workers=3))
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-9)


def test_a_run_learns():
    losses, params = run(Settings(n_steps=150, batch_size=40, learning_rate=0.02))
    assert losses[0] == pytest.approx(math.log(8), abs=0.1)
    assert losses[-1] < 1.2 and evaluate(params, CONFIG, NAMES) < 1.2


def test_whoever_watches_is_told_each_step_from_1():
    told = []
    losses, _ = run(Settings(n_steps=4), watch=lambda step, loss, optimizer: told.append((step, loss, optimizer.n_steps)))
    assert told == [(step, loss, step) for step, loss in enumerate(losses, start=1)]


@pytest.mark.parametrize("n_workers", [1, 2])
@pytest.mark.parametrize("poison", [np.nan, np.inf])
@pytest.mark.filterwarnings("ignore:invalid value")   # as it must: the loss comes out as nan
def test_a_run_stops_at_the_step_whose_loss_is_no_number(n_workers, poison, tmp_path):
    """And what it had saved before stays."""
    path = tmp_path / "run.npz"
    params = fresh()

    def watch(step, loss, optimizer):
        if step == 5:
            params["lm_head"].data[:] = poison

    with pytest.raises(FloatingPointError, match="step 6: the loss is nan"), np.errstate(invalid="ignore"):
        train(params, CONFIG, NAMES, Settings(n_steps=20, batch_size=4, n_workers=n_workers), path=path, save_every=4, watch=watch)
    losses, _ = run(Settings(n_steps=20, batch_size=4, n_workers=n_workers), path=path)
    assert len(losses) == 20 and np.isfinite(losses).all()


def test_a_learning_rate_that_is_far_too_high_is_named_with_its_step():
    with pytest.raises(FloatingPointError, match="step [1-9][0-9]*: the loss is nan.*learning rate"), np.errstate(all="ignore"):
        run(Settings(n_steps=50, learning_rate=1e200))


WRONG_SETTINGS = {
    "no steps": ({"n_steps": 0}, "want a whole number from 1 for n_steps, got 0"),
    "half a name": ({"batch_size": 0.5}, "want a whole number from 1 for batch_size, got 0.5"),
    "no workers": ({"n_workers": 0}, "want a whole number from 1 for n_workers, got 0"),
    "a warm-up below 0": ({"warmup": -1}, "want a whole number from 0 for warmup, got -1"),
    "a seed below 0": ({"seed": -1}, "want a whole number from 0 for seed, got -1"),
    "a rate of 0": ({"learning_rate": 0}, "want a learning rate above 0, got 0"),
    "a rate that is none": ({"learning_rate": math.nan}, "want a learning rate above 0, got nan"),
    "an endless rate": ({"learning_rate": math.inf}, "want a learning rate above 0, got inf"),
    "decay below 0": ({"weight_decay": -0.1}, "want a decay .*, got -0.1 and 0.0"),
    "all dropped": ({"dropout": 1.0}, "want a decay .*, got 0.0 and 1.0"),
    "a dropout that is none": ({"dropout": math.nan}, "want a decay .*, got 0.0 and nan"),
}


@pytest.mark.parametrize("case", WRONG_SETTINGS)
def test_a_setting_out_of_range_is_refused(case):
    settings, message = WRONG_SETTINGS[case]
    with pytest.raises(ValueError, match=message):
        Settings(**settings)


def test_a_name_that_is_longer_than_the_context_is_refused():
    with pytest.raises(ValueError, match=r"T from 1 to 6, got \(1, 7\)"):
        train(fresh(), CONFIG, [[7, *[0] * 6, 7]], Settings(n_steps=1))
