import { describe, expect, it } from 'vitest';
import { withBuiltinsAsObjects } from '../../scripts/node-builtins.js';

describe("Node's own modules in the bundle", () => {
  it.each([
    [
      'import{join as j,sep}from"node:path";f(j,sep);',
      'const {join:j}=M("node:path"),{sep:sep}=M("node:path");\nf(j,sep);',
    ],
    ['import fs,*as all from"fs";f(fs,all);', 'const fs=M("fs"),all=M("fs");\nf(fs,all);'],
    ['#!/usr/bin/env node\nimport fs from"fs";f(fs);', '#!/usr/bin/env node\nconst fs=M("fs");\nf(fs);'],
    ['import{default as fs}from"fs";f(fs);', 'const fs=M("fs");\nf(fs);'],
    [
      'import a from"node:fs";import{b}from"./b.js";import c from"node:os";let d=await import("node:net");',
      'const a=M("node:fs"),c=M("node:os");\nimport{b}from"./b.js";let d=await Promise.resolve(M("node:net"));',
    ],
    ['let{request}=await import("node:http");', 'let{request}=await Promise.resolve(M("node:http"));'],
  ])('are taken as objects: %s', (code, taken) => {
    expect(withBuiltinsAsObjects(code)).toBe(taken.replaceAll('M(', 'process.getBuiltinModule('));
  });

  it.each(['import{a}from"./chunk.js";a();', 'await import("./chunk.js");', 'f("import fs from \'fs\'");'])(
    'are all that is changed: %s',
    (code) => {
      expect(withBuiltinsAsObjects(code)).toBe(code);
    },
  );

  it('are not exported', () => {
    expect(() => withBuiltinsAsObjects('export{join}from"node:path";')).toThrow('found an export from node:path');
  });

  it('are required where bundled code requires', () => {
    expect(withBuiltinsAsObjects('require.resolve("x")')).toBe(
      'const require=process.getBuiltinModule("node:module").createRequire(import.meta.url),__dirname=import.meta.dirname;\nrequire.resolve("x")',
    );
  });
});
