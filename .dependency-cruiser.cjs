/** Who may import whom: the table of docs/design.md, checked on what is reachable at run time (type imports are free). */
const only = (folder, allowed, comment) => ({
  name: `${folder}-imports`,
  severity: 'error',
  comment,
  from: { path: `^src/${folder}/` },
  to: { path: '^(src/|node_modules/|[a-z:]+$)', pathNot: [`^src/${folder}/`, ...allowed] },
});
const modules = (...names) => `^node_modules/(${names.join('|')})/`;
const node = '^(node:)?[a-z_/]+$';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    only('domain', [modules('zod')], 'pure: testable without anything, and bundled into the workflows'),
    only(
      'workflows',
      ['^src/domain/', modules('@temporalio', 'zod')],
      'replayed: no machine, no network, no activities by value',
    ),
    only(
      'activities',
      ['^src/domain/', '^src/aws/(api|faults)\\.ts$', modules('@temporalio', 'zod'), node],
      'interfaces of aws and host, never the SDK',
    ),
    only(
      'aws',
      ['^src/domain/', modules('@aws-sdk', '@smithy', 'zod'), node],
      'the only folder that knows the AWS SDK; nothing of Temporal',
    ),
    only(
      'host',
      ['^src/domain/', modules('zod'), node],
      'the only folder that touches the machine; nothing of Temporal',
    ),
    only('temporal', ['^src/domain/', modules('@temporalio'), node], 'the lives as a Temporal client sees them'),
    only(
      'operator',
      ['^src/(domain|temporal)/', '^src/aws/api\\.ts$', modules('@temporalio', 'p-map'), node],
      'what a person asks, of Temporal and AWS together',
    ),
    only('config', ['^src/domain/', modules('zod', 'yaml', 'leven', '@temporalio'), node], 'flags, environment, files'),
    only(
      'doctor',
      [
        '^src/(domain|aws|host|config)/',
        '^src/workers/(bounded|waits|stop-budget)\\.ts$',
        '^src/temporal/',
        modules('@temporalio'),
        node,
      ],
      'looks at everything, changes nothing',
    ),
    only('telemetry', ['^src/domain/', modules('pino', 'pino-pretty', '@temporalio'), node], 'logs and metrics'),
    only(
      'tracing',
      ['^src/domain/', modules('@opentelemetry', '@temporalio'), node],
      'spans; loaded only where the setting asks for it',
    ),
    only(
      'simulator',
      ['^src/domain/', modules('hono', '@hono', 'fast-xml-builder', 'pure-rand', 'tinyqueue', 'yaml', 'zod'), node],
      'an AWS; knows nothing of the product it is to test',
    ),
    only(
      'chaos',
      ['^src/(domain|simulator|demo)/', '^src/cli/views/', modules('@temporalio', 'commander'), node],
      'tries the product from outside, as processes; not shipped',
    ),
    {
      name: 'simulator-and-demo-are-leaves',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli|demo|simulator|chaos)/' },
      to: { path: '^src/(simulator|demo|cli)/' },
    },
    {
      name: 'nobody-imports-chaos',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/chaos/' },
      to: { path: '^src/chaos/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: false,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
