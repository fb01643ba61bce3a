// Naming the arguments of a kernel costs nothing: where the build sees the names, it writes the call of the kernel itself.
// `calls.adam(kernels, { parameter, gradient, … })` becomes `kernels.adam(parameter, gradient, …)`.
import ts from 'typescript'

/** A transformer for TypeScript's compiler; `parameters` lists those of each kernel. */
export const positionalCalls = (parameters) => (context) => {
  const visit = (node) => {
    const visited = ts.visitEachChild(node, visit, context)
    return positional(visited, parameters, context.factory) ?? visited
  }
  return (file) => ts.visitNode(file, visit)
}

/** Undefined where it is not such a call, or not all arguments can be seen. */
function positional(node, parameters, factory) {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined
  const { expression: callee, name } = node.expression
  const [kernels, named] = node.arguments
  if (!ts.isIdentifier(callee) || callee.text !== 'calls') return undefined
  if (named === undefined || !ts.isObjectLiteralExpression(named)) return undefined
  const spreads = named.properties.filter(ts.isSpreadAssignment)
  // What is spread is read name by name: it must be there already.
  if (spreads.length > 1 || !spreads.every(({ expression }) => ts.isIdentifier(expression))) return undefined
  const values = new Map(named.properties.map((property) => [property.name?.text, valueIn(property)]))
  const [spread] = spreads
  const args = parameters[name.text].map(
    (parameter) =>
      values.get(parameter.name) ??
      (spread && factory.createPropertyAccessExpression(spread.expression, parameter.name)),
  )
  if (args.includes(undefined)) return undefined
  return factory.createCallExpression(factory.createPropertyAccessExpression(kernels, name), undefined, args)
}

const valueIn = (property) =>
  ts.isShorthandPropertyAssignment(property) ? property.name : property.initializer
