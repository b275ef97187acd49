"""The second ladder: one rung for each model that reads text, checked by the chapter, drawn below the first."""

from dataclasses import replace

import pytest

from helpers.drawings.ladder_page import LadderPicture, cost, draw_text_ladder
from helpers.ladder import RUNGS
from helpers.recording.text_gpt import CONFIG, fresh, load_text_gpt
from helpers.text import load_texts, split_texts
from helpers.text_ladder import SAW, TEXT_KINDS, TEXT_RUNGS, check_text_rung, show_text_ladder

OF_NAME = {rung.name: rung for rung in TEXT_RUNGS}


def test_names_are_its_own_and_all_are_of_its_kinds():
    assert len(OF_NAME) == len(TEXT_RUNGS) and not set(OF_NAME) & {rung.name for rung in RUNGS}
    assert {rung.kind for rung in TEXT_RUNGS} == set(TEXT_KINDS)


def test_each_stands_among_its_kind_and_saw_what_there_is_to_see():
    for rung in TEXT_RUNGS:
        goes_on = rung.name.endswith(" on")
        assert rung.kind == ("compressors" if rung.name in ("bz2", "xz") else "going on while they read" if goes_on else "frozen"), rung.name
    train, _, _ = split_texts(load_texts())
    assert SAW.startswith(f"{len(train)} files ")


def test_its_table_goes_from_the_worst_to_the_best():
    losses = [rung.loss for rung in show_text_ladder().rungs]
    assert losses == sorted(losses, reverse=True) and len(losses) == len(TEXT_RUNGS)
    assert 'href="x.html"' in show_text_ladder({"Does bigger help?": "x.html"})._repr_html_()


def test_a_run_that_parts_from_its_rung_is_told():
    rung = OF_NAME["GPT, three minutes"]
    near = rung.loss + 0.9 * rung.band
    assert check_text_rung(rung.name, near) == f"{rung.name}: {near:.3f} nats per byte, on this machine; the ladder has 1.210" and f"{near:.3f}" != f"{rung.loss:.3f}"
    for off in (1.1, -1.1):
        with pytest.raises(AssertionError, match="the ladder says"):
            check_text_rung(rung.name, rung.loss + off * rung.band)
    with pytest.raises(AssertionError, match="the ladder says"):
        check_text_rung(rung.name, float("nan"))
    with pytest.raises(ValueError, match="want a rung of the second ladder"):
        check_text_rung("bigram", 2.6)


def test_the_bands_are_narrower_than_what_the_chapter_says():
    for better, worse in [("GPT, three minutes", "Kneser-Ney, frozen"), ("Kneser-Ney, counting on", "GPT, learning on"), ("both, going on", "Kneser-Ney, counting on"), ("GPT, three minutes", "GPT, one minute")]:
        assert OF_NAME[better].loss + OF_NAME[better].band < OF_NAME[worse].loss - OF_NAME[worse].band


def test_gpts_cost_their_knobs_and_the_shipped_one_has_the_loss_that_its_script_found():
    n_knobs = sum(tensor.data.size for tensor in fresh().values())
    _, config, facts = load_text_gpt()
    assert config == CONFIG and {OF_NAME[name].numbers for name in OF_NAME if name.startswith("GPT")} == {n_knobs}
    assert OF_NAME["GPT, three minutes"].loss == pytest.approx(facts["held_out"], abs=1e-4)


def test_its_picture_is_in_its_own_unit():
    output = draw_text_ladder()._repr_html_()
    assert "nats per byte; further left is better" in output and "nats per token" not in output
    assert all(f'aria-label="{kind}, from the worst to the best"' in output for kind in TEXT_KINDS)
    assert cost(OF_NAME["GPT, one minute"]).startswith(f"{OF_NAME['GPT, one minute'].numbers:,} numbers, from ")
    assert cost(OF_NAME["bz2"]).startswith("not counted")
    with pytest.raises(ValueError, match="want rungs of compressors, frozen"):
        LadderPicture([replace(OF_NAME["bz2"], kind="tables")], TEXT_KINDS)


@pytest.mark.parametrize("width", [360, 900])
def test_each_dot_lies_at_its_loss(browser, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.set_content(f"<!doctype html><body style='margin: 16px'>{draw_text_ladder()._repr_html_()}</body>")
    found = page.evaluate("""() => [...document.querySelectorAll("li.rung")].map(row => {
        const middle = each => { const box = each.getBoundingClientRect(); return box.left + box.width / 2; };
        const scale = [...row.parentElement.previousElementSibling.querySelectorAll(".track span")].map(each => [middle(each), Number(each.textContent)]);
        const [[left, low], [right, high]] = [scale[0], scale.at(-1)];
        return [row.querySelector("b").textContent, low + (middle(row.querySelector(".dot")) - left) / (right - left) * (high - low)];
    })""")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
    assert {name for name, _ in found} == set(OF_NAME)
    assert all(abs(loss - OF_NAME[name].loss) < 0.012 for name, loss in found), found


def test_the_ladder_s_page_shows_both(built):
    page = (built / "book/ladder.html").read_text(encoding="utf-8")
    assert draw_text_ladder()._repr_html_() in page and "cannot be compared" in page
