/** The names that failures carry as `ApplicationFailure.type`: stable, shared by the CLI, alerts and docs/operations.md. */
export const failureTypes = [
  'InvalidInput',
  'MetadataUnavailable',
  'TargetGroupNotFound',
  'TargetGroupAmbiguous',
  'TargetGroupNotGeneve',
  'TargetGroupInOtherVpc',
  'TargetNotReady',
  'TargetUnknown',
  'TargetNotInUse',
  'HealthTimeout',
  'TunnelNotFound',
  'InstanceNotFound',
  'InstanceStateUnreachable',
  'InstanceStateTimeout',
  'InstanceNotManaged',
  'CommandNotRun',
  'CommandTimeout',
  'Iperf3Timeout',
  'InterfaceNotFound',
  'RouteTableNotFound',
  'RouteTableChanged',
  'HostLeaving',
  'HostLost',
  'FleetWorkerLost',
  'ShutdownRunning',
  'DrainingTimeout',
  'DrainInterrupted',
  'AwsThrottled',
  'AwsUnavailable',
  'AwsDenied',
  'AwsRefused',
  'Unexpected',
] as const;

export type FailureType = (typeof failureTypes)[number];

/**
 * A step's refusal, with its stable name. `final` means that trying again cannot help.
 *
 * Knows nothing of Temporal: activities/failures.ts turns it into an ApplicationFailure.
 */
export class StepFailure extends Error {
  readonly type: FailureType;
  readonly final: boolean;
  /** Plain JSON that belongs into the failure's details, such as what was seen while waiting. */
  readonly details: unknown;

  constructor(type: FailureType, message: string, options: { final: boolean; details?: unknown; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = type;
    this.type = type;
    this.final = options.final;
    this.details = options.details;
  }
}

/** Whatever was thrown, as an error. */
export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
