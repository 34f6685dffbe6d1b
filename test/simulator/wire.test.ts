import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startAws } from './harness.js';

/** For the tests that send hundreds of requests: a busy machine takes its time. */
const patienceMs = 60_000;

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = (target: string) => ({ 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target });

/** Sends bytes as they are and resolves once the connection is closed, with what came back. */
function sendRaw(endpoint: string, bytes: Uint8Array): Promise<string> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    socket.on('data', (data) => (received += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });
}

describe('a request that AWS would not understand', () => {
  it.each([
    ['no action', form, 'Version=2015-12-01', 400, 'MissingAction'],
    ['no version', form, 'Action=DescribeTargetGroups', 400, 'InvalidAction'],
    ['an action that ELBv2 has not', form, 'Action=Explode&Version=2015-12-01', 400, 'InvalidAction'],
    ['an action that EC2 has not', form, 'Action=Explode&Version=2016-11-15', 400, 'InvalidAction'],
    ['a name that is value and structure', form, 'Action=A&Version=2015-12-01&B=1&B.C=2', 400, 'MalformedQueryString'],
    [
      'a name that nests for ever',
      form,
      `Action=A&Version=2015-12-01&${'a.'.repeat(500)}a=1`,
      400,
      'MalformedQueryString',
    ],
    [
      'a structure for a text',
      form,
      'Action=DescribeTargetHealth&Version=2015-12-01&TargetGroupArn.A=1',
      400,
      'ValidationError',
    ],
    ['a missing parameter', form, 'Action=DescribeTargetHealth&Version=2015-12-01', 400, 'ValidationError'],
    ['a service that is not there', json('DynamoDB_20120810.GetItem'), '{}', 400, 'UnknownOperationException'],
    [
      'an operation that is not there',
      json('ResourceGroupsTaggingAPI_20170126.Explode'),
      '{}',
      400,
      'UnknownOperationException',
    ],
    [
      'a body that is not JSON',
      json('ResourceGroupsTaggingAPI_20170126.GetResources'),
      '{',
      400,
      'SerializationException',
    ],
    ['a body that is too large', form, 'a'.repeat(2 ** 21), 413, 'RequestEntityTooLarge'],
  ])('for %s gets the error of AWS', async (_what, headers, body, status, code) => {
    const { sim } = await startAws();
    const response = await fetch(sim.endpoint, { method: 'POST', headers: { ...headers }, body });
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(code);
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(sim.journal).toMatchObject([{ outcome: { status, code } }]);
  });

  it('cannot crash the simulator, whatever its bytes', { timeout: patienceMs }, async () => {
    const { sim, anInstance } = await startAws();
    const { imdsEndpoint } = await anInstance();
    const requestLine = 'POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 20\r\n\r\n';
    const bytes = fc.tuple(fc.constantFrom('', requestLine), fc.uint8Array({ maxLength: 200 }));
    await fc.assert(
      fc.asyncProperty(bytes, async ([head, tail]) => {
        await Promise.all(
          [sim.endpoint, imdsEndpoint].map((to) => sendRaw(to, Buffer.concat([Buffer.from(head), tail]))),
        );
      }),
      { numRuns: 100 },
    );
    expect((await fetch(sim.endpoint)).status).toBe(400);
  });

  it('cannot crash the simulator, whatever its parameters', { timeout: patienceMs }, async () => {
    const { sim, aGroup } = await startAws();
    const { arn } = aGroup();
    const name = fc.oneof(
      fc.constantFrom(
        'Targets',
        'Targets.member.1.Id',
        'Targets.member',
        'TargetGroupArn',
        'Filter.1.Name',
        'Filter.1.Value.1',
        '__proto__.a',
        'Marker',
      ),
      fc.string(),
    );
    const value = fc.oneof(fc.constantFrom(arn, '', 'i-1', 'tag:', '*'), fc.string({ unit: 'binary' }));
    const action = fc.constantFrom(
      'DescribeTargetHealth',
      'RegisterTargets',
      'DescribeInstances',
      'DescribeTargetGroups',
      '\u0000<&',
    );
    const request = fc.record({
      action,
      version: fc.constantFrom('2015-12-01', '2016-11-15', '2011-06-15'),
      parameters: fc.array(fc.tuple(name, value), { maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ action, version, parameters }) => {
        const body = new URLSearchParams([['Action', action], ['Version', version], ...parameters]);
        const { status } = await fetch(sim.endpoint, { method: 'POST', body });
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 100 },
    );
  });

  it('cannot crash the simulator, whatever its JSON', { timeout: patienceMs }, async () => {
    const { sim } = await startAws();
    const headers = json('ResourceGroupsTaggingAPI_20170126.GetResources');
    const known = fc.record({ TagFilters: fc.jsonValue(), ResourcesPerPage: fc.jsonValue() }, { requiredKeys: [] });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), known), async (body) => {
        const { status } = await fetch(sim.endpoint, { method: 'POST', headers, body: JSON.stringify(body) });
        expect([200, 400]).toContain(status);
      }),
    );
  });
});

describe('a request of the wrong type', () => {
  it.each([
    [
      'a JSON action that is no JSON 1.1',
      { 'content-type': 'image/png', 'x-amz-target': 'AmazonSSM.ListCommands' },
      '{}',
    ],
    ['a JSON action without a type', { 'content-type': '', 'x-amz-target': 'AmazonSSM.ListCommands' }, '{}'],
  ])('for %s does not know the operation', async (_what, headers, body) => {
    const { sim } = await startAws();
    const response = await fetch(sim.endpoint, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'UnknownOperationException' });
  });

  it('for a query action that is no form finds no action', async () => {
    const { sim } = await startAws();
    const body = 'Action=DescribeTargetGroups&Version=2015-12-01';
    const response = await fetch(sim.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(await response.text()).toContain('<Code>MissingAction</Code>');
  });

  it('for JSON that nests for ever is refused, and the journal can still be read', async () => {
    const { sim } = await startAws();
    const body = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    sim.addFault({ kind: 'status', status: 503, resource: 'absent' });
    const response = await fetch(sim.endpoint, { method: 'POST', headers: json('AmazonSSM.SendCommand'), body });
    expect(await response.json()).toMatchObject({ __type: 'SerializationException' });
    expect(JSON.stringify(sim.journal)).toContain('SerializationException');
  });

  it('for a service that is not there gets an error that a JSON client can read', async () => {
    const { sim } = await startAws();
    const headers = json('DynamoDB_20120810.ListTables');
    const response = await fetch(sim.endpoint, { method: 'POST', headers, body: '{}' });
    expect(await response.json()).toMatchObject({ __type: 'UnknownOperationException' });
  });

  it('keeps little of a huge parameter in the journal', async () => {
    const { sim } = await startAws();
    const body = new URLSearchParams({ Action: 'DescribeTags', Version: '2015-12-01', Huge: 'x'.repeat(500_000) });
    await fetch(sim.endpoint, { method: 'POST', body });
    expect(JSON.stringify(sim.journal).length).toBeLessThan(10_000);
  });
});

describe('an answer', () => {
  it('is dated on the wall, whatever the simulated clock shows', async () => {
    const { sim, clock } = await startAws();
    await clock.advance(365 * 24 * 3600 * 1000);
    const response = await fetch(sim.endpoint);
    expect(Math.abs(Date.parse(response.headers.get('date') ?? '') - Date.now())).toBeLessThan(240_000);
  });

  it('to GetCallerIdentity says whose credentials they are', async () => {
    const { sim, anInstance } = await startAws();
    const { instanceId, accessKeyId } = await anInstance();
    const ask = async (headers: Record<string, string>) =>
      (await fetch(`${sim.endpoint}/?Action=GetCallerIdentity&Version=2011-06-15`, { headers })).text();
    expect(await ask({})).toContain(':user/operator');
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/eu-central-1/sts/aws4_request`;
    expect(await ask({ authorization })).toContain(`assumed-role/drawbridge-appliance/${instanceId}`);
  });
});
