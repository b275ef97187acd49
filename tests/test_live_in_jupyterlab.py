"""The live figures in a real JupyterLab: one notebook that holds them all is opened and run, and each figure answers to a click or a key."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import urllib.request

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from conftest import ROOT, missing

SECONDS = 300   # at most, for the server, for the page and for each cell, on a busy machine
FIRST = """import numpy as np
from helpers.bpe import train_merges
from helpers.ladder import RUNGS
from helpers.live.attention import attention_figure
from helpers.live.bigram import bigram_figure
from helpers.live.broadcast import broadcast_figure
from helpers.live.budget import budget_figure
from helpers.live.cost import cost_figure
from helpers.live.graph import graph_figure
from helpers.live.hill import hill_figure
from helpers.live.map import map_figure
from helpers.live.pieces import pieces_figure
from helpers.live.price import price_figure
from helpers.live.roofline import roofline_figure
from helpers.live.run import run_figure
from helpers.live.sampling import sampling_figure
from helpers.live.sizes import sizes_figure
from helpers.live.switches import switches_figure
from helpers.live.tokens import token_figure
from helpers.live.walk import walk_figure
from helpers.live.workers import workers_figure
from helpers.live.writer import writer_figure
from helpers.names import LETTERS, load_names, load_origins
from helpers.recording.models import load_trained
from helpers.recording.places import load_places
from helpers.recording.reference_run import load_reference_run
from helpers.recording.scaling import load_scaling
from helpers.recording.speed import load_speed
from helpers.recording.tuning import load_tuning
from helpers.recording.two_workers import load_two_workers

letters, origins, NAMES = list(LETTERS), load_origins(), load_names()
params, config, facts = load_trained("reference")
counts = np.random.default_rng(0).integers(1, 9, (27, 27))
costs = [(n_hidden, n_names, n_hidden, [(9 * n_hidden, 0.1), (n_names, 0.01)]) for n_hidden in (2, 16, 64) for n_names in (1, 8, 64)]"""
FIGURES = {   # element -> what shows it, what a reader does, in which part of it something must then change
    "gpt-tokens": ("token_figure(letters)", ("type", "name", "bo"), "pairs"),
    "gpt-bigram": ("bigram_figure(counts, letters)", ("click", "roll"), "trail"),
    "gpt-graph": ("graph_figure()", ("click", "back"), "says"),
    "gpt-hill": ("hill_figure([9, 8, 5, 2], [0, 1, 3, 4])", ("click", "step"), "says"),
    "gpt-broadcast": ("broadcast_figure()", ("choose", "shape-b"), "fits"),
    "gpt-cost": ("cost_figure(costs, ['Values', 'Tensors'])", ("choose", "hidden"), "says"),
    "gpt-map": ("map_figure(load_places())", ("press", "moment", "ArrowLeft"), "says"),
    "gpt-attention": ("attention_figure([('trained', params, config, facts)], letters, 'ava')", ("type", "name", "emma"), "says"),
    "gpt-walk": ("walk_figure(params, config, letters, 'ava', facts)", ("type", "name", "emma"), "chips"),
    "gpt-run": ("run_figure(load_reference_run(), {'bigram': 2.5939})", ("press", "moment", "ArrowLeft"), "says"),
    "gpt-sampling": ("sampling_figure(params, config, letters, None, facts['held_out'], facts)", ("click", "roll"), "trail"),
    "gpt-switches": ("switches_figure([('trained', params, config, facts)], letters, NAMES[::9], NAMES[1::9])", ("click", "all-off"), "says"),
    "gpt-sizes": ("sizes_figure()", ("choose", "kind"), "says"),
    "gpt-roofline": ("roofline_figure(load_speed())", ("choose", "model"), "says"),
    "gpt-pieces": ("pieces_figure(train_merges(['banana bandana'], 3))", ("type", "text", "bandana"), "says"),
    "gpt-budget": ("budget_figure(load_scaling())", ("press", "budget", "ArrowRight"), "says"),
    "gpt-workers": ("workers_figure(load_two_workers())", ("choose", "optimizer"), "says"),
    "gpt-price": ("price_figure(load_tuning()[2], 0.25)", ("press", "price", "ArrowRight"), "says"),
    "gpt-writer": ("writer_figure(*load_trained('origins'), letters, origins, [1] * len(origins), 'finnish')", ("type", "begun", "ai"), "next"),
}


def test_every_figure_of_the_book_is_here():
    defined = {name for file in (ROOT / "helpers/live").glob("*.js") for name in re.findall(r'^define\("([\w-]+)"', file.read_text(encoding="utf-8"), re.MULTILINE)}
    assert defined == set(FIGURES)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab with the book's settings, in whose folder lies a notebook of all figures."""
    folder = tmp_path_factory.mktemp("lab")
    cells = [new_code_cell(FIRST), *(new_code_cell(shows) for shows, _, _ in FIGURES.values())]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    (folder / "notebooks").mkdir()
    nbformat.write(new_notebook(cells=cells, metadata=kernel), folder / "notebooks/figures.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = ["--no-browser", "--allow-root", f"--ServerApp.root_dir={folder / 'notebooks'}", f"--ServerApp.port={port}", "--IdentityProvider.token="]
    own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces"}
    environment = os.environ | {name: str(folder / each) for name, each in own.items()}   # not the reader's
    with (folder / "log").open("w") as log:
        command = [sys.executable, "-m", "jupyter", "lab", f"--config={ROOT / 'book/lab/jupyter_config.py'}", *settings]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        if not answers(f"{address}/api", server):
            missing(f"JupyterLab does not start here: {(folder / 'log').read_text()[-500:]}")
        yield address
    finally:
        server.terminate()
        server.wait()


def answers(address, server):
    """Whether a server answers at its address, before it ends or time is up."""
    for _ in range(4 * SECONDS):
        try:
            with urllib.request.urlopen(address, timeout=SECONDS):
                return True
        except OSError:   # not yet
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(0.25)
                return False
    return False


def do(figure, action, name, *what):
    """One thing that a reader does."""
    part = figure.locator(f'[data-part="{name}"]')
    if action == "type":
        part.fill(*what)
    elif action == "press":
        part.press(*what)
    elif action == "choose":
        part.select_option(index=part.evaluate("(select) => [...select.options].findIndex((option, i) => i !== select.selectedIndex && !option.disabled)"))
    else:
        part.click()


def test_each_figure_lives_in_jupyterlab(browser, lab):
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
    context.set_default_timeout(1000 * SECONDS)
    page = context.new_page()
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(f"{lab}/lab/tree/figures.ipynb")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()   # before that the menu has nothing to run
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    for element, (_, action, changes) in FIGURES.items():
        figure = page.locator(f"{element}[data-live]")
        figure.wait_for(state="attached")
        figure.scroll_into_view_if_needed()
        changing = figure.locator(f'[data-part="{changes}"]')
        before = changing.inner_text()
        do(figure, *action)
        answered = f"([part, before]) => part.innerText !== before   // {element} answers, some after a moment"
        page.wait_for_function(answered, arg=[changing.element_handle(), before])
    context.close()
    assert not trouble, trouble
