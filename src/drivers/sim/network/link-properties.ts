// What a link is like. Properties that nobody names are inherited: path from segment from network.

/** How packets fare from one interface to another. Shares are in [0, 1]. */
export interface LinkProperties {
  /** From the moment that the last bit has left. */
  readonly latencyMs?: number;
  /** Up to so much is added to the latency, by chance. */
  readonly jitterMs?: number;
  /** Bits per second; Infinity (the default) for no limit. */
  readonly bandwidth?: number;
  /** How many packets, and how many bytes, may wait behind the one that is leaving; more are dropped. */
  readonly queuePackets?: number;
  readonly queueBytes?: number;
  /** Shares of packets that are lost, delivered twice, held back so that others overtake them, or have a bit flipped. */
  readonly loss?: number;
  readonly duplicate?: number;
  readonly reorder?: number;
  readonly corrupt?: number;
  /** How long one is held back. */
  readonly reorderMs?: number;
  /** False: with jitter packets may overtake one another. */
  readonly keepOrder?: boolean;
}

export const DEFAULT_LINK: Required<LinkProperties> = {
  latencyMs: 1,
  jitterMs: 0,
  bandwidth: Infinity,
  queuePackets: 1000,
  queueBytes: Infinity,
  loss: 0,
  duplicate: 0,
  reorder: 0,
  corrupt: 0,
  reorderMs: 3,
  keepOrder: true,
};

const SHARES = ['loss', 'duplicate', 'reorder', 'corrupt'] as const;
const TIMES = ['latencyMs', 'jitterMs', 'reorderMs', 'queuePackets', 'queueBytes'] as const;

/** All properties, the later ones before the earlier. @throws RangeError for what no link can be like. */
export function mergeLinks(...properties: readonly LinkProperties[]): Required<LinkProperties> {
  const merged = Object.assign({}, DEFAULT_LINK, ...properties) as Required<LinkProperties>;
  for (const name of SHARES) {
    if (!(merged[name] >= 0 && merged[name] <= 1)) throw new RangeError(`${name} is a share, not ${merged[name]}`);
  }
  for (const name of TIMES) if (!(merged[name] >= 0)) throw new RangeError(`${name} cannot be ${merged[name]}`);
  if (!(merged.bandwidth > 0)) throw new RangeError(`bandwidth cannot be ${merged.bandwidth}`);
  return merged;
}
