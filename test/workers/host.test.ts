import { describe, expect, it, onTestFinished } from 'vitest';
import { openHealthEndpoint } from '../../src/host/health-endpoint.js';
import { connectImds } from '../../src/host/imds.js';
import { composeHost } from '../../src/workers/host.js';
import type { ControllerConfig } from '../../src/domain/controller-config.js';

async function aHost() {
  const health = await openHealthEndpoint({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => health.close());
  const heard: boolean[] = [];
  const imds = connectImds('http://127.0.0.1:9');
  const host = composeHost({ imds, health, configFile: undefined, inService: (is) => heard.push(is) });
  const ready = async () => {
    const answer = await fetch(`http://127.0.0.1:${health.port}/ready`);
    return { status: answer.status, checks: await answer.json() };
  };
  return { host, heard, ready };
}

describe('the host of an agent', () => {
  it('is ready once a startup has published its config, and not while or after it is taken out and brought back', async () => {
    const { host, heard, ready } = await aHost();
    await host.publish({} as ControllerConfig);
    expect(await ready()).toMatchObject({ status: 200, checks: { startup: { ok: true, detail: 'in service' } } });
    host.refuse();
    expect(await ready()).toMatchObject({ status: 503, checks: { startup: { detail: 'taken out of service' } } });
    host.serve();
    expect(await ready()).toMatchObject({ status: 503, checks: { startup: { detail: 'not in service yet' } } });
    await host.publish({} as ControllerConfig);
    expect((await ready()).status).toBe(200);
    expect(heard).toEqual([true, false, false, true]);
  });

  it('says that it is out of service as soon as it refuses, whatever becomes of its deregistration', async () => {
    const { host, heard } = await aHost();
    await host.publish({} as ControllerConfig);
    host.refuse();
    expect(heard).toEqual([true, false]);
  });
});
