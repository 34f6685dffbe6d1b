import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { findOnPath } from '../../src/demo/executables.js';

/** What distributions call it; Debian's package is `chromium`. */
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser that is installed; undefined where there is none. */
export async function findChromium(): Promise<string | undefined> {
  for (const name of names) {
    const path = await findOnPath(name, process.env);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** It runs as root in containers, and asks nobody on the internet for anything. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Browser {
  readonly page: Page;
  close(): Promise<void>;
}

/** A browser without a window, with a new profile of its own. */
export async function openBrowser(
  executablePath: string,
  viewport: { width: number; height: number },
): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  const profile = await mkdtemp(join(tmpdir(), 'drawbridge-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    viewport,
    args: flags,
    timezoneId: 'UTC',
    locale: 'en-GB',
  });
  return {
    page: context.pages()[0] ?? (await context.newPage()),
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
