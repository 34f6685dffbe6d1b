import type { Control } from './control.js';

/** What the description says of the API as a whole. The version changes when something that worked no longer does. */
const information = {
  openapi: '3.1.0',
  info: {
    title: 'Control API of the Drawbridge simulator',
    version: '1',
    description:
      'Arranges and watches a simulated AWS, beside the services themselves on the same port: what a test in any language needs, and ' +
      'a person with curl.\n\n' +
      'JSON in, JSON out: a body is taken for JSON whatever its Content-Type says. Times are simulated, in milliseconds since the ' +
      'epoch, unless they are said to be of the wall. The examples of requests work on the world of `scenario.example.yaml`.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: 'http://127.0.0.1:4566', description: 'where `drawbridge simulate --port 4566` listens' }],
  tags: [
    { name: 'Clock', description: 'The simulated time.' },
    { name: 'Target groups', description: 'With their listeners, and the health of their targets.' },
    { name: 'Traffic', description: 'Flows through the load balancer, and what becomes of them.' },
    { name: 'Instances', description: 'With their metadata services and their SSM Agents.' },
    { name: 'Auto Scaling', description: 'Groups, and the lifecycle states of their instances.' },
    { name: 'Network', description: 'Subnets and route tables.' },
    { name: 'Run Command', description: 'What instances answer to scripts, and what ran.' },
    { name: 'Faults', description: 'What goes wrong on the way to the services.' },
    { name: 'Watching', description: 'Requests, changes of health, token buckets.' },
  ],
};

/** The OpenAPI description of the control API, made of what it answers by. */
export const openApiDocument = (control: Control): object => control.getOpenAPI31Document(information);
