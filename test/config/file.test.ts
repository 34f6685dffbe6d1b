import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { findFile } from '../../src/config/file.js';
import { settingsSchema } from '../../src/config/json-schema.js';
import { nearest } from '../../src/config/nearest.js';
import { everySetting } from '../../src/config/settings.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-file-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the settings file', () => {
  const places = () => [join(folder, 'here'), join(folder, 'etc')];
  const put = async (place: string) => {
    await mkdir(join(folder, place));
    await writeFile(join(folder, place, 'drawbridge.yaml'), '');
    return join(folder, place, 'drawbridge.yaml');
  };

  it('is the one that is named, there or not', async () => {
    await put('here');
    expect(await findFile('absent.yaml', places())).toBe('absent.yaml');
  });

  it('is else the one of the working directory, then that of /etc', async () => {
    const etc = await put('etc');
    expect(await findFile(undefined, places())).toBe(etc);
    const here = await put('here');
    expect(await findFile(undefined, places())).toBe(here);
    expect(await findFile('', places())).toBe(here);
  });

  it('is else none', async () => {
    expect(await findFile(undefined, places())).toBeUndefined();
  });
});

describe('the JSON Schema of the settings file', () => {
  const { properties } = z.object({ properties: z.record(z.string(), z.looseObject({})) }).parse(settingsSchema());

  it('has every setting, with its default, its flag and its variable', () => {
    expect(Object.keys(properties).sort()).toEqual(Object.keys(everySetting).sort());
    expect(properties.healthPort).toEqual({
      type: 'integer',
      minimum: 0,
      maximum: 65_535,
      default: 8_080,
      description:
        "port of the health endpoint, the target group's health check must ask it. Default: 8080. Flag --health-port, variable DRAWBRIDGE_HEALTH_PORT.",
    });
  });

  it('takes a time in words where a flag does', () => {
    const pattern = '^\\d+(\\.\\d+)?\\s*[smh]?$';
    expect(properties.drain).toMatchObject({
      anyOf: [{ minimum: 0, maximum: 3_600 }, { const: 'deregistration-delay' }, { type: 'string', pattern }],
    });
    expect(properties.healthPort).not.toHaveProperty('anyOf');
  });

  it('is what the example of the documentation keeps to', async () => {
    const text = await readFile('docs/drawbridge.example.yaml', 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=drawbridge\.schema\.json/);
    expect(z.fromJSONSchema(settingsSchema() as never).safeParse(parse(text)).success).toBe(true);
  });
});

describe('the word that was meant', () => {
  const known = ['drain', 'cluster', 'healthPort'];
  it.each([
    ['drian', 'drain'],
    ['HEALTHPORT', 'healthPort'],
    ['cluter', 'cluster'],
    ['region', undefined],
    ['', undefined],
  ])('for %s is %s', (word, meant) => {
    expect(nearest(word, known)).toBe(meant);
  });
});
