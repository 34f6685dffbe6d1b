/**
 * Whether this is a world's refusal of what it was asked for, and no fault of the system or of ours: refusals are plain errors,
 * those of the system have a code, those of the language names of their own.
 */
export const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'Error' && !('code' in error);
