// Where a sender stands with losses.

/** None known; recovering from one that acknowledgments told of; or sending everything again after a timeout. */
export const MODE = { open: 0, recovery: 1, loss: 2 } as const;

export type Mode = (typeof MODE)[keyof typeof MODE];
