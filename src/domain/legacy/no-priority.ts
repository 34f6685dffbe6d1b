/**
 * What the specification's error is called whose message this is. Nothing here throws it: it is left of a mode with priorities,
 * which routes replaced. For programs that compare with it.
 */
export const errNoPriorityAssigned = new Error('no priority set');
