"""Scaled dot-product attention, and the layout of heads."""

import torch
import torch.nn.functional as F

from writing import NAN, OpTable, f32, normal

torch.manual_seed(8)
table = OpTable()


def attend(query, key, value, mask=None, constant=False, **options):
    """`constant`: the mask gets no gradient."""
    mask = mask.detach() if mask is not None and constant else mask
    return F.scaled_dot_product_attention(query, key, value, mask, **options)


def operands(query, key=None, value=None):
    return [normal(*shape) for shape in (query, key or query, value or key or query)]


def case(shapes, mask=None, **options):
    masks = [] if mask is None else [mask]
    table.case("scaled_dot_product_attention", attend, *operands(*shapes), *masks, digits=8, **options)


def keep(*shape):
    return torch.rand(shape) > 0.4


def blind(mask, row=1):
    """One query sees nothing."""
    mask[..., row, :] = False if mask.dtype == torch.bool else float("-inf")
    return mask


for shapes in [[(1, 1)], [(2, 3)], [(3, 5), (7, 5), (7, 2)], [(2, 3, 4)], [(2, 3, 4), (2, 5, 4), (2, 5, 6)],
               [(9, 3, 2)], [(2, 4, 5, 3)], [(2, 2, 3, 17), (2, 2, 19, 17)], [(3, 1, 5), (1, 4, 5)],
               [(2, 1, 3, 4), (1, 3, 2, 4), (3, 2, 5)], [(1, 2, 1, 2, 3)]]:
    case(shapes)
    case(shapes, is_causal=True)
case([(2, 3, 4)], scale=0.3)
case([(2, 6, 3, 4), (2, 2, 5, 4)], enable_gqa=True)
case([(4, 3, 4), (1, 5, 4)], enable_gqa=True, is_causal=True)
for shapes, mask in [([(3, 4), (5, 4)], (3, 5)), ([(2, 3, 4), (2, 5, 4)], (3, 5)), ([(2, 3, 4), (2, 5, 4)], (2, 1, 5)),
                     ([(2, 3, 4), (2, 5, 4)], (5,)), ([(2, 3, 4), (2, 5, 4)], (3, 1)), ([(2, 2, 3, 4), (2, 2, 5, 4)], (2, 1, 3, 5)),
                     ([(2, 2, 3, 4), (2, 2, 5, 4)], (2, 1, 1, 5)), ([(3, 3, 2, 4), (3, 3, 5, 4)], (3, 2, 5)),
                     ([(10, 3, 2), (10, 4, 2)], (10, 3, 4)), ([(2, 5, 3, 4)], (1, 5, 1, 1))]:
    case(shapes, keep(*mask))
    case(shapes, normal(*mask))
    case(shapes, normal(*mask), constant=True)
    if len(mask) > 1 and mask[-2] == 3:
        case(shapes, blind(keep(*mask)))
        case(shapes, blind(normal(*mask)), constant=True)
case([(2, 3, 4)], torch.zeros(3, 3, dtype=torch.bool))
# What is not a number stays so, in its row alone.
table.case("scaled_dot_product_attention", attend, f32([[NAN, 1], [0.5, 2]]), f32([[1, 2], [3, 4.0]]), f32([[1], [2.0]]))


def split(x, parts, heads, batch_first):
    first, second, width = x.shape
    each = x.view(first, second, parts, heads, width // parts // heads)
    return each.permute(2, 0, 3, 1, 4) if batch_first else each.permute(2, 1, 3, 0, 4)


for shape, parts, heads in [((2, 3, 12), 3, 2), ((1, 1, 1), 1, 1), ((3, 2, 10), 1, 5), ((2, 5, 8), 2, 4), ((0, 2, 6), 3, 1)]:
    for batch_first in (False, True):
        table.case("split_heads", split, normal(*shape), parts=parts, heads=heads, batch_first=batch_first)

table.write()
