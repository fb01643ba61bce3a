"""Functions of one tensor, with a number or two."""

import torch
import torch.nn.functional as F

from writing import INF, NAN, OpTable, f32, loud, normal, positive

torch.manual_seed(3)
table = OpTable()
case = table.case


def unary(name, fn, make, special, **options):
    for shape in [[], [0], [1], [3], [4], [5], [7], [8], [15], [16], [17], [2, 3], [0, 3]]:
        case(name, fn, make(*shape), **options)
    case(name, fn, f32(special), note="special values", upstream=loud(len(special)), **options)


edge = [NAN, INF, -INF, 0, -0.0, 1, -1]
saturating = edge + [88, -87, 104, -104, 20, -20, 1e4, -1e4, 1e-8, -1e-8, 0.5, -0.5]
unary("neg", torch.neg, normal, edge + [3e38, -1e-38])
unary("abs", torch.abs, normal, edge + [3e38, -1e-38])
unary("exp", torch.exp, lambda *s: normal(*s, scale=3), edge + [88, -87, 89, -110, 20, 1e-8, -1e-8, 0.5])
unary("log", torch.log, positive, edge + [1e-38, 3e38, 1 - 2**-24, 1 + 2**-23, 0.5, 2, 10])
unary("sqrt", torch.sqrt, positive, edge + [1e-38, 3e38, 4, 2, 0.25])
unary("relu", torch.relu, normal, edge + [3e38, -3e38, 1e-38, -1e-38])
unary("sigmoid", torch.sigmoid, lambda *s: normal(*s, scale=3), saturating)
unary("tanh", torch.tanh, normal, saturating)
unary("logsigmoid", F.logsigmoid, lambda *s: normal(*s, scale=3), saturating)
case("log", torch.log, f32([1e-40, 1e-45]), note="subnormal", upstream=loud(2))

for exponent in (2, 3, 0.5, -1, 1, 0, 2.5, -0.5, -2):
    make = normal if float(exponent).is_integer() and exponent > 0 else positive
    for shape in ([5], [16], [3, 3]) if exponent in (2, 0.5) else ([5],):
        case("pow", torch.pow, make(*shape), exponent=exponent)
    case("pow", torch.pow, f32([*edge, 2, -2, 0.5]), note="special values", upstream=loud(10),
         exponent=exponent)

for options in ({"min": -0.5, "max": 0.5}, {"min": 0.0}, {"max": 1.0}):
    for shape in ([], [0], [1], [5], [17], [3, 4]):
        case("clamp", torch.clamp, normal(*shape), **options)
    ties = [NAN, INF, -INF, 0, -0.0, 0.5, -0.5, 1, -1, 2]
    case("clamp", torch.clamp, f32(ties), note="special values and ties", upstream=loud(10), **options)
case("clamp", torch.clamp, f32([0, 1, 2, 3]), note="min > max", min=2.0, max=1.0)

table.write()
