"""Files that the command may be given, made by chance: valid ones, nearly valid ones and hostile ones.

Every case follows from a seed and a number, so that any of them can be made again:

    uv run python -m tests.fuzzing --files 100000 --seed 1      # read in this process
    uv run python -m tests.fuzzing --commands 1000 --seed 1     # given to `microsystem`
    uv run python -m tests.fuzzing --only 4711 --seed 1         # one case: its files, and what was said of it

A valid file must be accepted. A nearly valid one must be refused with its file, the key that was spoilt and what is
allowed there. A hostile one may be either, but nothing breaks, nothing hangs, and nothing outside is read or written.
"""
