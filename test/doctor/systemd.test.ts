import { describe, expect, it } from 'vitest';
import { checkSystemd, environmentFileIn, secondsIn } from '../../src/doctor/systemd.js';
import type { SystemdFacts } from '../../src/doctor/systemd.js';
import { shutdownBudgetMs } from '../../src/domain/starting.js';
import { stopBudgetSeconds } from '../../src/workers/stop-budget.js';
import { lineOf, verdicts } from './facts.js';

const unit = 'drawbridge.service';
const well = {
  LoadState: 'loaded',
  TimeoutStopUSec: '21min 17s',
  KillMode: 'mixed',
  KillSignal: '15',
  Restart: 'on-failure',
};
const check = (properties: Partial<typeof well> | undefined, changes: Partial<SystemdFacts> = {}) =>
  checkSystemd({
    unit,
    drain: undefined,
    delaySeconds: undefined,
    properties: { value: properties && { ...well, ...properties } },
    ...changes,
  });

describe("the agent's unit", () => {
  it.each([
    ['/etc/drawbridge/agent.env (ignore_errors=yes)', '/etc/drawbridge/agent.env'],
    ['/etc/my fleet/agent.env (ignore_errors=no)', '/etc/my fleet/agent.env'],
    ['', undefined],
  ])('with EnvironmentFiles=%s reads %s', (EnvironmentFiles, file) => {
    expect(environmentFileIn({ EnvironmentFiles })).toBe(file);
    expect(environmentFileIn()).toBeUndefined();
  });

  it('is well when it grants the stop budget', () => {
    expect(verdicts(check({}))).toEqual(['ok stop timeout', 'ok kill mode', 'ok kill signal', 'ok restart']);
  });

  const dropIn = (setting: string, file: string) =>
    `printf '[Service]\\n%s\\n' ${setting} | sudo install -Dm644 /dev/stdin ` +
    `/etc/systemd/system/drawbridge.service.d/${file}.conf && sudo systemctl daemon-reload`;

  it.each<[string, string, Partial<typeof well>, string, string | undefined]>([
    [
      'stop timeout',
      'of systemd by default, which an ordinary drain fits in',
      { TimeoutStopUSec: '1min 30s' },
      'warn',
      dropIn('TimeoutStopSec=1277', 'timeoutstopsec'),
    ],
    [
      'stop timeout',
      'that cuts every drain',
      { TimeoutStopUSec: '30s' },
      'fail',
      dropIn('TimeoutStopSec=1277', 'timeoutstopsec'),
    ],
    ['stop timeout', 'that is none', { TimeoutStopUSec: 'infinity' }, 'ok', undefined],
    ['stop timeout', 'that cannot be read', { TimeoutStopUSec: 'soon' }, 'warn', undefined],
    ['kill mode', 'none', { KillMode: 'none' }, 'fail', dropIn('KillMode=mixed', 'killmode')],
    ['kill signal', 'that detaches', { KillSignal: '1' }, 'fail', dropIn('KillSignal=SIGTERM', 'killsignal')],
    ['restart', 'no', { Restart: 'no' }, 'warn', dropIn('Restart=on-failure', 'restart')],
  ])('%s %s', (name, _, properties, verdict, command) => {
    expect(lineOf(check(properties), name)).toMatchObject({ verdict, command });
  });

  it("is measured against the group's delay where that is the drain period", () => {
    const drain = 'deregistration-delay';
    expect(lineOf(check({ TimeoutStopUSec: '2min' }, { drain, delaySeconds: 60 }), 'stop timeout').verdict).toBe(
      'warn',
    );
    expect(lineOf(check({ TimeoutStopUSec: '2min' }, { drain, delaySeconds: 300 }), 'stop timeout').verdict).toBe(
      'fail',
    );
  });

  it.each<[string, SystemdFacts['properties'], string]>([
    ['that is not there', { value: { LoadState: 'not-found' } }, 'drawbridge.service is not-found: name the agent'],
    ['without systemd', { value: undefined }, 'whatever stops the agent has to give it 1277 s'],
    ['that nobody may ask about', { error: new Error('systemctl: denied') }, 'not checked: systemctl: denied'],
  ])('%s is one warning', (_, properties, why) => {
    const lines = check({}, { properties });
    expect(verdicts(lines)).toEqual(['warn unit']);
    expect(lineOf(lines, 'unit').why).toContain(why);
  });
});

describe('a time span of systemd', () => {
  it.each([
    ['1min 30s', 90],
    ['21min 15s', 1275],
    ['1h 1min 1s', 3661],
    ['500ms', 0.5],
    ['2d', 172_800],
    ['infinity', Infinity],
    ['', undefined],
    ['90', undefined],
    ['3 parsecs', undefined],
  ])('%s is %s seconds', (span, seconds) => {
    expect(secondsIn(span)).toBe(seconds);
  });
});

describe('the stop budget', () => {
  it.each([undefined, 0, 120, 3600, 'deregistration-delay'] as const)(
    'for a drain of %s is longer than the shutdown by what the agent waits around it',
    (drain) => {
      expect(stopBudgetSeconds(drain) * 1_000 - shutdownBudgetMs({ drain })).toBe(92_000);
    },
  );
});
