/** Names of the typed search attributes, all of type Keyword. They are optional: a namespace without them runs the same lives. */
export const searchAttributes = {
  cluster: 'DrawbridgeCluster',
  instance: 'DrawbridgeInstance',
  phase: 'DrawbridgePhase',
  outcome: 'DrawbridgeOutcome',
} as const;
