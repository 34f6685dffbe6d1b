import * as z from 'zod/mini';

/** One setting: where it may come from, what it must look like, and what it is when nobody says. */
export interface Setting<T = unknown> {
  readonly flag: string;
  readonly env: string;
  /** A variable that counts where that one says nothing. */
  readonly otherEnv?: string;
  /** What the flag takes, such as `<seconds>`. */
  readonly argument: string;
  readonly help: string;
  readonly schema: z.ZodMiniType<T>;
  /** From the text of a flag or a variable to what the schema expects. */
  readonly read: (text: string) => unknown;
  /** What it then is. */
  readonly fallback?: T;
  /** What then holds instead, decided by whoever needs it: shown, not passed on. */
  readonly otherwise?: string | number;
}

export type Table = Record<string, Setting>;

/** The values of a table of settings: there for certain where the setting has a fallback. */
export type Settings<T extends Table> = {
  readonly [K in keyof T]: T[K] extends { fallback: unknown }
    ? z.infer<T[K]['schema']>
    : z.infer<T[K]['schema']> | undefined;
};

/** What holds when nobody says, as people read it. */
export const defaultOf = ({ fallback, otherwise }: Setting): string => sayValue(fallback ?? otherwise ?? 'none');

/** A value as people read it. */
export const sayValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The words it may be, where there are only some. */
export function choicesOf({ schema }: Setting): readonly string[] {
  return schema instanceof z.ZodMiniEnum ? schema.options.map(String) : [];
}
