/** What sh takes as it stands, within a word. */
const plain = /^[A-Za-z0-9_@%+:,./-]+$/;

/** Words that begin a sentence of sh's own where they stand unquoted. Source: POSIX, Shell Command Language, 2.4, and bash's own. */
const reserved = /^(if|then|else|elif|fi|do|done|case|esac|while|until|for|in|function|select|time|coproc)$/;

/**
 * The arguments as one line for sh, which splits it into exactly these: nothing in them is expanded, substituted or run.
 *
 * @throws RangeError for an argument with a NUL character, which no argument of a program can have.
 */
export function quoteForShell(args: readonly string[]): string {
  return args.map(quote).join(' ');
}

function quote(arg: string): string {
  if (arg.includes('\0')) throw new RangeError('an argument has a NUL character in it, which no program can be given');
  return plain.test(arg) && !reserved.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}

/**
 * A script that succeeds while something listens on the TCP port, of whatever address. It reads what the kernel says (proc(5),
 * `/proc/net/tcp`: local address, remote address, state 0A), so that it needs no program but grep, and connects to nothing.
 */
export function listenCheck(port: number): string {
  const local = port.toString(16).toUpperCase().padStart(4, '0');
  return `grep -qsE '^ *[0-9]+: [0-9A-F]+:${local} [0-9A-F]+:0000 0A ' /proc/net/tcp /proc/net/tcp6`;
}

/** Source: iperf3's manual, "set server port to listen on [...] (default 5201)". */
export const iperf3Port = 5_201;
