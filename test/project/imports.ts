// Reads what the files under src/ import. Judges nothing: the arrows are in arrows.ts.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import ts from 'typescript';

/** One import, export-from, dynamic import or import type. */
export interface Import {
  /** The importing file, relative to src, with forward slashes. */
  readonly from: string;
  /** The imported file, relative to src ('abi/index.ts'), or the module name if it is no file of ours. */
  readonly to: string;
  /** False for a package or a `node:` module. */
  readonly ours: boolean;
  /** Gone after compilation. */
  readonly typeOnly: boolean;
}

/** Every TypeScript file under `root`, relative to it, with forward slashes. */
export function sourceFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(sep).join('/'))
    .filter((name) => name.endsWith('.ts'))
    .sort();
}

/** All imports of all files under `root`. */
export function importsUnder(root: string): Import[] {
  return sourceFiles(root).flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')));
}

/** The imports in one file's text, in order. */
export function importsOf(file: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const name = specifier.text;
    const ours = name.startsWith('.');
    const to = ours ? posix.join(posix.dirname(file), name).replace(/\.js$/, '.ts') : name;
    found.push({ from: file, to, ours, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, importsTypesOnly(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, exportsTypesOnly(node));
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(parse(file, text));
  return found;
}

/** The first statement that is neither an import nor a re-export, as text; null if there is none. */
export function firstOwnStatement(file: string, text: string): string | null {
  const source = parse(file, text);
  const own = source.statements.find((statement) => !ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement));
  return own === undefined ? null : own.getText(source);
}

function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
}

function importsTypesOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  return clause.name === undefined && names !== undefined && ts.isNamedImports(names) && allTypes(names.elements);
}

function exportsTypesOnly(node: ts.ExportDeclaration): boolean {
  if (node.isTypeOnly) return true;
  const names = node.exportClause;
  return names !== undefined && ts.isNamedExports(names) && allTypes(names.elements);
}

function allTypes(elements: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[]): boolean {
  return elements.length > 0 && elements.every((element) => element.isTypeOnly);
}
