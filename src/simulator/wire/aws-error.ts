/** A refusal with the exact code that AWS puts on the wire. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** Such as `TargetGroupNotFound`: the wire's, not the SDK's name of the shape. */
  readonly code: string;
  /** HTTP status. @default 400 */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
