import type { XmlValue } from '../../wire/xml.js';
import { items } from '../../wire/xml.js';

/** A `tagSet`. */
export const describeTags = (tags: Readonly<Record<string, string>>): XmlValue =>
  items(Object.entries(tags).map(([key, value]) => ({ key, value })));
