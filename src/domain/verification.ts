import type { FleetTarget } from './fleet-targets.js';
import type { RemoteOutput } from './remote-command.js';

/** What is looked at, in this order; one that fails ends the instance's own verification. */
export const checkNames = ['running', 'healthy', 'iperf3', 'probe'] as const;
export type CheckName = (typeof checkNames)[number];

export interface Check {
  readonly name: CheckName;
  /** `not reached`: an earlier one failed, or the time was over. */
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'not reached';
  /** Null for one that did not take place. */
  readonly seconds: number | null;
  /** Why it failed, or what the probe printed first. */
  readonly said: string | null;
}

export interface InstanceVerification {
  /** The target's id: that of the instance, or its address in an `ip` group. */
  readonly target: string;
  readonly instanceId: string | null;
  readonly privateIp: string | null;
  readonly zone: string | null;
  readonly checks: readonly Check[];
}

/** What a verification found. Times are ISO 8601. */
export interface Verification {
  readonly cluster: string;
  /** Null before it is known. */
  readonly targetGroupArn: string | null;
  readonly startedAt: string;
  /** Null while it is under way. */
  readonly finishedAt: string | null;
  /** Whether there is an instance, and none that failed or was not reached. */
  readonly verified: boolean;
  readonly instances: readonly InstanceVerification[];
}

/** What runs on each instance where nobody says: kernel and its release. */
export const probeScript = 'uname -sr';

/** Instances at a time. Ours: a fleet worker has room for 20 activities, and others want some. */
export const verifyAtOnce = 8;

const hasPassed = ({ outcome }: Check): boolean => outcome === 'passed' || outcome === 'skipped';

/** Whether the instance has come through: every check passed, or left out on purpose. */
export const isVerified = ({ checks }: InstanceVerification): boolean => checks.every(hasPassed);

/** A report that grows while a verification is under way. */
export class Verifying {
  targetGroupArn: string | null = null;
  readonly #cluster: string;
  readonly #startedAt: Date;
  readonly #skipped: readonly CheckName[];
  #instances: readonly InstanceVerification[] = [];

  /** @param skipped the checks that are left out */
  constructor(cluster: string, startedAt: Date, skipped: readonly CheckName[]) {
    this.#cluster = cluster;
    this.#startedAt = startedAt;
    this.#skipped = skipped;
  }

  /** Those on their way out are not verified. @returns those that are. */
  begin(targetGroupArn: string, targets: readonly FleetTarget[]): readonly FleetTarget[] {
    this.targetGroupArn = targetGroupArn;
    const staying = targets.filter(
      ({ health }) => health.state !== 'draining' && health.state !== 'unhealthy.draining',
    );
    this.#instances = staying.map(({ target, instanceId, privateIp, zone }) => ({
      target: target.id,
      instanceId,
      privateIp,
      zone,
      checks: checkNames.map((name) => ({
        name,
        outcome: this.#skipped.includes(name) ? 'skipped' : 'not reached',
        seconds: null,
        said: null,
      })),
    }));
    return staying;
  }

  isSkipped(name: CheckName): boolean {
    return this.#skipped.includes(name);
  }

  note(target: string, check: Check): void {
    this.#instances = this.#instances.map((each) =>
      each.target === target
        ? { ...each, checks: each.checks.map((before) => (before.name === check.name ? check : before)) }
        : each,
    );
  }

  report(finishedAt?: Date): Verification {
    return {
      cluster: this.#cluster,
      targetGroupArn: this.targetGroupArn,
      startedAt: this.#startedAt.toISOString(),
      finishedAt: finishedAt?.toISOString() ?? null,
      verified: this.#instances.length > 0 && this.#instances.every(isVerified),
      instances: this.#instances,
    };
  }
}

const longestSaying = 300;

/** What a check came to. */
export interface Finding {
  readonly passed: boolean;
  readonly said: string | null;
}

/** What a probe came to: passed by exit code 0, with its first line either way. */
export function probed({ exitCode, stdout, stderr }: RemoteOutput): Finding {
  const firstLine = (text: string) => text.trim().split('\n', 1)[0]?.slice(0, longestSaying) ?? '';
  if (exitCode === 0) return { passed: true, said: firstLine(stdout) || null };
  const words = firstLine(stderr) || firstLine(stdout);
  return { passed: false, said: `exited with ${exitCode}${words === '' ? '' : `: ${words}`}` };
}

/** As a person reads it in the Temporal Web UI. */
export function verificationTable({ instances }: Verification): string {
  const cell = ({ outcome, said }: Check) =>
    outcome === 'failed' && said !== null ? `failed: ${said.replaceAll(/[|\n]/g, ' ')}` : outcome;
  return [
    `| target | ${checkNames.join(' | ')} |`,
    `| --- |${' --- |'.repeat(checkNames.length)}`,
    ...instances.map(({ target, checks }) => `| ${target} | ${checks.map(cell).join(' | ')} |`),
  ].join('\n');
}
