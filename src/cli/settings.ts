import type { Command } from 'commander';
import { Option } from 'commander';
import { findFile } from '../config/file.js';
import { loadSettings } from '../config/load.js';
import type { Sources } from '../config/load.js';
import { choicesOf, defaultOf } from '../config/setting.js';
import type { Setting, Settings, Table } from '../config/setting.js';

/** Gives a command one flag for each setting of a table, and `--config` for the file. */
export function addSettings(command: Command, table: Table): Command {
  for (const setting of Object.values(table)) command.addOption(optionOf(setting));
  return command.option('--config <file>', 'YAML file with settings (default: drawbridge.yaml) [DRAWBRIDGE_CONFIG]');
}

function optionOf(setting: Setting): Option {
  const { flag, argument, help, env } = setting;
  const option = new Option(`${flag} ${argument}`, `${help} (default: ${defaultOf(setting)}) [${env}]`);
  const choices = choicesOf(setting);
  // Shown and completed, not checked here: a wrong word is reported together with all else that is wrong.
  if (choices.length > 0) option.argChoices = [...choices];
  return option;
}

/** @throws UsageError that names every problem at once. */
export async function settingsOf<T extends Table>(command: Command, table: T): Promise<Settings<T>> {
  return loadSettings(table, await sourcesOf(command, table));
}

/** Where a command's settings come from: what was typed, the environment, the file. */
export async function sourcesOf(command: Command, table: Table): Promise<Sources> {
  const file = await findFile(command.opts<{ config?: string }>().config ?? process.env.DRAWBRIDGE_CONFIG);
  return { flags: typed(command, table), env: process.env, file };
}

/** The names of those settings that were typed as flags. */
export function typedFlags(command: Command, table: Table): string[] {
  return Object.entries(typed(command, table)).flatMap(([name, text]) => (text === undefined ? [] : [name]));
}

function typed(command: Command, table: Table): Sources['flags'] {
  const given: Record<string, string | undefined> = command.opts();
  return Object.fromEntries(
    Object.entries(table).map(([name, { flag }]) => [name, given[new Option(flag).attributeName()]]),
  );
}
