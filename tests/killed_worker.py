"""Two workers that train as tests/killed_run.py does; one may end in the middle: torchrun ... -m killed_worker JOB

JOB is a JSON file: "run", where the run is saved; "worker", who dies, with "moment" and "count" as in killed_run.py. Only the first life
is short. Each worker writes its knobs and losses to JOB.<worker>.npz, and its process's number to JOB.<worker>.<life>.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np

from helpers.checkpoints import write_arrays
from helpers.distributed import join, train_together
from helpers.model import init_params
from killed_run import CONFIG, NAMES, SAVE_EVERY, SETTINGS, arm, ends_at

if __name__ == "__main__":
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    team, life = join(), os.environ["TORCHELASTIC_RESTART_COUNT"]
    Path(f"{sys.argv[1]}.{team.worker}.{life}").write_text(str(os.getpid()), encoding="utf-8")
    dies = life == "0" and team.worker == job["worker"]
    params = init_params(CONFIG, np.random.default_rng(0), np.float32)
    watch = arm(job["moment"], ends_at(job["count"]) if job["count"] else None) if dies else None
    losses = train_together(params, CONFIG, NAMES, SETTINGS, team, job["run"], SAVE_EVERY, watch)
    knobs = np.concatenate([knob.data.reshape(-1) for knob in params.values()])
    write_arrays(f"{sys.argv[1]}.{team.worker}.npz", {"knobs": knobs}, {"losses": losses})
