"""Points of a space of several factors, each coordinate from 0 to 1: Latin hypercube, Sobol and Morris designs.

Sobol and Morris samples are SALib's, in its order, so that its analyses can read what came of them row by row.
"""

import numpy as np
from scipy.stats import qmc

MOST_NUMBERS = 2**24


def sample(method: str, factors: int, samples: int, seed: int, levels: int) -> np.ndarray:
    """Points by `method`, [rows, factors], each coordinate 0 to 1; equal arguments give equal points.

    Args:
        method: ``lhs`` gives `samples` rows; ``sobol`` samples × (factors + 2), for first and total effects;
            ``morris`` samples × (factors + 1), where a sample is a trajectory.
        factors: 1 or more.
        samples: 2 or more; of ``sobol`` a power of two.
        seed: of the draw.
        levels: of the grid on which ``morris`` moves, an even number.
    """
    if method == "lhs":
        return qmc.LatinHypercube(factors, rng=np.random.default_rng(seed)).random(samples)
    problem = {"num_vars": factors, "names": [f"x{k}" for k in range(factors)], "bounds": [[0.0, 1.0]] * factors}
    if method == "sobol":
        from SALib.sample import sobol  # each takes a third of a second to import

        return sobol.sample(problem, samples, calc_second_order=False, seed=seed)
    from SALib.sample import morris

    return morris.sample(problem, samples, num_levels=levels, seed=seed)


def rows(method: str, factors: int, samples: int) -> int:
    """How many points `sample` gives."""
    return samples * {"lhs": 1, "sobol": factors + 2, "morris": factors + 1}[method]


def each_once(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows of `points` without repetitions, in order of first appearance, and for each row which one it is."""
    if len(np.unique(points[:, 0])) == len(points):  # as in a Latin hypercube; sorting whole rows takes seconds
        return points, np.arange(len(points))
    _, first, which = np.unique(points, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return points[first[order]], rank[which.ravel()]
