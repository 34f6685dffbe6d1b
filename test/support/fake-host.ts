import type { Host } from '../../src/activities/dependencies.js';
import type { ControllerConfig } from '../../src/domain/controller-config.js';
import type { InstanceMetadata } from '../../src/domain/instance.js';
import type { TunnelFacts } from '../../src/domain/tunnel.js';

export const anInstance = (overrides: Partial<InstanceMetadata> = {}): InstanceMetadata => ({
  instanceId: 'i-0123456789abcdef0',
  vpcId: 'vpc-0a1b2c3d',
  availabilityZone: 'eu-central-1a',
  region: 'eu-central-1',
  privateIp: '10.0.0.10',
  ...overrides,
});

/** A machine in memory. What it is told is logged; what its kernel sees is scripted. */
export interface FakeHost extends Host {
  /** `health 200`, `health 503` and `publish`, in order. */
  readonly calls: string[];
  readonly published: readonly ControllerConfig[];
  leaving: boolean;
}

export interface FakeHostOptions {
  readonly identity?: InstanceMetadata;
  /** An error is what asking for it rejects with. */
  readonly interfaceCount?: number | Error;
  /** What each look at the kernel finds, in order; the last stays. */
  readonly tunnelFacts?: readonly [TunnelFacts, ...TunnelFacts[]];
  readonly leaving?: boolean;
  /** A log shared with other fakes, for a test about order. */
  readonly calls?: string[];
}

export const noTunnel: TunnelFacts = {
  links: [
    { name: 'lo', isTun: false, addresses: ['127.0.0.1'] },
    { name: 'ens5', isTun: false, addresses: ['10.0.0.10'] },
  ],
  geneveListener: false,
};

/** What the kernel says once the appliance has its GENEVE device. */
export const geneveDevice: TunnelFacts = {
  links: [...noTunnel.links, { name: 'gnv0', deviceType: 'geneve', isTun: false, addresses: [] }],
  geneveListener: true,
};

export function aFakeHost(options: FakeHostOptions = {}): FakeHost {
  const { identity = anInstance(), interfaceCount = 1, tunnelFacts = [geneveDevice], calls = [] } = options;
  const published: ControllerConfig[] = [];
  let looks = 0;
  return {
    calls,
    published,
    leaving: options.leaving ?? false,
    identity: () => Promise.resolve(identity),
    interfaceCount: () =>
      interfaceCount instanceof Error ? Promise.reject(interfaceCount) : Promise.resolve(interfaceCount),
    tunnelFacts: () => Promise.resolve(tunnelFacts[Math.min(looks++, tunnelFacts.length - 1)] ?? tunnelFacts[0]),
    serve: () => void calls.push('health 200'),
    refuse: () => void calls.push('health 503'),
    publish: (config) => {
      calls.push('publish');
      published.push(config);
      return Promise.resolve();
    },
  };
}
