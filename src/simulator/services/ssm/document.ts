/** The one document that the simulator has, AWS-RunShellScript, and what SendCommand may give it. */
import { AwsError } from '../../wire/aws-error.js';

/** Its name, and the name of its only step. */
export const documentName = 'AWS-RunShellScript';
export const pluginName = 'aws:runShellScript';

/** Source: the document's allowedPattern: 1 to 172800. */
const executionTimeoutPattern = /^([1-9]\d{0,4}|1[0-6]\d{4}|17[01]\d{3}|172[0-7]\d{2}|172800)$/;
const usualExecutionTimeoutSeconds = 3600;
/** Source: the document's maxChars of workingDirectory. */
const longestWorkingDirectory = 4096;

/** The document's parameters, read. */
export interface DocumentParameters {
  /** The lines to run, joined by line feeds. */
  readonly script: string;
  readonly executionTimeoutSeconds: number;
}

/** @throws `AwsError` InvalidParameters when one is missing, unknown, or not of the form that the document wants. */
export function readDocumentParameters(parameters: Readonly<Record<string, readonly string[]>>): DocumentParameters {
  const { commands = [], workingDirectory = [''], executionTimeout = [], ...unknown } = parameters;
  if (Object.keys(unknown).length > 0 || commands.length === 0) throw invalidParameters();
  const [timeout = String(usualExecutionTimeoutSeconds), ...more] = executionTimeout;
  if (more.length > 0 || !executionTimeoutPattern.test(timeout)) throw invalidParameters();
  const [directory = '', ...others] = workingDirectory;
  if (others.length > 0 || directory.length > longestWorkingDirectory) throw invalidParameters();
  return { script: commands.join('\n'), executionTimeoutSeconds: Number(timeout) };
}

const invalidParameters = () =>
  new AwsError('InvalidParameters', 'Parameters provided in document are invalid or not supported.');
