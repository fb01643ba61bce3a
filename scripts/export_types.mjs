/** Types of each function that a module exports: those of its parameters, those of its results. */
export async function exportTypes(module) {
  // Imported here: the package may just have been installed.
  const { default: binaryen } = await import('binaryen')
  const kernels = binaryen.readBinary(module)
  const { i32, i64, f32, f64, expandType } = binaryen
  const names = new Map(Object.entries({ i32, i64, f32, f64 }).map(([name, type]) => [type, name]))
  const found = new Map()
  for (let i = 0; i < kernels.getNumExports(); i++) {
    const { kind, name, value } = binaryen.getExportInfo(kernels.getExportByIndex(i))
    if (kind !== binaryen.ExternalFunction) continue
    const { params, results } = binaryen.getFunctionInfo(kernels.getFunction(value))
    found.set(
      name,
      [params, results].map((types) => expandType(types).map((type) => names.get(type))),
    )
  }
  kernels.dispose()
  return found
}
