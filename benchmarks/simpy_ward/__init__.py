"""The benchmark in SimPy: the whole ward, and its beds alone."""
