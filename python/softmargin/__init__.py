"""softmargin in Python: the kernels of the npm package, run by wasmtime, with the bits that they have in JavaScript.

``softmargin.wasm`` calls kernels, ``softmargin.model`` scores with a saved model.
"""
