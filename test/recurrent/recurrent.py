"""One direction of a recurrent layer: what follows the projection of its inputs."""

import torch

from writing import OpTable, normal

torch.manual_seed(31)
table = OpTable()
RUN = {"lstm": torch._VF.lstm, "gru": torch._VF.gru, "tanh": torch._VF.rnn_tanh, "relu": torch._VF.rnn_relu}
GATES = {"lstm": 4, "gru": 3, "tanh": 1, "relu": 1}


def recurrent(x, *given, cell, steps, batch):
    """x [steps batch, gates hidden] is projected already."""
    *states, weight, bias = given if len(given) == (4 if cell == "lstm" else 3) else (*given, None)
    identity = torch.eye(x.shape[1], dtype=x.dtype)
    weights = [identity, weight] if bias is None else [identity, weight, torch.zeros_like(bias), bias]
    states = [state[None] for state in states]
    out, *last = RUN[cell](x.reshape(steps, batch, -1), states if cell == "lstm" else states[0], weights,
                           bias is not None, 1, 0.0, False, False, False)
    return torch.cat([part.reshape(-1) for part in (out, *last)])


for cell, gates in GATES.items():
    for steps, batch, hidden, bias in [(1, 1, 1, True), (3, 2, 4, True), (2, 3, 5, False), (4, 1, 7, True), (2, 2, 17, True)]:
        states = [normal(batch, hidden) for _ in range(2 if cell == "lstm" else 1)]
        biases = [normal(gates * hidden)] if bias else []
        table.case("recurrent", recurrent, normal(steps * batch, gates * hidden), *states,
                   normal(gates * hidden, hidden, scale=0.5), *biases, cell=cell, steps=steps, batch=batch, digits=9)

table.write()
