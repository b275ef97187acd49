"""From gradients to better parameters.

Built in chapters/04_nudge_the_knobs.ipynb (`zero_grad`, `gradient_step`), chapters/09_train_it.ipynb (batches' losses, Adam,
the schedule, the loop) and chapters/10_make_it_better.ipynb (`drop_at`, several workers).
A parameter is anything with .data and .grad: a Value or a Tensor.
"""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from helpers.batching import batches, make_batch
from helpers.checkpoints import load_run, save_run
from helpers.model import dropout, fused_attention, gpt
from helpers.progress import progress
from helpers.tensor import Tensor, cross_entropy


def zero_grad(parameters):
    """Forget the gradients of earlier steps: backward adds to what it finds."""
    for parameter in parameters:
        parameter.grad = parameter.data - parameter.data   # zeros, in its shape


def gradient_step(parameters, learning_rate):
    """Move every parameter a little against its gradient, which is downhill.

    Raises ValueError for a learning rate that is not above 0 and finite.
    """
    if not 0 < learning_rate < math.inf:
        raise ValueError(f"want a learning rate above 0 and finite, got {learning_rate}")
    for parameter in parameters:
        parameter.data = parameter.data - float(learning_rate) * parameter.grad


def take(logits, is_real):
    """The rows of logits where `is_real`. (B, T, V), (B, T) booleans -> (n, V)"""
    def to_logits(grad):
        share = np.zeros(logits.shape, grad.dtype)   # padding counts for nothing
        share[is_real] = grad
        return share

    return Tensor(logits.data[is_real], parents=[(logits, to_logits)])


def batch_loss(params, batch, config, drop=None):
    """The mean surprise of a batch over its real tokens, in nats. batch: see `make_batch`"""
    token_ids, next_ids, is_real = batch
    logits = gpt(params, token_ids, config, attend=fused_attention, drop=drop)
    return cross_entropy(take(logits, is_real), next_ids[is_real])


def evaluate(params, config, many_ids, batch_size=256):
    """The mean surprise over all tokens of these names, in nats per token -> float"""
    by_length = sorted(many_ids, key=len)
    total, n_tokens = 0.0, 0
    for start in range(0, len(by_length), batch_size):
        batch = make_batch(by_length[start : start + batch_size])
        n_real = np.count_nonzero(batch[2])
        total += float(batch_loss(params, batch, config).data) * n_real
        n_tokens += n_real
    return total / n_tokens


class Adam:
    """Steps that each knob scales by its own recent gradients.

    params: name -> Tensor; their data become parts of one long row, `flat`
    Source: Kingma and Ba 2014, https://arxiv.org/abs/1412.6980; the decay as in
    Loshchilov and Hutter 2017, https://arxiv.org/abs/1711.05101
    """

    def __init__(self, params, beta1=0.85, beta2=0.99, eps=1e-8, weight_decay=0.0):
        self.params = list(params.values())
        self.beta1, self.beta2, self.eps = beta1, beta2, eps
        self.weight_decay = weight_decay
        self.flat = np.concatenate([tensor.data.reshape(-1) for tensor in self.params])
        start = 0
        for tensor in self.params:   # each becomes a view: one update moves them all
            stop = start + tensor.data.size
            tensor.data = self.flat[start:stop].reshape(tensor.shape)
            start = stop
        self.first_moment = np.zeros_like(self.flat)    # running mean of the gradients
        self.second_moment = np.zeros_like(self.flat)   # and of their squares
        self.n_steps = 0

    def step(self, learning_rate):
        """Move every knob once, by the gradients in .grad."""
        grad = np.concatenate([tensor.grad.reshape(-1) for tensor in self.params])
        self.n_steps += 1
        self.first_moment += (1 - self.beta1) * (grad - self.first_moment)
        self.second_moment += (1 - self.beta2) * (grad * grad - self.second_moment)
        first = self.first_moment / (1 - self.beta1**self.n_steps)   # both began at 0
        second = self.second_moment / (1 - self.beta2**self.n_steps)
        if self.weight_decay:
            self.flat *= 1 - learning_rate * self.weight_decay
        self.flat -= learning_rate * first / (np.sqrt(second) + self.eps)


def checked(loss, step):
    """The loss as it is. Raises FloatingPointError where it is no longer a finite number."""
    if not math.isfinite(loss):
        why = "is the learning rate too large?"
        raise FloatingPointError(f"step {step + 1}: the loss is {loss}; {why}")
    return loss


def learning_rate_at(step, n_steps, peak, warmup=0):
    """Up to `peak` in `warmup` steps, then down to 0 along a straight line."""
    if step < warmup:
        return peak * (step + 1) / warmup
    return peak * (1 - (step - warmup) / (n_steps - warmup))


@dataclass(frozen=True)
class Settings:
    """All that decides how a run goes, beside the model and the names.

    Raises ValueError for a setting outside its range.
    """

    n_steps: int = 1000
    batch_size: int = 1
    learning_rate: float = 0.01
    warmup: int = 0
    weight_decay: float = 0.0
    dropout: float = 0.0
    n_workers: int = 1   # threads that share each batch
    seed: int = 0

    def __post_init__(self):
        lowest = {"n_steps": 1, "batch_size": 1, "warmup": 0, "n_workers": 1, "seed": 0}
        for name, low in lowest.items():
            number = getattr(self, name)
            if not (isinstance(number, int) and number >= low):
                raise ValueError(f"want a whole number from {low} for {name}, got {number!r}")
        if not 0 < self.learning_rate < math.inf:
            raise ValueError(f"want a learning rate above 0, got {self.learning_rate}")
        if not (self.weight_decay >= 0 and 0 <= self.dropout < 1):
            got = f"{self.weight_decay} and {self.dropout}"
            raise ValueError(f"want a decay of 0 or more, a dropout in [0, 1), got {got}")


def drop_at(step, worker, settings):
    """What `gpt` drops at this step, the same whenever a run comes here; None for nothing."""
    if settings.dropout == 0:
        return None
    rng = np.random.default_rng([settings.seed, step, worker])
    return lambda x: dropout(x, settings.dropout, rng)


def gradients(params, batch, config, drop=None):
    """Leave each knob's gradient of the batch's loss in .grad -> the loss, a Tensor"""
    loss = batch_loss(params, batch, config, drop)
    zero_grad(params.values())
    loss.backward()
    return loss


def gradients_by_workers(params, batch, config, drops, pool):
    """`gradients`, with every worker taking its part of the names -> the loss, a number

    drops: one for each worker, see `gpt`; pool: the threads
    """
    n_real = np.count_nonzero(batch[2])

    def work(first, drop):
        part = [array[first :: len(drops)] for array in batch]
        fraction = np.count_nonzero(part[2]) / n_real   # the mean of all, not of the means
        own = {name: Tensor(tensor.data) for name, tensor in params.items()}   # own .grad
        loss = batch_loss(own, part, config, drop)
        loss.backward(fraction)
        return own, float(loss.data) * fraction

    done = list(pool.map(work, range(len(drops)), drops))
    for name, tensor in params.items():
        tensor.grad = sum(own[name].grad for own, _ in done)
    return sum(loss for _, loss in done)


def step_gradients(params, batch, config, settings, step, pool):
    """`gradients` as the settings want them at this step -> the loss, a number"""
    n_workers = min(settings.n_workers, len(batch[0]))
    drops = [drop_at(step, worker, settings) for worker in range(n_workers)]
    if n_workers == 1:
        return float(gradients(params, batch, config, drops[0]).data)
    return gradients_by_workers(params, batch, config, drops, pool)


def train(params, config, many_ids, settings, path=None, save_every=1000, watch=None):
    """Train `params`, in place, on these names -> the losses, one a step

    path: where to save the run every `save_every` steps; a run found there goes on
    watch: called after each step with its number (from 1), its loss and the optimizer
    Raises FloatingPointError where the loss is no longer a finite number.
    """
    optimizer, losses = Adam(params, weight_decay=settings.weight_decay), []
    if path is not None and Path(path).exists():
        losses = load_run(path, optimizer, config, settings)
    first, n_steps = len(losses), settings.n_steps
    data = batches(many_ids, settings.batch_size, settings.seed, first)
    with ThreadPoolExecutor(settings.n_workers) as pool:
        for step, batch in zip(progress(first, n_steps), data):
            loss = step_gradients(params, batch, config, settings, step, pool)
            losses.append(checked(loss, step))
            peak, warmup = settings.learning_rate, settings.warmup
            optimizer.step(learning_rate_at(step, n_steps, peak, warmup))
            if watch is not None:
                watch(step + 1, losses[-1], optimizer)
            is_last = step + 1 == n_steps
            if path is not None and (is_last or (step + 1) % save_every == 0):
                save_run(path, optimizer, config, settings, losses)
    return losses
