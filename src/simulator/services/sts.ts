import { z } from 'zod';
import { instanceRole } from '../world/instance.js';
import type { World } from '../world/world.js';
import { AwsError } from '../wire/aws-error.js';
import { queryProtocol } from '../wire/protocol.js';
import type { Service } from './service.js';
import { action } from './service.js';

/** Security Token Service, version 2011-06-15. */
export const sts = (world: World): Service => ({
  name: 'sts',
  identity: '2011-06-15',
  protocol: queryProtocol('https://sts.amazonaws.com/doc/2011-06-15/'),
  unknownAction: (name) => new AwsError('InvalidAction', `Could not find operation ${name} for version 2011-06-15`),
  actions: new Map([
    [
      'GetCallerIdentity',
      action('ValidationError', z.object({}), (_parameters, { instanceId }) => ({
        result: {
          Arn:
            instanceId === undefined
              ? `arn:aws:iam::${world.account}:user/operator`
              : `arn:aws:sts::${world.account}:assumed-role/${instanceRole}/${instanceId}`,
          UserId: instanceId ?? 'operator',
          Account: world.account,
        },
      })),
    ],
  ]),
});
