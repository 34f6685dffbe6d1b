/** A command for a POSIX shell, as its words: quoted where they have to be. */
export type Mend = readonly string[];

const plain = /^[\w@%+=:,./<>-]+$/;

/** One word for the shell. A `<placeholder>` is quoted, so that the shell does not take it for a file. */
export const quoted = (word: string): string =>
  plain.test(word) && !/[<>]/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

export const command = (...words: readonly string[]): Mend => words.map(quoted);

/** The left command's output into the right one. */
export const piped = (left: Mend, right: Mend): Mend => [...left, '|', ...right];

/** One after the other, while they succeed. */
export const inTurn = (first: Mend, second: Mend): Mend => [...first, '&&', ...second];

/** A command of the AWS CLI, for the region where one is known. */
export const awsCli = (region: string | undefined, service: string, action: string, ...rest: readonly string[]): Mend =>
  command('aws', service, action, ...(region === undefined ? [] : ['--region', region]), ...rest);

/** Sets what the agent's service, this command and every other one read. */
export const setting = (key: string, value: string | number): Mend =>
  piped(command('echo', `${key}: ${value}`), command('sudo', 'tee', '-a', '/etc/drawbridge/drawbridge.yaml'));
