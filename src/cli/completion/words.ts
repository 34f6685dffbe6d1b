import type { Command, Option } from 'commander';

/** What can follow a flag or stand as an argument. */
export interface Value {
  /** The words it may be; empty where it may be any. */
  readonly choices: readonly string[];
  readonly isFile: boolean;
}

export interface Flag {
  /** `--drain` */
  readonly long: string;
  readonly description: string;
  /** Undefined for a flag that takes none. */
  readonly value: Value | undefined;
}

/** A command as a shell completes it. */
export interface CommandWords {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly Flag[];
  readonly args: readonly Value[];
}

/** All commands that help shows, with the flags of each. */
export function wordsOf(program: Command): CommandWords[] {
  const help = program.createHelp();
  return help.visibleCommands(program).map((command) => ({
    name: command.name(),
    description: firstSentence(command.description()),
    flags: help.visibleOptions(command).flatMap(flagOf),
    args:
      command.name() === 'help'
        ? [{ choices: program.commands.map((each) => each.name()), isFile: false }]
        : command.registeredArguments.map(({ argChoices = [] }) => ({ choices: argChoices, isFile: false })),
  }));
}

function flagOf({ long, description, required, optional, argChoices = [], flags }: Option): Flag[] {
  if (long === undefined) return [];
  const takesValue = required || optional;
  return [
    {
      long,
      description: firstSentence(description),
      value: takesValue ? { choices: argChoices, isFile: flags.includes('file>') } : undefined,
    },
  ];
}

/** Without the default, the variable, and all that a list of candidates has no room for. */
const firstSentence = (text: string): string => text.replace(/ \((?:default|choices): .*$|: .*$|\.( .*)?$/, '');
