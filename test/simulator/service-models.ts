import * as autoscaling from '@aws-sdk/client-auto-scaling';
import * as ec2 from '@aws-sdk/client-ec2';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import * as tagging from '@aws-sdk/client-resource-groups-tagging-api';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { NormalizedSchema } from '@smithy/core/schema';
import type { ServiceName } from '../../src/simulator/services/service.js';
import { Declarations } from './declarations.js';

/** The families of protocols. */
export type ProtocolFamily = 'query' | 'ec2' | 'json';

/** An error as a service models it. */
export interface ModelledError {
  /** The code on the wire, which need not be the name of the shape. */
  readonly code: string;
  /** The name that the SDK gives the error. */
  readonly name: string;
  readonly status: number;
  readonly schema: NormalizedSchema;
}

/** The model of one service, as the SDK's package carries it. */
export class ServiceModel {
  readonly family: ProtocolFamily;
  readonly namespace: string;
  readonly declarations: Declarations;
  /** Error codes that no model has and any action may answer with. */
  readonly commonCodes: readonly string[];
  readonly #exports: Readonly<Record<string, unknown>>;

  constructor(options: {
    packageName: string;
    exports: Readonly<Record<string, unknown>>;
    family: ProtocolFamily;
    namespace?: string;
    commonCodes: readonly string[];
  }) {
    this.family = options.family;
    this.namespace = options.namespace ?? '';
    this.commonCodes = options.commonCodes;
    this.#exports = options.exports;
    this.declarations = new Declarations(options.packageName, options.exports);
  }

  /** @returns undefined when the operation answers with nothing at all. @throws when the service has no such action. */
  outputOf(action: string): NormalizedSchema | undefined {
    const operation: unknown = this.#exports[`${action}$`];
    if (!Array.isArray(operation)) throw new Error(`the SDK has no operation ${action}`);
    const [, , , , , output] = operation as Parameters<typeof NormalizedSchema.of>[0][];
    const schema = NormalizedSchema.of(output ?? 'unit');
    return schema.isUnitSchema() ? undefined : schema;
  }

  /** The errors that the operation models. */
  errorsOf(action: string): ModelledError[] {
    return this.declarations.errorsOf(action).map((name) => {
      const schema = NormalizedSchema.of(this.#exports[`${name}$`] as Parameters<typeof NormalizedSchema.of>[0]);
      const { awsQueryError, httpError, error } = schema.getMergedTraits();
      const usualStatus = Number(httpError ?? (error === 'server' ? 500 : 400));
      const [code, status] = (awsQueryError as [string, number] | undefined) ?? [name, usualStatus];
      // The code of the query protocol is that protocol's alone: JSON has the name of the shape.
      return this.family === 'query'
        ? { code, name, status, schema }
        : { code: name, name, status: usualStatus, schema };
    });
  }
}

/** Source: "Common Errors" of the ELBv2, Auto Scaling and STS API references; Throttling is what ELBv2 sends in the field. */
const queryCodes = ['ValidationError', 'Throttling', 'ThrottlingException', 'ExpiredToken', 'AccessDenied'];

/** Source: "Common Errors" of the Systems Manager and tagging API references. */
const jsonCodes = ['ValidationException', 'ThrottlingException', 'ExpiredTokenException', 'AccessDeniedException'];

/** EC2 models no errors: these are all. Source: EC2 API reference, "Error codes", of which casing is not regular. */
const ec2Codes = [
  'DryRunOperation',
  'IncorrectInstanceState',
  'InvalidInstanceID.Malformed',
  'InvalidInstanceID.NotFound',
  'InvalidNetworkInterfaceID.NotFound',
  'InvalidNetworkInterfaceId.Malformed',
  'InvalidParameterCombination',
  'InvalidParameterValue',
  'InvalidRouteTableID.NotFound',
  'InvalidRouteTableId.Malformed',
  'InvalidSubnetID.Malformed',
  'InvalidSubnetID.NotFound',
  'MissingParameter',
  'RouteAlreadyExists',
];

/** The models of all services that the simulator has. */
export const serviceModels: Readonly<Record<ServiceName, ServiceModel>> = {
  elbv2: new ServiceModel({
    packageName: '@aws-sdk/client-elastic-load-balancing-v2',
    exports: elbv2,
    family: 'query',
    namespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    commonCodes: queryCodes,
  }),
  autoscaling: new ServiceModel({
    packageName: '@aws-sdk/client-auto-scaling',
    exports: autoscaling,
    family: 'query',
    namespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
    commonCodes: queryCodes,
  }),
  sts: new ServiceModel({
    packageName: '@aws-sdk/client-sts',
    exports: sts,
    family: 'query',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    commonCodes: queryCodes,
  }),
  ec2: new ServiceModel({
    packageName: '@aws-sdk/client-ec2',
    exports: ec2,
    family: 'ec2',
    // The SDK's own leaves out the last slash. Source: EC2 API reference, the example responses.
    namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
    commonCodes: ec2Codes,
  }),
  ssm: new ServiceModel({ packageName: '@aws-sdk/client-ssm', exports: ssm, family: 'json', commonCodes: jsonCodes }),
  tagging: new ServiceModel({
    packageName: '@aws-sdk/client-resource-groups-tagging-api',
    exports: tagging,
    family: 'json',
    commonCodes: jsonCodes,
  }),
};
