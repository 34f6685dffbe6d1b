import { Client } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect } from 'vitest';
import { searchAttributes } from '../../src/domain/search-attributes.js';
import { startupStart, shutdownStart } from '../../src/domain/starting.js';
import { makeSearchAttributes } from '../../src/temporal/set-up.js';
import { startLife } from '../../src/temporal/start-life.js';
import { drainBegins, failureOf, recordHistory } from '../support/history.js';
import { it } from '../support/life.js';

/** The labels of a life, by their short names. */
async function labelsOf(handle: WorkflowHandle): Promise<Record<string, unknown>> {
  const { typedSearchAttributes } = await handle.describe();
  const values = new Map(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
  return Object.fromEntries(Object.entries(searchAttributes).map(([short, name]) => [short, values.get(name)]));
}

describe.concurrent('the search attributes', () => {
  it('are made once, and say in which cluster, how far, and how a life ended', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance({ namespace: 'labelled' });
    const { instanceId, cluster } = appliance;
    const { connection } = stage;
    const names = Object.values(searchAttributes);
    const first = await makeSearchAttributes(connection, 'labelled');
    expect([...first.made, ...first.there].sort()).toEqual([...names].sort());
    expect(await makeSearchAttributes(connection, 'labelled')).toEqual({ made: [], there: names });

    const client = new Client({ connection, namespace: 'labelled' });
    const startup = await startLife(client, 'startup', startupStart(cluster, { instanceId, tunnel: { device: 'lo' } }));
    expect(await labelsOf(startup)).toMatchObject({ cluster, instance: instanceId, phase: 'starting' });
    await startup.result();
    expect(await labelsOf(startup)).toEqual({
      cluster,
      instance: instanceId,
      phase: 'in service',
      outcome: 'in service',
    });
    await recordHistory('startup-labelled', startup);

    const shutdown = await startLife(client, 'shutdown', shutdownStart(cluster, { instanceId, drain: 600 }));
    await drainBegins(client, shutdown);
    expect(await labelsOf(shutdown)).toEqual({ cluster, instance: instanceId, phase: 'draining', outcome: undefined });
    await shutdown.signal('forceShutdown', 'enough seen');
    await failureOf(shutdown);
    expect(await labelsOf(shutdown)).toEqual({
      cluster,
      instance: instanceId,
      phase: 'out of service',
      outcome: 'interrupted',
    });
    await recordHistory('shutdown-labelled', shutdown);
  });

  it('are not needed: in a namespace without them a life is the same, without labels', async ({
    anAppliance,
    stage,
  }) => {
    const { instanceId, cluster } = await anAppliance();
    const startup = await startLife(
      stage.client,
      'startup',
      startupStart(cluster, { instanceId, tunnel: { device: 'lo' } }),
    );
    await startup.result();
    expect(await labelsOf(startup)).toEqual({
      cluster: undefined,
      instance: undefined,
      phase: undefined,
      outcome: undefined,
    });
  });
});
