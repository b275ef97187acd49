"""Parameters and runs as files: whole or not at all, and no code in them.

Built in chapters/09_train_it.ipynb.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path

import numpy as np

from helpers.model import GPTConfig, param_shapes
from helpers.tensor import Tensor


def write_whole(path, write):
    """A file that gets its name when it is complete. write: called with it, open for bytes"""
    path = Path(path)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        with open(unfinished, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())       # on the disk before it gets its name
        os.replace(unfinished, path)      # the old file or the new one, nothing between
    finally:
        unfinished.unlink(missing_ok=True)


def write_arrays(path, arrays, about):
    """Write named arrays and a dict of plain facts to one file, whole or not at all."""
    facts = np.array(json.dumps(about))
    write_whole(path, lambda file: np.savez_compressed(file, about=facts, **arrays))


def read_arrays(path):
    """What `write_arrays` wrote -> arrays, facts. Raises ValueError for another file."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(str(arrays.pop("about")))
    except FileNotFoundError:
        raise   # no file is another matter than a wrong one
    except Exception as error:   # a damaged file can fail anywhere
        raise ValueError(f"want a file that this book saved, got {path}: {error}") from error
    return arrays, about


def save_params(path, params, config, about=None, dtype=np.float16):
    """Write a model's parameters, and what is to be known of them."""
    arrays = {name: tensor.data.astype(dtype) for name, tensor in params.items()}
    write_arrays(path, arrays, {"config": asdict(config), **(about or {})})


def load_params(path, dtype=np.float64):
    """A model's parameters -> params, config, facts. Raises ValueError for other files."""
    arrays, about = read_arrays(path)
    try:
        config = GPTConfig(**about.pop("config"))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"want a file with a model's sizes, got {path}: {error}") from error
    shapes = {name: array.shape for name, array in arrays.items()}
    if shapes != param_shapes(config):
        raise ValueError(f"want the parameters of {config} in {path}, got {shapes}")
    params = {name: Tensor(array.astype(dtype)) for name, array in arrays.items()}
    return params, config, about


def save_run(path, optimizer, config, settings, losses):
    """Write all that a run needs to go on: knobs, moments, losses and what it was told."""
    arrays = {
        "flat": optimizer.flat,
        "first_moment": optimizer.first_moment,
        "second_moment": optimizer.second_moment,
        "losses": np.array(losses),
    }
    write_arrays(path, arrays, {"config": asdict(config), "settings": asdict(settings)})


def load_run(path, optimizer, config, settings):
    """Put a saved run's knobs and moments into the optimizer -> its losses so far

    Raises ValueError for another file, or the run of another model or other settings.
    """
    arrays, about = read_arrays(path)
    names = ["flat", "first_moment", "second_moment"]
    kept = {name: getattr(optimizer, name) for name in names}
    wanted = {*kept, "losses"}
    if arrays.keys() != wanted:
        raise ValueError(f"want {sorted(wanted)} in {path}, got {sorted(arrays)}")
    told = {"config": asdict(config), "settings": asdict(settings)}
    if about != told:
        raise ValueError(f"want a run told {told} in {path}, got one told {about}")
    for name, own in kept.items():
        array = arrays[name]
        fits = (array.shape, array.dtype) == (own.shape, own.dtype)
        if not (fits and np.isfinite(array).all()):
            want = f"{own.size} finite numbers of {own.dtype} for {name} in {path}"
            raise ValueError(f"want {want}, got {array.dtype} of shape {array.shape}")
    for name, own in kept.items():
        own[:] = arrays[name]   # in place: the parameters are parts of `flat`
    losses = arrays["losses"].tolist()
    optimizer.n_steps = len(losses)
    return losses
