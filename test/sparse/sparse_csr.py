"""Sparse CSR matrices: as torch prints them, what it refuses, and products with a weight.

{ printed: [ { crow, col, values, dtype, size, text } ], refused: [ { crow, col, values, size, message } ],
  linear: [ { crow, col, values, size, weight, bias, out, upstream, weight_grad, bias_grad } ] }
"""

import warnings

import torch
import torch.nn.functional as F

from writing import numbers, write

warnings.filterwarnings("ignore")
torch.manual_seed(29)


def integers(*values):
    return torch.tensor(values, dtype=torch.int32)


def printed(crow, col, values, size, dtype=torch.float32):
    matrix = torch.sparse_csr_tensor(integers(*crow), integers(*col), torch.tensor(values, dtype=dtype), size)
    return {"crow": crow, "col": col, "values": values, "dtype": str(dtype)[6:], "size": size, "text": str(matrix)}


def refused(crow, col, values, size):
    try:
        torch.sparse_csr_tensor(integers(*crow), integers(*col), torch.tensor(values, dtype=torch.float32), size,
                                check_invariants=True)
    except RuntimeError as error:
        return {"crow": crow, "col": col, "values": values, "size": size, "message": str(error)}
    raise AssertionError("torch takes it")


def linear(rows, columns, outputs, density, bias=True):
    dense = torch.randn(rows, columns) * (torch.rand(rows, columns) < density)
    x = dense.to_sparse_csr()
    weight = torch.randn(outputs, columns, requires_grad=True)
    b = torch.randn(outputs, requires_grad=True) if bias else None
    out = F.linear(dense, weight, b)
    upstream = torch.randn_like(out)
    out.backward(upstream)
    return {"crow": x.crow_indices().tolist(), "col": x.col_indices().tolist(), "values": numbers(x.values()),
            "size": [rows, columns], "weight": numbers(weight.detach().flatten()), "out": numbers(out.detach().flatten()),
            "bias": None if b is None else numbers(b.detach()), "upstream": numbers(upstream.flatten()),
            "weight_grad": numbers(weight.grad.flatten()), "bias_grad": None if b is None else numbers(b.grad)}


write({
    "printed": [
        printed([0, 2, 4], [0, 1, 0, 1], [1, 2, 3, 4], [2, 2]),
        printed([0, 0, 0], [], [], [2, 3]),
        printed([0], [], [], [0, 3]),
        printed([0, 1, 1, 3], [5, 0, 2], [0.25, -1.5, 100.125], [3, 7]),
        printed([0, 2], [0, 1], [1, 7], [1, 2], torch.int32),
        printed([0, 2], [0, 1], [1, 0], [1, 2], torch.bool),
        printed([0, 0], [], [], [1, 2], torch.bool),
        printed([0, 40, 80], [*range(40), *range(40)], [i / 8 for i in range(80)], [2, 40]),
        printed([*range(0, 2001, 2)], [0, 1] * 1000, [i / 4 for i in range(2000)], [1000, 3]),
    ],
    "refused": [
        refused([1, 2], [0], [1], [1, 2]),
        refused([0, 2], [0], [1], [1, 2]),
        refused([0, 1], [5], [1], [1, 2]),
        refused([0, 1], [-1], [1], [1, 2]),
        refused([0, 2], [1, 0], [1, 2], [1, 2]),
        refused([0, 2], [1, 1], [1, 2], [1, 2]),
        refused([0, 1], [1, 1], [1], [1, 2]),
        refused([0, 1], [1], [1], [2, 2]),
        refused([0, 1], [1], [1], [2]),
        refused([], [], [], [0, 2]),
    ],
    "linear": [
        linear(3, 5, 4, 0.5),
        linear(4, 40, 7, 0.1),
        linear(2, 9, 1, 0.6, bias=False),
        linear(5, 6, 3, 0),
        linear(9, 50, 35, 0.1),
    ],
})
