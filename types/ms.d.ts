/**
 * Temporal's `Duration` is `StringValue | number`, with StringValue from `ms@3.0.0-canary.1`, whose `exports` hide its
 * types from nodenext: `Duration` would silently be `any`. This restores the check.
 */
declare module 'ms' {
  type Unit =
    'ms' | 's' | 'm' | 'h' | 'd' | 'seconds' | 'second' | 'minutes' | 'minute' | 'hours' | 'hour' | 'days' | 'day';
  export type StringValue = `${number}` | `${number}${Unit}` | `${number} ${Unit}`;
}
