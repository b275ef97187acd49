"""Drawings of chapters/17_two_workers.ipynb: a step of two workers, sums that go round in a ring, where the time of a step goes.

Not taught in a chapter.
"""

import matplotlib as mpl
import numpy as np
from matplotlib.patches import Rectangle

from helpers.plotting import INK, STYLE, WIDTH, Picture, blank, colour

SMALL = 10   # points
ROLES = {"half": "token", "all-reduce": "loss", "Adam": "key"}   # the parts of a step of two workers
HATCHES = {"half": "", "all-reduce": "///", "Adam": "..."}       # they differ in grey too


def show_step(names, tokens, n_knobs):
    """One step of some workers: their parts, what each sends, the sum that all get, the same step -> Picture

    names: for each worker how many names it takes; tokens: and how many tokens these have; n_knobs: of the model
    """
    n = len(names)
    figure, axes = blank(WIDTH, 3.9)
    with mpl.rc_context(STYLE):
        axes.set_axis_off()
        axes.set(xlim=(0, 10), ylim=(0, 10.4))
        xs = [10 * (worker + 0.5) / n for worker in range(n)]

        def box(x, y, words, role):
            frame = {"boxstyle": "round,pad=0.35", "facecolor": "none", "edgecolor": colour(role), "linewidth": 1.5}
            axes.text(x, y, words, ha="center", va="center", fontsize=SMALL, bbox=frame)

        def arrow(start, end):
            axes.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": INK, "linewidth": 1.2, "shrinkA": 0, "shrinkB": 0})

        box(5, 9.8, f"a batch: {sum(names)} names, {sum(tokens)} tokens", "data")
        box(5, 3.9, f"all-reduce: sum {n} rows, each worker gets the sum", "loss")
        for worker, x in enumerate(xs):
            arrow((5 + 0.4 * (x - 5), 9.25), (x, 8.35))
            box(x, 7.7, f"worker {worker}: {names[worker]} names,\n{tokens[worker]} tokens", "token")
            arrow((x, 6.95), (x, 6.4))
            axes.text(x, 5.75, f"a row of {n_knobs:,} + 2 sums", ha="center", va="center", fontsize=SMALL, color=colour("gradient"))
            arrow((x, 5.2), (x, 4.5))
            arrow((x, 3.3), (x, 2.6))
            axes.text(x, 2.05, f"divide by {sum(tokens)} tokens", ha="center", va="center", fontsize=SMALL, color=colour("gradient"))
            arrow((x, 1.55), (x, 1.05))
            box(x, 0.45, "the same step of Adam", "key")
    each = "; ".join(f"worker {worker} takes {names[worker]} names with {tokens[worker]} tokens" for worker in range(n))
    return Picture(
        figure,
        f"From top to bottom: a batch of {sum(names)} names with {sum(tokens)} tokens is shared: {each}. Each makes a row of {n_knobs:,} + 2 sums. "
        f"The all-reduce sums the {n} rows and gives the sum to each. Each divides by {sum(tokens)} and takes the same step.",
    )


def show_ring(states):
    """Rows that are summed in a ring, after each step; a worker a line, a piece a column -> Picture

    states: 2n - 1 arrays (n, n), as `ring_all_reduce` gives them for rows of n numbers. What a step changed has a frame, a finished
    sum a full square. Raises ValueError for other shapes.
    """
    states = np.asarray(states)
    n = len(states[0])
    if states.shape != (2 * n - 1, n, n):
        raise ValueError(f"want 2n - 1 arrays of n by n numbers, got shape {states.shape}")
    total = states[0].sum(axis=0)
    figure, axes = blank(WIDTH, 0.75 + 0.36 * n if n == 2 else 1.4 + 0.62 * n)
    figure.clear()
    rows, across = (1, 3) if n == 2 else (2, n)   # the steps that add above, those that pass on below
    says = []
    with mpl.rc_context(STYLE):
        grid = figure.subplots(rows, across, squeeze=False)
        for axes in grid.flat:
            axes.set_axis_off()
        for step, state in enumerate(states):
            place = divmod(step, across) if step < across else (1, step - across)
            axes = grid[place]
            axes.set(xlim=(-1.1, n + 0.1), ylim=(n + 0.1, -0.1))
            axes.set_title("at the start" if step == 0 else f"step {step}: {'add' if step < n else 'pass on'}", fontsize=SMALL)
            told = []
            for worker in range(n):
                axes.text(-0.2, worker + 0.5, f"w{worker}", ha="right", va="center", fontsize=SMALL)
                for piece in range(n):
                    value, is_done = state[worker, piece], state[worker, piece] == total[piece]
                    is_new = step > 0 and value != states[step - 1][worker, piece]
                    axes.add_patch(Rectangle(
                        (piece + 0.06, worker + 0.06), 0.88, 0.88, facecolor=colour("loss") if is_done else "none", alpha=0.3 if is_done else 1,
                        edgecolor=colour("data"), linewidth=0.8,
                    ))
                    if is_new:
                        axes.add_patch(Rectangle((piece + 0.06, worker + 0.06), 0.88, 0.88, facecolor="none", edgecolor=colour("loss"), linewidth=1.8))
                    axes.text(piece + 0.5, worker + 0.5, f"{value:g}", ha="center", va="center", fontsize=SMALL)
                told.append(f"w{worker} {' '.join(f'{value:g}' for value in state[worker])}")
            says.append(f"{'Start' if step == 0 else f'Step {step}'}: {', '.join(told)}.")
    return Picture(figure, f"{n} workers with {n} pieces each; a full square holds the sum of all. {' '.join(says)}")


def show_speed(speed):
    """The parts of a step of two workers, by the time of one process; a mark where the real step of two lay -> Picture

    speed: size of the model -> seconds of "whole", "half", "all-reduce", "Adam", "two workers", as the record has them
    """
    figure, axes = blank(WIDTH, 1.6 + 0.55 * len(speed))
    says = []
    with mpl.rc_context(STYLE):
        for line, (name, found) in enumerate(speed.items()):
            one = found["whole"] + found["Adam"]
            start, told = 0.0, []
            for part, role in ROLES.items():
                share = found[part] / one
                axes.barh(line, share, left=start, height=0.5, color=colour(role), alpha=0.55, hatch=HATCHES[part], edgecolor=INK, linewidth=0.5, label=part if line == 0 else None)
                start += share
                told.append(f"{part} {share:.2f}")
            real = found["two workers"] / one
            axes.plot(real, line, "D", color=INK, markersize=6, label="measured" if line == 0 else None)
            says.append(f"{name}: {', '.join(told)}, together {start:.2f}; measured {real:.2f}.")
        axes.axvline(1, color=colour("data"), linewidth=1.2, linestyle="--")
        axes.set_yticks(range(len(speed)), list(speed))
        axes.invert_yaxis()
        axes.set_xlabel("time of a step, one process = 1")
        figure.legend(loc="outside upper center", ncols=4, fontsize=9.5)
    return Picture(figure, f"A step of two workers, by the time of one process. {' '.join(says)}")
