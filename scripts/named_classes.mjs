// Keeps the names of exported classes where an app's bundler shortens them: messages, printed modules, keys of metrics and of callbacks
// have them. `export class Adam extends Optimizer {…}` gets `static name = 'Adam'`, which is what `Adam.name` is anyway.
import ts from 'typescript'

/** A transformer for TypeScript's compiler. */
export const namedClasses = (context) => (file) =>
  ts.visitEachChild(file, (node) => named(node, context.factory) ?? node, context)

/** Undefined where it is not an exported class. */
function named(node, factory) {
  if (!ts.isClassDeclaration(node) || node.name === undefined) return undefined
  if (!node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return undefined
  const name = factory.createPropertyDeclaration(
    [factory.createModifier(ts.SyntaxKind.StaticKeyword)],
    'name',
    undefined,
    undefined,
    factory.createStringLiteral(node.name.text),
  )
  return factory.updateClassDeclaration(node, node.modifiers, node.name, undefined, node.heritageClauses, [
    name,
    ...node.members,
  ])
}
