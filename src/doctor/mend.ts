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

/** The systemd unit of the agent. */
export interface Unit {
  readonly name: string;
  /** The last that its EnvironmentFile= names; undefined where it names none, or that cannot be seen from here. */
  readonly environmentFile: string | undefined;
}

/**
 * Gives the unit a variable, such as `DRAWBRIDGE_HEALTH_HOST=0.0.0.0`: at the end of its environment file, as what stands there wins
 * over Environment= and over the lines before (systemd.exec(5)).
 */
export const inEnvironment = ({ name, environmentFile }: Unit, variable: string): Mend =>
  environmentFile === undefined
    ? inUnit(name, `Environment=${variable}`)
    : piped(command('printf', String.raw`%s\n`, variable), command('sudo', 'tee', '-a', environmentFile));

/** What `systemctl edit` would write, without an editor, in a file of its own for each setting: safe to repeat. */
export function inUnit(unit: string, setting: string): Mend {
  const name = /^(?:Environment=)?(\w+)/.exec(setting)?.[1] ?? 'drawbridge';
  const file = `/etc/systemd/system/${unit}.d/${name.toLowerCase()}.conf`;
  return inTurn(
    piped(
      command('printf', String.raw`[Service]\n%s\n`, setting),
      command('sudo', 'install', '-Dm644', '/dev/stdin', file),
    ),
    command('sudo', 'systemctl', 'daemon-reload'),
  );
}
