import { afterEach, describe, expect, it } from 'vitest';
import { openHealthEndpoint } from '../../src/host/health-endpoint.js';
import type { HealthEndpoint } from '../../src/host/health-endpoint.js';

const open: HealthEndpoint[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((endpoint) => endpoint.close()));
});

async function anEndpoint(): Promise<HealthEndpoint> {
  const endpoint = await openHealthEndpoint({ host: '127.0.0.1', port: 0 });
  open.push(endpoint);
  return endpoint;
}

async function ask({ port }: HealthEndpoint, path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, body: await response.json() };
}

describe('/health', () => {
  it('answers 200 from the start, or the target could never become healthy', async () => {
    expect(await ask(await anEndpoint(), '/health')).toEqual({ status: 200, body: { status: 'in service' } });
  });

  it('I2: answers 503 from the moment it is told to refuse, and 200 again for another startup', async () => {
    const endpoint = await anEndpoint();
    endpoint.refuse();
    expect(await ask(endpoint, '/health')).toEqual({ status: 503, body: { status: 'leaving' } });
    endpoint.serve();
    expect(await ask(endpoint, '/health')).toMatchObject({ status: 200 });
  });

  it('I2: stays at 503 once the process is leaving, whoever asks to serve', async () => {
    const endpoint = await anEndpoint();
    expect(endpoint.leaving).toBe(false);
    endpoint.leave();
    endpoint.serve();
    expect(endpoint.leaving).toBe(true);
    expect(await ask(endpoint, '/health')).toMatchObject({ status: 503 });
  });

  it('does not mind a query', async () => {
    expect(await ask(await anEndpoint(), '/health?from=gwlb')).toMatchObject({ status: 200 });
  });
});

describe('/ready', () => {
  it('names every check, and answers 200 while all are ok', async () => {
    const endpoint = await anEndpoint();
    endpoint.setCheck('startup', { ok: true, detail: 'in service' });
    expect(await ask(endpoint, '/ready')).toEqual({
      status: 200,
      body: { serving: { ok: true, detail: 'yes' }, startup: { ok: true, detail: 'in service' } },
    });
  });

  it('answers 503 while one check is not ok, though /health answers 200', async () => {
    const endpoint = await anEndpoint();
    endpoint.setCheck('startup', { ok: false, detail: 'not in service yet' });
    expect(await ask(endpoint, '/ready')).toMatchObject({ status: 503, body: { startup: { ok: false } } });
    expect(await ask(endpoint, '/health')).toMatchObject({ status: 200 });
  });

  it('takes the latest word on a check', async () => {
    const endpoint = await anEndpoint();
    endpoint.setCheck('startup', { ok: false, detail: 'not in service yet' });
    endpoint.setCheck('startup', { ok: true, detail: 'in service' });
    expect(await ask(endpoint, '/ready')).toMatchObject({ status: 200 });
  });

  it('answers 503 while the target leaves', async () => {
    const endpoint = await anEndpoint();
    endpoint.refuse();
    expect(await ask(endpoint, '/ready')).toEqual({
      status: 503,
      body: { serving: { ok: false, detail: 'leaving' } },
    });
  });
});

describe('the endpoint', () => {
  it('says where to look when asked for anything else', async () => {
    expect(await ask(await anEndpoint(), '/')).toEqual({
      status: 404,
      body: { error: 'nothing at /, expected /health or /ready' },
    });
  });

  it('says which address is taken when it cannot listen', async () => {
    const { port } = await anEndpoint();
    await expect(openHealthEndpoint({ host: '127.0.0.1', port })).rejects.toThrow(
      `health endpoint cannot listen on 127.0.0.1:${port}: another process listens there; stop it, or set another health port`,
    );
  });

  it('answers nobody once it is closed', async () => {
    const endpoint = await openHealthEndpoint({ host: '127.0.0.1', port: 0 });
    await endpoint.close();
    await expect(ask(endpoint, '/health')).rejects.toThrow();
  });
});
