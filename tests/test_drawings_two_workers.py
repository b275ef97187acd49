"""The drawings of the chapter on two workers show the steps, rings and times that they were given, and say them."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.patches import Rectangle

from helpers.distributed import ring_all_reduce
from helpers.drawings.two_workers import ROLES, show_ring, show_speed, show_step
from helpers.plotting import colour

SPEED = {
    "small": {"whole": 0.9, "half": 0.5, "all-reduce": 0.2, "Adam": 0.1, "two workers": 1.2},
    "large": {"whole": 9.0, "half": 4.0, "all-reduce": 0.5, "Adam": 1.0, "two workers": 6.0},
}


def words(picture):
    return [text.get_text() for axes in picture.axes for text in axes.texts]


def test_a_step_shows_each_worker_s_part_and_the_one_sum():
    picture = show_step([16, 15], [110, 99], 4192)
    told = words(picture)
    assert "a batch: 31 names, 209 tokens" in told and "all-reduce: sum 2 rows, each worker gets the sum" in told
    assert "worker 0: 16 names,\n110 tokens" in told and "worker 1: 15 names,\n99 tokens" in told
    assert told.count("divide by 209 tokens") == told.count("the same step of Adam") == told.count("a row of 4,192 + 2 sums") == 2
    assert "worker 0 takes 16 names with 110 tokens; worker 1 takes 15 names with 99 tokens" in picture.alt and "divides by 209" in picture.alt
    assert "a batch of 31 names with 209 tokens" in picture.alt and "a row of 4,192 + 2 sums. The all-reduce sums the 2 rows" in picture.alt


@pytest.mark.parametrize("n", [2, 3, 4])
def test_a_ring_shows_every_number_what_is_new_and_what_is_finished(n):
    states, _ = ring_all_reduce(np.outer(10 ** np.arange(n), np.ones(n)))
    picture = show_ring(states)
    panels = [axes for axes in picture.axes if axes.texts]
    assert len(panels) == 2 * n - 1
    assert [axes.get_title() for axes in panels] == ["at the start", *[f"step {step}: {'add' if step < n else 'pass on'}" for step in range(1, 2 * n - 1)]]
    total = f"{sum(10**worker for worker in range(n)):g}"
    for step, (axes, state) in enumerate(zip(panels, states, strict=True)):
        shown = [text.get_text() for text in axes.texts if not text.get_text().startswith("w")]
        assert shown == [f"{value:g}" for value in state.ravel()]
        named = [(text.get_text(), text.get_position()[1]) for text in axes.texts if text.get_text().startswith("w")]
        assert named == [(f"w{worker}", worker + 0.5) for worker in range(n)] and axes.yaxis_inverted()   # from the top
        squares = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
        fill = mpl.colors.to_rgba(colour("loss"))[:3]
        full = [patch for patch in squares if patch.get_alpha() == 0.3 and patch.get_facecolor()[:3] == fill]
        framed = [patch for patch in squares if patch.get_linewidth() > 1]
        assert len(full) == shown.count(total)
        changed = {(piece, worker) for worker, piece in np.argwhere(state != states[step - 1])} if step else set()
        assert {(int(patch.get_x()), int(patch.get_y())) for patch in framed} == changed
    assert f"Step 1: w0 {' '.join(f'{value:g}' for value in states[1][0])}," in picture.alt


def test_states_that_are_no_ring_are_refused():
    with pytest.raises(ValueError, match=r"want 2n - 1 arrays of n by n numbers, got shape \(4, 3, 3\)"):
        show_ring(np.zeros((4, 3, 3)))


def test_the_parts_of_a_step_lie_behind_each_other_by_the_time_of_one_process():
    picture = show_speed(SPEED)
    axes = picture.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == list(SPEED)
    for line, found in enumerate(SPEED.values()):
        one = found["whole"] + found["Adam"]
        bars = [patch for patch in axes.patches if abs(patch.get_y() + patch.get_height() / 2 - line) < 0.01]
        assert np.allclose([patch.get_width() for patch in bars], [found[part] / one for part in ROLES])
        assert np.allclose([patch.get_x() for patch in bars], np.cumsum([0, *[found[part] / one for part in ROLES]])[:-1])
    assert [bars.get_label() for bars in axes.containers[: len(ROLES)]] == list(ROLES)
    assert sorted([text.get_text() for text in axes.figure.legends[0].get_texts()]) == sorted([*ROLES, "measured"])
    assert len({patch.get_hatch() for patch in axes.patches}) == len(ROLES), "told apart in grey, too"
    (level,) = [each for each in axes.lines if each.get_marker() != "D"]
    assert list(level.get_xdata()) == [1, 1] and axes.get_xlabel() == "time of a step, one process = 1"
    marks = [each.get_data() for each in axes.lines if each.get_marker() == "D"]
    assert np.allclose(np.ravel([x for x, _ in marks]), [1.2, 0.6]) and np.allclose(np.ravel([y for _, y in marks]), [0, 1])
    assert "small: half 0.50, all-reduce 0.20, Adam 0.10, together 0.80; measured 1.20." in picture.alt
    assert "large: half 0.40, all-reduce 0.05, Adam 0.10, together 0.55; measured 0.60." in picture.alt
