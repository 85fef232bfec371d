import { posix } from 'node:path';
import * as ast from 'typescript/unstable/ast';
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import { API } from 'typescript/unstable/sync';

/** What the rules need to know of one source file. */
export type SourceFacts = {
  readonly path: string;
  readonly lines: number;
  /** As written for packages; from the root of the tree for our own files. */
  readonly imports: readonly string[];
  readonly functions: readonly { name: string; lines: number }[];
  readonly readsEnvironment: boolean;
  /** True when a string literal names the local machine or a test run, as a switch would. */
  readonly readsLocalSwitch: boolean;
  /** True when nothing but re-exports stands in the file. */
  readonly isBarrel: boolean;
  /** Source text of statements that do something when the file is imported. */
  readonly effects: readonly string[];
};

const CONFIG = JSON.stringify({
  compilerOptions: { noLib: true, types: [], noResolve: true, noEmit: true, allowImportingTsExtensions: true },
  include: ['**/*.ts'],
});

const LOCAL_SWITCHES = /^(local|test|VITEST|NODE_ENV|localhost|127\.0\.0\.1)$/;

/** Parses a tree of TypeScript files, given by path from its root, with the compiler's own parser. */
export function factsOf(files: Readonly<Record<string, string>>): SourceFacts[] {
  const rooted = Object.entries(files).map(([path, text]) => [`/tree/${path}`, text]);
  const fs = createVirtualFileSystem({ ...Object.fromEntries(rooted), '/tree/tsconfig.json': CONFIG });
  const api = new API({ cwd: '/tree', fs });
  try {
    const project = api.updateSnapshot({ openProjects: ['/tree/tsconfig.json'] }).getProjects()[0];
    return Object.entries(files).map(([path, text]) => {
      const source = project?.program.getSourceFile(`/tree/${path}`);
      if (source === undefined) throw new Error(`not parsed: ${path}`);
      return readFacts(path, text, source);
    });
  } finally {
    api.close();
  }
}

function readFacts(path: string, text: string, source: ast.SourceFile): SourceFacts {
  const imports: string[] = [];
  const functions: { name: string; lines: number }[] = [];
  let readsEnvironment = false;
  let readsLocalSwitch = false;
  const walk = (node: ast.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) imports.push(resolveImport(path, specifier));
    if (isFunction(node)) functions.push({ name: nameOf(node), lines: lineCount(node.getText(source)) });
    if (ast.isPropertyAccessExpression(node) && /^process\s*\.\s*env$/.test(node.getText(source)))
      readsEnvironment = true;
    if (ast.isStringLiteral(node) && LOCAL_SWITCHES.test(node.text)) readsLocalSwitch = true;
    node.forEachChild(walk);
  };
  source.forEachChild(walk);
  const statements = [...source.statements];
  const isBarrel = statements.length > 0 && statements.every(ast.isExportDeclaration);
  const effects = statements.filter(hasEffect).map((statement) => statement.getText(source));
  const lines = lineCount(text.trimEnd());
  return { path, lines, imports, functions, readsEnvironment, readsLocalSwitch, isBarrel, effects };
}

function specifierOf(node: ast.Node): string | undefined {
  if ((ast.isImportDeclaration(node) || ast.isExportDeclaration(node)) && node.moduleSpecifier !== undefined)
    return ast.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : undefined;
  if (!ast.isCallExpression(node) || node.expression.kind !== ast.SyntaxKind.ImportKeyword) return undefined;
  const [specifier] = node.arguments;
  return specifier !== undefined && ast.isStringLiteral(specifier) ? specifier.text : undefined;
}

function resolveImport(from: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier;
}

function isFunction(node: ast.Node): boolean {
  const isNamed = ast.isFunctionDeclaration(node) || ast.isMethodDeclaration(node);
  return isNamed || ast.isArrowFunction(node) || ast.isFunctionExpression(node) || ast.isConstructorDeclaration(node);
}

function nameOf(node: ast.Node): string {
  const isNamed = ast.isFunctionDeclaration(node) || ast.isMethodDeclaration(node);
  return (isNamed && node.name !== undefined && ast.isIdentifier(node.name) && node.name.text) || 'function';
}

/** A bare call, an awaited one, a loop or a branch at the top level acts on import; declarations do not. */
function hasEffect(statement: ast.Node): boolean {
  const declarations = [
    ...[ast.isImportDeclaration, ast.isExportDeclaration, ast.isExportAssignment, ast.isFunctionDeclaration],
    ...[ast.isClassDeclaration, ast.isInterfaceDeclaration, ast.isTypeAliasDeclaration, ast.isVariableStatement],
    // Of others' modules: erasableSyntaxOnly allows none with code in it.
    ast.isModuleDeclaration,
  ];
  return !declarations.some((isDeclaration) => isDeclaration(statement));
}

function lineCount(text: string): number {
  return text.split('\n').length;
}
