"""Functions of one tensor by one kernel: odd lengths, special values, and where formulas change."""

import torch

from writing import INF, NAN, OpTable, f32, loud, normal

torch.manual_seed(11)
table = OpTable()
edge = [NAN, INF, -INF, 0, -0.0, 1, -1]
turns = [0.5, -0.5, 3.1415927, 1.5707964, -3.1415927, 100, 8191, 8193, 1e6, -1e6, 3e7, 1e20, -3e38, 1e-20]
halves = [0.5, 1.5, 2.5, -0.5, -1.5, 8388609, -8388607, 1e30, 0.49999997, 2147483648]
points = {
    "floor": halves, "ceil": halves, "trunc": halves, "round": halves, "frac": halves, "sign": [1e-38, -1e-45],
    "exp2": [100, -126, -149, 0.5, 1e-8], "expm1": [88, 89, -20, 1e-8, -1e-8, 0.01, -0.0101],
    "log1p": [1e-8, -1e-8, -0.5, -2, 1e30], "log2": [8, 2 ** -126, 3e38, -1], "log10": [1000, 1e-30, -1],
    "sin": turns, "cos": turns, "tan": turns[:-2], "asin": [0.99999994, 1.1, 1e-20], "acos": [0.99999994, -0.99999994, 1.1],
    "atan": [1e30, -1e30, 0.5, 2, 1e-20], "sinh": [1e-8, 0.0101, 88, -88], "cosh": [1e-8, 88, -88],
    "asinh": [1e-8, 1e30, -1e30], "acosh": [1.0000001, 1e10, 0.5], "atanh": [0.99999994, 1e-8, 1.1],
    "sinc": [2, 0.5, 1e-10, 1e5], "erf": [0.5, 0.49999997, -0.5, 4, 1e-20], "erfc": [10, -10, 4, 1e-20],
    "erfinv": [0.5, 0.99999994, -0.99999994, 1e-20, 1.1], "lgamma": [0.5, 2, 3, 1e30, 1e-20, -0.5, -2.5, 35],
    "digamma": [0.5, 10, 1e30, 1e-10, 1.5], "i0": [20, 21, -80, 1e-10], "logit": [0.5, 1e-10, 0.99999994, 1.1],
}
for name, special in points.items():
    fn = getattr(torch, name)
    for shape in [[], [0], [1], [3], [4], [5], [7], [15], [16], [17], [2, 3]]:
        x = normal(*shape).abs() + 1 if name == "acosh" else normal(*shape).sigmoid() if name in ("asin", "acos", "atanh", "erfinv", "logit") else normal(*shape)
        if name in ("lgamma", "digamma", "log2", "log10", "log1p"):
            x = x.abs() + 0.1
        table.case(name, fn, x)
    # At its pole the gradient of digamma is whatever rounding makes of it.
    values = edge[:-1] + special if name == "digamma" else edge + special
    table.case(name, fn, f32(values), note="special values", upstream=loud(len(values)))

table.write()
