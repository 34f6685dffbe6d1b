import type { Assumptions } from '../assumptions.js';
import type { Clock } from '../clock.js';
import type { ServiceName } from '../services/service.js';
import { AwsError } from '../wire/aws-error.js';
import { TokenBuckets } from './buckets.js';
import type { ChargedRequest, Throttling } from './limits.js';
import { limitOf } from './limits.js';

/** Whose request it is: buckets belong to an account in a region; those of IMDS to an instance. */
export interface Charged extends ChargedRequest {
  readonly account: string;
  readonly region: string;
}

/** Counts requests against the limits, and refuses those above them in the words of each service. */
export class Throttle {
  readonly #limits: Throttling;
  readonly #code: Assumptions['elbv2ThrottlingCode'];
  readonly #buckets: TokenBuckets;

  constructor(clock: Clock, limits: Throttling, { elbv2ThrottlingCode }: Assumptions) {
    this.#limits = limits;
    this.#code = elbv2ThrottlingCode;
    this.#buckets = new TokenBuckets(clock);
  }

  /** The refusal of a request for which there is no token; undefined when it may go on. */
  refusal(request: Charged): AwsError | undefined {
    const limited = limitOf(request, this.#limits);
    if (!limited) return undefined;
    const key = `${request.account}/${request.region}/${limited.name}`;
    return this.#buckets.take(key, limited.limit) ? undefined : this.#refuse(request.service);
  }

  /** What was left in each bucket when it was last asked, by account, region and name. */
  get levels(): Readonly<Record<string, number>> {
    return this.#buckets.levels;
  }

  /** Codes and statuses: ELBv2 as seen in the field, EC2 API reference, the models of SSM and of the tagging API. */
  #refuse(service: ServiceName | 'imds'): AwsError {
    switch (service) {
      case 'ec2':
        return new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);
      case 'ssm':
        return new AwsError('ThrottlingException', 'Rate exceeded');
      case 'tagging':
        return new AwsError('ThrottledException', 'Rate exceeded');
      case 'imds':
        return new AwsError('ServiceUnavailable', 'Service Unavailable', 503);
      case 'elbv2':
        return new AwsError(this.#code, 'Rate exceeded');
      case 'autoscaling':
      case 'sts':
        return new AwsError('Throttling', 'Rate exceeded');
    }
  }
}
