"""Layers with attention as torch initialises and runs them, with their gradients.

{ cases: [ { layer, args, options, seed, str, state: { name: tensor }, inputs: [tensor or null], forward: { name: value or tensor },
  output, weights, upstream, grads: { inputs, parameters }, dropped } ] }

Numbers of float64 modules, but for those with dropout, whose draws need float32: then `dropped` holds, and gradients are those
of one draw after the seed 1.
"""

import torch
from torch import nn

from writing import NAN, grad_of, normal, tensor, write

torch.manual_seed(0)
E, H = 4, 2
DIGITS = 8


def pad(*rows):
    return torch.tensor([[bool(x) for x in row] for row in rows])


MASK = torch.triu(torch.ones(4, 4, dtype=torch.bool), 1)
CAUSAL = nn.Transformer.generate_square_subsequent_mask(4)
ANY = torch.rand(3, 5) > 0.6
ANY[:, 0] = False
EACH = torch.randn(4, 3, 5)
FIRST = {"batch_first": True}
L = [("MultiheadAttention", [E, H], {**options, **more}, shapes, forward) for more in ({}, FIRST) for options, shapes, forward in [
    ({}, [(4, 2, E)] * 3, {}),
    ({}, [(4, 2, E)] * 3, {"need_weights": False}),
    ({}, [(4, 2, E)], {}),
    ({}, [(4, 2, E)], {"need_weights": False}),
    ({}, [(3, 2, E), (5, 2, E)], {"need_weights": False}),
    ({}, [(3, 2, E), (5, 2, E)], {"average_attn_weights": False}),
    ({}, [(3, E), (5, E)], {}),
    ({}, [(3, E)], {"need_weights": False}),
    ({"bias": False}, [(4, 2, E)], {"need_weights": False}),
    ({"kdim": 3, "vdim": 5}, [(3, 2, E), (5, 2, 3), (5, 2, 5)], {}),
    ({"kdim": 3, "vdim": 5, "bias": False}, [(3, 2, E), (5, 2, 3), (5, 2, 5)], {"need_weights": False}),
    ({"add_bias_kv": True}, [(4, 2, E)], {"need_weights": False, "attn_mask": MASK}),
    ({"add_bias_kv": True, "add_zero_attn": True}, [(4, 2, E)], {"key_padding_mask": "padding"}),
    ({"add_zero_attn": True}, [(4, 2, E)], {"need_weights": False, "attn_mask": CAUSAL, "key_padding_mask": "padding"}),
    ({}, [(4, 2, E)], {"need_weights": False, "attn_mask": CAUSAL}),
    ({}, [(4, 2, E)], {"need_weights": False, "attn_mask": CAUSAL, "is_causal": True}),
    ({}, [(4, 2, E)], {"attn_mask": CAUSAL, "is_causal": True}),
    ({}, [(3, 2, E), (5, 2, E)], {"attn_mask": ANY}),
    ({}, [(3, 2, E), (5, 2, E)], {"attn_mask": EACH, "need_weights": False}),
    ({}, [(3, E), (5, E)], {"attn_mask": EACH[:2], "key_padding_mask": pad([0, 1, 0, 0, 1])[0]}),
    ({}, [(4, 2, E)], {"key_padding_mask": "padding", "need_weights": False}),
    ({}, [(4, 2, E)], {"key_padding_mask": "blind", "need_weights": False}),
    ({}, [(4, 2, E)], {"key_padding_mask": "blind"}),
    ({"dropout": 0.5}, [(4, 2, E)], {}),
    ({"dropout": 0.5}, [(4, 2, E)], {"need_weights": False}),
]]
ENCODER = [("TransformerEncoderLayer", [E, H], {"dim_feedforward": 7, "dropout": 0.0, **options}, [(4, 2, E)], forward)
           for options, forward in [
    ({}, {}), (FIRST, {}), ({"norm_first": True}, {}), ({"activation": "gelu", "bias": False}, {}),
    ({"layer_norm_eps": 0.1, **FIRST}, {"src_mask": CAUSAL, "is_causal": True}), (FIRST, {"src_mask": MASK}),
    ({}, {"src_key_padding_mask": "padding"}), ({"dropout": 0.3}, {}), ({"dropout": 0.3, **FIRST}, {}),
    ({"dropout": 0.3, "norm_first": True, **FIRST}, {}),
]]
DECODER = [("TransformerDecoderLayer", [E, H], {"dim_feedforward": 7, "dropout": 0.0, **options}, [(4, 2, E), (5, 2, E)], forward)
           for options, forward in [
    ({}, {}), (FIRST, {"tgt_mask": CAUSAL}), ({"norm_first": True, "bias": False}, {"tgt_is_causal": True, "tgt_mask": CAUSAL}),
    ({"activation": "gelu"}, {"memory_mask": torch.cat([MASK, MASK[:, :1]], 1)}),
    (FIRST, {"tgt_key_padding_mask": "padding"}), ({"dropout": 0.3}, {}), ({"dropout": 0.3, **FIRST}, {}),
]]
STACKS = [
    ("Encoder", [E, H, 2], {"dim_feedforward": 5, "dropout": 0.0}, [(4, 2, E)], {"mask": CAUSAL}),
    ("Encoder", [E, H, 2], {"dim_feedforward": 5, "dropout": 0.0, **FIRST}, [(4, 2, E)], {"src_key_padding_mask": "padding"}),
    ("Decoder", [E, H, 2], {"dim_feedforward": 5, "dropout": 0.0}, [(4, 2, E), (3, 2, E)], {"tgt_mask": CAUSAL}),
    ("Transformer", [E, H, 1, 2, 5, 0.0], {}, [(3, 2, E), (4, 2, E)], {"tgt_mask": CAUSAL}),
    ("Transformer", [E, H, 1, 1, 5, 0.2, "gelu"], {**FIRST, "norm_first": True}, [(3, 2, E), (4, 2, E)], {}),
]


def make(layer, args, options):
    if layer in ("Encoder", "Decoder"):
        width, heads, count = args
        one = getattr(nn, f"Transformer{layer}Layer")(width, heads, **options)
        return getattr(nn, f"Transformer{layer}")(one, count, nn.LayerNorm(width))
    return getattr(nn, layer)(*args, **options)


cases = []
for seed, (layer, args, options, shapes, forward) in enumerate(L + ENCODER + DECODER + STACKS):
    torch.manual_seed(seed)
    module = make(layer, args, options)
    state = {name: tensor(x.clone()) for name, x in module.state_dict().items()}
    text = str(module)
    # Others than the biases of 0, and the weights of 1, that every layer starts with.
    for p in module.parameters():
        if p.dim() == 1:
            p.data += normal(*p.shape, scale=0.3)
    changed = {name: tensor(x.clone()) for name, x in module.state_dict().items() if x.dim() == 1}
    dropped = options.get("dropout", 0) > 0 or (layer == "Transformer" and args[5] > 0)
    dtype = torch.float32 if dropped else torch.float64
    module = module.to(dtype)
    batched = len(shapes[0]) == 3
    if options.get("batch_first") and batched:
        shapes = [(s[1], s[0], s[2]) for s in shapes]
    inputs = [normal(*s).to(dtype).requires_grad_() for s in shapes]
    named = {"padding": pad([0, 0, 0, 1], [0, 0, 1, 1]), "blind": pad([0, 0, 0, 1], [1, 1, 1, 1])}
    keywords = {k: named[v] if isinstance(v, str) else v for k, v in forward.items()}
    own = {k: v.to(dtype) if isinstance(v, torch.Tensor) and v.dtype.is_floating_point else v for k, v in keywords.items()}
    given = list(inputs)
    if layer == "MultiheadAttention":
        while len(given) < 3:
            given.append(given[-1])
    torch.manual_seed(1)
    output = module(*given, **own)
    output, weights = output if isinstance(output, tuple) else (output, None)
    upstream = normal(*output.shape)
    output.backward(upstream.to(dtype))
    cases.append({
        "layer": layer, "args": args, "options": options, "seed": seed, "str": text, "state": state, "changed": changed,
        "inputs": [tensor(x) for x in inputs],
        "forward": {k: tensor(v) if isinstance(v, torch.Tensor) else v for k, v in keywords.items()},
        "output": tensor(output, DIGITS), "weights": None if weights is None else tensor(weights, DIGITS), "upstream": tensor(upstream),
        "grads": {"inputs": [grad_of(x, DIGITS) for x in inputs], "parameters": {n: grad_of(p, DIGITS) for n, p in module.named_parameters()}},
        "dropped": dropped,
    })

write({"cases": cases})
