import { z } from 'zod';
import type { Instance, InstanceState } from '../../world/instance.js';
import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import { items } from '../../wire/xml.js';
import type { Action } from '../service.js';
import { listOf } from '../service.js';
import { mutation } from './dry-run.js';
import { findAll, instanceIdentifiers } from './identifiers.js';
import { stateCodes } from './instances.js';

const parameters = z.object({ InstanceId: listOf(z.string()) });

/** What a call makes of an instance: the state that it goes through, where it ends, and from where it may be called. */
interface Change {
  readonly verb: string;
  readonly passing: InstanceState;
  readonly then: InstanceState;
  readonly from: readonly InstanceState[];
  /** States in which nothing is left to do. */
  readonly done: readonly InstanceState[];
}

/** Source: EC2 user guide, "Amazon EC2 instance state changes". */
const start: Change = {
  verb: 'started',
  passing: 'pending',
  then: 'running',
  from: ['stopped'],
  done: ['pending', 'running'],
};
const stop: Change = {
  verb: 'stopped',
  passing: 'stopping',
  then: 'stopped',
  from: ['pending', 'running'],
  done: ['stopping', 'stopped'],
};
const terminate: Change = {
  verb: 'terminated',
  passing: 'shutting-down',
  then: 'terminated',
  from: ['pending', 'running', 'stopping', 'stopped'],
  done: ['shutting-down', 'terminated'],
};

/** StartInstances: `pending`, and `running` after a while. */
export const startInstances = (world: World): Action => changing(world, start);

/** StopInstances: `stopping`, and `stopped` after a while. */
export const stopInstances = (world: World): Action => changing(world, stop);

/** TerminateInstances: `shutting-down`, and `terminated` after a while. A terminated instance stays one. */
export const terminateInstances = (world: World): Action => changing(world, terminate);

/** All of the instances, or none of them. */
const changing = (world: World, change: Change): Action =>
  mutation(parameters, ({ InstanceId = [] }) => {
    if (InstanceId.length === 0)
      throw new AwsError('MissingParameter', 'The request must contain the parameter InstanceId');
    const instances = findAll(instanceIdentifiers, world.instances, InstanceId);
    for (const instance of instances) refuse(instance, change);
    return () => {
      const concerned = instances.filter(({ state }) => !change.done.includes(state));
      const before = new Map(instances.map(({ instanceId, state }) => [instanceId, state]));
      for (const { instanceId } of concerned) world.passThrough(instanceId, change.passing, change.then);
      const changes = instances.map(({ instanceId, state }) => ({
        instanceId,
        currentState: described(state),
        previousState: described(before.get(instanceId) ?? state),
      }));
      const result = { instancesSet: items(changes) };
      if (concerned.length === 0) return { result };
      return { result, effect: `${change.verb} ${concerned.map(({ instanceId }) => instanceId).join(', ')}` };
    };
  });

function refuse({ instanceId, state }: Instance, { verb, from, done }: Change): void {
  if (from.includes(state) || done.includes(state)) return;
  const reason = `The instance '${instanceId}' is not in a state from which it can be ${verb}.`;
  throw new AwsError('IncorrectInstanceState', reason);
}

const described = (state: InstanceState) => ({ code: stateCodes[state], name: state });
