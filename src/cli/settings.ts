import type { Command } from 'commander';
import { loadSettings } from '../config/load.js';
import type { Setting, Settings } from '../config/settings.js';

/** Gives a command one flag for each setting of a table, and `--config` for the file. */
export function addSettings(command: Command, table: Record<string, Setting>): Command {
  for (const { flag, argument, help, env } of Object.values(table)) {
    command.option(`${flag} ${argument}`, `${help} [${env}]`);
  }
  return command.option('--config <file>', 'YAML file with settings by name, such as "drain: 120" [DRAWBRIDGE_CONFIG]');
}

/** @throws UsageError that names every problem at once. */
export async function settingsOf<T extends Record<string, Setting>>(command: Command, table: T): Promise<Settings<T>> {
  const given: Record<string, string | undefined> = command.opts();
  const flags = Object.fromEntries(
    Object.entries(table).map(([name, { flag }]) => [
      name,
      given[flag.slice(2).replace(/-(.)/g, (_, c: string) => c.toUpperCase())],
    ]),
  );
  return loadSettings(table, { flags, env: process.env, file: given.config ?? process.env.DRAWBRIDGE_CONFIG });
}
