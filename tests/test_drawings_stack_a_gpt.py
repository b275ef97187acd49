"""The drawings of the chapter on the whole model show the sizes and numbers that they were given, and say them."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from helpers.drawings.stack_a_gpt import draw_parameters, draw_stack, parts_of, show_gradients
from helpers.model import GPTConfig, param_shapes
from helpers.plotting import Picture

CONFIGS = [GPTConfig(), GPTConfig(vocab_size=11, context_length=20, n_layer=3, n_head=2, n_embd=8)]


def written_on(picture):
    return [text.get_text() for axes in picture.axes for text in axes.texts]


@pytest.mark.parametrize("config", CONFIGS, ids=["ours", "another"])
def test_the_stack_names_its_parts_in_order_with_their_sizes(config):
    picture = draw_stack(config)
    assert isinstance(picture, Picture)
    texts = picture.axes[0].texts
    written = written_on(picture)
    assert written.count("+") == 2 and written.count("RMSNorm") == 3
    height = {text.get_text(): text.get_position()[1] for text in texts}
    order = [f"token's row + position's row: {config.n_embd} numbers", "attention", "MLP", f"lm_head: {config.vocab_size} logits"]
    assert [height[words] for words in order] == sorted((height[words] for words in order), reverse=True)
    for name, does in parts_of(config):
        assert height[name] > height[does] > height[name] - 1
    assert f"{config.n_head} heads" in parts_of(config)[0][1] and f"{4 * config.n_embd} hidden" in parts_of(config)[1][1]
    assert ("a block, once" in written) == (config.n_layer == 1)
    assert min(text.get_fontsize() for text in texts) >= 9


def test_each_plus_stands_below_its_part_and_on_the_stream():
    axes = draw_stack(GPTConfig()).axes[0]
    stream = axes.lines[0].get_xdata()[0]
    places = {text.get_text(): text.get_position() for text in axes.texts}
    pluses = [text.get_position() for text in axes.texts if text.get_text() == "+"]
    assert [x for x, _ in pluses] == [stream, stream]
    assert places["attention"][1] > pluses[0][1] > places["MLP"][1] > pluses[1][1]


def test_the_description_of_the_stack_says_who_reads_and_who_writes():
    assert draw_stack(CONFIGS[1]).alt == (
        "A stream from top to bottom. It begins as token's row + position's row: 8 numbers, through RMSNorm. A block, 3 times: RMSNorm, then "
        "attention (2 heads read this position and those before it), whose result is added to the stream; RMSNorm, then MLP (32 hidden numbers "
        "read this position alone), whose result is added to the stream. At the end lm_head: 11 logits."
    )


@pytest.mark.parametrize("config", CONFIGS, ids=["ours", "another"])
def test_every_table_is_drawn_with_its_rows_and_columns(config):
    shapes = param_shapes(config)
    picture = draw_parameters(shapes)
    axes = picture.axes[0]
    boxes = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    drawn = {}
    for box, text in zip(boxes, axes.texts, strict=True):
        x, y = text.get_position()
        assert box.get_x() < x < box.get_x() + box.get_width() and box.get_y() < y < box.get_y() + box.get_height()
        name, number = text.get_text().split("\n")
        drawn[name] = (box.get_height(), box.get_width())
        assert number == f"{box.get_height() * box.get_width():,}"
    assert drawn == {
        name.split(".")[-1].removeprefix("attn_").removeprefix("mlp_"): shape for name, shape in shapes.items() if "layer" not in name or "layer0" in name
    }
    assert axes.get_aspect() == 1
    for one, first in enumerate(boxes):
        for other in boxes[one + 1 :]:
            beside = first.get_x() + first.get_width() <= other.get_x() or other.get_x() + other.get_width() <= first.get_x()
            below = first.get_y() >= other.get_y() + other.get_height() or other.get_y() >= first.get_y() + first.get_height()
            assert beside or below, "two tables overlap"
    total = sum(rows * columns for rows, columns in shapes.values())
    assert f"{total:,} parameters in all." in picture.alt and "wte {} by {}".format(*shapes["wte"]) in picture.alt
    assert ("Of 3 layers, one is drawn." in picture.alt) == (config.n_layer == 3)


SIZES = {1: {"one": [1.0, 0.1, 0.01], "other": [3.0, 3.0, 3.0]}, 2: {"one": [1e-9, 1e-8, 1e-7, 1e-6], "other": [2.0, 2.0, 2.0, 4.0]}}


def test_gradients_stand_in_a_panel_for_each_depth_on_one_scale():
    picture = show_gradients(SIZES)
    assert [axes.get_xlabel() for axes in picture.axes] == ["1 layer", "2 layers"]
    for axes, (n_layer, ways) in zip(picture.axes, SIZES.items(), strict=True):
        assert axes.get_yscale() == "log" and axes.get_ylim() == picture.axes[0].get_ylim()
        assert [line.get_label() for line in axes.lines] == list(ways)
        for line, numbers in zip(axes.lines, ways.values(), strict=True):
            np.testing.assert_allclose(line.get_ydata(), numbers)
        assert [tick.get_text() for tick in axes.get_xticklabels()] == ["emb", "out"]
        assert list(axes.get_xticks()) == [0, n_layer + 1]
    assert len({line.get_linestyle() for line in picture.axes[0].lines}) == 2
    assert "2 layers, one: 1e-09 at the embeddings, 1e-06 at the output; 2 layers, other: 2e+00 at the embeddings, 4e+00" in picture.alt


def test_sizes_that_do_not_fit_the_depth_are_refused():
    with pytest.raises(ValueError, match="want 4 sizes for 2 layers, got 3 for 'one'"):
        show_gradients({2: {"one": [1, 2, 3]}})
