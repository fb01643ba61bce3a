"""Sums of products in Einstein's notation, and other products over several dimensions.

{ ops: ..., failures: [ { name, type, message } ] }
"""

import torch

from writing import OpTable, failures, normal

torch.manual_seed(11)
table = OpTable()


def einsum(*operands, equation):
    return torch.einsum(equation, *operands)


for equation, *shapes in [
    ("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("ii", (3, 3)), ("ii->i", (3, 3)), ("ij->ji", (2, 3)),
    ("ij->", (2, 3)), ("ij->j", (2, 3)), ("i,j->ij", (2,), (3,)), ("i,i->", (4,), (4,)), ("i,i->i", (4,), (4,)),
    ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)), ("bhqd,bhkd->bhqk", (2, 2, 3, 4), (2, 2, 5, 4)),
    ("...ij,...jk->...ik", (2, 3, 4), (4, 5)), ("...ij->...ji", (2, 3, 4)), ("i...,i...->...", (3, 2), (3, 2)),
    ("...ij,jk", (2, 1, 3, 4), (4, 2)), ("bn,anm,bm->ba", (2, 3), (4, 3, 5), (2, 5)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)), ("ba, ab -> a", (2, 3), (3, 2)), ("iij->j", (3, 3, 2)), ("iji->j", (2, 3, 2)),
    ("ijij->", (2, 3, 2, 3)), ("ij,ij->i", (1, 3), (4, 3)), ("ij,jk->ik", (2, 1), (3, 4)), ("Ab,bA->bA", (2, 3), (3, 2)),
    ("i,j,k->kji", (2,), (3,), (2,)), ("...,...->...", (3, 1), (1, 2)), ("...a,...b->...ab", (2, 3), (1, 2)),
    ("zy,xz", (2, 3), (4, 2)), (",i->i", (), (3,)), ("ij,kl->", (2, 2), (3, 1)), ("abc,cd->abd", (0, 2, 3), (3, 2)),
]:
    table.case("einsum", einsum, *[normal(*s) for s in shapes], equation=equation)
for a, b in [((2,), (3,)), ((2, 3), (2, 2)), ((2,), (2, 3)), ((), (2, 2)), ((1, 2, 2), (3, 2)), ((0, 2), (2, 2))]:
    table.case("kron", torch.kron, normal(*a), normal(*b))
for a, b in [((27, 3), (4, 3)), ((2, 3, 5), (1, 30, 5)), ((26, 2), (26, 2))]:
    table.case("cdist", torch.cdist, normal(*a), normal(*b))


def chain(*matrices):
    return torch.linalg.multi_dot(matrices)


for shapes in [((2, 3), (3, 4)), ((2, 3), (3, 4), (4, 2)), ((5, 1), (1, 5), (5, 2), (2, 3)), ((3,), (3, 4), (4,))]:
    table.case("multi_dot", chain, *[normal(*s) for s in shapes])

O = torch.ones
ERRORS = {
    "too few operands": "torch.einsum('ij,jk', O(2, 2))",
    "too many operands": "torch.einsum('ij', O(2, 2), O(2, 2))",
    "too few subscripts": "torch.einsum('i', O(2, 2))",
    "another size": "torch.einsum('ij,jk', O(2, 3), O(2, 3))",
    "an unknown output": "torch.einsum('ij->k', O(2, 2))",
    "an output twice": "torch.einsum('ij->ii', O(2, 2))",
    "a repeated subscript of two sizes": "torch.einsum('ii', O(2, 3))",
}
table.write(failures=failures(ERRORS, globals()))
