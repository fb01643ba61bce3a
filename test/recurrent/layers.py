"""Recurrent layers and cells as torch initialises and runs them, with their gradients.

{ cases: [ { name, layer, args, options, seed, state: [numbers of each parameter], names, x, hx, lengths, output, states, upstream,
  grads: { x, hx, parameters } } ] }

The loss is `sum(output upstream) + Σ sum(state cos(index))`. Numbers of float64 modules, but for dropout, whose draws need float32.
"""

import torch
from torch import nn
from torch.nn.utils import rnn

from writing import grad_of, normal, tensor, write

CASES = [
    ("LSTM", [3, 5], {}, (4, 2)),
    ("LSTM", [1, 1], {}, (1, 1)),
    ("LSTM", [4, 8, 2], {"bidirectional": True}, (3, 3)),
    ("LSTM", [5, 3, 3], {"batch_first": True, "bias": False}, (2, 4)),
    ("LSTM", [2, 6], {"bidirectional": True}, (5, None)),
    ("LSTM", [3, 4, 2], {"bidirectional": True, "lengths": [2, 5, 1], "enforce_sorted": False}, (5, 3)),
    ("LSTM", [3, 4], {"lengths": [4, 4, 2, 1], "batch_first": True}, (4, 4)),
    ("LSTM", [3, 9, 2], {"dropout": 0.5}, (3, 2)),
    ("GRU", [3, 5], {}, (4, 2)),
    ("GRU", [2, 1], {"bidirectional": True}, (3, 1)),
    ("GRU", [4, 7, 2], {"bidirectional": True, "batch_first": True}, (3, 3)),
    ("GRU", [3, 4], {"bias": False}, (2, None)),
    ("GRU", [2, 9, 2], {"bidirectional": True, "lengths": [1, 3, 2], "enforce_sorted": False}, (3, 3)),
    ("RNN", [3, 5], {}, (4, 2)),
    ("RNN", [3, 5, 2], {"nonlinearity": "relu", "bidirectional": True}, (3, 2)),
    ("RNN", [2, 6], {"lengths": [3, 2], "batch_first": True}, (3, 2)),
    ("LSTMCell", [3, 5], {}, (2,)),
    ("LSTMCell", [2, 9], {"bias": False}, ()),
    ("GRUCell", [3, 6], {}, (3,)),
    ("RNNCell", [4, 3], {"nonlinearity": "relu"}, (2,)),
    ("RNNCell", [1, 1], {}, ()),
    ("LSTM", [3, 4, 2], {"bidirectional": True, "proj_size": 2, "lengths": [2, 5, 1], "enforce_sorted": False}, (5, 3)),
]


def shapes(module, layer, x, batch):
    directions = 2 if getattr(module, "bidirectional", False) else 1
    layers = getattr(module, "num_layers", None)
    count = 2 if layer.startswith("LSTM") else 1
    own = [] if layers is None else [layers * directions]
    own += [] if batch is None else [batch]
    sizes = [getattr(module, "proj_size", 0) or module.hidden_size, module.hidden_size]
    return [(*own, size) for size in sizes[:count]]


entries = []
for i, (layer, args, options, sizes) in enumerate(CASES):
    options = dict(options)
    lengths, is_sorted = options.pop("lengths", None), options.pop("enforce_sorted", True)
    torch.manual_seed(i)
    module = getattr(nn, layer)(*args, **options)
    names = [name for name, _ in module.named_parameters()]
    state = [tensor(p) for p in module.parameters()]
    dtype = torch.float32 if options.get("dropout") else torch.float64
    module = module.to(dtype)
    is_cell = layer.endswith("Cell")
    if is_cell:
        batch = sizes[0] if sizes else None
        x = normal(*sizes, args[0])
    else:
        steps, batch = sizes
        shape = [steps] if batch is None else [batch, steps] if options.get("batch_first") else [steps, batch]
        x = normal(*shape, args[0])
    hx = [normal(*s) for s in shapes(module, layer, x, batch)]
    given = [t.to(dtype).requires_grad_() for t in (x, *hx)]
    start = given[1:] if layer.startswith("LSTM") else given[1]
    fed = given[0]
    if lengths:
        fed = rnn.pack_padded_sequence(fed, lengths, options.get("batch_first", False), is_sorted)
    torch.manual_seed(1000 + i)
    result = module(fed, tuple(start) if isinstance(start, list) else start)
    if is_cell:
        states = list(result) if isinstance(result, tuple) else [result]
        output = states[0]
    else:
        output, states = result
        states = list(states) if isinstance(states, tuple) else [states]
    if lengths:
        output, _ = rnn.pad_packed_sequence(output, options.get("batch_first", False))
    upstream = normal(*output.shape)
    loss = (output * upstream).sum()
    for s in states:
        loss = loss + (s * torch.arange(s.numel(), dtype=dtype).cos().reshape(s.shape)).sum()
    loss.backward()
    entries.append({
        "name": f"{i}: {layer} {args} {options} {lengths or ''}", "layer": layer, "args": args, "options": options, "seed": i,
        "names": names, "str": str(module), "state": state, "x": tensor(x), "hx": [tensor(t) for t in hx], "lengths": lengths,
        "enforce_sorted": is_sorted, "output": tensor(output, 9), "states": [tensor(s, 9) for s in states],
        "upstream": tensor(upstream), "grads": [grad_of(t, 9) for t in (*given, *module.parameters())],
    })

torch.manual_seed(5)
sequences = [normal(n, 2) for n in (2, 4, 1)]
packed = rnn.pack_sequence(sequences, enforce_sorted=False)
padded = {"right": rnn.pad_sequence(sequences, padding_value=-1),
          "left": rnn.pad_sequence(sequences, batch_first=True, padding_side="left")}
unpacked = rnn.pad_packed_sequence(packed, batch_first=True, padding_value=3, total_length=5)
write({"cases": entries, "sequences": {
    "given": [tensor(s) for s in sequences], "data": tensor(packed.data), "batch_sizes": packed.batch_sizes.tolist(),
    "sorted_indices": packed.sorted_indices.tolist(), "unsorted_indices": packed.unsorted_indices.tolist(),
    "right": tensor(padded["right"]), "left": tensor(padded["left"]), "unpacked": tensor(unpacked[0]),
    "lengths": unpacked[1].tolist()}})
