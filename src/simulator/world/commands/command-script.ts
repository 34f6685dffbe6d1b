/** What the instances answer to the shell scripts that Run Command sends them. Nothing is executed. */
import { z } from 'zod';

/** Exit status by which a script asks the SSM Agent to reboot and to run it again. Source: Systems Manager user guide. */
const rebootExitCode = 194;

/** A rule for the scripts that it matches, checked as it comes from a test, a scenario file or over HTTP. */
export const commandScript = z.strictObject({
  match: z
    .union([z.string().min(1), z.strictObject({ regex: z.string().refine(isRegex, 'not a regular expression') })])
    .describe('text that the script contains, its lines joined by line feeds, or a regular expression for it'),
  instanceId: z.string().optional().describe('default: on every instance'),
  stdout: z.string().default(''),
  stderr: z.string().default(''),
  exitCode: z
    .int()
    .min(0)
    .max(255)
    .refine((code) => code !== rebootExitCode, `${rebootExitCode} asks for a reboot, which is not simulated`)
    .default(0),
  seconds: z.number().min(0).default(0).describe('how long the script runs'),
  times: z.int().min(1).optional().describe('how many runs the rule is for; default: all'),
});

/** How scripts that match are answered: by `match` (contained text, or `{ regex }`), on one instance or all. */
export type CommandScript = z.input<typeof commandScript>;

/** What a script does when it runs to its end. */
export type ScriptAnswer = Pick<z.output<typeof commandScript>, 'stdout' | 'stderr' | 'exitCode' | 'seconds'>;

/** What a script does that no rule is for: it succeeds at once and says nothing. */
const unscripted: ScriptAnswer = { stdout: '', stderr: '', exitCode: 0, seconds: 0 };

/** The rules in force. Of several that match, the one that was added last answers. */
export class CommandScripts {
  #rules: { readonly script: z.output<typeof commandScript>; used: number }[] = [];

  /** @throws `ZodError` when the rule is none. */
  add(script: CommandScript): void {
    this.#rules.unshift({ script: commandScript.parse(script), used: 0 });
  }

  clear(): void {
    this.#rules = [];
  }

  /** The answer to one run of the script. Counts the run for the rule that gives it. */
  answer(instanceId: string, script: string): ScriptAnswer {
    const rule = this.#rules.find(
      ({ script: { match, times = Infinity, instanceId: only = instanceId }, used }) =>
        used < times && only === instanceId && matches(match, script),
    );
    if (!rule) return unscripted;
    rule.used += 1;
    return rule.script;
  }
}

function matches(match: z.output<typeof commandScript>['match'], script: string): boolean {
  return typeof match === 'string' ? script.includes(match) : new RegExp(match.regex).test(script);
}

function isRegex(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
