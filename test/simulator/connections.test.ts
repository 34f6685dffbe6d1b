import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ManualClock, startSimulator } from '../../src/simulator/simulator.js';

const source = fileURLToPath(new URL('../../src/simulator/', import.meta.url));

/** The remote ports of all connections that this process opens, from now on. */
function watchConnections(): ReadonlySet<number> {
  const ports = new Set<number>();
  const onSocket = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    socket.once('connect', () => ports.add(socket.remotePort ?? 0));
  };
  subscribe('net.client.socket', onSocket);
  onTestFinished(() => {
    unsubscribe('net.client.socket', onSocket);
  });
  return ports;
}

describe('the simulator', () => {
  it('connects to the targets that it probes, and to nobody else, whatever addresses it hears of', async () => {
    const server = createServer((_request, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const clock = new ManualClock();
    const sim = await startSimulator({ clock });
    onTestFinished(() => sim.close());
    const { arn } = sim.createTargetGroup({ vpcId: 'vpc-1', healthCheck: { protocol: 'HTTP' } });
    const { instanceId } = await sim.createInstance({
      vpcId: 'vpc-1',
      probe: 'real',
      probeAddress: { host: '127.0.0.1', port },
    });
    const ip = sim.createTargetGroup({ vpcId: 'vpc-1', targetType: 'ip' });
    sim.registerTarget(arn, instanceId);
    sim.registerTarget(ip.arn, '127.0.0.1');
    sim.startTraffic(arn, { ratePerSecond: 5 });
    sim.startTraffic(ip.arn, { ratePerSecond: 5 });
    const ports = watchConnections();
    await clock.advance(120_000);
    expect(sim.targetHealth(arn, instanceId).state).toBe('healthy');
    expect([...ports]).toEqual([port]);
  });

  it('has one file that can open a connection', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const opening = files.filter((name) =>
      /(?<![.\w])fetch\(|\bimport \{[^}]*\b(request|get|connect|createConnection|Socket|Agent)\b[^}]*\} from 'node:(https?|net|tls|http2|dgram)'/.test(
        readFileSync(`${source}${name}`, 'utf8'),
      ),
    );
    expect(opening).toEqual(['world/targets/probe.ts']);
  });
});
