/** One long poll of each kind until there is more to do, as our workers have. Said again here, since a reference loads nothing of ours. */
export const polls = /** @type {const} */ ({ type: 'autoscaling', minimum: 1, initial: 1, maximum: 4 });
