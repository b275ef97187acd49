# Needs make and Python 3.11 or newer; everything else goes into .venv.
PYTHON ?= python3
BIN := .venv/bin
export OMP_NUM_THREADS := 1
export VECLIB_MAXIMUM_THREADS := 1

.PHONY: book test lab serve tidy lock clean check chapter faults numbers
.DELETE_ON_ERROR:

book: .venv/.ready
	$(BIN)/python book/build.py

test: book
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup

lab: .venv/.ready
	$(BIN)/jupyter lab --config=book/lab/jupyter_config.py

serve: book
	@$(BIN)/python book/serve.py

# all that concerns one chapter: make check CHAPTER=whole_arrays
check: .venv/.ready
	$(BIN)/python -m ruff check --quiet .
	$(BIN)/python book/build.py
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup -k "$(CHAPTER) or test_helpers or test_glossary or test_chapters_match_helpers or leads_to_every_chapter"

# a new chapter that passes: make chapter SLUG=let_it_write TITLE="Let it write"
chapter: .venv/.ready
	$(BIN)/python book/new_chapter.py "$(SLUG)" "$(TITLE)"

# small faults that the tests must catch: see tests/faults; make faults ONLY=pictures tries some of them
faults: book
	$(BIN)/python -m tests.faults $(ONLY)

# after a change in the sentences of a chapter: see tests/confirm_numbers.py
numbers: .venv/.ready
	PYTHONPATH=book $(BIN)/python tests/confirm_numbers.py

# before a commit: the chapters without outputs and without what an editor adds
tidy: .venv/.ready
	$(BIN)/python book/tidy.py

clean:
	rm -rf book/_build

# after a change in requirements.in
lock: .venv/.ready
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-emit-index-url --no-emit-find-links \
		--no-annotate --upgrade requirements.in --output-file requirements.txt

.venv/.ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "The book needs Python 3.11 or newer: install it, then say make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ echo "Python's venv module is missing: on Debian or Ubuntu, sudo apt install python3-venv"; rm -rf .venv; exit 1; }
	@echo "Setting up .venv: this downloads packages, once"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 2 -r requirements.txt 2>.venv/pip.log || { \
		if grep -q "from versions: none" .venv/pip.log; then \
			echo "No package could be downloaded. The first set-up needs the network, later nothing does. What pip said: .venv/pip.log"; \
		else cat .venv/pip.log; fi; exit 1; }
	$(BIN)/python -c "import matplotlib.pyplot"   # builds its font cache now: the notice would land in a chapter
	@touch $@
