import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Examples } from './example.js';
import { answers, refuses } from './example.js';

/** STS. */
export const stsExamples: Examples = {
  GetCallerIdentity: [
    answers('with who asks', () => new GetCallerIdentityCommand({})),
    // It needs no permission and takes no parameters: only a fault makes it fail here.
    refuses('ExpiredToken', 'credentials that expired', (stage) => {
      stage.sim.addFault({ kind: 'error', service: 'sts', code: 'ExpiredToken', status: 403 });
      return new GetCallerIdentityCommand({});
    }),
  ],
};
