import { isBuiltin } from 'node:module';
import { parseAst } from 'rollup/parseAst';

/**
 * An ES module that takes Node's own modules as the objects that they are. To link one as an ES module Node reads every export that
 * it has, and some of `node:http` load all of `fetch` as they are read, since Node 22.
 *
 * A lazy import comes to the object, too, which has no `default`.
 *
 * What Node gives to CommonJS, and bundled code uses, is made where it is used: `require` and `__dirname`.
 *
 * @param {string} code
 * @returns {string}
 */
export function withBuiltinsAsObjects(code) {
  const taken = [];
  let rest = code;
  const imports = [...importsIn(parseAst(code))].filter(({ source }) => isBuiltin(source?.value ?? ''));
  // From the end, so that the positions of those before stay what they are.
  for (const { type, source, specifiers, start, end } of imports.sort((one, other) => other.start - one.start)) {
    if (type.startsWith('Export')) throw new Error(`found an export from ${source.value}, expected it to be imported`);
    const isStatement = type === 'ImportDeclaration';
    rest = rest.slice(0, start) + (isStatement ? '' : `Promise.resolve(${builtin(source.value)})`) + rest.slice(end);
    if (isStatement) taken.unshift(...specifiers.map((specifier) => taking(specifier, source.value)));
  }
  if (/\b(?:require|__dirname)\b/.test(rest))
    taken.push(`require=${builtin('node:module')}.createRequire(import.meta.url)`, '__dirname=import.meta.dirname');
  if (taken.length === 0) return rest;
  const [hashbang] = rest.match(/^(?:#!.*\n)?/);
  return `${hashbang}const ${taken.join(',')};\n${rest.slice(hashbang.length)}`;
}

const importing = /^(?:Import(?:Declaration|Expression)|Export(?:Named|All)Declaration)$/;

function* importsIn(node) {
  if (importing.test(node?.type)) yield node;
  for (const child of Object.values(node ?? {})) if (typeof child === 'object') yield* importsIn(child);
}

const taking = ({ type, imported, local }, name) =>
  type === 'ImportSpecifier' && imported.name !== 'default'
    ? `{${imported.name}:${local.name}}=${builtin(name)}`
    : `${local.name}=${builtin(name)}`;

const builtin = (name) => `process.getBuiltinModule(${JSON.stringify(name)})`;
