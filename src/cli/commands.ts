import type { Command } from 'commander';

/** One row of the help of all: what it says of a command, and the module that knows the rest, loaded where that is asked for. */
export interface Listed {
  /** As its usage has it: `[options] <instance>`. */
  readonly takes: string;
  readonly does: string;
  /** What gives the command its arguments, its flags, its help and its action. */
  readonly load: () => Promise<(command: Command, program: Command) => Command>;
}

/** Every command, by heading and name. */
export const commands: Record<string, Record<string, Listed>> = {
  'On an appliance, or beside Temporal:': {
    agent: {
      takes: '[options]',
      does: 'Run on an instance: bring it into service, stay, and take it out on SIGTERM or SIGINT.',
      load: async () => (await import('./commands/agent.js')).agentCommand,
    },
    worker: {
      takes: '[options]',
      does: "Run beside Temporal: finish the lives of a cluster's instances whose hosts are gone.",
      load: async () => (await import('./commands/worker.js')).workerCommand,
    },
    doctor: {
      takes: '[options]',
      does: 'Look at all that an agent depends on, and say what to do about what is wrong. Changes nothing.',
      load: async () => (await import('./commands/doctor.js')).doctorCommand,
    },
    config: {
      takes: '[options] [whose]',
      does: 'Print the settings in force, each with where it comes from. Starts nothing.',
      load: async () => (await import('./commands/config.js')).configCommand,
    },
  },
  'From anywhere:': {
    status: {
      takes: '[options] [instance]',
      does: 'Show where every instance of a cluster stands: its phase, its target health, its drain, its last failure.',
      load: async () => (await import('./commands/status.js')).statusCommand,
    },
    shutdown: {
      takes: '[options] <instance>',
      does: 'Take an instance out of service: deregister, confirm draining, drain. Its agent stays up.',
      load: async () => (await import('./commands/shutdown.js')).shutdownCommand,
    },
    extend: {
      takes: '[options] <instance> <time>',
      does: 'Give the flows of a draining instance more time. Answers once it is in force.',
      load: async () => (await import('./commands/extend.js')).extendCommand,
    },
    startup: {
      takes: '[options] <instance>',
      does: 'Bring an instance back into service: as its agent would, with what its agent asked for last.',
      load: async () => (await import('./commands/startup.js')).startupCommand,
    },
    receipt: {
      takes: '[options] <instance>',
      does: 'Show how an instance left: what AWS said and when, how long it drained, who asked, who forced it.',
      load: async () => (await import('./commands/receipt.js')).receiptCommand,
    },
    verify: {
      takes: '[options] <cluster> [args...]',
      does: "Verify a cluster's instances: running, healthy, iperf3 ready, a command succeeds. A workflow.",
      load: async () => (await import('./commands/verify.js')).verifyCommand,
    },
    setup: {
      takes: '',
      does: "Make Drawbridge's search attributes in the Temporal namespace. Optional, and safe to repeat.",
      load: async () => (await import('./commands/setup.js')).setupCommand,
    },
  },
  'From anywhere, asking AWS:': {
    targets: {
      takes: '[options]',
      does: "Show every target of a cluster's group: its address, its health, and why it is not healthy.",
      load: async () => (await import('./commands/targets.js')).targetsCommand,
    },
    instance: {
      takes: '[options] <instance>',
      does: 'Show what AWS knows of one instance: its state, its address, the target group that holds it.',
      load: async () => (await import('./commands/instance.js')).instanceCommand,
    },
    wait: {
      takes: '[options] <what> [id] [state]',
      does: 'Wait until AWS says so: an instance in a state, every target healthy, an iperf3 server ready.',
      load: async () => (await import('./commands/wait.js')).waitCommand,
    },
    exec: {
      takes: '[options] <instance> <args...>',
      does: 'Run a command on an instance, over Systems Manager, and print what it printed.',
      load: async () => (await import('./commands/exec.js')).execCommand,
    },
  },
  'Deprecated:': {
    legacy: {
      takes: '[options] <what>',
      does: 'Lead a subnet to this appliance by its default route. Deprecated: use drawbridge agent.',
      load: async () => (await import('./commands/legacy.js')).legacyCommand,
    },
  },
  'Without AWS:': {
    demo: {
      takes: '[options]',
      does: 'Show a whole life on this machine: a Temporal server, a simulated AWS with flows, three real agents.',
      load: async () => (await import('./commands/demo.js')).demoCommand,
    },
    simulate: {
      takes: '[options]',
      does: 'Run the simulated AWS alone, over HTTP: by default one GENEVE target group and its instances.',
      load: async () => (await import('./commands/simulate.js')).simulateCommand,
    },
  },
  'Help:': {
    completion: {
      takes: '<shell>',
      does: 'Print a script that makes your shell complete commands, flags and their words at the TAB key.',
      load: async () => (await import('./commands/completion.js')).completionCommand,
    },
    help: {
      takes: '[command]',
      does: 'Explain a command: the same as its --help.',
      load: async () => (await import('./commands/help.js')).helpCommand,
    },
  },
};
