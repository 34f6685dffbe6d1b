import { faultOf } from './faults.js';

/**
 * The same calls. Once AWS has called the credentials of one expired, the next ones are made by clients that read them anew: the
 * SDK keeps what it has until shortly before the time that came with it, and for minutes more where IMDS did not answer then.
 *
 * @param open makes the clients, and the calls on them
 */
export function renewedOnceExpired<Calls extends { [Name in keyof Calls]: (...args: never[]) => Promise<unknown> }>(
  open: () => Calls,
): Calls {
  let current = open();
  const renewed = (name: keyof Calls) => {
    return async (...args: never[]) => {
      const used = current;
      try {
        return await used[name](...args);
      } catch (error) {
        if (faultOf(error)?.kind === 'expired' && current === used) current = open();
        throw error;
      }
    };
  };
  const names = Object.keys(current) as (keyof Calls)[];
  return Object.fromEntries(names.map((name) => [name, renewed(name)])) as Calls;
}
