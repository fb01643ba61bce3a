"""How torch prints modules, names what they hold, and complains.

{ modules: [ { name, str, state_dict, parameters, buffers, modules: [names] } ],
  errors: [ { name, type, message } ] }
"""

from collections import OrderedDict

import torch
from torch import nn

from writing import failures, write


class Net(nn.Module):
    """Everything that a module can hold."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(2, 2)
        self.body = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
        self.scale = nn.Parameter(torch.ones(3))
        self.register_buffer("seen", torch.zeros(2))
        self.register_buffer("passing", torch.zeros(1), persistent=False)
        self.register_buffer("nothing", None)
        self.number = 5

    def forward(self, x):
        return self.body(self.first(x))


class Described(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(1, 1)

    def extra_repr(self):
        return "size=1"


class TwoLines(nn.Module):
    def extra_repr(self):
        return "size=1\nkind=2"


MODULES = {
    "Net": "Net()",
    "Described": "Described()",
    "TwoLines": "TwoLines()",
    "Module": "nn.Module()",
    "Tanh": "nn.Tanh()",
    "SiLU": "nn.SiLU()",
    "GELU": "nn.GELU()",
    "GELU by tanh": "nn.GELU('tanh')",
    "LeakyReLU": "nn.LeakyReLU()",
    "LeakyReLU 1e-5": "nn.LeakyReLU(1e-5)",
    "Softmax": "nn.Softmax(1)",
    "LogSoftmax": "nn.LogSoftmax(-1)",
    "Identity": "nn.Identity(3, 4)",
    "LayerNorm": "nn.LayerNorm(3)",
    "LayerNorm of a shape": "nn.LayerNorm((2, 3), eps=1e-3)",
    "LayerNorm, plain": "nn.LayerNorm(3, elementwise_affine=False)",
    "LayerNorm without bias": "nn.LayerNorm(3, bias=False)",
    "Embedding": "nn.Embedding(4, 3)",
    "Embedding, padding": "nn.Embedding(4, 3, padding_idx=-1)",
    "EmbeddingBag": "nn.EmbeddingBag(4, 3)",
    "EmbeddingBag, max, padding": "nn.EmbeddingBag(4, 3, mode='max', include_last_offset=True, padding_idx=1)",
    "Sequential by name": "nn.Sequential(OrderedDict(hidden=nn.Linear(2, 2), act=nn.Tanh()))",
    "Sequential, sliced": "nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))[1:]",
    "Sequential, sliced from the end": "nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))[:-1]",
    "Sequential, appended": "nn.Sequential(nn.ReLU()).append(nn.Linear(1, 1))",
    "Sequential, extended": "nn.Sequential(nn.ReLU()).extend([nn.Tanh(), nn.Linear(1, 1)])",
    "Sequential, inserted": "nn.Sequential(nn.ReLU(), nn.Tanh()).insert(1, nn.Linear(1, 1))",
    "Sequential, inserted from the end": "nn.Sequential(nn.ReLU(), nn.Tanh()).insert(-1, nn.Linear(1, 1))",
    "Sequential, popped": "(s := nn.Sequential(nn.ReLU(), nn.Tanh(), nn.Linear(1, 1)), s.pop(0))[0]",
    "ModuleList": "nn.ModuleList([nn.Linear(4, 3), nn.Linear(3, 2)])",
    "ModuleList of equals": "nn.ModuleList([nn.Linear(1, 1), nn.Linear(1, 1), nn.ReLU(), nn.ReLU(), nn.Linear(1, 1)])",
    "ModuleList of sequences": "nn.ModuleList([nn.Sequential(nn.Linear(1, 1), nn.ReLU()) for _ in range(2)])",
    "empty ModuleList": "nn.ModuleList()",
    "ModuleList, sliced": "nn.ModuleList([nn.ReLU(), nn.Tanh(), nn.Sigmoid()])[1:]",
    "ModuleDict": "nn.ModuleDict({'topic': nn.Linear(2, 3), 'mood': nn.Linear(2, 1)})",
    "ModuleDict of pairs": "nn.ModuleDict([['act', nn.ReLU()], ['last', nn.Linear(1, 1)]])",
    "ModuleDict, updated": "(d := nn.ModuleDict({'a': nn.ReLU()}), d.update({'b': nn.Tanh(), 'a': nn.GELU()}))[0]",
    "ModuleDict, popped": "(d := nn.ModuleDict({'a': nn.ReLU(), 'b': nn.Tanh()}), d.pop('a'))[0]",
    "empty ModuleDict": "nn.ModuleDict()",
    "ParameterList": "nn.ParameterList([torch.ones(2, 3), torch.tensor(1.)])",
    "ParameterList of one": "nn.ParameterList([torch.ones(2)])",
    "ParameterList, appended": "nn.ParameterList([torch.ones(2)]).append(torch.ones(3)).extend([torch.ones(4)])",
    "empty ParameterList": "nn.ParameterList()",
    "shared": "(l := nn.Linear(1, 1), nn.Sequential(l, nn.ReLU(), l))[1]",
    "tied": "(s := nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)), s[1].register_parameter('weight', s[0].weight))[0]",
    "added": "(n := Net(), n.add_module('last', nn.Tanh()), n.add_module('first', nn.ReLU()))[0]",
    "registered": "(n := Net(), n.register_parameter('bias', nn.Parameter(torch.ones(2))), "
                  "n.register_parameter('later', None), "
                  "n.register_buffer('seen', torch.ones(1), persistent=False))[0]",
}

ERRORS = {
    "register_buffer: dot": "Net().register_buffer('a.b', torch.ones(1))",
    "register_buffer: empty": "Net().register_buffer('', torch.ones(1))",
    "register_buffer: taken": "Net().register_buffer('number', torch.ones(1))",
    "register_buffer: module": "Net().register_buffer('first', torch.ones(1))",
    "register_buffer: parameter": "Net().register_buffer('scale', torch.ones(1))",
    "register_buffer: forward": "Net().register_buffer('forward', torch.ones(1))",
    "register_parameter: dot": "Net().register_parameter('a.b', None)",
    "register_parameter: empty": "Net().register_parameter('', None)",
    "register_parameter: taken": "Net().register_parameter('number', nn.Parameter(torch.ones(1)))",
    "register_parameter: buffer": "Net().register_parameter('seen', nn.Parameter(torch.ones(1)))",
    "register_parameter: reserved buffer": "Net().register_parameter('nothing', nn.Parameter(torch.ones(1)))",
    "add_module: dot": "Net().add_module('a.b', nn.ReLU())",
    "add_module: empty": "Net().add_module('', nn.ReLU())",
    "add_module: taken": "Net().add_module('number', nn.ReLU())",
    "get_submodule: none": "Net().get_submodule('body.5')",
    "get_submodule: parameter": "Net().get_submodule('scale')",
    "get_submodule: below a parameter": "Net().get_submodule('body.0.weight')",
    "get_parameter: none": "Net().get_parameter('body.0.foo')",
    "get_parameter: buffer": "Net().get_parameter('seen')",
    "get_parameter: module": "Net().get_parameter('body')",
    "get_buffer: none": "Net().get_buffer('foo')",
    "get_buffer: parameter": "Net().get_buffer('scale')",
    "get_buffer: number": "Net().get_buffer('number')",
    "load_state_dict: not persistent": "Net().load_state_dict({**Net().state_dict(), 'passing': torch.ones(1)})",
    "load_state_dict: no buffer": "Net().load_state_dict({k: v for k, v in Net().state_dict().items() if k != 'seen'})",
    "load_state_dict: reserved": "Net().load_state_dict({**Net().state_dict(), 'nothing': torch.ones(1)})",
    "load_state_dict: size": "Net().load_state_dict({**Net().state_dict(), 'scale': torch.ones(1, 3)})",
    "train": "Net().train('x')",
    "forward": "nn.ModuleList([nn.ReLU()])(1)",
    "forward of ModuleDict": "nn.ModuleDict()(1)",
    "forward of ParameterList": "nn.ParameterList()(1)",
    "Sequential: index": "nn.Sequential(nn.ReLU())[1]",
    "Sequential: index from the end": "nn.Sequential(nn.ReLU())[-2]",
    "Sequential: pop": "nn.Sequential(nn.ReLU()).pop(3)",
    "ModuleList: index": "nn.ModuleList([nn.ReLU()])[1]",
    "ModuleList: pop": "nn.ModuleList([nn.ReLU()]).pop(5)",
    "ParameterList: index": "nn.ParameterList([torch.ones(1)])[1]",
    "Embedding: padding": "nn.Embedding(4, 3, padding_idx=4)",
    "Embedding: weight": "nn.Embedding(4, 3, _weight=torch.ones(3, 3))",
    "LayerNorm: input": "nn.LayerNorm(4)(torch.ones(2, 3))",
    "GELU": "nn.GELU('x')(torch.ones(2))",
    "Softmax: dim": "nn.Softmax(3)(torch.ones(2, 3))",
}

cases = []
for name, python in MODULES.items():
    module = eval(python)
    held = {"parameters": module.named_parameters(), "buffers": module.named_buffers(),
            "modules": module.named_modules()}
    cases.append({"name": name, "str": str(module), "state_dict": list(module.state_dict()),
                  **{k: [key for key, _ in v] for k, v in held.items()}})
write({"modules": cases, "errors": failures(ERRORS, globals())})
