import { Argument, InvalidArgumentError } from 'commander';
import { nearest } from '../config/nearest.js';

/** An argument that is one of some words: completed, and refused with the one that was probably meant. */
export function oneOf(name: string, words: readonly string[], description: string): Argument {
  const argument = new Argument(name, description).choices(words);
  return argument.argParser((text: string) => {
    if (words.includes(text)) return text;
    const meant = nearest(text, words);
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    throw new InvalidArgumentError(`Expected one of ${words.join(', ')}${hint}`);
  });
}
