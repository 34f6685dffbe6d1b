import wrapAnsi from 'wrap-ansi';
import { nameOfGroup } from '../../domain/ids.js';
import type { DrainReceipt, Trigger } from '../../domain/receipt.js';
import { sayHealth } from '../../domain/target-health.js';
import { sayDate, sayTime } from './span.js';

/** A drain receipt as a person reads it. */
export function receiptView(receipt: DrainReceipt): string {
  const { instanceId, outcome, registered, triggers, forced, extensions, observations, warnings } = receipt;
  return [
    `${instanceId}: ${outcome}, ${sayDate(receipt.finishedAt)}`,
    '',
    ...(registered === null
      ? []
      : [fact('target', registered.target.id), fact('target group', nameOfGroup(registered.targetGroupArn))]),
    ...triggers.map((trigger, index) => fact(index === 0 ? 'asked by' : 'and by', sayTrigger(trigger))),
    ...extensions.map(({ by, at, seconds, reason }) =>
      fact('extended', `by ${seconds} s, ${by}${reason === null ? '' : `: ${reason}`}, ${sayTime(at)}`),
    ),
    ...(forced === null ? [] : [fact('forced by', `${forced.reason}, ${sayTime(forced.at)}`)]),
    fact('drain period', drainOf(receipt)),
    fact(
      'AWS delay',
      receipt.deregistrationDelaySeconds === null ? 'not known' : `${receipt.deregistrationDelaySeconds} s`,
    ),
    '',
    ...phasesOf(receipt),
    ...(observations.length === 0 ? [] : ['', 'AWS said']),
    ...observations.map(({ at, ...health }) => `  ${sayTime(at)}  ${sayHealth(health)}`),
    ...(warnings.length === 0 ? [] : ['']),
    ...warnings.map((warning) => wrapAnsi(`warning: ${warning}`, 80)),
    ...leftBehind(receipt),
  ].join('\n');
}

const fact = (name: string, text: string): string => `  ${name.padEnd(13)} ${text}`;

/** What is left to do where the shutdown failed before AWS took the target out. */
function leftBehind({ instanceId, registered, deregisteredAt }: DrainReceipt): string[] {
  if (registered === null || deregisteredAt !== null) return [];
  const { targetGroupArn, target } = registered;
  const port = target.port === undefined ? '' : `,Port=${target.port}`;
  const where = nameOfGroup(targetGroupArn);
  return [
    '',
    wrapAnsi(`the target may still be registered in ${where}; start the shutdown again, or deregister it by hand:`, 80),
    `  drawbridge shutdown ${instanceId}`,
    `  aws elbv2 deregister-targets --target-group-arn ${targetGroupArn} \\`,
    `    --targets Id=${target.id}${port}`,
  ];
}

const sayTrigger = ({ by, at, drain }: Trigger): string =>
  `${by}, ${sayTime(at)}${drain === undefined ? '' : `, to drain for ${drain === 'deregistration-delay' ? `the ${drain}` : `${drain} s`}`}`;

function drainOf({ drainPeriodSeconds: asked, drainedSeconds: kept }: DrainReceipt): string {
  return asked === null || kept === null ? 'not entered' : `${asked} s asked, ${kept.toFixed(1)} s kept`;
}

function phasesOf({
  startedAt,
  deregisteringAt,
  deregisteredAt,
  drainingAt,
  finishedAt,
  secondsIn,
}: DrainReceipt): string[] {
  const phases = [
    ['locating', startedAt, secondsIn.locating || null],
    ['deregistering', deregisteringAt, secondsIn.deregistering],
    ['confirming draining', deregisteredAt, secondsIn.confirming],
    ['draining', drainingAt, secondsIn.draining],
  ] as const;
  return [
    ...phases.flatMap(([name, at, seconds]) =>
      at === null || seconds === null
        ? []
        : [`  ${sayTime(at)}  ${name.padEnd(20)}${seconds.toFixed(1).padStart(7)} s`],
    ),
    `  ${sayTime(finishedAt)}  end`,
  ];
}
